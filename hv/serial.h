/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serial ports of the machine beside its console, each given to one guest as the
 * other end of that guest's own console. What the guest prints is written to the
 * port at once, by the guest's own hart; what is typed comes by the port's
 * interrupt on the housekeeping hart. Nothing is lost: a full transmitter and a
 * guest that does not read hold their side back.
 */
#ifndef HV_SERIAL_H
#define HV_SERIAL_H

#include "hv/spinlock.h"
#include "hv/types.h"

/* The guest's side, as console_guest_ops: rx takes as many bytes as there is room for. */
struct serial_ops {
	uint32_t (*rx)(void *ctx, const uint8_t *bytes, uint32_t count);
	void (*tx_room)(void *ctx);
};

struct serial {
	/* Constant after serial_init(). */
	volatile uint8_t *registers;
	const struct serial_ops *ops;
	void *ctx;
	/* Under lock. */
	struct spinlock lock;
	uint8_t enabled; /* what its IER holds */
	uint8_t tx_room; /* bytes that its FIFO surely takes */
	/* The housekeeping hart's: a byte read that the guest has no room for yet. */
	uint8_t held;
	bool holds;
};

/* registers: where the port's eight one-byte registers are mapped. Its interrupts stay off. */
void serial_init(struct serial *serial, volatile void *registers, const struct serial_ops *ops,
		 void *ctx);

/* Interrupts on, for input. Once whoever answers them is ready. */
void serial_start(struct serial *serial);

/*
 * A byte that the guest prints. False: no room; ops->tx_room() will tell. Any hart of the guest.
 * Takes the port's lock.
 */
bool serial_put(struct serial *serial, uint8_t byte);

/*
 * Moves what can be moved: at the port's interrupt, or one that it shares, and once the guest has
 * room for input again. The housekeeping hart.
 */
void serial_interrupt(struct serial *serial);

#endif
