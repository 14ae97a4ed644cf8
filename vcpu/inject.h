/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gives a guest a trap, as the hardware would have raised it in VS-mode
 * (privileged specification, "Trap Entry"). The computation is pure.
 */
#ifndef VCPU_INJECT_H
#define VCPU_INJECT_H

#include "hv/types.h"

/* The registers that a trap into VS-mode reads and writes. */
struct inject_state {
	uint64_t pc; /* where the guest was; where it goes on */
	uint64_t vsstatus;
	uint64_t vstvec;
	uint64_t vsepc;
	uint64_t vscause;
	uint64_t vstval;
	bool from_user;   /* it was in VU-mode */
	bool landing_pad; /* Zicfilp: it was to meet a landing pad; after a trap it isn't */
};

/* Computes a trap into VS-mode, where the guest then is, with an exception's cause and stval. */
void inject_compute(struct inject_state *state, uint64_t cause, uint64_t tval);

#endif
