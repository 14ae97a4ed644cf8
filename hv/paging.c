/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables come from hv/pgtable; this file decides what is mapped. After boot only
 * the windows change, each its own hart's: a gigabyte of the upper half a hart,
 * so that no other hart ever uses an address of it, and a local fence suffices.
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

uint64_t hart_satp;

static struct {
	struct spinlock lock; /* guards table once several harts run */
	struct pgtable table;
	struct table_pages memory;
	uint64_t window_base;                 /* of hart 0's window */
	struct range windows[HOST_MAX_HARTS]; /* each its own hart's: what its window shows */
} paging;

static uint64_t address_of(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

BOOT_CODE static void map_or_panic(uint64_t base, uint64_t end, uint64_t access)
{
	struct flush owed = flush_none();
	int error;

	if (base == end)
		return;
	error = pgtable_map(&paging.table, base, hpa(base), end - base, access, &owed);
	if (error == -ENOMEM)
		panic("no memory for Bulkhead's own page tables");
	if (error)
		panic("can't map 0x%lx to 0x%lx: error %d", base, end, error);
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
	map_or_panic(address_of(image_start), address_of(image_text_end), PAGING_EXECUTE);
	map_or_panic(address_of(image_text_end), address_of(image_rodata_end), PAGING_READ);
	map_or_panic(address_of(image_rodata_end), address_of(image_boot_start), PAGING_WRITE);
	map_or_panic(address_of(image_boot_start), address_of(image_boot_text_end), PAGING_EXECUTE);
	map_or_panic(address_of(image_boot_text_end), address_of(image_boot_rodata_end),
		     PAGING_READ);
	map_or_panic(address_of(image_boot_rodata_end), pool.base + pool.size, PAGING_WRITE);
	hart_satp = FIELD_PREP(ATP_MODE, ATP_MODE_SV39 + format.levels - 3) |
		    pgtable_root_ppn(&paging.table);
}

BOOT_CODE void *paging_map(struct range physical, uint64_t access)
{
	uint64_t base = align_down(physical.base, PAGE_SIZE);

	if (!range_is_sound(physical.base, physical.size))
		panic("a range of the machine at 0x%lx wraps around", physical.base);
	map_or_panic(base, align_up(physical.base + physical.size, PAGE_SIZE), access);
	__asm__ volatile("sfence.vma" ::: "memory");
	return (void *)(uintptr_t)physical.base;
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

BOOT_CODE void paging_unmap_page(void *page)
{
	struct flush owed = flush_none();

	if (pgtable_unmap(&paging.table, address_of(page), PAGE_SIZE, &owed))
		panic("no memory to set up a guard page");
	__asm__ volatile("sfence.vma" ::: "memory");
}

void *paging_window_open(hpa_t hpa_base, uint64_t size)
{
	uint32_t index = hart_this()->index;
	struct range *window = &paging.windows[index];
	uint64_t first = align_down(hpa_base.v, PAGE_SIZE);
	uint64_t offset = hpa_base.v & (MiB(2) - 1);
	struct flush owed = flush_none();
	struct range shown;
	int error;

	if (window->size || !size || size > PAGING_WINDOW_SIZE)
		return NULL;
	/* Congruent modulo 2 MiB, so that large pages can be used. */
	shown.base = paging.window_base + index * GiB(1) + align_down(offset, PAGE_SIZE);
	shown.size = align_up(hpa_base.v - first + size, PAGE_SIZE);
	spin_lock(&paging.lock);
	error = pgtable_map(&paging.table, shown.base, hpa(first), shown.size, PAGING_WRITE, &owed);
	spin_unlock(&paging.lock);
	if (error)
		return NULL;
	*window = shown;
	__asm__ volatile("sfence.vma" ::: "memory");
	return (void *)(uintptr_t)(shown.base + (hpa_base.v - first));
}

void paging_window_close(void)
{
	struct range *window = &paging.windows[hart_this()->index];
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
