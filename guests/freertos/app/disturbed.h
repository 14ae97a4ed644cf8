/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who took this hart away from FreeRTOS, and for how long: read from the statistics page
 * that Bulkhead gives a guest whose file asks for it (docs/statistics.md).
 */
#ifndef GUESTS_FREERTOS_APP_DISTURBED_H
#define GUESTS_FREERTOS_APP_DISTURBED_H

#include <stdbool.h>
#include <stdint.h>

/* What was taken, up to now; the difference of two is what was taken in between. */
struct disturbed {
	uint64_t now;        /* time CSR */
	uint64_t own;        /* exits by this guest's own calls and device accesses */
	uint64_t interrupts; /* exits by interrupts of the machine's */
	uint64_t ticks;      /* of the time CSR, outside this guest */
};

/* Finds the page. False: there is none, and what is below tells zeros. */
bool disturbed_init(void);
bool disturbed_is_known(void);

/* What was taken so far. */
struct disturbed disturbed_get(void);

/*
 * Prints what was taken since the last call; with seconds, in so many seconds from now on, in
 * which this task prints nothing.
 */
void disturbed_print(uint64_t seconds);

#endif
