/* SPDX-License-Identifier: Apache-2.0 */
/* Traps that Bulkhead's own code takes in HS-mode; none of them is a guest's doing. */
#ifndef HV_TRAP_H
#define HV_TRAP_H

#include "hv/types.h"

/* The registers at the trap, x1..x31 at their own index; filled by trap.S. */
struct trap_frame {
	uint64_t gpr[32];
};

/* Reports the trap, which is a bug of Bulkhead's, and halts the machine. Called by trap.S. */
_Noreturn void trap_fatal(const struct trap_frame *frame);

#endif
