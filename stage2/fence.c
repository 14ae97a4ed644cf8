/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planning of fences (contract in fence.h). Pure: the instructions are in
 * fence_riscv.c. A plan may flush more than was owed, never less.
 */
#include "stage2/fence.h"

#include "hv/bits.h"
#include "hv/sbi_defs.h"

#define ALL_OF_SPACE UINT64_MAX

/* Whole strides that cover [base, base + size), which doesn't wrap; too many of them is fine. */
static uint64_t strides(uint64_t base, uint64_t size, uint64_t stride)
{
	uint64_t last = base + (size - 1);

	return (last - align_down(base, stride)) / stride + 1;
}

struct fence_op fence_plan(const struct flush *owed, uint16_t vmid)
{
	struct fence_op op = { .kind = FENCE_NOTHING, .vmid = vmid };
	uint64_t count;

	if (owed->kind == FLUSH_NONE)
		return op;
	op.kind = FENCE_GVMA_VMID;
	if (owed->kind != FLUSH_RANGE)
		return op;
	count = strides(owed->range.base, owed->range.size, owed->stride);
	if (count > FENCE_PAGES_MAX)
		return op;
	op.kind = FENCE_GVMA_RANGE;
	op.range.base = align_down(owed->range.base, owed->stride);
	op.range.size = count * owed->stride;
	op.stride = owed->stride;
	return op;
}

struct fence_sbi_call fence_sbi_call(const struct fence_op *op)
{
	bool range = op->kind == FENCE_GVMA_RANGE;

	return (struct fence_sbi_call){
		.function = op->kind == FENCE_GVMA ? SBI_RFENCE_HFENCE_GVMA
						   : SBI_RFENCE_HFENCE_GVMA_VMID,
		.start = range ? op->range.base : 0,
		.size = range ? op->range.size : ALL_OF_SPACE,
		.vmid = op->vmid,
	};
}

int fence_execute(const struct fence_op *op, bool here, bool svinval, fence_remote_fn *remote,
		  void *context, uint64_t mask, uint64_t mask_base)
{
	struct fence_sbi_call call = fence_sbi_call(op);

	if (op->kind == FENCE_NOTHING)
		return 0;
	if (here)
		fence_local(op, svinval);
	return mask ? remote(context, &call, mask, mask_base) : 0;
}
