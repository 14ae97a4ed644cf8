// SPDX-License-Identifier: Apache-2.0
/* HSM, SUSP and SRST (SBI 3.0, sections 9, 13, 10). */
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/tests/sbi/check.h"
#include "guests/tests/sbi/harts.h"
#include "guests/tests/sbi/suites.h"

#define STIP (UINT64_C(1) << 5)

static struct harts_report report;

static struct sbi_result start(unsigned long hart, unsigned long pc, unsigned long opaque)
{
	return CALL(SBI_EXT_HSM, SBI_HSM_HART_START, hart, pc, opaque);
}

static struct sbi_result suspend(unsigned long type, unsigned long pc)
{
	return CALL(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, type, pc, 0);
}

static bool tell(enum harts_order order)
{
	__atomic_store_n(&report.order, order, __ATOMIC_RELEASE);
	return harts_wait(&report.order, HARTS_WAIT);
}

static void ipi(unsigned long hart)
{
	CALL(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 1, hart);
}

/* Starts the other hart, or starts it again; false when it doesn't come. */
static bool started(const char *name, unsigned long other, uint64_t entries)
{
	report.order = HARTS_TAKE_IPI; /* whatever: it becomes HARTS_WAIT when the hart serves */
	check_error(name, start(other, (unsigned long)harts_entry, (unsigned long)&report), 0);
	return harts_wait(&report.order, HARTS_WAIT) && report.entries == entries;
}

/* Tells the other hart to sleep, sees it sleep, wakes it. */
static bool sleeps_and_wakes(unsigned long other, enum harts_order order)
{
	__atomic_store_n(&report.order, order, __ATOMIC_RELEASE);
	if (!harts_wait_state(other, SBI_HSM_STATE_SUSPENDED))
		return false;
	ipi(other);
	return harts_wait(&report.order, HARTS_WAIT) &&
	       harts_wait_state(other, SBI_HSM_STATE_STARTED);
}

static void stop_other(unsigned long other)
{
	__atomic_store_n(&report.order, HARTS_STOP, __ATOMIC_RELEASE);
	check("hsm: stopped", harts_wait_state(other, SBI_HSM_STATE_STOPPED));
}

/* Two readings of this hart's time, and one of the other's between them. */
static bool time_is_one(void)
{
	uint64_t before = timer_now();

	return tell(HARTS_READ_TIME) && report.time >= before && report.time <= timer_now();
}

static void two_harts(void)
{
	unsigned long other = harts_other();

	if (other == HARTS_NONE) {
		check_skip("hsm: two harts", "there is one");
		return;
	}
	check_value("hsm: the other is stopped", CALL(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, other),
		    SBI_HSM_STATE_STOPPED);
	check_error("hsm: start nowhere", start(other, harts_nowhere(), 0),
		    SBI_ERR_INVALID_ADDRESS);
	check("hsm: it comes", started("hsm: start", other, 1));
	check("hsm: its a0", report.hart == other);
	check("hsm: its satp is 0", report.satp == 0);
	check("hsm: its interrupts are off", !(report.status & SSTATUS_SIE));
	check("hsm: started", harts_wait_state(other, SBI_HSM_STATE_STARTED));
	check_error("hsm: start it twice", start(other, (unsigned long)harts_entry, 0),
		    SBI_ERR_ALREADY_AVAILABLE);
	check("hsm: its time is this hart's", time_is_one());
	__atomic_store_n(&report.order, HARTS_TAKE_IPI, __ATOMIC_RELEASE);
	ipi(other);
	check("hsm: it takes an IPI", harts_wait(&report.order, HARTS_WAIT));
	check_error("rfence: fence.i there", CALL(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 1, other), 0);
	check_error("rfence: sfence.vma there",
		    CALL(SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA, 1, other, 0x1000, 0x1000), 0);
	check("hsm: it sleeps, retentive", sleeps_and_wakes(other, HARTS_SUSPEND));
	check("hsm: it went on where it was", report.entries == 1 && report.error == 0);
	check("hsm: it sleeps, non-retentive", sleeps_and_wakes(other, HARTS_SUSPEND_RESET));
	check("hsm: it resumed at the address", report.entries == 2 && report.hart == other);
	stop_other(other);
	check("hsm: it comes again", started("hsm: start again", other, 3));
	stop_other(other);
}

/* Sleeps until a timer interrupt that is enabled in sie, not in sstatus. */
static void arm(void)
{
	CALL(SBI_EXT_TIME, SBI_TIME_SET_TIMER, timer_now() + machine.timebase / 1000);
	csr_write(CSR_SIE, STIP);
}

static void disarm(void)
{
	csr_write(CSR_SIE, 0);
	CALL(SBI_EXT_TIME, SBI_TIME_SET_TIMER, UINT64_MAX);
}

static void suspend_types(void)
{
	static const unsigned long reserved[] = { 1, 0x0fffffff, 0x80000001, 0x8fffffff };

	for (unsigned i = 0; i < 4; i++)
		check_error("hsm: reserved suspend type", suspend(reserved[i], 0),
			    SBI_ERR_INVALID_PARAM);
	check_error("hsm: suspend to nowhere",
		    suspend(SBI_HSM_SUSPEND_NON_RETENTIVE, harts_nowhere()),
		    SBI_ERR_INVALID_ADDRESS);
	arm();
	check_error("hsm: retentive suspend here", suspend(SBI_HSM_SUSPEND_RETENTIVE, 0), 0);
	check("hsm: woken by the timer", csr_read(CSR_SIP) & STIP);
	disarm();
	arm();
	check("hsm: non-retentive suspend here",
	      harts_suspend_here(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, SBI_HSM_SUSPEND_NON_RETENTIVE,
				 machine.hart) == 0);
	disarm();
}

void suite_hsm(void)
{
	unsigned long missing = harts_missing();

	check_value("hsm: this hart is started",
		    CALL(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, machine.hart),
		    SBI_HSM_STATE_STARTED);
	check_error("hsm: status of no hart", CALL(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, missing),
		    SBI_ERR_INVALID_PARAM);
	check_error("hsm: start this hart", start(machine.hart, (unsigned long)harts_entry, 0),
		    SBI_ERR_ALREADY_AVAILABLE);
	check_error("hsm: start no hart", start(missing, (unsigned long)harts_entry, 0),
		    SBI_ERR_INVALID_PARAM);
	check_error("hsm: unknown function", CALL(SBI_EXT_HSM, 4), SBI_ERR_NOT_SUPPORTED);
	suspend_types();
	two_harts();
}

static struct sbi_result sleep(unsigned long type, unsigned long pc)
{
	return CALL(SBI_EXT_SUSP, SBI_SUSP_SYSTEM_SUSPEND, type, pc, 0);
}

static void sleep_with_another(void)
{
	unsigned long other = harts_other();

	if (other == HARTS_NONE) {
		check_skip("susp: denied while another hart runs", "there is one hart");
		return;
	}
	report.entries = 0;
	check("susp: another hart runs", started("susp: start it", other, 1));
	check_error("susp: denied while it runs", sleep(0, (unsigned long)harts_entry),
		    SBI_ERR_DENIED);
	check("susp: it does what it is told", tell(HARTS_WAIT));
	stop_other(other);
}

void suite_susp(void)
{
	if (!sbi_probe(SBI_EXT_SUSP)) {
		check_skip("susp", "no such extension");
		return;
	}
	check_error("susp: reserved type", sleep(1, (unsigned long)harts_entry),
		    SBI_ERR_INVALID_PARAM);
	check_error("susp: a platform's type", sleep(0x80000000, (unsigned long)harts_entry),
		    SBI_ERR_INVALID_PARAM);
	check_error("susp: resume nowhere", sleep(0, harts_nowhere()), SBI_ERR_INVALID_ADDRESS);
	sleep_with_another();
	arm();
	check("susp: asleep and woken",
	      harts_suspend_here(SBI_EXT_SUSP, SBI_SUSP_SYSTEM_SUSPEND, 0, machine.hart) == 0);
	disarm();
}

void suite_srst(void)
{
	check_error("srst: reserved type", CALL(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, 3, 0),
		    SBI_ERR_INVALID_PARAM);
	check_error("srst: a platform's type",
		    CALL(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, 0xf0000000, 0),
		    SBI_ERR_INVALID_PARAM);
	check_error("srst: reserved reason", CALL(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, 0, 2),
		    SBI_ERR_INVALID_PARAM);
	check_error("srst: unknown function", CALL(SBI_EXT_SRST, 1), SBI_ERR_NOT_SUPPORTED);
}
