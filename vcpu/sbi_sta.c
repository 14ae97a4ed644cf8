// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 16: STA. A vCPU owns its hart, so nobody steals its time: the
 * guest finds a structure that says 0. It is cleared when it is set, and never
 * written again.
 */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

#define STRUCTURE_SIZE 64

static int64_t set_shmem(struct vcpu *vcpu, uint64_t low, uint64_t high, uint64_t flags)
{
	static const uint8_t zeroes[STRUCTURE_SIZE];

	if (flags)
		return SBI_ERR_INVALID_PARAM;
	if ((low & high) == UINT64_MAX) {
		vcpu->sbi.sta = SBI_NO_SHMEM;
		return SBI_SUCCESS;
	}
	if (!is_aligned(low, STRUCTURE_SIZE))
		return SBI_ERR_INVALID_PARAM;
	if (high || hw_guest_write(vcpu, gpa(low), zeroes, sizeof(zeroes)))
		return SBI_ERR_INVALID_ADDRESS;
	vcpu->sbi.sta = low;
	return SBI_SUCCESS;
}

struct sbi_ret sbi_sta_call(struct vcpu *vcpu, uint64_t function)
{
	(void)function; /* there is one: steal_time_set_shmem */
	return sbi_error(set_shmem(vcpu, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1), vcpu_arg(vcpu, 2)));
}
