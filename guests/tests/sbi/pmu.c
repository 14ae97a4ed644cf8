// SPDX-License-Identifier: Apache-2.0
/* PMU (SBI 3.0, section 11): discovery, a firmware counter, the cycle counter. */
#include "guests/lib/csr.h"
#include "guests/lib/print.h"
#include "guests/tests/sbi/check.h"
#include "guests/tests/sbi/suites.h"

#define ALL              (~0UL)
#define FIRMWARE         (1UL << 63)
#define EVENT_CYCLES     1
#define EVENT_SET_TIMER  0xf0005
#define EVENT_NOBODY_HAS 0xf00ff

enum { NUM, INFO, MATCH, START, STOP, FW_READ, FW_READ_HI };

/* Bits of the counters that exist, and of those that are the firmware's. */
static unsigned long counters, firmware;

static void look_around(unsigned long count)
{
	struct sbi_result r;

	for (unsigned long i = 0; i < count && i < 64; i++) {
		r = CALL(SBI_EXT_PMU, INFO, i);
		if (r.error)
			continue;
		counters |= 1UL << i;
		if (r.value & FIRMWARE)
			firmware |= 1UL << i;
	}
	check("pmu: there are counters", counters != 0);
	check_error("pmu: info of no counter", CALL(SBI_EXT_PMU, INFO, count),
		    SBI_ERR_INVALID_PARAM);
	check_error("pmu: info of no counter, far off", CALL(SBI_EXT_PMU, INFO, ALL),
		    SBI_ERR_INVALID_PARAM);
}

static void firmware_counter(void)
{
	struct sbi_result r = CALL(SBI_EXT_PMU, MATCH, 0, firmware, 2, EVENT_SET_TIMER);
	unsigned long counter = r.value;

	if (r.error == SBI_ERR_NOT_SUPPORTED) {
		check_skip("pmu: a firmware counter", "nobody counts set_timer");
		return;
	}
	check("pmu: a counter for set_timer", r.error == 0 && (firmware >> counter & 1));
	check_value("pmu: start", CALL(SBI_EXT_PMU, START, counter, 1, 1, 100), 0);
	check_error("pmu: start twice", CALL(SBI_EXT_PMU, START, counter, 1, 0, 0),
		    SBI_ERR_ALREADY_STARTED);
	for (unsigned i = 0; i < 3; i++)
		CALL(SBI_EXT_TIME, SBI_TIME_SET_TIMER, ALL);
	check_value("pmu: it has counted 3", CALL(SBI_EXT_PMU, FW_READ, counter), 103);
	check_value("pmu: its upper half", CALL(SBI_EXT_PMU, FW_READ_HI, counter), 0);
	check_value("pmu: stop", CALL(SBI_EXT_PMU, STOP, counter, 1, 0), 0);
	check_error("pmu: stop twice", CALL(SBI_EXT_PMU, STOP, counter, 1, 1),
		    SBI_ERR_ALREADY_STOPPED);
}

static void cycle_counter(void)
{
	unsigned long hardware = counters & ~firmware;
	struct sbi_result r;
	uint64_t before;

	if (!(hardware & 1)) {
		check_skip("pmu: the cycle counter", "it isn't offered");
		return;
	}
	r = CALL(SBI_EXT_PMU, MATCH, 0, 1, 6, EVENT_CYCLES); /* clear, start */
	check_value("pmu: count cycles", r, 0);
	before = csr_read(CSR_CYCLE);
	for (volatile unsigned i = 0; i < 10000; i++)
		;
	check("pmu: cycles go by", csr_read(CSR_CYCLE) > before);
	check_error("pmu: stop the cycles", CALL(SBI_EXT_PMU, STOP, 0, 1, 1), 0);
	check_error("pmu: no firmware counter", CALL(SBI_EXT_PMU, FW_READ, 0),
		    SBI_ERR_INVALID_PARAM);
}

void suite_pmu(void)
{
	struct sbi_result r;

	if (!sbi_probe(SBI_EXT_PMU)) {
		check_skip("pmu", "no such extension");
		return;
	}
	r = CALL(SBI_EXT_PMU, NUM);
	check_error("pmu: number of counters", r, 0);
	look_around(r.value);
	check_error("pmu: match no counter", CALL(SBI_EXT_PMU, MATCH, r.value, 1, 0, EVENT_CYCLES),
		    SBI_ERR_INVALID_PARAM);
	check_error("pmu: start no counter", CALL(SBI_EXT_PMU, START, r.value, 1),
		    SBI_ERR_INVALID_PARAM);
	check_error("pmu: stop no counter", CALL(SBI_EXT_PMU, STOP, r.value, 1),
		    SBI_ERR_INVALID_PARAM);
	check("pmu: an event that nobody has",
	      CALL(SBI_EXT_PMU, MATCH, 0, counters, 0, EVENT_NOBODY_HAS).error < 0);
	check_error("pmu: read no counter", CALL(SBI_EXT_PMU, FW_READ, r.value),
		    SBI_ERR_INVALID_PARAM);
	firmware_counter();
	cycle_counter();
	check_error("pmu: unknown function", CALL(SBI_EXT_PMU, 9), SBI_ERR_NOT_SUPPORTED);
}
