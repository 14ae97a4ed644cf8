/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small printf. Digits are made from the right into a buffer that holds the
 * longest number; nothing is allocated.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "guests/lib/console.h"
#include "guests/lib/print.h"

#define LONGEST 20 /* digits of UINT64_MAX */

struct spec {
	int width;
	bool left;
	bool zero;
	bool is_long;
	char conversion;
};

static void put_field(struct print_sink *sink, const struct spec *spec, const char *text,
		      int length)
{
	int padding = spec->width - length;

	for (int i = 0; !spec->left && i < padding; i++)
		sink->put(sink, ' ');
	for (int i = 0; i < length; i++)
		sink->put(sink, text[i]);
	for (int i = 0; spec->left && i < padding; i++)
		sink->put(sink, ' ');
}

static void put_number(struct print_sink *sink, const struct spec *spec, uint64_t value,
		       unsigned base, bool negative)
{
	char digits[LONGEST + 2];
	int width = spec->zero && spec->width <= LONGEST ? spec->width - negative : 1;
	int length = 0;

	while (value || length < width) {
		digits[sizeof(digits) - 1 - length++] = "0123456789abcdef"[value % base];
		value /= base;
	}
	if (negative)
		digits[sizeof(digits) - 1 - length++] = '-';
	put_field(sink, spec, digits + sizeof(digits) - length, length);
}

static const char *parse(const char *format, struct spec *spec)
{
	*spec = (struct spec){ 0 };
	for (; *format == '-' || *format == '0'; format++) {
		spec->left |= *format == '-';
		spec->zero |= *format == '0';
	}
	for (; *format >= '0' && *format <= '9'; format++)
		spec->width = spec->width * 10 + (*format - '0');
	for (; *format == 'l' || *format == 'z'; format++)
		spec->is_long = true;
	spec->conversion = *format;
	return *format ? format + 1 : format;
}

static void convert(struct print_sink *sink, const struct spec *spec, va_list *args)
{
	const char *text;
	int64_t value;

	switch (spec->conversion) {
	case 'c':
		sink->put(sink, (char)va_arg(*args, int));
		break;
	case 's':
		text = va_arg(*args, const char *);
		put_field(sink, spec, text, (int)strlen(text));
		break;
	case 'd':
		value = spec->is_long ? va_arg(*args, int64_t) : va_arg(*args, int);
		put_number(sink, spec, value < 0 ? -(uint64_t)value : (uint64_t)value, 10,
			   value < 0);
		break;
	case 'u':
	case 'x':
		value = spec->is_long ? va_arg(*args, int64_t) : va_arg(*args, unsigned);
		put_number(sink, spec, (uint64_t)value, spec->conversion == 'x' ? 16 : 10, false);
		break;
	case 'p':
		sink->put(sink, '0');
		sink->put(sink, 'x');
		put_number(sink, spec, (uint64_t)va_arg(*args, void *), 16, false);
		break;
	default:
		sink->put(sink, '%');
		break;
	}
}

void print_to(struct print_sink *sink, const char *format, va_list args)
{
	struct spec spec;
	va_list rest;

	va_copy(rest, args);
	while (*format) {
		char c = *format++;

		if (c != '%') {
			sink->put(sink, c);
			continue;
		}
		format = parse(format, &spec);
		convert(sink, &spec, &rest);
	}
	va_end(rest);
}

static void put_console(struct print_sink *sink, char c)
{
	(void)sink;
	console_put(c);
}

void print(const char *format, ...)
{
	struct print_sink sink = { put_console };
	va_list args;

	va_start(args, format);
	print_to(&sink, format, args);
	va_end(args);
}

struct buffer_sink {
	struct print_sink sink;
	char *buffer;
	size_t size;
	size_t length;
};

static void put_buffer(struct print_sink *sink, char c)
{
	struct buffer_sink *b = (struct buffer_sink *)sink;

	if (b->length + 1 < b->size)
		b->buffer[b->length++] = c;
}

size_t print_string(char *buffer, size_t size, const char *format, va_list args)
{
	struct buffer_sink b = { { put_buffer }, buffer, size, 0 };

	print_to(&b.sink, format, args);
	buffer[b.length] = 0;
	return b.length;
}
