/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's console for bytes that wait: its UART where the device tree has one,
 * else the SBI's debug console, else the legacy SBI console.
 */
#ifndef GUESTS_LIB_CONSOLE_H
#define GUESTS_LIB_CONSOLE_H

/* Chooses the console. tree may be NULL. */
void console_init(const void *tree);

/* What was chosen, in a few words. */
const char *console_name(void);

/* Waits until the byte is taken; a newline goes out as carriage return and newline. */
void console_put(char c);

/* A byte that has come, or -1. */
int console_get(void);

#endif
