/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hart's timer: stimecmp where the hart has Sstc, else the SBI's TIME
 * extension, else the legacy call. Times are readings of the time CSR.
 */
#ifndef GUESTS_LIB_TIMER_H
#define GUESTS_LIB_TIMER_H

#include <stdint.h>

/* Chooses the way, by the machine (machine_init comes first), and sets no deadline. */
void timer_init(void);

/* The way chosen, in a word or two. */
const char *timer_name(void);

/* Makes the timer interrupt pending from deadline on, and clears it until then. */
void timer_set(uint64_t deadline);

/* Now. */
uint64_t timer_now(void);

/* A span of time in nanoseconds; exact up to spans of 500 years. */
uint64_t timer_nanoseconds(uint64_t span);

#endif
