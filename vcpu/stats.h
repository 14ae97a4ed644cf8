/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of a vCPU's exits: by cause, by SBI extension and function, and the
 * time spent outside the guest; struct stats_page_vcpu, which may lie where the
 * guest reads it. Written by one hart at a time, the vCPU's own but for
 * .external_irqs, read by any: a reader may see a count that is one exit old,
 * never a torn one. They only ever grow; a reset remembers what they were, so
 * that it needs no hart's help. The readers also tell what vdev/bus.c counts of devices. Pure.
 */
#ifndef VCPU_STATS_H
#define VCPU_STATS_H

#include "hv/bits.h"
#include "hv/riscv_regs.h"
#include "hv/stats_page.h"

/* Where a cause counts: one without a counter of its own counts as the last. */
static inline uint64_t stats_exception_row(uint64_t cause)
{
	return MIN(cause, (uint64_t)STATS_EXCEPTIONS - 1);
}

static inline uint64_t stats_interrupt_row(uint64_t number)
{
	return number % STATS_INTERRUPTS;
}

/* SBI calls are counted by function, in .sbi, where they are dispatched. */
static inline void stats_exception(struct stats_page_vcpu *stats, uint64_t row)
{
	if (row != CAUSE_ECALL_VS)
		stats->exceptions[row]++;
}

/* A stay outside the guest is over: its ticks go to one of the counters of ticks. */
static inline void stats_ticks(struct stats_page_vcpu *stats, uint64_t *counter, uint64_t ticks)
{
	*counter += ticks;
	if (ticks > stats->longest)
		stats->longest = ticks;
}

/* The same for an SBI call that hasn't been counted yet, of a row of enum stats_sbi. */
static inline void stats_sbi_call(struct stats_page_vcpu *stats, uint64_t row, uint64_t ticks)
{
	stats->sbi[row]++;
	stats_ticks(stats, &stats->sbi_ticks[row], ticks);
}

struct vm;
struct vcpu;

/* Writes the head of a page of stats_page_size(nr_vcpus) bytes, all zero. */
void stats_init_page(struct stats_page *page, uint32_t nr_vcpus, uint64_t timebase);

/* The counters of one of its vCPUs. */
struct stats_page_vcpu *stats_in_page(struct stats_page *page, uint32_t vcpu);

/* Takes text piece by piece; a piece is at most 96 bytes and ends with a zero byte. */
struct stats_out {
	void (*put)(struct stats_out *out, const char *text);
};

/*
 * What a vCPU's counters grew by since the last reset; but .longest is as it is, since a
 * maximum has no difference. Any hart.
 */
struct stats_page_vcpu stats_since_reset(const struct vcpu *vcpu);

/* The guest's counters as lines for people: what is 0 is left out. Any hart. */
void stats_print(const struct vm *vm, struct stats_out *out);

/* The same as one JSON object on one line, without a line feed at its end. Any hart. */
void stats_json(const struct vm *vm, struct stats_out *out);

/*
 * Lets all of the guest's counters count from 0 again, for the readers above. One caller at a
 * time; takes each device's lock.
 */
void stats_reset(struct vm *vm);

/* Names as the specifications write them: an exception's cause, an interrupt's, a row of .sbi. */
const char *stats_exception_name(unsigned cause);
const char *stats_interrupt_name(unsigned cause);
const char *stats_sbi_name(unsigned row);

#endif
