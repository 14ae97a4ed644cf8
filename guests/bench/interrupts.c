// SPDX-License-Identifier: Apache-2.0
/*
 * From a cause to the handler's first instruction: an IPI to itself, by the SBI
 * and by an MSI; a deadline during WFI. The handler's own three instructions are
 * not counted (latch.h).
 */
#include "guests/bench/imsic.h"
#include "guests/bench/latch.h"
#include "guests/bench/report.h"
#include "guests/bench/suites.h"
#include "guests/lib/machine.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"

#define COUNT     1000
#define DEADLINES 500
#define AHEAD     2000 /* ticks to a deadline: the way into WFI is shorter */
#define JITTER    97   /* so that deadlines come at every phase of a loop */

static void report_handled(const char *name, uint64_t ticks, uint64_t empty)
{
	uint64_t handlers = COUNT * LATCH_COST * machine.timebase / 1000000000;

	report_ticks(name, ticks, empty + handlers, COUNT);
}

static uint64_t loop_ipi(void)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++) {
		register unsigned long a0 asm("a0") = 1;
		register unsigned long a1 asm("a1") = machine.hart;
		register unsigned long a6 asm("a6") = SBI_IPI_SEND_IPI;
		register unsigned long a7 asm("a7") = SBI_EXT_IPI;

		asm volatile("mv tp, zero\n\tcsrw sie, %4\n\tecall\n\t"
			     "1: beqz tp, 1b\n\tcsrci sip, 2"
			     : "+r"(a0), "+r"(a1)
			     : "r"(a6), "r"(a7), "r"(LATCH_SSIE)
			     : "memory");
	}
	return timer_now() - begin;
}

static uint64_t loop_no_ipi(void)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++) {
		register unsigned long a0 asm("a0") = 1;
		register unsigned long a1 asm("a1") = machine.hart;
		register unsigned long a6 asm("a6") = SBI_IPI_SEND_IPI;
		register unsigned long a7 asm("a7") = SBI_EXT_IPI;

		asm volatile("li tp, 1\n\tcsrw sie, %4\n\t"
			     "1: beqz tp, 1b\n\tcsrci sip, 2"
			     : "+r"(a0), "+r"(a1)
			     : "r"(a6), "r"(a7), "r"(LATCH_SSIE)
			     : "memory");
	}
	return timer_now() - begin;
}

static uint64_t loop_msi(volatile uint32_t *file)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++) {
		latch_arm(LATCH_SEIE);
		*file = IMSIC_IPI;
		while (!latch_time())
			;
		imsic_claim();
	}
	return timer_now() - begin;
}

static uint64_t loop_no_msi(void)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++) {
		asm volatile("li tp, 1" : : : "memory");
		csr_write(CSR_SIE, 0);
		while (!latch_time())
			;
		imsic_claim();
	}
	return timer_now() - begin;
}

static void measure_msi(void)
{
	volatile uint32_t *file = imsic_open(machine.hart_intc);
	uint64_t empty;

	if (!file)
		return;
	empty = REPORT_LEAST(loop_no_msi());
	report_handled("ipi_self_imsic", REPORT_LEAST(loop_msi(file)), empty);
}

struct lateness {
	uint64_t sum;
	uint64_t most;
};

static void add_lateness(struct lateness *l, uint64_t deadline, uint64_t now)
{
	uint64_t late = now > deadline ? now - deadline : 0;

	l->sum += late;
	if (late > l->most)
		l->most = late;
}

static void report_lateness(const char *average, const char *most, const struct lateness *l)
{
	report(average, timer_nanoseconds(l->sum * REPORT_FRACTION) / DEADLINES, "ns");
	report(most, timer_nanoseconds(l->most) * REPORT_FRACTION, "ns");
}

static void measure_timer(void)
{
	struct lateness lateness = { 0, 0 };

	for (unsigned i = 0; i < DEADLINES; i++) {
		uint64_t deadline = timer_now() + AHEAD + i % JITTER;

		timer_set(deadline);
		latch_arm(LATCH_STIE);
		while (!latch_time())
			wait_for_interrupt();
		add_lateness(&lateness, deadline, latch_time());
	}
	timer_set(UINT64_MAX);
	report_lateness("timer_late_avg", "timer_late_max", &lateness);
}

/* With sstatus.SIE 0: no handler, the hart goes on behind its WFI. */
static void measure_wfi(void)
{
	struct lateness lateness = { 0, 0 };

	csr_write(CSR_SIE, LATCH_STIE);
	for (unsigned i = 0; i < DEADLINES; i++) {
		uint64_t deadline = timer_now() + AHEAD + i % JITTER;

		timer_set(deadline);
		do
			wait_for_interrupt();
		while (timer_now() < deadline);
		add_lateness(&lateness, deadline, timer_now());
	}
	csr_write(CSR_SIE, 0);
	timer_set(UINT64_MAX);
	report_lateness("wfi_wake_avg", "wfi_wake_max", &lateness);
}

static uint64_t loop_wfi(void)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++)
		wait_for_interrupt();
	return timer_now() - begin;
}

static uint64_t loop_no_wfi(void)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++)
		asm volatile("" : : : "memory");
	return timer_now() - begin;
}

/* WFI that finds an interrupt pending, and so ends at once. */
static void measure_pending_wfi(void)
{
	uint64_t empty = REPORT_LEAST(loop_no_wfi());

	csr_write(CSR_SIE, LATCH_SSIE);
	csr_set(CSR_SIP, LATCH_SSIE);
	report_ticks("wfi_pending", REPORT_LEAST(loop_wfi()), empty, COUNT);
	csr_clear(CSR_SIP, LATCH_SSIE);
	csr_write(CSR_SIE, 0);
}

void suite_interrupts(void)
{
	uint64_t handler = latch_open();
	uint64_t empty = REPORT_LEAST(loop_no_ipi());

	report_handled("ipi_self", REPORT_LEAST(loop_ipi()), empty);
	measure_msi();
	measure_timer();
	latch_close(handler);
	measure_wfi();
	measure_pending_wfi();
}
