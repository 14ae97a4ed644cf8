/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for objects that die together, such as all that belongs to a guest:
 * taken piece by piece, given back at once. Pure. Locking: the caller's.
 */
#ifndef HV_ARENA_H
#define HV_ARENA_H

#include "hv/page_alloc.h"

#define ARENA_ALIGN_MAX 64

struct arena_chunk;

struct arena {
	struct page_alloc *pages;
	enum page_owner owner;
	struct arena_chunk *chunks; /* newest first; only the newest has room */
	uint64_t page_count;        /* pages that the arena holds */
};

/* An empty arena. Takes no memory before the first arena_alloc. */
void arena_init(struct arena *arena, struct page_alloc *pages, enum page_owner owner);

/*
 * size zeroed bytes, aligned to align, a power of two up to ARENA_ALIGN_MAX.
 * NULL: no memory, size 0 or above 1 GiB, or a bad alignment.
 */
void *arena_alloc(struct arena *arena, size_t size, size_t align);

/* Gives everything back; the arena is empty and can be used again. */
void arena_reset(struct arena *arena);

#endif
