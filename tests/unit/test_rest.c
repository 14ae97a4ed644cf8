// SPDX-License-Identifier: Apache-2.0
// sources: hv/rest.c
// Bulkhead's own work: at most a fifth of a guest's hart, whoever asks for it how often.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "hv/bits.h"
#include "hv/rest.h"

#define MS 1000

static struct rest rest;
static uint64_t clock, takes, deadline;
static struct timer_entry *timer;
static unsigned works;

static void work(void)
{
	works++;
	clock += takes;
}

static uint64_t now(void)
{
	return clock;
}

static void set_timer(struct timer_entry *entry, uint64_t time)
{
	timer = entry;
	deadline = time;
}

static const struct rest_ops ops = { work, now, set_timer };

static int setup(void **state)
{
	(void)state;
	clock = 5;
	takes = 100;
	works = 0;
	timer = NULL;
	rest_init(&rest, &ops, MS);
	return 0;
}

static void rests_after_work(void **state)
{
	(void)state;
	rest_request(&rest);
	assert_int_equal(works, 1);
	for (unsigned i = 0; i < 100; i++)
		rest_request(&rest);
	assert_int_equal(works, 1);
	assert_int_equal(deadline, 105 + 400);
	clock = deadline - 1;
	timer->expire(timer);
	assert_int_equal(works, 1);
	clock = deadline;
	timer->expire(timer);
	assert_int_equal(works, 2);
}

/* Two seconds of a guest that always asks. */
static void works_a_fifth_of_the_time(void **state)
{
	(void)state;
	for (takes = 50; takes <= 5 * MS; takes += 150) {
		unsigned before = works;
		uint64_t begin = clock;

		while (clock < begin + 2000 * MS) {
			rest_request(&rest);
			clock = MAX(clock, deadline);
		}
		assert_in_range((works - before) * takes, 1, 2000 * MS / 5 + takes);
	}
}

static void a_rest_is_neither_short_nor_long(void **state)
{
	(void)state;
	takes = 0;
	rest_request(&rest);
	rest_request(&rest);
	assert_int_equal(deadline, 5 + MS / 4);
	clock = deadline;
	takes = 100 * MS;
	rest_request(&rest);
	rest_request(&rest);
	assert_int_equal(deadline, clock + 20 * MS);
}

static void what_cannot_wait_is_done_at_once(void **state)
{
	(void)state;
	rest_work(&rest);
	clock++;
	rest_work(&rest);
	assert_int_equal(works, 2);
	rest_request(&rest);
	assert_int_equal(works, 2);
	assert_int_equal(deadline, clock + 400);
}

static void never_rests_on_its_own_hart(void **state)
{
	(void)state;
	rest_init(&rest, &ops, 0);
	for (unsigned i = 0; i < 10; i++)
		rest_request(&rest);
	assert_int_equal(works, 10);
	assert_null(timer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rests_after_work, setup),
		cmocka_unit_test_setup(works_a_fifth_of_the_time, setup),
		cmocka_unit_test_setup(a_rest_is_neither_short_nor_long, setup),
		cmocka_unit_test_setup(what_cannot_wait_is_done_at_once, setup),
		cmocka_unit_test_setup(never_rests_on_its_own_hart, setup),
	};

	return cmocka_run_group_tests_name("rest", tests, NULL, NULL);
}
