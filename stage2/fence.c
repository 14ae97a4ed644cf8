/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planning of fences (contract in fence.h). Pure: the instructions are in
 * fence_riscv.c. A plan may flush more than was owed, never less.
 */
#include "hv/bits.h"
#include "hv/sbi_defs.h"
#include "stage2/fence.h"

#define ALL_OF_SPACE UINT64_MAX

static void plan_add(struct fence_plan *plan, struct fence_op op)
{
	plan->ops[plan->count++] = op;
}

/* Whole strides that cover [base, base + size), which doesn't wrap; too many of them is fine. */
static uint64_t strides(uint64_t base, uint64_t size, uint64_t stride)
{
	uint64_t last = base + (size - 1);

	return (last - align_down(base, stride)) / stride + 1;
}

static struct fence_op gvma_range(const struct flush *owed, uint16_t vmid)
{
	uint64_t base = align_down(owed->range.base, owed->stride);
	uint64_t count = strides(owed->range.base, owed->range.size, owed->stride);

	return (struct fence_op){
		.kind = FENCE_GVMA_RANGE,
		.id = vmid,
		.range = { base, count * owed->stride },
		.stride = owed->stride,
	};
}

void fence_plan_gstage(const struct flush *owed, uint16_t vmid, struct fence_plan *plan)
{
	bool by_range = owed->kind == FLUSH_RANGE && strides(owed->range.base, owed->range.size,
							     owed->stride) <= FENCE_PAGES_MAX;

	plan->count = 0;
	if (owed->kind == FLUSH_NONE)
		return;
	if (by_range)
		plan_add(plan, gvma_range(owed, vmid));
	else
		plan_add(plan, (struct fence_op){ .kind = FENCE_GVMA_VMID, .id = vmid });
}

void fence_plan_forget(uint16_t vmid, struct fence_plan *plan)
{
	plan->count = 0;
	plan_add(plan, (struct fence_op){ .kind = FENCE_GVMA_VMID, .id = vmid });
	plan_add(plan, (struct fence_op){ .kind = FENCE_VVMA });
}

static struct fence_op vstage_all(int32_t asid)
{
	if (asid < 0)
		return (struct fence_op){ .kind = FENCE_VVMA };
	return (struct fence_op){ .kind = FENCE_VVMA_ASID, .id = (uint16_t)asid };
}

struct fence_op fence_vstage(uint64_t start, uint64_t size, int32_t asid)
{
	uint64_t count;

	if ((start == 0 && size == 0) || size == ALL_OF_SPACE || !range_is_sound(start, size))
		return vstage_all(asid);
	if (size == 0)
		return (struct fence_op){ .kind = FENCE_NOTHING };
	count = strides(start, size, PAGE_SIZE);
	if (count > FENCE_PAGES_MAX)
		return vstage_all(asid);
	return (struct fence_op){
		.kind = asid < 0 ? FENCE_VVMA_RANGE : FENCE_VVMA_RANGE_ASID,
		.id = asid < 0 ? 0 : (uint16_t)asid,
		.range = { align_down(start, PAGE_SIZE), count * PAGE_SIZE },
		.stride = PAGE_SIZE,
	};
}

struct fence_sbi_call fence_sbi_call(const struct fence_op *op)
{
	static const struct {
		uint8_t function;
		bool range;
	} rows[] = {
		[FENCE_NOTHING] = { SBI_RFENCE_FENCE_I, false },
		[FENCE_GVMA] = { SBI_RFENCE_HFENCE_GVMA, false },
		[FENCE_GVMA_VMID] = { SBI_RFENCE_HFENCE_GVMA_VMID, false },
		[FENCE_GVMA_RANGE] = { SBI_RFENCE_HFENCE_GVMA_VMID, true },
		[FENCE_VVMA] = { SBI_RFENCE_HFENCE_VVMA, false },
		[FENCE_VVMA_ASID] = { SBI_RFENCE_HFENCE_VVMA_ASID, false },
		[FENCE_VVMA_RANGE] = { SBI_RFENCE_HFENCE_VVMA, true },
		[FENCE_VVMA_RANGE_ASID] = { SBI_RFENCE_HFENCE_VVMA_ASID, true },
		[FENCE_INSTRUCTION] = { SBI_RFENCE_FENCE_I, false },
	};
	bool range = rows[op->kind].range;

	return (struct fence_sbi_call){
		.function = rows[op->kind].function,
		.start = range ? op->range.base : 0,
		.size = range ? op->range.size : ALL_OF_SPACE,
		.id = op->id,
	};
}

static int execute_op(const struct fence_op *op, bool here, bool svinval, fence_remote_fn *remote,
		      void *context, uint64_t mask, uint64_t mask_base)
{
	struct fence_sbi_call call = fence_sbi_call(op);

	if (op->kind == FENCE_NOTHING)
		return 0;
	if (here)
		fence_local(op, svinval);
	return mask ? remote(context, &call, mask, mask_base) : 0;
}

int fence_execute(const struct fence_plan *plan, bool here, bool svinval, fence_remote_fn *remote,
		  void *context, uint64_t mask, uint64_t mask_base)
{
	int error = 0;

	for (unsigned int i = 0; i < plan->count; i++) {
		int this =
			execute_op(&plan->ops[i], here, svinval, remote, context, mask, mask_base);

		error = error ? error : this;
	}
	return error;
}
