/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The freestanding part of <string.h> (ISO C17, 7.24). memcpy and memset move
 * eight words a turn when both ends are aligned: loading a guest's image is
 * these loops.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WORD  sizeof(uint64_t)
#define BLOCK (8 * WORD)
#define CLEAR (2 * BLOCK) /* what memset writes in a turn */

static int words_aligned(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & (WORD - 1)) == 0;
}

static void copy_block(uint64_t *restrict to, const uint64_t *restrict from)
{
	uint64_t a = from[0], b = from[1], c = from[2], d = from[3];
	uint64_t e = from[4], f = from[5], g = from[6], h = from[7];

	to[0] = a;
	to[1] = b;
	to[2] = c;
	to[3] = d;
	to[4] = e;
	to[5] = f;
	to[6] = g;
	to[7] = h;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (words_aligned(t, f)) {
		for (; size >= BLOCK; size -= BLOCK, t += BLOCK, f += BLOCK)
			copy_block((uint64_t *)t, (const uint64_t *)f);
	}
	while (size--)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if ((uintptr_t)t - (uintptr_t)f >= size)
		return memcpy(to, from, size);
	while (size--)
		t[size] = f[size];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	unsigned char *t = to;
	uint64_t word = (unsigned char)byte * UINT64_C(0x0101010101010101);

	for (; size && ((uintptr_t)t & (WORD - 1)); size--)
		*t++ = (unsigned char)byte;
	for (; size >= CLEAR; size -= CLEAR, t += CLEAR) {
		uint64_t *w = (uint64_t *)t;

		w[0] = w[1] = w[2] = w[3] = word;
		w[4] = w[5] = w[6] = w[7] = word;
		w[8] = w[9] = w[10] = w[11] = word;
		w[12] = w[13] = w[14] = w[15] = word;
	}
	for (; size >= WORD; size -= WORD, t += WORD)
		*(uint64_t *)t = word;
	while (size--)
		*t++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size; size--, x++, y++) {
		if (*x != *y)
			return *x < *y ? -1 : 1;
	}
	return 0;
}

void *memchr(const void *from, int byte, size_t size)
{
	const unsigned char *f = from;

	for (; size; size--, f++) {
		if (*f == (unsigned char)byte)
			return (void *)(uintptr_t)f;
	}
	return NULL;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

size_t strnlen(const char *s, size_t size)
{
	size_t n = 0;

	while (n < size && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t size)
{
	for (; size; size--, a++, b++) {
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		if (!*a)
			break;
	}
	return 0;
}

char *strchr(const char *s, int c)
{
	return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
	size_t i = strlen(s) + 1;

	while (i--) {
		if (s[i] == (char)c)
			return (char *)(uintptr_t)(s + i);
	}
	return NULL;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;

	for (; *s >= '0' && *s <= '9' && base == 10; s++)
		value = value * 10 + (unsigned long)(*s - '0');
	if (end)
		*end = (char *)(uintptr_t)s;
	return value;
}
