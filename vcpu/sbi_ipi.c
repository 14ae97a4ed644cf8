// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 7: IPI. An IPI is VSSIP: raised here by its own bit, elsewhere
 * by a request that the other hart takes when it is kicked out of its guest.
 */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

/* One kick is enough for as long as the request wasn't taken. */
static void send_to(struct vcpu *vcpu, struct vcpu *target)
{
	uint64_t before;

	if (!sbi_is_available(target))
		return;
	vcpu->stats->ipis++;
	before = __atomic_fetch_or(&target->requests, VCPU_REQUEST_SSIP, __ATOMIC_ACQ_REL);
	if (!(before & VCPU_REQUEST_SSIP))
		hw_kick(target);
}

/* Apart, so that an IPI to itself doesn't save the registers that this one needs. */
static __attribute__((noinline)) int64_t send_to_several(struct vcpu *vcpu, uint64_t vcpus)
{
	const struct vm *vm = vcpu->vm;

	for (uint32_t i = 0; i < vm->nr_vcpus; i++) {
		if (!(vcpus & BIT(i)))
			continue;
		if (i == vcpu->id)
			hw_raise_ssip();
		else
			send_to(vcpu, vm->vcpus[i]);
	}
	return SBI_SUCCESS;
}

int64_t sbi_ipi_send(struct vcpu *vcpu, uint64_t mask, uint64_t base)
{
	uint64_t vcpus;

	if (!sbi_hart_mask(vcpu->vm, mask, base, &vcpus))
		return SBI_ERR_INVALID_PARAM;
	if (vcpus != BIT(vcpu->id))
		return send_to_several(vcpu, vcpus);
	hw_raise_ssip();
	return SBI_SUCCESS;
}

struct sbi_ret sbi_ipi_call(struct vcpu *vcpu, uint64_t function)
{
	(void)function; /* there is one: send_ipi */
	return sbi_error(sbi_ipi_send(vcpu, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1)));
}
