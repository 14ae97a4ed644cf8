/* SPDX-License-Identifier: Apache-2.0 */
/* The VMID pool (contract in vmid.h): a bit map whose bit 0 is never given out. */
#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "stage2/vmid.h"

#define HGATP_VMID_BITS 14

BOOT_CODE void vmid_init(struct vmid_pool *pool, unsigned int bits)
{
	uint64_t highest = BIT(MIN(bits, HGATP_VMID_BITS)) - 1;

	*pool = (struct vmid_pool){ .limit = (unsigned int)MIN(highest, VMID_MAX) };
}

static bool is_taken(const struct vmid_pool *pool, unsigned int vmid)
{
	return pool->taken[vmid / 64] & BIT(vmid % 64);
}

BOOT_CODE uint16_t vmid_alloc(struct vmid_pool *pool)
{
	for (unsigned int vmid = VMID_NONE + 1; vmid <= pool->limit; vmid++) {
		if (!is_taken(pool, vmid)) {
			pool->taken[vmid / 64] |= BIT(vmid % 64);
			pool->used++;
			return (uint16_t)vmid;
		}
	}
	return VMID_NONE;
}

int vmid_free(struct vmid_pool *pool, uint16_t vmid)
{
	if (vmid == VMID_NONE)
		return 0;
	if (vmid > pool->limit || !is_taken(pool, vmid))
		return -EINVAL;
	pool->taken[vmid / 64] &= ~BIT(vmid % 64);
	pool->used--;
	return 0;
}
