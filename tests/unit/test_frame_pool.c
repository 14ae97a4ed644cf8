/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/frame_pool.c
/* The pool of guests' memory against a bit a page. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hv/frame_pool.h"

#define PAGES 2048 /* that the model covers, from address 0: 8 MiB */

static struct frame_pool pool;
static bool model[PAGES];

static struct range range(uint64_t base, uint64_t size)
{
	return (struct range){ base, size };
}

static void check_order(void)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < pool.count; i++) {
		assert_true(pool.free[i].size > 0);
		if (i > 0)
			assert_true(pool.free[i - 1].base + pool.free[i - 1].size <
				    pool.free[i].base);
		bytes += pool.free[i].size;
	}
	assert_int_equal(bytes, pool.free_bytes);
}

static bool pool_has(uint64_t page)
{
	for (unsigned int i = 0; i < pool.count; i++) {
		if (range_contains(pool.free[i], page * PAGE_SIZE, PAGE_SIZE))
			return true;
	}
	return false;
}

static void check_model(void)
{
	check_order();
	for (uint64_t i = 0; i < PAGES; i++)
		assert_int_equal(pool_has(i), model[i]);
}

static unsigned int count_model(uint64_t first, uint64_t n)
{
	unsigned int count = 0;

	for (uint64_t i = first; i < first + n; i++)
		count += model[i];
	return count;
}

static void try_free(uint64_t first, uint64_t n)
{
	int result = frame_pool_free(&pool, range(first * PAGE_SIZE, n * PAGE_SIZE));

	if (count_model(first, n)) {
		assert_int_equal(result, -EEXIST);
	} else if (result) {
		assert_int_equal(result, -ENOSPC);
		assert_int_equal(pool.count, FRAME_POOL_RANGES);
	} else {
		memset(&model[first], 1, n);
	}
}

static void try_claim(uint64_t first, uint64_t n)
{
	int result = frame_pool_claim(&pool, range(first * PAGE_SIZE, n * PAGE_SIZE));

	if (count_model(first, n) != n) {
		assert_int_equal(result, -EBUSY);
	} else if (result) {
		assert_int_equal(result, -ENOSPC);
		assert_int_equal(pool.count, FRAME_POOL_RANGES);
	} else {
		memset(&model[first], 0, n);
	}
}

static void try_reserve(uint64_t first, uint64_t n)
{
	/* Odd ends: the whole pages around them go too. */
	int result = frame_pool_reserve(
		&pool, range(first * PAGE_SIZE + 7, n * PAGE_SIZE - PAGE_SIZE + 1));

	if (result == 0)
		memset(&model[first], 0, n);
	else
		assert_int_equal(result, -ENOSPC);
}

static void try_alloc(uint64_t first, uint64_t n)
{
	hpa_t at;
	int result = frame_pool_alloc(&pool, n * PAGE_SIZE, first * PAGE_SIZE, &at);

	if (result) {
		assert_true(result == -ENOMEM || result == -ENOSPC);
		return;
	}
	assert_int_equal(count_model(at.v / PAGE_SIZE, n), n);
	memset(&model[at.v / PAGE_SIZE], 0, n);
}

static void test_random(void **state)
{
	static void (*const calls[])(uint64_t, uint64_t) = { try_free,  try_free,    try_free,
							     try_claim, try_reserve, try_alloc };

	(void)state;
	srand(3);
	frame_pool_init(&pool);
	memset(model, 0, sizeof(model));
	for (unsigned int i = 0; i < 30000; i++) {
		uint64_t first = (uint64_t)rand() % PAGES;
		uint64_t n = 1 + (uint64_t)rand() % (i % 50 == 0 ? 600 : 12);

		calls[rand() % 6](first, MIN(n, PAGES - first));
		if (i % 16 == 0)
			check_model();
	}
	check_model();
}

static void test_alignment_preference(void **state)
{
	hpa_t at;

	(void)state;
	frame_pool_init(&pool);
	assert_int_equal(frame_pool_add(&pool, range(0x80201000, GiB(6))), 0);
	/* 512 MiB at a 1 GiB boundary of the guest: 2 MiB pages fit, 1 GiB pages don't. */
	assert_int_equal(frame_pool_alloc(&pool, MiB(512), 0x80000000, &at), 0);
	assert_int_equal(at.v, 0x80400000);
	/* 2 GiB: 1 GiB pages fit. */
	assert_int_equal(frame_pool_alloc(&pool, GiB(2), 0x80000000, &at), 0);
	assert_int_equal(at.v, 0xc0000000);
	/* A guest address that is off by 2 MiB from a 1 GiB boundary keeps that phase. */
	assert_int_equal(frame_pool_alloc(&pool, GiB(2), MiB(2), &at), 0);
	assert_int_equal(at.v, 0x140200000);
	/* Less than 2 MiB of any alignment fills the first hole. */
	assert_int_equal(frame_pool_alloc(&pool, 4096, 0x5000, &at), 0);
	assert_int_equal(at.v, 0x80201000);
	check_order();
}

/* Where no place has the best alignment, the next best is taken. */
static void test_alignment_falls_back(void **state)
{
	hpa_t at;

	(void)state;
	frame_pool_init(&pool);
	assert_int_equal(frame_pool_add(&pool, range(0x80200000, GiB(1))), 0);
	assert_int_equal(frame_pool_alloc(&pool, GiB(1), 0x80000000, &at), 0);
	assert_int_equal(at.v, 0x80200000);
	assert_int_equal(frame_pool_free(&pool, range(at.v, GiB(1))), 0);
	assert_int_equal(frame_pool_claim(&pool, range(0x80200000, 4096)), 0);
	assert_int_equal(frame_pool_alloc(&pool, GiB(1) - 4096, 0x80000000, &at), 0);
	assert_int_equal(at.v, 0x80201000);
	assert_int_equal(pool.count, 0);
	assert_int_equal(frame_pool_alloc(&pool, 4096, 0, &at), -ENOMEM);
}

static void test_refusals(void **state)
{
	hpa_t at;

	(void)state;
	frame_pool_init(&pool);
	assert_int_equal(frame_pool_add(&pool, range(0, 0)), -EINVAL);
	assert_int_equal(frame_pool_add(&pool, range(1, 4096)), -EINVAL);
	assert_int_equal(frame_pool_add(&pool, range(-PAGE_SIZE, 8192)), -EINVAL);
	assert_int_equal(frame_pool_add(&pool, range(BIT(56) - 4096, 8192)), -EINVAL);
	assert_int_equal(frame_pool_add(&pool, range(1, 8191)), 0);
	assert_int_equal(pool.free[0].base, 4096);
	assert_int_equal(pool.free_bytes, 4096);
	assert_int_equal(frame_pool_largest(&pool), 4096);
	assert_int_equal(frame_pool_add(&pool, range(0, 8192)), -EEXIST);
	assert_int_equal(frame_pool_free(&pool, range(1, 8191)), -EINVAL);
	assert_int_equal(frame_pool_claim(&pool, range(4096, 0)), -EINVAL);
	assert_int_equal(frame_pool_claim(&pool, range(4096, 1)), -EINVAL);
	assert_int_equal(frame_pool_claim(&pool, range(4096, -UINT64_C(4096))), -EINVAL);
	assert_int_equal(frame_pool_claim(&pool, range(4096, 8192)), -EBUSY);
	assert_int_equal(frame_pool_alloc(&pool, 0, 0, &at), -EINVAL);
	assert_int_equal(frame_pool_alloc(&pool, 4097, 0, &at), -EINVAL);
	assert_int_equal(frame_pool_alloc(&pool, 4096, 1, &at), -EINVAL);
	assert_int_equal(frame_pool_alloc(&pool, -UINT64_C(4096), 0, &at), -ENOMEM);
	assert_int_equal(frame_pool_reserve(&pool, range(8, UINT64_MAX)), -EINVAL);
	assert_int_equal(frame_pool_reserve(&pool, range(4096, 0)), 0);
	assert_int_equal(frame_pool_reserve(&pool, range(BIT(60), 4096)), 0);
	assert_int_equal(pool.free_bytes, 4096);
	assert_int_equal(frame_pool_reserve(&pool, range(0, UINT64_MAX)), 0);
	assert_int_equal(pool.count, 0);
}

static void test_full_table(void **state)
{
	(void)state;
	frame_pool_init(&pool);
	for (uint64_t i = 0; i < FRAME_POOL_RANGES; i++)
		assert_int_equal(frame_pool_add(&pool, range(MiB(i), 0x4000)), 0);
	assert_int_equal(frame_pool_add(&pool, range(MiB(100), 0x4000)), -ENOSPC);
	assert_int_equal(frame_pool_claim(&pool, range(0x1000, 0x1000)), -ENOSPC);
	assert_int_equal(frame_pool_reserve(&pool, range(0x1000, 0x1000)), -ENOSPC);
	assert_int_equal(pool.free_bytes, FRAME_POOL_RANGES * 0x4000);
	assert_int_equal(frame_pool_claim(&pool, range(0x0, 0x1000)), 0);
	check_order();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_alignment_preference),
		cmocka_unit_test(test_alignment_falls_back),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_full_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
