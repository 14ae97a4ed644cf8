/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal: bytes in and out by interrupt, or by polling where the console
 * is the SBI's. One writer and one reader at a time, which is the caller's to see to.
 */
#ifndef GUESTS_FREERTOS_APP_TERM_H
#define GUESTS_FREERTOS_APP_TERM_H

#include <stdint.h>

/* Makes the rings and attaches the UART's interrupt. Returns NULL, or what is wrong. */
const char *term_init(void);

/* Adds to the output ring, and waits while that is full. Newlines get a carriage return. */
void term_put(char c);

/* Sees to it that what is in the ring goes out, without waiting for that. */
void term_flush(void);

/* Waits until the ring is empty and the UART took the last byte. */
void term_drain(void);

/* Waits for the next byte. */
char term_get(void);

/* Bytes that came while the input ring was full. */
uint32_t term_overruns(void);

#endif
