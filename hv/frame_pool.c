/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of guests' memory (contract in frame_pool.h). Ranges are clipped to
 * the 56 bits of a physical address first, so that sums below can't wrap.
 */
#include <errno.h>
#include <string.h>

#include "hv/frame_pool.h"

#define LIMIT BIT(56)

static uint64_t end_of(struct range r)
{
	return r.base + r.size;
}

void frame_pool_init(struct frame_pool *pool)
{
	memset(pool, 0, sizeof(*pool));
}

static bool is_whole_pages(struct range r)
{
	struct range all = { 0, LIMIT };

	return r.size != 0 && is_aligned(r.base | r.size, PAGE_SIZE) &&
	       range_contains(all, r.base, r.size);
}

/* The index of the first free range that ends above address; count when there is none. */
static unsigned int first_above(const struct frame_pool *pool, uint64_t address)
{
	unsigned int i = 0;

	while (i < pool->count && end_of(pool->free[i]) <= address)
		i++;
	return i;
}

static void remove_at(struct frame_pool *pool, unsigned int i)
{
	pool->count--;
	memmove(&pool->free[i], &pool->free[i + 1], (pool->count - i) * sizeof(pool->free[0]));
}

static int insert_at(struct frame_pool *pool, unsigned int i, struct range r)
{
	if (pool->count == FRAME_POOL_RANGES)
		return -ENOSPC;
	memmove(&pool->free[i + 1], &pool->free[i], (pool->count - i) * sizeof(pool->free[0]));
	pool->free[i] = r;
	pool->count++;
	return 0;
}

/* Adds r, which overlaps nothing, before entry i, and joins it with neighbours that it touches. */
static int join_at(struct frame_pool *pool, unsigned int i, struct range r)
{
	bool left = i > 0 && end_of(pool->free[i - 1]) == r.base;
	bool right = i < pool->count && end_of(r) == pool->free[i].base;

	if (!left && !right)
		return insert_at(pool, i, r);
	if (left && right) {
		pool->free[i - 1].size += r.size + pool->free[i].size;
		remove_at(pool, i);
	} else if (left) {
		pool->free[i - 1].size += r.size;
	} else {
		pool->free[i].base = r.base;
		pool->free[i].size += r.size;
	}
	return 0;
}

static int give(struct frame_pool *pool, struct range r)
{
	unsigned int i = first_above(pool, r.base);
	int error;

	if (i < pool->count && range_overlaps(pool->free[i], r))
		return -EEXIST;
	error = join_at(pool, i, r);
	if (!error)
		pool->free_bytes += r.size;
	return error;
}

int frame_pool_add(struct frame_pool *pool, struct range memory)
{
	struct range all = { 0, LIMIT }, whole;

	if (!range_contains(all, memory.base, memory.size))
		return -EINVAL;
	whole.base = align_up(memory.base, PAGE_SIZE);
	if (align_down(end_of(memory), PAGE_SIZE) <= whole.base)
		return -EINVAL;
	whole.size = align_down(end_of(memory), PAGE_SIZE) - whole.base;
	return give(pool, whole);
}

int frame_pool_free(struct frame_pool *pool, struct range memory)
{
	return is_whole_pages(memory) ? give(pool, memory) : -EINVAL;
}

/* Takes r, not empty, out of entry i, in which it lies whole. */
static int take_from(struct frame_pool *pool, unsigned int i, struct range r)
{
	struct range old = pool->free[i];
	struct range below = { old.base, r.base - old.base };
	struct range above = { end_of(r), end_of(old) - end_of(r) };
	int error = 0;

	if (below.size && above.size)
		error = insert_at(pool, i + 1, above);
	if (error)
		return error;
	if (below.size)
		pool->free[i] = below;
	else if (above.size)
		pool->free[i] = above;
	else
		remove_at(pool, i);
	pool->free_bytes -= r.size;
	return 0;
}

static struct range common_part(struct range a, struct range b)
{
	uint64_t base = MAX(a.base, b.base);
	uint64_t end = MIN(end_of(a), end_of(b));

	return (struct range){ base, end > base ? end - base : 0 };
}

/* The range widened to whole pages and cut at the highest physical address. */
static struct range widen(struct range r)
{
	uint64_t base = MIN(align_down(r.base, PAGE_SIZE), LIMIT);
	uint64_t last = MIN(r.base + (r.size - 1), LIMIT - 1);
	uint64_t end = align_up(last + 1, PAGE_SIZE);

	return (struct range){ base, end > base ? end - base : 0 };
}

int frame_pool_reserve(struct frame_pool *pool, struct range memory)
{
	int error = 0;
	unsigned int i;

	if (!range_is_sound(memory.base, memory.size))
		return -EINVAL;
	if (memory.size == 0)
		return 0;
	memory = widen(memory);
	i = first_above(pool, memory.base);
	while (!error && i < pool->count) {
		struct range part = common_part(pool->free[i], memory);
		uint64_t end = end_of(pool->free[i]);

		if (part.size == 0)
			break;
		error = take_from(pool, i, part);
		i = first_above(pool, MIN(end, end_of(memory)));
	}
	return error;
}

int frame_pool_claim(struct frame_pool *pool, struct range memory)
{
	unsigned int i;

	if (!is_whole_pages(memory))
		return -EINVAL;
	i = first_above(pool, memory.base);
	if (i == pool->count || !range_contains(pool->free[i], memory.base, memory.size))
		return -EBUSY;
	return take_from(pool, i, memory);
}

/* Whether a page of that size fits in size bytes at an address like congruent. */
static bool page_fits(uint64_t size, uint64_t congruent, uint64_t page)
{
	uint64_t skip = -congruent & (page - 1);

	return size >= skip && size - skip >= page;
}

/* Takes the lowest place that equals congruent modulo page. */
static int take_congruent(struct frame_pool *pool, uint64_t size, uint64_t congruent, uint64_t page,
			  hpa_t *out)
{
	for (unsigned int i = 0; i < pool->count; i++) {
		uint64_t base = pool->free[i].base;
		struct range r = { base + ((congruent - base) & (page - 1)), size };

		if (range_contains(pool->free[i], r.base, r.size)) {
			*out = hpa(r.base);
			return take_from(pool, i, r);
		}
	}
	return -ENOMEM;
}

int frame_pool_alloc(struct frame_pool *pool, uint64_t size, uint64_t congruent, hpa_t *out)
{
	static const uint64_t pages[] = { GiB(1), MiB(2), PAGE_SIZE };
	int error = -ENOMEM;

	if (size == 0 || !is_aligned(size | congruent, PAGE_SIZE))
		return -EINVAL;
	for (unsigned int i = 0; i < ARRAY_SIZE(pages) && error == -ENOMEM; i++) {
		if (page_fits(size, congruent, pages[i]))
			error = take_congruent(pool, size, congruent, pages[i], out);
	}
	return error;
}

uint64_t frame_pool_largest(const struct frame_pool *pool)
{
	uint64_t largest = 0;

	for (unsigned int i = 0; i < pool->count; i++)
		largest = MAX(largest, pool->free[i].size);
	return largest;
}
