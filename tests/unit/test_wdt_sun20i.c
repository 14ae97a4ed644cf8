// SPDX-License-Identifier: Apache-2.0
// sources: vdev/wdt_sun20i.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/device_access.h"
#include "tests/unit/wall_fakes.h"
#include "vdev/wdt_sun20i.h"

#define KEY    0x16aa0000
#define RELOAD (0xa57 << 1 | 1)
#define SECOND UINT64_C(1000000000)

static struct wdt_sun20i wdt;
static unsigned bites;

static void on_bite(void *ctx)
{
	(void)ctx;
	bites++;
}

static int setup(void **state)
{
	(void)state;
	wall_reset(1000);
	bites = 0;
	wdt_sun20i_init(&wdt, "watchdog", gpa(0), &wall, (struct irq_pin){ &chip, 1 }, on_bite,
			NULL);
	return 0;
}

static uint32_t in(uint64_t offset)
{
	return device_in32(&wdt.dev, offset);
}

static void out(uint64_t offset, uint32_t value)
{
	device_out32(&wdt.dev, offset, value);
}

/* What Linux's driver does: set_timeout, start, ping, stop. */
static void starts_pings_and_stops(void **state)
{
	(void)state;
	out(0x18, in(0x18) | 0xb << 4 | KEY);
	out(0x10, RELOAD);
	assert_true(deadline == VDEV_CLOCK_NEVER);
	out(0x14, (in(0x14) & ~3u) | 1 | KEY);
	out(0x18, in(0x18) | 1 | KEY);
	assert_true(deadline == 1000 + 16 * SECOND);
	now = 5 * SECOND;
	wdt_sun20i_expire(&wdt);
	assert_int_equal(bites, 0);
	out(0x10, RELOAD);
	assert_true(deadline == 21 * SECOND);
	out(0x18, KEY);
	assert_true(deadline == VDEV_CLOCK_NEVER);
	now = 30 * SECOND;
	wdt_sun20i_expire(&wdt);
	assert_int_equal(bites, 0);
}

static void bites_once(void **state)
{
	(void)state;
	out(0x18, KEY | 1);
	assert_true(deadline == 1000 + SECOND / 2);
	now = SECOND;
	out(0x18, KEY | 1);
	assert_true(deadline == 1000 + SECOND / 2);
	wdt_sun20i_expire(&wdt);
	assert_int_equal(bites, 1);
	assert_true(deadline == VDEV_CLOCK_NEVER);
	wdt_sun20i_expire(&wdt);
	assert_int_equal(bites, 1);
	wdt.dev.ops->reset(&wdt.dev);
	assert_int_equal(in(0x18), 0);
	assert_int_equal(in(0x14), 1);
}

static void keys_guard(void **state)
{
	(void)state;
	out(0x18, 1);
	assert_int_equal(in(0x18), 0);
	out(0x18, KEY | 0xf1);
	assert_int_equal(in(0x18), 0xf1);
	assert_true(deadline == 1000 + 16 * SECOND);
	out(0x18, 0);
	out(0x10, 1);
	out(0x14, 2);
	out(0x08, 1);
	assert_int_equal(in(0x14), 1);
	assert_int_equal(in(0x18), 0xf1);
	assert_true(deadline == 1000 + 16 * SECOND);
	assert_int_equal(bites, 0);
	out(0x08, KEY | 1);
	assert_int_equal(bites, 1);
	out(0x08, KEY);
	assert_int_equal(bites, 1);
}

static void may_interrupt_instead(void **state)
{
	(void)state;
	out(0x14, KEY | 2);
	out(0x00, 1);
	out(0x18, KEY | 0x11);
	out(0x04, 0);
	assert_int_equal(in(0x04), 0);
	now = deadline - 1;
	wdt_sun20i_expire(&wdt);
	assert_false(line);
	now = 2 * SECOND;
	wdt_sun20i_expire(&wdt);
	assert_int_equal(bites, 0);
	assert_true(line);
	assert_int_equal(in(0x04), 1);
	assert_int_equal(in(0x00), 1);
	assert_true(deadline == 3 * SECOND);
	out(0x04, 0);
	assert_true(line);
	out(0x04, 1);
	assert_false(line);
	out(0x14, KEY);
	now = 4 * SECOND;
	wdt_sun20i_expire(&wdt);
	assert_false(line);
	assert_true(deadline == 5 * SECOND);
}

/* Time is out at the deadline; and a reset takes the interrupt and its enable back. */
static void reset_forgets_the_interrupt(void **state)
{
	(void)state;
	out(0x14, KEY | 2);
	out(0x00, 1);
	out(0x18, KEY | 1);
	now = deadline;
	wdt_sun20i_expire(&wdt);
	assert_true(line);
	wdt.dev.ops->reset(&wdt.dev);
	assert_false(line);
	assert_int_equal(in(0x00) | in(0x04), 0);
	assert_true(deadline == VDEV_CLOCK_NEVER);
}

static void odd_accesses(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(in(0x1c), 0);
	out(0x1c, 1);
	assert_int_equal(wdt.dev.ops->read(&wdt.dev, 0, 8, &value), -EINVAL);
	assert_int_equal(wdt.dev.ops->write(&wdt.dev, 2, 4, 0), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(starts_pings_and_stops, setup),
		cmocka_unit_test_setup(bites_once, setup),
		cmocka_unit_test_setup(keys_guard, setup),
		cmocka_unit_test_setup(may_interrupt_instead, setup),
		cmocka_unit_test_setup(reset_forgets_the_interrupt, setup),
		cmocka_unit_test_setup(odd_accesses, setup),
	};

	return cmocka_run_group_tests_name("wdt_sun20i", tests, NULL, NULL);
}
