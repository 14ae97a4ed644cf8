/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formatted text without a C library. The conversions are %c %s %d %i %u %x %X
 * %p %%, with the flags '-' and '0', a width and, for %s, a precision (either
 * may be '*'), and the lengths hh h l ll z. Anything else is copied as it is
 * written, and the compiler's format check refuses it before. Pure.
 */
#ifndef HV_FMT_H
#define HV_FMT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Writes at most size bytes to text, always ended by a NUL when size is not 0.
 * Returns the length of the whole text without the NUL: it was cut short when
 * that is size or more (ISO C17, 7.21.6.5). text may be NULL when size is 0. A NULL
 * string prints as (null).
 */
size_t fmt_vsnprintf(char *text, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
size_t fmt_snprintf(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
