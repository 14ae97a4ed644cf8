/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arena (contract in arena.h): chunks of memory in a list, each with a small
 * head. An object goes where there is room; what fits nowhere gets a new chunk of its size,
 * whose rest serves the next ones. Whole pages need no head, and get none.
 */
#include "hv/arena.h"

#define OBJECT_MAX GiB(1)

struct arena_chunk {
	struct arena_chunk *next;
	uint64_t size; /* bytes, this head included */
	uint64_t used; /* from the chunk's start */
};

void arena_init(struct arena *arena, struct page_alloc *pages, enum page_owner owner)
{
	*arena = (struct arena){ .pages = pages, .owner = owner };
}

void arena_add(struct arena *arena, void *memory, uint64_t size)
{
	struct arena_chunk *chunk = memory;

	if (size < sizeof(*chunk))
		return;
	*chunk = (struct arena_chunk){ arena->chunks, size, sizeof(*chunk) };
	arena->chunks = chunk;
}

/* Memory comes zeroed, and an arena never hands out a byte twice. */
static void *take_from(struct arena_chunk *chunk, uint64_t size, uint64_t align)
{
	uint64_t at = align_up((uintptr_t)chunk + chunk->used, align) - (uintptr_t)chunk;

	if (at + size > chunk->size)
		return NULL;
	chunk->used = at + size;
	return (char *)chunk + at;
}

static void *take_pages(struct arena *arena, uint64_t size)
{
	return page_alloc_take_run(arena->pages, size / PAGE_SIZE, arena->owner);
}

void *arena_alloc(struct arena *arena, size_t size, size_t align)
{
	struct arena_chunk *chunk;
	void *object = NULL;
	uint64_t room;

	if (size == 0 || size > OBJECT_MAX)
		return NULL;
	if (align == 0 || align > ARENA_ALIGN_MAX || (align & (align - 1)))
		return NULL;
	if (is_aligned(size, PAGE_SIZE))
		return take_pages(arena, size);
	for (chunk = arena->chunks; chunk && !object; chunk = chunk->next)
		object = take_from(chunk, size, align);
	if (object)
		return object;
	room = align_up(align_up(sizeof(*chunk), align) + size, PAGE_SIZE);
	chunk = take_pages(arena, room);
	if (!chunk)
		return NULL;
	arena_add(arena, chunk, room);
	return take_from(chunk, size, align);
}
