/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 16550A UART (National Semiconductor PC16550D), driven by bytes instead of
 * a serial line. Nothing is lost on either side: a byte that the sink can't
 * take waits in the transmit FIFO with THRE at 0, and a byte that the receive
 * FIFO has no room for stays with the producer. A driver that writes to a full
 * transmit FIFO loses that byte, as on the chip: it counts as refused.
 */
#ifndef VDEV_UART16550_H
#define VDEV_UART16550_H

#include "vdev/irq.h"
#include "vdev/vdev.h"

#define UART16550_FIFO 16

/*
 * Both run with the UART's lock held.
 * put: takes one byte that the guest sent; false: no room now, so the UART
 * keeps it and offers it again at uart16550_tx_ready().
 * rx_taken: the receive FIFO has room again after it had too little, or the
 * guest left loopback: push what waits (later: not from within). May be NULL.
 */
struct uart16550_ops {
	bool (*put)(void *ctx, uint8_t byte);
	void (*rx_taken)(void *ctx);
};

struct uart16550_config {
	const char *name;
	gpa_t base;
	uint64_t size;      /* bytes, at least 8 << reg_shift */
	unsigned reg_shift; /* 0..2: registers lie 1, 2 or 4 bytes apart */
	struct irq_pin irq;
	const struct uart16550_ops *ops;
	void *ctx;
};

struct uart16550 {
	struct vdev dev; /* its lock guards all of what follows */

	/* Constant after init. */
	const struct uart16550_ops *ops;
	void *ctx;
	struct irq_pin irq;
	unsigned reg_shift;
	uint64_t lsr_offset;

	/* The registers, as the guest left them. */
	uint8_t ier, fcr, lcr, mcr, msr, scr, dll, dlm;
	uint8_t lsr; /* DR, THRE and TEMT always agree with the FIFOs */

	bool thre_pending; /* the THRE interrupt's own latch */
	bool irq_level;    /* what the pin was told last */
	bool starved;      /* a producer was told of no room */

	/* FIFOs of one slot when FCR disables them. */
	uint8_t rx[UART16550_FIFO];
	uint8_t rx_head, rx_count;
	uint8_t tx[UART16550_FIFO];
	uint8_t tx_head, tx_count;
};

/* A UART at power-on. -EINVAL: a reg_shift or size that can't be. */
int uart16550_init(struct uart16550 *uart, const struct uart16550_config *config);

/*
 * For the producer, from any hart; each takes the lock.
 * rx_push: takes as many of the count bytes as fit and returns how many, in loopback
 * none; when that is fewer than count, rx_taken() will tell when to come again.
 */
unsigned uart16550_rx_push(struct uart16550 *uart, const uint8_t *bytes, unsigned count);

/*
 * Takes back the oldest byte that the guest hasn't read, for a guest that reads
 * its console by another way (SBI). False: there is none. Takes the lock.
 */
bool uart16550_rx_take(struct uart16550 *uart, uint8_t *byte);

/* The sink has room again: offers it what waits. Harmless when nothing does. Takes the lock. */
void uart16550_tx_ready(struct uart16550 *uart);

#endif
