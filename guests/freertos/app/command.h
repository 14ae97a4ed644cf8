/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's commands.
 */
#ifndef GUESTS_FREERTOS_APP_COMMAND_H
#define GUESTS_FREERTOS_APP_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

/* Runs the command whose name is words[0]; words end with NULL, or are SHELL_WORDS many. */
void command_run(char *words[]);

/* A number in decimal, or in hexadecimal behind 0x, the whole word. False if it is none. */
bool command_number(const char *word, uint64_t *number);

#endif
