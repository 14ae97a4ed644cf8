// SPDX-License-Identifier: Apache-2.0
// sources: hv/console.c hv/console_input.c hv/console_output.c hv/console_filter.c hv/fmt.c
// libs: pthread
// The console's output: lines kept whole, names in front, nothing lost or reordered.
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/console_fakes.h"

static int one_guest(void **state)
{
	(void)state;
	return fake_setup(1);
}

static int three_guests(void **state)
{
	(void)state;
	return fake_setup(3);
}

static void test_one_guest_is_raw(void **state)
{
	(void)state;
	fake_print(0, "\033[1mhello\r\nlogin: ");
	fake_run(1);
	assert_string_equal(fake_out(), "\033[1mhello\r\nlogin: ");
}

static void test_names_in_front(void **state)
{
	(void)state;
	fake_print(0, "boot\r\nmore\r\n");
	fake_print(1, "tick\n\n");
	fake_log("   0.001 hart 0: up\n");
	fake_run(1);
	fake_out();
	assert_non_null(strstr(fake.out, "[linux] boot\r\n"));
	assert_non_null(strstr(fake.out, "[linux] more\r\n"));
	assert_non_null(strstr(fake.out, "[freertos] tick\r\n"));
	assert_non_null(strstr(fake.out, "[freertos] \r\n"));
	assert_non_null(strstr(fake.out, "[bulkhead]    0.001 hart 0: up\r\n"));
}

static void test_half_lines_wait(void **state)
{
	(void)state;
	fake_print(0, "/ # ");
	fake_run(15);
	assert_string_equal(fake_out(), "");
	fake_run(15);
	assert_string_equal(fake_out(), "[linux] / # ");
	/* Its own line goes on at once. */
	fake_print(0, "l");
	fake_run(1);
	assert_string_equal(fake_out(), "l");
	/* Another's tears it, but only after the patience. */
	fake_print(1, "tick\n");
	fake_run(10);
	assert_string_equal(fake_out(), "");
	fake_run(15);
	assert_string_equal(fake_out(), "\r\n[freertos] tick\r\n");
	fake_print(0, "s\r\n");
	fake_run(1);
	assert_string_equal(fake_out(), "[linux]+ s\r\n");
}

static void test_cr_keeps_the_name(void **state)
{
	(void)state;
	fake_print(0, "10%\r20%\r\r\n");
	fake_run(1);
	assert_string_equal(fake_out(), "[linux] 10%\r[linux] 20%\r\r\n");
}

static void test_colour(void **state)
{
	(void)state;
	fake.console.colour = true;
	fake_print(1, "x\n");
	fake_run(1);
	assert_string_equal(fake_out(), "\033[32m[freertos]\033[0m x\r\n");
}

/* A guest among others can't touch their lines, nor the terminal; alone it has it all. */
static void test_escapes(void **state)
{
	(void)state;
	fake_print(0, "\033[31ma\033[2J\033[A\b\b\b\033[6nb\n");
	fake_run(1);
	assert_string_equal(fake_out(), "[linux] a\bb\r\n");
	fake.console.colour = true;
	fake_print(0, "\033[8mhidden");
	fake_run(50);
	fake_print(1, "x\n");
	fake_run(50);
	fake_print(0, "\b\b\bon\n");
	fake_run(1);
	assert_string_equal(fake_out(), "\033[31m[linux]\033[0m \033[8mhidden\033[0m\r\n"
					"\033[32m[freertos]\033[0m x\r\n"
					"\033[31m[linux]+\033[0m on\r\n");
	fake_type("\x1d"
		  "1");
	fake_run(1);
	fake_out();
	fake_print(0, "\033[2J\033[A");
	fake_run(1);
	assert_string_equal(fake_out(), "\033[2J\033[A");
}

static void test_focus(void **state)
{
	(void)state;
	fake_type("\x1d"
		  "1");
	fake_run(1);
	fake_out();
	fake_print(1, "hidden\n");
	fake_print(0, "raw\n");
	fake_run(50);
	assert_string_equal(fake_out(), "raw\n");
	fake_print(0, "half");
	fake_run(1);
	fake_log("note\n");
	fake_run(50);
	assert_string_equal(fake_out(), "half\r\n[bulkhead] note\r\n");
	fake_type("\x1d"
		  "2");
	fake_run(1);
	assert_string_equal(fake_out(),
			    "[bulkhead] input goes to freertos (guest 2); Ctrl-] ? helps"
			    "\r\nhidden\n");
}

static void test_raw_has_no_log(void **state)
{
	(void)state;
	fake_type("\x1dr");
	fake_run(1);
	fake_out();
	fake_log("note\n");
	fake_print(0, "text\n");
	fake_run(50);
	assert_string_equal(fake_out(), "text\n");
	fake_type("\x1d"
		  "a");
	fake_run(1);
	assert_non_null(strstr(fake_out(), "note"));
}

static void test_unseen_output_is_counted(void **state)
{
	static char text[2001];
	unsigned long skipped;
	size_t rest;
	char *after;

	(void)state;
	fake_type("\x1d"
		  "1");
	for (int i = 0; i < 200; i++)
		sprintf(text + 10 * i, "line %03d!\n", i);
	fake_print(1, text);
	/* The guest never waits for ever, though nobody looks. */
	fake_run(100);
	assert_int_equal(*fake.guests[1].out, '\0');
	fake_out();
	fake_type("\x1d"
		  "2");
	fake_run(100);
	fake_out();
	after = strstr(fake.out, "[freertos: ");
	assert_non_null(after);
	assert_int_equal(sscanf(after, "[freertos: %lu bytes of output skipped]", &skipped), 1);
	after = strchr(after, '\n') + 1;
	rest = strlen(after);
	assert_int_equal(skipped + rest, 2000);
	assert_string_equal(after, text + skipped);
	assert_int_equal(strncmp(after, "line ", 5), 0);
}

static void test_stuck_uart_holds_the_guest(void **state)
{
	static char text[3001];

	(void)state;
	memset(text, 'x', 3000);
	fake.uart_takes = 0;
	fake_print(0, text);
	fake_run(500);
	assert_true(fake.want_room);
	assert_true(strlen(fake.guests[0].out) > 2000);
	fake.uart_takes = 7;
	fake_run(500);
	assert_false(fake.want_room);
	assert_int_equal(strlen(fake.guests[0].out), 0);
	assert_string_equal(fake_out(), text);
}

static void test_full_log_says_so(void **state)
{
	char line[128];

	(void)state;
	memset(line, 'y', 126);
	strcpy(line + 126, "\n");
	for (int i = 0; i < 10; i++)
		fake_log(line);
	fake_run(10);
	assert_non_null(strstr(fake_out(), "6 lines of the log are not shown here"));
}

static void test_torn_prompt_is_shown_again(void **state)
{
	(void)state;
	fake_type("\x1d"
		  "b");
	fake_run(30);
	assert_string_equal(fake_out(), "> ");
	fake_print(1, "tick\n");
	fake_run(10);
	fake_print(1, "tock\n");
	fake_run(10);
	assert_string_equal(fake_out(), "\r\n[freertos] tick\r\n[freertos] tock\r\n");
	fake_run(20);
	assert_string_equal(fake_out(), "> ");
	assert_int_equal(fake.redraws, 2);
}

/* However long its line is: what guests and the log say meanwhile comes after it. */
static void test_own_waits_for_the_uart(void **state)
{
	char text[2001];

	(void)state;
	for (int i = 0; i < 2000; i++)
		text[i] = (char)('a' + i % 26);
	text[2000] = '\0';
	fake_type("\x1d"
		  "b");
	fake_out();
	fake_print(1, "tick\n");
	fake_log("up\n");
	console_write_own(&fake.console, text, 2000);
	console_flush(&fake.console, 1000);
	assert_non_null(strstr(fake_out(), text));
}

/* What each guest sent, rebuilt from lines with names. */

struct stream {
	char *text;
	size_t length;
};

static void rebuild(const char *out, const char *name, struct stream *to)
{
	size_t length = strlen(name);

	to->length = 0;
	while (*out) {
		const char *end = strstr(out, "\r\n");
		bool mine = out[0] == '[' && strncmp(out + 1, name, length) == 0 &&
			    out[length + 1] == ']';

		if (mine) {
			bool more = out[length + 2] == '+';
			const char *text = out + length + 3 + more;
			size_t n = (size_t)((end ? end : out + strlen(out)) - text);

			if (more) {
				assert_true(to->length > 0);
				to->length--;
			}
			memcpy(to->text + to->length, text, n);
			to->length += n;
			to->text[to->length++] = '\n';
		}
		if (!end)
			break;
		out = end + 2;
	}
	to->text[to->length] = '\0';
}

static char *random_text(uint32_t guest, size_t size)
{
	char *text = malloc(size + 2);

	for (size_t i = 0; i < size; i++)
		text[i] = rand() % 30 ? (char)('a' + (int)(i + guest) % 26) : '\n';
	text[size] = '\n';
	text[size + 1] = '\0';
	return text;
}

static void test_random_all(void **state)
{
	char *sent[FAKE_GUESTS], *back = malloc(FAKE_OUT);

	(void)state;
	srand(7);
	fake.stutter = true;
	for (uint32_t i = 0; i < FAKE_GUESTS; i++) {
		sent[i] = random_text(i, 20000);
		fake.guests[i].out = sent[i];
	}
	for (int round = 0; round < 400000; round++) {
		struct fake_guest *guest = &fake.guests[rand() % FAKE_GUESTS];

		for (int n = rand() % 40; n > 0 && *guest->out; n--) {
			if (!console_put(&guest->channel, (uint8_t)*guest->out))
				break;
			guest->out++;
		}
		if (rand() % 500 == 0)
			fake_log("logged\n");
		fake_run((uint64_t)rand() % 30);
	}
	fake_run(1000);
	fake_out();
	for (uint32_t i = 0; i < FAKE_GUESTS; i++) {
		struct stream stream = { .text = back };

		rebuild(fake.out, fake_names[i], &stream);
		assert_string_equal(stream.text, sent[i]);
		free(sent[i]);
	}
	free(back);
}

/* Producers on threads of their own: no byte waits for a kick that never comes. */

static void *producer(void *arg)
{
	struct fake_guest *guest = arg;
	const char *text = guest->out;

	for (; *text; text++) {
		while (!console_put(&guest->channel, (uint8_t)*text))
			sched_yield();
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[FAKE_GUESTS];
	char *sent[FAKE_GUESTS], *back = malloc(FAKE_OUT);

	(void)state;
	for (uint32_t i = 0; i < FAKE_GUESTS; i++) {
		sent[i] = random_text(i, 100000);
		fake.guests[i].out = sent[i];
		fake.guests[i].channel.ops = NULL;
		pthread_create(&threads[i], NULL, producer, &fake.guests[i]);
	}
	for (int idle = 0; idle < 2000; idle++) {
		size_t before = fake.nr_out;

		fake_run(3);
		if (fake.nr_out != before)
			idle = 0;
		sched_yield();
	}
	for (uint32_t i = 0; i < FAKE_GUESTS; i++)
		pthread_join(threads[i], NULL);
	fake_run(100);
	fake_out();
	for (uint32_t i = 0; i < FAKE_GUESTS; i++) {
		struct stream stream = { .text = back };

		rebuild(fake.out, fake_names[i], &stream);
		assert_string_equal(stream.text, sent[i]);
		free(sent[i]);
	}
	free(back);
}

static void test_add_guest_checks(void **state)
{
	struct console_channel channel;
	uint8_t ring[8];

	(void)state;
	assert_true(console_add_guest(&fake.console, &channel, "x", ring, 7, ring, 8, NULL, 0) < 0);
	assert_true(console_add_guest(&fake.console, &channel, "x", ring, 8, ring, 0, NULL, 0) < 0);
	fake_setup(3);
	assert_true(console_add_guest(&fake.console, &channel, "x", ring, 8, ring, 8, NULL, 0) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_guest_is_raw, one_guest),
		cmocka_unit_test_setup(test_names_in_front, three_guests),
		cmocka_unit_test_setup(test_half_lines_wait, three_guests),
		cmocka_unit_test_setup(test_cr_keeps_the_name, three_guests),
		cmocka_unit_test_setup(test_colour, three_guests),
		cmocka_unit_test_setup(test_escapes, three_guests),
		cmocka_unit_test_setup(test_focus, three_guests),
		cmocka_unit_test_setup(test_raw_has_no_log, three_guests),
		cmocka_unit_test_setup(test_unseen_output_is_counted, three_guests),
		cmocka_unit_test_setup(test_stuck_uart_holds_the_guest, one_guest),
		cmocka_unit_test_setup(test_full_log_says_so, three_guests),
		cmocka_unit_test_setup(test_torn_prompt_is_shown_again, three_guests),
		cmocka_unit_test_setup(test_own_waits_for_the_uart, three_guests),
		cmocka_unit_test_setup(test_random_all, three_guests),
		cmocka_unit_test_setup(test_threads, three_guests),
		cmocka_unit_test_setup(test_add_guest_checks, one_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
