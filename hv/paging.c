/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables come from hv/pgtable; this file decides what is mapped. The image and the
 * pool lie where they are; all else is gathered behind the pool, where it takes the
 * fewest tables. After boot only the windows change, each its own hart's: a gigabyte of
 * the upper half a hart, so that no other hart ever uses an address of it, and a
 * local fence suffices.
 */
#include "hv/paging.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/csr.h"
#include "hv/hart.h"
#include "hv/image.h"
#include "hv/panic.h"
#include "hv/pgtable.h"
#include "hv/spinlock.h"
#include "hv/table_pages.h"

#define SMALL MiB(2)   /* what is smaller shares a table */
#define ROOM  KiB(256) /* for such things at least, behind the pool */

uint64_t hart_satp;

static struct {
	struct spinlock lock; /* guards table once several harts run */
	struct pgtable table;
	struct table_pages memory;
	uint64_t small, small_end; /* addresses not given out yet, for small things */
	uint64_t large;            /* and, from here on, for large ones */
	uint64_t window_base;      /* of hart 0's window */
} paging;

static uint64_t address_of(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

BOOT_CODE static void map_at(uint64_t at, uint64_t physical, uint64_t size, uint64_t access)
{
	struct flush owed = flush_none();
	int error = pgtable_map(&paging.table, at, hpa(physical), size, access, &owed);

	if (error == -ENOMEM)
		panic("no memory for Bulkhead's own page tables");
	if (error)
		panic("can't map 0x%lx, 0x%lx bytes: error %d", physical, size, error);
}

/* One to one. */
BOOT_CODE static void map_image(const char *start, const char *end, uint64_t access)
{
	if (start != end)
		map_at(address_of(start), address_of(start), (uint64_t)(end - start), access);
}

/*
 * Addresses for size bytes, and a page behind them that stays nobody's. A large thing's are
 * congruent to where it lies, so that it gets large pages.
 */
BOOT_CODE static uint64_t take_space(uint64_t physical, uint64_t size)
{
	uint64_t at = paging.small;

	if (size < SMALL && at + size <= paging.small_end) {
		paging.small = at + size + PAGE_SIZE;
		return at;
	}
	at = align_up(paging.large, SMALL) + physical % SMALL;
	paging.large = at + size + PAGE_SIZE;
	return at;
}

/* The fewest levels whose lower half holds every address of the machine's memory. */
BOOT_CODE static unsigned int levels_for(const struct host *host)
{
	unsigned int levels = 3;
	uint32_t i;

	for (i = 0; i < host->nr_memory; i++) {
		uint64_t last = host->memory[i].base + (host->memory[i].size - 1);

		while (levels < 5 && last >> (PAGE_SHIFT + PGTABLE_INDEX_BITS * levels - 1))
			levels++;
	}
	return levels;
}

BOOT_CODE void paging_init(const struct host *host, struct page_alloc *pages, struct range pool)
{
	struct pgtable_format format = {
		.levels = levels_for(host),
		.root_bits = PGTABLE_INDEX_BITS,
		.largest_leaf = 2,
		.sign_extended = true,
		.leaf_flags = PTE_A | PTE_D,
	};

	if (host->mmu_levels < format.levels)
		panic("the machine's memory lies beyond what its satp modes can reach");
	paging.memory = (struct table_pages){ pages, PAGE_OWNER_BASE };
	if (pgtable_init(&paging.table, &format, &table_pages_ops, &paging.memory))
		panic("no memory for Bulkhead's own page tables");
	paging.window_base = -(UINT64_C(1) << (pgtable_width(&format) - 1));
	map_image(image_start, image_text_end, PAGING_EXECUTE);
	map_image(image_text_end, image_rodata_end, PAGING_READ);
	map_image(image_rodata_end, image_boot_start, PAGING_WRITE);
	map_image(image_boot_start, image_boot_text_end, PAGING_EXECUTE);
	map_image(image_boot_text_end, image_boot_rodata_end, PAGING_READ);
	map_image(image_boot_rodata_end, image_boot_start + pool.size, PAGING_WRITE);
	paging.small = pool.base + pool.size + PAGE_SIZE;
	paging.small_end = align_up(paging.small + ROOM, SMALL);
	paging.large = paging.small_end;
	hart_satp = FIELD_PREP(ATP_MODE, ATP_MODE_SV39 + format.levels - 3) |
		    pgtable_root_ppn(&paging.table);
}

BOOT_CODE void paging_turn_on(void)
{
	__asm__ volatile("sfence.vma\n\tcsrw satp, %0\n\tsfence.vma" ::"r"(hart_satp) : "memory");
}

BOOT_CODE void *paging_map(struct range physical, uint64_t access)
{
	uint64_t offset = physical.base % PAGE_SIZE;
	uint64_t base = physical.base - offset, size, at;

	if (!range_is_sound(physical.base, physical.size))
		panic("a range of the machine at 0x%lx wraps around", physical.base);
	size = align_up(offset + physical.size, PAGE_SIZE);
	at = take_space(base, size);
	map_at(at, base, size, access);
	__asm__ volatile("sfence.vma" ::: "memory");
	return (void *)(uintptr_t)(at + offset);
}

void paging_end_boot(void)
{
	struct flush owed = flush_none();
	uint64_t start = address_of(image_boot_start);

	if (pgtable_protect(&paging.table, start, address_of(image_boot_rodata_end) - start,
			    PAGING_WRITE, &owed))
		panic("the boot's code can't be given up");
	__asm__ volatile("sfence.vma" ::: "memory");
}

/* A page of the pool that is only where it was mapped a second time. */
BOOT_CODE static uint64_t take_page(void)
{
	struct flush owed = flush_none();
	uint64_t page = address_of(page_alloc_take(paging.memory.pages, 0, paging.memory.owner));

	if (!page || pgtable_unmap(&paging.table, page, PAGE_SIZE, &owed))
		panic("no memory for a stack");
	return page;
}

BOOT_CODE void *paging_make_stack(unsigned int pages)
{
	uint64_t at = take_space(0, (pages + 1) * PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < pages; i++) {
		at += PAGE_SIZE;
		map_at(at, take_page(), PAGE_SIZE, PAGING_WRITE);
	}
	__asm__ volatile("sfence.vma" ::: "memory");
	return (void *)(uintptr_t)(at + PAGE_SIZE);
}

void *paging_window_open(hpa_t hpa_base, uint64_t size)
{
	struct hart *hart = hart_this();
	uint64_t first = align_down(hpa_base.v, PAGE_SIZE);
	uint64_t offset = hpa_base.v & (MiB(2) - 1);
	struct flush owed = flush_none();
	struct range shown;
	int error;

	if (hart->window.size || !size || size > PAGING_WINDOW_SIZE)
		return NULL;
	/* Congruent modulo 2 MiB, so that large pages can be used. */
	shown.base = paging.window_base + hart->index * GiB(1) + align_down(offset, PAGE_SIZE);
	shown.size = align_up(hpa_base.v - first + size, PAGE_SIZE);
	spin_lock(&paging.lock);
	error = pgtable_map(&paging.table, shown.base, hpa(first), shown.size, PAGING_WRITE, &owed);
	spin_unlock(&paging.lock);
	if (error)
		return NULL;
	hart->window = shown;
	__asm__ volatile("sfence.vma" ::: "memory");
	return (void *)(uintptr_t)(shown.base + (hpa_base.v - first));
}

void paging_window_close(void)
{
	struct range *window = &hart_this()->window;
	struct flush owed = flush_none();

	spin_lock(&paging.lock);
	/* The range was mapped whole, so nothing is split and no memory is needed. */
	if (pgtable_unmap(&paging.table, window->base, window->size, &owed))
		panic("a window can't be closed");
	__asm__ volatile("sfence.vma" ::: "memory");
	pgtable_reap(&paging.table);
	spin_unlock(&paging.lock);
	*window = (struct range){ 0, 0 };
}
