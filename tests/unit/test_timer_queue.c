// SPDX-License-Identifier: Apache-2.0
// sources: hv/timer_queue.c
// The timer queue, by itself and against a naive model.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hv/timer_queue.h"

#define ENTRIES 12

static struct timer_queue queue;
static struct timer_entry entries[ENTRIES];
static int fired[64];
static unsigned nr_fired;

static void note(struct timer_entry *entry)
{
	assert_false(entry->queued);
	fired[nr_fired++ % 64] = (int)(entry - entries);
}

static void again(struct timer_entry *entry)
{
	note(entry);
	timer_queue_set(&queue, entry, entry->deadline);
}

static void cancel_next(struct timer_entry *entry)
{
	note(entry);
	timer_queue_cancel(&queue, entry + 1);
}

static int setup(void **state)
{
	(void)state;
	queue = (struct timer_queue){ 0 };
	memset(entries, 0, sizeof(entries));
	for (int i = 0; i < ENTRIES; i++)
		entries[i].expire = note;
	nr_fired = 0;
	return 0;
}

static void test_order(void **state)
{
	(void)state;
	assert_true(timer_queue_next(&queue) == TIMER_QUEUE_NEVER);
	timer_queue_set(&queue, &entries[0], 30);
	timer_queue_set(&queue, &entries[1], 10);
	timer_queue_set(&queue, &entries[2], 20);
	timer_queue_set(&queue, &entries[3], 10);
	assert_int_equal(timer_queue_next(&queue), 10);
	timer_queue_run(&queue, 9);
	assert_int_equal(nr_fired, 0);
	timer_queue_run(&queue, 20);
	assert_int_equal(nr_fired, 3);
	assert_int_equal(fired[0], 1);
	assert_int_equal(fired[1], 3);
	assert_int_equal(fired[2], 2);
	assert_int_equal(timer_queue_next(&queue), 30);
}

static void test_move_and_cancel(void **state)
{
	(void)state;
	timer_queue_set(&queue, &entries[0], 10);
	timer_queue_set(&queue, &entries[1], 20);
	timer_queue_set(&queue, &entries[0], 30);
	assert_int_equal(timer_queue_next(&queue), 20);
	timer_queue_set(&queue, &entries[1], TIMER_QUEUE_NEVER);
	timer_queue_cancel(&queue, &entries[1]);
	assert_int_equal(timer_queue_next(&queue), 30);
	timer_queue_cancel(&queue, &entries[0]);
	assert_null(queue.first);
}

static void test_expiry_changes_the_queue(void **state)
{
	(void)state;
	entries[0].expire = again;
	entries[1].expire = cancel_next;
	for (int i = 0; i < 3; i++)
		timer_queue_set(&queue, &entries[i], 5);
	timer_queue_run(&queue, 5);
	assert_true(nr_fired <= 3);
	assert_false(entries[2].queued);
	assert_true(entries[0].queued);
}

static void test_against_model(void **state)
{
	uint64_t model[ENTRIES], now = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < ENTRIES; i++)
		model[i] = TIMER_QUEUE_NEVER;
	for (int round = 0; round < 100000; round++) {
		int i = rand() % ENTRIES;
		uint64_t least = TIMER_QUEUE_NEVER;

		model[i] = rand() % 4 ? now + (uint64_t)(rand() % 50) : TIMER_QUEUE_NEVER;
		timer_queue_set(&queue, &entries[i], model[i]);
		now += (uint64_t)(rand() % 3);
		timer_queue_run(&queue, now);
		for (int j = 0; j < ENTRIES; j++) {
			if (model[j] <= now)
				model[j] = TIMER_QUEUE_NEVER;
			assert_int_equal(entries[j].queued, model[j] != TIMER_QUEUE_NEVER);
			least = model[j] < least ? model[j] : least;
		}
		assert_true(timer_queue_next(&queue) == least);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_order, setup),
		cmocka_unit_test_setup(test_move_and_cancel, setup),
		cmocka_unit_test_setup(test_expiry_changes_the_queue, setup),
		cmocka_unit_test_setup(test_against_model, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
