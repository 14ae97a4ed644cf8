// SPDX-License-Identifier: Apache-2.0
/*
 * Memory: what the first store to a page costs, in a loop of three instructions
 * that is not subtracted; and loops of loads over more and more of it.
 */
#include "guests/bench/report.h"
#include "guests/bench/suites.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"

#define PAGE  0x1000
#define KIB   UINT64_C(1024)
#define MIB   (KIB * KIB)
#define TOUCH (16 * MIB)
#define LOOP  (64 * MIB)

/* The device tree lies at the end of the memory, this image at its start. */
#define BEGIN (16 * MIB)
#define END   (4 * MIB)

static void touch(uint64_t base, uint64_t size)
{
	uint64_t at = base, end = base + size, begin = timer_now();

	asm volatile("1: sb zero, 0(%0)\n\tadd %0, %0, %2\n\tbltu %0, %1, 1b"
		     : "+r"(at)
		     : "r"(end), "r"((uint64_t)PAGE)
		     : "memory");
	report_ticks("first_touch", timer_now() - begin, 0, size / PAGE);
}

/* Loads of eight bytes, eight a turn. */
static uint64_t load(uint64_t base, uint64_t size, uint64_t turns)
{
	uint64_t begin = timer_now();

	for (uint64_t i = 0; i < turns; i++) {
		uint64_t at = base;

		asm volatile("1: ld t0, 0(%0)\n\tld t0, 8(%0)\n\tld t0, 16(%0)\n\tld t0, 24(%0)\n\t"
			     "ld t0, 32(%0)\n\tld t0, 40(%0)\n\tld t0, 48(%0)\n\tld t0, 56(%0)\n\t"
			     "addi %0, %0, 64\n\tbltu %0, %1, 1b"
			     : "+r"(at)
			     : "r"(base + size)
			     : "t0", "memory");
	}
	return timer_now() - begin;
}

static void measure_loads(uint64_t base)
{
	static const struct {
		const char *name;
		uint64_t size;
	} loops[] = {
		{ "memory_4k_per_kib", 4 * KIB }, { "memory_64k_per_kib", 64 * KIB },
		{ "memory_1m_per_kib", MIB },     { "memory_16m_per_kib", 16 * MIB },
		{ "memory_64m_per_kib", LOOP },
	};

	for (unsigned i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
		uint64_t turns = LOOP / 4 / loops[i].size;

		turns = turns ? turns : 1;
		report_ticks(loops[i].name, load(base, loops[i].size, turns), 0,
			     turns * loops[i].size / KIB);
	}
}

void suite_memory(void)
{
	uint64_t base = machine.memory_base + BEGIN;

	if (machine.memory_size < BEGIN + TOUCH + LOOP + END)
		return;
	touch(base, TOUCH);
	measure_loads(base + TOUCH);
}
