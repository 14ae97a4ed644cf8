/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for page tables under test: an array of pages at a made-up host
 * physical address, with a limit that can be lowered to make allocation fail,
 * and with checks of every free. It also counts, so that leaks show.
 */
#ifndef TESTS_UNIT_TABLE_MEMORY_H
#define TESTS_UNIT_TABLE_MEMORY_H

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/pgtable.h"

#define TABLE_MEMORY_PAGES 2048
#define TABLE_MEMORY_BASE  UINT64_C(0x91230000)

struct table_memory {
	_Alignas(4096) uint64_t pages[TABLE_MEMORY_PAGES][512];
	bool taken[TABLE_MEMORY_PAGES];
	unsigned int used;
	unsigned int limit; /* pages that may be in use at once */
	unsigned int frees;
};

static inline bool table_memory_run_is_free(struct table_memory *m, unsigned int i, unsigned int n)
{
	for (unsigned int k = 0; k < n; k++) {
		if (m->taken[i + k])
			return false;
	}
	return true;
}

static inline int table_memory_alloc(void *context, unsigned int order, hpa_t *table)
{
	struct table_memory *m = context;
	unsigned int n = 1U << order;

	if (m->used + n > m->limit)
		return -ENOMEM;
	for (unsigned int i = 0; i + n <= TABLE_MEMORY_PAGES; i += n) {
		if (!table_memory_run_is_free(m, i, n))
			continue;
		memset(&m->taken[i], 1, n);
		memset(m->pages[i], 0, n * 4096);
		m->used += n;
		*table = hpa(TABLE_MEMORY_BASE + i * PAGE_SIZE);
		return 0;
	}
	return -ENOMEM;
}

static inline unsigned int table_memory_index(hpa_t table)
{
	uint64_t offset = table.v - TABLE_MEMORY_BASE;

	assert(is_aligned(offset, PAGE_SIZE) && offset / PAGE_SIZE < TABLE_MEMORY_PAGES);
	return (unsigned int)(offset / PAGE_SIZE);
}

static inline void table_memory_free(void *context, unsigned int order, hpa_t table)
{
	struct table_memory *m = context;
	unsigned int i = table_memory_index(table), n = 1U << order;

	for (unsigned int k = 0; k < n; k++) {
		assert(m->taken[i + k]);
		m->taken[i + k] = false;
		memset(m->pages[i + k], 0xff, 4096);
	}
	m->used -= n;
	m->frees++;
}

static inline uint64_t *table_memory_entries(void *context, hpa_t table)
{
	struct table_memory *m = context;
	unsigned int i = table_memory_index(table);

	assert(m->taken[i]);
	return m->pages[i];
}

static const struct pgtable_ops table_memory_ops = {
	.alloc = table_memory_alloc,
	.free = table_memory_free,
	.entries = table_memory_entries,
};

static inline void table_memory_init(struct table_memory *m)
{
	memset(m->taken, 0, sizeof(m->taken));
	m->used = 0;
	m->frees = 0;
	m->limit = TABLE_MEMORY_PAGES;
}

#endif
