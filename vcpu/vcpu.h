/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's processor. struct vcpu begins with what the world switch in enter.S
 * touches; the offsets are generated from it. A vCPU belongs to one hart for as
 * long as its guest lives, so its VS-mode CSRs, FP and vector registers stay in
 * the hart and are set up only when it starts.
 */
#ifndef VCPU_VCPU_H
#define VCPU_VCPU_H

#include "hv/bits.h"
#include "hv/hart.h"
#include "hv/timer_queue.h"
#include "hv/types.h"
#include "vcpu/decode.h"
#include "vcpu/sbi_state.h"
#include "vcpu/stats.h"

struct vm;
struct vdev;

/* What the assembly does after an exit handler. */
enum vcpu_next {
	VCPU_RESUME, /* back into the guest */
	VCPU_FULL,   /* save the callee-saved registers too and call vcpu_exit_full() */
	VCPU_LEAVE,  /* vcpu_enter() returns; vcpu->leave says why */
};

/* Why a vCPU leaves its guest for the hart loop. */
enum vcpu_leave {
	VCPU_LEAVE_NONE,
	VCPU_LEAVE_STOP,    /* HSM hart_stop */
	VCPU_LEAVE_SUSPEND, /* HSM or system suspend: wait for an interrupt, then go on */
	VCPU_LEAVE_VM,      /* its guest ends: vm_request_end() was called by it or by another */
	VCPU_LEAVE_JOBS,    /* the hart has jobs; go on with the guest afterwards */
};

/* Bits of vcpu->requests: set by any hart, taken by the vCPU's own hart. */
#define VCPU_REQUEST_SSIP   BIT(0) /* raise VSSIP: an IPI arrived */
#define VCPU_REQUEST_IRQ    BIT(1) /* the interrupt lines changed: recompute hvip */
#define VCPU_REQUEST_VM_END BIT(2) /* the guest ends: leave */

/* Bits of vcpu->lines: levels that hvip follows. */
#define VCPU_LINE_EXTERNAL BIT(0) /* the guest's interrupt controller says so */
#define VCPU_LINE_TIMER    BIT(1) /* a deadline passed; machines or guests without Sstc */

/* A fault to be raised in the guest: scause and stval. */
struct vcpu_fault {
	uint64_t cause;
	uint64_t value;
};

/* A full exit, kept for the report of a crash. */
struct vcpu_exit_note {
	uint64_t cause;
	uint64_t pc;
	uint64_t address; /* guest physical; for an SBI call its extension */
	uint64_t unused;  /* a power of two is indexed without a multiplication */
};

#define VCPU_LAST_EXITS 8

/*
 * What htinst was, when it held an instruction, and what that means; 0: nothing is kept. And the
 * device that answered, NULL at first: the same instruction will mean it again.
 */
struct vcpu_decoded {
	uint64_t htinst;
	struct decode decode;
	struct vdev *device;
};

/*
 * So many are kept, of loads and of stores, by the size of the access: an interrupt controller
 * has words, a 16550 bytes, and a driver that goes from one to the other finds both here.
 */
#define VCPU_DECODED 4

struct vcpu {
	/* Touched by enter.S. Guest registers x1..x31 at their own index. */
	uint64_t gpr[32];
	uint64_t host_sp; /* stack pointer of the hart inside vcpu_enter() */

	/* The exit being handled. Owned by the running hart. */
	uint64_t pc; /* sepc, read in the full path only */
	bool user;   /* the guest was in VU-mode; full path only */
	enum vcpu_leave leave;
	bool mode_lost; /* pc and user say where to return, no longer sstatus.SPP and hstatus.SPV */

	/* Constant after creation. */
	struct vm *vm;
	struct hart *hart;
	struct stats_page_vcpu
		*stats; /* the counters; in the guest's statistics page if it has one */
	uint32_t id;    /* the guest's hart id: 0 .. nr_vcpus - 1 */
	bool sstc;      /* vstimecmp is the guest's */

	/* Owned by the running hart. */
	uint64_t resume_pc;       /* non-retentive suspend: where to go on */
	uint64_t resume_opaque;   /* and a1 there */
	bool resume_reset;        /* suspend was non-retentive */
	struct timer_entry timer; /* the guest's, without Sstc */
	uint64_t left_at;         /* when the exit at hand began: the time CSR */
	struct vcpu_decoded decoded_load[VCPU_DECODED];  /* the last faults by loads */
	struct vcpu_decoded decoded_store[VCPU_DECODED]; /* and by stores */
	uint64_t exit_count;
	struct vcpu_exit_note last_exits[VCPU_LAST_EXITS];
	struct vcpu_fault fault; /* of the SBI call at hand, SBI_FAULT only */
	struct sbi_state sbi;

	/* HSM. Any hart reads hsm atomically; it and the start arguments change under vm->lock. */
	uint32_t hsm; /* SBI_HSM_STATE_* */
	uint64_t start_pc;
	uint64_t start_opaque;
	struct hart_job start_job;

	/* Any hart, atomically. */
	uint64_t requests;
	uint64_t lines;

	/* The reader's, one at a time: stats at the last reset. */
	struct stats_page_vcpu stats_base;
};

#define VCPU_A0 10
#define VCPU_A1 11
#define VCPU_A6 16
#define VCPU_A7 17

/* Argument n (0..5) of the SBI call at hand: the guest's a0 + n. */
static inline uint64_t vcpu_arg(const struct vcpu *vcpu, unsigned n)
{
	return vcpu->gpr[VCPU_A0 + n];
}

#endif
