/* SPDX-License-Identifier: Apache-2.0 */
/* ISA strings: "rv64imafdch_zicbom_sstc", or a list "i", "m", ..., "zicbom", "sstc". */
#include <string.h>

#include "hv/bits.h"
#include "hv/host_isa.h"

/* Lengths are compared first: a hart names a hundred extensions, most of them others. */
#define NAME(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct {
	const char *text;
	size_t length;
} names[ISA_COUNT] = {
	[ISA_F] = NAME("f"),
	[ISA_D] = NAME("d"),
	[ISA_C] = NAME("c"),
	[ISA_V] = NAME("v"),
	[ISA_H] = NAME("h"),
	[ISA_SSTC] = NAME("sstc"),
	[ISA_SVINVAL] = NAME("svinval"),
	[ISA_SVNAPOT] = NAME("svnapot"),
	[ISA_SVPBMT] = NAME("svpbmt"),
	[ISA_SVADU] = NAME("svadu"),
	[ISA_SVADE] = NAME("svade"),
	[ISA_SMSTATEEN] = NAME("smstateen"),
	[ISA_SMAIA] = NAME("smaia"),
	[ISA_SSAIA] = NAME("ssaia"),
	[ISA_ZICBOM] = NAME("zicbom"),
	[ISA_ZICBOP] = NAME("zicbop"),
	[ISA_ZICBOZ] = NAME("zicboz"),
	[ISA_ZIHPM] = NAME("zihpm"),
	[ISA_SSCOFPMF] = NAME("sscofpmf"),
	[ISA_ZAWRS] = NAME("zawrs"),
	[ISA_ZKR] = NAME("zkr"),
};

/* Longest name of the table. */
#define NAME_MAX 9

const char *host_isa_name(enum isa_ext ext)
{
	return names[ext].text;
}

/* 0 for a name that the table lacks. */
static uint64_t name_bit(const char *name, size_t length)
{
	if (length > NAME_MAX)
		return 0;
	for (unsigned i = 0; i < ISA_COUNT; i++) {
		if (names[i].length == length && names[i].text[0] == name[0] &&
		    memcmp(names[i].text, name, length) == 0)
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
