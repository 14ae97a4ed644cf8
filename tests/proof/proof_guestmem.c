/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/guestmem.c
// cbmc: --unwind 4
/*
 * guestmem_translate for every table of up to two regions that guestmem_add
 * accepts and every request, with addresses and sizes near an end of the
 * address space, where sums wrap: each byte that it returns is one of a region, the
 * one with the same offset. Reads and writes go through it.
 */
#include <assert.h>
#include <errno.h>

#include "hv/bits.h"
#include "stage2/guestmem.h"

int8_t nondet_i8(void);

/* Within 128 bytes of 0 or of 2^64: with free 64-bit values the solver takes too long. */
static uint64_t edge(void)
{
	return (uint64_t)(int64_t)nondet_i8();
}

static struct guestmem gm;

static bool is_in_a_region(uint64_t guest, uint64_t host)
{
	for (unsigned int i = 0; i < gm.count; i++) {
		struct range r = { gm.regions[i].gpa.v, gm.regions[i].size };

		if (range_contains(r, guest, 1) &&
		    host - gm.regions[i].hpa.v == guest - gm.regions[i].gpa.v)
			return true;
	}
	return false;
}

static void prove_translate(void)
{
	uint64_t address = edge(), size = edge(), offset = edge();
	hpa_t at;
	int result = guestmem_translate(&gm, gpa(address), size, &at);

	assert(result == 0 || result == -EFAULT);
	if (result == 0 && offset < size)
		assert(is_in_a_region(address + offset, at.v + offset));
}

int main(void)
{
	guestmem_init(&gm, NULL, NULL);
	for (unsigned int i = 0; i < 2; i++) {
		int result = guestmem_add(&gm, gpa(edge()), hpa(edge()), edge());

		assert(result == 0 || result == -EINVAL || result == -EEXIST);
	}
	for (unsigned int i = 1; i < gm.count; i++)
		assert(gm.regions[i - 1].gpa.v < gm.regions[i].gpa.v);
	prove_translate();
	return 0;
}
