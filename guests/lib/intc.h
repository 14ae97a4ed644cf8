/* SPDX-License-Identifier: Apache-2.0 */
/*
 * External interrupts of one hart, whatever controller the device tree has:
 * PLIC, APLIC alone, or APLIC with IMSIC. The controller is the one that the
 * devices name; nothing is probed. All calls come from the hart of machine.h
 * with its interrupts off.
 */
#ifndef GUESTS_LIB_INTC_H
#define GUESTS_LIB_INTC_H

#include <stdint.h>

typedef void intc_handler(void *context);

/*
 * Has handler called with context for each interrupt of a device, given by its
 * node. sie.SEIE stays the caller's. Returns NULL, or what is wrong in a few words.
 */
const char *intc_attach(int device, intc_handler *handler, void *context);

/* Takes every pending external interrupt and calls its handler. */
void intc_dispatch(void);

/* The controller's kind, or "no interrupt controller" before the first intc_attach. */
const char *intc_name(void);

/* The number of interrupts taken, and of those that nobody had asked for. */
uint64_t intc_count(void);
uint64_t intc_spurious(void);

/* One kind of controller; source numbers are the device tree's, and never 0. */
struct intc_ops {
	const char *name;
	/* Takes the controller at its node into use for this hart, everything off. */
	const char *(*init)(int node);
	/* flags is the device tree's second cell: 1 rising, 2 falling, 4 high, 8 low, 0 unsaid. */
	void (*enable)(uint32_t source, uint32_t flags);
	/* The most urgent pending source, or 0. */
	uint32_t (*claim)(void);
	/* After the handler. */
	void (*complete)(uint32_t source);
};

extern const struct intc_ops plic_ops;
extern const struct intc_ops aplic_direct_ops;
extern const struct intc_ops aplic_msi_ops;

/*
 * For a controller's init: the place of this hart's supervisor external interrupt
 * in the controller's interrupts-extended, or -1.
 */
int intc_place(int node);

#endif
