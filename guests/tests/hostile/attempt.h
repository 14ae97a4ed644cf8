/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An attempt: some instructions run with every register chosen, until they trap. What
 * they do to registers, status and trap vector is undone, so that anything may be tried
 * that leaves this program's memory and address space alone.
 */
#ifndef GUESTS_TESTS_HOSTILE_ATTEMPT_H
#define GUESTS_TESTS_HOSTILE_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

/* Offsets for entry.S, checked in attempt.c. */
struct attempt {
	uint64_t x[32];  /* registers at the beginning; x[0] is the pc */
	uint64_t user;   /* not 0: in U-mode */
	uint64_t escape; /* not 0: a timer ends it if it does not trap, after 2 ms or so */
	uint64_t cause, value, pc; /* of the trap that ended it */
	uint64_t result;           /* a0 at that trap */
};

/* An address at which this guest has nothing. */
#define NOWHERE UINT64_C(0x4000000000)

/* This guest's memory, and a part of it that nothing else uses. */
#define SCRATCH      UINT64_C(0xc0d00000)
#define SCRATCH_SIZE UINT64_C(0x10000)

/*
 * Fills what surrounds the place where attempts run, further than a jump reaches, with
 * ebreak, so that each ends. Comes before the first attempt.
 */
void attempt_init(void);

/* Sets every register to the value and the pc to code (see attempt_code). */
void attempt_fill(struct attempt *attempt, uint64_t value, bool user);

/*
 * Puts up to four instructions of 32 bits into place, an ebreak behind them, and has
 * the attempt begin there.
 */
void attempt_code(struct attempt *attempt, const uint32_t *words, unsigned count);

/* The same for one instruction of 16 bits. */
void attempt_half(struct attempt *attempt, uint16_t half);

/* Runs it, and leaves in attempt what the trap told. Interrupts are off but for the escape. */
void attempt_run(struct attempt *attempt);

/* A pseudo-random number; the same sequence in every run with the same seed. */
uint64_t attempt_random(void);
void attempt_seed(uint64_t seed);

/* Counts what was not as it must be, and prints the first few of it. */
void attempt_wrong(const char *what, uint64_t a, uint64_t b);
unsigned attempt_wrongs(void);

#endif
