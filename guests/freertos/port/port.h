/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the port offers to the application beyond the kernel's own interface.
 */
#ifndef FREERTOS_PORT_H
#define FREERTOS_PORT_H

#include <stdint.h>

/* The reading of the time CSR at which a tick was due; tick 0 is the scheduler's start. */
uint64_t port_tick_due(uint64_t tick);

/* Ticks since the scheduler's start, in more bits than the kernel keeps. */
uint64_t port_ticks(void);

/* Ticks that were dropped since nobody ran this guest for so long (port.c tells how long). */
uint64_t port_ticks_lost(void);

/* Traps that came while a handler ran. */
uint64_t port_nested(void);

#endif
