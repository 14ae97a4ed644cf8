// SPDX-License-Identifier: Apache-2.0
/*
 * A guest that holds the APLIC that it sees, and the interrupt files behind it, against the
 * AIA specification, 1.0: Bulkhead's model, the machine's own through it, or QEMU's without
 * Bulkhead. Its wire is that of a goldfish clock, emulated or passed through.
 */
#include "guests/tests/wired/wired.h"

#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define SEIE   (UINT64_C(1) << 9)
#define MOMENT 20000000 /* ns */

/* Words of the clock; time and alarm are in nanoseconds. */
#define RTC_TIME       0
#define RTC_TIME_HIGH  1
#define RTC_ALARM      2
#define RTC_ALARM_HIGH 3
#define RTC_IRQ        4
#define RTC_CLEAR      7

void guest_main(uint64_t hart, const void *tree);

uint32_t wire, here;
static volatile uint32_t *rtc;
static uint64_t aplic;
static unsigned failed;

void check(const char *name, bool good)
{
	failed += !good;
	print("%s %s\n", good ? "PASS" : "FAIL", name);
}

static volatile uint32_t *reg(uint64_t offset)
{
	return (volatile uint32_t *)(aplic + offset);
}

uint32_t in(uint64_t offset)
{
	return *reg(offset);
}

void out(uint64_t offset, uint32_t value)
{
	*reg(offset) = value;
}

bool bit(uint64_t offset)
{
	return in(offset) >> wire % 32 & 1;
}

void set_bit(uint64_t offset)
{
	out(offset, UINT32_C(1) << wire % 32);
}

void pull(void)
{
	rtc[RTC_IRQ] = 1;
	rtc[RTC_ALARM_HIGH] = 0;
	rtc[RTC_ALARM] = 0;
}

void let_go(void)
{
	rtc[RTC_CLEAR] = 1;
}

long sleep_until_pulled(void)
{
	uint64_t low = rtc[RTC_TIME];
	uint64_t then = ((uint64_t)rtc[RTC_TIME_HIGH] << 32 | low) + MOMENT;

	csr_write(CSR_SIE, SEIE);
	rtc[RTC_IRQ] = 1;
	rtc[RTC_ALARM_HIGH] = (uint32_t)(then >> 32);
	rtc[RTC_ALARM] = (uint32_t)then;
	return sbi_call(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, SBI_HSM_SUSPEND_RETENTIVE, 0, 0).error;
}

void configure(enum source_mode mode)
{
	let_go();
	out(CLRIENUM, wire);
	out(CLRIPNUM, wire);
	out(SOURCECFG(wire), INACTIVE);
	out(SOURCECFG(wire), mode);
	/* A new mode may make a source pending (4.5.2). */
	out(CLRIPNUM, wire);
}

static const char *find(int *controller)
{
	int clock = dt_compatible(machine.tree, DT_NONE, "google,goldfish-rtc");
	uint64_t base, size;
	uint32_t flags;

	if (clock == DT_NONE || !dt_reg(machine.tree, clock, 0, &base, &size) ||
	    !dt_interrupt(machine.tree, clock, controller, &wire, &flags))
		return "no clock that interrupts";
	rtc = (volatile uint32_t *)base;
	if (!dt_has_string(machine.tree, *controller, "compatible", "riscv,aplic") ||
	    !dt_reg(machine.tree, *controller, 0, &aplic, &size))
		return "no APLIC";
	return NULL;
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;
	int controller;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (!wrong)
		wrong = find(&controller);
	if (wrong)
		trap_panic("wired: %s", wrong);
	print("\nwired: source %u\n", wire);
	if (dt_property(machine.tree, controller, "msi-parent", NULL))
		check_msi();
	else
		check_direct();
	configure(INACTIVE);
	print("wired: %u failed\n", failed);
	sbi_shutdown(failed ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE);
}
