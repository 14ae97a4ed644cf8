/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's memory that guests may get: a sorted list of free ranges of host
 * physical addresses, whole pages, never overlapping or touching. Deterministic:
 * the same calls give the same addresses. Pure; it never touches the memory.
 * Locking: the caller's.
 */
#ifndef HV_FRAME_POOL_H
#define HV_FRAME_POOL_H

#include "hv/bits.h"
#include "hv/types.h"

#define FRAME_POOL_RANGES 64

struct frame_pool {
	unsigned int count;
	struct range free[FRAME_POOL_RANGES]; /* host physical, ascending */
	uint64_t free_bytes;
};

void frame_pool_init(struct frame_pool *pool);

/*
 * Adds free memory; a page that is only partly in it is left out.
 * -EINVAL: the range wraps, or holds no whole page; -EEXIST: part of it is
 * free already (a double free); -ENOSPC: more than FRAME_POOL_RANGES pieces.
 */
int frame_pool_add(struct frame_pool *pool, struct range memory);

/*
 * Takes out whatever is free in the range, widened to whole pages: reserved
 * memory, firmware, Bulkhead itself. -EINVAL: it wraps; -ENOSPC as above, nothing changed then.
 */
int frame_pool_reserve(struct frame_pool *pool, struct range memory);

/*
 * Takes exactly this range. -EINVAL: empty, wraps or isn't whole pages;
 * -EBUSY: not all of it is free; -ENOSPC as above.
 */
int frame_pool_claim(struct frame_pool *pool, struct range memory);

/*
 * Takes size bytes anywhere. The address is the lowest one that equals
 * congruent (the guest's address of that memory, which lets stage 2 use its
 * largest pages) modulo 1 GiB when a 1 GiB page fits, else modulo 2 MiB when one
 * fits, else modulo 4 KiB. -EINVAL: size 0, or either not whole pages;
 * -ENOMEM: no range is large enough; -ENOSPC as above.
 */
int frame_pool_alloc(struct frame_pool *pool, uint64_t size, uint64_t congruent, hpa_t *out);

/* Gives back what frame_pool_alloc or frame_pool_claim took; errors as frame_pool_add. */
int frame_pool_free(struct frame_pool *pool, struct range memory);

/* Bytes of the largest free range. */
uint64_t frame_pool_largest(const struct frame_pool *pool);

#endif
