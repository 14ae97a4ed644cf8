// SPDX-License-Identifier: Apache-2.0
/*
 * Direct delivery mode (AIA 1.0, 4.8): what is claimed from this hart's IDC. An interrupt of
 * the machine's may take a moment to come through Bulkhead.
 */
#include "guests/lib/dt.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"
#include "guests/tests/wired/wired.h"

#define IDC(register) (0x4000 + 32 * (uint64_t)here + (register))
#define IDELIVERY     IDC(0x00)
#define IFORCE        IDC(0x04)
#define ITHRESHOLD    IDC(0x08)
#define TOPI          IDC(0x18)
#define CLAIMI        IDC(0x1c)

#define PRIORITY 3

static uint32_t mine(void)
{
	return wire << 16 | PRIORITY;
}

static void start(enum source_mode mode)
{
	configure(mode);
	out(TARGET(wire), TARGET_HART(here) | PRIORITY);
	while (in(CLAIMI))
		;
}

/* True when the register gets the value within a second. */
static bool becomes(uint64_t offset, uint32_t value)
{
	uint64_t end = timer_now() + machine.timebase;

	while (in(offset) != value)
		if (timer_now() > end)
			return false;
	return true;
}

static void levels(void)
{
	start(LEVEL1);
	out(SETIENUM, wire);
	check("level: quiet", !in(TOPI));
	pull();
	check("level: it comes", becomes(TOPI, mine()));
	check("level: claimed", in(CLAIMI) == mine());
	check("level: pending until it is served", bit(SETIP(wire)) && in(CLAIMI) == mine());
	out(CLRIPNUM, wire);
	check("level: can't be cleared", bit(SETIP(wire)));
	out(CLRIENUM, wire);
	check("level: masked", !in(TOPI) && bit(SETIP(wire)));
	out(SETIENUM, wire);
	let_go();
	check("level: served", becomes(CLAIMI, 0) && !bit(SETIP(wire)));
	pull();
	check("level: it comes again", becomes(CLAIMI, mine()));
}

static void edges(void)
{
	start(EDGE1);
	pull();
	check("masked edge: pending", becomes(SETIP(wire), in(SETIP(wire)) | 1u << wire % 32));
	let_go();
	out(SETIENUM, wire);
	check("masked edge: it comes when enabled", in(CLAIMI) == mine());
	check("edge: claimed once", !in(CLAIMI) && !bit(SETIP(wire)));
}

static void by_software(void)
{
	start(DETACHED);
	out(SETIPNUM_LE, wire);
	check("by software: masked", !in(TOPI) && bit(SETIP(wire)));
	out(SETIENUM, wire);
	out(ITHRESHOLD, PRIORITY);
	check("threshold: as urgent", !in(TOPI));
	out(ITHRESHOLD, PRIORITY + 1);
	check("threshold: less urgent", in(CLAIMI) == mine() && !in(CLAIMI));
	out(ITHRESHOLD, 0);
	out(IFORCE, 1);
	check("force: a claim of nothing", !in(CLAIMI) && !in(IFORCE));
}

static void wakes(void)
{
	start(LEVEL1);
	out(SETIENUM, wire);
	check("suspended: an interrupt wakes it",
	      sleep_until_pulled() == 0 && in(CLAIMI) == mine());
}

void check_direct(void)
{
	int aplic;
	uint32_t source, flags;

	dt_interrupt(machine.tree, dt_compatible(machine.tree, DT_NONE, "google,goldfish-rtc"),
		     &aplic, &source, &flags);
	if (intc_place(aplic) < 0)
		trap_panic("wired: no place for this hart in the APLIC");
	here = (uint32_t)intc_place(aplic);
	out(DOMAINCFG, DOMAINCFG_IE);
	out(ITHRESHOLD, 0);
	out(IDELIVERY, 1);
	levels();
	edges();
	by_software();
	wakes();
}
