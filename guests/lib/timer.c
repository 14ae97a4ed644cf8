/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three ways to set a deadline.
 */
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"

#define NANOSECONDS 1000000000

static enum { LEGACY, TIME, STIMECMP } kind;

void timer_init(void)
{
	if (machine.sstc)
		kind = STIMECMP;
	else
		kind = sbi_probe(SBI_EXT_TIME) ? TIME : LEGACY;
	timer_set(UINT64_MAX);
}

const char *timer_name(void)
{
	static const char *const names[] = {
		[LEGACY] = "legacy SBI timer",
		[TIME] = "SBI timer",
		[STIMECMP] = "stimecmp",
	};

	return names[kind];
}

void timer_set(uint64_t deadline)
{
	if (kind == STIMECMP)
		csr_write(CSR_STIMECMP, deadline);
	else if (kind == TIME)
		sbi_call(SBI_EXT_TIME, SBI_TIME_SET_TIMER, deadline, 0, 0);
	else
		sbi_call(SBI_EXT_LEGACY_SET_TIMER, 0, deadline, 0, 0);
}

uint64_t timer_now(void)
{
	return csr_read(CSR_TIME);
}

uint64_t timer_nanoseconds(uint64_t span)
{
	uint64_t seconds = span / machine.timebase;

	return seconds * NANOSECONDS + span % machine.timebase * NANOSECONDS / machine.timebase;
}
