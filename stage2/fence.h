/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fences after a change of a guest's G-stage (privileged specification, "Hypervisor
 * Memory-Management Fence Instructions"; Svinval). The planner is pure and
 * turns an owed flush into an operation; fence_riscv.c executes it on
 * this hart; fence_sbi_call says it in the SBI's words, for other harts.
 */
#ifndef STAGE2_FENCE_H
#define STAGE2_FENCE_H

#include "hv/flush.h"
#include "hv/types.h"

/* A range of more pages than this is flushed by VMID, which is cheaper by then. */
#define FENCE_PAGES_MAX 64

enum fence_kind {
	FENCE_NOTHING,
	FENCE_GVMA,       /* G-stage of every guest */
	FENCE_GVMA_VMID,  /* G-stage of one VMID */
	FENCE_GVMA_RANGE, /* guest physical range of one VMID */
};

struct fence_op {
	enum fence_kind kind;
	uint16_t vmid;      /* where the kind names one */
	struct range range; /* guest physical bytes, where the kind has a range */
	uint64_t stride;    /* bytes from one fenced page to the next */
};

/* What a G-stage change under vmid owes. */
struct fence_op fence_plan(const struct flush *owed, uint16_t vmid);

/* An SBI RFENCE call, but for the hart mask. */
struct fence_sbi_call {
	unsigned int function; /* SBI_RFENCE_ */
	uint64_t start;
	uint64_t size;
	uint64_t vmid;
};

/* The call that makes other harts execute op, whose kind isn't FENCE_NOTHING. */
struct fence_sbi_call fence_sbi_call(const struct fence_op *op);

/* Executes an operation on this hart (fence_riscv.c). svinval: the hart has it. */
void fence_local(const struct fence_op *op, bool svinval);

/* Sends a call to the harts of a mask (bit 0 is hart mask_base); 0 or a negative errno. */
typedef int fence_remote_fn(void *context, const struct fence_sbi_call *call, uint64_t mask,
			    uint64_t mask_base);

/*
 * Executes op on this hart, when here is set, and on the others of the mask through
 * remote. Returns when all have done it; what remote returned.
 */
int fence_execute(const struct fence_op *op, bool here, bool svinval, fence_remote_fn *remote,
		  void *context, uint64_t mask, uint64_t mask_base);

#endif
