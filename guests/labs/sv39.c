// SPDX-License-Identifier: Apache-2.0
/*
 * Sv39 tables. They lie in the guest's memory, which every lab maps where it is:
 * so the address of a table is also its physical address.
 */
#include <stddef.h>

#include "guests/labs/sv39.h"
#include "guests/lib/csr.h"
#include "guests/lib/trap.h"

#define PAGE_SHIFT  12
#define LEVEL_SHIFT 9
#define PPN_SHIFT   10 /* of the page number in an entry */
#define TABLES      32
#define LEAF        (PTE_R | PTE_W | PTE_X)

uint64_t *sv39_table(void)
{
	static uint64_t tables[TABLES][SV39_ENTRIES] __attribute__((aligned(1 << PAGE_SHIFT)));
	static unsigned used;

	if (used == TABLES)
		trap_panic("no more pages for page tables");
	return tables[used++];
}

static unsigned shift(unsigned level)
{
	return PAGE_SHIFT + LEVEL_SHIFT * level;
}

uint64_t *sv39_entry(uint64_t *table, unsigned level, uint64_t va)
{
	return &table[va >> shift(level) & (SV39_ENTRIES - 1)];
}

uint64_t sv39_address(uint64_t entry)
{
	return (entry & PTE_PPN) >> PPN_SHIFT << PAGE_SHIFT;
}

uint64_t *sv39_next(uint64_t entry)
{
	return (uint64_t *)sv39_address(entry);
}

uint64_t sv39_page_size(unsigned level)
{
	return UINT64_C(1) << shift(level);
}

static uint64_t entry_of(uint64_t address, uint64_t bits)
{
	return address >> PAGE_SHIFT << PPN_SHIFT | bits | PTE_V;
}

void sv39_map(uint64_t *root, uint64_t va, uint64_t pa, unsigned level, uint64_t rights)
{
	uint64_t *table = root;

	for (unsigned at = SV39_LEVELS - 1; at > level; at--) {
		uint64_t *entry = sv39_entry(table, at, va);

		if (!(*entry & PTE_V))
			*entry = entry_of((uint64_t)sv39_table(), 0);
		if (*entry & LEAF)
			trap_panic("0x%lx is in a larger page already", va);
		table = sv39_next(*entry);
	}
	*sv39_entry(table, level, va) = entry_of(pa & ~(sv39_page_size(level) - 1), rights);
}

void sv39_on(uint64_t *root)
{
	csr_write(CSR_SATP, (uint64_t)ATP_MODE_SV39 << 60 | (uint64_t)root >> PAGE_SHIFT);
	asm volatile("sfence.vma" : : : "memory");
}
