/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base register and immediate of loads and stores (unprivileged specification,
 * "RV32/64G Instruction Listings", "C", "Zcb"). Only the address's place in
 * its page is asked for, so that sign and pointer masking don't matter.
 */
#include "vcpu/decode_address.h"

#include "hv/bits.h"

/* Fields of a 32-bit instruction */
#define OPCODE   GENMASK(6, 0)
#define RS1      GENMASK(19, 15)
#define I_IMM    GENMASK(31, 20)
#define S_IMM_LO GENMASK(11, 7)
#define S_IMM_HI GENMASK(31, 25)

#define OPCODE_STORE    0x23
#define OPCODE_STORE_FP 0x27
#define OPCODE_AMO      0x2f

/* Fields of a 16-bit one */
#define C_QUADRANT   GENMASK(1, 0)
#define C_FUNCT3     GENMASK(15, 13)
#define C_RS1        GENMASK(9, 7)
#define C_ZCB_HALF   BIT(10)
#define C_FUNCT3_ZCB 4
#define C_SHORT_BASE 8
#define C_SP         2

#define QUADRANT_SP   2
#define QUADRANT_FULL 3

#define PIECES 3

/* A field of the instruction and its lowest bit's place in the immediate. */
struct piece {
	uint32_t field;
	uint8_t to;
};

struct immediate {
	struct piece pieces[PIECES];
};

static const struct immediate c_word = { { { GENMASK(12, 10), 3 }, { BIT(6), 2 }, { BIT(5), 6 } } };
static const struct immediate c_double = { { { GENMASK(12, 10), 3 }, { GENMASK(6, 5), 6 } } };
static const struct immediate c_byte = { { { BIT(6), 0 }, { BIT(5), 1 } } };
static const struct immediate c_half = { { { BIT(5), 1 } } };
static const struct immediate c_lwsp = {
	{ { BIT(12), 5 }, { GENMASK(6, 4), 2 }, { GENMASK(3, 2), 6 } }
};
static const struct immediate c_ldsp = {
	{ { BIT(12), 5 }, { GENMASK(6, 5), 3 }, { GENMASK(4, 2), 6 } }
};
static const struct immediate c_swsp = { { { GENMASK(12, 9), 2 }, { GENMASK(8, 7), 6 } } };
static const struct immediate c_sdsp = { { { GENMASK(12, 10), 3 }, { GENMASK(9, 7), 6 } } };

/* By funct3; Zcb's bytes and half-words share one. */
static const struct immediate *const short_base[] = {
	[1] = &c_double, [2] = &c_word, [3] = &c_double, [C_FUNCT3_ZCB] = &c_byte,
	[5] = &c_double, [6] = &c_word, [7] = &c_double,
};
static const struct immediate *const sp_base[] = {
	[1] = &c_ldsp, [2] = &c_lwsp, [3] = &c_ldsp, [5] = &c_sdsp, [6] = &c_swsp, [7] = &c_sdsp,
};

static uint64_t gather(const struct immediate *immediate, uint32_t i)
{
	uint64_t value = 0;

	for (unsigned int n = 0; immediate && n < PIECES && immediate->pieces[n].field; n++)
		value |= FIELD_GET(immediate->pieces[n].field, i) << immediate->pieces[n].to;
	return value;
}

static uint64_t compressed(uint32_t i, const uint64_t gpr[32])
{
	unsigned int funct3 = FIELD_GET(C_FUNCT3, i);

	if (FIELD_GET(C_QUADRANT, i) == QUADRANT_SP)
		return gpr[C_SP] + gather(sp_base[funct3], i);
	if (funct3 == C_FUNCT3_ZCB && (i & C_ZCB_HALF))
		return gpr[FIELD_GET(C_RS1, i) + C_SHORT_BASE] + gather(&c_half, i);
	return gpr[FIELD_GET(C_RS1, i) + C_SHORT_BASE] + gather(short_base[funct3], i);
}

static uint64_t full(uint32_t i, const uint64_t gpr[32])
{
	uint64_t base = gpr[FIELD_GET(RS1, i)];

	switch (FIELD_GET(OPCODE, i)) {
	case OPCODE_AMO:
		return base;
	case OPCODE_STORE:
	case OPCODE_STORE_FP:
		return base + (FIELD_GET(S_IMM_HI, i) << 5 | FIELD_GET(S_IMM_LO, i));
	default:
		return base + FIELD_GET(I_IMM, i);
	}
}

uint64_t decode_address(uint32_t instruction, const uint64_t gpr[32])
{
	uint64_t address = FIELD_GET(C_QUADRANT, instruction) == QUADRANT_FULL
				   ? full(instruction, gpr)
				   : compressed(instruction, gpr);

	return address & (PAGE_SIZE - 1);
}
