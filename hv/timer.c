/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harts' timers: see hv/timer.h. Each hart's queue is touched by that hart
 * alone. The comparator always holds the soonest deadline: writing it clears a
 * pending interrupt when the deadline lies ahead.
 */
#include "hv/timer.h"

#include "hv/hart.h"
#include "hv/sbi_client.h"

static uint64_t hz; /* constant after timer_init(), as the next two */
static uint64_t boot;
static bool use_sstc;

static void arm(uint64_t deadline)
{
	if (use_sstc)
		csr_write(CSR_STIMECMP, deadline);
	else
		sbi_client_set_timer(deadline);
}

static struct timer_queue *queue_here(void)
{
	return &hart_this()->timers;
}

void timer_init(uint64_t timebase_hz, bool sstc)
{
	hz = timebase_hz;
	use_sstc = sstc;
	boot = timer_now();
}

void timer_init_hart(void)
{
	*queue_here() = (struct timer_queue){ 0 };
	arm(TIMER_QUEUE_NEVER);
}

uint64_t timer_ms(uint64_t milliseconds)
{
	return (milliseconds * hz + 999) / 1000;
}

uint64_t timer_us(uint64_t microseconds)
{
	return (microseconds * hz + 999999) / 1000000;
}

uint64_t timer_since_boot_ms(void)
{
	uint64_t ticks = timer_now() - boot;

	if (hz == 0)
		return 0;
	return ticks / hz * 1000 + ticks % hz * 1000 / hz;
}

void timer_set(struct timer_entry *entry, uint64_t deadline)
{
	struct timer_queue *queue = queue_here();
	uint64_t before = timer_queue_next(queue);

	timer_queue_set(queue, entry, deadline);
	if (timer_queue_next(queue) != before)
		arm(timer_queue_next(queue));
}

void timer_interrupt(void)
{
	struct timer_queue *queue = queue_here();

	timer_queue_run(queue, timer_now());
	arm(timer_queue_next(queue));
}
