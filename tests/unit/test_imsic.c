// SPDX-License-Identifier: Apache-2.0
// sources: vdev/imsic.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vdev/imsic.h"

static struct imsic imsic;
static bool line;

static void on_notify(void *ctx, bool pending)
{
	(void)ctx;
	assert_int_not_equal(line, pending);
	line = pending;
}

static int setup(void **state)
{
	(void)state;
	line = false;
	return imsic_init(&imsic, "imsic", gpa(0x28000000), 127, on_notify, NULL);
}

static uint64_t get(unsigned select)
{
	uint64_t old = ~UINT64_C(0);

	assert_int_equal(imsic_access(&imsic, select, &old, 0, 0), 0);
	return old;
}

static void set(unsigned select, uint64_t value)
{
	uint64_t old;

	assert_int_equal(imsic_access(&imsic, select, &old, value, ~UINT64_C(0)), 0);
}

static void msi(uint64_t offset, uint32_t value)
{
	assert_int_equal(imsic.dev.ops->write(&imsic.dev, offset, 4, value), 0);
}

static void pends_enables_and_claims(void **state)
{
	(void)state;
	msi(0, 70);
	imsic_msi(&imsic, 3);
	assert_int_equal(imsic_topei(&imsic, true), 0);
	set(IMSIC_EIE0, ~UINT64_C(0));
	set(IMSIC_EIE0 + 2, ~UINT64_C(0));
	assert_false(line);
	assert_int_equal(imsic_topei(&imsic, false), 3 << 16 | 3);
	set(IMSIC_EIDELIVERY, 1);
	assert_true(line);
	assert_int_equal(imsic_topei(&imsic, true), 3 << 16 | 3);
	assert_true(line);
	assert_int_equal(imsic_topei(&imsic, true), 70 << 16 | 70);
	assert_false(line);
	assert_int_equal(imsic_topei(&imsic, true), 0);
}

static void ignores_identities_it_lacks(void **state)
{
	(void)state;
	set(IMSIC_EIDELIVERY, 1);
	set(IMSIC_EIE0, ~UINT64_C(0));
	msi(0, 0);
	msi(0, 128);
	msi(0, 0xffffffff);
	msi(8, 5);
	imsic_msi(&imsic, 4096);
	assert_false(line);
	msi(4, __builtin_bswap32(5));
	assert_true(line);
	assert_true(get(IMSIC_EIE0) == ~UINT64_C(1));
	set(IMSIC_EIP0, ~UINT64_C(0));
	assert_true(get(IMSIC_EIP0) == ~UINT64_C(1));
	set(IMSIC_EIP0 + 4, ~UINT64_C(0));
	assert_int_equal(get(IMSIC_EIP0 + 4), 0);
	set(IMSIC_EIE0 + 62, ~UINT64_C(0));
	assert_int_equal(get(IMSIC_EIE0 + 62), 0);
}

static void threshold_hides_the_rest(void **state)
{
	(void)state;
	set(IMSIC_EIDELIVERY, 1);
	set(IMSIC_EIE0, ~UINT64_C(0));
	imsic_msi(&imsic, 9);
	assert_true(line);
	set(IMSIC_EITHRESHOLD, 9);
	assert_false(line);
	assert_int_equal(imsic_topei(&imsic, true), 0);
	set(IMSIC_EITHRESHOLD, 10);
	assert_true(line);
	assert_int_equal(get(IMSIC_EITHRESHOLD), 10);
	set(IMSIC_EIDELIVERY, 0x40000000);
	assert_int_equal(get(IMSIC_EIDELIVERY), 0);
	assert_false(line);
}

static void masked_access_is_one_step(void **state)
{
	uint64_t old;

	(void)state;
	set(IMSIC_EIE0, 0xf0);
	assert_int_equal(imsic_access(&imsic, IMSIC_EIE0, &old, ~UINT64_C(0), 0x0c), 0);
	assert_int_equal(old, 0xf0);
	assert_int_equal(imsic_access(&imsic, IMSIC_EIE0, &old, 0, 0x80), 0);
	assert_int_equal(old, 0xfc);
	assert_int_equal(get(IMSIC_EIE0), 0x7c);
}

static void registers_that_do_not_exist(void **state)
{
	uint64_t old;

	(void)state;
	assert_int_equal(get(0x71), 0);
	set(0x7e, 5);
	assert_int_equal(get(0x7e), 0);
	assert_int_equal(imsic_access(&imsic, 0x81, &old, 0, 0), -EINVAL);
	assert_int_equal(imsic_access(&imsic, 0xff, &old, 0, 0), -EINVAL);
	assert_int_equal(imsic_access(&imsic, 0x6f, &old, 0, 0), -EINVAL);
	assert_int_equal(imsic_access(&imsic, 0x100, &old, 0, 0), -EINVAL);
}

static void page_and_reset(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(imsic.dev.ops->read(&imsic.dev, 0, 4, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(imsic.dev.ops->read(&imsic.dev, 0, 8, &value), -EINVAL);
	assert_int_equal(imsic.dev.ops->write(&imsic.dev, 1, 4, 5), -EINVAL);
	set(IMSIC_EIDELIVERY, 1);
	set(IMSIC_EIE0, ~UINT64_C(0));
	msi(0, 5);
	assert_true(line);
	imsic.dev.ops->reset(&imsic.dev);
	assert_false(line);
	assert_int_equal(get(IMSIC_EIE0), 0);
	assert_int_equal(get(IMSIC_EIDELIVERY), 0);
	assert_int_equal(imsic_init(&imsic, "imsic", gpa(0), 100, on_notify, NULL), -EINVAL);
	assert_int_equal(imsic_init(&imsic, "imsic", gpa(0), 319, on_notify, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(pends_enables_and_claims, setup),
		cmocka_unit_test_setup(ignores_identities_it_lacks, setup),
		cmocka_unit_test_setup(threshold_hides_the_rest, setup),
		cmocka_unit_test_setup(masked_access_is_one_step, setup),
		cmocka_unit_test_setup(registers_that_do_not_exist, setup),
		cmocka_unit_test_setup(page_and_reset, setup),
	};

	return cmocka_run_group_tests_name("imsic", tests, NULL, NULL);
}
