/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bounds-checked way to a guest's memory, and the only one: a sorted
 * table of its RAM regions. An access must lie in one region whole, whatever
 * the guest asks. Host memory is reached through struct guestmem_ops: on
 * hardware a window that is mapped for a moment, on the host a buffer. Pure.
 * The table is constant once the guest has started, so readers take no lock.
 */
#ifndef STAGE2_GUESTMEM_H
#define STAGE2_GUESTMEM_H

#include "hv/types.h"

#define GUESTMEM_REGIONS 8

struct guestmem_ops {
	/*
	 * A pointer to host memory at hpa for up to *size bytes; *size comes back
	 * as the bytes that may be used, at least 1. NULL: no access (-EFAULT follows).
	 */
	void *(*open)(void *context, hpa_t hpa, uint64_t *size);
	/* Ends the use of what open returned. */
	void (*close)(void *context, void *pointer);
};

struct guestmem_region {
	gpa_t gpa;
	hpa_t hpa;
	uint64_t size; /* bytes, not 0 */
};

struct guestmem {
	const struct guestmem_ops *ops;
	void *context;
	unsigned int count;
	struct guestmem_region regions[GUESTMEM_REGIONS]; /* by ascending gpa */
};

/* An empty table. ops and context are kept. */
void guestmem_init(struct guestmem *gm, const struct guestmem_ops *ops, void *context);

/*
 * Adds a region of RAM. -EINVAL: empty or it wraps, in either space; -EEXIST: overlaps
 * another in guest or in host addresses; -ENOSPC: the table is full.
 */
int guestmem_add(struct guestmem *gm, gpa_t gpa, hpa_t hpa, uint64_t size);

/*
 * Where size bytes of the guest lie in host memory. -EFAULT: not in one region
 * whole. size 0 is fine for an address in a region or at its end.
 */
int guestmem_translate(const struct guestmem *gm, gpa_t gpa, uint64_t size, hpa_t *hpa);

/* Copies from, to, or clears guest memory. 0, or -EFAULT with nothing done (but see open). */
int guestmem_read(const struct guestmem *gm, gpa_t from, void *to, uint64_t size);
int guestmem_write(const struct guestmem *gm, gpa_t to, const void *from, uint64_t size);
int guestmem_zero(const struct guestmem *gm, gpa_t to, uint64_t size);

/*
 * Lends a piece of guest memory for in-place work such as hashing: a pointer
 * for *size bytes, which comes back smaller when the window is. NULL when the
 * whole of the asked range isn't the guest's. End with guestmem_close.
 */
void *guestmem_open(const struct guestmem *gm, gpa_t at, uint64_t *size);
void guestmem_close(const struct guestmem *gm, void *pointer);

#endif
