/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of a guest that can't go on, with the report that names the cause:
 * registers, guest addresses, the last exits. Full path, the vCPU's own hart.
 */
#ifndef VCPU_CRASH_H
#define VCPU_CRASH_H

#include "hv/csr.h"
#include "vcpu/vcpu.h"

/* Logs the report and ends the vCPU's guest with VM_END_CRASH. */
void crash_vcpu(struct vcpu *vcpu, const char *why);

/* Remembers an exit for the report. On every full exit: short. */
static inline void crash_note_exit(struct vcpu *vcpu, uint64_t cause)
{
	struct vcpu_exit_note *note = &vcpu->last_exits[vcpu->exit_count % VCPU_LAST_EXITS];

	note->pc = vcpu->pc;
	note->cause = cause;
	vcpu->exit_count++;
	note->address = cause == CAUSE_ECALL_VS ? vcpu->gpr[VCPU_A7] : csr_read(CSR_HTVAL) << 2;
}

#endif
