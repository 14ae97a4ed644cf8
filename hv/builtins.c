/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What compilers call where the base ISA has no instruction (no Zbb): byte
 * reversal and bit counting, under the names that both compilers agree on. Written
 * without the builtins, which would call these very functions.
 */
#include <stdint.h>

uint32_t __bswapsi2(uint32_t value);
uint64_t __bswapdi2(uint64_t value);
int __ctzdi2(uint64_t value);
int __clzdi2(uint64_t value);
int __popcountdi2(uint64_t value);

uint32_t __bswapsi2(uint32_t value)
{
	value = (value & 0x00ff00ff) << 8 | (value >> 8 & 0x00ff00ff);
	return value << 16 | value >> 16;
}

uint64_t __bswapdi2(uint64_t value)
{
	return (uint64_t)__bswapsi2((uint32_t)value) << 32 | __bswapsi2((uint32_t)(value >> 32));
}

/* value is not 0, as for the rest of the family. */
int __ctzdi2(uint64_t value)
{
	int count = 0, step;

	for (step = 32; step; step /= 2) {
		if (!(value & ((UINT64_C(1) << step) - 1))) {
			value >>= step;
			count += step;
		}
	}
	return count;
}

int __clzdi2(uint64_t value)
{
	int count = 0, step;

	for (step = 32; step; step /= 2) {
		if (!(value >> (64 - step))) {
			value <<= step;
			count += step;
		}
	}
	return count;
}

int __popcountdi2(uint64_t value)
{
	value -= value >> 1 & 0x5555555555555555;
	value = (value & 0x3333333333333333) + (value >> 2 & 0x3333333333333333);
	value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0f;
	return (int)(value * 0x0101010101010101 >> 56);
}
