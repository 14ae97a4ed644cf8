// SPDX-License-Identifier: Apache-2.0
// sources: hv/console.c hv/console_input.c hv/console_output.c hv/console_filter.c hv/fmt.c
// What is typed on the console: the prefix key, where bytes go, and guests that don't read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/console_fakes.h"

#define KEY "\x1d"

static int three_guests(void **state)
{
	(void)state;
	if (fake_setup(3))
		return -1;
	for (int i = 0; i < 3; i++)
		fake.guests[i].takes = 4096;
	return 0;
}

static int no_guest(void **state)
{
	(void)state;
	return fake_setup(0);
}

static void assert_read(int guest, const char *text)
{
	fake.guests[guest].read[fake.guests[guest].nr_read] = '\0';
	assert_string_equal(fake.guests[guest].read, text);
}

static void test_first_guest_at_first(void **state)
{
	(void)state;
	fake_type("ls\r");
	assert_read(0, "ls\r");
	assert_read(1, "");
}

static void test_prefix_moves(void **state)
{
	(void)state;
	fake_type(KEY "2two" KEY "3three" KEY "1one" KEY "n2" KEY "n3" KEY "n1");
	assert_read(0, "one1");
	assert_read(1, "two2");
	assert_read(2, "three3");
}

static void test_prefix_twice_sends_it(void **state)
{
	(void)state;
	fake_type("a" KEY KEY "b");
	assert_read(0, "a" KEY "b");
}

static void test_unknown_key_is_told(void **state)
{
	(void)state;
	fake_type(KEY "z" KEY "9x");
	assert_read(0, "x");
	fake_run(1);
	assert_non_null(strstr(fake_out(), "no such key; Ctrl-] ? helps"));
	assert_non_null(strstr(fake.out, "there is no guest 9"));
}

static void test_prompt_and_back(void **state)
{
	(void)state;
	fake_type(KEY "bhelp\r" KEY "bx");
	assert_memory_equal(fake.typed, "help\r", 5);
	assert_int_equal(fake.nr_typed, 5);
	assert_read(0, "x");
	assert_int_equal(fake.console.view, CONSOLE_VIEW_ALL);
}

static void test_views(void **state)
{
	(void)state;
	fake_type(KEY "2");
	assert_int_equal(fake.console.view, CONSOLE_VIEW_FOCUS);
	fake_type(KEY "n");
	assert_int_equal(fake.console.view, CONSOLE_VIEW_FOCUS);
	assert_int_equal(fake.console.focus, 2);
	fake_type(KEY "a");
	assert_int_equal(fake.console.view, CONSOLE_VIEW_ALL);
	assert_int_equal(fake.console.focus, 2);
	fake_type(KEY "r");
	assert_int_equal(fake.console.view, CONSOLE_VIEW_RAW);
}

static void test_help_lists_guests(void **state)
{
	(void)state;
	fake_type(KEY "?");
	console_flush(&fake.console, 100);
	fake_out();
	assert_non_null(strstr(fake.out, "  2  freertos alone\r\n"));
	assert_non_null(strstr(fake.out, "  Ctrl-]  send Ctrl-]\r\n"));
}

static void test_input_waits_for_the_guest(void **state)
{
	char text[33];

	(void)state;
	fake.guests[0].takes = 0;
	for (int i = 0; i < FAKE_RX; i++)
		text[i] = (char)('a' + i % 26);
	text[FAKE_RX] = '\0';
	fake_type(text);
	assert_int_equal(console_input_room(&fake.console), 0);
	assert_true(fake.holds_input);
	fake_run(100);
	fake.guests[0].takes = 5;
	console_rx_ready(&fake.guests[0].channel);
	fake_run(1);
	assert_int_equal(console_input_room(&fake.console), 5);
	assert_false(fake.holds_input);
	fake.guests[0].takes = 100;
	console_rx_ready(&fake.guests[0].channel);
	fake_run(1);
	assert_read(0, text);
}

static void test_a_deaf_guest_does_not_lock_the_user_in(void **state)
{
	(void)state;
	fake.guests[0].takes = 0;
	while (console_input_room(&fake.console))
		fake_type("x");
	fake_run(2100);
	assert_false(fake.holds_input);
	assert_non_null(strstr(fake_out(), "linux does not read its input"));
	fake_type("lost" KEY "2ok");
	assert_read(1, "ok");
	fake.guests[0].takes = 100;
	console_rx_ready(&fake.guests[0].channel);
	fake_run(1);
	assert_non_null(strstr(fake_out(), "linux reads its input again; 4 bytes"));
	assert_int_equal(fake.guests[0].nr_read, FAKE_RX);
}

static void test_without_guests_there_is_the_prompt(void **state)
{
	(void)state;
	console_service(&fake.console);
	assert_int_equal(fake.redraws, 1);
	fake_type("x" KEY "n" KEY "a" KEY "1y");
	assert_memory_equal(fake.typed, "xy", 2);
}

static void test_random_input_is_in_order(void **state)
{
	unsigned sent = 0;

	(void)state;
	srand(3);
	fake.guests[0].takes = 0;
	while (sent < 4000) {
		while (rand() % 8 && console_input_room(&fake.console) && sent < 4000)
			console_input(&fake.console, (uint8_t)('a' + sent++ % 23));
		fake.guests[0].takes = (uint32_t)rand() % 9;
		console_service(&fake.console);
	}
	fake.guests[0].takes = 4096;
	console_service(&fake.console);
	assert_int_equal(fake.guests[0].nr_read, 4000);
	for (unsigned i = 0; i < 4000; i++)
		assert_int_equal(fake.guests[0].read[i], 'a' + i % 23);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_first_guest_at_first, three_guests),
		cmocka_unit_test_setup(test_prefix_moves, three_guests),
		cmocka_unit_test_setup(test_prefix_twice_sends_it, three_guests),
		cmocka_unit_test_setup(test_unknown_key_is_told, three_guests),
		cmocka_unit_test_setup(test_prompt_and_back, three_guests),
		cmocka_unit_test_setup(test_views, three_guests),
		cmocka_unit_test_setup(test_help_lists_guests, three_guests),
		cmocka_unit_test_setup(test_input_waits_for_the_guest, three_guests),
		cmocka_unit_test_setup(test_a_deaf_guest_does_not_lock_the_user_in, three_guests),
		cmocka_unit_test_setup(test_without_guests_there_is_the_prompt, no_guest),
		cmocka_unit_test_setup(test_random_input_is_in_order, three_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
