/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/gstage.c hv/pgtable.c
/* A guest's address space: what it adds to the page-table walker, which has a test of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stage2/gstage.h"
#include "tests/unit/table_memory.h"

static struct table_memory memory;
static struct gstage gs;

static void start(unsigned int mode)
{
	table_memory_init(&memory);
	assert_int_equal(gstage_init(&gs, mode, &table_memory_ops, &memory), 0);
}

static void finish(void)
{
	gstage_destroy(&gs);
	assert_int_equal(memory.used, 0);
}

static void test_modes(void **state)
{
	static const struct {
		unsigned int mode, levels, width;
		const char *name;
	} rows[] = {
		{ ATP_MODE_SV39, 3, 41, "Sv39x4" },
		{ ATP_MODE_SV48, 4, 50, "Sv48x4" },
		{ ATP_MODE_SV57, 5, 59, "Sv57x4" },
	};
	struct flush owed = flush_none();
	struct pgtable_walk walk;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t end = BIT(rows[i].width);

		start(rows[i].mode);
		assert_true(is_aligned(gs.table.root.v, KiB(16)));
		assert_int_equal(gstage_width(rows[i].mode), rows[i].width);
		assert_string_equal(gstage_mode_name(rows[i].mode), rows[i].name);
		assert_int_equal(
			gstage_map(&gs, gpa(end - 4096), hpa(MiB(5)), 4096, GSTAGE_RAM, &owed), 0);
		assert_int_equal(gstage_walk(&gs, gpa(end - 1), &walk), 0);
		assert_int_equal(walk.depth, rows[i].levels);
		assert_int_equal(walk.steps[0].index, 2047);
		assert_int_equal(gstage_map(&gs, gpa(end), hpa(0), 4096, GSTAGE_RAM, &owed),
				 -ERANGE);
		finish();
	}
	assert_int_equal(gstage_init(&gs, ATP_MODE_BARE, &table_memory_ops, &memory), -EINVAL);
	assert_int_equal(gstage_init(&gs, 11, &table_memory_ops, &memory), -EINVAL);
	assert_int_equal(gstage_width(0), 0);
	assert_string_equal(gstage_mode_name(ATP_MODE_BARE), "bare");
	assert_string_equal(gstage_mode_name(7), "?");
}

static void test_leaf_bits(void **state)
{
	struct flush owed = flush_none();
	struct pgtable_walk walk;
	uint64_t access;
	hpa_t to;

	(void)state;
	start(ATP_MODE_SV39);
	assert_int_equal(gstage_map(&gs, gpa(GiB(2)), hpa(GiB(3)), GiB(1), GSTAGE_RAM, &owed), 0);
	assert_int_equal(gstage_walk(&gs, gpa(GiB(2)), &walk), 0);
	assert_int_equal(walk.level, 2);
	assert_int_equal(walk.entry,
			 (GiB(3) >> 2) | PTE_V | PTE_R | PTE_W | PTE_X | PTE_U | PTE_A | PTE_D);
	assert_int_equal(gstage_map(&gs, gpa(0x10000000), hpa(0x10001000), 4096,
				    GSTAGE_DEVICE | GSTAGE_IO, &owed),
			 0);
	assert_int_equal(gstage_translate(&gs, gpa(0x10000ff8), &to, &access), 0);
	assert_int_equal(to.v, 0x10001ff8);
	assert_int_equal(access, GSTAGE_READ | GSTAGE_WRITE | GSTAGE_IO);
	assert_int_equal(gstage_translate(&gs, gpa(0x10001000), &to, &access), -ENOENT);
	assert_int_equal(gstage_translate(&gs, gpa(BIT(41)), &to, &access), -ERANGE);
	finish();
}

static void test_access_is_checked(void **state)
{
	struct flush owed = flush_none();

	(void)state;
	start(ATP_MODE_SV48);
	assert_int_equal(gstage_map(&gs, gpa(0), hpa(0), 4096, GSTAGE_RAM | PTE_G, &owed), -EINVAL);
	assert_int_equal(gstage_map(&gs, gpa(0), hpa(0), 4096, GSTAGE_WRITE, &owed), -EINVAL);
	assert_int_equal(gstage_map(&gs, gpa(0), hpa(0), 4096, GSTAGE_RAM | PTE_U, &owed), -EINVAL);
	assert_int_equal(gstage_protect(&gs, gpa(0), 4096, GSTAGE_RAM | PTE_G, &owed), -EINVAL);
	finish();
}

/* What a flash bank does: readable and executable, closed, and back, over and over. */
static void test_flash_bank_toggles(void **state)
{
	const gpa_t bank = gpa(0x20000000);
	struct flush owed = flush_none();
	uint64_t access;
	hpa_t to;

	(void)state;
	start(ATP_MODE_SV39);
	assert_int_equal(
		gstage_map(&gs, bank, hpa(0x90001000), MiB(32), GSTAGE_READ | GSTAGE_EXEC, &owed),
		0);
	memory.limit = memory.used;
	for (unsigned int i = 0; i < 50; i++) {
		owed = flush_none();
		assert_int_equal(gstage_protect(&gs, bank, MiB(32), 0, &owed), 0);
		assert_int_equal(owed.range.size, MiB(32));
		assert_int_equal(gstage_translate(&gs, bank, &to, &access), -EACCES);
		assert_int_equal(
			gstage_protect(&gs, bank, MiB(32), GSTAGE_READ | GSTAGE_EXEC, &owed), 0);
		assert_int_equal(gstage_translate(&gs, bank, &to, &access), 0);
		assert_int_equal(to.v, 0x90001000);
	}
	assert_int_equal(gstage_unmap(&gs, bank, MiB(32), &owed), 0);
	gstage_reap(&gs);
	assert_int_equal(memory.used, 4);
	finish();
}

static void test_protect_owes_a_range(void **state)
{
	struct flush owed = flush_none();
	uint64_t access;
	hpa_t to;

	(void)state;
	start(ATP_MODE_SV39);
	assert_int_equal(gstage_map(&gs, gpa(MiB(2)), hpa(MiB(64)), MiB(4), GSTAGE_RAM, &owed), 0);
	owed = flush_none();
	assert_int_equal(gstage_protect(&gs, gpa(MiB(4)), MiB(2), GSTAGE_READ, &owed), 0);
	assert_int_equal(owed.kind, FLUSH_RANGE);
	assert_int_equal(owed.range.base, MiB(4));
	assert_int_equal(owed.range.size, MiB(2));
	assert_int_equal(owed.stride, MiB(2));
	assert_int_equal(gstage_translate(&gs, gpa(MiB(4) + 5), &to, &access), 0);
	assert_int_equal(to.v, MiB(66) + 5);
	assert_int_equal(access, GSTAGE_READ);
	finish();
}

static void test_hgatp(void **state)
{
	(void)state;
	start(ATP_MODE_SV57);
	assert_int_equal(gstage_hgatp(&gs, 0x2005),
			 UINT64_C(10) << 60 | UINT64_C(0x2005) << 44 | gs.table.root.v >> 12);
	finish();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_leaf_bits),
		cmocka_unit_test(test_access_is_checked),
		cmocka_unit_test(test_flash_bank_toggles),
		cmocka_unit_test(test_protect_owes_a_range),
		cmocka_unit_test(test_hgatp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
