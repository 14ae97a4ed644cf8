/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every exit ends here. vcpu_exit() is the short path: it answers the common SBI
 * calls and the machine's interrupts. The rest is a row of the table below, by
 * cause. A guest's doing never goes further than its own fault, an SBI error, or
 * the end of that guest.
 */
#include "vcpu/exit.h"

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/hart.h"
#include "vcpu/crash.h"
#include "vcpu/emulate.h"
#include "vcpu/fault.h"
#include "vcpu/hw.h"
#include "vcpu/mmio.h"
#include "vcpu/sbi.h"
#include "vcpu/vm.h"

static void exit_ecall(struct vcpu *vcpu)
{
	switch (sbi_call(vcpu)) {
	case SBI_DONE:
	case SBI_LEAVE:
		vcpu->pc += 4;
		break;
	case SBI_RETRY:
		break;
	case SBI_FAULT:
		fault_inject(vcpu, vcpu->fault.cause, vcpu->fault.value);
		break;
	}
}

/* Not delegated, because no guest should be able to raise it: the guest can't go on. */
static void exit_unexpected(struct vcpu *vcpu)
{
	crash_vcpu(vcpu, "an exit that nothing can answer");
}

/* Delegated faults come here only where hedeleg can't hold their bit: the guest's own matter. */
static void exit_reflect(struct vcpu *vcpu)
{
	fault_inject(vcpu, csr_read(CSR_SCAUSE), csr_read(CSR_STVAL));
}

/* The names of the rows are in stats.c: stats_exception_name(). */
static void (*const exit_handlers[STATS_EXCEPTIONS])(struct vcpu *vcpu) = {
	[CAUSE_FETCH_MISALIGNED] = exit_reflect,
	[CAUSE_FETCH_ACCESS] = exit_reflect,
	[CAUSE_ILLEGAL] = emulate_illegal,
	[CAUSE_BREAKPOINT] = exit_reflect,
	[CAUSE_LOAD_MISALIGNED] = exit_reflect,
	[CAUSE_LOAD_ACCESS] = exit_reflect,
	[CAUSE_STORE_MISALIGNED] = exit_reflect,
	[CAUSE_STORE_ACCESS] = exit_reflect,
	[CAUSE_ECALL_U] = exit_reflect,
	[CAUSE_ECALL_S] = exit_unexpected,
	[CAUSE_ECALL_VS] = exit_ecall,
	[CAUSE_ECALL_M] = exit_unexpected,
	[CAUSE_FETCH_PAGE] = exit_reflect,
	[CAUSE_LOAD_PAGE] = exit_reflect,
	[CAUSE_STORE_PAGE] = exit_reflect,
	[CAUSE_DOUBLE_TRAP] = exit_unexpected,
	[CAUSE_SOFTWARE_CHECK] = exit_reflect,
	[CAUSE_HARDWARE_ERROR] = exit_reflect,
	[CAUSE_FETCH_GUEST_PAGE] = mmio_fetch_fault,
	[CAUSE_LOAD_GUEST_PAGE] = mmio_load_fault,
	[CAUSE_VIRTUAL] = emulate_virtual,
	[CAUSE_STORE_GUEST_PAGE] = mmio_store_fault,
};

/* What others asked of this vCPU or its hart since it left the guest. */
static inline void look_around(struct vcpu *vcpu)
{
	if (__atomic_load_n(&vcpu->requests, __ATOMIC_RELAXED))
		hw_take_requests(vcpu);
	if (!vcpu->leave && hart_has_jobs())
		vcpu->leave = VCPU_LEAVE_JOBS;
}

/* How long the exit at hand has taken up to now, in ticks. */
static inline uint64_t ticks_outside(const struct vcpu *vcpu)
{
	return csr_read(CSR_TIME) - vcpu->left_at;
}

/* Apart, so that the short path saves no register for it. */
static __attribute__((noinline)) enum vcpu_next exit_interrupt(struct vcpu *vcpu, uint64_t number)
{
	uint64_t row = stats_interrupt_row(number);

	vcpu->stats->interrupts[row]++;
	hart_interrupt(number);
	look_around(vcpu);
	if (vcpu->leave)
		return VCPU_FULL;
	stats_ticks(vcpu->stats, &vcpu->stats->interrupt_ticks[row], ticks_outside(vcpu));
	return VCPU_RESUME;
}

static inline enum vcpu_next exit_fast_call(struct vcpu *vcpu)
{
	int row = sbi_fast(vcpu);

	if (row < 0)
		return VCPU_FULL;
	csr_write(CSR_SEPC, csr_read(CSR_SEPC) + 4);
	vcpu = hart_this()->vcpu; /* a load is less than a register kept over the call */
	stats_sbi_call(vcpu->stats, (uint64_t)row, ticks_outside(vcpu));
	return VCPU_RESUME;
}

enum vcpu_next vcpu_exit(struct vcpu *vcpu, uint64_t cause)
{
	vcpu->left_at = csr_read(CSR_TIME);
	if (cause == CAUSE_ECALL_VS)
		return exit_fast_call(vcpu);
	if (cause & SCAUSE_INTERRUPT)
		return exit_interrupt(vcpu, cause & ~SCAUSE_INTERRUPT);
	return VCPU_FULL;
}

static uint64_t *ticks_of(const struct vcpu *vcpu, uint64_t cause)
{
	if (cause == CAUSE_ECALL_VS)
		return &vcpu->stats->sbi_ticks[vcpu->sbi.row];
	return &vcpu->stats->exception_ticks[stats_exception_row(cause)];
}

static enum vcpu_next exit_exception(struct vcpu *vcpu, uint64_t cause)
{
	crash_note_exit(vcpu, cause);
	stats_exception(vcpu->stats, stats_exception_row(cause));
	if (cause < ARRAY_SIZE(exit_handlers) && exit_handlers[cause])
		exit_handlers[cause](vcpu);
	else
		exit_unexpected(vcpu);
	look_around(vcpu);
	if (vcpu->leave)
		return VCPU_LEAVE;
	stats_ticks(vcpu->stats, ticks_of(vcpu, cause), ticks_outside(vcpu));
	return VCPU_RESUME;
}

enum vcpu_next vcpu_exit_full(struct vcpu *vcpu, uint64_t cause)
{
	vcpu->pc = csr_read(CSR_SEPC);
	vcpu->user = !(csr_read(CSR_SSTATUS) & SSTATUS_SPP);
	/* Of the interrupts, only those come here at which exit_interrupt() found why to leave. */
	if ((cause & SCAUSE_INTERRUPT) || exit_exception(vcpu, cause) == VCPU_LEAVE)
		return VCPU_LEAVE;
	if (vcpu->mode_lost)
		hw_set_return(vcpu);
	else
		csr_write(CSR_SEPC, vcpu->pc);
	return VCPU_RESUME;
}
