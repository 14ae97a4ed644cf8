/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/vmid.c
// cbmc: --unwind 260
/*
 * The VMID pool in any state that it can be in: what it gives out was free, is
 * within the machine's bits and is never VMID 0 unless nothing is left.
 */
#include <assert.h>
#include <errno.h>

#include "hv/bits.h"
#include "stage2/vmid.h"

uint64_t nondet_u64(void);
unsigned int nondet_uint(void);
uint16_t nondet_u16(void);

static bool is_taken(const struct vmid_pool *pool, uint16_t vmid)
{
	return pool->taken[vmid / 64] & BIT(vmid % 64);
}

int main(void)
{
	struct vmid_pool pool, before;
	unsigned int bits = nondet_uint();
	uint16_t vmid, other = nondet_u16();

	vmid_init(&pool, bits);
	assert(pool.limit <= VMID_MAX && (bits >= 14 || pool.limit < BIT(bits)));
	for (unsigned int i = 0; i < ARRAY_SIZE(pool.taken); i++)
		pool.taken[i] = nondet_u64();
	before = pool;
	__CPROVER_assume(other <= pool.limit && other != VMID_NONE);

	vmid = vmid_alloc(&pool);
	assert(vmid <= pool.limit);
	if (vmid == VMID_NONE) {
		assert(is_taken(&before, other));
		return 0;
	}
	assert(!is_taken(&before, vmid) && is_taken(&pool, vmid));
	assert(other == vmid || is_taken(&before, other) == is_taken(&pool, other));
	assert(vmid_free(&pool, vmid) == 0);
	assert(vmid_free(&pool, vmid) == -EINVAL);
	assert(is_taken(&before, other) == is_taken(&pool, other));
	return 0;
}
