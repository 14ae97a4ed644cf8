/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watchdog of the Allwinner D1 ("allwinner,sun20i-d1-wdt"), the simplest
 * one that Debian's riscv64 kernel has a driver for (sunxi_wdt, a module): it
 * needs no clock or reset line in the device tree. Timeouts of 0.5 to 16 s.
 */
#ifndef VDEV_WDT_SUN20I_H
#define VDEV_WDT_SUN20I_H

#include "vdev/clock.h"
#include "vdev/irq.h"
#include "vdev/vdev.h"

#define WDT_SUN20I_SIZE 0x20

/* Time is out: the guest is to be reset. Runs with the lock held: note it only. */
typedef void wdt_sun20i_bite_fn(void *ctx);

struct wdt_sun20i {
	struct vdev dev; /* its lock guards all of what follows */

	/* Constant after init. */
	struct vdev_clock clock;
	struct irq_pin irq;
	wdt_sun20i_bite_fn *bite;
	void *ctx;

	uint32_t config;   /* what a timeout does */
	uint32_t mode;     /* enabled, and the interval */
	uint64_t deadline; /* in clock's time; VDEV_CLOCK_NEVER when not running */
	bool irq_enabled;
	bool irq_pending;
};

void wdt_sun20i_init(struct wdt_sun20i *wdt, const char *name, gpa_t base,
		     const struct vdev_clock *clock, struct irq_pin irq, wdt_sun20i_bite_fn *bite,
		     void *ctx);

/* The deadline that the clock was armed with has come. Takes the lock. */
void wdt_sun20i_expire(struct wdt_sun20i *wdt);

#endif
