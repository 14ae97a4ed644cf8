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

#include "tests/unit/pgtable_fixture.h"

#define WINDOW       GiB(3)
#define WINDOW_PAGES (WINDOW / PAGE_SIZE)
#define ROUNDS       1200
#define SAMPLES      64

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
	memset(model, 0, sizeof(model));
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_sv39),
		cmocka_unit_test(test_random_sv48_sv57),
		cmocka_unit_test(test_random_sv39x4),
		cmocka_unit_test(test_random_sv48x4_sv57x4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
