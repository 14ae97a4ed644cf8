// SPDX-License-Identifier: Apache-2.0
/*
 * MSI delivery mode (AIA 1.0, 4.5, 4.7 and 4.9): what became an MSI is read from this hart's
 * interrupt file, with interrupts off.
 */
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"
#include "guests/lib/stats.h"
#include "guests/lib/trap.h"
#include "guests/tests/wired/wired.h"

#define ID    5
#define OTHER 6
#define TIMES 10
#define ALL   (~UINT64_C(0))

/* The identity that came, or 0. An MSI has come when the access that sends it is done. */
static uint32_t taken(void)
{
	return (uint32_t)(csr_swap(CSR_STOPEI, 0) >> 16);
}

static void start(enum source_mode mode)
{
	configure(mode);
	out(TARGET(wire), TARGET_HART(here) | ID);
	while (taken())
		;
}

static void open_file(void)
{
	csr_write(CSR_SISELECT, IMSIC_EIE0);
	csr_write(CSR_SIREG, ALL);
	csr_write(CSR_SISELECT, IMSIC_EITHRESHOLD);
	csr_write(CSR_SIREG, 0);
	csr_write(CSR_SISELECT, IMSIC_EIDELIVERY);
	csr_write(CSR_SIREG, 1);
}

static void edges(void)
{
	start(EDGE1);
	out(SETIENUM, wire);
	pull();
	check("edge: an MSI", taken() == ID);
	check("edge: input is high", bit(IN_CLRIP(wire)));
	check("edge: not pending any more", !bit(SETIP(wire)));
	let_go();
	check("edge: none when it falls", !taken() && !bit(IN_CLRIP(wire)));
	pull();
	check("edge: another", taken() == ID);
	start(EDGE0);
	out(SETIENUM, wire);
	pull();
	taken();
	let_go();
	check("edge: falling", taken() == ID);
}

static void masked_edges(void)
{
	start(EDGE1);
	pull();
	check("masked edge: no MSI", !taken());
	check("masked edge: pending", bit(SETIP(wire)));
	let_go();
	check("masked edge: pending still", bit(SETIP(wire)));
	out(SETIENUM, wire);
	check("masked edge: sent when enabled", taken() == ID && !bit(SETIP(wire)));
	set_bit(CLRIE(wire));
	pull();
	out(TARGET(wire), TARGET_HART(here) | OTHER);
	set_bit(SETIE(wire));
	check("masked edge: sent to the new target", taken() == OTHER);
	start(EDGE1);
	pull();
	out(CLRIPNUM, wire);
	out(SETIENUM, wire);
	check("masked edge: cleared by number", !taken());
	start(EDGE1);
	pull();
	set_bit(IN_CLRIP(wire));
	out(SETIENUM, wire);
	check("masked edge: cleared by its bit", !taken());
}

static void domain_off(void)
{
	start(EDGE1);
	out(SETIENUM, wire);
	out(DOMAINCFG, DOMAINCFG_DM);
	pull();
	check("domain off: no MSI", !taken() && bit(SETIP(wire)));
	out(DOMAINCFG, DOMAINCFG_IE | DOMAINCFG_DM);
	check("domain off: sent when it is on", taken() == ID);
}

static void by_software(void)
{
	static const uint64_t numbers[] = { SETIPNUM, SETIPNUM_LE };

	start(DETACHED);
	out(SETIENUM, wire);
	pull();
	check("detached: no MSI by the wire", !taken());
	check("detached: no input", !bit(IN_CLRIP(wire)));
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		out(numbers[i], wire);
		check("by software: a number", taken() == ID);
	}
	out(SETIPNUM_BE, __builtin_bswap32(wire));
	check("by software: a big-endian number", taken() == ID);
	set_bit(SETIP(wire));
	check("by software: a bit", taken() == ID);
	out(CLRIENUM, wire);
	out(SETIPNUM, wire);
	check("by software: masked", !taken() && bit(SETIP(wire)));
	out(SETIENUM, wire);
	check("by software: sent when enabled", taken() == ID);
}

static void levels(void)
{
	start(LEVEL1);
	out(SETIENUM, wire);
	pull();
	check("level: an MSI", taken() == ID && !taken());
	out(SETIPNUM_LE, wire);
	check("level: sent again while it is high", taken() == ID);
	let_go();
	out(SETIPNUM_LE, wire);
	check("level: not when it is low", !taken() && !bit(SETIP(wire)));
	out(CLRIENUM, wire);
	pull();
	check("masked level: pending", !taken() && bit(SETIP(wire)));
	let_go();
	check("masked level: it went", !bit(SETIP(wire)));
	pull();
	out(SETIENUM, wire);
	check("masked level: sent when enabled", taken() == ID);
	out(CLRIENUM, wire);
	out(SETIENUM, wire);
	check("masked level: not again by itself", !taken());
	start(LEVEL0);
	out(SETIENUM, wire);
	pull();
	taken();
	let_go();
	check("level: low", taken() == ID);
}

static uint64_t exits_of(enum source_mode mode)
{
	const volatile struct stats_page_vcpu *own = stats_own();
	uint64_t before, missing = 0;

	start(mode);
	out(SETIENUM, wire);
	before = stats_page_exits(own);
	for (unsigned i = 0; i < TIMES; i++) {
		pull();
		missing += taken() != ID;
		let_go();
		if (mode == LEVEL1)
			out(SETIPNUM_LE, wire);
	}
	return missing ? ~UINT64_C(0) : stats_page_exits(own) - before;
}

/* Of a wire of the machine's own, with nobody in between. */
static void exits(void)
{
	if (!stats_own())
		return;
	check("exits: an edge takes none", exits_of(EDGE1) == 0);
	check("exits: a level's end takes one", exits_of(LEVEL1) == TIMES);
}

static void wakes(void)
{
	start(EDGE1);
	out(SETIENUM, wire);
	check("suspended: an MSI wakes it", sleep_until_pulled() == 0 && taken() == ID);
}

static void past_is_gone(void)
{
	start(EDGE1);
	pull();
	let_go();
	out(SOURCECFG(wire), INACTIVE);
	check("inactive: nothing pending", !bit(SETIP(wire)));
	out(SETIPNUM, wire);
	out(SETIENUM, wire);
	check("inactive: nothing can be set", !bit(SETIP(wire)) && !bit(SETIE(wire)));
	check("inactive: no target", !in(TARGET(wire)));
	out(SOURCECFG(wire), EDGE1);
	out(TARGET(wire), TARGET_HART(here) | ID);
	out(SETIENUM, wire);
	check("inactive: nothing comes back", !taken());
}

static void extempore(void)
{
	start(DETACHED);
	out(GENMSI, TARGET_HART(here) | OTHER);
	check("genmsi", taken() == OTHER);
	out(GENMSI, TARGET_HART(here) | 0x3f << 12 | OTHER);
	taken();
	out(GENMSI, TARGET_HART(0x3fff) | OTHER);
	check("genmsi: to no hart", !taken());
}

/* Nobody's file is reached by a number, an identity or a guest index that is not this guest's. */
static void nobody_else(void)
{
	start(DETACHED);
	out(SETIENUM, wire);
	out(TARGET(wire), TARGET_HART(0x3fff) | ID);
	out(SETIPNUM, wire);
	check("target: no hart", !taken());
	start(DETACHED);
	out(SETIENUM, wire);
	out(TARGET(wire), TARGET_HART(here) | 0x7ff);
	out(SETIPNUM, wire);
	check("target: no identity", !taken());
	out(TARGET(wire), TARGET_HART(here) | ID);
	out(SETIPNUM, wire);
	check("target: this one again", taken() == ID);
}

void check_msi(void)
{
	int aplic, imsic;
	uint32_t source, flags;

	dt_interrupt(machine.tree, dt_compatible(machine.tree, DT_NONE, "google,goldfish-rtc"),
		     &aplic, &source, &flags);
	imsic = dt_phandle(machine.tree, dt_cell(machine.tree, aplic, "msi-parent", 0, 0));
	if (imsic == DT_NONE || intc_place(imsic) < 0)
		trap_panic("wired: no interrupt file");
	here = (uint32_t)intc_place(imsic);
	open_file();
	out(DOMAINCFG, DOMAINCFG_IE | DOMAINCFG_DM);
	edges();
	masked_edges();
	domain_off();
	by_software();
	levels();
	exits();
	wakes();
	past_is_gone();
	extempore();
	nobody_else();
}
