/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fence instructions of this hart (contract in fence.h). They are spelled
 * with .insn, since an assembler without the H and Svinval extensions switched
 * on refuses their names. HFENCE.GVMA and HINVAL.GVMA take the guest physical
 * address shifted right by 2.
 * Svinval: any number of HINVALs between SFENCE.W.INVAL and SFENCE.INVAL.IR.
 */
#include "hv/bits.h"
#include "stage2/fence.h"

#ifndef __riscv
#error "fence_riscv.c is for RISC-V; the host's tests have a fence_local of their own"
#endif

#define FUNCT7_HFENCE_GVMA "0x31"
#define FUNCT7_HINVAL_GVMA "0x33"

/* Of a page of a VMID, of a VMID, of all: x0 as an operand means every one. */
#define FENCE_PAGE(funct7, address, vmid)                                                    \
	__asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, %0, %1" ::"r"(address), "r"(vmid) \
			 : "memory")
#define FENCE_VMID(funct7, vmid) \
	__asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, x0, %0" ::"r"(vmid) : "memory")
#define FENCE_ALL(funct7) __asm__ volatile(".insn r 0x73, 0, " funct7 ", x0, x0, x0" ::: "memory")

static void sfence_w_inval(void)
{
	__asm__ volatile(".insn r 0x73, 0, 0x0c, x0, x0, x0" ::: "memory");
}

static void sfence_inval_ir(void)
{
	__asm__ volatile(".insn r 0x73, 0, 0x0c, x0, x0, x1" ::: "memory");
}

static void fence_range(const struct fence_op *op)
{
	uint64_t vmid = op->vmid, done;

	for (done = 0; done < op->range.size; done += op->stride)
		FENCE_PAGE(FUNCT7_HFENCE_GVMA, (op->range.base + done) >> 2, vmid);
}

static void inval_range(const struct fence_op *op)
{
	uint64_t vmid = op->vmid, done;

	sfence_w_inval();
	for (done = 0; done < op->range.size; done += op->stride)
		FENCE_PAGE(FUNCT7_HINVAL_GVMA, (op->range.base + done) >> 2, vmid);
	sfence_inval_ir();
}

void fence_local(const struct fence_op *op, bool svinval)
{
	uint64_t vmid = op->vmid;

	switch (op->kind) {
	case FENCE_NOTHING:
		break;
	case FENCE_GVMA:
		FENCE_ALL(FUNCT7_HFENCE_GVMA);
		break;
	case FENCE_GVMA_VMID:
		FENCE_VMID(FUNCT7_HFENCE_GVMA, vmid);
		break;
	case FENCE_GVMA_RANGE:
		if (svinval)
			inval_range(op);
		else
			fence_range(op);
		break;
	}
}
