/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one radix page table of 8-byte RISC-V entries (privileged specification,
 * "Sv39", "Sv48", "Sv57" and their x4 forms): Bulkhead's own tables, the
 * G-stage of a guest and the IOMMU's second stage are all made of it.
 *
 * An address here is a uint64_t of the space that the table translates (a host
 * virtual, guest physical or device address); the caller's types tell which.
 * Levels count up from 0: a leaf at level 0 maps 4 KiB, 1 maps 2 MiB, 2 maps
 * 1 GiB. Pure: memory comes through struct pgtable_ops, and no call executes
 * a fence. Instead the flush owed is added to *owed, also where the call fails.
 *
 * Tables that a change has emptied may still be walked by a hart with a stale
 * entry, so they aren't freed but set aside: call pgtable_reap when the flush
 * owed has been done on every hart. Locking: the caller's, one lock a table.
 */
#ifndef HV_PGTABLE_H
#define HV_PGTABLE_H

#include "hv/flush.h"
#include "hv/riscv_regs.h"
#include "hv/types.h"

#define PGTABLE_LEVELS_MAX 5
#define PGTABLE_INDEX_BITS 9
#define PGTABLE_ENTRIES    BIT(PGTABLE_INDEX_BITS)
/* What a caller may ask of a page; the rest of a leaf comes from the format. */
#define PGTABLE_FLAGS      (PTE_R | PTE_W | PTE_X | PTE_G | PTE_PBMT)

/* Where tables live. context is the one handed to pgtable_init. */
struct pgtable_ops {
	/* 0 and 2^order zeroed pages, aligned to their size, or -ENOMEM. */
	int (*alloc)(void *context, unsigned int order, hpa_t *table);
	void (*free)(void *context, unsigned int order, hpa_t table);
	/* The entries of a table that alloc returned. */
	uint64_t *(*entries)(void *context, hpa_t table);
};

struct pgtable_format {
	unsigned int levels;       /* 3, 4 or 5 */
	unsigned int root_bits;    /* index bits of the root: 9, or 11 for a 16 KiB root */
	unsigned int largest_leaf; /* level of the largest page to use: 0, 1 or 2 */
	bool sign_extended;  /* the bits above the width repeat its top bit, else they are 0 */
	uint64_t leaf_flags; /* set in every leaf beside V: A, D, and U for G-stage */
};

struct pgtable {
	struct pgtable_format format;
	const struct pgtable_ops *ops;
	void *context;
	hpa_t root;
	hpa_t aside;    /* head of the list of emptied tables; v is 0 when there is none */
	uint64_t pages; /* 4 KiB pages that the tables take, those set aside included */
};

/* One entry read on the way down. */
struct pgtable_step {
	unsigned int level;
	unsigned int index;
	hpa_t table;
	uint64_t *at; /* where the entry lies */
	uint64_t entry;
};

/* What the hardware's walk would see. */
struct pgtable_walk {
	unsigned int depth; /* steps taken, 1 to levels */
	struct pgtable_step steps[PGTABLE_LEVELS_MAX];
	unsigned int level; /* of the last entry read */
	uint64_t entry;     /* the last entry read: the leaf when the walk succeeded */
	uint64_t page_size; /* bytes that an entry of that level maps */
	hpa_t hpa;          /* where the address itself lies; after 0 and -EACCES */
};

/*
 * Makes an empty table. format is copied; ops and context are kept.
 * -EINVAL: no such format; -ENOMEM: no memory for the root.
 */
int pgtable_init(struct pgtable *pt, const struct pgtable_format *format,
		 const struct pgtable_ops *ops, void *context);

/* Frees all tables. No hart may use them any more. pt may be initialised again. */
void pgtable_destroy(struct pgtable *pt);

/*
 * Maps [address, address + size) to host memory from target on, with the largest
 * pages that both addresses' alignment and the format allow. flags: of
 * PGTABLE_FLAGS, R or X at least, W only with R, PBMT 0, 1 (NC) or 2 (IO).
 * -EINVAL: flags, size 0, anything not a multiple of 4 KiB; -ERANGE: past the
 * table's width or the 56 bits of an HPA; -EEXIST: something is mapped there;
 * -ENOMEM: no memory for tables. After an error the same pages are mapped as before.
 */
int pgtable_map(struct pgtable *pt, uint64_t address, hpa_t target, uint64_t size, uint64_t flags,
		struct flush *owed);

/*
 * Unmaps whatever is mapped in the range; pages that stick out of it are
 * split first. A leaf is replaced by its split table with one store, since
 * both translate alike: no moment without a mapping, and no fence before.
 * -EINVAL, -ERANGE as for pgtable_map; -ENOMEM: no memory to split, the same is mapped.
 */
int pgtable_unmap(struct pgtable *pt, uint64_t address, uint64_t size, struct flush *owed);

/*
 * Gives the range new flags, splitting pages that stick out of it. No flags at all close
 * its pages: the hardware finds nothing there, but pgtable_map finds them taken, and a later
 * call that gives them flags opens them again, needs no memory, and can't fail.
 * -ENOENT: something in it isn't mapped; the rest as for pgtable_unmap.
 */
int pgtable_protect(struct pgtable *pt, uint64_t address, uint64_t size, uint64_t flags,
		    struct flush *owed);

/*
 * Follows one address down, as the hardware would, and records every step.
 * 0; -EACCES: mapped but closed; -ENOENT: not mapped (the steps say where it ended);
 * -ERANGE: past the width (depth 0).
 */
int pgtable_walk(const struct pgtable *pt, uint64_t address, struct pgtable_walk *walk);

/* Frees the tables set aside. The flush owed must have been done on every hart before. */
void pgtable_reap(struct pgtable *pt);

/* Number of address bits that the format translates. */
static inline unsigned int pgtable_width(const struct pgtable_format *format)
{
	return PAGE_SHIFT + PGTABLE_INDEX_BITS * (format->levels - 1) + format->root_bits;
}

/* Bytes that a leaf at level maps. level at most 4. */
static inline uint64_t pgtable_page_size(unsigned int level)
{
	return BIT(PAGE_SHIFT + PGTABLE_INDEX_BITS * level);
}

/* The root's physical page number, as satp and hgatp want it. */
static inline uint64_t pgtable_root_ppn(const struct pgtable *pt)
{
	return pt->root.v >> PAGE_SHIFT;
}

static inline bool pgtable_is_leaf(uint64_t entry)
{
	return (entry & PTE_V) && (entry & (PTE_R | PTE_W | PTE_X));
}

#endif
