// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 10: SRST. The system that is reset is the guest, never the
 * machine: what follows is its file's on-shutdown, on-crash, or a restart.
 */
#include "vcpu/sbi_ext.h"

/* Both parameters are 32 bits; the rest of the registers doesn't count. */
static int64_t system_reset(struct vcpu *vcpu, uint32_t type, uint32_t reason)
{
	enum vm_end end = VM_END_REBOOT;

	if (type > SBI_SRST_TYPE_WARM_REBOOT || reason > SBI_SRST_REASON_SYSTEM_FAILURE)
		return SBI_ERR_INVALID_PARAM;
	if (type == SBI_SRST_TYPE_SHUTDOWN)
		end = reason == SBI_SRST_REASON_NONE ? VM_END_SHUTDOWN : VM_END_FAILURE;
	vm_request_end(vcpu->vm, end);
	sbi_leave(vcpu, VCPU_LEAVE_VM);
	return SBI_SUCCESS;
}

struct sbi_ret sbi_srst_call(struct vcpu *vcpu, uint64_t function)
{
	(void)function; /* there is one: system_reset */
	return sbi_error(
		system_reset(vcpu, (uint32_t)vcpu_arg(vcpu, 0), (uint32_t)vcpu_arg(vcpu, 1)));
}
