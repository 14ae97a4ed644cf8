// SPDX-License-Identifier: Apache-2.0
/* What the second hart does, and finding it. */
#include <stddef.h>

#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/tests/sbi/check.h"
#include "guests/tests/sbi/harts.h"

_Static_assert(offsetof(struct harts_report, status) == 16, "entry.S");
_Static_assert(offsetof(struct harts_report, entries) == 24, "entry.S");
_Static_assert(offsetof(struct harts_report, stack) == 48, "entry.S");

#define SSIP   (UINT64_C(1) << 1)
#define BIT_55 (1UL << 55)

static bool is_hart(uint64_t id)
{
	uint64_t reg, size;
	int cpus = dt_child_named(machine.tree, dt_next(machine.tree, DT_NONE), "cpus");

	for (int node = dt_child(machine.tree, cpus, DT_NONE); node != DT_NONE;
	     node = dt_child(machine.tree, cpus, node))
		if (dt_has_string(machine.tree, node, "device_type", "cpu") &&
		    dt_reg(machine.tree, node, 0, &reg, &size) && reg == id)
			return true;
	return false;
}

uint64_t harts_missing(void)
{
	uint64_t id = 0;

	while (is_hart(id))
		id++;
	return id;
}

uint64_t harts_other(void)
{
	for (uint64_t id = 0; id < 64; id++)
		if (id != machine.hart && is_hart(id))
			return id;
	return HARTS_NONE;
}

unsigned long harts_nowhere(void)
{
	int reserved =
		dt_child_named(machine.tree, dt_next(machine.tree, DT_NONE), "reserved-memory");
	uint64_t base, size;

	if (reserved == DT_NONE)
		return BIT_55;
	for (int node = dt_child(machine.tree, reserved, DT_NONE); node != DT_NONE;
	     node = dt_child(machine.tree, reserved, node))
		if (dt_property(machine.tree, node, "no-map", NULL) &&
		    dt_reg(machine.tree, node, 0, &base, &size))
			return base;
	return BIT_55;
}

static void take_ipi(void)
{
	csr_write(CSR_SIE, SSIP);
	while (!(csr_read(CSR_SIP) & SSIP))
		wait_for_interrupt();
	csr_clear(CSR_SIP, SSIP);
	csr_write(CSR_SIE, 0);
}

/* An interrupt that is pending and enabled wakes a suspended hart; sstatus.SIE stays 0. */
static long suspend(struct harts_report *report, unsigned long type)
{
	long error;

	csr_write(CSR_SIE, SSIP);
	error = CALL(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, type, (unsigned long)harts_resume,
		     (unsigned long)report)
			.error;
	csr_clear(CSR_SIP, SSIP);
	csr_write(CSR_SIE, 0);
	return error;
}

static void obey(struct harts_report *report, enum harts_order order)
{
	if (order == HARTS_STOP)
		report->error = CALL(SBI_EXT_HSM, SBI_HSM_HART_STOP).error;
	else if (order == HARTS_SUSPEND)
		report->error = suspend(report, SBI_HSM_SUSPEND_RETENTIVE);
	else if (order == HARTS_SUSPEND_RESET)
		report->error = suspend(report, SBI_HSM_SUSPEND_NON_RETENTIVE);
	else if (order == HARTS_READ_TIME)
		report->time = timer_now();
	else
		take_ipi();
}

void harts_serve(struct harts_report *report)
{
	enum harts_order order;

	csr_clear(CSR_SIP, SSIP);
	/* A hart that resumes is done with what it was told. */
	__atomic_store_n(&report->order, HARTS_WAIT, __ATOMIC_RELEASE);
	for (;;) {
		order = __atomic_load_n(&report->order, __ATOMIC_ACQUIRE);
		if (order == HARTS_WAIT)
			continue;
		obey(report, order);
		__atomic_store_n(&report->order, HARTS_WAIT, __ATOMIC_RELEASE);
	}
}

bool harts_wait(const volatile uint32_t *word, uint32_t value)
{
	uint64_t end = timer_now() + machine.timebase / 2;

	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
		if (timer_now() > end)
			return false;
	return true;
}

bool harts_wait_state(uint64_t hart, uint64_t state)
{
	uint64_t end = timer_now() + machine.timebase / 2;
	struct sbi_result result;

	do {
		result = CALL(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, hart);
		if (result.error == SBI_SUCCESS && result.value == state)
			return true;
	} while (timer_now() <= end);
	return false;
}
