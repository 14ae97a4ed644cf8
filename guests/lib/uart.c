/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 16550: registers by reg, reg-shift and reg-io-width of its node.
 */
#include "guests/lib/dt.h"
#include "guests/lib/uart.h"

#define BAUD 115200

enum reg {
	RBR = 0,
	THR = 0,
	DLL = 0,
	IER = 1,
	DLM = 1,
	IIR = 2,
	FCR = 2,
	LCR = 3,
	MCR = 4,
	LSR = 5,
	MSR = 6
};

#define IER_RECEIVED 0x01
#define IER_SENDABLE 0x02
#define IIR_NONE     0x01
#define IIR_CAUSE    0x0f
#define IIR_SENDABLE 0x02
#define IIR_RECEIVED 0x04
#define IIR_LINE     0x06
#define IIR_TIMEOUT  0x0c
#define FCR_ENABLE   0x07 /* on, both FIFOs emptied, an interrupt for each byte */
#define LCR_8N1      0x03
#define LCR_DIVISOR  0x80
#define MCR_READY    0x0b /* DTR, RTS, and OUT2, which lets the interrupt out */
#define LSR_DATA     0x01
#define LSR_SENDABLE 0x20

static struct {
	uint64_t base;
	uint32_t shift;
	uint32_t width;
	int node;
} uart;

static uint8_t uart_read(enum reg reg)
{
	uint64_t address = uart.base + ((uint64_t)reg << uart.shift);

	if (uart.width == 4)
		return (uint8_t)(*(volatile uint32_t *)address);
	return *(volatile uint8_t *)address;
}

static void uart_write(enum reg reg, uint8_t value)
{
	uint64_t address = uart.base + ((uint64_t)reg << uart.shift);

	if (uart.width == 4)
		*(volatile uint32_t *)address = value;
	else
		*(volatile uint8_t *)address = value;
}

static void set_line(uint32_t clock)
{
	uint32_t divisor = (clock + 8 * BAUD) / (16 * BAUD);

	uart_write(IER, 0);
	if (divisor) {
		uart_write(LCR, LCR_8N1 | LCR_DIVISOR);
		uart_write(DLL, (uint8_t)divisor);
		uart_write(DLM, (uint8_t)(divisor >> 8));
	}
	uart_write(LCR, LCR_8N1);
	uart_write(FCR, FCR_ENABLE);
	uart_write(MCR, MCR_READY);
}

bool uart_init(const void *tree)
{
	uint64_t size;

	uart.node = dt_compatible(tree, DT_NONE, "ns16550a");
	if (uart.node == DT_NONE || !dt_reg(tree, uart.node, 0, &uart.base, &size)) {
		uart.base = 0;
		return false;
	}
	uart.shift = dt_cell(tree, uart.node, "reg-shift", 0, 0);
	uart.width = dt_cell(tree, uart.node, "reg-io-width", 0, 1);
	set_line(dt_cell(tree, uart.node, "clock-frequency", 0, 0));
	return true;
}

int uart_node(void)
{
	return uart.node;
}

uint64_t uart_base(void)
{
	return uart.base;
}

void uart_send(char c)
{
	uart_write(THR, (uint8_t)c);
}

void uart_put(char c)
{
	while (!(uart_read(LSR) & LSR_SENDABLE))
		;
	uart_send(c);
}

int uart_get(void)
{
	return uart_read(LSR) & LSR_DATA ? uart_read(RBR) : -1;
}

void uart_interrupts(bool receive, bool transmit)
{
	uart_write(IER, (receive ? IER_RECEIVED : 0) | (transmit ? IER_SENDABLE : 0));
}

enum uart_event uart_pending(void)
{
	uint8_t cause = uart_read(IIR) & IIR_CAUSE;

	if (cause & IIR_NONE)
		return UART_NOTHING;
	if (cause == IIR_RECEIVED || cause == IIR_TIMEOUT)
		return UART_RECEIVED;
	if (cause == IIR_SENDABLE)
		return UART_SENDABLE;
	uart_read(cause == IIR_LINE ? LSR : MSR);
	return UART_OTHER;
}
