/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts whose only effect is that the time at which the handler began
 * stands in tp. No exception may happen between latch_open and latch_close.
 */
#ifndef GUESTS_BENCH_LATCH_H
#define GUESTS_BENCH_LATCH_H

#include "guests/lib/csr.h"

#define LATCH_COST 3 /* instructions of the handler itself */

#define LATCH_SSIE (UINT64_C(1) << IRQ_SSI)
#define LATCH_STIE (UINT64_C(1) << IRQ_STI)
#define LATCH_SEIE (UINT64_C(1) << IRQ_SEI)

/* Asm: what stvec points to meanwhile. */
void latch_entry(void);

/* Takes the hart's traps; returns what latch_close wants back. sie is 0 afterwards. */
static inline uint64_t latch_open(void)
{
	uint64_t before = csr_swap(CSR_STVEC, (uint64_t)latch_entry);

	csr_write(CSR_SIE, 0);
	csr_set(CSR_SSTATUS, SSTATUS_SIE);
	return before;
}

static inline void latch_close(uint64_t before)
{
	csr_clear(CSR_SSTATUS, SSTATUS_SIE);
	csr_write(CSR_SIE, 0);
	csr_write(CSR_STVEC, before);
}

/* Lets interrupts in, until one comes. */
static inline void latch_arm(uint64_t interrupts)
{
	asm volatile("mv tp, zero" : : : "memory");
	csr_write(CSR_SIE, interrupts);
}

/* When the handler began, or 0: nothing came yet. */
static inline uint64_t latch_time(void)
{
	uint64_t time;

	asm volatile("mv %0, tp" : "=r"(time) : : "memory");
	return time;
}

#endif
