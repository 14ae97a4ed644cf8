/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that stands until a test moves it, and an interrupt line, for one device model. */
#ifndef TESTS_UNIT_WALL_FAKES_H
#define TESTS_UNIT_WALL_FAKES_H

#include "vdev/clock.h"
#include "vdev/irq.h"

static uint64_t now, deadline;
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

static const struct vdev_clock_ops clock_ops = { clock_read, clock_set };
static const struct vdev_clock wall = { &clock_ops, NULL };
static const struct irq_chip_ops chip_ops = { chip_set };
static struct irq_chip chip = { &chip_ops };

static void wall_reset(uint64_t time)
{
	now = time;
	deadline = VDEV_CLOCK_NEVER;
	line = false;
}

#endif
