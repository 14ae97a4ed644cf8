/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fences of guests' translations (privileged specification, "Hypervisor
 * Memory-Management Fence Instructions"; Svinval). The planner is pure and
 * turns an owed flush into a few operations; fence_riscv.c executes one on
 * this hart; fence_sbi_call says it in the SBI's words, for other harts.
 */
#ifndef STAGE2_FENCE_H
#define STAGE2_FENCE_H

#include "hv/flush.h"
#include "hv/types.h"

/* A range of more pages than this is flushed by VMID, which is cheaper by then. */
#define FENCE_PAGES_MAX 64
#define FENCE_PLAN_OPS  2

enum fence_kind {
	FENCE_NOTHING,
	FENCE_GVMA,            /* G-stage of every guest */
	FENCE_GVMA_VMID,       /* G-stage of one VMID */
	FENCE_GVMA_RANGE,      /* guest physical range of one VMID */
	FENCE_VVMA,            /* VS-stage, all of the VMID that is in hgatp */
	FENCE_VVMA_ASID,       /* the same, one address space */
	FENCE_VVMA_RANGE,      /* guest virtual range, all address spaces */
	FENCE_VVMA_RANGE_ASID, /* guest virtual range of one address space */
	FENCE_INSTRUCTION,     /* fence.i */
};

struct fence_op {
	enum fence_kind kind;
	uint16_t id;        /* VMID or ASID, where the kind names one */
	struct range range; /* guest physical or virtual bytes, where the kind has a range */
	uint64_t stride;    /* bytes from one fenced page to the next */
};

struct fence_plan {
	unsigned int count;
	struct fence_op ops[FENCE_PLAN_OPS];
};

/* What a G-stage change under vmid owes. No operation when nothing is owed. */
void fence_plan_gstage(const struct flush *owed, uint16_t vmid, struct fence_plan *plan);

/*
 * Everything that may be cached for vmid in both stages: when a guest ends, a
 * VMID gets a new owner, or a hart changes guests without VMIDs. hgatp must hold vmid
 * (with any root) when it executes, since HFENCE.VVMA works on hgatp's VMID.
 */
void fence_plan_forget(uint16_t vmid, struct fence_plan *plan);

/*
 * A guest's own remote fence, as SBI RFENCE describes it: start 0 and size 0,
 * or size ~0, is everything. asid < 0: all address spaces.
 */
struct fence_op fence_vstage(uint64_t start, uint64_t size, int32_t asid);

/* An SBI RFENCE call, but for the hart mask. */
struct fence_sbi_call {
	unsigned int function; /* SBI_RFENCE_ */
	uint64_t start;
	uint64_t size;
	uint64_t id; /* VMID or ASID */
};

/*
 * The call that makes other harts execute op. VVMA kinds work on the VMID in
 * the calling hart's hgatp. op's kind isn't FENCE_NOTHING.
 */
struct fence_sbi_call fence_sbi_call(const struct fence_op *op);

/* Executes one operation on this hart (fence_riscv.c). svinval: the hart has it. */
void fence_local(const struct fence_op *op, bool svinval);

/* Sends a call to the harts of a mask (bit 0 is hart mask_base); 0 or a negative errno. */
typedef int fence_remote_fn(void *context, const struct fence_sbi_call *call, uint64_t mask,
			    uint64_t mask_base);

/*
 * Executes a plan on this hart, when here is set, and on the others of the
 * mask through remote. Returns when all have done it; the first error of remote.
 */
int fence_execute(const struct fence_plan *plan, bool here, bool svinval, fence_remote_fn *remote,
		  void *context, uint64_t mask, uint64_t mask_base);

#endif
