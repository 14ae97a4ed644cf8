// SPDX-License-Identifier: Apache-2.0
/*
 * Leaves everything that it may write at its worst and reboots, twice; and finds each time
 * nothing of it. Its clock alone outlives it, so that counts its lives.
 */
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define LIVES         3
#define ENDS          24
#define CSRR_A0       0x00002573 /* csrr a0, CSR */
#define CSRW_A1       0x00059073 /* csrw CSR, a1 */
#define RTC_HIGH      1          /* words of the clock */
#define RTC_ALARM     2
#define RTC_IRQ       4
#define VIRTIO_STATUS 28      /* a word, too */
#define MAGIC         0x5e00u /* in the clock's upper half, above the life's number */

#define EIDELIVERY   0x70
#define EITHRESHOLD  0x72
#define EIP          0x80
#define EIE          0xc0
#define FILE_WORDS   8 /* registers of either kind, a word of 64 bits in each second one */
#define FWFT_LOCK    1
#define FWFT_LAST    5
#define PMU_CONFIG   2
#define PMU_STOP     4
#define PMU_CYCLES   1 /* the event */
#define PMU_AUTO     4 /* start at once */
#define INTERRUPTS   0x222
#define FP_SIGNALLED 0xff

/* entry.S */
void second_reboots(void);

static volatile uint32_t *device(const char *compatible)
{
	uint64_t base, size;
	int node = dt_compatible(machine.tree, DT_NONE, compatible);

	if (node == DT_NONE || !dt_reg(machine.tree, node, 0, &base, &size))
		return NULL;
	return (volatile uint32_t *)base;
}

static uint64_t csr_access(uint32_t instruction, unsigned csr, uint64_t value, uint64_t *result)
{
	const uint32_t word = instruction | csr << 20;
	struct attempt attempt;

	attempt_fill(&attempt, value, false);
	attempt_code(&attempt, &word, 1);
	attempt_run(&attempt);
	*result = attempt.result;
	return attempt.cause;
}

/*
 * Those that attempts and this program's start change, counters, and what is never 0: QEMU 10
 * shows the overflow bits of counters that hcounteren keeps from the guest, and the firmware
 * sets them all.
 */
static bool is_exempt(unsigned csr)
{
	return csr == CSR_SCOUNTOVF || csr == CSR_SSTATUS || csr == CSR_STVEC || csr == CSR_SEPC ||
	       csr == CSR_SCAUSE || csr == CSR_STVAL || csr == CSR_STIMECMP ||
	       (csr >= 0xc00 && csr <= 0xc22);
}

/* Every CSR of U- and S-mode that can be read is 0. */
static void check_csrs(void)
{
	uint64_t value;

	for (unsigned csr = 0; csr < 4096; csr++) {
		if ((csr >> 8 & 3) > 1 || is_exempt(csr))
			continue;
		if (csr_access(CSRR_A0, csr, 0, &value) == CAUSE_BREAKPOINT && value)
			attempt_wrong("a CSR has an earlier life's value", csr, value);
	}
	if (machine.sstc && csr_read(CSR_STIMECMP) != UINT64_MAX)
		attempt_wrong("a timer is set", csr_read(CSR_STIMECMP), 0);
}

static uint64_t any_of_fp(void)
{
	uint64_t all = 0, one;

#define ADD(n)                                        \
	asm volatile("fmv.x.d %0, f" #n : "=r"(one)); \
	all |= one
	ADD(0);
	ADD(1);
	ADD(7);
	ADD(8);
	ADD(15);
	ADD(16);
	ADD(23);
	ADD(24);
	ADD(31);
#undef ADD
	return all;
}

static void fill_fp(void)
{
	asm volatile("li t0, -1\n"
		     ".irp n, 0, 1, 7, 8, 15, 16, 23, 24, 31\n"
		     "fmv.d.x f\\n, t0\n"
		     ".endr\n" ::
			     : "t0");
	csr_write(CSR_FCSR, FP_SIGNALLED);
}

static bool has_file(void)
{
	return dt_compatible(machine.tree, DT_NONE, "riscv,imsics") != DT_NONE;
}

static uint64_t file_swap(uint64_t reg, uint64_t value)
{
	csr_write(CSR_SISELECT, reg);
	return csr_swap(CSR_SIREG, value);
}

/* The interrupt file is empty, and is made full. */
static void use_file(void)
{
	if (file_swap(EIDELIVERY, 0) || file_swap(EITHRESHOLD, 1))
		attempt_wrong("the interrupt file delivers", 0, 0);
	for (unsigned i = 0; i < FILE_WORDS; i += 2) {
		uint64_t pending = file_swap(EIP + i, UINT64_MAX);
		uint64_t enabled = file_swap(EIE + i, UINT64_MAX);

		if (pending || enabled)
			attempt_wrong("the interrupt file has something", pending, enabled);
	}
	file_swap(EIDELIVERY, 1);
}

/* Whatever the firmware features are, they are off and not locked; then on and locked. */
static void use_features(void)
{
	for (unsigned feature = 1; feature <= FWFT_LAST; feature++) {
		struct sbi_result r = sbi_call(SBI_EXT_FWFT, SBI_FWFT_GET, feature, 0, 0);

		if (!r.error && r.value)
			attempt_wrong("a firmware feature is on", feature, r.value);
		/* Landing pads and shadow stacks would be the end of this program. */
		if (r.error || feature == 1 || feature == 2)
			continue;
		if (sbi_call(SBI_EXT_FWFT, SBI_FWFT_SET, feature, 1, FWFT_LOCK).error)
			attempt_wrong("a firmware feature is locked", feature, 0);
	}
}

static bool cycles_run(void)
{
	uint64_t before = csr_read(CSR_CYCLE);

	for (unsigned i = 0; i < 1000; i++)
		asm volatile("");
	return csr_read(CSR_CYCLE) != before;
}

/* The counter of cycles runs; then it is configured, started from 0 and stopped. */
static void use_counters(void)
{
	register unsigned long a0 asm("a0") = 0, a1 asm("a1") = 1, a2 asm("a2") = PMU_AUTO;
	register unsigned long a3 asm("a3") = PMU_CYCLES, a4 asm("a4") = 0;
	register unsigned long a6 asm("a6") = PMU_CONFIG, a7 asm("a7") = SBI_EXT_PMU;

	if (!cycles_run())
		attempt_wrong("the counter of cycles stands still", csr_read(CSR_CYCLE), 0);
	asm volatile("ecall"
		     : "+r"(a0), "+r"(a1)
		     : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7)
		     : "memory");
	sbi_call(SBI_EXT_PMU, PMU_STOP, 0, 1, 0);
}

static void leave_pending(volatile uint32_t *rtc)
{
	volatile uint8_t *uart = (volatile uint8_t *)device("ns16550a");
	volatile uint32_t *virtio = device("virtio,mmio");

	if (virtio)
		virtio[VIRTIO_STATUS] = 3; /* a driver is there */

	rtc[RTC_ALARM] = 0;
	rtc[RTC_IRQ] = 1;
	uart[1] = 0xf;
	uart[7] = 0xaa;
	uart[3] = 0x80;
	sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 0, UINT64_MAX, 0);
	sbi_call(SBI_EXT_TIME, SBI_TIME_SET_TIMER, 0, 0, 0);
	csr_write(CSR_SIE, INTERRUPTS);
}

static void check_devices(volatile uint32_t *rtc)
{
	volatile uint8_t *uart = (volatile uint8_t *)device("ns16550a");
	volatile uint32_t *virtio = device("virtio,mmio");

	if (virtio && virtio[VIRTIO_STATUS])
		attempt_wrong("a virtio device was not reset", virtio[VIRTIO_STATUS], 0);

	if (rtc[RTC_IRQ])
		attempt_wrong("the clock interrupts", rtc[RTC_IRQ], 0);
	if (uart[1] || uart[3] || uart[7])
		attempt_wrong("the UART is set up", uart[1], uart[3]);
}

/* Which life this is, of those that the clock counts, from 1 on. */
static uint32_t life_of(volatile uint32_t *rtc)
{
	uint32_t life;

	(void)rtc[0];
	life = rtc[RTC_HIGH];
	return life >> 16 == MAGIC ? life >> 8 & 0xff : 1;
}

static void count_life(volatile uint32_t *rtc, uint32_t life)
{
	rtc[RTC_HIGH] = MAGIC << 16 | (life + 1) << 8;
}

/*
 * Both vCPUs end the guest at the same time, one of them perhaps before it has quite begun; and
 * that again and again, a little later each time. The guest comes to its last life.
 */
void case_ends(void)
{
	volatile uint32_t *rtc = device("google,goldfish-rtc");
	uint32_t life = life_of(rtc);
	uint64_t until;

	if (life == ENDS)
		return;
	count_life(rtc, life);
	if (sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, 1, (unsigned long)second_reboots, 0).error)
		attempt_wrong("the second vCPU does not start", life, 0);
	until = timer_now() + life * machine.timebase / 50000;
	while (timer_now() < until)
		;
	sbi_reboot();
}

void case_lives(void)
{
	volatile uint32_t *rtc = device("google,goldfish-rtc");
	uint64_t unused;
	uint32_t life;

	if (any_of_fp())
		attempt_wrong("FP registers have an earlier life's values", any_of_fp(), 0);
	check_csrs();
	check_devices(rtc);
	life = life_of(rtc);
	print("life %u\n", life);
	use_counters();
	use_features();
	if (has_file())
		use_file();
	if (life == LIVES || attempt_wrongs())
		return;
	count_life(rtc, life);
	case_csrs();
	for (unsigned csr = 0; csr < 0x600; csr++) {
		if ((csr >> 8 & 3) <= 1 && csr != CSR_SATP && csr != CSR_STVEC)
			csr_access(CSRW_A1, csr, UINT64_MAX, &unused);
	}
	fill_fp();
	leave_pending(rtc);
	sbi_reboot();
}
