/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line on the console now and then, so that one sees that the guest lives.
 */
#ifndef GUESTS_FREERTOS_APP_HEARTBEAT_H
#define GUESTS_FREERTOS_APP_HEARTBEAT_H

#include <stdint.h>

/* Starts the task, with a line each 10 s. */
void heartbeat_start(void);

/* The time between lines in seconds; 0 for none. */
void heartbeat_set(uint32_t seconds);

/* Seconds since the scheduler's start, and their thousandths. */
uint64_t heartbeat_uptime(uint32_t *milliseconds);

#endif
