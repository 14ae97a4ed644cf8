// SPDX-License-Identifier: Apache-2.0
// sources: vdev/syscon.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vdev/syscon.h"

static struct syscon syscon;
static unsigned ends, last_code;
static enum syscon_end last_end;

static void on_end(void *ctx, enum syscon_end end, unsigned code)
{
	(void)ctx;
	ends++;
	last_end = end;
	last_code = code;
}

static int setup(void **state)
{
	(void)state;
	ends = 0;
	syscon_init(&syscon, "test", gpa(0x100000), on_end, NULL);
	return 0;
}

static int out(uint64_t offset, unsigned size, uint64_t value)
{
	return syscon.dev.ops->write(&syscon.dev, offset, size, value);
}

static void ends_by_value(void **state)
{
	(void)state;
	assert_int_equal(out(0, 4, SYSCON_PASS), 0);
	assert_int_equal(last_end, SYSCON_END_POWEROFF);
	assert_int_equal(out(0, 2, SYSCON_RESET), 0);
	assert_int_equal(last_end, SYSCON_END_REBOOT);
	assert_int_equal(out(0, 4, 0x002a3333), 0);
	assert_int_equal(last_end, SYSCON_END_FAIL);
	assert_int_equal(last_code, 42);
	assert_int_equal(ends, 3);
}

static void ignores_the_rest(void **state)
{
	uint64_t value = 1;

	(void)state;
	assert_int_equal(out(0, 4, 0), 0);
	assert_int_equal(out(4, 4, SYSCON_PASS), 0);
	assert_int_equal(out(0, 8, SYSCON_PASS), -EINVAL);
	assert_int_equal(out(1, 2, SYSCON_PASS), -EINVAL);
	assert_int_equal(syscon.dev.ops->read(&syscon.dev, 0, 4, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(syscon.dev.ops->read(&syscon.dev, 0, 8, &value), -EINVAL);
	syscon.dev.ops->reset(&syscon.dev);
	assert_int_equal(ends, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ends_by_value, setup),
		cmocka_unit_test_setup(ignores_the_rest, setup),
	};

	return cmocka_run_group_tests_name("syscon", tests, NULL, NULL);
}
