// SPDX-License-Identifier: Apache-2.0
// sources: vdev/wdt_sun20i.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vdev/wdt_sun20i.h"

#define KEY    0x16aa0000
#define RELOAD (0xa57 << 1 | 1)
#define SECOND UINT64_C(1000000000)

static struct wdt_sun20i wdt;
static uint64_t now, deadline;
static unsigned bites;
static bool line;

static uint64_t clock_read(void *ctx)
{
	(void)ctx;
	return now;
}

static void clock_set(void *ctx, uint64_t at)
{
	(void)ctx;
	deadline = at;
}

static void chip_set(struct irq_chip *chip, unsigned source, bool level)
{
	(void)chip;
	(void)source;
	line = level;
}

static void on_bite(void *ctx)
{
	(void)ctx;
	bites++;
}

static const struct vdev_clock_ops clock_ops = { clock_read, clock_set };
static const struct vdev_clock wall = { &clock_ops, NULL };
static const struct irq_chip_ops chip_ops = { chip_set };
static struct irq_chip chip = { &chip_ops };

static int setup(void **state)
{
	(void)state;
	now = 1000;
	deadline = VDEV_CLOCK_NEVER;
	bites = 0;
	line = false;
	wdt_sun20i_init(&wdt, "watchdog", gpa(0), &wall, (struct irq_pin){ &chip, 1 }, on_bite,
			NULL);
	return 0;
}

static uint32_t in(uint64_t offset)
{
	uint64_t value = ~UINT64_C(0);

	assert_int_equal(wdt.dev.ops->read(&wdt.dev, offset, 4, &value), 0);
	return (uint32_t)value;
}

static void out(uint64_t offset, uint32_t value)
{
	assert_int_equal(wdt.dev.ops->write(&wdt.dev, offset, 4, value), 0);
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
		cmocka_unit_test_setup(odd_accesses, setup),
	};

	return cmocka_run_group_tests_name("wdt_sun20i", tests, NULL, NULL);
}
