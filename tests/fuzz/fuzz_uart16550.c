// SPDX-License-Identifier: Apache-2.0
// sources: vdev/uart16550.c
/*
 * The 16550 model under any order of register accesses, typing and a sink that
 * is often full. What must hold always: the bytes that the sink got are a
 * subsequence of those sent, all of them when the guest heeds THRE; the bytes
 * that the guest read are those that the producer was told were taken, in
 * order, but for what a FIFO clear threw away; LSR agrees with the FIFOs; the
 * interrupt line agrees with IIR.
 */
#include <stdlib.h>
#include <string.h>

#include "vdev/uart16550.h"
#include "vdev/uart16550_regs.h"

static unsigned room;
static uint8_t next_sent, next_got; /* the guest sends 0, 1, 2, ... while it heeds THRE */
static uint8_t next_typed, next_read;
static bool line, heedless;

static void check(bool sound)
{
	if (!sound)
		abort();
}

static bool sink_put(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (!room)
		return false;
	room--;
	check(heedless || byte == next_got);
	next_got = byte + 1;
	return true;
}

static void sink_taken(void *ctx)
{
	(void)ctx;
}

static void chip_set(struct irq_chip *chip, unsigned source, bool level)
{
	(void)chip;
	check(source == 1 && level != line);
	line = level;
}

static const struct irq_chip_ops chip_ops = { chip_set };
static struct irq_chip chip = { &chip_ops };
static const struct uart16550_ops sink = { sink_put, sink_taken };

static uint8_t in(struct uart16550 *uart, unsigned number)
{
	uint64_t value;

	check(!uart->dev.ops->read(&uart->dev, number, 1, &value));
	check(value <= 0xff);
	return (uint8_t)value;
}

static void out(struct uart16550 *uart, unsigned number, uint8_t value)
{
	check(!uart->dev.ops->write(&uart->dev, number, 1, value));
}

static void read_step(struct uart16550 *uart, unsigned number)
{
	bool data = number == RBR_THR_DLL && !(uart->lcr & LCR_DLAB) && uart->rx_count;
	bool from_producer = data && uart->scr != 0xee;
	uint8_t value = in(uart, number);

	if (from_producer)
		check(value == next_read++);
}

/* scr is 0xee from the first looped byte on: the order of reads tells nothing then. */
static void write_step(struct uart16550 *uart, unsigned number, uint8_t value)
{
	if (number == SCR)
		return;
	if (number == RBR_THR_DLL && !(uart->lcr & LCR_DLAB)) {
		if (uart->mcr & MCR_LOOP) {
			out(uart, SCR, 0xee);
		} else if (uart->lsr & LSR_THRE) {
			value = next_sent++;
		} else {
			heedless = true;
		}
	}
	out(uart, number, value);
	if (number == IIR_FCR)
		next_read = (uint8_t)(next_typed - uart->rx_count);
}

static void push_step(struct uart16550 *uart, unsigned count)
{
	uint8_t bytes[32];
	unsigned limit = uart->fcr & FCR_ENABLE ? 16 : 1;
	unsigned fits = uart->mcr & MCR_LOOP ? 0 : limit - uart->rx_count, taken;

	for (unsigned i = 0; i < count; i++)
		bytes[i] = (uint8_t)(next_typed + i);
	taken = uart16550_rx_push(uart, bytes, count);
	check(taken == (fits < count ? fits : count));
	next_typed = (uint8_t)(next_typed + taken);
}

static void compare(struct uart16550 *uart)
{
	uint8_t dlab = uart->lcr & LCR_DLAB;
	unsigned limit = uart->fcr & FCR_ENABLE ? 16 : 1;

	check(uart->rx_count <= limit && uart->tx_count <= 16);
	check(!!(uart->lsr & LSR_DR) == (uart->rx_count != 0));
	check(!!(uart->lsr & LSR_THRE) == (uart->tx_count == 0));
	check(!(uart->lsr & LSR_TEMT) == !(uart->lsr & LSR_THRE));
	check(dlab || line == uart->irq_level);
	if (!uart->ier)
		check(!line);
	if ((uart->ier & IER_ERBFI) && uart->rx_count)
		check(line);
}

static void step(struct uart16550 *uart, const uint8_t *data)
{
	switch (data[0] % 6) {
	case 0:
		read_step(uart, data[0] / 8 % 8);
		break;
	case 1:
		write_step(uart, data[0] / 8 % 8, data[1]);
		break;
	case 2:
		push_step(uart, data[1] % 32);
		break;
	case 3:
		room = data[1] % 32;
		uart16550_tx_ready(uart);
		check(room == 0 || uart->tx_count == 0);
		break;
	case 4:
		uart16550_tx_ready(uart);
		break;
	default:
		if ((in(uart, IIR_FCR) & IIR_NONE) == 0)
			check(line || !uart->thre_pending);
		break;
	}
}

/* A read of all that is there, by a guest that heeds LSR, leaves the FIFO empty. */
static void drain(struct uart16550 *uart)
{
	out(uart, LCR, 0);
	out(uart, MCR, 0);
	for (unsigned i = 0; i < 17 && (in(uart, LSR) & LSR_DR); i++)
		read_step(uart, RBR_THR_DLL);
	check(uart->rx_count == 0);
	room = 64;
	uart16550_tx_ready(uart);
	check(heedless || next_got == next_sent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct uart16550_config config = {
		.name = "serial", .size = 8, .irq = { &chip, 1 }, .ops = &sink
	};
	struct uart16550 uart;

	room = next_sent = next_got = next_typed = next_read = 0;
	line = heedless = false;
	check(!uart16550_init(&uart, &config));
	for (; size >= 2; size -= 2, data += 2) {
		step(&uart, data);
		compare(&uart);
	}
	drain(&uart);
	return 0;
}
