/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hart's timer: the time CSR, and the timer queue of each hart on top of
 * stimecmp (Sstc) or the firmware's set_timer. Deadlines are in the time CSR's
 * units. An entry stays on the hart that set it: only that hart may touch it.
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include "hv/csr.h"
#include "hv/timer_queue.h"
#include "hv/types.h"

static inline uint64_t timer_now(void)
{
	return csr_read(CSR_TIME);
}

/* Once, before any hart's timer_init_hart(): the frequency, and whether every hart has Sstc. */
void timer_init(uint64_t timebase_hz, bool sstc);

/* On each hart: an empty queue, no interrupt pending. Does not touch sie. */
void timer_init_hart(void);

/* Ticks in so many milliseconds or microseconds, rounded up; and milliseconds since boot. */
uint64_t timer_ms(uint64_t milliseconds);
uint64_t timer_us(uint64_t microseconds);
uint64_t timer_since_boot_ms(void);

/* Has entry->expire() run on this hart once deadline has passed; TIMER_QUEUE_NEVER cancels. */
void timer_set(struct timer_entry *entry, uint64_t deadline);

/* On a supervisor timer interrupt: expires what is due and arms the next. */
void timer_interrupt(void);

#endif
