// SPDX-License-Identifier: Apache-2.0
/* DBCN, STA, FWFT and the legacy calls (SBI 3.0, sections 12, 16, 18, 5). */
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/tests/sbi/check.h"
#include "guests/tests/sbi/harts.h"
#include "guests/tests/sbi/suites.h"

#define SSIP                    (UINT64_C(1) << 1)
#define STIP                    (UINT64_C(1) << 5)
#define ALL                     (~0UL)
#define IMPLEMENTATION_BULKHEAD 0x42554c4b
#define LANDING_PAD             1 /* of FWFT */

static bool lacks(const char *name, unsigned long extension)
{
	if (sbi_probe(extension))
		return false;
	check_skip(name, "no such extension");
	return true;
}

static bool is_bulkhead(void)
{
	return CALL(SBI_EXT_BASE, SBI_BASE_GET_IMPL_ID).value == IMPLEMENTATION_BULKHEAD;
}

/* The console may take a part of it; then the rest is sent. */
static bool write_all(const char *text, unsigned long size)
{
	unsigned long done = 0;
	struct sbi_result r;

	for (unsigned tries = 0; done < size && tries < 100000; tries++) {
		r = CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, size - done,
			 (unsigned long)text + done);
		if (r.error || r.value > size - done)
			return false;
		done += r.value;
	}
	return done == size;
}

void suite_dbcn(void)
{
	static const char text[] = "dbcn: this line came by console_write\r\n";
	unsigned long here = (unsigned long)text;

	if (lacks("dbcn", SBI_EXT_DBCN))
		return;
	check("dbcn: write", write_all(text, sizeof(text) - 1));
	check_value("dbcn: write nothing", CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 0, here), 0);
	check_value("dbcn: read nothing", CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_READ, 0, here), 0);
	check_value("dbcn: write a byte", CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, '#'), 0);
	check_value("dbcn: write another", CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, '\n'),
		    0);
	check("dbcn: write from beyond 2^64",
	      CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 1, here, 1).error < 0);
	check_error("dbcn: write from nowhere",
		    CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 16, harts_nowhere()),
		    SBI_ERR_INVALID_PARAM);
	check_error("dbcn: read to nowhere",
		    CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_READ, 16, harts_nowhere()),
		    SBI_ERR_INVALID_PARAM);
	/* Some firmware believes any length, and prints on until somebody stops it. */
	if (is_bulkhead())
		check_error("dbcn: write from all there is",
			    CALL(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, ALL, here),
			    SBI_ERR_INVALID_PARAM);
	check_error("dbcn: unknown function", CALL(SBI_EXT_DBCN, 3), SBI_ERR_NOT_SUPPORTED);
}

static struct sbi_result sta(unsigned long low, unsigned long high, unsigned long flags)
{
	return CALL(SBI_EXT_STA, SBI_STA_SET_SHMEM, low, high, flags);
}

void suite_sta(void)
{
	static uint8_t shared[192] __attribute__((aligned(64)));
	unsigned long here = (unsigned long)&shared[64];
	unsigned other = 0;

	if (lacks("sta", SBI_EXT_STA))
		return;
	for (unsigned i = 0; i < sizeof(shared); i++)
		shared[i] = 0xa5;
	check_value("sta: set", sta(here, 0, 0), 0);
	asm volatile("" ::: "memory");
	for (unsigned i = 0; i < sizeof(shared); i++)
		other += shared[i] != (i >= 64 && i < 128 ? 0 : 0xa5);
	check("sta: 64 bytes were cleared, no other", other == 0);
	check_error("sta: flags", sta(here, 0, 1), SBI_ERR_INVALID_PARAM);
	check_error("sta: misaligned", sta(here + 8, 0, 0), SBI_ERR_INVALID_PARAM);
	check_error("sta: nowhere", sta(harts_nowhere(), 0, 0), SBI_ERR_INVALID_ADDRESS);
	check_error("sta: beyond 2^64", sta(here, 1, 0), SBI_ERR_INVALID_ADDRESS);
	check_value("sta: no more", sta(ALL, ALL, 0), 0);
	check_error("sta: unknown function", CALL(SBI_EXT_STA, 1), SBI_ERR_NOT_SUPPORTED);
}

static struct sbi_result fwft_set(unsigned long feature, unsigned long value, unsigned long flags)
{
	return CALL(SBI_EXT_FWFT, SBI_FWFT_SET, feature, value, flags);
}

static struct sbi_result fwft_get(unsigned long feature)
{
	return CALL(SBI_EXT_FWFT, SBI_FWFT_GET, feature);
}

/* Any feature that may be off or on. */
static void fwft_switch(const char *name, unsigned long feature)
{
	if (fwft_get(feature).error == SBI_ERR_NOT_SUPPORTED) {
		check_skip(name, "not supported here");
		return;
	}
	check_value(name, fwft_get(feature), 0);
	check_value(name, fwft_set(feature, 1, 0), 0);
	check_value(name, fwft_get(feature), 1);
	check_error(name, fwft_set(feature, 2, 0), SBI_ERR_INVALID_PARAM);
	check_value(name, fwft_set(feature, 0, 0), 0);
	check_value(name, fwft_get(feature), 0);
}

struct landing_pad_report {
	uint64_t cause;
	uint64_t value; /* stval */
};

/* entry.S */
void landing_pad_fault(struct landing_pad_report *report, uint64_t nowhere);

/*
 * A fault where an indirect jump was to find a landing pad: the handler, which has none, is
 * reached all the same. Whether SPELP remembers can't be told: docs/sbi.md says why.
 */
static void fwft_landing_pad(void)
{
	struct landing_pad_report report;

	if (fwft_get(LANDING_PAD).error == SBI_ERR_NOT_SUPPORTED) {
		check_skip("fwft: landing pads", "not supported here");
		return;
	}
	check_value("fwft: landing pads are off", fwft_get(LANDING_PAD), 0);
	landing_pad_fault(&report, harts_nowhere());
	check("fwft: a jump to nowhere is a fetch access fault",
	      report.cause == CAUSE_FETCH_ACCESS && report.value == harts_nowhere());
	check_value("fwft: landing pads are off again", fwft_get(LANDING_PAD), 0);
}

void suite_fwft(void)
{
	unsigned long misaligned;

	if (lacks("fwft", SBI_EXT_FWFT))
		return;
	misaligned = fwft_get(0).value;
	check("fwft: misaligned delegation is off or on", misaligned <= 1);
	check_value("fwft: misaligned delegation stays", fwft_set(0, misaligned, 0), 0);
	check_error("fwft: a value that isn't", fwft_set(0, 2, 0), SBI_ERR_INVALID_PARAM);
	check_error("fwft: a flag that isn't", fwft_set(0, misaligned, 2), SBI_ERR_INVALID_PARAM);
	check_error("fwft: reserved feature", fwft_get(0x3fffffff), SBI_ERR_DENIED);
	check_error("fwft: reserved global feature", fwft_set(0xbfffffff, 0, 0), SBI_ERR_DENIED);
	check_error("fwft: a platform's feature", fwft_get(0xc0000000), SBI_ERR_DENIED);
	fwft_switch("fwft: hardware updates A and D bits", 4);
	fwft_landing_pad();
	check_value("fwft: lock", fwft_set(0, misaligned, 1), 0);
	check_error("fwft: locked", fwft_set(0, misaligned, 0), SBI_ERR_DENIED_LOCKED);
	check_value("fwft: a locked feature is read", fwft_get(0), misaligned);
	check_error("fwft: unknown function", CALL(SBI_EXT_FWFT, 2), SBI_ERR_NOT_SUPPORTED);
}

/* Legacy calls leave a1 alone, so the value that comes back is the argument. */
static void legacy(const char *name, struct sbi_result r, long a0, unsigned long a1)
{
	check(name, r.error == a0 && r.value == a1);
}

void suite_legacy(void)
{
	unsigned long mask = machine.hart < 64 ? 1UL << machine.hart : 0;
	unsigned long at = (unsigned long)&mask;

	if (lacks("legacy", SBI_EXT_LEGACY_SET_TIMER))
		return;
	csr_clear(CSR_SIP, SSIP);
	legacy("legacy: set_timer", CALL(SBI_EXT_LEGACY_SET_TIMER, 9, 0, 7), 0, 7);
	check("legacy: timer pending", csr_read(CSR_SIP) & STIP);
	legacy("legacy: set_timer never", CALL(SBI_EXT_LEGACY_SET_TIMER, 9, ALL, 7), 0, 7);
	legacy("legacy: putchar", CALL(SBI_EXT_LEGACY_CONSOLE_PUTCHAR, 9, '#', 7), 0, 7);
	legacy("legacy: putchar again", CALL(SBI_EXT_LEGACY_CONSOLE_PUTCHAR, 9, '\n', 7), 0, 7);
	check("legacy: getchar", CALL(SBI_EXT_LEGACY_CONSOLE_GETCHAR, 9).error >= -1);
	legacy("legacy: send_ipi", CALL(SBI_EXT_LEGACY_SEND_IPI, 9, at, 7), 0, 7);
	check("legacy: IPI pending", csr_read(CSR_SIP) & SSIP);
	csr_clear(CSR_SIP, SSIP);
	legacy("legacy: remote_fence_i", CALL(SBI_EXT_LEGACY_REMOTE_FENCE_I, 9, at, 7), 0, 7);
	legacy("legacy: remote_sfence_vma",
	       CALL(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA, 9, at, 0x1000, 0x1000), 0, 0x1000);
	legacy("legacy: remote_sfence_vma_asid",
	       CALL(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA_ASID, 9, at, 0x1000, 0x1000, 3), 0, 0x1000);
}
