/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's own memory: 4 KiB pages of one contiguous area. One byte a page
 * tells who owns it and where a run starts, so that a wrong free is found and
 * memory can be told apart by room. Guests' RAM comes from hv/frame_pool.h.
 * Pure. Every call but page_alloc_init takes the allocator's own lock.
 */
#ifndef HV_PAGE_ALLOC_H
#define HV_PAGE_ALLOC_H

#include "hv/bits.h"
#include "hv/spinlock.h"
#include "hv/types.h"

/* The room, or purpose, that pages are taken for. */
enum page_owner {
	PAGE_OWNER_BASE, /* stacks, per-hart data, Bulkhead's own page tables */
	PAGE_OWNER_STAGE2,
	PAGE_OWNER_VDEV,
	PAGE_OWNER_VCPU,
	PAGE_OWNER_CONFIG, /* the configuration and guests' device trees */
	PAGE_OWNERS,
};

struct page_alloc {
	/* constant after page_alloc_init */
	char *base;     /* the area, page-aligned */
	hpa_t hpa;      /* the same place's physical address */
	uint64_t total; /* pages */
	uint8_t *map;   /* a byte a page, in the area's own last pages, which are taken */
	/* under lock */
	struct spinlock lock;
	uint64_t first_free; /* no page below this one is free */
	uint64_t used;
	uint64_t peak;
	uint64_t used_by[PAGE_OWNERS];
};

/* A picture of the counters, in pages. */
struct page_alloc_stats {
	uint64_t total;
	uint64_t used;
	uint64_t free;
	uint64_t peak; /* the most ever used */
	uint64_t used_by[PAGE_OWNERS];
};

/*
 * Takes over size bytes at area, whose physical address is hpa; the last page, or few,
 * hold the map (1 byte a page) and count as taken. Alignment of runs is physical.
 * -EINVAL: not page-aligned, or fewer than two pages.
 */
int page_alloc_init(struct page_alloc *pa, void *area, hpa_t hpa, uint64_t size);

/* What the map leaves of its pages: *size zeroed bytes, eight-byte aligned, for who asks first. */
void *page_alloc_spare(struct page_alloc *pa, uint64_t *size);

/*
 * Marks the first count pages as taken, one by one, by owner, without touching them: they hold
 * something until page_alloc_give(). Before the first page_alloc_take(). -EINVAL: not so many
 * pages.
 */
int page_alloc_keep(struct page_alloc *pa, uint64_t count, enum page_owner owner);

/* 2^order zeroed pages in a row, physically aligned to their size; NULL when there are none. */
void *page_alloc_take(struct page_alloc *pa, unsigned int order, enum page_owner owner);

/* count zeroed pages in a row, wherever there are so many, for good; NULL when there are none. */
void *page_alloc_take_run(struct page_alloc *pa, uint64_t count, enum page_owner owner);

/*
 * Gives back a run that page_alloc_take returned for the same order.
 * -EINVAL: outside the area, not a run's start, free already, or another order. Nothing done then.
 */
int page_alloc_give(struct page_alloc *pa, void *pages, unsigned int order);

struct page_alloc_stats page_alloc_stats(struct page_alloc *pa);

/* Name of an owner for reports, such as "stage2". */
const char *page_alloc_owner_name(enum page_owner owner);

/* The physical address of a pointer into the area, and back. The caller stays in the area. */
hpa_t page_alloc_hpa(const struct page_alloc *pa, const void *pointer);
void *page_alloc_pointer(const struct page_alloc *pa, hpa_t hpa);

#endif
