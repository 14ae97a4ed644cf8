/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a trap keeps the interrupted code's registers: the offsets for the
 * assembler, whose macros are in frame.inc, and the struct for C. trap.c checks
 * that they agree.
 */
#ifndef GUESTS_LIB_FRAME_H
#define GUESTS_LIB_FRAME_H

#define FRAME_PC     0
#define FRAME_X(n)   (8 * (n))
#define FRAME_STATUS 256
#define FRAME_FCSR   264
#define FRAME_F(n)   (272 + 8 * (n))
#define FRAME_SIZE   528 /* a multiple of 16, as the stack pointer must be */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
	union {
		uint64_t x[32]; /* x[0] has no register to keep, so it keeps the pc */
		uint64_t pc;
	};
	uint64_t status; /* sstatus */
	uint64_t fcsr;
	uint64_t f[32];
};
#endif

#endif
