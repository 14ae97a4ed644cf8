/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readings of the statistics page and their differences. Reading it takes no exit, so that
 * looking disturbs nothing.
 */
#include "guests/freertos/app/disturbed.h"

#include <stddef.h>

#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/term.h"
#include "guests/lib/stats.h"
#include "guests/lib/timer.h"

#define TRIES  8  /* to read what is of one moment */
#define SETTLE 10 /* milliseconds for the last byte's interrupt */

static const volatile struct stats_page_vcpu *slice;
static struct disturbed last;

bool disturbed_init(void)
{
	slice = stats_own();
	return slice != NULL;
}

bool disturbed_is_known(void)
{
	return slice != NULL;
}

static struct disturbed read_slice(void)
{
	struct disturbed taken = { .now = timer_now() };

	taken.own = stats_page_sum(slice->exceptions, STATS_EXCEPTIONS) +
		    stats_page_sum(slice->sbi, STATS_SBI_ROWS);
	taken.interrupts = stats_page_sum(slice->interrupts, STATS_INTERRUPTS);
	taken.ticks = stats_page_ticks(slice);
	return taken;
}

/* An exit between two of the loads would count in one and not in the other: then once more. */
struct disturbed disturbed_get(void)
{
	struct disturbed taken = { .now = timer_now() };
	uint64_t exits;

	for (unsigned i = 0; slice && i < TRIES; i++) {
		exits = stats_page_exits(slice);
		taken = read_slice();
		if (stats_page_exits(slice) == exits)
			break;
	}
	return taken;
}

static void print_difference(const struct disturbed *from, const struct disturbed *to)
{
	uint64_t span = timer_nanoseconds(to->now - from->now);

	shell_print("disturbed: in %lu.%03lu s %lu exits by its own calls and devices, "
		    "%lu by interrupts, %lu ns outside\n",
		    span / 1000000000, span / 1000000 % 1000, to->own - from->own,
		    to->interrupts - from->interrupts, timer_nanoseconds(to->ticks - from->ticks));
}

void disturbed_print(uint64_t seconds)
{
	struct disturbed now;

	if (!slice) {
		shell_print("disturbed: nobody tells; this guest has no statistics page\n");
		return;
	}
	if (seconds) {
		term_drain();
		vTaskDelay(pdMS_TO_TICKS(SETTLE));
		last = disturbed_get();
		vTaskDelay((TickType_t)seconds * configTICK_RATE_HZ);
	}
	now = disturbed_get();
	print_difference(&last, &now);
	last = now;
}
