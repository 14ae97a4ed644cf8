// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 8: RFENCE. The own hart is fenced by an instruction, the others
 * that are started by one call of the machine's. A guest has no H extension of its
 * own, so the hfence functions are not supported. A hart that isn't started needs
 * no fence: it begins with an empty TLB.
 */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

#define EVERYTHING UINT64_MAX
/* ASIDMAX is 16 in Sv39 and up; hardware ignores the bits above. */
#define ASID_BITS  GENMASK(15, 0)

/* Those of vcpus, apart from the caller, that are started; and how many. */
static uint64_t others_available(const struct vcpu *vcpu, uint64_t vcpus, uint64_t *count)
{
	const struct vm *vm = vcpu->vm;

	*count = 0;
	vcpus &= ~BIT(vcpu->id);
	for (uint32_t i = 0; vcpus && i < vm->nr_vcpus; i++) {
		if (!(vcpus & BIT(i)))
			continue;
		if (sbi_is_available(vm->vcpus[i]))
			(*count)++;
		else
			vcpus &= ~BIT(i);
	}
	return vcpus;
}

/* These two are apart, so that a fence at home doesn't save the registers that they need. */
static __attribute__((noinline)) int64_t fence_i_several(struct vcpu *vcpu, uint64_t vcpus)
{
	uint64_t count;
	uint64_t others = others_available(vcpu, vcpus, &count);

	vcpu->stats->fence_i_sent += count;
	if (others)
		hw_remote_fence_i(vcpu, others);
	if (vcpus & BIT(vcpu->id))
		hw_fence_i();
	return SBI_SUCCESS;
}

static __attribute__((noinline)) int64_t vma_several(struct vcpu *vcpu, uint64_t vcpus,
						     uint64_t start, uint64_t size, uint64_t asid)
{
	uint64_t count;
	uint64_t others = others_available(vcpu, vcpus, &count);

	if (asid == EVERYTHING)
		vcpu->stats->sfence_sent += count;
	else
		vcpu->stats->sfence_asid_sent += count;
	if (others)
		hw_remote_fence_vvma(vcpu, others, start, size, asid);
	if (vcpus & BIT(vcpu->id))
		hw_fence_vvma(start, size, asid);
	return SBI_SUCCESS;
}

int64_t sbi_rfence_instruction(struct vcpu *vcpu, uint64_t vcpus)
{
	if (vcpus != BIT(vcpu->id))
		return fence_i_several(vcpu, vcpus);
	hw_fence_i();
	return SBI_SUCCESS;
}

int64_t sbi_rfence_vma(struct vcpu *vcpu, uint64_t vcpus, uint64_t start, uint64_t size,
		       uint64_t asid)
{
	if ((start | size) == 0)
		size = EVERYTHING;
	if (size != EVERYTHING && !range_is_sound(start, size))
		return SBI_ERR_INVALID_ADDRESS;
	if (size == 0)
		return SBI_SUCCESS;
	if (vcpus != BIT(vcpu->id))
		return vma_several(vcpu, vcpus, start, size, asid);
	hw_fence_vvma(start, size, asid);
	return SBI_SUCCESS;
}

int64_t sbi_rfence_fence(struct vcpu *vcpu, uint64_t function)
{
	uint64_t asid = EVERYTHING;
	uint64_t vcpus;

	if (!sbi_hart_mask(vcpu->vm, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1), &vcpus))
		return SBI_ERR_INVALID_PARAM;
	if (function == SBI_RFENCE_FENCE_I)
		return sbi_rfence_instruction(vcpu, vcpus);
	if (function == SBI_RFENCE_SFENCE_VMA_ASID)
		asid = vcpu_arg(vcpu, 4) & ASID_BITS;
	return sbi_rfence_vma(vcpu, vcpus, vcpu_arg(vcpu, 2), vcpu_arg(vcpu, 3), asid);
}

struct sbi_ret sbi_rfence_call(struct vcpu *vcpu, uint64_t function)
{
	if (function > SBI_RFENCE_SFENCE_VMA_ASID)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	return sbi_error(sbi_rfence_fence(vcpu, function));
}
