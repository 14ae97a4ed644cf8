/* SPDX-License-Identifier: Apache-2.0 */
// sources: vcpu/decode.c vcpu/decode_address.c
/*
 * Any instruction and any htinst: results are sound and consistent, and an
 * instruction decodes the same when hardware hands it over transformed.
 * Input: groups of eight bytes, each taken as an instruction and as htinst.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "vcpu/decode_address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool sound)
{
	if (!sound)
		abort();
}

static void check_result(const struct decode *d, int result)
{
	check((result == 0) == (d->kind != DECODE_UNSUPPORTED));
	check(d->kind <= DECODE_AMO && d->amo <= DECODE_AMO_CAS);
	check(d->rd < 32 && d->rs2 < 32);
	check(d->length == 2 || d->length == 4);
	check(result != 0 || (d->width >= 1 && d->width <= 16 && !(d->width & (d->width - 1))));
	check(result == 0 || (d->width == 0 && d->rd == 0 && d->rs2 == 0));
}

/* What hardware puts in htinst for a 32-bit instruction that was decoded. */
static uint32_t transform(uint32_t word, const struct decode *d)
{
	if (d->kind == DECODE_LOAD || d->kind == DECODE_FP_LOAD)
		word &= (uint32_t)~GENMASK(31, 20);
	if (d->kind == DECODE_STORE || d->kind == DECODE_FP_STORE)
		word &= ~(uint32_t)(GENMASK(31, 25) | GENMASK(11, 7));
	return word & (uint32_t)~GENMASK(19, 15);
}

static bool is_same(const struct decode *a, const struct decode *b)
{
	return a->kind == b->kind && a->amo == b->amo && a->width == b->width &&
	       a->sign_extend == b->sign_extend && a->rd == b->rd && a->rs2 == b->rs2;
}

static void try_word(uint64_t word)
{
	static const uint64_t gpr[32];
	struct decode d, t;
	int result = decode_instruction((uint32_t)word, &d);

	check_result(&d, result);
	check(d.length == decode_length((uint16_t)word));
	check(decode_address((uint32_t)word, gpr) < PAGE_SIZE);
	decode_extend(&d, word);
	if (d.kind == DECODE_AMO)
		check(d.width == 8 || decode_amo(&d, word, ~word, word) < BIT(8 * d.width));
	if (result == 0 && d.length == 4) {
		check(decode_htinst(transform((uint32_t)word, &d), &t) == 0);
		check(is_same(&d, &t));
	}
	result = decode_htinst(word, &d);
	check(result == 0 || result == -ENOENT || result == -ENOTSUP);
	check_result(&d, result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (; size >= 8; data += 8, size -= 8) {
		uint64_t word;

		memcpy(&word, data, sizeof(word));
		try_word(word);
		try_word(word & UINT32_MAX);
	}
	return 0;
}
