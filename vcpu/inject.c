/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architecture's trap entry for VS-mode, as arithmetic: see "Trap Entry",
 * "Virtual Supervisor Status Register (vsstatus)" and, of Zicfilp, "Preserving Expected
 * Landing Pad State on Traps" in the privileged specification.
 */
#include "vcpu/inject.h"

#include "hv/bits.h"
#include "hv/riscv_regs.h"

void inject_compute(struct inject_state *state, uint64_t cause, uint64_t tval)
{
	uint64_t status =
		state->vsstatus & ~(SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SIE | SSTATUS_SPELP);

	if (state->vsstatus & SSTATUS_SIE)
		status |= SSTATUS_SPIE;
	if (!state->from_user)
		status |= SSTATUS_SPP;
	if (state->landing_pad)
		status |= SSTATUS_SPELP;
	state->vsstatus = status;
	state->vsepc = state->pc;
	state->vscause = cause;
	state->vstval = tval;
	/* Exceptions go to BASE in both modes of stvec. */
	state->pc = align_down(state->vstvec, 4);
	state->from_user = false;
	state->landing_pad = false;
}
