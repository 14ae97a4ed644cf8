/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people use an RTOS for, running all the time and checking itself: a queue
 * between a producer and a consumer, a mutex whose owner inherits a waiter's
 * priority, a software timer, and an event group that all of them feed.
 */
#ifndef GUESTS_FREERTOS_APP_WORK_H
#define GUESTS_FREERTOS_APP_WORK_H

#include <stdint.h>

struct work {
	uint64_t sent;
	uint64_t received;
	uint64_t bad_messages; /* out of order or damaged */
	uint64_t mutex_rounds;
	uint64_t inherited;  /* rounds in which the owner ran with the waiter's priority */
	uint64_t inversions; /* rounds in which a task between the two ran first */
	uint64_t timer_calls;
	uint64_t event_rounds;
};

/* Makes the objects and starts the tasks. */
void work_start(void);

/* The counts so far. */
struct work work_get(void);

/* True when nothing has gone wrong so far. */
int work_is_good(const struct work *work);

#endif
