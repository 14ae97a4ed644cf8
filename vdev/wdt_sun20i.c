/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watchdog of the Allwinner D1 (D1-H user manual, section "Watchdog").
 * Invariant: deadline is what the clock is armed with, and is NEVER exactly
 * when the watchdog is off or has bitten. Registers with a key ignore a write
 * without it, so that a guest running wild can't stop its watchdog by chance.
 */
#include <errno.h>

#include "vdev/wdt_sun20i.h"

#define IRQ_EN   0x00
#define IRQ_STA  0x04
#define SOFT_RST 0x08
#define CTRL     0x10
#define CFG      0x14
#define MODE     0x18

/* CTRL: the restart bit and its key. */
#define CTRL_RESTART (0xa57 << 1 | 1)
#define CTRL_MASK    GENMASK(12, 0)

/* The other registers' key. */
#define KEY       GENMASK(31, 16)
#define KEY_VALUE 0x16aa

#define SOFT_RST_EN      BIT(0)
#define CFG_ACTION       GENMASK(1, 0)
#define ACTION_RESET     1
#define ACTION_INTERRUPT 2
#define MODE_EN          BIT(0)
#define MODE_INTERVAL    GENMASK(7, 4)

#define HALF_SECOND UINT64_C(500000000)

static struct wdt_sun20i *wdt_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct wdt_sun20i, dev);
}

/* In half seconds; the values past the table are reserved, and mean the longest. */
static uint64_t interval(const struct wdt_sun20i *wdt)
{
	static const uint8_t halves[] = { 1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 28, 32 };
	unsigned index = (unsigned)FIELD_GET(MODE_INTERVAL, wdt->mode);

	return halves[MIN(index, ARRAY_SIZE(halves) - 1)] * HALF_SECOND;
}

static void set_deadline(struct wdt_sun20i *wdt, uint64_t deadline)
{
	if (deadline == wdt->deadline)
		return;
	wdt->deadline = deadline;
	clock_arm(&wdt->clock, deadline);
}

static void restart(struct wdt_sun20i *wdt)
{
	if (wdt->mode & MODE_EN)
		set_deadline(wdt, clock_now(&wdt->clock) + interval(wdt));
	else
		set_deadline(wdt, VDEV_CLOCK_NEVER);
}

static void update_irq(struct wdt_sun20i *wdt)
{
	irq_pin_set(wdt->irq, wdt->irq_pending && wdt->irq_enabled);
}

/* Time is out. A guest that is to be reset has no use for another timeout. */
static void time_out(struct wdt_sun20i *wdt)
{
	switch (wdt->config & CFG_ACTION) {
	case ACTION_RESET:
		set_deadline(wdt, VDEV_CLOCK_NEVER);
		wdt->bite(wdt->ctx);
		break;
	case ACTION_INTERRUPT:
		wdt->irq_pending = true;
		update_irq(wdt);
		restart(wdt);
		break;
	default:
		restart(wdt);
		break;
	}
}

/* Linux writes MODE again and again while it waits for the reset: no change, no restart. */
static void write_mode(struct wdt_sun20i *wdt, uint32_t value)
{
	uint32_t mode = value & (MODE_EN | MODE_INTERVAL);

	if (mode == wdt->mode)
		return;
	wdt->mode = mode;
	restart(wdt);
}

static void write_keyed(struct wdt_sun20i *wdt, uint64_t offset, uint32_t value)
{
	if (FIELD_GET(KEY, value) != KEY_VALUE)
		return;
	if (offset == CFG)
		wdt->config = value & CFG_ACTION;
	else if (offset == MODE)
		write_mode(wdt, value);
	else if (value & SOFT_RST_EN)
		wdt->bite(wdt->ctx);
}

static int wdt_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct wdt_sun20i *wdt = wdt_of(dev);

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	switch (offset) {
	case IRQ_EN:
		*value = wdt->irq_enabled;
		break;
	case IRQ_STA:
		*value = wdt->irq_pending;
		break;
	case CFG:
		*value = wdt->config;
		break;
	case MODE:
		*value = wdt->mode;
		break;
	default:
		*value = 0;
		break;
	}
	return 0;
}

static int wdt_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct wdt_sun20i *wdt = wdt_of(dev);

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	switch (offset) {
	case IRQ_EN:
		wdt->irq_enabled = value & 1;
		update_irq(wdt);
		break;
	case IRQ_STA:
		wdt->irq_pending = wdt->irq_pending && !(value & 1);
		update_irq(wdt);
		break;
	case CTRL:
		if ((value & CTRL_MASK) == CTRL_RESTART)
			restart(wdt);
		break;
	case SOFT_RST:
	case CFG:
	case MODE:
		write_keyed(wdt, offset, (uint32_t)value);
		break;
	default:
		break;
	}
	return 0;
}

static void wdt_reset(struct vdev *dev)
{
	struct wdt_sun20i *wdt = wdt_of(dev);

	wdt->config = ACTION_RESET;
	wdt->mode = 0;
	wdt->irq_enabled = wdt->irq_pending = false;
	set_deadline(wdt, VDEV_CLOCK_NEVER);
	update_irq(wdt);
}

static const struct vdev_ops wdt_ops = {
	.read = wdt_read,
	.write = wdt_write,
	.reset = wdt_reset,
};

void wdt_sun20i_init(struct wdt_sun20i *wdt, const char *name, gpa_t base,
		     const struct vdev_clock *clock, struct irq_pin irq, wdt_sun20i_bite_fn *bite,
		     void *ctx)
{
	*wdt = (struct wdt_sun20i){
		.clock = *clock,
		.irq = irq,
		.bite = bite,
		.ctx = ctx,
		.config = ACTION_RESET,
		.deadline = VDEV_CLOCK_NEVER,
	};
	vdev_init(&wdt->dev, &wdt_ops, name, base, WDT_SUN20I_SIZE);
	wdt->dev.span = WDT_SUN20I_SIZE;
}

void wdt_sun20i_expire(struct wdt_sun20i *wdt)
{
	spin_lock(&wdt->dev.lock);
	if (wdt->deadline <= clock_now(&wdt->clock))
		time_out(wdt);
	spin_unlock(&wdt->dev.lock);
}
