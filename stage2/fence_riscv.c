/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fence instructions of this hart (contract in fence.h). They are spelled
 * with .insn, since an assembler without the H and Svinval extensions switched
 * on refuses their names. HFENCE.GVMA and HINVAL.GVMA take the guest physical
 * address shifted right by 2; the VVMA ones take the address as it is.
 * Svinval: any number of HINVALs between SFENCE.W.INVAL and SFENCE.INVAL.IR.
 */
#include "hv/bits.h"
#include "stage2/fence.h"

#ifndef __riscv
#error "fence_riscv.c is for RISC-V; the host's tests have a fence_local of their own"
#endif

#define FUNCT7_HFENCE_VVMA "0x11"
#define FUNCT7_HINVAL_VVMA "0x13"
#define FUNCT7_HFENCE_GVMA "0x31"
#define FUNCT7_HINVAL_GVMA "0x33"

/* address and id are operands: a register's value, or x0 for "all". */
#define FENCE(funct7, address, id)                                                         \
	__asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, %0, %1" ::"r"(address), "r"(id) \
			 : "memory")
#define FENCE_ADDRESS(funct7, address) \
	__asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, %0, x0" ::"r"(address) : "memory")
#define FENCE_ID(funct7, id) \
	__asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, x0, %0" ::"r"(id) : "memory")
#define FENCE_ALL(funct7) __asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, x0, x0" ::: "memory")

static void sfence_w_inval(void)
{
	__asm__ volatile(".insn r 0x73, 0, 0x0c, x0, x0, x0" ::: "memory");
}

static void sfence_inval_ir(void)
{
	__asm__ volatile(".insn r 0x73, 0, 0x0c, x0, x0, x1" ::: "memory");
}

static void fence_page(const struct fence_op *op, uint64_t address)
{
	uint64_t id = op->id;

	if (op->kind == FENCE_GVMA_RANGE)
		FENCE(FUNCT7_HFENCE_GVMA, address >> 2, id);
	else if (op->kind == FENCE_VVMA_RANGE_ASID)
		FENCE(FUNCT7_HFENCE_VVMA, address, id);
	else
		FENCE_ADDRESS(FUNCT7_HFENCE_VVMA, address);
}

static void inval_page(const struct fence_op *op, uint64_t address)
{
	uint64_t id = op->id;

	if (op->kind == FENCE_GVMA_RANGE)
		FENCE(FUNCT7_HINVAL_GVMA, address >> 2, id);
	else if (op->kind == FENCE_VVMA_RANGE_ASID)
		FENCE(FUNCT7_HINVAL_VVMA, address, id);
	else
		FENCE_ADDRESS(FUNCT7_HINVAL_VVMA, address);
}

static void fence_range(const struct fence_op *op)
{
	for (uint64_t done = 0; done < op->range.size; done += op->stride)
		fence_page(op, op->range.base + done);
}

static void inval_range(const struct fence_op *op)
{
	sfence_w_inval();
	for (uint64_t done = 0; done < op->range.size; done += op->stride)
		inval_page(op, op->range.base + done);
	sfence_inval_ir();
}

void fence_local(const struct fence_op *op, bool svinval)
{
	uint64_t id = op->id;

	switch (op->kind) {
	case FENCE_NOTHING:
		break;
	case FENCE_GVMA:
		FENCE_ALL(FUNCT7_HFENCE_GVMA);
		break;
	case FENCE_GVMA_VMID:
		FENCE_ID(FUNCT7_HFENCE_GVMA, id);
		break;
	case FENCE_VVMA:
		FENCE_ALL(FUNCT7_HFENCE_VVMA);
		break;
	case FENCE_VVMA_ASID:
		FENCE_ID(FUNCT7_HFENCE_VVMA, id);
		break;
	case FENCE_GVMA_RANGE:
	case FENCE_VVMA_RANGE:
	case FENCE_VVMA_RANGE_ASID:
		if (svinval)
			inval_range(op);
		else
			fence_range(op);
		break;
	case FENCE_INSTRUCTION:
		__asm__ volatile("fence.i" ::: "memory");
		break;
	}
}
