/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/pgtable.c
/* The page-table walker, case by case. test_pgtable_random.c compares it with a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/pgtable_fixture.h"

static void test_small_pages_only(void **state)
{
	struct trial t;
	struct pgtable_walk walk;
	struct flush owed = flush_none();

	(void)state;
	trial_init(&t, &small, 0);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), MiB(4), PTE_R, &owed), 0);
	assert_int_equal(pgtable_walk(&t.pt, MiB(2), &walk), 0);
	assert_int_equal(walk.level, 0);
	trial_end(&t);
}

/* The largest pages that fit: 4 KiB and 2 MiB on both sides of 1 GiB ones. */
static void test_largest_pages(void **state)
{
	struct trial t;
	struct pgtable_walk walk;
	struct flush owed = flush_none();
	uint64_t start = GiB(1) - MiB(2) - PAGE_SIZE;

	(void)state;
	trial_init(&t, &sv39x4, 0);
	assert_int_equal(
		pgtable_map(&t.pt, start, hpa(GiB(4) + start), GiB(2), PTE_R | PTE_X, &owed), 0);
	assert_int_equal(pgtable_walk(&t.pt, start, &walk), 0);
	assert_int_equal(walk.level, 0);
	assert_int_equal(pgtable_walk(&t.pt, start + PAGE_SIZE, &walk), 0);
	assert_int_equal(walk.level, 1);
	assert_int_equal(pgtable_walk(&t.pt, GiB(1) + 0x1234567, &walk), 0);
	assert_int_equal(walk.level, 2);
	assert_int_equal(walk.hpa.v, GiB(5) + 0x1234567);
	assert_int_equal(walk.depth, 1);
	assert_int_equal(walk.steps[0].index, 1);
	assert_int_equal(owed.kind, FLUSH_ALL);
	trial_end(&t);
}

/* Closed pages keep their place, size and tables; they open again with no memory left. */
static void test_closed_pages(void **state)
{
	struct trial t;
	struct pgtable_walk walk;
	struct flush owed = flush_none();

	(void)state;
	trial_init(&t, &sv39x4, 0);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), MiB(4), PTE_R | PTE_X, &owed), 0);
	memory.limit = memory.used;
	owed = flush_none();
	assert_int_equal(pgtable_protect(&t.pt, 0, MiB(4), 0, &owed), 0);
	assert_int_equal(owed.kind, FLUSH_RANGE);
	assert_int_equal(owed.range.size, MiB(4));
	assert_int_equal(pgtable_walk(&t.pt, MiB(2) + 5, &walk), -EACCES);
	assert_int_equal(walk.hpa.v, MiB(2) + 5);
	assert_int_equal(walk.entry & PTE_V, 0);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), MiB(4), PTE_R, &owed), -EEXIST);
	owed = flush_none();
	assert_int_equal(pgtable_protect(&t.pt, 0, MiB(4), PTE_R, &owed), 0);
	assert_int_equal(owed.kind, FLUSH_RANGE);
	assert_int_equal(pgtable_walk(&t.pt, 0, &walk), 0);
	assert_int_equal(walk.level, 1);
	assert_int_equal(pgtable_protect(&t.pt, 0, MiB(4), 0, &owed), 0);
	assert_int_equal(pgtable_unmap(&t.pt, 0, MiB(4), &owed), 0);
	assert_int_equal(pgtable_walk(&t.pt, 0, &walk), -ENOENT);
	trial_end(&t);
}

static void test_refusals(void **state)
{
	struct trial t;
	struct flush owed = flush_none();
	struct pgtable_walk walk;

	(void)state;
	trial_init(&t, &sv39x4, 0);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 0, PTE_R, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 1, hpa(0), 4096, PTE_R, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(8), 4096, PTE_R, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 4095, PTE_R, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 4096, PTE_W, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 4096, PTE_W | PTE_X, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 4096, 0, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 4096, PTE_R | PTE_U, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(0), 4096, PTE_R | PTE_PBMT, &owed), -EINVAL);
	assert_int_equal(pgtable_map(&t.pt, BIT(41), hpa(0), 4096, PTE_R, &owed), -ERANGE);
	assert_int_equal(pgtable_map(&t.pt, BIT(41) - 4096, hpa(0), 8192, PTE_R, &owed), -ERANGE);
	assert_int_equal(pgtable_map(&t.pt, -PAGE_SIZE, hpa(0), 8192, PTE_R, &owed), -ERANGE);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(BIT(56)), 4096, PTE_R, &owed), -ERANGE);
	assert_int_equal(pgtable_map(&t.pt, 0, hpa(BIT(56) - 4096), 8192, PTE_R, &owed), -ERANGE);
	assert_int_equal(pgtable_unmap(&t.pt, BIT(41), 4096, &owed), -ERANGE);
	assert_int_equal(pgtable_unmap(&t.pt, 0, 1, &owed), -EINVAL);
	assert_int_equal(pgtable_protect(&t.pt, 0, 4096, PTE_W, &owed), -EINVAL);
	assert_int_equal(pgtable_protect(&t.pt, 0, 4096, PTE_R, &owed), -ENOENT);
	assert_int_equal(pgtable_walk(&t.pt, BIT(41), &walk), -ERANGE);
	assert_int_equal(walk.depth, 0);
	assert_int_equal(owed.kind, FLUSH_NONE);
	assert_int_equal(memory.used, 4);
	trial_end(&t);
}

static void test_sign_extended_gap(void **state)
{
	struct trial t;
	struct flush owed = flush_none();
	struct pgtable_walk walk;

	(void)state;
	trial_init(&t, &sv39, 0);
	assert_int_equal(pgtable_walk(&t.pt, BIT(38), &walk), -ERANGE);
	assert_int_equal(pgtable_walk(&t.pt, -BIT(38), &walk), -ENOENT);
	assert_int_equal(pgtable_map(&t.pt, BIT(38) - 4096, hpa(0), 8192, PTE_R, &owed), -ERANGE);
	/* Both ends are canonical, but the gap lies between. */
	assert_int_equal(pgtable_unmap(&t.pt, 4096, -UINT64_C(8192), &owed), -ERANGE);
	assert_int_equal(pgtable_map(&t.pt, -PAGE_SIZE, hpa(0), 4096, PTE_R, &owed), 0);
	assert_int_equal(pgtable_walk(&t.pt, UINT64_MAX, &walk), 0);
	assert_int_equal(walk.hpa.v, 4095);
	trial_end(&t);
}

static void test_bad_formats(void **state)
{
	struct pgtable pt;
	struct pgtable_format f = sv39;

	(void)state;
	table_memory_init(&memory);
	f.levels = 2;
	assert_int_equal(pgtable_init(&pt, &f, &table_memory_ops, &memory), -EINVAL);
	f.levels = 6;
	assert_int_equal(pgtable_init(&pt, &f, &table_memory_ops, &memory), -EINVAL);
	f = sv39;
	f.root_bits = 10;
	assert_int_equal(pgtable_init(&pt, &f, &table_memory_ops, &memory), -EINVAL);
	f = sv39;
	f.largest_leaf = 3;
	assert_int_equal(pgtable_init(&pt, &f, &table_memory_ops, &memory), -EINVAL);
	memory.limit = 3;
	assert_int_equal(pgtable_init(&pt, &sv39x4, &table_memory_ops, &memory), -ENOMEM);
}

/* Two pages with no table but the root in common: any shortage leaves nothing behind. */
static void test_no_memory_leaves_nothing(void **state)
{
	const uint64_t start = GiB(512) - PAGE_SIZE;
	struct pgtable_walk walk;
	struct trial t;

	(void)state;
	trial_init(&t, &sv57x4, 0);
	for (unsigned int extra = 0; extra <= 7; extra++) {
		struct flush owed = flush_none();
		bool enough = extra == 7;

		memory.limit = 4 + extra;
		assert_int_equal(pgtable_map(&t.pt, start, hpa(0), 2 * PAGE_SIZE, PTE_R, &owed),
				 enough ? 0 : -ENOMEM);
		pgtable_reap(&t.pt);
		assert_int_equal(memory.used, enough ? 11 : 4);
		assert_int_equal(pgtable_walk(&t.pt, start, &walk), enough ? 0 : -ENOENT);
	}
	trial_end(&t);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_pages_only),
		cmocka_unit_test(test_largest_pages),
		cmocka_unit_test(test_closed_pages),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_sign_extended_gap),
		cmocka_unit_test(test_bad_formats),
		cmocka_unit_test(test_no_memory_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
