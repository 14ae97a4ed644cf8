/* SPDX-License-Identifier: Apache-2.0 */
// sources: vcpu/decode.c
/*
 * The decoder against words that an assembler made, and all 16-bit patterns
 * against a second, differently written reading of the C and Zcb chapters.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hv/bits.h"
#include "vcpu/decode.h"

struct row {
	uint32_t word;
	enum decode_kind kind;
	uint8_t width;
	bool sign_extend;
	uint8_t rd;
	uint8_t rs2;
	enum decode_amo amo;
};

static const struct row full[] = {
	{ 0xfff10083, DECODE_LOAD, 1, true, 1, 0, 0 },       /* lb x1,-1(x2) */
	{ 0x00221183, DECODE_LOAD, 2, true, 3, 0, 0 },       /* lh x3,2(x4) */
	{ 0x00432283, DECODE_LOAD, 4, true, 5, 0, 0 },       /* lw x5,4(x6) */
	{ 0x7ff43383, DECODE_LOAD, 8, true, 7, 0, 0 },       /* ld x7,2047(x8) */
	{ 0x00054483, DECODE_LOAD, 1, false, 9, 0, 0 },      /* lbu x9,0(x10) */
	{ 0x00065583, DECODE_LOAD, 2, false, 11, 0, 0 },     /* lhu x11,0(x12) */
	{ 0x80006f83, DECODE_LOAD, 4, false, 31, 0, 0 },     /* lwu x31,-2048(x0) */
	{ 0x001100a3, DECODE_STORE, 1, false, 0, 1, 0 },     /* sb x1,1(x2) */
	{ 0x00321123, DECODE_STORE, 2, false, 0, 3, 0 },     /* sh x3,2(x4) */
	{ 0x7ff32fa3, DECODE_STORE, 4, false, 0, 31, 0 },    /* sw x31,2047(x6) */
	{ 0x80043023, DECODE_STORE, 8, false, 0, 0, 0 },     /* sd x0,-2048(x8) */
	{ 0x00011087, DECODE_FP_LOAD, 2, false, 1, 0, 0 },   /* flh f1,0(x2) */
	{ 0x00012107, DECODE_FP_LOAD, 4, false, 2, 0, 0 },   /* flw f2,0(x2) */
	{ 0x00813f87, DECODE_FP_LOAD, 8, false, 31, 0, 0 },  /* fld f31,8(x2) */
	{ 0x00814f87, DECODE_FP_LOAD, 16, false, 31, 0, 0 }, /* flq f31,8(x2) */
	{ 0x00111027, DECODE_FP_STORE, 2, false, 0, 1, 0 },  /* fsh f1,0(x2) */
	{ 0x00212027, DECODE_FP_STORE, 4, false, 0, 2, 0 },  /* fsw f2,0(x2) */
	{ 0xfff13c27, DECODE_FP_STORE, 8, false, 0, 31, 0 }, /* fsd f31,-8(x2) */
	{ 0x100120af, DECODE_LR, 4, true, 1, 0, 0 },         /* lr.w x1,(x2) */
	{ 0x160231af, DECODE_LR, 8, true, 3, 0, 0 },         /* lr.d.aqrl x3,(x4) */
	{ 0x185120af, DECODE_SC, 4, true, 1, 5, 0 },         /* sc.w x1,x5,(x2) */
	{ 0x1bf231af, DECODE_SC, 8, true, 3, 31, 0 },        /* sc.d.rl x3,x31,(x4) */
	{ 0x0021a0af, DECODE_AMO, 4, true, 1, 2, DECODE_AMO_ADD },
	{ 0x0c53322f, DECODE_AMO, 8, true, 4, 5, DECODE_AMO_SWAP }, /* .aq */
	{ 0x2021a0af, DECODE_AMO, 4, true, 1, 2, DECODE_AMO_XOR },
	{ 0x4021b0af, DECODE_AMO, 8, true, 1, 2, DECODE_AMO_OR },
	{ 0x6021a0af, DECODE_AMO, 4, true, 1, 2, DECODE_AMO_AND },
	{ 0x8021b0af, DECODE_AMO, 8, true, 1, 2, DECODE_AMO_MIN },
	{ 0xa021a0af, DECODE_AMO, 4, true, 1, 2, DECODE_AMO_MAX },
	{ 0xc021b0af, DECODE_AMO, 8, true, 1, 2, DECODE_AMO_MINU },
	{ 0xe001a02f, DECODE_AMO, 4, true, 0, 0, DECODE_AMO_MAXU },
	{ 0x2821b0af, DECODE_AMO, 8, true, 1, 2, DECODE_AMO_CAS }, /* amocas.d x1,x2,(x3) */
	{ 0x002180af, DECODE_AMO, 1, true, 1, 2, DECODE_AMO_ADD }, /* amoadd.b x1,x2,(x3) */
};

static const uint32_t refused[] = {
	0x00310093, /* addi */
	0x0000006f, /* jal */
	0x00208063, /* beq */
	0x00000073, /* ecall */
	0x0330000f, /* fence */
	0x0041200f, /* cbo.zero (x2) */
	0x02010087, /* vle8.v v1,(x2) */
	0x020160a7, /* vse32.v v1,(x2) */
	0x02017087, /* vle64.v v1,(x2) */
	0x023170d3, /* fadd.d */
	0x100020f3, /* csrr */
	0x00057503, /* load, funct3 7 */
	0x00054023, /* store, funct3 4 */
	0x101120af, /* lr.w with rs2 1 */
	0x100110af, /* lr with a half-word */
	0x185110af, /* sc with a half-word */
	0x2821c0af, /* amocas.q */
	0xf821a0af, /* no such atomic */
	0xffffffff, 0x0000001f,
};

static const struct row compressed[] = {
	{ 0x4080, DECODE_LOAD, 4, true, 8, 0, 0 },       /* c.lw x8,0(x9) */
	{ 0x5c7c, DECODE_LOAD, 4, true, 15, 0, 0 },      /* c.lw x15,124(x8) */
	{ 0x6488, DECODE_LOAD, 8, true, 10, 0, 0 },      /* c.ld x10,8(x9) */
	{ 0xc0cc, DECODE_STORE, 4, false, 0, 11, 0 },    /* c.sw x11,4(x9) */
	{ 0xe490, DECODE_STORE, 8, false, 0, 12, 0 },    /* c.sd x12,8(x9) */
	{ 0x2494, DECODE_FP_LOAD, 8, false, 13, 0, 0 },  /* c.fld f13,8(x9) */
	{ 0xa498, DECODE_FP_STORE, 8, false, 0, 14, 0 }, /* c.fsd f14,8(x9) */
	{ 0x4092, DECODE_LOAD, 4, true, 1, 0, 0 },       /* c.lwsp x1,4(sp) */
	{ 0x6fa2, DECODE_LOAD, 8, true, 31, 0, 0 },      /* c.ldsp x31,8(sp) */
	{ 0x2022, DECODE_FP_LOAD, 8, false, 0, 0, 0 },   /* c.fldsp f0,8(sp) */
	{ 0xc202, DECODE_STORE, 4, false, 0, 0, 0 },     /* c.swsp x0,4(sp) */
	{ 0xe47e, DECODE_STORE, 8, false, 0, 31, 0 },    /* c.sdsp x31,8(sp) */
	{ 0xa47e, DECODE_FP_STORE, 8, false, 0, 31, 0 }, /* c.fsdsp f31,8(sp) */
	{ 0x8080, DECODE_LOAD, 1, false, 8, 0, 0 },      /* c.lbu x8,0(x9) */
	{ 0x84a4, DECODE_LOAD, 2, false, 9, 0, 0 },      /* c.lhu x9,2(x9) */
	{ 0x84c8, DECODE_LOAD, 2, true, 10, 0, 0 },      /* c.lh x10,0(x9) */
	{ 0x889c, DECODE_STORE, 1, false, 0, 15, 0 },    /* c.sb x15,0(x9) */
	{ 0x8c98, DECODE_STORE, 2, false, 0, 14, 0 },    /* c.sh x14,0(x9) */
};

static void check(const struct decode *d, const struct row *r, unsigned int length)
{
	assert_int_equal(d->kind, r->kind);
	assert_int_equal(d->width, r->width);
	assert_int_equal(d->sign_extend, r->sign_extend);
	assert_int_equal(d->rd, r->rd);
	assert_int_equal(d->rs2, r->rs2);
	assert_int_equal(d->length, length);
	if (r->kind == DECODE_AMO)
		assert_int_equal(d->amo, r->amo);
}

static void test_full(void **state)
{
	struct decode d;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(full); i++) {
		assert_int_equal(decode_instruction(full[i].word, &d), 0);
		check(&d, &full[i], 4);
	}
}

static void test_refused(void **state)
{
	struct decode d;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(refused); i++) {
		assert_int_equal(decode_instruction(refused[i], &d), -ENOTSUP);
		assert_int_equal(d.kind, DECODE_UNSUPPORTED);
		assert_int_equal(d.width, 0);
		assert_int_equal(d.length, 4);
	}
}

static void test_compressed(void **state)
{
	struct decode d;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(compressed); i++) {
		/* What follows the instruction in memory doesn't matter. */
		assert_int_equal(decode_instruction(compressed[i].word | 0xdead0000, &d), 0);
		check(&d, &compressed[i], 2);
		assert_int_equal(decode_length((uint16_t)compressed[i].word), 2);
	}
}

/* htinst: the base register's field holds an address offset, immediates are 0. */
static void test_htinst_full(void **state)
{
	const uint32_t load_bits = ~(uint32_t)GENMASK(31, 20);
	const uint32_t store_bits = ~(uint32_t)(GENMASK(31, 25) | GENMASK(11, 7));
	struct decode d;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(full); i++) {
		uint32_t word = full[i].word & (uint32_t)~GENMASK(19, 15);

		if (full[i].kind == DECODE_LOAD || full[i].kind == DECODE_FP_LOAD)
			word &= load_bits;
		else if (full[i].kind == DECODE_STORE || full[i].kind == DECODE_FP_STORE)
			word &= store_bits;
		assert_int_equal(decode_htinst(word, &d), 0);
		check(&d, &full[i], 4);
		assert_int_equal(decode_htinst(word & ~UINT32_C(2), &d), 0);
		check(&d, &full[i], 2);
		/* A misaligned access whose later part is a device's. */
		assert_int_equal(decode_htinst(word | BIT(17), &d), -ENOTSUP);
		assert_int_equal(d.width, 0);
	}
}

static void test_htinst_without_instruction(void **state)
{
	struct decode d;

	(void)state;
	assert_int_equal(decode_htinst(0, &d), -ENOENT);
	assert_int_equal(decode_htinst(0x3000, &d), -ENOENT);
	assert_int_equal(decode_htinst(0x3020, &d), -ENOENT);
	assert_int_equal(decode_htinst(BIT(32) | 0x2403, &d), -ENOENT);
	assert_int_equal(decode_htinst(0x0041200f, &d), -ENOTSUP);
	assert_int_equal(decode_htinst(0x2403, &d), 0); /* lw x8 */
	assert_int_equal(d.length, 4);
	assert_int_equal(decode_htinst(0x2401, &d), 0); /* c.lw x8 */
	assert_int_equal(d.length, 2);
	assert_int_equal(d.rd, 8);
}

/* The width of a compressed access by its letters' order in the opcode map; 0: none. */
static unsigned int reference_width(unsigned int i)
{
	static const uint8_t by_funct3[8] = { 0, 8, 4, 8, 0, 8, 4, 8 };
	unsigned int quadrant = i & 3, funct3 = i >> 13;

	if (quadrant == 0 && funct3 == 4) {
		unsigned int which = (i >> 10) & 7;

		if (which == 0 || which == 2)
			return 1;
		return which == 1 || (which == 3 && !(i & 0x40)) ? 2 : 0;
	}
	if (quadrant == 2 && (funct3 == 2 || funct3 == 3) && ((i >> 7) & 31) == 0)
		return 0;
	return quadrant == 0 || quadrant == 2 ? by_funct3[funct3] : 0;
}

static bool is_load(enum decode_kind kind)
{
	return kind == DECODE_LOAD || kind == DECODE_FP_LOAD;
}

static void test_all_16_bit_patterns(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 65536; i++) {
		unsigned int reg = (i & 3) == 0 ? 8 + ((i >> 2) & 7) : (i >> 2) & 31;
		struct decode d;
		int result;

		if ((i & 3) == 3)
			continue;
		result = decode_instruction(i, &d);
		assert_int_equal(d.width, reference_width(i));
		assert_int_equal(result, d.width ? 0 : -ENOTSUP);
		if (result)
			continue;
		if (is_load(d.kind) && (i & 3) == 2)
			reg = (i >> 7) & 31;
		assert_int_equal(is_load(d.kind) ? d.rd : d.rs2, reg);
	}
}

static void test_extend(void **state)
{
	static const struct {
		uint8_t width;
		bool sign;
		uint64_t in, out;
	} rows[] = {
		{ 1, true, 0x1180, 0xffffffffffffff80 },
		{ 1, true, 0x117f, 0x7f },
		{ 1, false, 0x1180, 0x80 },
		{ 2, true, 0x18000, 0xffffffffffff8000 },
		{ 2, false, 0x18000, 0x8000 },
		{ 4, true, 0x180000000, 0xffffffff80000000 },
		{ 4, false, 0x180000000, 0x80000000 },
		{ 8, true, 0x8000000000000001, 0x8000000000000001 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct decode d = { .width = rows[i].width, .sign_extend = rows[i].sign };

		assert_int_equal(decode_extend(&d, rows[i].in), rows[i].out);
	}
}

static void test_amo_values(void **state)
{
	static const struct {
		enum decode_amo amo;
		uint8_t width;
		uint64_t old, rs2, out;
	} rows[] = {
		{ DECODE_AMO_ADD, 4, 0xffffffff, 2, 1 },
		{ DECODE_AMO_ADD, 8, 0xffffffff, 2, 0x100000001 },
		{ DECODE_AMO_SWAP, 4, 1, 0xfffffffff, 0xffffffff },
		{ DECODE_AMO_XOR, 4, 0xff00, 0x0ff0, 0xf0f0 },
		{ DECODE_AMO_AND, 8, 0xff00, 0x0ff0, 0x0f00 },
		{ DECODE_AMO_OR, 1, 0x10, 0x101, 0x11 },
		{ DECODE_AMO_MIN, 4, 0x80000000, 1, 0x80000000 },
		{ DECODE_AMO_MIN, 8, 0x80000000, 1, 1 },
		{ DECODE_AMO_MAX, 4, 0x80000000, 1, 1 },
		{ DECODE_AMO_MAX, 8, 0x80000000, 1, 0x80000000 },
		{ DECODE_AMO_MINU, 4, 0x80000000, 1, 1 },
		{ DECODE_AMO_MAXU, 4, 0x80000000, 1, 0x80000000 },
		{ DECODE_AMO_MAXU, 2, 0x8000, 0xf0001, 0x8000 },
		{ DECODE_AMO_CAS, 4, 7, 5, 5 }, /* rd is 7 below, in its low word */
		{ DECODE_AMO_CAS, 8, 7, 5, 7 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct decode d = { DECODE_AMO, rows[i].amo, rows[i].width, true, 1, 2, 4 };

		assert_int_equal(decode_amo(&d, rows[i].old, rows[i].rs2, 0x100000007),
				 rows[i].out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_htinst_full),
		cmocka_unit_test(test_htinst_without_instruction),
		cmocka_unit_test(test_all_16_bit_patterns),
		cmocka_unit_test(test_extend),
		cmocka_unit_test(test_amo_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
