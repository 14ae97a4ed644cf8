// SPDX-License-Identifier: Apache-2.0
// sources: hv/log.c hv/fmt.c
// The log: stamps, levels, the ring's oldest lines going first, sinks, and several threads.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hv/log.h"

static char shown[4096];
static bool sink_full;

static uint64_t fake_ms(void)
{
	return 12345;
}

static uint32_t fake_hart(void)
{
	return 3;
}

static bool sink(void *ctx, const char *line, size_t length)
{
	assert_ptr_equal(ctx, shown);
	if (sink_full)
		return false;
	strncat(shown, line, length);
	return true;
}

static const struct log_env env = { fake_ms, fake_hart, sink, shown };

static int setup(void **state)
{
	(void)state;
	log_reset();
	shown[0] = '\0';
	sink_full = false;
	return 0;
}

static void test_stamp_and_marks(void **state)
{
	(void)state;
	log_set_env(&env);
	log_info("%s is up", "linux");
	log_warn("hm");
	log_error("no %d", 7);
	log_debug("not kept");
	assert_string_equal(shown, "   12.345 hart 3: linux is up\n"
				   "   12.345 hart 3: warning: hm\n"
				   "   12.345 hart 3: error: no 7\n");
}

static void test_levels(void **state)
{
	enum log_level level;

	(void)state;
	log_set_env(&env);
	assert_int_equal(log_parse_level("debug", &level), 0);
	log_set_level(level);
	log_debug("now");
	assert_non_null(strstr(shown, "debug: now"));
	assert_true(log_parse_level("loud", &level) < 0);
	log_set_level(LOG_ERROR);
	log_warn("quiet");
	assert_null(strstr(shown, "quiet"));
}

static void test_read(void **state)
{
	char line[LOG_LINE_MAX + 1];
	uint64_t cursor = 0;

	(void)state;
	assert_int_equal(log_read(&cursor, line), 0);
	log_info("one");
	log_info("two");
	assert_true(log_read(&cursor, line) > 0);
	assert_non_null(strstr(line, ": one\n"));
	assert_true(log_read(&cursor, line) > 0);
	assert_non_null(strstr(line, ": two\n"));
	assert_int_equal(log_read(&cursor, line), 0);
}

static void test_oldest_go_first(void **state)
{
	char line[LOG_LINE_MAX + 1];
	uint64_t cursor = 0;
	int first, last = -1, n;

	(void)state;
	for (int i = 0; i < 5000; i++)
		log_info("line %d", i);
	assert_true(log_read(&cursor, line) > 0);
	assert_int_equal(sscanf(strstr(line, "line"), "line %d", &first), 1);
	assert_true(first > 0);
	for (last = first; log_read(&cursor, line); last = n) {
		assert_int_equal(sscanf(strstr(line, "line"), "line %d", &n), 1);
		assert_int_equal(n, last + 1);
	}
	assert_int_equal(last, 4999);
}

static void test_long_and_odd_lines(void **state)
{
	char text[1000], line[LOG_LINE_MAX + 1];
	uint64_t cursor = 0;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_info("%s", text);
	assert_int_equal(log_read(&cursor, line), LOG_LINE_MAX);
	assert_string_equal(line + LOG_LINE_MAX - 4, "...\n");
	log_info("a\nb\033[2J");
	log_read(&cursor, line);
	assert_non_null(strstr(line, "a?b?[2J\n"));
}

static void test_full_sink_is_counted(void **state)
{
	char line[LOG_LINE_MAX + 1];
	uint64_t cursor = 0;

	(void)state;
	log_set_env(&env);
	sink_full = true;
	log_info("lost on the console");
	assert_int_equal(log_not_shown(), 1);
	assert_true(log_read(&cursor, line) > 0);
}

static void *writer(void *arg)
{
	for (int i = 0; i < 2000; i++)
		log_info("%d:%d", *(int *)arg, i);
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[4];
	int ids[4] = { 0, 1, 2, 3 }, next[4], id, n;
	char line[LOG_LINE_MAX + 1];
	uint64_t cursor = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		next[i] = -1;
		pthread_create(&threads[i], NULL, writer, &ids[i]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	while (log_read(&cursor, line)) {
		assert_int_equal(sscanf(strstr(line, ": ") + 2, "%d:%d", &id, &n), 2);
		if (next[id] >= 0)
			assert_int_equal(n, next[id]);
		next[id] = n + 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_stamp_and_marks, setup),
		cmocka_unit_test_setup(test_levels, setup),
		cmocka_unit_test_setup(test_read, setup),
		cmocka_unit_test_setup(test_oldest_go_first, setup),
		cmocka_unit_test_setup(test_long_and_odd_lines, setup),
		cmocka_unit_test_setup(test_full_sink_is_counted, setup),
		cmocka_unit_test_setup(test_threads, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
