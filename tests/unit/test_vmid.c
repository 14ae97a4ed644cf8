/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/vmid.c
/* The VMID pool for every number of VMID bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stage2/vmid.h"

static void test_all_are_different_then_none(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits <= 64; bits++) {
		unsigned int many = (1U << (bits < 14 ? bits : 14)) - 1;
		struct vmid_pool pool;

		vmid_init(&pool, bits);
		for (unsigned int i = 1; i <= many; i++)
			assert_int_equal(vmid_alloc(&pool), i);
		assert_int_equal(pool.used, many);
		assert_int_equal(vmid_alloc(&pool), VMID_NONE);
		assert_int_equal(pool.used, many);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_different_then_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
