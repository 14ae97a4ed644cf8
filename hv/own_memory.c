/* SPDX-License-Identifier: Apache-2.0 */
/* Where the image lies the linker tells; how much memory is behind it, the machine's tree. */
#include "hv/own_memory.h"

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/image.h"
#include "hv/paging.h"
#include "hv/panic.h"
#include "hv/pool.h"

static struct range between(const char *start, const char *end)
{
	return (struct range){ (uintptr_t)start, (uint64_t)(end - start) };
}

/* The memory of the machine that holds the image. */
BOOT_CODE static struct range image_memory(const struct own_memory *own, const struct host *host)
{
	uint32_t i;

	for (i = 0; i < host->nr_memory; i++) {
		if (range_contains(host->memory[i], own->image.base, own->image.size))
			return host->memory[i];
	}
	panic("the firmware put Bulkhead where the device tree tells of no memory");
}

/* Shortens pool, which begins where it must, so that it stays clear of other. */
BOOT_CODE static void stay_clear(struct range *pool, struct range other)
{
	if (range_overlaps(*pool, other))
		pool->size = other.base > pool->base ? other.base - pool->base : 0;
}

BOOT_CODE static struct range find_pool(const struct own_memory *own, const struct host *host,
					struct range tree)
{
	struct range memory = image_memory(own, host);
	struct range pool = between(image_boot_start, image_end);
	uint32_t i;

	pool.size += pool_size(host->nr_harts);
	pool.size = MIN(pool.size, memory.base + (memory.size - pool.base));
	for (i = 0; i < host->nr_reserved; i++)
		stay_clear(&pool, host->reserved[i]);
	stay_clear(&pool, host->initrd);
	stay_clear(&pool, tree);
	pool.size = align_down(pool.size, PAGE_SIZE);
	return pool;
}

BOOT_CODE void own_memory_init(struct own_memory *own, const struct host *host, struct range tree)
{
	struct range boot = between(image_boot_start, image_end), pool;
	uint64_t spare;

	own->image = between(image_start, image_boot_start);
	own->pool = pool = find_pool(own, host, tree);
	if (page_alloc_init(&own->pages, image_boot_start, hpa(pool.base), pool.size) ||
	    page_alloc_keep(&own->pages, boot.size / PAGE_SIZE, PAGE_OWNER_BASE))
		panic("too little memory for Bulkhead itself: 0x%lx bytes after its image",
		      pool.size - MIN(pool.size, boot.size));
	arena_init(&own->arena, &own->pages, PAGE_OWNER_VCPU);
	arena_add(&own->arena, page_alloc_spare(&own->pages, &spare), spare);
	own->tables = (struct table_pages){ &own->pages, PAGE_OWNER_STAGE2 };
}

void own_memory_end_boot(struct own_memory *own)
{
	char *page;

	paging_end_boot();
	for (page = image_boot_start; page < image_end; page += PAGE_SIZE)
		page_alloc_give(&own->pages, page, 0);
}
