/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/vmid.c
/* The VMID pool for every number of VMID bits. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stage2/vmid.h"

static void test_all_are_different_then_none(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits <= 20; bits++) {
		unsigned int many = bits >= 8 ? VMID_MAX : (1U << bits) - 1;
		struct vmid_pool pool;

		vmid_init(&pool, bits);
		for (unsigned int i = 1; i <= many; i++)
			assert_int_equal(vmid_alloc(&pool), i);
		assert_int_equal(pool.used, many);
		assert_int_equal(vmid_alloc(&pool), VMID_NONE);
		assert_int_equal(pool.used, many);
	}
}

static void test_free_and_reuse(void **state)
{
	struct vmid_pool pool;

	(void)state;
	vmid_init(&pool, 14);
	for (unsigned int i = 1; i <= 100; i++)
		assert_int_equal(vmid_alloc(&pool), i);
	assert_int_equal(vmid_free(&pool, 70), 0);
	assert_int_equal(vmid_free(&pool, 3), 0);
	assert_int_equal(vmid_alloc(&pool), 3);
	assert_int_equal(vmid_alloc(&pool), 70);
	assert_int_equal(vmid_alloc(&pool), 101);
}

static void test_wrong_frees(void **state)
{
	struct vmid_pool pool;

	(void)state;
	vmid_init(&pool, 3);
	assert_int_equal(vmid_free(&pool, VMID_NONE), 0);
	assert_int_equal(vmid_free(&pool, 1), -EINVAL);
	assert_int_equal(vmid_free(&pool, 8), -EINVAL);
	assert_int_equal(vmid_free(&pool, 0xffff), -EINVAL);
	assert_int_equal(vmid_alloc(&pool), 1);
	assert_int_equal(vmid_free(&pool, 1), 0);
	assert_int_equal(vmid_free(&pool, 1), -EINVAL);
	assert_int_equal(pool.used, 0);
}

static void test_without_vmid_every_switch_flushes(void **state)
{
	struct vmid_pool pool;

	(void)state;
	vmid_init(&pool, 0);
	assert_true(vmid_needs_flush(vmid_alloc(&pool)));
	vmid_init(&pool, 1);
	assert_false(vmid_needs_flush(vmid_alloc(&pool)));
	assert_true(vmid_needs_flush(vmid_alloc(&pool)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_different_then_none),
		cmocka_unit_test(test_free_and_reuse),
		cmocka_unit_test(test_wrong_frees),
		cmocka_unit_test(test_without_vmid_every_switch_flushes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
