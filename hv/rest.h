/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's own work on a hart that may also be a guest's. What a guest can cause as often
 * as it likes is done at most a fifth of such a hart's time, about: after it worked, it rests
 * four times as long. On a hart of Bulkhead's own it never rests. Pure.
 */
#ifndef HV_REST_H
#define HV_REST_H

#include "hv/timer_queue.h"

struct rest_ops {
	void (*work)(void);
	uint64_t (*now)(void);
	void (*set_timer)(struct timer_entry *entry, uint64_t deadline); /* as timer_set() */
};

/* The hart's that does the work. */
struct rest {
	const struct rest_ops *ops; /* constant after rest_init(), as the next one */
	uint64_t ms;                /* in the clock's units; 0: it never rests */
	uint64_t until;
	struct timer_entry over;
};

/* ms: a millisecond in the clock's units; 0: never to rest. */
void rest_init(struct rest *rest, const struct rest_ops *ops, uint64_t ms);

/* Works now, and rests after it. */
void rest_work(struct rest *rest);

/* Works now, or once it has rested, however often it is asked to until then. */
void rest_request(struct rest *rest);

#endif
