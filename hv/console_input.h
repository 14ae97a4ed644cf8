/* SPDX-License-Identifier: Apache-2.0 */
/* The half of the console that takes what is typed. For hv/console*.c. */
#ifndef HV_CONSOLE_INPUT_H
#define HV_CONSOLE_INPUT_H

#include "hv/console.h"

#define CONSOLE_NO_DEADLINE UINT64_MAX

/* Hands every guest what was typed for it, and holds or frees the UART's input. */
void console_input_move(struct console *console);

/* When the input that waits is to be given up; CONSOLE_NO_DEADLINE: nothing waits. */
uint64_t console_input_deadline(const struct console *console);

/* A line "[bulkhead] ..." on the console, not in the log. */
void console_input_notice(struct console *console, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
