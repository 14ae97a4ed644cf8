// SPDX-License-Identifier: Apache-2.0
/*
 * One hart and others. The clock counts the instructions of all of them, so these figures are
 * what an operation costs the whole machine, not how long one hart waits.
 */
#include "guests/bench/imsic.h"
#include "guests/bench/report.h"
#include "guests/bench/second.h"
#include "guests/bench/suites.h"
#include "guests/lib/machine.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"

#define STARTS 20
#define COUNT  500
#define FENCES 50
#define ALL    (-1UL)

/* From the call to the other hart's first instruction. */
static void measure_start(struct second *second)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < STARTS; i++) {
		uint64_t begin;

		for (unsigned j = 0; j < 5 * i; j++)
			asm volatile("" : : : "memory");
		begin = timer_now();
		if (second_start(second))
			return;
		sum += second->began - begin;
		second_stop(second);
	}
	report_ticks("hsm_start", sum, 0, STARTS);
}

static void measure_round_trip(struct second *second)
{
	uint64_t begin;

	second_order(second, SECOND_ANSWER);
	begin = timer_now();
	for (unsigned i = 0; i < COUNT; i++) {
		second_send(second->hart);
		second_wait();
	}
	report_ticks("ipi_round_trip", timer_now() - begin, 0, COUNT);
	second_order(second, SECOND_NOTHING);
}

/* The other hart answers MSIs for good. */
static void measure_msi_round_trip(struct second *second)
{
	volatile uint32_t *file = imsic_file(second->intc);
	uint64_t begin;

	if (!file || !imsic_open(machine.hart_intc))
		return;
	second_order(second, SECOND_MSIS);
	second_send(second->hart);
	begin = timer_now();
	for (unsigned i = 0; i < COUNT; i++) {
		*file = IMSIC_IPI;
		second_wait_msi();
	}
	report_ticks("ipi_round_trip_imsic", timer_now() - begin, 0, COUNT);
}

static void measure_fence(const char *name, unsigned long function, unsigned long start,
			  unsigned long size)
{
	uint64_t begin = timer_now();

	for (unsigned i = 0; i < FENCES; i++) {
		register unsigned long a0 asm("a0") = 0;
		register unsigned long a1 asm("a1") = ALL;
		register unsigned long a2 asm("a2") = start;
		register unsigned long a3 asm("a3") = size;
		register unsigned long a6 asm("a6") = function;
		register unsigned long a7 asm("a7") = SBI_EXT_RFENCE;

		asm volatile("ecall"
			     : "+r"(a0), "+r"(a1)
			     : "r"(a2), "r"(a3), "r"(a6), "r"(a7)
			     : "memory");
	}
	report_ticks(name, timer_now() - begin, 0, FENCES);
}

static void measure_fences(void)
{
	measure_fence("sbi_rfence_4_harts", SBI_RFENCE_SFENCE_VMA, 0, 0);
	measure_fence("sbi_rfence_4_harts_16_pages", SBI_RFENCE_SFENCE_VMA, 0x80400000, 0x10000);
	measure_fence("sbi_fence_i_4_harts", SBI_RFENCE_FENCE_I, 0, 0);
}

void suite_harts(void)
{
	unsigned count = second_count();

	measure_start(second_at(0));
	for (unsigned i = 0; i < count; i++)
		if (second_start(second_at(i)))
			return;
	measure_round_trip(second_at(0));
	if (count == SECOND_MOST)
		measure_fences();
	measure_msi_round_trip(second_at(0));
}
