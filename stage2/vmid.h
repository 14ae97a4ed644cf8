/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which VMID belongs to which guest, for good. VMID 0 belongs to nobody: guests for which none
 * was left, or all on a machine without VMID bits, share it. That is sound, since a hart runs one
 * guest alone and forgets all translations before each vCPU's start (vcpu/run.c). Pure.
 * Locking: the caller's.
 */
#ifndef STAGE2_VMID_H
#define STAGE2_VMID_H

#include "hv/types.h"

#define VMID_NONE 0

struct vmid_pool {
	unsigned int limit; /* the highest VMID to give out; 0 on a machine without VMIDs */
	unsigned int used;  /* and the highest given out */
};

/* bits: how many VMID bits hgatp implements, as probed at boot, 0 to 14 (more counts as 14). */
void vmid_init(struct vmid_pool *pool, unsigned int bits);

/* The next VMID, or VMID_NONE when there is none left. */
uint16_t vmid_alloc(struct vmid_pool *pool);

#endif
