/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A 16550 UART, as its device-tree node describes it: one a guest. The interrupt
 * side only says what happened and moves bytes; what to do with them, and
 * keeping interrupt and other callers apart, is the caller's.
 */
#ifndef GUESTS_LIB_UART_H
#define GUESTS_LIB_UART_H

#include <stdbool.h>
#include <stdint.h>

#define UART_FIFO 16 /* bytes that may follow one "transmitter empty" */

/* What uart_pending found. */
enum uart_event { UART_NOTHING, UART_RECEIVED, UART_SENDABLE, UART_OTHER };

/* Finds the first UART, sets 115200 8N1, empties its FIFOs. False if there is none. */
bool uart_init(const void *tree);

/* Device-tree node and base address of the UART that uart_init found; base 0 without one. */
int uart_node(void);
uint64_t uart_base(void);

/* Waits until the byte is taken. */
void uart_put(char c);

/* A byte that has come, or -1. */
int uart_get(void);

/* Stores into the transmit FIFO without waiting: at most UART_FIFO after a UART_SENDABLE. */
void uart_send(char c);

/* Switches the two interrupts. A free transmitter raises its own at once. */
void uart_interrupts(bool receive, bool transmit);

/* The most urgent interrupt that the UART has, acknowledged where reading it does that. */
enum uart_event uart_pending(void);

#endif
