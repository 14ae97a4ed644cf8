/* SPDX-License-Identifier: Apache-2.0 */
/* A 16550 as a plain pipe (PC16550D): no line settings, they are the other end's matter. */
#include "hv/serial.h"

#include "hv/boot.h"
#include "hv/mmio.h"

#define RBR                  0
#define THR                  0
#define IER                  1
#define IER_RX               1
#define IER_TX               2
#define FCR                  2
#define FCR_ENABLE_AND_CLEAR 7
#define LCR                  3
#define LCR_8N1              3
#define MCR                  4
#define MCR_DTR_RTS_OUT2     0x0b
#define LSR                  5
#define LSR_DR               0x01
#define LSR_THRE             0x20

#define TX_FIFO  16 /* bytes that fit when the transmitter is empty */
#define RX_BURST 64 /* bytes moved in one go: more come as the next interrupt */

static void set_enabled(struct serial *serial, uint8_t enabled)
{
	if (serial->enabled == enabled)
		return;
	serial->enabled = enabled;
	mmio_write8(serial->registers + IER, enabled);
}

static void change_enabled(struct serial *serial, uint8_t clear, uint8_t set)
{
	spin_lock(&serial->lock);
	set_enabled(serial, (uint8_t)((serial->enabled & ~clear) | set));
	spin_unlock(&serial->lock);
}

BOOT_CODE void serial_init(struct serial *serial, volatile void *registers,
			   const struct serial_ops *ops, void *ctx)
{
	*serial = (struct serial){ .registers = registers, .ops = ops, .ctx = ctx };
	mmio_write8(serial->registers + IER, 0);
	mmio_write8(serial->registers + LCR, LCR_8N1);
	mmio_write8(serial->registers + FCR, FCR_ENABLE_AND_CLEAR);
	mmio_write8(serial->registers + MCR, MCR_DTR_RTS_OUT2);
}

void serial_start(struct serial *serial)
{
	change_enabled(serial, 0, IER_RX);
}

bool serial_put(struct serial *serial, uint8_t byte)
{
	bool room;

	spin_lock(&serial->lock);
	if (!serial->tx_room && (mmio_read8(serial->registers + LSR) & LSR_THRE))
		serial->tx_room = TX_FIFO;
	room = serial->tx_room;
	if (room) {
		serial->tx_room--;
		mmio_write8(serial->registers + THR, byte);
	} else {
		set_enabled(serial, serial->enabled | IER_TX);
	}
	spin_unlock(&serial->lock);
	return room;
}

/* Moves one byte to the guest; false when there is none, or no room for it. */
static bool move_byte(struct serial *serial)
{
	if (!serial->holds) {
		if (!(mmio_read8(serial->registers + LSR) & LSR_DR))
			return false;
		serial->held = mmio_read8(serial->registers + RBR);
		serial->holds = true;
	}
	serial->holds = serial->ops->rx(serial->ctx, &serial->held, 1) != 1;
	return !serial->holds;
}

void serial_interrupt(struct serial *serial)
{
	unsigned int i;

	for (i = 0; i < RX_BURST && move_byte(serial); i++)
		;
	/* Who has no room for the byte says when it has. */
	change_enabled(serial, serial->holds ? IER_RX : 0, serial->holds ? 0 : IER_RX);
	if (mmio_read8(serial->registers + LSR) & LSR_THRE) {
		change_enabled(serial, IER_TX, 0);
		serial->ops->tx_room(serial->ctx);
	}
}
