/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Page tables of a guest, Sv39 (privileged specification, "Sv39: Page-Based 39-bit
 * Virtual-Memory System"): three levels of 512 entries. A leaf may stand at any
 * level: 4 KiB at level 0, 2 MiB at level 1, 1 GiB at level 2.
 */
#ifndef GUESTS_LABS_SV39_H
#define GUESTS_LABS_SV39_H

#include <stdint.h>

#include "hv/riscv_regs.h"

#define SV39_ENTRIES 512
#define SV39_LEVELS  3

/* What every leaf here has besides its rights: A and D are set, so hardware need not. */
#define SV39_RW  (PTE_R | PTE_W | PTE_A | PTE_D)
#define SV39_RX  (PTE_R | PTE_X | PTE_A)
#define SV39_RWX (SV39_RW | PTE_X)

/* An empty table; trap_panic when the few pages set aside for tables are used up. */
uint64_t *sv39_table(void);

/* The entry that a virtual address uses in a table of a level. */
uint64_t *sv39_entry(uint64_t *table, unsigned level, uint64_t va);

/* The table that an entry, not a leaf, points to. */
uint64_t *sv39_next(uint64_t entry);

/* The physical address in an entry. */
uint64_t sv39_address(uint64_t entry);

/* Bytes of a page at a level. */
uint64_t sv39_page_size(unsigned level);

/*
 * Maps the page of that level around va to the one around pa, and makes the tables
 * above it. The caller does the sfence.vma.
 */
void sv39_map(uint64_t *root, uint64_t va, uint64_t pa, unsigned level, uint64_t rights);

/* Switches translation to this root. */
void sv39_on(uint64_t *root);

#endif
