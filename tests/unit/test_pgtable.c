/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/pgtable.c
/*
 * The page-table walker against a flat model: an array with one word a 4 KiB
 * page of a window of the address space. After each random call the table's own walk must
 * say the same as the model, the flush owed must cover every translation that
 * changed, and no table may have been freed before pgtable_reap.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/table_memory.h"

#define WINDOW       GiB(3)
#define WINDOW_PAGES (WINDOW / PAGE_SIZE)
#define ROUNDS       1200
#define SAMPLES      64

static struct table_memory memory;
/* HPA with the flags in its low bits; 0: not mapped; an HPA alone: closed. */
static uint64_t model[WINDOW_PAGES];

static uint64_t seed;

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * UINT64_C(0x2545f4914f6cdd1d);
}

static uint64_t below(uint64_t n)
{
	return (draw() >> 11) % n;
}

static const struct pgtable_format sv39 = { 3, 9, 2, true, PTE_A | PTE_D };
static const struct pgtable_format sv48 = { 4, 9, 2, true, PTE_A | PTE_D };
static const struct pgtable_format sv57 = { 5, 9, 2, true, PTE_A | PTE_D };
static const struct pgtable_format sv39x4 = { 3, 11, 2, false, PTE_U | PTE_A | PTE_D };
static const struct pgtable_format sv48x4 = { 4, 11, 2, false, PTE_U | PTE_A | PTE_D };
static const struct pgtable_format sv57x4 = { 5, 11, 2, false, PTE_U | PTE_A | PTE_D };
static const struct pgtable_format small = { 4, 11, 0, false, PTE_U | PTE_A | PTE_D };

struct trial {
	struct pgtable pt;
	uint64_t base; /* of the window */
};

static void trial_init(struct trial *t, const struct pgtable_format *format, uint64_t base)
{
	table_memory_init(&memory);
	memset(model, 0, sizeof(model));
	t->base = base;
	assert_int_equal(pgtable_init(&t->pt, format, &table_memory_ops, &memory), 0);
}

static void trial_end(struct trial *t)
{
	pgtable_destroy(&t->pt);
	assert_int_equal(memory.used, 0);
	assert_int_equal(t->pt.pages, 0);
}

/* PBMT sits above an HPA's bits, R, W, X, G below: HPA and flags fit in one word. */
static uint64_t model_word(uint64_t target, uint64_t flags)
{
	return target | flags;
}

static void model_set(uint64_t offset, uint64_t size, uint64_t word, uint64_t step)
{
	for (uint64_t i = offset / PAGE_SIZE; i < (offset + size) / PAGE_SIZE; i++, word += step)
		model[i] = word;
}

static void model_protect(uint64_t offset, uint64_t size, uint64_t flags)
{
	for (uint64_t i = offset / PAGE_SIZE; i < (offset + size) / PAGE_SIZE; i++)
		model[i] = (model[i] & ~PGTABLE_FLAGS) | flags;
}

static unsigned int model_mapped(uint64_t offset, uint64_t size)
{
	uint64_t n = 0;

	for (uint64_t i = offset / PAGE_SIZE; i < (offset + size) / PAGE_SIZE; i++)
		n += model[i] != 0;
	return (unsigned int)n;
}

static void check_leaf(const struct trial *t, uint64_t entry, bool closed)
{
	if (closed)
		assert_int_equal(entry & (PGTABLE_FLAGS | PTE_V), 0);
	else
		assert_int_equal(entry & ~(PGTABLE_FLAGS | PTE_PPN),
				 t->pt.format.leaf_flags | PTE_V);
}

/* Compares all of one entry's pages with the model; returns the bytes compared. */
static uint64_t compare_entry(struct trial *t, uint64_t offset)
{
	struct pgtable_walk walk;
	int result = pgtable_walk(&t->pt, t->base + offset, &walk);
	bool mapped = result != -ENOENT;
	uint64_t size = walk.page_size - ((t->base + offset) & (walk.page_size - 1));
	uint64_t word = 0;

	size = MIN(size, WINDOW - offset);
	if (mapped) {
		word = model_word(walk.hpa.v, walk.entry & PGTABLE_FLAGS);
		check_leaf(t, walk.entry, result == -EACCES);
	}
	for (uint64_t at = 0; at < size; at += PAGE_SIZE) {
		if (model[(offset + at) / PAGE_SIZE] != word)
			fail_msg("offset %#lx: model %#lx, table %#lx", (long)(offset + at),
				 (long)model[(offset + at) / PAGE_SIZE], (long)word);
		word += mapped ? PAGE_SIZE : 0;
	}
	return size;
}

static void compare_all(struct trial *t)
{
	for (uint64_t offset = 0; offset < WINDOW;)
		offset += compare_entry(t, offset);
	assert_int_equal(memory.used, t->pt.pages);
}

/* What a hart may have cached: walks done before a change. */
static struct {
	uint64_t address[SAMPLES];
	int result[SAMPLES];
	struct pgtable_walk walk[SAMPLES];
} cache;

static void cache_fill(struct trial *t, uint64_t offset, uint64_t size)
{
	for (unsigned int i = 0; i < SAMPLES; i++) {
		uint64_t at = i % 2 ? offset + below(size) : below(WINDOW);

		cache.address[i] = t->base + at;
		cache.result[i] = pgtable_walk(&t->pt, t->base + at, &cache.walk[i]);
	}
}

static bool is_pointer(uint64_t entry)
{
	return (entry & PTE_V) && !pgtable_is_leaf(entry);
}

/* A pointer that was read before the change and isn't there any more needs a full flush. */
static void check_pointers(const struct pgtable_walk *old, const struct pgtable_walk *new,
			   const struct flush *owed)
{
	for (unsigned int i = 0; i < old->depth; i++) {
		bool same = i < new->depth && old->steps[i].entry == new->steps[i].entry;

		if (same)
			continue;
		if (is_pointer(old->steps[i].entry) ||
		    (i < new->depth &&is_pointer(new->steps[i].entry)))
			assert_int_equal(owed->kind, FLUSH_ALL);
		return;
	}
}

static void check_flush(struct trial *t, const struct flush *owed)
{
	for (unsigned int i = 0; i < SAMPLES; i++) {
		struct pgtable_walk now;
		int result = pgtable_walk(&t->pt, cache.address[i], &now);
		bool same = result == cache.result[i] && now.entry == cache.walk[i].entry;

		check_pointers(&cache.walk[i], &now, owed);
		if (same || owed->kind == FLUSH_ALL)
			continue;
		assert_int_equal(owed->kind, FLUSH_RANGE);
		assert_true(range_contains(owed->range, cache.address[i], 1));
		assert_true(owed->stride <= now.page_size);
	}
}

static uint64_t random_flags(void)
{
	static const uint64_t access[] = { PTE_R, PTE_R | PTE_W, PTE_X, PTE_R | PTE_X,
					   PTE_R | PTE_W | PTE_X };

	return access[below(ARRAY_SIZE(access))] | FIELD_PREP(PTE_PBMT, below(3)) |
	       (below(8) == 0 ? PTE_G : 0);
}

struct span {
	uint64_t offset;
	uint64_t size;
};

/* Ranges of all sizes, with ends on boundaries of large pages more often than chance would. */
static struct span random_span(void)
{
	uint64_t grain = pgtable_page_size((unsigned int)below(3));
	uint64_t offset = below(WINDOW / grain) * grain;
	uint64_t size = (1 + below(below(2) ? 4 : 700)) * grain;

	if (below(4) == 0) {
		uint64_t odd = below(4) * PAGE_SIZE;

		offset = MIN(offset + odd, WINDOW - PAGE_SIZE);
	}
	return (struct span){ offset, MIN(size, WINDOW - offset) };
}

static void try_map(struct trial *t, struct span s, struct flush *owed)
{
	uint64_t flags = random_flags();
	uint64_t target = GiB(1 + below(64)) + (below(3) ? s.offset : below(1024) * PAGE_SIZE);
	int result = pgtable_map(&t->pt, t->base + s.offset, hpa(target), s.size, flags, owed);

	if (model_mapped(s.offset, s.size))
		assert_int_equal(result, -EEXIST);
	else if (result == 0)
		model_set(s.offset, s.size, model_word(target, flags), PAGE_SIZE);
	else
		assert_int_equal(result, -ENOMEM);
}

static void try_unmap(struct trial *t, struct span s, struct flush *owed)
{
	int result = pgtable_unmap(&t->pt, t->base + s.offset, s.size, owed);

	if (result == 0)
		model_set(s.offset, s.size, 0, 0);
	else
		assert_int_equal(result, -ENOMEM);
}

static void try_protect(struct trial *t, struct span s, struct flush *owed)
{
	uint64_t flags = below(3) ? random_flags() : 0;
	int result = pgtable_protect(&t->pt, t->base + s.offset, s.size, flags, owed);

	if (model_mapped(s.offset, s.size) != s.size / PAGE_SIZE)
		assert_int_equal(result, -ENOENT);
	else if (result == 0)
		model_protect(s.offset, s.size, flags);
	else
		assert_int_equal(result, -ENOMEM);
}

static void random_call(struct trial *t)
{
	static void (*const calls[])(struct trial *, struct span, struct flush *) = {
		try_map, try_map, try_map, try_unmap, try_unmap, try_protect,
	};
	struct span s = random_span();
	struct flush owed = flush_none();
	unsigned int frees = memory.frees;

	memory.limit = below(6) ? TABLE_MEMORY_PAGES : memory.used + (unsigned int)below(4);
	cache_fill(t, s.offset, s.size);
	calls[below(ARRAY_SIZE(calls))](t, s, &owed);
	check_flush(t, &owed);
	assert_int_equal(memory.frees, frees);
	if (below(3) == 0)
		pgtable_reap(&t->pt);
	compare_entry(t, s.offset);
	compare_entry(t, s.offset + s.size - PAGE_SIZE);
}

static void run_trial(const struct pgtable_format *format, uint64_t base, uint64_t rounds)
{
	struct trial t;
	struct flush owed = flush_none();

	trial_init(&t, format, base);
	for (uint64_t i = 0; i < rounds; i++) {
		random_call(&t);
		if (i % 16 == 0)
			compare_all(&t);
	}
	compare_all(&t);
	memory.limit = TABLE_MEMORY_PAGES;
	assert_int_equal(pgtable_unmap(&t.pt, base, WINDOW, &owed), 0);
	pgtable_reap(&t.pt);
	assert_int_equal(memory.used, BIT(format->root_bits - 9));
	trial_end(&t);
}

static void test_random_sv39(void **state)
{
	(void)state;
	seed = 1;
	run_trial(&sv39, GiB(1), ROUNDS);
	run_trial(&sv39, -GiB(200), ROUNDS / 4);
	run_trial(&sv39, -WINDOW, ROUNDS / 4);
}

static void test_random_sv48_sv57(void **state)
{
	(void)state;
	seed = 2;
	run_trial(&sv48, GiB(510), ROUNDS / 2);
	run_trial(&sv57, -GiB(512) * 512 - MiB(4), ROUNDS / 2);
}

static void test_random_sv39x4(void **state)
{
	(void)state;
	seed = 3;
	run_trial(&sv39x4, 0, ROUNDS);
	run_trial(&sv39x4, BIT(41) - WINDOW, ROUNDS / 2);
}

static void test_random_sv48x4_sv57x4(void **state)
{
	(void)state;
	seed = 4;
	run_trial(&sv48x4, GiB(511), ROUNDS / 2);
	run_trial(&sv57x4, BIT(59) - WINDOW, ROUNDS / 2);
}

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
		cmocka_unit_test(test_random_sv39),
		cmocka_unit_test(test_random_sv48_sv57),
		cmocka_unit_test(test_random_sv39x4),
		cmocka_unit_test(test_random_sv48x4_sv57x4),
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
