/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A task that wakes at each tick and measures how late it is: from the time at
 * which the tick was due, by the time CSR, to its own first instruction.
 */
#ifndef GUESTS_FREERTOS_APP_JITTER_H
#define GUESTS_FREERTOS_APP_JITTER_H

#include <stdint.h>

#include "guests/freertos/app/disturbed.h"

struct jitter {
	uint64_t samples;
	uint64_t min; /* ns, as all that follow */
	uint64_t sum;
	uint64_t max;
	uint64_t missed; /* samples that were late by a period or more */
	/* Where a statistics page tells of exits from this guest: */
	uint64_t disturbed;     /* samples with an exit in the period before */
	uint64_t undisturbed;   /* the latest of the others */
	struct disturbed start; /* at the first sample's beginning */
};

/* Starts the task. */
void jitter_start(void);

/* Starts the figures anew. */
void jitter_reset(void);

/* The figures since the last reset. */
struct jitter jitter_get(void);

/* Prints them in one line. */
void jitter_print(void);

/* Prints how many samples were how late, a line a bucket that has any. */
void jitter_print_histogram(void);

#endif
