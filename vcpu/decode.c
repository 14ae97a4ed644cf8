/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MMIO decoder (contract in decode.h). Two steps: the opcode picks a
 * decoder of its format; that one fills in the result or leaves it unsupported.
 * Compressed instructions come from table rows: one match, one meaning.
 */
#include <errno.h>

#include "hv/bits.h"
#include "vcpu/decode.h"

/* Fields of a 32-bit instruction (unprivileged specification, "RV32/64G Instruction Listings") */
#define OPCODE GENMASK(6, 0)
#define RD     GENMASK(11, 7)
#define FUNCT3 GENMASK(14, 12)
#define RS2    GENMASK(24, 20)
#define FUNCT5 GENMASK(31, 27)

#define OPCODE_LOAD     0x03
#define OPCODE_LOAD_FP  0x07
#define OPCODE_STORE    0x23
#define OPCODE_STORE_FP 0x27
#define OPCODE_AMO      0x2f

#define FUNCT3_UNSIGNED 4 /* in LOAD: set for the zero-extending ones */
#define FUNCT5_LR       0x02
#define FUNCT5_SC       0x03

/* Fields of a 16-bit one ("C" and "Zcb") */
#define C_RD_SHORT   GENMASK(4, 2)  /* rd' and rs2' in the CL and CS formats: x8 to x15 */
#define C_RD         GENMASK(11, 7) /* CI */
#define C_RS2        GENMASK(6, 2)  /* CSS */
#define C_SHORT_BASE 8

#define QUADRANT_FULL 3

/* In htinst, where the instruction has rs1: how far into the access it faulted */
#define ADDRESS_OFFSET GENMASK(19, 15)

static void set_access(struct decode *d, enum decode_kind kind, unsigned int width)
{
	d->kind = kind;
	d->width = (uint8_t)width;
}

static void decode_load(uint32_t i, struct decode *d)
{
	unsigned int funct3 = FIELD_GET(FUNCT3, i);

	if (funct3 == 7)
		return;
	set_access(d, DECODE_LOAD, 1U << (funct3 & 3));
	d->sign_extend = !(funct3 & FUNCT3_UNSIGNED);
	d->rd = (uint8_t)FIELD_GET(RD, i);
}

static void decode_store(uint32_t i, struct decode *d)
{
	unsigned int funct3 = FIELD_GET(FUNCT3, i);

	if (funct3 > 3)
		return;
	set_access(d, DECODE_STORE, 1U << funct3);
	d->rs2 = (uint8_t)FIELD_GET(RS2, i);
}

/* FP widths are 1 (half) to 4 (quad); the other values are vector accesses. */
static bool is_fp_width(unsigned int funct3)
{
	return funct3 >= 1 && funct3 <= 4;
}

static void decode_fp_load(uint32_t i, struct decode *d)
{
	unsigned int funct3 = FIELD_GET(FUNCT3, i);

	if (!is_fp_width(funct3))
		return;
	set_access(d, DECODE_FP_LOAD, 1U << funct3);
	d->rd = (uint8_t)FIELD_GET(RD, i);
}

static void decode_fp_store(uint32_t i, struct decode *d)
{
	unsigned int funct3 = FIELD_GET(FUNCT3, i);

	if (!is_fp_width(funct3))
		return;
	set_access(d, DECODE_FP_STORE, 1U << funct3);
	d->rs2 = (uint8_t)FIELD_GET(RS2, i);
}

static bool find_amo(unsigned int funct5, enum decode_amo *amo)
{
	static const struct {
		uint8_t funct5;
		enum decode_amo amo;
	} rows[] = {
		{ 0x00, DECODE_AMO_ADD },  { 0x01, DECODE_AMO_SWAP }, { 0x04, DECODE_AMO_XOR },
		{ 0x05, DECODE_AMO_CAS },  { 0x08, DECODE_AMO_OR },   { 0x0c, DECODE_AMO_AND },
		{ 0x10, DECODE_AMO_MIN },  { 0x14, DECODE_AMO_MAX },  { 0x18, DECODE_AMO_MINU },
		{ 0x1c, DECODE_AMO_MAXU },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].funct5 == funct5) {
			*amo = rows[i].amo;
			return true;
		}
	}
	return false;
}

/* LR and SC exist for words and doublewords; with rs2 not 0, LR's encoding is reserved. */
static enum decode_kind amo_kind(uint32_t i, unsigned int funct3, struct decode *d)
{
	unsigned int funct5 = FIELD_GET(FUNCT5, i);

	if (funct3 > 3)
		return DECODE_UNSUPPORTED;
	if (funct5 == FUNCT5_LR)
		return funct3 >= 2 && FIELD_GET(RS2, i) == 0 ? DECODE_LR : DECODE_UNSUPPORTED;
	if (funct5 == FUNCT5_SC)
		return funct3 >= 2 ? DECODE_SC : DECODE_UNSUPPORTED;
	return find_amo(funct5, &d->amo) ? DECODE_AMO : DECODE_UNSUPPORTED;
}

static void decode_atomic(uint32_t i, struct decode *d)
{
	unsigned int funct3 = FIELD_GET(FUNCT3, i);
	enum decode_kind kind = amo_kind(i, funct3, d);

	if (kind == DECODE_UNSUPPORTED)
		return;
	set_access(d, kind, 1U << funct3);
	d->sign_extend = true;
	d->rd = (uint8_t)FIELD_GET(RD, i);
	d->rs2 = (uint8_t)FIELD_GET(RS2, i);
}

static void decode_full(uint32_t i, struct decode *d)
{
	switch (FIELD_GET(OPCODE, i)) {
	case OPCODE_LOAD:
		decode_load(i, d);
		break;
	case OPCODE_LOAD_FP:
		decode_fp_load(i, d);
		break;
	case OPCODE_STORE:
		decode_store(i, d);
		break;
	case OPCODE_STORE_FP:
		decode_fp_store(i, d);
		break;
	case OPCODE_AMO:
		decode_atomic(i, d);
		break;
	default:
		break;
	}
}

enum c_register { C_CL_CS, C_CI, C_CSS };

struct c_row {
	uint16_t mask;
	uint16_t match;
	enum decode_kind kind;
	uint8_t width;
	bool sign_extend;
	enum c_register reg;
};

static const struct c_row c_rows[] = {
	{ 0xe003, 0x2000, DECODE_FP_LOAD, 8, false, C_CL_CS },  /* c.fld */
	{ 0xe003, 0x4000, DECODE_LOAD, 4, true, C_CL_CS },      /* c.lw */
	{ 0xe003, 0x6000, DECODE_LOAD, 8, true, C_CL_CS },      /* c.ld */
	{ 0xe003, 0xa000, DECODE_FP_STORE, 8, false, C_CL_CS }, /* c.fsd */
	{ 0xe003, 0xc000, DECODE_STORE, 4, false, C_CL_CS },    /* c.sw */
	{ 0xe003, 0xe000, DECODE_STORE, 8, false, C_CL_CS },    /* c.sd */
	{ 0xe003, 0x2002, DECODE_FP_LOAD, 8, false, C_CI },     /* c.fldsp */
	{ 0xe003, 0x4002, DECODE_LOAD, 4, true, C_CI },         /* c.lwsp */
	{ 0xe003, 0x6002, DECODE_LOAD, 8, true, C_CI },         /* c.ldsp */
	{ 0xe003, 0xa002, DECODE_FP_STORE, 8, false, C_CSS },   /* c.fsdsp */
	{ 0xe003, 0xc002, DECODE_STORE, 4, false, C_CSS },      /* c.swsp */
	{ 0xe003, 0xe002, DECODE_STORE, 8, false, C_CSS },      /* c.sdsp */
	{ 0xfc03, 0x8000, DECODE_LOAD, 1, false, C_CL_CS },     /* c.lbu */
	{ 0xfc43, 0x8400, DECODE_LOAD, 2, false, C_CL_CS },     /* c.lhu */
	{ 0xfc43, 0x8440, DECODE_LOAD, 2, true, C_CL_CS },      /* c.lh */
	{ 0xfc03, 0x8800, DECODE_STORE, 1, false, C_CL_CS },    /* c.sb */
	{ 0xfc43, 0x8c00, DECODE_STORE, 2, false, C_CL_CS },    /* c.sh */
};

static uint8_t c_register(uint16_t i, enum c_register reg)
{
	if (reg == C_CL_CS)
		return (uint8_t)(FIELD_GET(C_RD_SHORT, i) + C_SHORT_BASE);
	return (uint8_t)(reg == C_CI ? FIELD_GET(C_RD, i) : FIELD_GET(C_RS2, i));
}

static const struct c_row *find_c_row(uint16_t i)
{
	for (unsigned int n = 0; n < ARRAY_SIZE(c_rows); n++) {
		if ((i & c_rows[n].mask) == c_rows[n].match)
			return &c_rows[n];
	}
	return NULL;
}

static void decode_compressed(uint16_t i, struct decode *d)
{
	const struct c_row *row = find_c_row(i);
	uint8_t reg;

	if (!row)
		return;
	reg = c_register(i, row->reg);
	/* C.LWSP and C.LDSP with rd = x0 are reserved. */
	if (row->reg == C_CI && row->kind == DECODE_LOAD && reg == 0)
		return;
	set_access(d, row->kind, row->width);
	d->sign_extend = row->sign_extend;
	if (row->kind == DECODE_LOAD || row->kind == DECODE_FP_LOAD)
		d->rd = reg;
	else
		d->rs2 = reg;
}

unsigned int decode_length(uint16_t first)
{
	return (first & QUADRANT_FULL) == QUADRANT_FULL ? 4 : 2;
}

static int result(const struct decode *d)
{
	return d->kind == DECODE_UNSUPPORTED ? -ENOTSUP : 0;
}

int decode_instruction(uint32_t instruction, struct decode *out)
{
	*out = (struct decode){ .length = (uint8_t)decode_length((uint16_t)instruction) };
	if (out->length == 4)
		decode_full(instruction, out);
	else
		decode_compressed((uint16_t)instruction, out);
	return result(out);
}

int decode_htinst(uint64_t htinst, struct decode *out)
{
	*out = (struct decode){ .length = htinst & BIT(1) ? 4 : 2 };
	if (!(htinst & BIT(0)) || htinst >> 32)
		return -ENOENT;
	/* The rest of a misaligned access that began in memory: no access this wide is meant. */
	if (htinst & ADDRESS_OFFSET)
		return -ENOTSUP;
	decode_full((uint32_t)(htinst | BIT(1)), out);
	return result(out);
}

static bool less(uint64_t a, uint64_t b, unsigned int width)
{
	return (int64_t)decode_sign_extend(a, width) < (int64_t)decode_sign_extend(b, width);
}

static bool less_unsigned(uint64_t a, uint64_t b, unsigned int width)
{
	return decode_zero_extend(a, width) < decode_zero_extend(b, width);
}

static uint64_t amo_value(const struct decode *d, uint64_t old, uint64_t rs2, uint64_t rd)
{
	switch (d->amo) {
	case DECODE_AMO_ADD:
		return old + rs2;
	case DECODE_AMO_SWAP:
		return rs2;
	case DECODE_AMO_XOR:
		return old ^ rs2;
	case DECODE_AMO_AND:
		return old & rs2;
	case DECODE_AMO_OR:
		return old | rs2;
	case DECODE_AMO_MIN:
		return less(rs2, old, d->width) ? rs2 : old;
	case DECODE_AMO_MAX:
		return less(old, rs2, d->width) ? rs2 : old;
	case DECODE_AMO_MINU:
		return less_unsigned(rs2, old, d->width) ? rs2 : old;
	case DECODE_AMO_MAXU:
		return less_unsigned(old, rs2, d->width) ? rs2 : old;
	case DECODE_AMO_CAS:
		return decode_zero_extend(old ^ rd, d->width) == 0 ? rs2 : old;
	}
	return old;
}

uint64_t decode_amo(const struct decode *d, uint64_t old, uint64_t rs2, uint64_t rd)
{
	return decode_zero_extend(amo_value(d, old, rs2, rd), d->width);
}
