// SPDX-License-Identifier: Apache-2.0
// sources: hv/prompt.c hv/log.c hv/fmt.c hv/edit_distance.c
// The prompt: editing, history, completion, and which command runs with what.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hv/log.h"
#include "hv/prompt.h"

static struct prompt prompt;
static char out[16384];
static size_t nr_out;
static char ran[512];

static void write_out(void *ctx, const char *text, size_t length)
{
	(void)ctx;
	assert_true(nr_out + length < sizeof(out));
	memcpy(out + nr_out, text, length);
	nr_out += length;
	out[nr_out] = '\0';
}

static void note(struct prompt *p, int argc, char **argv)
{
	assert_ptr_equal(p, &prompt);
	ran[0] = '\0';
	for (int i = 0; i < argc; i++) {
		strcat(ran, argv[i]);
		strcat(ran, i + 1 < argc ? "," : "");
	}
	prompt_print(p, "done %d\n", argc);
}

static const struct prompt_command commands[] = {
	{ "guests", "", "state of every guest", note },
	{ "stop", "GUEST", "stop a guest", note },
	{ "start", "GUEST", "start it", note },
	{ "stats", "[GUEST]", "exits by cause", note },
};

static int setup(void **state)
{
	(void)state;
	log_reset();
	nr_out = 0;
	out[0] = '\0';
	ran[0] = '\0';
	prompt_init(&prompt, commands, 4, write_out, NULL);
	return 0;
}

static void type(const char *text)
{
	nr_out = 0;
	out[0] = '\0';
	for (; *text; text++)
		prompt_input(&prompt, (uint8_t)*text);
}

static void test_runs(void **state)
{
	(void)state;
	type("stop  linux 3 \r");
	assert_string_equal(ran, "stop,linux,3");
	assert_string_equal(out, "stop  linux 3 \ndone 3\n" PROMPT_TEXT);
	type("\r\n");
	assert_string_equal(out, "\n" PROMPT_TEXT);
	type("guests\n");
	assert_string_equal(ran, "guests");
}

static void test_editing(void **state)
{
	(void)state;
	type("xx\x15stop linxu\x08\x7f"
	     "ux \x17\x17start a\r");
	assert_string_equal(ran, "start,a");
	type("stop\x03");
	assert_string_equal(out, "stop^C\n" PROMPT_TEXT);
	type("\x08\x08guests\r");
	assert_string_equal(ran, "guests");
}

static void test_long_lines(void **state)
{
	char line[400];

	(void)state;
	memset(line, 'a', sizeof(line));
	line[399] = '\0';
	type(line);
	assert_int_equal(prompt.length, PROMPT_LINE_MAX);
	type("\r");
	type("stop 1 2 3 4 5 6 7 8 9 a b c d e f g\r");
	assert_non_null(strstr(out, "more than 16 words"));
	type("stop 1 2 3 4 5 6 7 8 9 a b c d e f\r");
	assert_string_equal(ran, "stop,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f");
}

static void test_history(void **state)
{
	(void)state;
	type("stop a\rstop b\rstop b\r");
	type("\033[A\033[A\r");
	assert_string_equal(ran, "stop,a");
	type("\x10\x10\x10\x0e\r");
	assert_string_equal(ran, "stop,b");
	type("\033[A\033[B\033[B\r");
	assert_non_null(strstr(out, PROMPT_TEXT));
	for (int i = 0; i < 20; i++) {
		char text[32];

		sprintf(text, "stop %d\r", i);
		type(text);
	}
	for (int i = 0; i < 30; i++)
		type("\033OA");
	type("\r");
	assert_string_equal(ran, "stop,12");
}

static void test_other_keys_do_nothing(void **state)
{
	(void)state;
	type("st\033[1;5C\033x\033[3~\x01\xc3\xa4op\r");
	assert_string_equal(ran, "stop");
}

static void test_completion(void **state)
{
	(void)state;
	type("gu\t\r");
	assert_string_equal(ran, "guests");
	type("st\t");
	assert_string_equal(out, "st\nstop  start  stats  \n" PROMPT_TEXT "st");
	type("a\t");
	assert_non_null(strstr(out, "start  stats"));
	type("r\tx\r");
	assert_string_equal(ran, "start,x");
	type("zz\t x\t\x15");
	assert_null(strstr(out, "zz "
				"\n"));
}

static void test_unknown(void **state)
{
	(void)state;
	type("gests\r");
	assert_non_null(strstr(out, "gests: no such command; did you mean guests?"));
	type("frobnicate\r");
	assert_non_null(strstr(out, "frobnicate: no such command; help lists them"));
	type("averyveryverylongwordindeed\r");
	assert_non_null(strstr(out, "no such command; help lists them"));
	assert_string_equal(prompt_nearest(&prompt, "hepl"), "help");
	assert_null(prompt_nearest(&prompt, "x"));
}

static void test_help(void **state)
{
	(void)state;
	type("help\r");
	assert_non_null(strstr(out, "  stop GUEST"));
	assert_non_null(strstr(out, "stop a guest\n"));
	assert_non_null(strstr(out, "  help [COMMAND]"));
	type("help stats\r");
	assert_non_null(strstr(out, "exits by cause"));
	assert_null(strstr(out, "stop a guest"));
	type("help stahts\r");
	assert_non_null(strstr(out, "did you mean stats?"));
}

static void test_log(void **state)
{
	(void)state;
	log_info("a line");
	type("log\r");
	assert_non_null(strstr(out, "a line\n"));
	type("log error\r");
	log_info("unheard");
	type("log\r");
	assert_null(strstr(out, "unheard"));
	type("log much\r");
	assert_non_null(strstr(out, "much: no such level"));
}

static void test_redraw(void **state)
{
	(void)state;
	type("sto");
	nr_out = 0;
	prompt_redraw(&prompt);
	assert_string_equal(out, PROMPT_TEXT "sto");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_runs, setup),
		cmocka_unit_test_setup(test_editing, setup),
		cmocka_unit_test_setup(test_long_lines, setup),
		cmocka_unit_test_setup(test_history, setup),
		cmocka_unit_test_setup(test_other_keys_do_nothing, setup),
		cmocka_unit_test_setup(test_completion, setup),
		cmocka_unit_test_setup(test_unknown, setup),
		cmocka_unit_test_setup(test_help, setup),
		cmocka_unit_test_setup(test_log, setup),
		cmocka_unit_test_setup(test_redraw, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
