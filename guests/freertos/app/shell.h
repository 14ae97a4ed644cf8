/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's line editor, and all printing by tasks: lines of several tasks
 * never mix, and a line that comes while somebody types leaves the typing whole.
 */
#ifndef GUESTS_FREERTOS_APP_SHELL_H
#define GUESTS_FREERTOS_APP_SHELL_H

#define SHELL_LINE  80 /* bytes of a line that was typed, its end included */
#define SHELL_WORDS 4

/* Starts the console's task. */
void shell_start(void);

/* Prints a part of a command's answer; at most 200 bytes. */
void shell_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a line, whose newline is added, that no command asked for; at most 200 bytes. */
void shell_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
