/* SPDX-License-Identifier: Apache-2.0 */
// sources: vcpu/decode_address.c
/* Addresses of loads and stores against words that an assembler made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hv/bits.h"
#include "vcpu/decode_address.h"

struct row {
	uint32_t word;
	unsigned int base; /* register */
	int offset;
};

static const struct row rows[] = {
	{ 0xfff10083, 2, -1 },    /* lb x1,-1(x2) */
	{ 0x7ff43383, 8, 2047 },  /* ld x7,2047(x8) */
	{ 0x80006f83, 0, -2048 }, /* lwu x31,-2048(x0) */
	{ 0x001100a3, 2, 1 },     /* sb x1,1(x2) */
	{ 0x7ff32fa3, 6, 2047 },  /* sw x31,2047(x6) */
	{ 0x80043023, 8, -2048 }, /* sd x0,-2048(x8) */
	{ 0x00813f87, 2, 8 },     /* fld f31,8(x2) */
	{ 0xfff13c27, 2, -8 },    /* fsd f31,-8(x2) */
	{ 0x0021a0af, 3, 0 },     /* amoadd.w x1,x2,(x3) */
	{ 0x5ce0, 9, 124 },       /* c.lw x8,124(x9) */
	{ 0x40a0, 9, 64 },        /* c.lw x8,64(x9) */
	{ 0x43c0, 15, 4 },        /* c.lw x8,4(x15) */
	{ 0xdd00, 10, 56 },       /* c.sw x8,56(x10) */
	{ 0x7ce0, 9, 248 },       /* c.ld x8,248(x9) */
	{ 0x60a0, 9, 64 },        /* c.ld x8,64(x9) */
	{ 0xff84, 15, 56 },       /* c.sd x9,56(x15) */
	{ 0x20e0, 9, 192 },       /* c.fld f8,192(x9) */
	{ 0xa480, 9, 8 },         /* c.fsd f8,8(x9) */
	{ 0x2fa2, 2, 8 },         /* c.fldsp f31,8(sp) */
	{ 0x50fe, 2, 252 },       /* c.lwsp x1,252(sp) */
	{ 0x40f2, 2, 28 },        /* c.lwsp x1,28(sp) */
	{ 0x5082, 2, 32 },        /* c.lwsp x1,32(sp) */
	{ 0x70fe, 2, 504 },       /* c.ldsp x1,504(sp) */
	{ 0x60e2, 2, 24 },        /* c.ldsp x1,24(sp) */
	{ 0x7082, 2, 32 },        /* c.ldsp x1,32(sp) */
	{ 0x209e, 2, 448 },       /* c.fldsp f1,448(sp) */
	{ 0xdf86, 2, 252 },       /* c.swsp x1,252(sp) */
	{ 0xde06, 2, 60 },        /* c.swsp x1,60(sp) */
	{ 0xff86, 2, 504 },       /* c.sdsp x1,504(sp) */
	{ 0xfc06, 2, 56 },        /* c.sdsp x1,56(sp) */
	{ 0xa386, 2, 448 },       /* c.fsdsp f1,448(sp) */
	{ 0x8020, 8, 2 },         /* c.lbu x8,2(x8) */
	{ 0x8040, 8, 1 },         /* c.lbu x8,1(x8) */
	{ 0x8420, 8, 2 },         /* c.lhu x8,2(x8) */
	{ 0x8460, 8, 2 },         /* c.lh x8,2(x8) */
	{ 0x8860, 8, 3 },         /* c.sb x8,3(x8) */
	{ 0x8c20, 8, 2 },         /* c.sh x8,2(x8) */
};

static void words(void **state)
{
	uint64_t gpr[32];

	(void)state;
	for (unsigned int i = 0; i < 32; i++)
		gpr[i] = i * 0x12345678910;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t address = gpr[rows[i].base] + (uint64_t)rows[i].offset;

		assert_int_equal(decode_address(rows[i].word, gpr), address % PAGE_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
