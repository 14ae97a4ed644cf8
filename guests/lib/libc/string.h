/* SPDX-License-Identifier: Apache-2.0 */
/* The part of <string.h> that guests and the FreeRTOS kernel use; see guests/lib/string.c. */
#ifndef GUESTS_LIB_LIBC_STRING_H
#define GUESTS_LIB_LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);

#endif
