/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/page_alloc.c hv/arena.c hv/table_pages.c hv/pgtable.c
/* The page allocator against a list of what was taken, and what stands on it: arenas, tables. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hv/arena.h"
#include "hv/table_pages.h"

#define AREA_PAGES 300
#define MAP_PAGES  1
#define AREA_HPA   UINT64_C(0x80203000) /* not aligned to more than a page: alignment is physical */

static _Alignas(4096) char area[AREA_PAGES * 4096];
static struct page_alloc pa;

static int set_up(void **state)
{
	(void)state;
	memset(area, 0x5a, sizeof(area));
	return page_alloc_init(&pa, area, hpa(AREA_HPA), sizeof(area));
}

static void test_init_refuses(void **state)
{
	struct page_alloc other;

	(void)state;
	assert_int_equal(page_alloc_init(&other, area + 1, hpa(0), 8192), -EINVAL);
	assert_int_equal(page_alloc_init(&other, area, hpa(16), 8192), -EINVAL);
	assert_int_equal(page_alloc_init(&other, area, hpa(0), 8191), -EINVAL);
	assert_int_equal(page_alloc_init(&other, area, hpa(0), 4096), -EINVAL);
	assert_int_equal(page_alloc_init(&other, area, hpa(0), 8192), 0);
	assert_int_equal(other.total, 2);
	assert_non_null(page_alloc_take(&other, 0, PAGE_OWNER_BASE));
	assert_null(page_alloc_take(&other, 0, PAGE_OWNER_BASE));
}

static void test_counts_by_owner(void **state)
{
	struct page_alloc_stats s;
	void *a, *b;

	(void)state;
	a = page_alloc_take(&pa, 2, PAGE_OWNER_STAGE2);
	b = page_alloc_take(&pa, 0, PAGE_OWNER_VCPU);
	assert_int_equal(page_alloc_give(&pa, b, 0), 0);
	s = page_alloc_stats(&pa);
	assert_int_equal(s.total, AREA_PAGES);
	assert_int_equal(s.used, MAP_PAGES + 4);
	assert_int_equal(s.free, AREA_PAGES - 5);
	assert_int_equal(s.peak, MAP_PAGES + 5);
	assert_int_equal(s.used_by[PAGE_OWNER_STAGE2], 4);
	assert_int_equal(s.used_by[PAGE_OWNER_VCPU], 0);
	assert_int_equal(page_alloc_give(&pa, a, 2), 0);
	assert_string_equal(page_alloc_owner_name(PAGE_OWNER_STAGE2), "stage2");
	assert_string_equal(page_alloc_owner_name(PAGE_OWNERS), "?");
}

static void test_wrong_frees(void **state)
{
	char *a = page_alloc_take(&pa, 1, PAGE_OWNER_BASE);
	char *b = page_alloc_take(&pa, 1, PAGE_OWNER_BASE);
	struct page_alloc other;

	(void)state;
	assert_int_equal(page_alloc_give(&pa, a + 1, 1), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, a + 4096, 0), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, a, 0), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, a, 2), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, a, 60), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, &other, 0), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, area + sizeof(area) - 4096, 0), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, NULL, 0), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, a, 1), 0);
	assert_int_equal(page_alloc_give(&pa, a, 1), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, b, 1), 0);
	assert_int_equal(page_alloc_stats(&pa).used, MAP_PAGES);
}

static void test_refused_takes(void **state)
{
	(void)state;
	assert_null(page_alloc_take(&pa, 9, PAGE_OWNER_BASE));
	assert_null(page_alloc_take(&pa, 63, PAGE_OWNER_BASE));
	assert_null(page_alloc_take(&pa, 64, PAGE_OWNER_BASE));
	assert_null(page_alloc_take(&pa, 0, PAGE_OWNERS));
	assert_int_equal(page_alloc_stats(&pa).used, MAP_PAGES);
}

struct taken {
	char *pages;
	unsigned int order;
};

static bool is_filled(const char *p, size_t size, char byte)
{
	for (size_t i = 0; i < size; i++) {
		if (p[i] != byte)
			return false;
	}
	return true;
}

static void take_one(struct taken *t)
{
	t->order = (unsigned int)rand() % 4;
	t->pages = page_alloc_take(&pa, t->order, (enum page_owner)(rand() % PAGE_OWNERS));
	if (!t->pages)
		return;
	assert_true(is_aligned(page_alloc_hpa(&pa, t->pages).v, PAGE_SIZE << t->order));
	assert_ptr_equal(page_alloc_pointer(&pa, page_alloc_hpa(&pa, t->pages)), t->pages);
	assert_true(is_filled(t->pages, 4096UL << t->order, 0));
	memset(t->pages, (int)(1 + t->order), 4096UL << t->order);
}

static void give_one(struct taken *t)
{
	assert_true(is_filled(t->pages, 4096UL << t->order, (char)(1 + t->order)));
	assert_int_equal(page_alloc_give(&pa, t->pages, t->order), 0);
	t->pages = NULL;
}

static void test_random(void **state)
{
	static struct taken taken[120];
	uint64_t used = MAP_PAGES;

	(void)state;
	srand(7);
	for (unsigned int i = 0; i < 20000; i++) {
		struct taken *t = &taken[rand() % 120];

		used -= t->pages ? BIT(t->order) : 0;
		if (t->pages)
			give_one(t);
		else
			take_one(t);
		used += t->pages ? BIT(t->order) : 0;
		assert_int_equal(page_alloc_stats(&pa).used, used);
	}
	for (unsigned int i = 0; i < 120; i++) {
		if (taken[i].pages)
			give_one(&taken[i]);
	}
	assert_int_equal(page_alloc_stats(&pa).used, MAP_PAGES);
	for (unsigned int n = 0; n < AREA_PAGES - 1; n++)
		assert_non_null(page_alloc_take(&pa, 0, PAGE_OWNER_BASE));
	assert_null(page_alloc_take(&pa, 0, PAGE_OWNER_BASE));
}

static void test_arena(void **state)
{
	struct arena arena;
	char *last = NULL;

	(void)state;
	arena_init(&arena, &pa, PAGE_OWNER_VDEV);
	for (size_t i = 1; i < 200; i++) {
		size_t align = 1UL << (i % 7);
		char *p = arena_alloc(&arena, i * 3, align);

		assert_non_null(p);
		assert_true(is_aligned((uintptr_t)p, align));
		assert_true(is_filled(p, i * 3, 0));
		memset(p, 0xee, i * 3);
		assert_ptr_not_equal(p, last);
		last = p;
	}
	assert_non_null(arena_alloc(&arena, 3 * 4096, 8));
	/* What is left of one chunk serves later objects, so next to nothing is wasted. */
	assert_int_equal(page_alloc_stats(&pa).used_by[PAGE_OWNER_VDEV], 19);
}

/* Objects go where there is room, whole pages to pages of their own, and lent memory first. */
static void test_arena_wastes_little(void **state)
{
	static _Alignas(8) char lent[512];
	struct arena arena;
	uint64_t size;
	char *spare = page_alloc_spare(&pa, &size);
	char *p;

	(void)state;
	assert_int_equal(size, 4096 - align_up(AREA_PAGES, 8));
	assert_true(is_filled(spare, size, 0));
	arena_init(&arena, &pa, PAGE_OWNER_VDEV);
	arena_add(&arena, lent, 8);
	arena_add(&arena, lent, sizeof(lent));
	p = arena_alloc(&arena, 64, 64);
	assert_true(p > lent && p + 64 <= lent + sizeof(lent));
	assert_int_equal(page_alloc_stats(&pa).used_by[PAGE_OWNER_VDEV], 0);
	assert_non_null(arena_alloc(&arena, 3000, 8));
	assert_non_null(arena_alloc(&arena, 8192, 64));
	assert_non_null(arena_alloc(&arena, 3000, 8));
	assert_non_null(arena_alloc(&arena, 1000, 8));
	assert_non_null(arena_alloc(&arena, 1000, 8));
	assert_int_equal(page_alloc_stats(&pa).used_by[PAGE_OWNER_VDEV], 4);
}

static void test_arena_refuses(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, &pa, PAGE_OWNER_VDEV);
	assert_null(arena_alloc(&arena, 0, 8));
	assert_null(arena_alloc(&arena, SIZE_MAX, 8));
	assert_null(arena_alloc(&arena, GiB(1), 8));
	assert_null(arena_alloc(&arena, 8, 0));
	assert_null(arena_alloc(&arena, 8, 24));
	assert_null(arena_alloc(&arena, 8, 128));
	assert_int_equal(page_alloc_stats(&pa).used, MAP_PAGES);
}

static void test_tables_from_pages(void **state)
{
	struct pgtable_format format = { 3, 11, 2, false, PTE_U | PTE_A | PTE_D };
	struct table_pages source = { &pa, PAGE_OWNER_STAGE2 };
	struct flush owed = flush_none();
	struct pgtable pt;

	(void)state;
	assert_int_equal(pgtable_init(&pt, &format, &table_pages_ops, &source), 0);
	assert_true(is_aligned(pt.root.v, KiB(16)));
	assert_int_equal(pgtable_map(&pt, 4096, hpa(0), 4096, PTE_R, &owed), 0);
	assert_int_equal(page_alloc_stats(&pa).used_by[PAGE_OWNER_STAGE2], 6);
	/* 1 GiB in 4 KiB pages needs more tables than there are: refused, and nothing stays. */
	assert_int_equal(pgtable_map(&pt, GiB(1), hpa(4096), GiB(1), PTE_R, &owed), -ENOMEM);
	pgtable_reap(&pt);
	assert_int_equal(page_alloc_stats(&pa).used_by[PAGE_OWNER_STAGE2], 6);
	pgtable_destroy(&pt);
	assert_int_equal(page_alloc_stats(&pa).used, MAP_PAGES);
}

static void test_kept_pages(void **state)
{
	struct page_alloc_stats s;

	(void)state;
	assert_int_equal(page_alloc_keep(&pa, AREA_PAGES, PAGE_OWNER_BASE), -EINVAL);
	assert_int_equal(page_alloc_keep(&pa, SIZE_MAX, PAGE_OWNER_BASE), -EINVAL);
	assert_int_equal(page_alloc_keep(&pa, 3, PAGE_OWNER_BASE), 0);
	s = page_alloc_stats(&pa);
	assert_int_equal(s.used, MAP_PAGES + 3);
	assert_int_equal(area[0], 0x5a);
	assert_int_equal(area[3 * 4096 - 1], 0x5a);
	assert_ptr_equal(page_alloc_take(&pa, 0, PAGE_OWNER_BASE), area + 3 * 4096);
	/* Too late for more; each page comes back on its own, and is cleared when taken again. */
	assert_int_equal(page_alloc_keep(&pa, 1, PAGE_OWNER_BASE), -EINVAL);
	assert_int_equal(page_alloc_give(&pa, area + 4096, 0), 0);
	assert_ptr_equal(page_alloc_take(&pa, 0, PAGE_OWNER_BASE), area + 4096);
	assert_int_equal(area[4096], 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_init_refuses, set_up),
		cmocka_unit_test_setup(test_counts_by_owner, set_up),
		cmocka_unit_test_setup(test_kept_pages, set_up),
		cmocka_unit_test_setup(test_wrong_frees, set_up),
		cmocka_unit_test_setup(test_refused_takes, set_up),
		cmocka_unit_test_setup(test_random, set_up),
		cmocka_unit_test_setup(test_arena, set_up),
		cmocka_unit_test_setup(test_arena_wastes_little, set_up),
		cmocka_unit_test_setup(test_arena_refuses, set_up),
		cmocka_unit_test_setup(test_tables_from_pages, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
