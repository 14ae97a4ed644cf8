// SPDX-License-Identifier: Apache-2.0
/* Many of the same thing, as fast as can be. */
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define SSIP        (UINT64_C(1) << 1)
#define STIP        (UINT64_C(1) << 5)
#define SEIE        (UINT64_C(1) << 9)
#define ALL         UINT64_MAX
#define IPIS        20000
#define TIMERS      20000
#define HART_STARTS 300
#define BOTH        3000
#define WAKES       5000
#define FLOOD       (96u * 1024)
#define SECOND      1u
#define LEVELS      2000

/* Words of the clock. */
#define RTC_ALARM      2
#define RTC_ALARM_HIGH 3
#define RTC_IRQ        4
#define RTC_CLEAR      7

/* entry.S: what the second vCPU runs. */
void second_quits(void);
void second_storms(void);
void second_sleeps(void);

static volatile unsigned taken;

static void count_interrupts(struct frame *frame, uint64_t cause, uint64_t value)
{
	if (!(cause & SCAUSE_INTERRUPT))
		trap_fatal(frame, cause, value);
	taken++;
	csr_clear(CSR_SIP, SSIP);
	if ((cause & 0xff) == 5 && taken >= TIMERS)
		csr_clear(CSR_SIE, STIP);
}

void case_ipis(void)
{
	trap_set_handler(count_interrupts);
	csr_write(CSR_SIE, SSIP);
	csr_set(CSR_SSTATUS, SSTATUS_SIE);
	for (unsigned i = 0; i < IPIS; i++)
		sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, i & 1 ? 1 : 0, i & 1 ? machine.hart : ALL,
			 0);
	csr_clear(CSR_SSTATUS, SSTATUS_SIE);
	print("%u IPIs, %u taken\n", IPIS, taken);
	if (!taken)
		attempt_wrong("no IPI was taken", 0, 0);
}

/* A deadline that is always past, by the SBI and by stimecmp; the handler never clears it. */
void case_timers(void)
{
	for (unsigned i = 0; i < TIMERS; i++)
		sbi_call(SBI_EXT_TIME, SBI_TIME_SET_TIMER, i & 1 ? 0 : ALL, 0, 0);
	trap_set_handler(count_interrupts);
	timer_set(0);
	csr_write(CSR_SIE, STIP);
	csr_set(CSR_SSTATUS, SSTATUS_SIE);
	for (uint64_t end = timer_now() + 30 * machine.timebase; taken < TIMERS;)
		if (timer_now() > end)
			break;
	csr_clear(CSR_SSTATUS, SSTATUS_SIE);
	print("%u timer interrupts\n", taken);
	if (taken < TIMERS)
		attempt_wrong("timer interrupts are missing", taken, 0);
}

static struct sbi_result start_second(void (*code)(void), uint64_t argument)
{
	return sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, SECOND, (unsigned long)code, argument);
}

static uint64_t second_state(void)
{
	return sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, SECOND, 0, 0).value;
}

static bool wait_stopped(void)
{
	uint64_t end = timer_now() + 30 * machine.timebase;

	while (second_state() != SBI_HSM_STATE_STOPPED)
		if (timer_now() > end)
			return false;
	return true;
}

/* Starting a vCPU over and over, also while it starts or stops. */
void case_harts(void)
{
	unsigned started = 0;

	for (unsigned i = 0; i < HART_STARTS; i++) {
		started += start_second(second_quits, i).error == SBI_SUCCESS;
		start_second(second_quits, i);
		sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 0, ALL, 0);
		if (!wait_stopped()) {
			attempt_wrong("the second vCPU does not stop", i, second_state());
			return;
		}
	}
	print("%u starts\n", started);
	if (started != HART_STARTS)
		attempt_wrong("some starts failed", started, HART_STARTS);
}

/* Two vCPUs that send IPIs and remote fences to each other and themselves. */
void case_both(void)
{
	if (start_second(second_storms, BOTH).error)
		attempt_wrong("the second vCPU does not start", 0, 0);
	for (unsigned i = 0; i < BOTH; i++) {
		sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 0, ALL, 0);
		sbi_call(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 0, ALL, 0);
		sbi_call(SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA, 0, ALL, attempt_random());
		csr_clear(CSR_SIP, SSIP);
	}
	if (!wait_stopped())
		attempt_wrong("the second vCPU does not stop", second_state(), 0);
}

/* Offsets for entry.S: a vCPU that sleeps. */
static struct {
	volatile uint64_t woken;
	volatile uint64_t stop;
	volatile uint64_t type;
} sleeper;

static bool wake_second(void)
{
	uint64_t before = sleeper.woken, end = timer_now() + 30 * machine.timebase;

	sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 1, SECOND, 0);
	while (sleeper.woken == before)
		if (timer_now() > end)
			return false;
	return sleeper.woken == before + 1;
}

/* A vCPU that is about to suspend itself, or has, while an IPI comes: each wakes it, once. */
void case_wakes(void)
{
	if (start_second(second_sleeps, (unsigned long)&sleeper).error)
		attempt_wrong("the second vCPU does not start", 0, 0);
	/* An IPI before it runs would be lost, as on any machine. */
	while (second_state() != SBI_HSM_STATE_SUSPENDED)
		;
	for (unsigned i = 0; i < WAKES; i++) {
		sleeper.type = i & 1 ? SBI_HSM_SUSPEND_NON_RETENTIVE : SBI_HSM_SUSPEND_RETENTIVE;
		if (!wake_second()) {
			attempt_wrong("an IPI was lost", i, sleeper.woken);
			return;
		}
	}
	sleeper.stop = 1;
	sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 1, SECOND, 0);
	if (!wait_stopped())
		attempt_wrong("the second vCPU does not stop", second_state(), 0);
}

static void count_and_leave(void *context)
{
	volatile uint32_t *rtc = context;

	if (++taken >= LEVELS) {
		rtc[RTC_CLEAR] = 1;
		rtc[RTC_IRQ] = 0;
	}
}

static void dispatch(struct frame *frame, uint64_t cause, uint64_t value)
{
	if (!(cause & SCAUSE_INTERRUPT))
		trap_fatal(frame, cause, value);
	intc_dispatch();
}

/* A device's interrupt that is taken and never answered, so that it comes again at once. */
void case_irqs(void)
{
	int node = dt_compatible(machine.tree, DT_NONE, "google,goldfish-rtc");
	const char *wrong = "no clock";
	uint64_t base, size, end = timer_now() + 30 * machine.timebase;
	volatile uint32_t *rtc;

	if (node != DT_NONE && dt_reg(machine.tree, node, 0, &base, &size))
		wrong = intc_attach(node, count_and_leave, (void *)base);
	if (wrong)
		trap_panic("hostile: %s", wrong);
	rtc = (volatile uint32_t *)base;
	trap_set_handler(dispatch);
	csr_write(CSR_SIE, SEIE);
	csr_set(CSR_SSTATUS, SSTATUS_SIE);
	rtc[RTC_IRQ] = 1;
	rtc[RTC_ALARM_HIGH] = 0;
	rtc[RTC_ALARM] = 0;
	while (taken < LEVELS && timer_now() < end)
		;
	csr_clear(CSR_SSTATUS, SSTATUS_SIE);
	print("%u interrupts by %s\n", taken, intc_name());
	if (taken < LEVELS)
		attempt_wrong("interrupts are missing", taken, intc_spurious());
}

/* Whole buffers and single bytes. */
void case_flood(void)
{
	char *text = (char *)SCRATCH;
	unsigned long left = FLOOD;

	for (unsigned i = 0; i < SCRATCH_SIZE; i++)
		text[i] = i % 80 == 79 ? '\n' : (char)('a' + i % 26);
	while (left) {
		unsigned long size = left < SCRATCH_SIZE ? left : SCRATCH_SIZE;
		struct sbi_result r =
			sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, size, SCRATCH, 0);

		if (r.error) {
			attempt_wrong("console write", (uint64_t)r.error, r.value);
			return;
		}
		left -= r.value < left ? r.value : left;
	}
	for (unsigned i = 0; i < 4096; i++)
		sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, i % 64 == 63 ? '\n' : '#', 0,
			 0);
}

/* All that a terminal would obey, and a line in another's name. */
void case_terminal(void)
{
	static const char *const sequences[] = {
		"\033[2J", "\033[1;1H",        "\033[A",      "\033[6n", "\033c",
		"\033(0",  "\033]0;title\007", "\033[?1049h", "\x0e",    "\b\b\b\b\b\b\b\b\b\b\b\b",
	};

	for (unsigned i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		print("%s[freertos] forged\n", sequences[i]);
}
