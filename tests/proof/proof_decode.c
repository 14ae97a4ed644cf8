/* SPDX-License-Identifier: Apache-2.0 */
// sources: vcpu/decode.c
// cbmc: --unwind 18
/*
 * The decoder for every 32-bit instruction and every 64-bit htinst: it reads
 * nothing out of bounds, its result is sound, and a 32-bit instruction that it
 * takes means the same when the hardware hands it over transformed.
 */
#include <assert.h>
#include <errno.h>

#include "hv/bits.h"
#include "vcpu/decode.h"

uint64_t nondet_u64(void);
uint32_t nondet_u32(void);

static void assert_sound(const struct decode *d, int result)
{
	assert((result == 0) == (d->kind != DECODE_UNSUPPORTED));
	assert(d->length == 2 || d->length == 4);
	assert(d->rd < 32 && d->rs2 < 32);
	if (result == 0)
		assert(d->width == 1 || d->width == 2 || d->width == 4 || d->width == 8 ||
		       (d->width == 16 &&
			(d->kind == DECODE_FP_LOAD || d->kind == DECODE_FP_STORE)));
	else
		assert(d->width == 0 && d->rd == 0 && d->rs2 == 0);
}

static void prove_instruction(void)
{
	struct decode d;
	uint32_t word = nondet_u32();
	int result = decode_instruction(word, &d);

	assert(result == 0 || result == -ENOTSUP);
	assert(d.length == decode_length((uint16_t)word));
	assert_sound(&d, result);
}

static void prove_htinst(void)
{
	struct decode d, t;
	uint64_t htinst = nondet_u64();
	uint32_t word = nondet_u32();
	int result = decode_htinst(htinst, &d);

	assert(result == 0 || result == -ENOENT || result == -ENOTSUP);
	assert_sound(&d, result);
	__CPROVER_assume((word & 3) == 3);
	if (decode_instruction(word, &d) == 0) {
		assert(decode_htinst(word & ~(uint32_t)GENMASK(19, 15), &t) == 0);
		assert(t.kind == d.kind && t.width == d.width && t.rd == d.rd && t.rs2 == d.rs2);
	}
}

static void prove_values(void)
{
	struct decode d;
	uint64_t value = nondet_u64();
	uint64_t result;

	__CPROVER_assume(decode_instruction(nondet_u32(), &d) == 0 && d.width < 8);
	result = decode_extend(&d, value);
	assert((result ^ value) << (64 - 8 * d.width) == 0);
	if (d.sign_extend)
		assert((int64_t)result < (INT64_C(1) << (8 * d.width - 1)) &&
		       (int64_t)result >= -(INT64_C(1) << (8 * d.width - 1)));
	else
		assert(result < BIT(8 * d.width));
	assert(decode_amo(&d, value, nondet_u64(), nondet_u64()) < BIT(8 * d.width));
}

int main(void)
{
	prove_instruction();
	prove_htinst();
	prove_values();
	return 0;
}
