/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ISA strings: "rv64imafdch_zicbom_sstc", or a list "i", "m", ..., "zicbom", "sstc".
 * A hart names a hundred extensions, mostly in the table's order, so a name is looked for from
 * where the last one was found.
 */
#include "hv/host_isa.h"

#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"

/* The longest name of the table has 12 letters. */
struct row {
	char name[13];
	uint8_t length;
	uint8_t ext; /* enum isa_ext, or ISA_COUNT: Bulkhead does nothing about it */
	bool guest;  /* a guest may have it */
};

/* Versions of clang-format differ here. */
/* clang-format off */
#define ROW(name, ext, guest) { name, sizeof(name) - 1, ext, guest }
#define GUEST(name)           ROW(name, ISA_COUNT, true)
#define GUEST_EXT(name, ext)  ROW(name, ext, true)
#define HOST_EXT(name, ext)   ROW(name, ext, false)
/* clang-format on */

/*
 * Sorted, but S goes behind Z, as in ISA strings. A guest may have those that it can use without
 * Bulkhead's doing, and those whose state Bulkhead keeps and whose controls it sets. Zkr needs
 * mseccfg, so it is no guest's.
 */
static const struct row rows[] = {
	GUEST("a"),
	GUEST("b"),
	GUEST_EXT("c", ISA_C),
	GUEST_EXT("d", ISA_D),
	GUEST_EXT("f", ISA_F),
	HOST_EXT("h", ISA_H),
	GUEST("i"),
	GUEST("m"),
	GUEST_EXT("v", ISA_V),
	GUEST("za64rs"),
	GUEST("zaamo"),
	GUEST("zabha"),
	GUEST("zacas"),
	GUEST("zalrsc"),
	GUEST("zama16b"),
	GUEST_EXT("zawrs", ISA_ZAWRS),
	GUEST("zba"),
	GUEST("zbb"),
	GUEST("zbc"),
	GUEST("zbkb"),
	GUEST("zbkc"),
	GUEST("zbkx"),
	GUEST("zbs"),
	GUEST("zca"),
	GUEST("zcb"),
	GUEST("zcd"),
	GUEST("zcmop"),
	GUEST("zfa"),
	GUEST("zfbfmin"),
	GUEST("zfh"),
	GUEST("zfhmin"),
	GUEST("zic64b"),
	GUEST_EXT("zicbom", ISA_ZICBOM),
	GUEST_EXT("zicbop", ISA_ZICBOP),
	GUEST_EXT("zicboz", ISA_ZICBOZ),
	GUEST("ziccamoa"),
	GUEST("ziccif"),
	GUEST("zicclsm"),
	GUEST("ziccrse"),
	GUEST("zicntr"),
	GUEST("zicond"),
	GUEST("zicsr"),
	GUEST("zifencei"),
	GUEST("zihintntl"),
	GUEST("zihintpause"),
	GUEST_EXT("zihpm", ISA_ZIHPM),
	GUEST("zimop"),
	GUEST("zkn"),
	GUEST("zknd"),
	GUEST("zkne"),
	GUEST("zknh"),
	HOST_EXT("zkr", ISA_ZKR),
	GUEST("zks"),
	GUEST("zksed"),
	GUEST("zksh"),
	GUEST("zkt"),
	GUEST("zmmul"),
	GUEST("ztso"),
	GUEST("zvbb"),
	GUEST("zvbc"),
	GUEST("zve32f"),
	GUEST("zve32x"),
	GUEST("zve64d"),
	GUEST("zve64f"),
	GUEST("zve64x"),
	GUEST("zvfbfmin"),
	GUEST("zvfbfwma"),
	GUEST("zvfh"),
	GUEST("zvfhmin"),
	GUEST("zvkb"),
	GUEST("zvkg"),
	GUEST("zvkn"),
	GUEST("zvknc"),
	GUEST("zvkned"),
	GUEST("zvkng"),
	GUEST("zvknha"),
	GUEST("zvknhb"),
	GUEST("zvks"),
	GUEST("zvksc"),
	GUEST("zvksed"),
	GUEST("zvksg"),
	GUEST("zvksh"),
	GUEST("zvkt"),
	HOST_EXT("smaia", ISA_SMAIA),
	HOST_EXT("smstateen", ISA_SMSTATEEN),
	GUEST_EXT("ssaia", ISA_SSAIA),
	GUEST("ssccptr"),
	HOST_EXT("sscofpmf", ISA_SSCOFPMF),
	GUEST("sscounterenw"),
	HOST_EXT("ssstateen", ISA_SMSTATEEN),
	GUEST_EXT("sstc", ISA_SSTC),
	GUEST("sstvala"),
	GUEST("sstvecd"),
	GUEST("ssu64xl"),
	GUEST_EXT("svade", ISA_SVADE),
	GUEST_EXT("svadu", ISA_SVADU),
	GUEST_EXT("svinval", ISA_SVINVAL),
	GUEST_EXT("svnapot", ISA_SVNAPOT),
	GUEST_EXT("svpbmt", ISA_SVPBMT),
	GUEST("svvptc"),
};

#define ROWS ARRAY_SIZE(rows)

_Static_assert(ROWS <= 8 * sizeof(struct host_isa), "a set has a bit for each row");

const char *host_isa_name(enum isa_ext ext)
{
	unsigned i = 0;

	while (rows[i].ext != ext)
		i++;
	return rows[i].name;
}

static bool has_row(const struct host_isa *isa, unsigned row)
{
	return isa->rows[row / 64] & BIT(row % 64);
}

static int rank(char c)
{
	return c == 's' ? 'z' + 1 : (unsigned char)c;
}

/* Where a name ends, in a list and in a string. */
static bool ends(char c)
{
	return c == '\0' || c == '_';
}

/* As strcmp in the table's order, of a row's name and one that ends as names do. */
static int compare(const char *name, const char *other)
{
	size_t i = 0;

	while (name[i] && name[i] == other[i])
		i++;
	if (ends(other[i]))
		return name[i];
	return i ? (unsigned char)name[i] - (unsigned char)other[i] : rank(*name) - rank(*other);
}

/* The row of a name, or ROWS. Looks from row *from on, which moves to where the next may be. */
static unsigned find(const char *name, unsigned *from)
{
	unsigned i = MIN(*from, ROWS - 1);
	int order = compare(rows[i].name, name);

	while (order < 0 && i + 1 < ROWS)
		order = compare(rows[++i].name, name);
	while (order > 0 && i > 0)
		order = compare(rows[--i].name, name);
	*from = order ? i : i + 1;
	return order ? ROWS : i;
}

/* Adds a name; how long it is, 0 when the table lacks it. */
BOOT_CODE static size_t add(struct host_isa *isa, const char *name, unsigned *from)
{
	unsigned row = find(name, from);

	if (row == ROWS)
		return 0;
	isa->rows[row / 64] |= BIT(row % 64);
	return rows[row].length;
}

/* The single letters behind "rv64"; g stands for imafd. */
BOOT_CODE static void add_letters(struct host_isa *isa, const char *s, unsigned *from)
{
	static const char general[] = "i_m_a_f_d";
	char letter[2] = "";

	for (; !ends(*s); s++) {
		*letter = *s;
		add(isa, letter, from);
		for (size_t i = 0; *s == 'g' && i < sizeof(general); i += 2)
			add(isa, general + i, from);
	}
}

BOOT_CODE struct host_isa host_isa_read(const void *data, size_t size)
{
	struct host_isa isa = { { 0 } };
	const char *s = data;
	unsigned from = 0;

	/* What has no end is no name: behind this, one follows every letter. */
	while (size && !ends(s[size - 1]))
		size--;
	for (size_t i = 0; i < size; i++) {
		if (ends(s[i]))
			continue;
		if (s[i] == 'r' && strncmp(s + i, "rv64", 4) == 0)
			add_letters(&isa, s + i + 4, &from);
		else
			i += add(&isa, s + i, &from);
		while (!ends(s[i]))
			i++;
	}
	return isa;
}

uint64_t host_isa_bits(struct host_isa isa)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < ROWS; i++) {
		if (rows[i].ext < ISA_COUNT && has_row(&isa, i))
			bits |= BIT(rows[i].ext);
	}
	return bits;
}

struct host_isa host_isa_for_guest(struct host_isa isa, uint64_t hide)
{
	for (unsigned i = 0; i < ROWS; i++) {
		if (!rows[i].guest || (rows[i].ext < ISA_COUNT && (hide & BIT(rows[i].ext))))
			isa.rows[i / 64] &= ~BIT(i % 64);
	}
	return isa;
}

bool host_isa_has(struct host_isa isa, const char *name)
{
	unsigned from = 0, row = find(name, &from);

	return row < ROWS && has_row(&isa, row);
}

const char *host_isa_next(struct host_isa isa, unsigned *row, size_t *length)
{
	while (*row < ROWS && !has_row(&isa, *row))
		(*row)++;
	if (*row == ROWS)
		return NULL;
	*length = rows[*row].length;
	return rows[(*row)++].name;
}
