// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 9: HSM. A hart's state changes under vm->lock: STOPPED to
 * START_PENDING here, by any vCPU; everything else on the vCPU's own hart, by the
 * code that runs it. nr_inside counts vCPUs from START_PENDING until they are
 * stopped, so that a guest that ends waits for one that is about to start.
 */
#include "hv/hart.h"
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

/* Section 9.4: suspend types are 32 bits; the rest of the register doesn't count. */
#define SUSPEND_TYPE GENMASK(31, 0)

static struct vcpu *find(const struct vcpu *vcpu, uint64_t id)
{
	return id < vcpu->vm->nr_vcpus ? vcpu->vm->vcpus[id] : NULL;
}

/* vm->lock is held. */
static int64_t start_locked(struct vm *vm, struct vcpu *target, uint64_t pc, uint64_t opaque)
{
	if (target->hsm != SBI_HSM_STATE_STOPPED)
		return SBI_ERR_ALREADY_AVAILABLE;
	if (vm->state != VM_RUNNING || hart_is_missing(target->hart))
		return SBI_ERR_FAILED;
	target->start_pc = pc;
	target->start_opaque = opaque;
	vm->nr_inside++;
	__atomic_store_n(&target->hsm, SBI_HSM_STATE_START_PENDING, __ATOMIC_RELEASE);
	return SBI_SUCCESS;
}

static int64_t hart_start(struct vcpu *vcpu, uint64_t id, uint64_t pc, uint64_t opaque)
{
	struct vcpu *target = find(vcpu, id);
	struct vm *vm = vcpu->vm;
	int64_t error;

	if (!target)
		return SBI_ERR_INVALID_PARAM;
	if (!sbi_start_address(vcpu, pc))
		return SBI_ERR_INVALID_ADDRESS;
	spin_lock(&vm->lock);
	error = start_locked(vm, target, pc, opaque);
	spin_unlock(&vm->lock);
	if (error == SBI_SUCCESS)
		hart_post(target->hart, &target->start_job);
	return error;
}

static struct sbi_ret hart_get_status(const struct vcpu *vcpu, uint64_t id)
{
	const struct vcpu *target = find(vcpu, id);

	if (!target)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	return sbi_value(__atomic_load_n(&target->hsm, __ATOMIC_ACQUIRE));
}

/* Only the two default types are implemented; every other is reserved or a platform's own. */
static int64_t hart_suspend(struct vcpu *vcpu, uint64_t type, uint64_t pc, uint64_t opaque)
{
	type &= SUSPEND_TYPE;
	if (type != SBI_HSM_SUSPEND_RETENTIVE && type != SBI_HSM_SUSPEND_NON_RETENTIVE)
		return SBI_ERR_INVALID_PARAM;
	vcpu->resume_reset = type == SBI_HSM_SUSPEND_NON_RETENTIVE;
	if (vcpu->resume_reset && !sbi_start_address(vcpu, pc))
		return SBI_ERR_INVALID_ADDRESS;
	vcpu->resume_pc = pc;
	vcpu->resume_opaque = opaque;
	sbi_leave(vcpu, VCPU_LEAVE_SUSPEND);
	return SBI_SUCCESS;
}

struct sbi_ret sbi_hsm_call(struct vcpu *vcpu, uint64_t function)
{
	uint64_t a0 = vcpu_arg(vcpu, 0);
	uint64_t a1 = vcpu_arg(vcpu, 1);
	uint64_t a2 = vcpu_arg(vcpu, 2);

	switch (function) {
	case SBI_HSM_HART_START:
		return sbi_error(hart_start(vcpu, a0, a1, a2));
	case SBI_HSM_HART_STOP:
		sbi_leave(vcpu, VCPU_LEAVE_STOP);
		return sbi_error(SBI_SUCCESS);
	case SBI_HSM_HART_GET_STATUS:
		return hart_get_status(vcpu, a0);
	default:
		return sbi_error(hart_suspend(vcpu, a0, a1, a2));
	}
}
