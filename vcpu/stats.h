/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of a vCPU's exits: by cause, by SBI extension and function, and the
 * time spent outside the guest. Written by the vCPU's own hart alone, read by
 * any: a reader may see a count that is one exit old, never a torn one.
 */
#ifndef VCPU_STATS_H
#define VCPU_STATS_H

#include "hv/types.h"

#define STATS_EXCEPTIONS 24 /* causes 0 .. 23 */
#define STATS_INTERRUPTS 16

/* A row for each SBI extension that is offered, in the order of sbi.c's table; the last is "other". */
#define STATS_SBI_ROWS 24

struct vcpu_stats {
	uint64_t exceptions[STATS_EXCEPTIONS];
	uint64_t interrupts[STATS_INTERRUPTS];
	uint64_t sbi[STATS_SBI_ROWS];
	uint64_t time; /* ticks of the timebase spent in HS-mode for this vCPU, full exits only */
	uint64_t injected;	/* faults given to the guest */
	uint64_t refused;	/* accesses to addresses that are not its own */
	uint64_t ipis;		/* sent by it */
	uint64_t fences;	/* remote fences asked for by it */
	uint64_t timer_irqs;	/* timer interrupts injected */
	uint64_t external_irqs; /* external interrupts injected */
};

#endif
