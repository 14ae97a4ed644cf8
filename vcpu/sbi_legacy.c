// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 5: the legacy extensions 0 to 8, for old guests. They return in
 * a0 alone. Hart masks lie in the guest's virtual memory, at a pointer that may be
 * NULL for all harts; a fault there is the guest's own, at its ecall.
 */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

/* False: the call ends, with a fault or with *error. */
static bool load_mask(struct vcpu *vcpu, uint64_t *vcpus, int64_t *error)
{
	uint64_t pointer = vcpu_arg(vcpu, 0);
	uint64_t mask = 0;

	if (pointer && hw_guest_load(pointer, &mask, &vcpu->fault)) {
		vcpu->sbi.outcome = SBI_FAULT;
		return false;
	}
	*error = SBI_ERR_INVALID_PARAM;
	return sbi_hart_mask(vcpu->vm, mask, pointer ? 0 : UINT64_MAX, vcpus);
}

static int64_t with_mask(struct vcpu *vcpu, uint64_t id)
{
	uint64_t vcpus = 0;
	int64_t error = 0;

	if (!load_mask(vcpu, &vcpus, &error))
		return error;
	switch (id) {
	case SBI_EXT_LEGACY_SEND_IPI:
		return sbi_ipi_send(vcpu, vcpus, 0);
	case SBI_EXT_LEGACY_REMOTE_FENCE_I:
		return sbi_rfence_instruction(vcpu, vcpus);
	case SBI_EXT_LEGACY_REMOTE_SFENCE_VMA:
		return sbi_rfence_vma(vcpu, vcpus, vcpu_arg(vcpu, 1), vcpu_arg(vcpu, 2),
				      UINT64_MAX);
	default:
		return sbi_rfence_vma(vcpu, vcpus, vcpu_arg(vcpu, 1), vcpu_arg(vcpu, 2),
				      vcpu_arg(vcpu, 3) & GENMASK(15, 0));
	}
}

/* Blocks by being executed again until the console has room. */
static int64_t putchar_byte(struct vcpu *vcpu)
{
	uint8_t byte = (uint8_t)vcpu_arg(vcpu, 0);

	if (hw_console_put(vcpu, &byte, 1) == 0)
		vcpu->sbi.outcome = SBI_RETRY;
	return 0;
}

static int64_t getchar_byte(struct vcpu *vcpu)
{
	uint8_t byte;

	return hw_console_get(vcpu, &byte, 1) ? byte : -1;
}

static int64_t shutdown(struct vcpu *vcpu)
{
	vm_request_end(vcpu->vm, VM_END_SHUTDOWN);
	sbi_leave(vcpu, VCPU_LEAVE_VM);
	return 0;
}

int64_t sbi_legacy_call(struct vcpu *vcpu, uint64_t id)
{
	switch (id) {
	case SBI_EXT_LEGACY_SET_TIMER:
		hw_set_timer(vcpu, vcpu_arg(vcpu, 0));
		return 0;
	case SBI_EXT_LEGACY_CONSOLE_PUTCHAR:
		return putchar_byte(vcpu);
	case SBI_EXT_LEGACY_CONSOLE_GETCHAR:
		return getchar_byte(vcpu);
	case SBI_EXT_LEGACY_CLEAR_IPI:
		return hw_clear_ssip();
	case SBI_EXT_LEGACY_SHUTDOWN:
		return shutdown(vcpu);
	default:
		return with_mask(vcpu, id);
	}
}
