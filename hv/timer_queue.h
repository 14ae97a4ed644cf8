/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deadlines of one hart, soonest first, in entries that their owners embed. A
 * hart has few (its guest's timer, the console, a watchdog), so a sorted list
 * is the fastest. Owned by its hart: no lock. Pure.
 */
#ifndef HV_TIMER_QUEUE_H
#define HV_TIMER_QUEUE_H

#include "hv/types.h"

#define TIMER_QUEUE_NEVER UINT64_MAX

struct timer_entry {
	uint64_t deadline;
	void (*expire)(struct timer_entry *entry); /* off the queue by then: may add it again */
	struct timer_entry *next, *previous;       /* previous is NULL at the front */
	bool queued;
};

struct timer_queue {
	struct timer_entry *first;
};

/*
 * Queues entry, or moves it when it is queued already. Equal deadlines expire in the
 * order added. TIMER_QUEUE_NEVER takes it off.
 */
void timer_queue_set(struct timer_queue *queue, struct timer_entry *entry, uint64_t deadline);

/* Takes entry off; harmless when it isn't on. */
void timer_queue_cancel(struct timer_queue *queue, struct timer_entry *entry);

/* The soonest deadline, or TIMER_QUEUE_NEVER. */
uint64_t timer_queue_next(const struct timer_queue *queue);

/*
 * Expires the entries whose deadline is at most now, at most as many as were due
 * when it began: what expire() adds again may be left for the next call.
 */
void timer_queue_run(struct timer_queue *queue, uint64_t now);

#endif
