// SPDX-License-Identifier: Apache-2.0
/*
 * The UART's line-status register, its interrupt, and what a byte of output
 * costs. Rows of dots on the console are what was measured.
 */
#include <stddef.h>

#include "guests/bench/latch.h"
#include "guests/bench/report.h"
#include "guests/bench/suites.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/lib/uart.h"

#define COUNT      200
#define INTERRUPTS 200
#define JITTER     97
#define LSR        5
#define BYTES      256
#define LINE       64

static uint64_t loop_lsr(const volatile uint8_t *lsr)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++)
		asm volatile("lbu t0, 0(%0)" : : "r"(lsr) : "memory", "t0");
	return timer_now() - begin;
}

static uint64_t loop_no_lsr(const volatile uint8_t *lsr)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < COUNT; i++)
		asm volatile("" : : "r"(lsr) : "memory", "t0");
	return timer_now() - begin;
}

static void measure_register(void)
{
	const volatile uint8_t *lsr = (volatile uint8_t *)uart_base() + LSR;
	uint64_t empty = REPORT_LEAST(loop_no_lsr(lsr));

	report_ticks("mmio_uart_lsr", REPORT_LEAST(loop_lsr(lsr)), empty, COUNT);
}

static void quiet(void *context)
{
	(void)context;
	uart_pending();
	uart_interrupts(false, false);
}

/* A store lets an idle transmitter raise its interrupt. Returns when the handler began. */
static uint64_t one_interrupt(void)
{
	latch_arm(LATCH_SEIE);
	uart_interrupts(false, true);
	while (!latch_time())
		;
	return latch_time();
}

static void measure_interrupt(void)
{
	uint64_t handler, begin, sum = 0;

	if (intc_attach(uart_node(), quiet, NULL))
		return;
	handler = latch_open();
	for (unsigned i = 0; i < INTERRUPTS; i++) {
		for (unsigned j = 0; j < i % JITTER; j++)
			asm volatile("" : : : "memory");
		begin = timer_now();
		sum += one_interrupt() - begin;
		intc_dispatch();
	}
	report_ticks("uart_irq_handler", sum, 0, INTERRUPTS);
	begin = timer_now();
	for (unsigned i = 0; i < INTERRUPTS; i++) {
		one_interrupt();
		intc_dispatch();
	}
	report_ticks("uart_irq_cycle", timer_now() - begin, 0, INTERRUPTS);
	latch_close(handler);
}

static void measure_output(void)
{
	uint64_t begin = timer_now();

	for (unsigned i = 1; i <= BYTES; i++)
		uart_put(i % LINE ? '.' : '\n');
	report_ticks("console_uart_byte", timer_now() - begin, 0, BYTES);
}

static void measure_debug_console(void)
{
	static char text[BYTES];
	unsigned long sent = 0;
	uint64_t begin;

	for (unsigned i = 1; i <= BYTES; i++)
		text[i - 1] = i % LINE ? '.' : '\n';
	begin = timer_now();
	while (sent < BYTES) {
		struct sbi_result r = sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, BYTES - sent,
					       (unsigned long)text + sent, 0);

		if (r.error)
			return;
		sent += r.value;
	}
	report_ticks("console_sbi_byte", timer_now() - begin, 0, BYTES);
}

/* Until what was printed has left: Bulkhead does that behind the guest's back. */
static void rest(void)
{
	uint64_t end = timer_now() + machine.timebase / 50;

	while (timer_now() < end) {
		timer_set(end);
		csr_write(CSR_SIE, LATCH_STIE);
		wait_for_interrupt();
	}
	csr_write(CSR_SIE, 0);
	timer_set(UINT64_MAX);
}

void suite_console(void)
{
	if (uart_base()) {
		measure_register();
		measure_interrupt();
		measure_output();
		rest();
	}
	if (sbi_probe(SBI_EXT_DBCN)) {
		measure_debug_console();
		rest();
	}
}
