/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/guestmem.c
/*
 * Guest memory over a host buffer with red zones around each region and a
 * window of a few bytes, so that each access is made of many pieces.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hv/bits.h"
#include "stage2/guestmem.h"

#define HOST_BASE UINT64_C(0x9000000000)
#define HOST_SIZE 4096
#define LOW_GPA   UINT64_C(0x80000000)
#define LOW_SIZE  1000
#define LOW_AT    500 /* offsets of the regions in the host's buffer */
#define HIGH_GPA  (UINT64_C(0) - 300)
#define HIGH_SIZE 300
#define HIGH_AT   2000

static unsigned char host[HOST_SIZE];
static uint64_t window;
static int open_count;
static bool refuse;

static void *open_window(void *context, hpa_t at, uint64_t *size)
{
	assert_ptr_equal(context, host);
	if (refuse)
		return NULL;
	assert_true(*size > 0);
	*size = MIN(*size, window);
	assert_true(range_contains((struct range){ HOST_BASE, HOST_SIZE }, at.v, *size));
	open_count++;
	return host + (at.v - HOST_BASE);
}

static void close_window(void *context, void *pointer)
{
	assert_ptr_equal(context, host);
	assert_non_null(pointer);
	open_count--;
}

static const struct guestmem_ops ops = { .open = open_window, .close = close_window };
static struct guestmem gm;

static int set_up(void **state)
{
	(void)state;
	memset(host, 0xaa, sizeof(host));
	window = 7;
	refuse = false;
	guestmem_init(&gm, &ops, host);
	/* The higher one first: the table sorts. */
	if (guestmem_add(&gm, gpa(HIGH_GPA), hpa(HOST_BASE + HIGH_AT), HIGH_SIZE) != 0)
		return -1;
	return guestmem_add(&gm, gpa(LOW_GPA), hpa(HOST_BASE + LOW_AT), LOW_SIZE);
}

static int tear_down(void **state)
{
	(void)state;
	return open_count;
}

static void test_translate_edges(void **state)
{
	hpa_t at;

	(void)state;
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA), LOW_SIZE, &at), 0);
	assert_int_equal(at.v, HOST_BASE + LOW_AT);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA + LOW_SIZE - 1), 1, &at), 0);
	assert_int_equal(at.v, HOST_BASE + LOW_AT + LOW_SIZE - 1);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA + LOW_SIZE), 0, &at), 0);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA + LOW_SIZE), 1, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA - 1), 1, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA - 1), 2, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA + 1), LOW_SIZE, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(LOW_GPA + 1), UINT64_MAX, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(0), UINT64_MAX, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(UINT64_MAX), 1, &at), 0);
	assert_int_equal(guestmem_translate(&gm, gpa(UINT64_MAX), 2, &at), -EFAULT);
	assert_int_equal(guestmem_translate(&gm, gpa(HIGH_GPA), HIGH_SIZE, &at), 0);
}

static void test_add_refuses(void **state)
{
	(void)state;
	assert_int_equal(guestmem_add(&gm, gpa(0), hpa(0), 0), -EINVAL);
	assert_int_equal(guestmem_add(&gm, gpa(UINT64_MAX), hpa(0), 2), -EINVAL);
	assert_int_equal(guestmem_add(&gm, gpa(0), hpa(UINT64_MAX), 2), -EINVAL);
	assert_int_equal(guestmem_add(&gm, gpa(LOW_GPA - 1), hpa(0), 2), -EEXIST);
	/* Another guest address for the same host memory. */
	assert_int_equal(guestmem_add(&gm, gpa(0), hpa(HOST_BASE + LOW_AT), 1), -EEXIST);
	for (unsigned int i = 2; i < GUESTMEM_REGIONS; i++)
		assert_int_equal(guestmem_add(&gm, gpa(16 * i), hpa(16 * i), 16), 0);
	assert_int_equal(guestmem_add(&gm, gpa(4096), hpa(4096), 16), -ENOSPC);
	for (unsigned int i = 1; i < gm.count; i++)
		assert_true(gm.regions[i - 1].gpa.v < gm.regions[i].gpa.v);
}

static bool is_red(size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (host[i] != 0xaa)
			return false;
	}
	return true;
}

static void check_red_zones(void)
{
	assert_true(is_red(0, LOW_AT));
	assert_true(is_red(LOW_AT + LOW_SIZE, HIGH_AT));
	assert_true(is_red(HIGH_AT + HIGH_SIZE, HOST_SIZE));
}

static void test_random_accesses(void **state)
{
	static unsigned char model[LOW_SIZE], buffer[LOW_SIZE + 64];

	(void)state;
	memset(model, 0xaa, sizeof(model));
	srand(11);
	for (unsigned int i = 0; i < 20000; i++) {
		uint64_t at = (uint64_t)rand() % (LOW_SIZE + 64);
		uint64_t size = (uint64_t)rand() % 64;
		int expect = at <= LOW_SIZE && at + size <= LOW_SIZE ? 0 : -EFAULT;

		window = 1 + (uint64_t)rand() % 70;
		memset(buffer, rand() & 0xff, size);
		if (i % 3 == 0) {
			assert_int_equal(guestmem_write(&gm, gpa(LOW_GPA + at), buffer, size),
					 expect);
			if (!expect)
				memcpy(model + at, buffer, size);
		} else if (i % 3 == 1) {
			assert_int_equal(guestmem_zero(&gm, gpa(LOW_GPA + at), size), expect);
			if (!expect)
				memset(model + at, 0, size);
		} else {
			assert_int_equal(guestmem_read(&gm, gpa(LOW_GPA + at), buffer, size),
					 expect);
			if (!expect)
				assert_memory_equal(buffer, model + at, size);
		}
	}
	assert_memory_equal(model, host + LOW_AT, LOW_SIZE);
	check_red_zones();
}

static void test_open(void **state)
{
	uint64_t size = 100;
	unsigned char *p = guestmem_open(&gm, gpa(LOW_GPA + 10), &size);

	(void)state;
	assert_ptr_equal(p, host + LOW_AT + 10);
	assert_int_equal(size, 7);
	guestmem_close(&gm, p);
	size = LOW_SIZE + 1;
	assert_null(guestmem_open(&gm, gpa(LOW_GPA), &size));
	size = 0;
	assert_null(guestmem_open(&gm, gpa(LOW_GPA), &size));
}

static void test_window_refuses(void **state)
{
	char byte;

	(void)state;
	refuse = true;
	assert_int_equal(guestmem_read(&gm, gpa(LOW_GPA), &byte, 1), -EFAULT);
	assert_int_equal(guestmem_read(&gm, gpa(LOW_GPA), &byte, 0), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_translate_edges, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_add_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_random_accesses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_open, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_window_refuses, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
