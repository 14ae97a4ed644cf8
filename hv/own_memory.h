/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory that Bulkhead keeps for itself: its image, and right behind that a pool of pages,
 * whose first ones are the end of the image, which only the boot needs.
 */
#ifndef HV_OWN_MEMORY_H
#define HV_OWN_MEMORY_H

#include "hv/arena.h"
#include "hv/host.h"
#include "hv/table_pages.h"

struct own_memory {
	struct range image; /* without what only the boot needs */
	struct range pool;
	struct page_alloc pages;   /* the pool's */
	struct arena arena;        /* for what stays */
	struct table_pages tables; /* for guests' page tables */
};

/*
 * Takes the pool out of the machine's memory: as much as hv/pool.h says, or as much as there is
 * before what is reserved, the bundle, and tree, which the firmware put there. The pages of the
 * boot are taken until own_memory_end_boot(). First hart, once. Panics where there is too little.
 */
void own_memory_init(struct own_memory *own, const struct host *host, struct range tree);

/* The boot is over: what only that needed is for everybody. First hart, before others run. */
void own_memory_end_boot(struct own_memory *own);

#endif
