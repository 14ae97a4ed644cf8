// SPDX-License-Identifier: Apache-2.0
/*
 * Two vCPUs against Bulkhead: while it answers one's fault, the other takes away the page of
 * the instruction that it must fetch for that, or changes what the call at hand points to.
 */
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define SATP_SV39 (UINT64_C(8) << 60)
#define LEAF_BITS 0xcf
#define TABLE     1
#define GIB       (UINT64_C(1) << 30)
#define ALIAS     (15 * GIB) /* of the page with the code */
#define SECOND    1u
#define TRIES     20000
#define VLE8      0x02050007 /* vle8.v v0, (a0): no machine tells Bulkhead what it is */
#define LB        0x00050583 /* lb a1, (a0) */

/* Offsets for entry.S: what the second vCPU writes in turn, until stop is not 0. */
static struct {
	volatile uint64_t *word;
	uint64_t values[4];
	volatile uint64_t stop;
} race;

/* entry.S */
void second_races(void);

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));
static uint64_t leaves[512] __attribute__((aligned(4096)));

static uint64_t pte(uint64_t address, uint64_t bits)
{
	return address >> 12 << 10 | bits;
}

static uint64_t second_state(void)
{
	return sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, SECOND, 0, 0).value;
}

static void begin(volatile uint64_t *word, const uint64_t values[4])
{
	race.word = word;
	race.stop = 0;
	for (unsigned i = 0; i < 4; i++)
		race.values[i] = values[i];
	if (sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, SECOND, (unsigned long)second_races,
		     (unsigned long)&race)
		    .error)
		attempt_wrong("the second vCPU does not start", 0, 0);
}

static void end(void)
{
	uint64_t until = timer_now() + 30 * machine.timebase;

	race.stop = 1;
	while (second_state() != SBI_HSM_STATE_STOPPED)
		if (timer_now() > until) {
			attempt_wrong("the second vCPU does not stop", second_state(), 0);
			return;
		}
}

/* What the page's absence, or the access itself, may become. */
static bool is_expected(uint64_t cause)
{
	return cause == CAUSE_FETCH_PAGE || cause == CAUSE_FETCH_ACCESS ||
	       cause == CAUSE_LOAD_ACCESS || cause == CAUSE_ILLEGAL || cause == CAUSE_BREAKPOINT;
}

static void race_for_code(uint64_t device)
{
	unsigned counts[16] = { 0 };
	struct attempt attempt;

	for (unsigned i = 0; i < TRIES; i++) {
		const uint32_t word = i & 1 ? VLE8 : LB;

		attempt_fill(&attempt, i & 2 ? NOWHERE % GIB + 0x12345000 : device, false);
		attempt_code(&attempt, &word, 1);
		attempt.x[0] = ALIAS | (attempt.x[0] & 0xfff);
		attempt_run(&attempt);
		if (is_expected(attempt.cause))
			counts[attempt.cause]++;
		else
			attempt_wrong("a race became", attempt.cause, attempt.value);
	}
	print("fetch faults %u and %u, load faults %u, done %u\n", counts[CAUSE_FETCH_PAGE],
	      counts[CAUSE_FETCH_ACCESS], counts[CAUSE_LOAD_ACCESS], counts[CAUSE_BREAKPOINT]);
}

/* The call's range is sound when it is made; the bytes, and their meaning, change meanwhile. */
static void race_for_memory(void)
{
	for (unsigned i = 0; i < TRIES / 4; i++) {
		struct sbi_result mask =
			sbi_call(SBI_EXT_LEGACY_SEND_IPI, 0, (unsigned long)root, 0, 0);

		if (mask.error && mask.error != SBI_ERR_INVALID_PARAM)
			attempt_wrong("legacy IPI", (uint64_t)mask.error, 0);
		csr_clear(CSR_SIP, 2);
	}
}

void case_races(void)
{
	struct attempt probe;
	uint64_t base = 0x10000000, size, code;
	int uart = dt_compatible(machine.tree, DT_NONE, "ns16550a");
	const uint32_t nothing = LB;

	if (uart != DT_NONE)
		dt_reg(machine.tree, uart, 0, &base, &size);
	attempt_code(&probe, &nothing, 1);
	code = probe.x[0];
	root[0] = pte(0, LEAF_BITS);
	root[3] = pte(3 * GIB, LEAF_BITS);
	root[ALIAS / GIB] = pte((uint64_t)middle, TABLE);
	middle[0] = pte((uint64_t)leaves, TABLE);
	leaves[0] = pte(code, LEAF_BITS);
	csr_write(CSR_SATP, SATP_SV39 | (uint64_t)root >> 12);
	asm volatile("sfence.vma" : : : "memory");
	csr_set(CSR_SSTATUS, SSTATUS_VS);
	begin(&leaves[0], (const uint64_t[]){ pte(code, LEAF_BITS), 0, pte(code, LEAF_BITS),
					      pte(NOWHERE, LEAF_BITS) });
	race_for_code(base + 5);
	end();
	csr_write(CSR_SATP, 0);
	asm volatile("sfence.vma" : : : "memory");
	begin(&root[0], (const uint64_t[]){ 1, 3, UINT64_MAX, 0 });
	race_for_memory();
	end();
}
