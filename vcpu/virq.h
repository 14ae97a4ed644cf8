/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual interrupts: how other harts and device models make one pending for a
 * vCPU, and the computation of hvip.
 */
#ifndef VCPU_VIRQ_H
#define VCPU_VIRQ_H

#include "hv/riscv_regs.h"
#include "vcpu/vcpu.h"

/*
 * What hvip should hold: VSTIP and VSEIP follow lines (VCPU_LINE_*); VSSIP and the
 * bits above keep what hvip has, since the guest itself clears them through vsip.
 * Pure. The whole register is meant to be written: see docs/architecture.md on VSTIP.
 */
static inline uint64_t virq_hvip(uint64_t hvip, uint64_t lines)
{
	hvip &= ~(BIT(IRQ_VSTI) | BIT(IRQ_VSEI));
	if (lines & VCPU_LINE_EXTERNAL)
		hvip |= BIT(IRQ_VSEI);
	if (lines & VCPU_LINE_TIMER)
		hvip |= BIT(IRQ_VSTI);
	return hvip;
}

/* Sets or clears one of VCPU_LINE_*; wakes the vCPU's hart if that is another. Any hart. */
void virq_set_line(struct vcpu *vcpu, uint64_t line, bool level);

/* Makes a request of VCPU_REQUEST_* and wakes the vCPU's hart if that is another. Any hart. */
void virq_request(struct vcpu *vcpu, uint64_t request);

#endif
