/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of a vCPU's exits: by cause, by SBI extension and function, and the
 * time spent outside the guest. Written by the vCPU's own hart alone, read by
 * any: a reader may see a count that is one exit old, never a torn one. They
 * only ever grow; a reset remembers what they were, so that it needs no hart's
 * help. Pure.
 */
#ifndef VCPU_STATS_H
#define VCPU_STATS_H

#include "hv/types.h"

#define STATS_EXCEPTIONS 24 /* causes 0 .. 23 */
#define STATS_INTERRUPTS 16

/* Where each SBI extension's counters begin in vcpu_stats.sbi: one for each function. */
enum stats_sbi {
	STATS_SBI_LEGACY = 0, /* by extension id: 0 .. 8 */
	STATS_SBI_BASE = 9,
	STATS_SBI_TIME = 16,
	STATS_SBI_IPI = 17,
	STATS_SBI_RFENCE = 18,
	STATS_SBI_HSM = 25,
	STATS_SBI_SRST = 29,
	STATS_SBI_SUSP = 30,
	STATS_SBI_DBCN = 31,
	STATS_SBI_PMU = 34,
	STATS_SBI_FWFT = 43,
	STATS_SBI_STA = 45,
	STATS_SBI_UNKNOWN = 46, /* an extension or function that isn't offered */
	STATS_SBI_ROWS = 47,
};

struct vcpu_stats {
	uint64_t exceptions[STATS_EXCEPTIONS];
	uint64_t interrupts[STATS_INTERRUPTS];
	uint64_t sbi[STATS_SBI_ROWS];
	uint64_t time; /* ticks of the timebase spent in HS-mode for this vCPU, full exits only */
	uint64_t injected;      /* faults given to the guest */
	uint64_t refused;       /* accesses to addresses that are not its own */
	uint64_t ipis;          /* it sent to other vCPUs */
	uint64_t ipis_received; /* from other vCPUs; several at once count once */
	uint64_t fences;        /* remote fences asked for by it */
	uint64_t fence_i_sent;  /* to other vCPUs, one for each */
	uint64_t sfence_sent;
	uint64_t sfence_asid_sent;
	uint64_t timer_irqs;    /* timer interrupts injected */
	uint64_t external_irqs; /* external interrupts injected */
};

#define STATS_COUNTERS (sizeof(struct vcpu_stats) / sizeof(uint64_t))

/*
 * Counting, on the vCPU's own hart. A cause without a counter of its own counts as
 * the last. SBI calls that sbi_fast() answers count in .sbi alone, the others in
 * exceptions[10] too: readers take the sum of .sbi for both.
 */
static inline void stats_exception(struct vcpu_stats *stats, uint64_t cause)
{
	stats->exceptions[cause < STATS_EXCEPTIONS ? cause : STATS_EXCEPTIONS - 1]++;
}

static inline void stats_interrupt(struct vcpu_stats *stats, uint64_t number)
{
	stats->interrupts[number < STATS_INTERRUPTS ? number : STATS_INTERRUPTS - 1]++;
}

static inline void stats_time(struct vcpu_stats *stats, uint64_t ticks)
{
	stats->time += ticks;
}

/* All the exits counted there. */
uint64_t stats_exits(const struct vcpu_stats *stats);

struct vm;
struct vcpu;

/* Takes text piece by piece; a piece is at most 80 bytes and ends with a zero byte. */
struct stats_out {
	void (*put)(struct stats_out *out, const char *text);
};

/* What a vCPU's counters grew by since the last reset. Any hart. */
struct vcpu_stats stats_since_reset(const struct vcpu *vcpu);

/* The guest's counters as lines for people: what is 0 is left out. Any hart. */
void stats_print(const struct vm *vm, struct stats_out *out);

/* The same as one JSON object on one line, without a line feed at its end. Any hart. */
void stats_json(const struct vm *vm, struct stats_out *out);

/* Lets all of the guest's counters count from 0 again, for the readers above. One caller at a time. */
void stats_reset(struct vm *vm);

/* Names as the specifications write them: of an exception's cause, an interrupt's, a row of .sbi. */
const char *stats_exception_name(unsigned cause);
const char *stats_interrupt_name(unsigned cause);
const char *stats_sbi_name(unsigned row);

#endif
