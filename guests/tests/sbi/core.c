// SPDX-License-Identifier: Apache-2.0
/* BASE, TIME, IPI and RFENCE (SBI 3.0, sections 4, 6, 7, 8). */
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/tests/sbi/check.h"
#include "guests/tests/sbi/harts.h"
#include "guests/tests/sbi/suites.h"

#define SSIP (UINT64_C(1) << 1)
#define STIP (UINT64_C(1) << 5)
#define ALL  (~0UL)

void suite_base(void)
{
	struct sbi_result r = CALL(SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION);

	check("base: specification 1.0 or newer", r.error == 0 && r.value >= 1 << 24);
	check("base: version bits from 31 up are 0", r.value >> 31 == 0);
	check_error("base: implementation id", CALL(SBI_EXT_BASE, SBI_BASE_GET_IMPL_ID), 0);
	check_error("base: implementation version", CALL(SBI_EXT_BASE, SBI_BASE_GET_IMPL_VERSION),
		    0);
	check_value("base: probe BASE", CALL(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, SBI_EXT_BASE),
		    1);
	check_value("base: probe nothing", CALL(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, 0x0a0b0c0d),
		    0);
	check_error("base: mvendorid", CALL(SBI_EXT_BASE, SBI_BASE_GET_MVENDORID), 0);
	check_error("base: marchid", CALL(SBI_EXT_BASE, SBI_BASE_GET_MARCHID), 0);
	check_error("base: mimpid", CALL(SBI_EXT_BASE, SBI_BASE_GET_MIMPID), 0);
	check_error("base: unknown function", CALL(SBI_EXT_BASE, 7), SBI_ERR_NOT_SUPPORTED);
	check_error("base: unknown extension", CALL(0x0a0b0c0d, 0), SBI_ERR_NOT_SUPPORTED);
	check("base: registers are kept",
	      harts_registers_kept(SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION) == 0);
	check("base: registers are kept by what is unknown",
	      harts_registers_kept(0x0a0b0c0d, 5) == 0);
}

static bool pending_within(uint64_t bit, uint64_t ticks)
{
	uint64_t end = timer_now() + ticks;

	while (!(csr_read(CSR_SIP) & bit))
		if (timer_now() > end)
			return false;
	return true;
}

static struct sbi_result set_timer(uint64_t deadline)
{
	return CALL(SBI_EXT_TIME, SBI_TIME_SET_TIMER, deadline);
}

void suite_time(void)
{
	uint64_t deadline;

	check_error("time: never", set_timer(UINT64_MAX), 0);
	check("time: not pending", !(csr_read(CSR_SIP) & STIP));
	check_error("time: a deadline in the past", set_timer(0), 0);
	check("time: pending at once", pending_within(STIP, machine.timebase / 10));
	check_error("time: a deadline ahead", set_timer(timer_now() + machine.timebase), 0);
	check("time: setting clears", !(csr_read(CSR_SIP) & STIP));
	deadline = timer_now() + machine.timebase / 1000;
	check_error("time: a millisecond ahead", set_timer(deadline), 0);
	check("time: pending then", pending_within(STIP, machine.timebase / 10));
	check("time: not before", timer_now() >= deadline);
	check_error("time: never again", set_timer(UINT64_MAX), 0);
	check("time: cleared", !(csr_read(CSR_SIP) & STIP));
	check_error("time: unknown function", CALL(SBI_EXT_TIME, 1), SBI_ERR_NOT_SUPPORTED);
	check("time: registers are kept",
	      harts_registers_kept(SBI_EXT_TIME, SBI_TIME_SET_TIMER) == 0);
	set_timer(UINT64_MAX);
}

static struct sbi_result send_ipi(unsigned long mask, unsigned long base)
{
	return CALL(SBI_EXT_IPI, SBI_IPI_SEND_IPI, mask, base);
}

static bool take_ssip(void)
{
	bool taken = pending_within(SSIP, machine.timebase / 10);

	csr_clear(CSR_SIP, SSIP);
	return taken;
}

void suite_ipi(void)
{
	csr_clear(CSR_SIP, SSIP);
	check_error("ipi: to itself by base", send_ipi(1, machine.hart), 0);
	check("ipi: pending", take_ssip());
	check("ipi: cleared by software", !(csr_read(CSR_SIP) & SSIP));
	check_error("ipi: to all", send_ipi(0, ALL), 0);
	check("ipi: pending, to all", take_ssip());
	check_error("ipi: to nobody", send_ipi(0, machine.hart), 0);
	check("ipi: not pending", !(csr_read(CSR_SIP) & SSIP));
	check_error("ipi: a hart that isn't", send_ipi(1, harts_missing()), SBI_ERR_INVALID_PARAM);
	check_error("ipi: a base far off", send_ipi(1, ALL - 1), SBI_ERR_INVALID_PARAM);
	check_error("ipi: unknown function", CALL(SBI_EXT_IPI, 1), SBI_ERR_NOT_SUPPORTED);
	csr_clear(CSR_SIP, SSIP);
}

static struct sbi_result sfence(unsigned long mask, unsigned long base, unsigned long start,
				unsigned long size)
{
	return CALL(SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA, mask, base, start, size);
}

static void hfences(void)
{
	if (machine_has_extension("h")) {
		check_skip("rfence: hfences", "this hart has the hypervisor extension");
		return;
	}
	for (unsigned long function = SBI_RFENCE_HFENCE_GVMA_VMID;
	     function <= SBI_RFENCE_HFENCE_VVMA; function++)
		check_error("rfence: hfence without H",
			    CALL(SBI_EXT_RFENCE, function, 1, machine.hart, 0, 0, 0),
			    SBI_ERR_NOT_SUPPORTED);
}

void suite_rfence(void)
{
	unsigned long own = machine.hart;

	check_error("rfence: fence.i here", CALL(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 1, own), 0);
	check_error("rfence: fence.i everywhere", CALL(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 0, ALL),
		    0);
	check_error("rfence: sfence.vma of all, by 0", sfence(1, own, 0, 0), 0);
	check_error("rfence: sfence.vma of all, by size", sfence(1, own, 0, ALL), 0);
	check_error("rfence: sfence.vma of a page", sfence(1, own, 0x80000000, 0x1000), 0);
	check_error("rfence: sfence.vma of much", sfence(0, ALL, 0x80000000, 0x40000000), 0);
	check_error("rfence: sfence.vma of an address space",
		    CALL(SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA_ASID, 1, own, 0x1000, 0x1000, 5), 0);
	check_error("rfence: a hart that isn't", sfence(1, harts_missing(), 0, 0),
		    SBI_ERR_INVALID_PARAM);
	check_error("rfence: a range that wraps", sfence(1, own, ALL - 0xfff, 0x2000),
		    SBI_ERR_INVALID_ADDRESS);
	check_error("rfence: unknown function", CALL(SBI_EXT_RFENCE, 7), SBI_ERR_NOT_SUPPORTED);
	hfences();
}
