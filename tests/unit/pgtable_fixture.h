/* SPDX-License-Identifier: Apache-2.0 */
/* A page table of each format, in memory that counts. */
#ifndef TESTS_UNIT_PGTABLE_FIXTURE_H
#define TESTS_UNIT_PGTABLE_FIXTURE_H

#include "tests/unit/table_memory.h"

static struct table_memory memory;

static const struct pgtable_format sv39 = { 3, 9, 2, true, PTE_A | PTE_D };
static const struct pgtable_format sv48 = { 4, 9, 2, true, PTE_A | PTE_D };
static const struct pgtable_format sv57 = { 5, 9, 2, true, PTE_A | PTE_D };
static const struct pgtable_format sv39x4 = { 3, 11, 2, false, PTE_U | PTE_A | PTE_D };
static const struct pgtable_format sv48x4 = { 4, 11, 2, false, PTE_U | PTE_A | PTE_D };
static const struct pgtable_format sv57x4 = { 5, 11, 2, false, PTE_U | PTE_A | PTE_D };
static const struct pgtable_format small = { 4, 11, 0, false, PTE_U | PTE_A | PTE_D };

struct trial {
	struct pgtable pt;
	uint64_t base; /* of the addresses that it uses */
};

static inline void trial_init(struct trial *t, const struct pgtable_format *format, uint64_t base)
{
	table_memory_init(&memory);
	t->base = base;
	assert_int_equal(pgtable_init(&t->pt, format, &table_memory_ops, &memory), 0);
}

static inline void trial_end(struct trial *t)
{
	pgtable_destroy(&t->pt);
	assert_int_equal(memory.used, 0);
	assert_int_equal(t->pt.pages, 0);
}

#endif
