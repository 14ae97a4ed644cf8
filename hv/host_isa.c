/* SPDX-License-Identifier: Apache-2.0 */
/* ISA strings: "rv64imafdch_zicbom_sstc", or a list "i", "m", ..., "zicbom", "sstc". */
#include <string.h>

#include "hv/bits.h"
#include "hv/host_isa.h"

static const char *const names[ISA_COUNT] = {
	[ISA_F] = "f",
	[ISA_D] = "d",
	[ISA_C] = "c",
	[ISA_V] = "v",
	[ISA_H] = "h",
	[ISA_SSTC] = "sstc",
	[ISA_SVINVAL] = "svinval",
	[ISA_SVNAPOT] = "svnapot",
	[ISA_SVPBMT] = "svpbmt",
	[ISA_SVADU] = "svadu",
	[ISA_SVADE] = "svade",
	[ISA_SMSTATEEN] = "smstateen",
	[ISA_SMAIA] = "smaia",
	[ISA_SSAIA] = "ssaia",
	[ISA_ZICBOM] = "zicbom",
	[ISA_ZICBOP] = "zicbop",
	[ISA_ZICBOZ] = "zicboz",
	[ISA_ZIHPM] = "zihpm",
	[ISA_SSCOFPMF] = "sscofpmf",
	[ISA_ZAWRS] = "zawrs",
	[ISA_ZKR] = "zkr",
};

/* Longest name of the table. */
#define NAME_MAX 9

const char *host_isa_name(enum isa_ext ext)
{
	return names[ext];
}

/* 0 for a name that the table lacks. The length is told apart first: most names are others'. */
static uint64_t name_bit(const char *name, size_t length)
{
	if (length > NAME_MAX)
		return 0;
	for (unsigned i = 0; i < ISA_COUNT; i++) {
		if (names[i][0] == name[0] && strlen(names[i]) == length &&
		    memcmp(names[i], name, length) == 0)
			return BIT(i);
	}
	if (length == 9 && memcmp(name, "ssstateen", 9) == 0)
		return BIT(ISA_SMSTATEEN);
	return 0;
}

/* The single letters between "rv64" and the first underscore; g stands for imafd. */
static uint64_t letter_bits(const char *s, size_t size)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < size; i++)
		bits |= s[i] == 'g' ? BIT(ISA_F) | BIT(ISA_D) : name_bit(s + i, 1);
	return bits;
}

uint64_t host_isa_bits(const void *data, size_t size)
{
	const char *s = data;
	uint64_t bits = 0;
	size_t start = 0;

	for (size_t i = 0; i < size; i++) {
		if (s[i] != '\0' && s[i] != '_')
			continue;
		if (i - start > 4 && memcmp(s + start, "rv64", 4) == 0)
			bits |= letter_bits(s + start + 4, i - start - 4);
		else if (i > start)
			bits |= name_bit(s + start, i - start);
		start = i + 1;
	}
	return bits;
}
