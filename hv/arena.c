/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena (contract in arena.h): chunks of pages in a list, each with a small
 * head; an object that doesn't fit in the newest gets a new chunk of its size.
 */
#include "hv/arena.h"

#define OBJECT_MAX GiB(1)

struct arena_chunk {
	struct arena_chunk *next;
	unsigned int order;
	uint64_t used; /* bytes from the chunk's start, this head included */
};

void arena_init(struct arena *arena, struct page_alloc *pages, enum page_owner owner)
{
	*arena = (struct arena){ .pages = pages, .owner = owner };
}

/* Pages come zeroed from the allocator, and an arena never hands out a byte twice. */
static void *take_from(struct arena_chunk *chunk, uint64_t size, uint64_t align)
{
	uint64_t at = align_up(chunk->used, align);

	if (at + size > BIT(chunk->order) * PAGE_SIZE)
		return NULL;
	chunk->used = at + size;
	return (char *)chunk + at;
}

static struct arena_chunk *add_chunk(struct arena *arena, uint64_t size)
{
	struct arena_chunk *chunk;
	unsigned int order = 0;

	while (BIT(order) * PAGE_SIZE < size)
		order++;
	chunk = page_alloc_take(arena->pages, order, arena->owner);
	if (!chunk)
		return NULL;
	*chunk = (struct arena_chunk){ arena->chunks, order, sizeof(*chunk) };
	arena->chunks = chunk;
	arena->page_count += BIT(order);
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size, size_t align)
{
	struct arena_chunk *chunk = arena->chunks;
	void *object = NULL;

	if (size == 0 || size > OBJECT_MAX)
		return NULL;
	if (align == 0 || align > ARENA_ALIGN_MAX || (align & (align - 1)))
		return NULL;
	if (chunk)
		object = take_from(chunk, size, align);
	if (object)
		return object;
	chunk = add_chunk(arena, align_up(sizeof(*chunk), align) + size);
	return chunk ? take_from(chunk, size, align) : NULL;
}

void arena_reset(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		arena->page_count -= BIT(chunk->order);
		page_alloc_give(arena->pages, chunk, chunk->order);
	}
}
