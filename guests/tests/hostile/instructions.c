// SPDX-License-Identifier: Apache-2.0
/*
 * Instructions that a guest has no right to, or that mean nothing: every CSR, every
 * privileged and memory-ordering encoding, every one of 16 bits, and random ones of 32,
 * with all registers pointing to nowhere, to a device, or over the memory's end.
 */
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define OPCODE_SYSTEM 0x73
#define OPCODE_FENCE  0x0f
#define ECALL         0x00000073
#define WFI           0x10500073
#define CSRRW_A0_A1   0x00059573 /* csrrw a0, CSR, a1 */
#define CSRRW_A0      0x00051073 /* csrrw zero, CSR, a0 */
#define CSRR_A0       0x00002573 /* csrr a0, CSR */

#define RANDOM_TRIES 30000

/* Where registers point. */
static uint64_t aims[4];

static void find_aims(void)
{
	uint64_t size;
	int plic = dt_compatible(machine.tree, DT_NONE, "riscv,plic0");

	aims[0] = NOWHERE;
	aims[1] = SCRATCH + SCRATCH_SIZE / 2;
	aims[2] = machine.memory_base + machine.memory_size - 4;
	aims[3] = NOWHERE;
	if (plic != DT_NONE)
		dt_reg(machine.tree, plic, 0, &aims[3], &size);
}

/* Again when the machine was so slow that the escape came first; a loop is left alone then. */
static uint64_t run(struct attempt *attempt)
{
	attempt->escape = true;
	for (unsigned i = 0; i < 3; i++) {
		attempt_run(attempt);
		if (!(attempt->cause & SCAUSE_INTERRUPT))
			break;
	}
	return attempt->cause;
}

static uint64_t try_word(uint32_t word, unsigned aim, bool user)
{
	struct attempt attempt;

	attempt_fill(&attempt, aims[aim], user);
	attempt_code(&attempt, &word, 1);
	return run(&attempt);
}

static uint64_t try_read(unsigned csr, bool user)
{
	return try_word(CSRR_A0 | csr << 20, 0, user);
}

/* Writes a value and what was there before. */
static uint64_t try_write(unsigned csr, uint64_t value)
{
	const uint32_t words[] = { CSRRW_A0_A1 | csr << 20, CSRRW_A0 | csr << 20 };
	struct attempt attempt;

	attempt_fill(&attempt, value, false);
	attempt_code(&attempt, words, 2);
	attempt_run(&attempt);
	return attempt.cause;
}

/* Bits 9 and 8 of a CSR's number: the least privilege that may use it; 2 is the hypervisor's. */
static unsigned privilege(unsigned csr)
{
	return csr >> 8 & 3;
}

static void check_refused(const char *what, unsigned csr, uint64_t cause)
{
	if (cause != CAUSE_ILLEGAL)
		attempt_wrong(what, csr, cause);
}

void case_csrs(void)
{
	unsigned readable = 0;

	find_aims();
	for (unsigned csr = 0; csr < 4096; csr++) {
		uint64_t cause = try_read(csr, false);

		readable += cause == CAUSE_BREAKPOINT;
		if (privilege(csr) >= 2)
			check_refused("a CSR above S-mode was read", csr, cause);
		if (privilege(csr) >= 1)
			check_refused("a CSR above U-mode was read there", csr,
				      try_read(csr, true));
		/* Another address space would end this program; case_paging tries that. */
		if (csr == CSR_SATP)
			continue;
		for (unsigned i = 0; i < 4; i++) {
			cause = try_write(csr, i == 0 ? UINT64_MAX : i == 1 ? 0 : attempt_random());
			if (privilege(csr) >= 2)
				check_refused("a CSR above S-mode was written", csr, cause);
		}
	}
	print("%u CSRs can be read\n", readable);
}

/* All of funct7 and rs2 of the privileged instructions and the hypervisor's loads and stores. */
static void privileged(unsigned aim, bool user)
{
	for (uint32_t code = 0; code < 4096; code++) {
		uint32_t word = code << 20 | OPCODE_SYSTEM;

		if (word == ECALL)
			continue;
		try_word(word, aim, user);
		try_word(word | 10 << 15, aim, user);
		try_word(word | 10 << 15 | 4 << 12, aim, user);
		try_word(word | 10 << 15 | 4 << 12 | 11 << 7, aim, user);
	}
}

static void ordering(unsigned aim, bool user)
{
	for (uint32_t code = 0; code < 4096; code++)
		for (uint32_t function = 0; function < 8; function++)
			try_word(code << 20 | 10 << 15 | function << 12 | OPCODE_FENCE, aim, user);
}

static void check_illegal(const char *what, uint32_t word)
{
	uint64_t cause = try_word(word, 1, false);

	if (cause != CAUSE_ILLEGAL)
		attempt_wrong(what, word, cause);
}

void case_system(void)
{
	find_aims();
	for (unsigned aim = 0; aim < 4; aim++) {
		privileged(aim, false);
		ordering(aim, false);
	}
	privileged(0, true);
	ordering(0, true);
	check_illegal("mret", 0x30200073);
	check_illegal("hfence.vvma", 0x22000073);
	check_illegal("hfence.gvma", 0x62000073);
	check_illegal("hinval.vvma", 0x26000073);
	check_illegal("hinval.gvma", 0x66000073);
	check_illegal("hlv.d", 0x6c0545f3);
	check_illegal("hlvx.hu", 0x643545f3);
	check_illegal("hsv.d", 0x6eb54073);
	try_word(WFI, 0, false);
}

/* The environment call has no short form, so none of these leaves this program. */
void case_compressed(void)
{
	struct attempt attempt;

	find_aims();
	for (uint32_t half = 0; half < 0x10000; half++) {
		if ((half & 3) == 3)
			continue;
		attempt_fill(&attempt, aims[half >> 2 & 3], half & 0x10);
		attempt_half(&attempt, (uint16_t)half);
		run(&attempt);
	}
}

/* True for what this program does not survive by itself: a call, and CSRs that hold it together. */
static bool is_exempt(uint32_t word)
{
	uint32_t csr = word >> 20;

	if ((word & 0x7f) != OPCODE_SYSTEM)
		return false;
	if (!(word & 0x7000))
		return word == ECALL;
	return csr == CSR_SATP || csr == CSR_STVEC;
}

void case_random(void)
{
	find_aims();
	for (unsigned vector = 0; vector < 2; vector++) {
		/* With the vector unit off, and then on where there is one. */
		if (vector)
			csr_set(CSR_SSTATUS, SSTATUS_VS);
		else
			csr_clear(CSR_SSTATUS, SSTATUS_VS | SSTATUS_FS);
		for (unsigned i = 0; i < RANDOM_TRIES; i++) {
			uint64_t r = attempt_random();
			uint32_t word = (uint32_t)r | 3;

			if (!is_exempt(word))
				try_word(word, r >> 32 & 3, r >> 34 & 1);
		}
		csr_set(CSR_SSTATUS, SSTATUS_FS);
	}
}
