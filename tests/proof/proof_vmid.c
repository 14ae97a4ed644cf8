/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/vmid.c
/*
 * The VMID pool in any state that it can be in: what it gives out is within the machine's
 * bits, was given to nobody before, and is VMID 0 only when nothing is left.
 */
#include <assert.h>

#include "hv/bits.h"
#include "stage2/vmid.h"

unsigned int nondet_uint(void);

int main(void)
{
	struct vmid_pool pool;
	unsigned int bits = nondet_uint(), before = nondet_uint();
	uint16_t vmid;

	vmid_init(&pool, bits);
	assert(pool.limit < BIT(14) && (bits >= 14 || pool.limit < BIT(bits)));
	__CPROVER_assume(before <= pool.limit);
	pool.used = before;

	vmid = vmid_alloc(&pool);
	assert(vmid <= pool.limit && pool.used <= pool.limit);
	assert(vmid == VMID_NONE ? before == pool.limit : vmid > before);
	assert(vmid == VMID_NONE || pool.used >= vmid);
	return 0;
}
