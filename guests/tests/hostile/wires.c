// SPDX-License-Identifier: Apache-2.0
/*
 * Its interrupt controller, at random: every register, with targets and identities that are
 * somebody else's, while a clock pulls its own wire up and down.
 */
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/trap.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define ACCESSES 30000
#define SOURCES  32
#define HARTS    4
#define ON       0x104 /* domaincfg: IE and DM; sourcecfg: a rising edge */

/* Words of the clock. */
#define RTC_ALARM      2
#define RTC_ALARM_HIGH 3
#define RTC_IRQ        4
#define RTC_CLEAR      7

struct registers {
	uint32_t first, count;
};

/* AIA 1.0, 4.5: the domain, sources, bits and numbers, genmsi, targets, IDCs. */
static const struct registers aplic[] = {
	{ 0x0, 1 },    { 0x4, SOURCES }, { 0x1c00, 2 }, { 0x1cdc, 1 },       { 0x1d00, 2 },
	{ 0x1ddc, 1 }, { 0x1e00, 2 },    { 0x1edc, 1 }, { 0x1f00, 2 },       { 0x1fdc, 1 },
	{ 0x2000, 2 }, { 0x3000, 1 },    { 0x3000, 1 }, { 0x3004, SOURCES }, { 0x4000, 8 * HARTS },
};

/* PLIC 1.0: priorities, pending, enables, and two pages of contexts. */
static const struct registers plic[] = {
	{ 0x0, SOURCES }, { 0x1000, 2 },   { 0x2000, 2 },
	{ 0x2080, 2 },    { 0x200000, 2 }, { 0x201000, 2 },
};

static uint32_t pick(uint32_t below)
{
	return (uint32_t)(attempt_random() % below);
}

/* Anything; a source's number or mode; domain and edges on; a target: hart, file, identity. */
static uint32_t value(void)
{
	switch (pick(4)) {
	case 0:
		return (uint32_t)attempt_random();
	case 1:
		return pick(2 * SOURCES);
	case 2:
		return ON;
	default:
		return pick(HARTS) << 18 | pick(8) << 12 | pick(SOURCES / 2);
	}
}

static void pull(volatile uint32_t *rtc)
{
	rtc[RTC_IRQ] = 1;
	rtc[RTC_ALARM_HIGH] = 0;
	rtc[RTC_ALARM] = 0;
	if (pick(2))
		rtc[RTC_CLEAR] = 1;
}

/* Of registers for each source every other time the clock's. */
static uint32_t pick_register(const struct registers *some, uint32_t source)
{
	bool own = some->count == SOURCES && pick(2);

	return some->first + 4 * (own ? source - some->first % 8 / 4 : pick(some->count));
}

static void hammer(uint64_t base, const struct registers *table, uint32_t count, uint32_t source,
		   volatile uint32_t *rtc)
{
	for (unsigned i = 0; i < ACCESSES; i++) {
		const struct registers *some = &table[pick(count)];
		volatile uint32_t *reg = (volatile uint32_t *)(base + pick_register(some, source));

		if (pick(4))
			*reg = value();
		else
			(void)*reg;
		if (i % 8 == 0)
			pull(rtc);
	}
}

void case_wires(void)
{
	int clock = dt_compatible(machine.tree, DT_NONE, "google,goldfish-rtc"), chip;
	uint64_t base, rtc, size;
	uint32_t source, flags;

	if (clock == DT_NONE || !dt_reg(machine.tree, clock, 0, &rtc, &size) ||
	    !dt_interrupt(machine.tree, clock, &chip, &source, &flags) ||
	    !dt_reg(machine.tree, chip, 0, &base, &size))
		trap_panic("hostile: no clock that interrupts");
	if (dt_has_string(machine.tree, chip, "compatible", "riscv,aplic"))
		hammer(base, aplic, sizeof(aplic) / sizeof(aplic[0]), source,
		       (volatile uint32_t *)rtc);
	else
		hammer(base, plic, sizeof(plic) / sizeof(plic[0]), source,
		       (volatile uint32_t *)rtc);
	print("%u accesses to its interrupt controller\n", ACCESSES);
}
