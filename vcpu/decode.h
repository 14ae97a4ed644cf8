/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decodes the instruction behind a guest's MMIO fault: what it would do to
 * memory and to which register. The address comes from htval, so immediates
 * don't matter. Covers RV64 I, A (with Zabha and Zacas up to 64 bits), C and
 * Zcb; floating-point loads and stores are recognised. Pure.
 */
#ifndef VCPU_DECODE_H
#define VCPU_DECODE_H

#include "hv/bits.h"

enum decode_kind {
	DECODE_UNSUPPORTED, /* vector, cache-block, reserved, or no access at all */
	DECODE_LOAD,
	DECODE_STORE,
	DECODE_FP_LOAD,
	DECODE_FP_STORE,
	DECODE_LR,
	DECODE_SC,
	DECODE_AMO,
};

enum decode_amo {
	DECODE_AMO_ADD,
	DECODE_AMO_SWAP,
	DECODE_AMO_XOR,
	DECODE_AMO_AND,
	DECODE_AMO_OR,
	DECODE_AMO_MIN,
	DECODE_AMO_MAX,
	DECODE_AMO_MINU,
	DECODE_AMO_MAXU,
	DECODE_AMO_CAS, /* compares with rd, stores rs2 */
};

struct decode {
	enum decode_kind kind;
	enum decode_amo amo; /* DECODE_AMO only */
	uint8_t width;       /* bytes of the access: 1, 2, 4, 8; 16 for FP quad; 0 if unsupported */
	bool sign_extend;    /* what is loaded is sign-extended to the register */
	uint8_t rd;          /* register (x or f) that a load, LR, SC or AMO writes; else 0 */
	uint8_t rs2;         /* register (x or f) whose value is stored; else 0 */
	uint8_t length;      /* bytes of the instruction: 2 or 4, also when unsupported */
};

/* Decodes an instruction as fetched; of a 16-bit one the upper half is ignored. 0 or -ENOTSUP. */
int decode_instruction(uint32_t instruction, struct decode *out);

/*
 * Decodes what htinst holds ("Transformed Instruction or Pseudoinstruction for
 * mtinst or htinst"): bit 1 clear says that the instruction was compressed.
 * 0; -ENOENT: htinst holds no instruction (0 or a pseudoinstruction): fetch
 * it instead; -ENOTSUP: one that isn't supported, or that faulted behind its first byte.
 */
int decode_htinst(uint64_t htinst, struct decode *out);

/* Bytes of an instruction that starts with this half-word: 2 or 4 (longer ones count as 4). */
unsigned int decode_length(uint16_t first);

/* Bits above width (1 to 8) bytes; any other width gives some shift that C allows. */
static inline unsigned int decode_spare_bits(unsigned int width)
{
	return (64 - 8 * width) & 63;
}

/* The low width bytes (1 to 8) of a value, extended. */
static inline uint64_t decode_zero_extend(uint64_t value, unsigned int width)
{
	return value << decode_spare_bits(width) >> decode_spare_bits(width);
}

static inline uint64_t decode_sign_extend(uint64_t value, unsigned int width)
{
	unsigned int spare = decode_spare_bits(width);

	return (uint64_t)((int64_t)(value << spare) >> spare);
}

/* The register's value after value was read: its low width bytes, 1 to 8, extended. */
static inline uint64_t decode_extend(const struct decode *d, uint64_t value)
{
	return d->sign_extend ? decode_sign_extend(value, d->width)
			      : decode_zero_extend(value, d->width);
}

/*
 * What an AMO stores, given what it read, rs2's value, and rd's old value (for
 * CAS, which stores old back when they differ). Only the low width bytes count, in and out.
 */
uint64_t decode_amo(const struct decode *d, uint64_t old, uint64_t rs2, uint64_t rd);

#endif
