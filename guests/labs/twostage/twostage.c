// SPDX-License-Identifier: Apache-2.0
/*
 * Lab 6, twostage: an address on its whole way, as far as a guest can see it. Its
 * memory has three parts, which Bulkhead maps with pages of 4 KiB, 2 MiB and 1 GiB
 * (the G-stage); it maps a word of each by its own pages of those sizes (the
 * VS-stage): nine ways. Each is walked by hand, entry by entry, then tried: the
 * load through it must find the word that was stored there by the guest physical
 * address. Where that address really lies, only Bulkhead knows: `map twostage GPA`.
 */
#include <stdbool.h>

#include "guests/labs/sv39.h"
#include "guests/lib/console.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define GIB           (UINT64_C(1) << 30)
#define FIRST_WINDOW  16 /* the root's entry for the first way; each has one to itself */
#define WORD_OF(part) (UINT64_C(0x70617274) << 32 | (part))

void guest_main(uint64_t hart, const void *tree);

/* A word in each part of configs/labs/twostage.dts's memory, and the pages that are expected. */
static const struct {
	uint64_t gpa;
	const char *pages;
} parts[] = {
	{ 0x90002678, "4 KiB" },
	{ 0x80856678, "2 MiB" },
	{ 0xd2345678, "1 GiB" },
};

static const char *const page_names[SV39_LEVELS] = { "4 KiB", "2 MiB", "1 GiB" };

static uint64_t *root;

/* Walks va as the hardware does, and returns the guest physical address; 0: not mapped. */
static uint64_t walk(uint64_t va)
{
	uint64_t *table = root;

	for (unsigned level = SV39_LEVELS; level-- > 0;) {
		uint64_t *entry = sv39_entry(table, level, va);
		uint64_t offset = sv39_page_size(level) - 1;

		print("twostage:   level %u: entry at GPA 0x%lx: 0x%016lx\n", level,
		      (uint64_t)entry, *entry);
		if (!(*entry & PTE_V))
			return 0;
		if (*entry & (PTE_R | PTE_X))
			return sv39_address(*entry) | (va & offset);
		table = sv39_next(*entry);
	}
	return 0;
}

static bool try_way(unsigned way, unsigned part, unsigned level)
{
	uint64_t gpa = parts[part].gpa;
	uint64_t va = (FIRST_WINDOW + way) * GIB | (gpa & (GIB - 1));
	uint64_t found;
	bool right;

	sv39_map(root, va, gpa, level, SV39_RW);
	asm volatile("sfence.vma" : : : "memory");
	print("twostage: way %u: GVA 0x%lx, VS page %s, G page %s\n", way + 1, va,
	      page_names[level], parts[part].pages);
	found = walk(va);
	right = found == gpa && *(volatile uint64_t *)va == WORD_OF(part);
	print("twostage:   GPA 0x%lx, the word there is %s\n", found, right ? "right" : "WRONG");
	return right;
}

/* The guest's own code, data and tables stay where they are: two pages of 1 GiB. */
static void enable_paging(void)
{
	root = sv39_table();
	sv39_map(root, 0x80000000, 0x80000000, 2, SV39_RWX);
	sv39_map(root, 0xc0000000, 0xc0000000, 2, SV39_RWX);
	sv39_on(root);
}

void guest_main(uint64_t hart, const void *tree)
{
	unsigned right = 0, way = 0;

	(void)hart;
	console_init(tree);
	enable_paging();
	for (unsigned part = 0; part < 3; part++)
		*(volatile uint64_t *)parts[part].gpa = WORD_OF(part);
	for (unsigned part = 0; part < 3; part++)
		for (unsigned level = 0; level < SV39_LEVELS; level++)
			right += try_way(way++, part, level);
	print("twostage: %u of %u ways right\n", right, way);
	sbi_shutdown(right == way ? SBI_SRST_REASON_NONE : SBI_SRST_REASON_SYSTEM_FAILURE);
}
