/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's physical address space: the G-stage table (privileged
 * specification, "Two-Stage Address Translation"), which is hv/pgtable with a
 * 16 KiB root and the U bit in every leaf. Pure; flushes are returned, not done,
 * and emptied tables wait for gstage_reap, as hv/pgtable.h explains.
 * Locking: the caller's.
 */
#ifndef STAGE2_GSTAGE_H
#define STAGE2_GSTAGE_H

#include "hv/pgtable.h"

/* What a guest may do with a page. Write needs read. None at all: gstage_protect closes it. */
#define GSTAGE_READ   PTE_R
#define GSTAGE_WRITE  PTE_W
#define GSTAGE_EXEC   PTE_X
/* With Svpbmt (henvcfg says): uncached main memory, and device memory. */
#define GSTAGE_NC     FIELD_PREP(PTE_PBMT, 1)
#define GSTAGE_IO     FIELD_PREP(PTE_PBMT, 2)
#define GSTAGE_RAM    (GSTAGE_READ | GSTAGE_WRITE | GSTAGE_EXEC)
#define GSTAGE_DEVICE (GSTAGE_READ | GSTAGE_WRITE)

struct gstage {
	struct pgtable table;
	unsigned int mode; /* ATP_MODE_SV39, _SV48 or _SV57: Sv39x4, Sv48x4, Sv57x4 */
};

/*
 * An empty address space. mode: an ATP_MODE_ that hgatp accepts.
 * -EINVAL: no such mode; -ENOMEM: no memory for the root.
 */
int gstage_init(struct gstage *gs, unsigned int mode, const struct pgtable_ops *ops, void *context);

/* Frees all tables. Every hart has been fenced (FENCE_GVMA) and runs none of it. */
void gstage_destroy(struct gstage *gs);

/* As pgtable_map and its fellows; access is made of GSTAGE_ bits. The flush owed adds to *owed. */
int gstage_map(struct gstage *gs, gpa_t gpa, hpa_t hpa, uint64_t size, uint64_t access,
	       struct flush *owed);
int gstage_unmap(struct gstage *gs, gpa_t gpa, uint64_t size, struct flush *owed);
int gstage_protect(struct gstage *gs, gpa_t gpa, uint64_t size, uint64_t access,
		   struct flush *owed);

/* Every step of one address's walk; returns as pgtable_walk. */
int gstage_walk(const struct gstage *gs, gpa_t gpa, struct pgtable_walk *walk);

/*
 * Where one guest physical address lies, and the GSTAGE_ bits it is mapped with.
 * -EACCES: closed; -ENOENT: not mapped; -ERANGE: past the mode's width.
 */
int gstage_translate(const struct gstage *gs, gpa_t gpa, hpa_t *hpa, uint64_t *access);

/* Frees tables set aside, after the flush owed has been done on every hart. */
void gstage_reap(struct gstage *gs);

/* The value of hgatp that makes a hart use this space under a VMID. */
uint64_t gstage_hgatp(const struct gstage *gs, uint16_t vmid);

/* Address bits of a mode: 41, 50, 59; 0 for no such mode. */
unsigned int gstage_width(unsigned int mode);

/* "Sv39x4" and so on; "bare" and "?" else. */
const char *gstage_mode_name(unsigned int mode);

#endif
