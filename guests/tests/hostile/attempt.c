// SPDX-License-Identifier: Apache-2.0
/* What C has to do with attempts: the code's place, registers, and counting. */
#include "guests/tests/hostile/attempt.h"

#include <stddef.h>

#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/timer.h"

_Static_assert(offsetof(struct attempt, user) == 256, "entry.S");
_Static_assert(offsetof(struct attempt, cause) == 272, "entry.S");
_Static_assert(offsetof(struct attempt, result) == 296, "entry.S");

#define FIELD       UINT64_C(0xc0800000)
#define FIELD_SIZE  UINT64_C(0x400000)
#define CODE        (FIELD + FIELD_SIZE / 2)
#define EBREAK      0x00100073
#define C_EBREAK    0x9002
#define STIE        (UINT64_C(1) << 5)
#define WRONG_SHOWN 10

/* entry.S */
void attempt_enter(struct attempt *attempt);

static uint64_t state = 1;
static unsigned wrongs;

void attempt_init(void)
{
	uint16_t *field = (uint16_t *)FIELD;

	for (uint64_t i = 0; i < FIELD_SIZE / sizeof(*field); i++)
		field[i] = C_EBREAK;
}

void attempt_fill(struct attempt *attempt, uint64_t value, bool user)
{
	for (unsigned i = 1; i < 32; i++)
		attempt->x[i] = value;
	attempt->user = user;
	attempt->escape = false;
}

void attempt_code(struct attempt *attempt, const uint32_t *words, unsigned count)
{
	uint32_t *code = (uint32_t *)CODE;

	for (unsigned i = 0; i < count; i++)
		code[i] = words[i];
	code[count] = EBREAK;
	attempt->x[0] = CODE;
}

void attempt_half(struct attempt *attempt, uint16_t half)
{
	uint16_t *code = (uint16_t *)CODE;

	code[0] = half;
	code[1] = C_EBREAK;
	attempt->x[0] = CODE;
}

/* Xorshift, as Marsaglia gives it for 64 bits. */
uint64_t attempt_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

void attempt_seed(uint64_t seed)
{
	state = seed ? seed : 1;
}

void attempt_run(struct attempt *attempt)
{
	csr_write(CSR_SIE, 0);
	if (attempt->escape) {
		timer_set(timer_now() + machine.timebase / 500);
		csr_write(CSR_SIE, STIE);
	}
	attempt_enter(attempt);
}

void attempt_wrong(const char *what, uint64_t a, uint64_t b)
{
	if (wrongs++ < WRONG_SHOWN)
		print("WRONG %s: 0x%lx, 0x%lx\n", what, a, b);
}

unsigned attempt_wrongs(void)
{
	return wrongs;
}
