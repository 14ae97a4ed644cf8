// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 13: SUSP. Suspend to RAM is a non-retentive suspend of the last
 * vCPU that runs: the guest's memory stays where it is, and an interrupt wakes it.
 */
#include "vcpu/sbi_ext.h"

/* Takes vm->lock, so that no vCPU is in the middle of a start. */
static bool others_stopped(const struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;
	bool stopped = true;

	spin_lock(&vm->lock);
	for (uint32_t i = 0; i < vm->nr_vcpus; i++) {
		if (i != vcpu->id && vm->vcpus[i]->hsm != SBI_HSM_STATE_STOPPED)
			stopped = false;
	}
	spin_unlock(&vm->lock);
	return stopped;
}

/* The sleep type is 32 bits; the rest of the register doesn't count. */
static int64_t system_suspend(struct vcpu *vcpu, uint32_t type, uint64_t pc, uint64_t opaque)
{
	if (type != SBI_SUSP_SLEEP_TYPE_SUSPEND)
		return SBI_ERR_INVALID_PARAM;
	if (!sbi_start_address(vcpu, pc))
		return SBI_ERR_INVALID_ADDRESS;
	if (!others_stopped(vcpu))
		return SBI_ERR_DENIED;
	vcpu->resume_reset = true;
	vcpu->resume_pc = pc;
	vcpu->resume_opaque = opaque;
	sbi_leave(vcpu, VCPU_LEAVE_SUSPEND);
	return SBI_SUCCESS;
}

struct sbi_ret sbi_susp_call(struct vcpu *vcpu, uint64_t function)
{
	(void)function; /* there is one: system_suspend */
	return sbi_error(system_suspend(vcpu, (uint32_t)vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1),
					vcpu_arg(vcpu, 2)));
}
