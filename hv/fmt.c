/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formatted text: see hv/fmt.h. One pass over the format; struct out counts
 * what would have been written and stores what fits.
 */
#include "hv/fmt.h"

#include <stdbool.h>
#include <stdint.h>

#define DIGITS_MAX 20 /* of 2^64 - 1 in base 10 */

struct out {
	char *text;
	size_t size;
	size_t length;
};

struct spec {
	bool left;
	bool zero;
	unsigned width;
	unsigned precision;
	bool longs; /* long or wider: 64 bits; h and hh were promoted to int by the call */
};

static void put(struct out *out, char c)
{
	if (out->length < out->size)
		out->text[out->length] = c;
	out->length++;
}

static void pad(struct out *out, unsigned count, char c)
{
	for (unsigned i = 0; i < count; i++)
		put(out, c);
}

/* text in a field, spaces on the side that spec asks for. */
static void put_field(struct out *out, const struct spec *spec, const char *text, size_t length)
{
	unsigned fill = length < spec->width ? spec->width - (unsigned)length : 0;

	if (!spec->left)
		pad(out, fill, ' ');
	for (size_t i = 0; i < length; i++)
		put(out, text[i]);
	if (spec->left)
		pad(out, fill, ' ');
}

static void put_string(struct out *out, const struct spec *spec, const char *text)
{
	size_t length = 0;

	if (!text)
		text = "(null)";
	while (length < spec->precision && text[length])
		length++;
	put_field(out, spec, text, length);
}

/* A number with its sign or "0x" in front; zeros go between the two. */
static void put_number(struct out *out, const struct spec *spec, uint64_t value, unsigned base,
		       const char *prefix, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[DIGITS_MAX + 2];
	size_t at = sizeof(text), front = 0;

	do {
		text[--at] = digits[value % base];
		value /= base;
	} while (value);
	while (prefix[front])
		front++;
	if (spec->zero && !spec->left) {
		size_t length = front + sizeof(text) - at;

		for (size_t i = 0; i < front; i++)
			put(out, prefix[i]);
		pad(out, length < spec->width ? spec->width - (unsigned)length : 0, '0');
		for (; at < sizeof(text); at++)
			put(out, text[at]);
		return;
	}
	for (size_t i = front; i > 0; i--)
		text[--at] = prefix[i - 1];
	put_field(out, spec, text + at, sizeof(text) - at);
}

static void put_signed(struct out *out, const struct spec *spec, int64_t value)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

	put_number(out, spec, magnitude, 10, value < 0 ? "-" : "", false);
}

/* A va_list in a struct, so that helpers advance the caller's. */
struct args {
	va_list list;
};

static uint64_t next_unsigned(struct args *args, const struct spec *spec)
{
	if (spec->longs)
		return va_arg(args->list, unsigned long);
	return va_arg(args->list, unsigned int);
}

static int64_t next_signed(struct args *args, const struct spec *spec)
{
	if (spec->longs)
		return va_arg(args->list, long);
	return va_arg(args->list, int);
}

/* A count at *format: digits, or '*' for an argument. */
static unsigned parse_count(const char **format, struct args *args)
{
	unsigned count = 0;

	if (**format == '*') {
		int value = va_arg(args->list, int);

		++*format;
		return value < 0 ? 0 : (unsigned)value;
	}
	for (; **format >= '0' && **format <= '9'; ++*format)
		count = count * 10 + (unsigned)(**format - '0');
	return count;
}

/* What stands between '%' and the conversion's letter; leaves *format at the letter. */
static struct spec parse_spec(const char **format, struct args *args)
{
	struct spec spec = { .precision = UINT32_MAX };

	for (; **format == '-' || **format == '0'; ++*format) {
		spec.left |= **format == '-';
		spec.zero |= **format == '0';
	}
	spec.width = parse_count(format, args);
	if (**format == '.') {
		++*format;
		spec.precision = parse_count(format, args);
	}
	for (; **format == 'l' || **format == 'z' || **format == 'h'; ++*format)
		spec.longs |= **format != 'h';
	return spec;
}

static void convert(struct out *out, char letter, const struct spec *spec, struct args *args)
{
	char c;

	switch (letter) {
	case 'd':
	case 'i':
		put_signed(out, spec, next_signed(args, spec));
		break;
	case 'u':
		put_number(out, spec, next_unsigned(args, spec), 10, "", false);
		break;
	case 'x':
	case 'X':
		put_number(out, spec, next_unsigned(args, spec), 16, "", letter == 'X');
		break;
	case 'p':
		put_number(out, spec, (uintptr_t)va_arg(args->list, void *), 16, "0x", false);
		break;
	case 's':
		put_string(out, spec, va_arg(args->list, const char *));
		break;
	case 'c':
		c = (char)va_arg(args->list, int);
		put_field(out, spec, &c, 1);
		break;
	default:
		put(out, letter);
	}
}

size_t fmt_vsnprintf(char *text, size_t size, const char *format, va_list list)
{
	struct out out = { .text = text, .size = size };
	struct args args;

	va_copy(args.list, list);
	for (; *format; format++) {
		struct spec spec;

		if (*format != '%') {
			put(&out, *format);
			continue;
		}
		format++;
		spec = parse_spec(&format, &args);
		if (!*format)
			break;
		convert(&out, *format, &spec, &args);
	}
	va_end(args.list);
	if (size)
		text[out.length < size ? out.length : size - 1] = '\0';
	return out.length;
}

size_t fmt_snprintf(char *text, size_t size, const char *format, ...)
{
	va_list list;
	size_t length;

	va_start(list, format);
	length = fmt_vsnprintf(text, size, format, list);
	va_end(list);
	return length;
}
