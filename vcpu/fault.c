/* SPDX-License-Identifier: Apache-2.0 */
/* The bound half of trap injection: carries the VS-mode CSRs to inject_compute() and back. */
#include "vcpu/fault.h"

#include "hv/csr.h"
#include "vcpu/inject.h"

void fault_inject(struct vcpu *vcpu, uint64_t cause, uint64_t tval)
{
	struct inject_state state = {
		.pc = vcpu->pc,
		.vsstatus = csr_read(CSR_VSSTATUS),
		.vstvec = csr_read(CSR_VSTVEC),
		.from_user = vcpu->user,
		.landing_pad = csr_read(CSR_SSTATUS) & SSTATUS_SPELP,
	};

	inject_compute(&state, cause, tval);
	if (!state.landing_pad)
		csr_clear(CSR_SSTATUS, SSTATUS_SPELP);
	csr_write(CSR_VSSTATUS, state.vsstatus);
	csr_write(CSR_VSEPC, state.vsepc);
	csr_write(CSR_VSCAUSE, state.vscause);
	csr_write(CSR_VSTVAL, state.vstval);
	vcpu->pc = state.pc;
	vcpu->user = state.from_user;
	vcpu->mode_lost = true;
	vcpu->stats->injected++;
}
