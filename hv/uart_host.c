/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's console: see hv/uart_host.h. Register names are the PC16550D's.
 * Its interrupts follow the FIFOs' levels, so nobody needs to read IIR: the
 * receiver's ends when the FIFO is read empty, the transmitter's when it
 * is filled or no longer wanted.
 */
#include "hv/uart_host.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/mmio.h"
#include "hv/sbi_client.h"

#define RBR        0
#define THR        0
#define IER        1
#define IER_ERBFI  BIT(0)
#define IER_ETBEI  BIT(1)
#define FCR        2
#define FCR_ENABLE BIT(0)
#define LCR        3
#define LCR_8N1    3
#define MCR        4
#define MCR_DTR    BIT(0)
#define MCR_RTS    BIT(1)
#define MCR_OUT2   BIT(3) /* lets the interrupt out on PC-like wiring */
#define LSR        5
#define LSR_DR     BIT(0)
#define LSR_THRE   BIT(5)

#define TX_FIFO  16
#define WAIT_MAX 200000 /* reads of LSR for one byte: far more than 300 baud needs */

static struct {
	/* Constant after init. */
	volatile uint8_t *base; /* NULL: the firmware's console */
	uint32_t shift;
	uint32_t width;

	/* The housekeeping hart's. */
	uint8_t ier;
	bool dead; /* the transmitter stood still once: no more waiting */
} uart;

static uint8_t get_register(unsigned reg)
{
	const volatile uint8_t *address = uart.base + ((size_t)reg << uart.shift);

	switch (uart.width) {
	case 4:
		return (uint8_t)mmio_read32(address);
	case 2:
		return (uint8_t)mmio_read16(address);
	default:
		return mmio_read8(address);
	}
}

static void set_register(unsigned reg, uint8_t value)
{
	volatile uint8_t *address = uart.base + ((size_t)reg << uart.shift);

	switch (uart.width) {
	case 4:
		mmio_write32(address, value);
		break;
	case 2:
		mmio_write16(address, value);
		break;
	default:
		mmio_write8(address, value);
	}
}

BOOT_CODE int uart_host_init(const struct host_uart *config, void *base)
{
	uint32_t width = config->reg_io_width ? config->reg_io_width : 1;

	uart.base = NULL;
	uart.dead = false;
	uart.ier = 0;
	if (!config->present || !base)
		return 0;
	if (config->reg_shift > 3 || (width != 1 && width != 2 && width != 4))
		return -EINVAL;
	uart.shift = config->reg_shift;
	uart.width = width;
	uart.base = base;
	set_register(LCR, LCR_8N1);
	set_register(IER, 0);
	set_register(FCR, FCR_ENABLE);
	set_register(MCR, MCR_DTR | MCR_RTS | MCR_OUT2);
	return 0;
}

bool uart_host_needs_polling(void)
{
	return !uart.base;
}

/* True when the transmitter takes a byte. */
static bool wait_for_room(void)
{
	for (unsigned i = 0; i < (uart.dead ? 1 : WAIT_MAX); i++) {
		if (get_register(LSR) & LSR_THRE) {
			uart.dead = false;
			return true;
		}
	}
	uart.dead = true;
	return false;
}

static void print_byte(uint8_t byte)
{
	if (!uart.base)
		sbi_client_console_write(&byte, 1);
	else if (wait_for_room())
		set_register(THR, byte);
}

void uart_host_print(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n')
			print_byte('\r');
		print_byte((uint8_t)text[i]);
	}
}

bool uart_host_log_sink(void *ctx, const char *line, size_t length)
{
	static const char name[] = "[bulkhead] ";

	(void)ctx;
	uart_host_print(name, sizeof(name) - 1);
	uart_host_print(line, length);
	return true;
}

uint32_t uart_host_put(const uint8_t *bytes, uint32_t count)
{
	uint32_t n = MIN(count, TX_FIFO);

	if (!uart.base)
		return sbi_client_console_write(bytes, count);
	if (!(get_register(LSR) & LSR_THRE))
		return 0;
	for (uint32_t i = 0; i < n; i++)
		set_register(THR, bytes[i]);
	return n;
}

int uart_host_get(void)
{
	if (!uart.base)
		return sbi_client_console_read();
	if (!(get_register(LSR) & LSR_DR))
		return -1;
	return get_register(RBR);
}

static void enable_interrupt(uint8_t bit, bool wanted)
{
	uint8_t ier = wanted ? uart.ier | bit : uart.ier & (uint8_t)~bit;

	if (!uart.base || ier == uart.ier)
		return;
	uart.ier = ier;
	set_register(IER, ier);
}

void uart_host_want_room(bool wanted)
{
	enable_interrupt(IER_ETBEI, wanted);
}

void uart_host_want_input(bool wanted)
{
	enable_interrupt(IER_ERBFI, wanted);
}
