/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor's CSRs belong to the guest from its vCPU's reset on: since a
 * hart serves one guest's vCPU, they are written here once and never swapped.
 * Privileged specification, "Hypervisor and Virtual Supervisor CSRs".
 */
#include "vcpu/run.h"

#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/csr.h"
#include "hv/features.h"
#include "hv/sbi_defs.h"
#include "stage2/fence.h"
#include "vcpu/hw.h"
#include "vcpu/irqchip.h"
#include "vcpu/life.h"
#include "vcpu/sbi.h"
#include "vcpu/vm.h"

#define VS_INTERRUPTS (BIT(IRQ_VSSI) | BIT(IRQ_VSTI) | BIT(IRQ_VSEI))
/* What a guest may take by itself: all but the environment call that is meant for us. */
#define DELEGATED     (~BIT(CAUSE_ECALL_VS))
#define XLEN_64       2
/*
 * cbo.inval writes back what it drops: else a guest could take back stores that only the
 * cache has, such as the scrubbing of its memory (CMO extensions, "Control and Status Registers").
 */
#define CBIE_FLUSH    1

static void start_job(struct hart_job *job)
{
	run_vcpu(CONTAINER_OF(job, struct vcpu, start_job));
}

static void timer_expired(struct timer_entry *entry)
{
	hw_timer_expired(CONTAINER_OF(entry, struct vcpu, timer));
}

BOOT_CODE void run_init(struct vcpu *vcpu, struct vm *vm, uint32_t id, struct hart *hart)
{
	vcpu->vm = vm;
	vcpu->id = id;
	vcpu->hart = hart;
	vcpu->sstc = features.sstc && !vm->config->no_sstc;
	vcpu->hsm = SBI_HSM_STATE_STOPPED;
	vcpu->start_job.run = start_job;
	vcpu->timer.expire = timer_expired;
}

static uint64_t envcfg_for(const struct vcpu *vcpu)
{
	uint64_t wanted =
		FIELD_PREP(ENVCFG_CBIE, CBIE_FLUSH) | ENVCFG_CBCFE | ENVCFG_CBZE | ENVCFG_PBMTE;

	if (vcpu->sstc)
		wanted |= ENVCFG_STCE;
	return features.henvcfg & wanted;
}

/* State-enable bits of what is the guest's own; AIA state needs a guest interrupt file. */
static uint64_t stateen_for(const struct vcpu *vcpu)
{
	uint64_t bits = STATEEN0_SE0 | STATEEN0_ENVCFG;

	if (vcpu->vm->guest_file)
		bits |= STATEEN0_IMSIC | STATEEN0_AIA | STATEEN0_CSRIND;
	return bits;
}

static uint64_t hstatus_for(const struct vcpu *vcpu)
{
	return HSTATUS_SPV | HSTATUS_SPVP | FIELD_PREP(HSTATUS_VSXL, XLEN_64) |
	       FIELD_PREP(HSTATUS_VGEIN, vcpu->vm->guest_file);
}

/*
 * vstimecmp of a guest that has not set it must not fire. That of a hart whose tree tells of no
 * Sstc, or whose guest is not to see it, too: there are harts whose STCE does not mask it. It can
 * be written where STCE can be.
 */
static void silence_comparator(void)
{
	csr_write(CSR_HENVCFG, ENVCFG_STCE);
	if (csr_read(CSR_HENVCFG) & ENVCFG_STCE)
		csr_write(CSR_VSTIMECMP, UINT64_MAX);
}

static void reset_hypervisor_csrs(const struct vcpu *vcpu)
{
	uint64_t delegated = features.hedeleg & DELEGATED;

	if (!vcpu->vm->config->delegate_illegal)
		delegated &= ~BIT(CAUSE_ILLEGAL);
	csr_write(CSR_HGATP, vcpu->vm->hgatp);
	csr_write(CSR_HSTATUS, hstatus_for(vcpu));
	csr_write(CSR_HEDELEG, delegated);
	csr_write(CSR_HIDELEG, VS_INTERRUPTS);
	csr_write(CSR_HIE, 0);
	csr_write(CSR_HVIP, 0);
	csr_write(CSR_HGEIE, 0);
	if (features.aia) {
		csr_write(CSR_HVIEN, 0);
		csr_write(CSR_HVICTL, 0);
	}
	csr_write(CSR_HCOUNTEREN, COUNTEREN_CY | COUNTEREN_TM | COUNTEREN_IR);
	csr_write(CSR_HTIMEDELTA, vcpu->vm->time_delta);
	if (features.henvcfg) {
		silence_comparator();
		csr_write(CSR_HENVCFG, envcfg_for(vcpu));
	}
	if (features.stateen)
		csr_write(CSR_HSTATEEN0, stateen_for(vcpu));
}

static void reset_guest_csrs(void)
{
	csr_write(CSR_VSSTATUS, FIELD_PREP(SSTATUS_UXL, XLEN_64));
	csr_write(CSR_VSIE, 0);
	csr_write(CSR_VSTVEC, 0);
	csr_write(CSR_VSSCRATCH, 0);
	csr_write(CSR_VSEPC, 0);
	csr_write(CSR_VSCAUSE, 0);
	csr_write(CSR_VSTVAL, 0);
	csr_write(CSR_VSATP, 0);
	/* These have no VS copy: the guest uses the hart's own. */
	csr_write(CSR_SCOUNTEREN, 0);
	csr_write(CSR_SENVCFG, 0);
	if (features.stateen)
		csr_write(CSR_SSTATEEN0, 0);
}

/* Nothing of an earlier guest's stays in the hart's FP and vector registers. */
static void reset_units(void)
{
	if (features.fp) {
		csr_set(CSR_SSTATUS, SSTATUS_FS);
		hw_clear_fp();
	}
	if (features.vector) {
		csr_set(CSR_SSTATUS, SSTATUS_VS);
		hw_clear_vector();
	}
}

/* The registers of a hart's start (SBI 3.0, HSM "Hart start"): a0, a1, pc; all else zero here. */
static void reset_registers(struct vcpu *vcpu, uint64_t pc, uint64_t opaque)
{
	memset(vcpu->gpr, 0, sizeof(vcpu->gpr));
	vcpu->gpr[VCPU_A0] = vcpu->id;
	vcpu->gpr[VCPU_A1] = opaque;
	vcpu->pc = pc;
	vcpu->user = false;
}

static void reset(struct vcpu *vcpu)
{
	reset_hypervisor_csrs(vcpu);
	reset_guest_csrs();
	irqchip_reset_file(vcpu->vm);
	reset_units();
	reset_registers(vcpu, vcpu->start_pc, vcpu->start_opaque);
	memset(vcpu->decoded_load, 0, sizeof(vcpu->decoded_load));
	memset(vcpu->decoded_store, 0, sizeof(vcpu->decoded_store));
	__atomic_and_fetch(&vcpu->lines, VCPU_LINE_EXTERNAL, __ATOMIC_ACQ_REL);
	__atomic_and_fetch(&vcpu->requests, VCPU_REQUEST_VM_END, __ATOMIC_ACQ_REL);
	hw_set_timer(vcpu, UINT64_MAX);
	/*
	 * What whoever had this VMID before left in the TLB, of both stages: an earlier life, or
	 * what ran before Bulkhead; and in the instruction cache.
	 */
	fence_local(&(const struct fence_op){ .kind = FENCE_GVMA }, false);
	hw_fence_vvma(0, UINT64_MAX, UINT64_MAX);
	hw_fence_i();
	sbi_reset(vcpu);
	hw_sync_lines(vcpu);
}

/* Waits as wfi would, until the guest has an interrupt pending and enabled, or must end. */
static void wait(struct vcpu *vcpu)
{
	vcpu->leave = VCPU_LEAVE_NONE;
	for (;;) {
		/* What an interrupt here queued is done before the guest runs: nobody kicks. */
		hart_run_jobs();
		hw_take_requests(vcpu);
		if (vcpu->leave || (csr_read(CSR_HIP) & csr_read(CSR_HIE)))
			return;
		hart_wait();
	}
}

/*
 * An MSI to the vCPU's interrupt file ends the hart's wfi as a guest external interrupt: that it
 * is pending for VS-mode, too, wakes HS-mode in the specification, but not on QEMU 10.
 */
static void wait_with_file(struct vcpu *vcpu)
{
	if (vcpu->vm->guest_file && (csr_read(CSR_HIE) & BIT(IRQ_VSEI))) {
		csr_write(CSR_HGEIE, BIT(vcpu->vm->guest_file));
		csr_set(CSR_HIE, BIT(IRQ_SGEI));
	}
	wait(vcpu);
	csr_clear(CSR_HIE, BIT(IRQ_SGEI));
	csr_write(CSR_HGEIE, 0);
}

/* Suspended by HSM or SUSP: after an interrupt the guest goes on as its call says. */
static void suspend(struct vcpu *vcpu)
{
	__atomic_store_n(&vcpu->hsm, SBI_HSM_STATE_SUSPENDED, __ATOMIC_RELEASE);
	wait_with_file(vcpu);
	__atomic_store_n(&vcpu->hsm, SBI_HSM_STATE_STARTED, __ATOMIC_RELEASE);
	if (!vcpu->resume_reset)
		return;
	csr_write(CSR_VSATP, 0);
	csr_clear(CSR_VSSTATUS, SSTATUS_SIE);
	reset_registers(vcpu, vcpu->resume_pc, vcpu->resume_opaque);
}

static void run(struct vcpu *vcpu)
{
	for (;;) {
		vcpu->leave = VCPU_LEAVE_NONE;
		hw_take_requests(vcpu);
		if (!vcpu->leave) {
			hw_set_return(vcpu);
			vcpu_enter(vcpu);
		}
		switch (vcpu->leave) {
		case VCPU_LEAVE_NONE:
		case VCPU_LEAVE_JOBS:
			hart_run_jobs();
			stats_ticks(vcpu->stats, &vcpu->stats->work_ticks,
				    csr_read(CSR_TIME) - vcpu->left_at);
			break;
		case VCPU_LEAVE_SUSPEND:
			suspend(vcpu);
			break;
		case VCPU_LEAVE_STOP:
		case VCPU_LEAVE_VM:
			return;
		}
	}
}

void run_vcpu(struct vcpu *vcpu)
{
	reset(vcpu);
	__atomic_store_n(&vcpu->hsm, SBI_HSM_STATE_STARTED, __ATOMIC_RELEASE);
	run(vcpu);
	hw_set_timer(vcpu, UINT64_MAX);
	csr_write(CSR_HIE, 0);
	csr_write(CSR_HVIP, 0);
	life_parked(vcpu);
}
