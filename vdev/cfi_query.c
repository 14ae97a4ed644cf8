/* SPDX-License-Identifier: Apache-2.0 */
/* The CFI table (contract in cfi_query.h). Apart from the geometry it is that of QEMU's chips. */
#include "vdev/cfi_query.h"

#include <string.h>

static uint8_t log2_of(uint64_t power)
{
	return (uint8_t)__builtin_ctzl(power);
}

void cfi_query_fill(uint8_t *table, uint64_t chip, uint64_t buffer, uint64_t sector)
{
	static const uint8_t fixed[CFI_QUERY_BYTES] = {
		[0x10] = 'Q',  [0x11] = 'R',  [0x12] = 'Y',  [0x13] = 0x01, [0x15] = 0x31,
		[0x1b] = 0x45, [0x1c] = 0x55, [0x1f] = 0x07, [0x20] = 0x07, [0x21] = 0x0a,
		[0x23] = 0x04, [0x24] = 0x04, [0x25] = 0x04, [0x28] = 0x02, [0x2c] = 0x01,
		[0x31] = 'P',  [0x32] = 'R',  [0x33] = 'I',  [0x34] = '1',  [0x35] = '0',
		[0x3f] = 0x01,
	};
	uint64_t last = chip / sector - 1;

	memcpy(table, fixed, sizeof(fixed));
	table[0x27] = log2_of(chip);
	table[0x2a] = log2_of(buffer);
	table[0x2d] = (uint8_t)last;
	table[0x2e] = (uint8_t)(last >> 8);
	table[0x2f] = (uint8_t)(sector >> 8);
	table[0x30] = (uint8_t)(sector >> 16);
}
