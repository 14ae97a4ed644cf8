/* SPDX-License-Identifier: Apache-2.0 */
/* Named by libfdt's environment header; nothing in it is used freestanding. */
#ifndef HV_LIBC_STDLIB_H
#define HV_LIBC_STDLIB_H

#include <stddef.h>

unsigned long strtoul(const char *s, char **end, int base);

#endif
