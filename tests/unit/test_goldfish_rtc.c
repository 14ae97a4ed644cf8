// SPDX-License-Identifier: Apache-2.0
// sources: vdev/goldfish_rtc.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/device_access.h"
#include "tests/unit/wall_fakes.h"
#include "vdev/goldfish_rtc.h"

static struct goldfish_rtc rtc;

static int setup(void **state)
{
	(void)state;
	wall_reset(0x1234567890abcdef);
	goldfish_rtc_init(&rtc, "rtc", gpa(0), 0, &wall, (struct irq_pin){ &chip, 1 });
	return 0;
}

static uint32_t in(uint64_t offset)
{
	return device_in32(&rtc.dev, offset);
}

static void out(uint64_t offset, uint32_t value)
{
	device_out32(&rtc.dev, offset, value);
}

static uint64_t read_time(void)
{
	uint64_t low = in(0x00);

	return low | (uint64_t)in(0x04) << 32;
}

static void high_half_is_latched(void **state)
{
	uint64_t low;

	(void)state;
	low = in(0x00);
	now += UINT64_C(1) << 32;
	assert_true((low | (uint64_t)in(0x04) << 32) == 0x1234567890abcdef);
}

static void time_can_be_set(void **state)
{
	(void)state;
	out(0x04, 0x11111111);
	out(0x00, 0x22222222);
	assert_true(read_time() == 0x1111111122222222);
	now += 5;
	assert_true(read_time() == 0x1111111122222227);
	rtc.dev.ops->reset(&rtc.dev);
	assert_true(read_time() == 0x1111111122222227);
}

static void set_alarm(uint64_t at)
{
	out(0x0c, (uint32_t)(at >> 32));
	out(0x08, (uint32_t)at);
}

static void alarm_fires_once(void **state)
{
	(void)state;
	set_alarm(now + 100);
	out(0x10, 1);
	assert_true(deadline == now + 100);
	assert_int_equal(in(0x18), 1);
	assert_int_equal(in(0x10), 1);
	assert_true((in(0x08) | (uint64_t)in(0x0c) << 32) == now + 100);
	now += 99;
	goldfish_rtc_expire(&rtc);
	assert_false(line);
	now++;
	goldfish_rtc_expire(&rtc);
	assert_true(line);
	assert_int_equal(in(0x18), 0);
	out(0x1c, 1);
	assert_false(line);
	goldfish_rtc_expire(&rtc);
	assert_false(line);
}

static void alarm_in_the_past_fires_at_once(void **state)
{
	(void)state;
	out(0x10, 1);
	set_alarm(now);
	assert_true(line);
	assert_true(deadline == VDEV_CLOCK_NEVER);
}

static void alarm_follows_the_time(void **state)
{
	(void)state;
	set_alarm(now + 100);
	out(0x00, (uint32_t)now + 60);
	assert_true(deadline == now + 40);
	out(0x14, 1);
	assert_true(deadline == VDEV_CLOCK_NEVER);
	assert_int_equal(in(0x18), 0);
	set_alarm(now + 1000);
	rtc.dev.ops->reset(&rtc.dev);
	assert_true(deadline == VDEV_CLOCK_NEVER);
}

/* An interrupt from before a reset does not come after it. */
static void reset_forgets_the_alarm(void **state)
{
	(void)state;
	out(0x10, 1);
	set_alarm(now);
	assert_true(line);
	rtc.dev.ops->reset(&rtc.dev);
	assert_false(line);
	assert_int_equal(in(0x10), 0);
	out(0x10, 1);
	assert_false(line);
	assert_int_equal(in(0x08) | in(0x0c), 0);
}

static void odd_accesses(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(in(0x20), 0);
	out(0x20, 1);
	assert_int_equal(rtc.dev.ops->read(&rtc.dev, 0, 8, &value), -EINVAL);
	assert_int_equal(rtc.dev.ops->write(&rtc.dev, 2, 4, 0), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(high_half_is_latched, setup),
		cmocka_unit_test_setup(time_can_be_set, setup),
		cmocka_unit_test_setup(alarm_fires_once, setup),
		cmocka_unit_test_setup(alarm_in_the_past_fires_at_once, setup),
		cmocka_unit_test_setup(alarm_follows_the_time, setup),
		cmocka_unit_test_setup(reset_forgets_the_alarm, setup),
		cmocka_unit_test_setup(odd_accesses, setup),
	};

	return cmocka_run_group_tests_name("goldfish_rtc", tests, NULL, NULL);
}
