/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small printf: %c %s %d %u %x %p %%, with l and z, a width, - and 0.
 */
#ifndef GUESTS_LIB_PRINT_H
#define GUESTS_LIB_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* Where formatted bytes go. */
struct print_sink {
	void (*put)(struct print_sink *sink, char c);
};

void print_to(struct print_sink *sink, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* To the console, byte by byte, waiting for each (guests/lib/console.h). */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Into a buffer of size bytes, always ended by a zero. Returns the length that was stored. */
size_t print_string(char *buffer, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
