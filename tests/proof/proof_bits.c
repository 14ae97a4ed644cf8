/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Range arithmetic of hv/bits.h and hv/flush.h: a range that is said to be
 * contained holds no byte outside, two ranges overlap exactly when they share a
 * byte, a collected flush covers what was added. Alignment is proved for all
 * values; ranges for all that are near an end of the address space, where sums
 * wrap: with free 64-bit values the solver takes too long.
 */
#include <assert.h>

#include "hv/bits.h"
#include "hv/flush.h"

uint64_t nondet_u64(void);
int16_t nondet_i16(void);

/* Within 32 KiB of 0 or of 2^64. */
static uint64_t edge(void)
{
	return (uint64_t)(int64_t)nondet_i16();
}

static bool holds(struct range r, uint64_t byte)
{
	return byte - r.base < r.size && byte >= r.base;
}

static void prove_contains(void)
{
	struct range r = { edge(), edge() };
	uint64_t base = edge(), size = edge(), offset = edge();

	__CPROVER_assume(range_is_sound(r.base, r.size));
	if (range_contains(r, base, size) && offset < size)
		assert(holds(r, base + offset));
	/* And the other way: a sound range whose two ends are inside is contained. */
	if (size > 0 && range_is_sound(base, size) && holds(r, base) && holds(r, base + (size - 1)))
		assert(range_contains(r, base, size));
}

static void prove_overlaps(void)
{
	struct range a = { edge(), edge() }, b = { edge(), edge() };
	uint64_t byte = edge();

	__CPROVER_assume(range_is_sound(a.base, a.size) && range_is_sound(b.base, b.size));
	assert(range_overlaps(a, b) == range_overlaps(b, a));
	if (holds(a, byte) && holds(b, byte))
		assert(range_overlaps(a, b));
	/* When they overlap, the larger base is a byte of both. */
	if (range_overlaps(a, b))
		assert(holds(a, MAX(a.base, b.base)) && holds(b, MAX(a.base, b.base)));
}

static void prove_alignment(void)
{
	uint64_t value = nondet_u64(), shift = nondet_u64();
	uint64_t alignment;

	__CPROVER_assume(shift < 64);
	alignment = BIT(shift);
	assert(is_aligned(align_down(value, alignment), alignment));
	assert(align_down(value, alignment) <= value);
	assert(value - align_down(value, alignment) < alignment);
	assert(is_aligned(align_up(value, alignment), alignment));
	if (value <= UINT64_MAX - (alignment - 1))
		assert(align_up(value, alignment) - value < alignment);
}

static void prove_flush(void)
{
	struct flush owed = flush_none();
	struct range a = { edge(), edge() }, b = { edge(), edge() };
	uint64_t byte = edge();

	__CPROVER_assume(a.size > 0 && a.size < BIT(62) && range_is_sound(a.base, a.size));
	__CPROVER_assume(b.size > 0 && b.size < BIT(62) && range_is_sound(b.base, b.size));
	__CPROVER_assume((a.base ^ b.base) >> 63 == 0);
	flush_add_range(&owed, a.base, a.size, 4096);
	flush_add_range(&owed, b.base, b.size, 8192);
	assert(owed.stride == 4096);
	if (holds(a, byte) || holds(b, byte))
		assert(holds(owed.range, byte));
}

int main(void)
{
	prove_contains();
	prove_overlaps();
	prove_alignment();
	prove_flush();
	return 0;
}
