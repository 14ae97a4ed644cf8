/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for objects that stay, such as all that belongs to a guest: taken piece by
 * piece, many to a page, never given back. Pure. Locking: the caller's.
 */
#ifndef HV_ARENA_H
#define HV_ARENA_H

#include "hv/page_alloc.h"

#define ARENA_ALIGN_MAX 64

struct arena_chunk;

struct arena {
	struct page_alloc *pages;
	enum page_owner owner;
	struct arena_chunk *chunks; /* newest first */
};

/* An empty arena. Takes no memory before the first arena_alloc. */
void arena_init(struct arena *arena, struct page_alloc *pages, enum page_owner owner);

/* Lends the arena size zeroed bytes at memory, eight-byte aligned: it takes from them first. */
void arena_add(struct arena *arena, void *memory, uint64_t size);

/*
 * size zeroed bytes, aligned to align, a power of two up to ARENA_ALIGN_MAX. Whole pages
 * have pages to themselves. NULL: no memory, size 0 or above 1 GiB, or a bad alignment.
 */
void *arena_alloc(struct arena *arena, size_t size, size_t align);

#endif
