// SPDX-License-Identifier: Apache-2.0
// sources: hv/console_filter.c
// What of a guest's bytes a shared terminal gets: text and colours, whatever else is sent.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hv/console_filter.h"

static char shown[4096];

/* What is left of a text. */
static const char *filtered(const char *text, bool colour)
{
	struct console_filter filter = { 0 };
	size_t n = 0;

	for (; *text; text++)
		n += console_filter(&filter, (uint8_t)*text, colour, shown + n);
	shown[n] = '\0';
	return shown;
}

static void test_text_passes(void **state)
{
	static const char *const texts[] = {
		"login: root\r\n", "a\tb\n",
		"~!@#$%^&*()",     "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x80\n",
		"bell\a\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(filtered(texts[i], false), texts[i]);
}

static void test_colours(void **state)
{
	(void)state;
	assert_string_equal(filtered("\033[1;31mred\033[m\n", true), "\033[1;31mred\033[m\n");
	assert_string_equal(filtered("\033[38:2:1:2:3mx", true), "\033[38:2:1:2:3mx");
	assert_string_equal(filtered("\033[1;31mred\033[m\n", false), "red\n");
	/* Not a colour, though it ends like one; too long to be one. */
	assert_string_equal(filtered("\033[>4;2mx\033[?1mx\033[0 mx", true), "xxx");
	assert_string_equal(filtered("\033[1;1;1;1;1;1;1;1;1;1;1;1;1mx", true), "x");
}

/* Each is what a hostile guest would send to a terminal; x is its text around it. */
static void test_nothing_else_passes(void **state)
{
	static const char *const hostile[] = {
		"\033[2J",            /* erase the screen */
		"\033[A",             /* up, over another's line */
		"\033[1;1H",          /* to the top */
		"\033[6n",            /* have the terminal type an answer */
		"\033[?1049h",        /* the other screen */
		"\033[21t",           /* have it type its title */
		"\033]0;title\a",     /* set the title */
		"\033]0;title\033\\", /* the same */
		"\033P$q\"p\033\\",   /* another question */
		"\033c",              /* reset */
		"\033M",              /* up */
		"\033(0",             /* line drawing instead of letters */
		"\033#8",             /* fill the screen */
		"\033 G",             /* 8-bit controls */
		"\x0e\x0f",           /* other character sets */
		"\x0b\x0c",           /* down */
		"\x05",               /* have it answer */
		"\x7f\x01\x1a",       /* no text */
		"\xc2\x9b\x32J",      /* ESC [ in UTF-8; its rest is text */
		"\x9b\x32J",          /* and without */
		"\033\033[2J",        /* two beginnings */
		"\033[\x08\x32J",     /* a control in the middle */
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		strcpy(text, "x");
		strcat(text, hostile[i]);
		strcat(text, "x");
		filtered(text, true);
		assert_string_equal(shown, strstr(hostile[i], "\x9b") ? "x2Jx" : "xx");
	}
}

static void test_line_end_ends_a_sequence(void **state)
{
	(void)state;
	assert_string_equal(filtered("\033]0;title\nx", true), "\nx");
	assert_string_equal(filtered("\033[1;2\r\nx", true), "\r\nx");
	assert_string_equal(filtered("\033\nx\xe2\n", true), "\nx\n");
}

/* The name before the line is out of reach, but what was typed can be taken back. */
static void test_backspace(void **state)
{
	struct console_filter filter = { 0 };
	char out[CONSOLE_FILTER_MAX];

	(void)state;
	assert_string_equal(filtered("ab\b\b\b\bc\n", true), "ab\b\bc\n");
	assert_string_equal(filtered("ab\r\bc\n\b", true), "ab\rc\n");
	/* Characters that take no column of their own don't count. */
	assert_string_equal(filtered("\xcc\x81\xcc\x81\b\b", true), "\xcc\x81\xcc\x81");
	console_filter(&filter, 'a', true, out);
	console_filter_line(&filter);
	assert_int_equal(console_filter(&filter, '\b', true, out), 0);
}

/* Whatever comes, what passes has no control but those known, and no ESC but before a colour. */
static void check_shown(size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)shown[i];

		if (c == 0x1b) {
			assert_int_equal(shown[i + 1], '[');
			i += 2 + strspn(shown + i + 2, "0123456789;:");
			assert_int_equal(shown[i], 'm');
		} else {
			assert_true(c >= ' ' || strchr("\a\b\t\n\r", c));
			assert_int_not_equal(c, 0x7f);
		}
	}
}

static void test_random_bytes(void **state)
{
	static const char likely[] = "\033\033\033[[[]P0123;:?mHJ\a\n\r\b\xc2\x9b\x80\xe2";
	struct console_filter filter = { 0 };
	size_t n = 0;

	(void)state;
	srand(1);
	for (unsigned i = 0; i < 1000000; i++) {
		int r = rand();
		uint8_t byte = r & 0x10000 ? (uint8_t)r
					   : (uint8_t)likely[(size_t)r % (sizeof(likely) - 1)];

		n += console_filter(&filter, byte, true, shown + n);
		if (n > sizeof(shown) - 2 * CONSOLE_FILTER_MAX) {
			shown[n] = '\0';
			check_shown(n);
			n = 0;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_passes),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_nothing_else_passes),
		cmocka_unit_test(test_line_end_ends_a_sequence),
		cmocka_unit_test(test_backspace),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
