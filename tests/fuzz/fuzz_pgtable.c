/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/pgtable.c
/*
 * Page tables against a flat array of pages. Input: one byte that picks the
 * format, then calls of six bytes: operation and flags, first page (two bytes),
 * number of pages (two bytes), memory left, phase of the target, and whether to close.
 */
#include <stdlib.h>

#include "tests/unit/table_memory.h"

#define PAGES \
	2048U /* 8 MiB around a 512 GiB boundary: tables of every level are made and emptied */
#define BASE       (GiB(512) - MiB(4))
#define CALL_BYTES 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct table_memory memory;
static uint64_t model[PAGES];
static struct pgtable pt;

static void check(bool sound)
{
	if (!sound)
		abort();
}

static void compare(void)
{
	for (unsigned int i = 0; i < PAGES; i++) {
		struct pgtable_walk walk;
		int result = pgtable_walk(&pt, BASE + i * PAGE_SIZE, &walk);

		check((result == -ENOENT) == (model[i] == 0));
		check((result == -EACCES) == (model[i] && !(model[i] & PGTABLE_FLAGS)));
		check(result == -ENOENT || (walk.hpa.v | (walk.entry & PGTABLE_FLAGS)) == model[i]);
	}
	check(memory.used == pt.pages);
}

static unsigned int mapped(unsigned int first, unsigned int count)
{
	unsigned int n = 0;

	for (unsigned int i = first; i < first + count; i++)
		n += model[i] != 0;
	return n;
}

static void call_map(unsigned int first, unsigned int count, uint64_t flags, uint64_t phase)
{
	struct flush owed = flush_none();
	uint64_t target = GiB(8) + (first + phase) * PAGE_SIZE;
	int result = pgtable_map(&pt, BASE + first * PAGE_SIZE, hpa(target), count * PAGE_SIZE,
				 flags, &owed);

	check((result == -EEXIST) == (mapped(first, count) != 0));
	check(result == 0 || result == -EEXIST || result == -ENOMEM);
	check(result || owed.kind != FLUSH_NONE);
	for (unsigned int i = 0; result == 0 && i < count; i++)
		model[first + i] = (target + i * PAGE_SIZE) | flags;
}

static void call_unmap(unsigned int first, unsigned int count)
{
	struct flush owed = flush_none();
	int result = pgtable_unmap(&pt, BASE + first * PAGE_SIZE, count * PAGE_SIZE, &owed);

	check(result == 0 || result == -ENOMEM);
	check(result || owed.kind != FLUSH_NONE || mapped(first, count) == 0);
	for (unsigned int i = 0; result == 0 && i < count; i++)
		model[first + i] = 0;
}

static void call_protect(unsigned int first, unsigned int count, uint64_t flags)
{
	struct flush owed = flush_none();
	int result =
		pgtable_protect(&pt, BASE + first * PAGE_SIZE, count * PAGE_SIZE, flags, &owed);

	check((result == -ENOENT) == (mapped(first, count) != count));
	check(result == 0 || result == -ENOENT || result == -ENOMEM);
	for (unsigned int i = 0; result == 0 && i < count; i++)
		model[first + i] = (model[first + i] & ~PGTABLE_FLAGS) | flags;
}

static void call(const uint8_t *data)
{
	static const uint64_t access[] = { PTE_R, PTE_R | PTE_W, PTE_R | PTE_X, PTE_X };
	uint64_t flags = access[(data[0] >> 2) & 3] | FIELD_PREP(PTE_PBMT, (data[0] >> 4) % 3);
	unsigned int first = (data[1] | (unsigned int)data[2] << 8) % PAGES;
	unsigned int count = 1 + (data[3] | (unsigned int)data[4] << 8) % PAGES;

	count = MIN(count, PAGES - first);
	memory.limit = data[5] & 0x80 ? memory.used + (data[5] & 7) : TABLE_MEMORY_PAGES;
	if ((data[0] & 3) < 2)
		call_map(first, count, flags, data[5] & 0x40 ? 0 : data[5] & 7);
	else if ((data[0] & 3) == 2)
		call_unmap(first, count);
	else
		call_protect(first, count, data[5] & 0x20 ? 0 : flags);
	if (data[0] & 0x80)
		pgtable_reap(&pt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pgtable_format formats[] = {
		{ 4, 9, 2, true, PTE_A | PTE_D },   { 5, 9, 2, true, PTE_A | PTE_D },
		{ 3, 11, 2, false, PTE_U | PTE_A }, { 4, 11, 2, false, PTE_U | PTE_A },
		{ 5, 11, 1, false, PTE_U | PTE_A }, { 3, 11, 0, false, PTE_U | PTE_A },
	};

	if (size == 0)
		return 0;
	table_memory_init(&memory);
	memset(model, 0, sizeof(model));
	check(pgtable_init(&pt, &formats[data[0] % ARRAY_SIZE(formats)], &table_memory_ops,
			   &memory) == 0);
	for (data++, size--; size >= CALL_BYTES; data += CALL_BYTES, size -= CALL_BYTES) {
		call(data);
		compare();
	}
	pgtable_destroy(&pt);
	check(memory.used == 0);
	return 0;
}
