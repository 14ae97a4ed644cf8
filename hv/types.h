/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address kinds. A guest physical address and a host physical address are
 * different types, so that the compiler refuses to take one for the other.
 * Host virtual addresses are plain pointers; a guest virtual address is a
 * uint64_t named gva.
 */
#ifndef HV_TYPES_H
#define HV_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A guest physical address, in bytes. */
typedef struct {
	uint64_t v;
} gpa_t;

/* A host physical (machine) address, in bytes. */
typedef struct {
	uint64_t v;
} hpa_t;

static inline gpa_t gpa(uint64_t v)
{
	return (gpa_t){ v };
}

static inline hpa_t hpa(uint64_t v)
{
	return (hpa_t){ v };
}

/* A range of addresses of one kind, which the field's name tells. */
struct range {
	uint64_t base;
	uint64_t size;
};

#endif
