/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page allocator (contract in page_alloc.h): first fit over a map of one
 * byte a page. It is slow for thousands of pages and meant to be: Bulkhead takes
 * its memory at boot and when a guest starts, never on an exit.
 */
#include <errno.h>
#include <string.h>

#include "hv/page_alloc.h"
#include "hv/boot.h"

/* The map's byte: 0 is free, else the owner plus one, and a mark on a run's first page. */
#define MAP_OWNER 0x7fU
#define MAP_FIRST 0x80U

#define ORDER_MAX 20

static bool run_is_free(const struct page_alloc *pa, uint64_t first, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		if (pa->map[first + i])
			return false;
	}
	return true;
}

/*
 * Index of the first page of a free run that is physically aligned to so many pages; total
 * when there is none.
 */
static uint64_t find_run(const struct page_alloc *pa, uint64_t count, uint64_t align)
{
	uint64_t frame = pa->hpa.v / PAGE_SIZE;
	uint64_t i = align_up(frame + pa->first_free, align) - frame;

	for (; i < pa->total && count <= pa->total - i; i += align) {
		if (run_is_free(pa, i, count))
			return i;
	}
	return pa->total;
}

static void mark_run(struct page_alloc *pa, uint64_t first, uint64_t count, enum page_owner owner)
{
	memset(&pa->map[first], (int)owner + 1, count);
	pa->map[first] |= MAP_FIRST;
	if (first == pa->first_free)
		pa->first_free += count;
	pa->used += count;
	pa->used_by[owner] += count;
	pa->peak = MAX(pa->peak, pa->used);
}

BOOT_CODE int page_alloc_init(struct page_alloc *pa, void *area, hpa_t hpa, uint64_t size)
{
	uint64_t pages = size / PAGE_SIZE;
	uint64_t map_pages = (pages + PAGE_SIZE) / (PAGE_SIZE + 1);

	if (!is_aligned((uintptr_t)area | hpa.v | size, PAGE_SIZE) || pages < 2)
		return -EINVAL;
	*pa = (struct page_alloc){ .base = area, .hpa = hpa, .total = pages };
	pa->map = (uint8_t *)area + (pages - map_pages) * PAGE_SIZE;
	memset(pa->map, 0, map_pages * PAGE_SIZE);
	mark_run(pa, pages - map_pages, map_pages, PAGE_OWNER_BASE);
	return 0;
}

BOOT_CODE void *page_alloc_spare(struct page_alloc *pa, uint64_t *size)
{
	uint64_t taken = align_up(pa->total, sizeof(uint64_t));

	*size = (uint64_t)(pa->base + pa->total * PAGE_SIZE - (char *)pa->map) - taken;
	return pa->map + taken;
}

BOOT_CODE int page_alloc_keep(struct page_alloc *pa, uint64_t count, enum page_owner owner)
{
	if (pa->first_free || count > pa->total || !run_is_free(pa, 0, count) ||
	    owner >= PAGE_OWNERS)
		return -EINVAL;
	for (uint64_t i = 0; i < count; i++)
		mark_run(pa, i, 1, owner);
	return 0;
}

static void *take(struct page_alloc *pa, uint64_t count, uint64_t align, enum page_owner owner)
{
	uint64_t first;
	void *pages;

	if (owner >= PAGE_OWNERS)
		return NULL;
	spin_lock(&pa->lock);
	first = find_run(pa, count, align);
	if (first < pa->total)
		mark_run(pa, first, count, owner);
	spin_unlock(&pa->lock);
	if (first == pa->total)
		return NULL;
	pages = pa->base + first * PAGE_SIZE;
	memset(pages, 0, count * PAGE_SIZE);
	return pages;
}

void *page_alloc_take(struct page_alloc *pa, unsigned int order, enum page_owner owner)
{
	return order > ORDER_MAX ? NULL : take(pa, BIT(order), BIT(order), owner);
}

void *page_alloc_take_run(struct page_alloc *pa, uint64_t count, enum page_owner owner)
{
	return count == 0 || count > pa->total ? NULL : take(pa, count, 1, owner);
}

/* Whether a run of exactly count pages starts at first. */
static bool run_is(const struct page_alloc *pa, uint64_t first, uint64_t count)
{
	uint64_t end = first + 1;

	if (!(pa->map[first] & MAP_FIRST))
		return false;
	while (end < pa->total && pa->map[end] && !(pa->map[end] & MAP_FIRST))
		end++;
	return end - first == count;
}

static void clear_run(struct page_alloc *pa, uint64_t first, uint64_t count)
{
	pa->used_by[(pa->map[first] & MAP_OWNER) - 1] -= count;
	pa->used -= count;
	pa->first_free = MIN(pa->first_free, first);
	memset(&pa->map[first], 0, count);
}

int page_alloc_give(struct page_alloc *pa, void *pages, unsigned int order)
{
	uint64_t offset = (uintptr_t)pages - (uintptr_t)pa->base;
	uint64_t first = offset / PAGE_SIZE;
	int error = -EINVAL;

	if (order > ORDER_MAX || !is_aligned(offset, PAGE_SIZE) || first >= pa->total)
		return -EINVAL;
	if (&pa->base[offset] >= (char *)pa->map)
		return -EINVAL;
	spin_lock(&pa->lock);
	if (run_is(pa, first, BIT(order))) {
		clear_run(pa, first, BIT(order));
		error = 0;
	}
	spin_unlock(&pa->lock);
	return error;
}

struct page_alloc_stats page_alloc_stats(struct page_alloc *pa)
{
	struct page_alloc_stats stats;

	spin_lock(&pa->lock);
	stats = (struct page_alloc_stats){
		.total = pa->total,
		.used = pa->used,
		.free = pa->total - pa->used,
		.peak = pa->peak,
	};
	memcpy(stats.used_by, pa->used_by, sizeof(stats.used_by));
	spin_unlock(&pa->lock);
	return stats;
}

const char *page_alloc_owner_name(enum page_owner owner)
{
	static const char *const names[PAGE_OWNERS] = {
		[PAGE_OWNER_BASE] = "base",     [PAGE_OWNER_STAGE2] = "stage2",
		[PAGE_OWNER_VDEV] = "vdev",     [PAGE_OWNER_VCPU] = "vcpu",
		[PAGE_OWNER_CONFIG] = "config",
	};

	return owner < PAGE_OWNERS ? names[owner] : "?";
}

hpa_t page_alloc_hpa(const struct page_alloc *pa, const void *pointer)
{
	return hpa(pa->hpa.v + ((uintptr_t)pointer - (uintptr_t)pa->base));
}

void *page_alloc_pointer(const struct page_alloc *pa, hpa_t hpa)
{
	return pa->base + (hpa.v - pa->hpa.v);
}
