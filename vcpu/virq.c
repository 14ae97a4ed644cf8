/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to a vCPU from anywhere: a bit set atomically in its word, and a kick
 * when the bit is new. The vCPU's own hart takes the word at its exit.
 */
#include "vcpu/virq.h"

#include "vcpu/hw.h"

void virq_request(struct vcpu *vcpu, uint64_t request)
{
	uint64_t old = __atomic_fetch_or(&vcpu->requests, request, __ATOMIC_ACQ_REL);

	if (!(old & request))
		hw_kick(vcpu);
}

void virq_set_line(struct vcpu *vcpu, uint64_t line, bool level)
{
	uint64_t old;

	if (level)
		old = __atomic_fetch_or(&vcpu->lines, line, __ATOMIC_ACQ_REL);
	else
		old = __atomic_fetch_and(&vcpu->lines, ~line, __ATOMIC_ACQ_REL);
	if (!!(old & line) == level)
		return;
	if (hw_is_here(vcpu))
		hw_sync_lines(vcpu);
	else
		virq_request(vcpu, VCPU_REQUEST_IRQ);
}
