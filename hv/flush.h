/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flush that a change of a page table owes: what has to be fenced on every
 * hart that may have cached the old entries. Setters collect it here, so that
 * one fence can serve many changes; stage2/fence.h turns it into instructions.
 */
#ifndef HV_FLUSH_H
#define HV_FLUSH_H

#include "hv/bits.h"

enum flush_kind {
	FLUSH_NONE,
	FLUSH_RANGE, /* only leaf entries changed, all of them in the range */
	FLUSH_ALL,   /* a pointer to a table changed: fences by address don't order those */
};

struct flush {
	enum flush_kind kind;
	struct range range; /* FLUSH_RANGE: hull of what changed, in the table's address space */
	uint64_t stride;    /* FLUSH_RANGE: bytes of the smallest page changed */
};

static inline struct flush flush_none(void)
{
	return (struct flush){ .kind = FLUSH_NONE };
}

static inline void flush_add_all(struct flush *owed)
{
	owed->kind = FLUSH_ALL;
}

/* Adds [base, base + size), not empty and sound, whose pages are stride bytes each or larger. */
static inline void flush_add_range(struct flush *owed, uint64_t base, uint64_t size,
				   uint64_t stride)
{
	uint64_t last = base + (size - 1), first = base;

	if (owed->kind == FLUSH_ALL)
		return;
	if (owed->kind == FLUSH_RANGE) {
		first = MIN(first, owed->range.base);
		last = MAX(last, owed->range.base + (owed->range.size - 1));
		stride = MIN(stride, owed->stride);
	}
	*owed = (struct flush){ FLUSH_RANGE, { first, last - first + 1 }, stride };
}

/* Adds what another change owes. */
static inline void flush_merge(struct flush *owed, const struct flush *more)
{
	if (more->kind == FLUSH_ALL)
		flush_add_all(owed);
	else if (more->kind == FLUSH_RANGE)
		flush_add_range(owed, more->range.base, more->range.size, more->stride);
}

#endif
