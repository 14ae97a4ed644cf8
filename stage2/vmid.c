/* SPDX-License-Identifier: Apache-2.0 */
/* The VMIDs of a machine (contract in vmid.h), given out in their order. */
#include "stage2/vmid.h"

#include "hv/bits.h"
#include "hv/boot.h"

#define HGATP_VMID_BITS 14

BOOT_CODE void vmid_init(struct vmid_pool *pool, unsigned int bits)
{
	unsigned int highest = (1U << MIN(bits, HGATP_VMID_BITS)) - 1;

	*pool = (struct vmid_pool){ .limit = highest };
}

BOOT_CODE uint16_t vmid_alloc(struct vmid_pool *pool)
{
	if (pool->used == pool->limit)
		return VMID_NONE;
	return (uint16_t)++pool->used;
}
