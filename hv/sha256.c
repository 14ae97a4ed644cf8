// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256, FIPS 180-4 section 6.2. Words are kept in 64-bit registers whose
 * upper half is garbage: sums and bitwise functions carry upwards only. A value
 * written twice side by side turns each of its rotations into one shift, which
 * saves a quarter of the instructions where the ISA has no rotate.
 */
#include <string.h>

#include "hv/bits.h"
#include "hv/sha256.h"

#define ROUNDS 64

/* FIPS 180-4, 4.2.2 */
static const uint32_t round_constant[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

/* The low word of x, twice. */
static inline uint64_t twice(uint64_t x)
{
	uint64_t high = x << 32;

	return high | (high >> 32);
}

/* The four functions of 4.1.2 with rotations; their low words count. */
static inline uint64_t big_sigma0(uint64_t x)
{
	uint64_t t = twice(x);

	return (t >> 2) ^ (t >> 13) ^ (t >> 22);
}

static inline uint64_t big_sigma1(uint64_t x)
{
	uint64_t t = twice(x);

	return (t >> 6) ^ (t >> 11) ^ (t >> 25);
}

static inline uint64_t small_sigma0(uint64_t x)
{
	uint64_t t = twice(x);

	return (t >> 7) ^ (t >> 18) ^ (t >> 35);
}

static inline uint64_t small_sigma1(uint64_t x)
{
	uint64_t t = twice(x);

	return (t >> 17) ^ (t >> 19) ^ (t >> 42);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void store_be32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

/* The message schedule, 6.2.2 step 1, with the round constants not yet added. */
static void schedule(uint32_t w[ROUNDS], const uint8_t *block)
{
	for (unsigned int t = 0; t < 16; t++)
		w[t] = load_be32(block + 4 * t);
	for (unsigned int t = 16; t < ROUNDS; t++) {
		w[t] = (uint32_t)(small_sigma1(w[t - 2]) + w[t - 7] + small_sigma0(w[t - 15]) +
				  w[t - 16]);
	}
}

/* 6.2.2 step 3 for one t; the caller renames the eight words instead of moving them. */
#define ROUND(a, b, c, d, e, f, g, h, t)                                             \
	do {                                                                         \
		h += big_sigma1(e) + (g ^ (e & (f ^ g))) + round_constant[t] + w[t]; \
		d += h;                                                              \
		h += big_sigma0(a) + ((a & b) | (c & (a | b)));                      \
	} while (0)

static void compress(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[ROUNDS];
	uint64_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint64_t e = state[4], f = state[5], g = state[6], h = state[7];

	schedule(w, block);
	for (unsigned int t = 0; t < ROUNDS; t += 8) {
		ROUND(a, b, c, d, e, f, g, h, t);
		ROUND(h, a, b, c, d, e, f, g, t + 1);
		ROUND(g, h, a, b, c, d, e, f, t + 2);
		ROUND(f, g, h, a, b, c, d, e, t + 3);
		ROUND(e, f, g, h, a, b, c, d, t + 4);
		ROUND(d, e, f, g, h, a, b, c, t + 5);
		ROUND(c, d, e, f, g, h, a, b, t + 6);
		ROUND(b, c, d, e, f, g, h, a, t + 7);
	}
	state[0] += (uint32_t)a;
	state[1] += (uint32_t)b;
	state[2] += (uint32_t)c;
	state[3] += (uint32_t)d;
	state[4] += (uint32_t)e;
	state[5] += (uint32_t)f;
	state[6] += (uint32_t)g;
	state[7] += (uint32_t)h;
}

void sha256_init(struct sha256 *hash)
{
	/* FIPS 180-4, 5.3.3 */
	static const uint32_t first[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	memcpy(hash->state, first, sizeof(first));
	hash->length = 0;
}

void sha256_update(struct sha256 *hash, const void *data, size_t size)
{
	const uint8_t *p = data;
	size_t held = hash->length % SHA256_BLOCK;

	hash->length += size;
	if (held) {
		size_t part = MIN(size, SHA256_BLOCK - held);

		memcpy(hash->rest + held, p, part);
		if (held + part < SHA256_BLOCK)
			return;
		compress(hash->state, hash->rest);
		p += part;
		size -= part;
	}
	for (; size >= SHA256_BLOCK; size -= SHA256_BLOCK, p += SHA256_BLOCK)
		compress(hash->state, p);
	memcpy(hash->rest, p, size);
}

void sha256_final(struct sha256 *hash, uint8_t digest[SHA256_SIZE])
{
	static const uint8_t padding[SHA256_BLOCK] = { 0x80 };
	uint64_t bits = hash->length * 8;
	uint8_t end[8];

	store_be32(end, (uint32_t)(bits >> 32));
	store_be32(end + 4, (uint32_t)bits);
	/* 5.1.1: a one, zeros up to eight bytes below a whole block, the length in bits. */
	sha256_update(hash, padding, 1 + (119 - hash->length % SHA256_BLOCK) % SHA256_BLOCK);
	sha256_update(hash, end, sizeof(end));
	for (unsigned int i = 0; i < 8; i++)
		store_be32(digest + 4 * i, hash->state[i]);
}
