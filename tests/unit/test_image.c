// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/image.c
/* Kernel images: what a well-made header places where, and that a damaged one is refused. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "vcpu/image.h"

#define BASE 0x80000000

static uint8_t data[512];
static struct image image;
static const char *why;

static void put(unsigned int offset, uint64_t value, unsigned int bytes)
{
	unsigned int i;

	for (i = 0; i < bytes; i++)
		data[offset + i] = (uint8_t)(value >> (8 * i));
}

static int parse(uint64_t size, uint64_t load, uint64_t entry)
{
	return image_parse(data, size, BASE, load, entry, &image, &why);
}

static int setup(void **unused)
{
	(void)unused;
	memset(data, 0, sizeof(data));
	return 0;
}

static void make_linux(void)
{
	put(8, 0x200000, 8);
	put(16, 0x1000000, 8);
	put(56, 0x05435352, 4);
}

static void make_elf(unsigned int segments)
{
	memcpy(data, "\177ELF\2\1\1", 7);
	put(18, 243, 2);
	put(24, 0x80200010, 8);
	put(32, 64, 8);
	put(54, 56, 2);
	put(56, segments, 2);
	put(64, 1, 4);
	put(64 + 8, 0x100, 8);
	put(64 + 24, 0x80200000, 8);
	put(64 + 32, 0x80, 8);
	put(64 + 40, 0x200, 8);
}

static void test_raw(void **unused)
{
	(void)unused;
	assert_int_equal(parse(100, IMAGE_ANY, IMAGE_ANY), 0);
	assert_int_equal(image.kind, IMAGE_RAW);
	assert_int_equal(image.segments[0].gpa, BASE + 0x200000);
	assert_int_equal(image.entry, BASE + 0x200000);
	assert_int_equal(parse(100, 0x90000000, 0x90000040), 0);
	assert_int_equal(image.segments[0].gpa, 0x90000000);
	assert_int_equal(image.entry, 0x90000040);
	assert_int_equal(parse(100, IMAGE_ANY, 0x90000040), 0);
	assert_int_equal(image.segments[0].gpa, 0x90000040);
	assert_int_equal(parse(0, IMAGE_ANY, IMAGE_ANY), -EINVAL);
}

static void test_linux(void **unused)
{
	(void)unused;
	make_linux();
	assert_int_equal(parse(sizeof(data), IMAGE_ANY, IMAGE_ANY), 0);
	assert_int_equal(image.kind, IMAGE_LINUX);
	assert_int_equal(image.segments[0].gpa, BASE + 0x200000);
	assert_int_equal(image.segments[0].size, sizeof(data));
	assert_int_equal(image.segments[0].memory_size, 0x1000000);
	assert_int_equal(image.entry, BASE + 0x200000);
}

static void test_linux_refused(void **unused)
{
	(void)unused;
	make_linux();
	put(24, 1, 8);
	assert_int_equal(parse(sizeof(data), IMAGE_ANY, IMAGE_ANY), -EINVAL);
	make_linux();
	put(24, 0, 8);
	put(8, UINT64_MAX - 5, 8);
	assert_int_equal(parse(sizeof(data), IMAGE_ANY, IMAGE_ANY), -EINVAL);
	/* Too short for the header: raw. */
	assert_int_equal(parse(63, IMAGE_ANY, IMAGE_ANY), 0);
	assert_int_equal(image.kind, IMAGE_RAW);
}

static void test_elf(void **unused)
{
	(void)unused;
	make_elf(1);
	assert_int_equal(parse(sizeof(data), IMAGE_ANY, IMAGE_ANY), 0);
	assert_int_equal(image.kind, IMAGE_ELF);
	assert_int_equal(image.nr_segments, 1);
	assert_int_equal(image.segments[0].offset, 0x100);
	assert_int_equal(image.segments[0].gpa, 0x80200000);
	assert_int_equal(image.segments[0].memory_size, 0x200);
	assert_int_equal(image.entry, 0x80200010);
}

static void test_elf_refused(void **unused)
{
	static const struct {
		unsigned int offset;
		uint64_t value;
		unsigned int bytes;
	} damages[] = {
		{ 4, 1, 1 },       /* 32-bit */
		{ 5, 2, 1 },       /* big-endian */
		{ 18, 62, 2 },     /* another machine */
		{ 32, 0x1000, 8 }, /* program headers outside */
		{ 32, UINT64_MAX - 8, 8 },
		{ 54, 8, 2 },              /* entries too small */
		{ 56, 65, 2 },             /* too many */
		{ 64, 2, 4 },              /* nothing to load */
		{ 64 + 8, UINT64_MAX, 8 }, /* a segment outside */
		{ 64 + 32, 0x300, 8 },     /* more in the file than in memory */
	};
	unsigned int i;

	(void)unused;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		memset(data, 0, sizeof(data));
		make_elf(1);
		put(damages[i].offset, damages[i].value, damages[i].bytes);
		assert_int_equal(parse(sizeof(data), IMAGE_ANY, IMAGE_ANY), -EINVAL);
		assert_non_null(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_raw, setup),
		cmocka_unit_test_setup(test_linux, setup),
		cmocka_unit_test_setup(test_linux_refused, setup),
		cmocka_unit_test_setup(test_elf, setup),
		cmocka_unit_test_setup(test_elf_refused, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
