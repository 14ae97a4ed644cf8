/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The "google,goldfish-rtc" real-time clock: 64-bit nanoseconds since 1970 in
 * two halves, and an alarm. The guest may set its time; the offset to the
 * host's time outlives a reset, as a battery would.
 */
#ifndef VDEV_GOLDFISH_RTC_H
#define VDEV_GOLDFISH_RTC_H

#include "vdev/clock.h"
#include "vdev/irq.h"
#include "vdev/vdev.h"

#define GOLDFISH_RTC_SIZE 0x1000

struct goldfish_rtc {
	struct vdev dev; /* its lock guards all of what follows */

	/* Constant after init. */
	struct vdev_clock clock; /* the host's wall clock */
	struct irq_pin irq;

	uint64_t offset;    /* guest's time less the host's, modulo 2^64 */
	uint64_t alarm;     /* guest's time */
	uint32_t time_high; /* latched by a read of the low half */
	bool alarm_running;
	bool irq_enabled;
	bool irq_pending;
};

/* A clock that shows host time plus offset nanoseconds. */
void goldfish_rtc_init(struct goldfish_rtc *rtc, const char *name, gpa_t base, uint64_t offset,
		       const struct vdev_clock *clock, struct irq_pin irq);

/* The deadline that the clock was armed with has come. Takes the lock. */
void goldfish_rtc_expire(struct goldfish_rtc *rtc);

#endif
