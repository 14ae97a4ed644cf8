// SPDX-License-Identifier: Apache-2.0
// sources: hv/fmt.c
// Formatted text, compared with the C library's on the conversions that both have.
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hv/fmt.h"

#define CHECK(...)                                                                       \
	do {                                                                             \
		char ours[128], theirs[128];                                             \
		size_t length = fmt_snprintf(ours, sizeof(ours), __VA_ARGS__);           \
		assert_int_equal(length, snprintf(theirs, sizeof(theirs), __VA_ARGS__)); \
		assert_string_equal(ours, theirs);                                       \
	} while (0)

static void test_numbers(void **state)
{
	(void)state;
	CHECK("%d %i %d", 0, -1, INT_MIN);
	CHECK("%u %x %X", UINT_MAX, 0xbeefu, 0xbeefu);
	CHECK("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
	CHECK("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, 1ull << 63);
	CHECK("%zu", sizeof(int));
	CHECK("%hhu %hx", (unsigned char)200, (unsigned short)0xffff);
}

static void test_fields(void **state)
{
	(void)state;
	CHECK("[%5d][%-5d][%05d]", 42, 42, 42);
	CHECK("[%5d][%-5d][%05d]", -42, -42, -42);
	CHECK("[%016lx][%3x][%1x]", 0x1234ul, 0x12345u, 0xffu);
	CHECK("[%*d][%-*d]", 6, 7, 6, 7);
	CHECK("[%8s][%-8s][%.2s][%5.1s][%.*s]", "abc", "abc", "abc", "abc", 2, "xyz");
	CHECK("[%c][%3c][%-3c]", 'a', 'b', 'c');
	CHECK("100%% of %p", (void *)0x1000);
}

static void test_string_without_end(void **state)
{
	const char raw[3] = { 'a', 'b', 'c' };
	char text[8];

	(void)state;
	assert_int_equal(fmt_snprintf(text, sizeof(text), "%.3s", raw), 3);
	assert_string_equal(text, "abc");
}

static void test_null_string(void **state)
{
	char text[16];
	const char *volatile nothing = NULL;

	(void)state;
	fmt_snprintf(text, sizeof(text), "%s", nothing);
	assert_string_equal(text, "(null)");
}

static void test_cut(void **state)
{
	char text[8];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(fmt_snprintf(text, 4, "%s-%d", "abc", 12345), 9);
	assert_string_equal(text, "abc");
	assert_int_equal(text[4], 'x');
	assert_int_equal(fmt_snprintf(NULL, 0, "%d", 12345), 5);
	assert_int_equal(fmt_snprintf(text, 1, "%d", 12345), 5);
	assert_string_equal(text, "");
}

static void test_odd_formats(void **state)
{
	char text[16];
	const char *volatile end = "ab%", *volatile unknown = "a%qb";

	(void)state;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-security"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	assert_int_equal(fmt_snprintf(text, sizeof(text), end), 2);
	assert_string_equal(text, "ab");
	fmt_snprintf(text, sizeof(text), unknown);
	assert_string_equal(text, "aqb");
#pragma GCC diagnostic pop
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_string_without_end),
		cmocka_unit_test(test_null_string),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_odd_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
