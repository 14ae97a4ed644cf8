/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wire from a device model to an interrupt controller model. The device
 * knows a pin; which controller is behind it, and where, is the guest's wiring.
 */
#ifndef VDEV_IRQ_H
#define VDEV_IRQ_H

#include <stdbool.h>

struct irq_chip;

/*
 * set_level: the wire of source is high or low from now on. Takes the chip's
 * own lock, so any hart may call it, also with a device's lock held.
 * A source that the chip doesn't have is ignored.
 */
struct irq_chip_ops {
	void (*set_level)(struct irq_chip *chip, unsigned source, bool level);
};

/* Embedded in a controller's model. */
struct irq_chip {
	const struct irq_chip_ops *ops;
};

/* chip may be NULL: a pin that leads nowhere. */
struct irq_pin {
	struct irq_chip *chip;
	unsigned source;
};

static inline void irq_pin_set(struct irq_pin pin, bool level)
{
	if (pin.chip)
		pin.chip->ops->set_level(pin.chip, pin.source, level);
}

#endif
