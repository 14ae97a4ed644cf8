/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The jitter task. Its figures are read and reset under a critical section.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/app/jitter.h"
#include "guests/freertos/app/shell.h"
#include "guests/freertos/port/port.h"
#include "guests/lib/timer.h"

#define PERIOD_NS (1000000000 / configTICK_RATE_HZ)

/* Upper ends of the histogram's buckets in microseconds; the last bucket has none. */
static const uint32_t bucket_ends[] = {
	1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000
};
#define BUCKETS (sizeof(bucket_ends) / sizeof(bucket_ends[0]) + 1)

static struct jitter figures;
static uint64_t exits; /* up to the last sample */
static uint64_t histogram[BUCKETS];

static unsigned bucket_of(uint64_t ns)
{
	unsigned i = 0;

	while (i < BUCKETS - 1 && ns >= bucket_ends[i] * UINT64_C(1000))
		i++;
	return i;
}

/* Counts a sample in whose period somebody took the hart apart from one that nobody touched. */
static void add_exits(uint64_t ns, const struct disturbed *now)
{
	if (!figures.samples)
		figures.start = *now;
	else if (now->own + now->interrupts != exits)
		figures.disturbed++;
	else if (ns > figures.undisturbed)
		figures.undisturbed = ns;
	exits = now->own + now->interrupts;
}

static void add_sample(uint64_t ns)
{
	struct disturbed now = disturbed_get();

	taskENTER_CRITICAL();
	add_exits(ns, &now);
	if (!figures.samples || ns < figures.min)
		figures.min = ns;
	if (ns > figures.max)
		figures.max = ns;
	figures.samples++;
	figures.sum += ns;
	figures.missed += ns >= PERIOD_NS;
	histogram[bucket_of(ns)]++;
	taskEXIT_CRITICAL();
}

/* The port's count of ticks that stands for the kernel's shorter one, of the recent past. */
static uint64_t widen(TickType_t tick)
{
	uint64_t now = port_ticks();

	return now - (TickType_t)((TickType_t)now - tick);
}

static void jitter_task(void *argument)
{
	TickType_t wake = xTaskGetTickCount();

	(void)argument;
	for (;;) {
		uint64_t now;
		uint64_t due;

		vTaskDelayUntil(&wake, 1);
		now = timer_now();
		due = port_tick_due(widen(wake));
		add_sample(now > due ? timer_nanoseconds(now - due) : 0);
	}
}

void jitter_start(void)
{
	xTaskCreate(jitter_task, "jitter", configMINIMAL_STACK_SIZE, NULL, PRIORITY_JITTER, NULL);
}

void jitter_reset(void)
{
	taskENTER_CRITICAL();
	memset(&figures, 0, sizeof(figures));
	memset(histogram, 0, sizeof(histogram));
	taskEXIT_CRITICAL();
}

struct jitter jitter_get(void)
{
	struct jitter copy;

	taskENTER_CRITICAL();
	copy = figures;
	taskEXIT_CRITICAL();
	return copy;
}

/* The first period of all has no beginning that was looked at. */
static void print_exits(const struct jitter *j)
{
	struct disturbed now = disturbed_get();

	shell_print("  exits in %lu of these periods (%lu own, %lu by interrupts), %lu ns outside; "
		    "max %lu ns in the others\n",
		    j->disturbed, now.own - j->start.own, now.interrupts - j->start.interrupts,
		    timer_nanoseconds(now.ticks - j->start.ticks), j->undisturbed);
}

void jitter_print(void)
{
	struct jitter j = jitter_get();

	shell_print("jitter: %lu samples, min %lu ns, avg %lu ns, max %lu ns, "
		    "%lu late by a period, %lu ticks lost\n",
		    j.samples, j.min, j.samples ? j.sum / j.samples : 0, j.max, j.missed,
		    port_ticks_lost());
	if (disturbed_is_known())
		print_exits(&j);
}

void jitter_print_histogram(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		if (!histogram[i])
			continue;
		if (i < BUCKETS - 1)
			shell_print("  below %5u us: %lu\n", bucket_ends[i], histogram[i]);
		else
			shell_print("  later         : %lu\n", histogram[i]);
	}
}
