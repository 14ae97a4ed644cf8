/* SPDX-License-Identifier: Apache-2.0 */
/* The time that a device model lives in, and its one alarm, both handed to it by its owner. */
#ifndef VDEV_CLOCK_H
#define VDEV_CLOCK_H

#include <stdint.h>

#define VDEV_CLOCK_NEVER UINT64_MAX

/*
 * now: nanoseconds, never going back. arm: have the model's expire function
 * called (with no device lock held) once now() is at or past deadline;
 * replaces the earlier deadline; VDEV_CLOCK_NEVER disarms. An expiry that
 * comes too early or twice is harmless. Both are called with the device's
 * lock held.
 */
struct vdev_clock_ops {
	uint64_t (*now)(void *ctx);
	void (*arm)(void *ctx, uint64_t deadline);
};

struct vdev_clock {
	const struct vdev_clock_ops *ops;
	void *ctx;
};

static inline uint64_t clock_now(const struct vdev_clock *clock)
{
	return clock->ops->now(clock->ctx);
}

static inline void clock_arm(const struct vdev_clock *clock, uint64_t deadline)
{
	clock->ops->arm(clock->ctx, deadline);
}

#endif
