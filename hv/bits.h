/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bits, fields, alignment, and arithmetic that tells of overflow.
 * A field is one mask: FIELD_GET and FIELD_PREP derive the shift from it, so
 * that offset and length can't disagree.
 */
#ifndef HV_BITS_H
#define HV_BITS_H

#include "hv/types.h"

#ifdef __ASSEMBLER__
#error "bits.h is for C; assembly takes its constants from the generated offsets"
#endif

#define BIT(n)             (UINT64_C(1) << (n))
#define GENMASK(high, low) (((~UINT64_C(0)) << (low)) & (~UINT64_C(0) >> (63 - (high))))

#define FIELD_GET(mask, value)  (((uint64_t)(value) & (mask)) / ((mask) & -(mask)))
#define FIELD_PREP(mask, value) (((uint64_t)(value) * ((mask) & -(mask))) & (mask))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Versions of clang-format differ here. */
/* clang-format off */
#define CONTAINER_OF(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
/* clang-format on */

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define KiB(n) ((uint64_t)(n) << 10)
#define MiB(n) ((uint64_t)(n) << 20)
#define GiB(n) ((uint64_t)(n) << 30)

#define PAGE_SHIFT 12
#define PAGE_SIZE  KiB(4)

/* alignment must be a power of two. */
static inline bool is_aligned(uint64_t value, uint64_t alignment)
{
	return (value & (alignment - 1)) == 0;
}

static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
	return value & -alignment;
}

/* Wraps to a small value when there is no such address: check before use on outside input. */
static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return align_down(value + alignment - 1, alignment);
}

/* True when [base, base + size) does not wrap around the address space; its last byte may be ~0. */
static inline bool range_is_sound(uint64_t base, uint64_t size)
{
	return size == 0 || base + (size - 1) >= base;
}

/* True when [base, base + size) lies in r, computed without overflow. size may be 0. */
static inline bool range_contains(struct range r, uint64_t base, uint64_t size)
{
	return base >= r.base && base - r.base <= r.size && size <= r.size - (base - r.base);
}

/* True when both ranges are sound and share a byte. */
static inline bool range_overlaps(struct range a, struct range b)
{
	if (a.size == 0 || b.size == 0)
		return false;
	return a.base <= b.base + (b.size - 1) && b.base <= a.base + (a.size - 1);
}

#endif
