/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Synopsys DesignWare watchdog ("snps,dw-wdt") with fixed timeouts of
 * 2^(16+n) ticks, n in 0..15. The guest's node needs a fixed-clock of
 * WDT_DW_HZ in its clocks property; 1 MHz gives 65 ms to 36 minutes.
 */
#ifndef VDEV_WDT_DW_H
#define VDEV_WDT_DW_H

#include "vdev/clock.h"
#include "vdev/irq.h"
#include "vdev/vdev.h"

#define WDT_DW_SIZE 0x100
#define WDT_DW_HZ   1000000

/* Time is out: the guest is to be reset. Runs with the lock held: note it only. */
typedef void wdt_dw_bite_fn(void *ctx);

struct wdt_dw {
	struct vdev dev; /* its lock guards all of what follows */

	/* Constant after init. */
	struct vdev_clock clock;
	struct irq_pin irq;
	wdt_dw_bite_fn *bite;
	void *ctx;

	uint32_t control;
	uint32_t torr;
	uint64_t deadline; /* in clock's time; VDEV_CLOCK_NEVER when not running */
	bool barked;       /* response mode 1: the interrupt is up, the next timeout bites */
	bool bitten;
};

void wdt_dw_init(struct wdt_dw *wdt, const char *name, gpa_t base, const struct vdev_clock *clock,
		 struct irq_pin irq, wdt_dw_bite_fn *bite, void *ctx);

/* The deadline that the clock was armed with has come. Takes the lock. */
void wdt_dw_expire(struct wdt_dw *wdt);

#endif
