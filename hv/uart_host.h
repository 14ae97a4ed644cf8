/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's console: a 16550 as the device tree describes it (PC16550D), or
 * the firmware's console (SBI DBCN, or the legacy calls) when it has none. The
 * registers are reached through hv/mmio.h only. The baud rate is the firmware's:
 * it is not touched. One such console, used by the housekeeping hart; the polled
 * print is for the time before that, and for panics.
 */
#ifndef HV_UART_HOST_H
#define HV_UART_HOST_H

#include "hv/host.h"
#include "hv/types.h"

/*
 * base: where uart->mmio is mapped (before paging is on, its physical address); NULL,
 * or uart->present unset: the firmware's console. May be called again with
 * the mapping's address. Interrupts stay off until asked for. -EINVAL: a reg_shift above 3
 * or a reg_io_width other than 0, 1, 2 and 4.
 */
int uart_host_init(const struct host_uart *uart, void *base);

/* True when no interrupt will come: look for input and for room by timer, every 10 ms or so. */
bool uart_host_needs_polling(void);

/* Waits until the text is out (bounded: a dead UART loses it); '\n' becomes "\r\n". Any hart. */
void uart_host_print(const char *text, size_t length);

/* A log_env sink before the console is up: uart_host_print() with "[bulkhead] " in front. */
bool uart_host_log_sink(void *ctx, const char *line, size_t length);

/* Takes as many bytes as the transmitter has room for, without waiting; returns how many. */
uint32_t uart_host_put(const uint8_t *bytes, uint32_t count);

/* The next byte received, or -1. */
int uart_host_get(void);

/* The transmitter's, and the receiver's, interrupt on or off. */
void uart_host_want_room(bool wanted);
void uart_host_want_input(bool wanted);

#endif
