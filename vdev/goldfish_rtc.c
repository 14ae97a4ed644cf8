/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The goldfish real-time clock (Android emulator, "GOLDFISH VIRTUAL HARDWARE").
 * A time is read low half first, which latches the high half; each half that is
 * written takes effect at once. An alarm is set by the write of its low half.
 * The alarm fires once; its time is the guest's, so the offset is taken off
 * before the host's clock is armed.
 */
#include <errno.h>

#include "vdev/goldfish_rtc.h"

#define TIME_LOW        0x00
#define TIME_HIGH       0x04
#define ALARM_LOW       0x08
#define ALARM_HIGH      0x0c
#define IRQ_ENABLED     0x10
#define CLEAR_ALARM     0x14
#define ALARM_STATUS    0x18
#define CLEAR_INTERRUPT 0x1c

#define LOW  GENMASK(31, 0)
#define HIGH GENMASK(63, 32)

static struct goldfish_rtc *rtc_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct goldfish_rtc, dev);
}

static uint64_t guest_now(const struct goldfish_rtc *rtc)
{
	return clock_now(&rtc->clock) + rtc->offset;
}

static void update_irq(struct goldfish_rtc *rtc)
{
	irq_pin_set(rtc->irq, rtc->irq_pending && rtc->irq_enabled);
}

static void fire(struct goldfish_rtc *rtc)
{
	rtc->alarm_running = false;
	rtc->irq_pending = true;
	update_irq(rtc);
}

static void cancel_alarm(struct goldfish_rtc *rtc)
{
	if (rtc->alarm_running)
		clock_arm(&rtc->clock, VDEV_CLOCK_NEVER);
	rtc->alarm_running = false;
}

/* An alarm in the past fires at once. */
static void set_alarm(struct goldfish_rtc *rtc)
{
	uint64_t now = guest_now(rtc);

	cancel_alarm(rtc);
	if (rtc->alarm <= now) {
		fire(rtc);
		return;
	}
	rtc->alarm_running = true;
	clock_arm(&rtc->clock, clock_now(&rtc->clock) + (rtc->alarm - now));
}

/* bits replace the half of the guest's time that the mask half selects. */
static void set_time(struct goldfish_rtc *rtc, uint64_t half, uint64_t bits)
{
	uint64_t now = guest_now(rtc);

	rtc->offset += ((now & ~half) | bits) - now;
	if (rtc->alarm_running)
		set_alarm(rtc);
}

static int rtc_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct goldfish_rtc *rtc = rtc_of(dev);
	uint64_t now;

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	switch (offset) {
	case TIME_LOW:
		now = guest_now(rtc);
		rtc->time_high = (uint32_t)FIELD_GET(HIGH, now);
		*value = FIELD_GET(LOW, now);
		break;
	case TIME_HIGH:
		*value = rtc->time_high;
		break;
	case ALARM_LOW:
		*value = FIELD_GET(LOW, rtc->alarm);
		break;
	case ALARM_HIGH:
		*value = FIELD_GET(HIGH, rtc->alarm);
		break;
	case IRQ_ENABLED:
		*value = rtc->irq_enabled;
		break;
	case ALARM_STATUS:
		*value = rtc->alarm_running;
		break;
	default:
		*value = 0;
		break;
	}
	return 0;
}

static int rtc_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct goldfish_rtc *rtc = rtc_of(dev);

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	switch (offset) {
	case TIME_LOW:
		set_time(rtc, LOW, value);
		break;
	case TIME_HIGH:
		set_time(rtc, HIGH, FIELD_PREP(HIGH, value));
		break;
	case ALARM_LOW:
		rtc->alarm = (rtc->alarm & HIGH) | value;
		set_alarm(rtc);
		break;
	case ALARM_HIGH:
		rtc->alarm = (rtc->alarm & LOW) | FIELD_PREP(HIGH, value);
		break;
	case IRQ_ENABLED:
		rtc->irq_enabled = value & 1;
		update_irq(rtc);
		break;
	case CLEAR_ALARM:
		cancel_alarm(rtc);
		break;
	case CLEAR_INTERRUPT:
		rtc->irq_pending = false;
		update_irq(rtc);
		break;
	default:
		break;
	}
	return 0;
}

static void rtc_reset(struct vdev *dev)
{
	struct goldfish_rtc *rtc = rtc_of(dev);

	cancel_alarm(rtc);
	rtc->alarm = 0;
	rtc->time_high = 0;
	rtc->irq_enabled = rtc->irq_pending = false;
	update_irq(rtc);
}

static const struct vdev_ops rtc_ops = {
	.read = rtc_read,
	.write = rtc_write,
	.reset = rtc_reset,
};

void goldfish_rtc_init(struct goldfish_rtc *rtc, const char *name, gpa_t base, uint64_t offset,
		       const struct vdev_clock *clock, struct irq_pin irq)
{
	*rtc = (struct goldfish_rtc){ .clock = *clock, .irq = irq, .offset = offset };
	vdev_init(&rtc->dev, &rtc_ops, name, base, GOLDFISH_RTC_SIZE);
	rtc->dev.span = CLEAR_INTERRUPT + 4;
}

void goldfish_rtc_expire(struct goldfish_rtc *rtc)
{
	spin_lock(&rtc->dev.lock);
	if (rtc->alarm_running && rtc->alarm <= guest_now(rtc))
		fire(rtc);
	spin_unlock(&rtc->dev.lock);
}
