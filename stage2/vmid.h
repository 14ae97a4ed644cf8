/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which VMID belongs to which guest. VMID 0 belongs to nobody: a guest for
 * which none was left (or on a machine without VMID bits) gets 0, and then a
 * hart that changes from one guest to another owes a full flush. Pure.
 * Locking: the caller's.
 */
#ifndef STAGE2_VMID_H
#define STAGE2_VMID_H

#include "hv/types.h"

/* VMIDs given out at most; the specification's 14 bits would allow more guests than a machine. */
#define VMID_MAX  255
#define VMID_NONE 0

struct vmid_pool {
	unsigned int limit; /* the highest VMID to give out; 0 on a machine without VMIDs */
	unsigned int used;
	uint64_t taken[(VMID_MAX + 1) / 64];
};

/* bits: how many VMID bits hgatp implements, as probed at boot, 0 to 14 (more counts as 14). */
void vmid_init(struct vmid_pool *pool, unsigned int bits);

/* The lowest free VMID, or VMID_NONE when there is none: never an error, only slower. */
uint16_t vmid_alloc(struct vmid_pool *pool);

/*
 * Gives one back; VMID_NONE is fine. Every hart must have been fenced for it first.
 * -EINVAL: not taken.
 */
int vmid_free(struct vmid_pool *pool, uint16_t vmid);

/* True when a hart that goes from one guest to another must flush all before it runs vmid. */
static inline bool vmid_needs_flush(uint16_t vmid)
{
	return vmid == VMID_NONE;
}

#endif
