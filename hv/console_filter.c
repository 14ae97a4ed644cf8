/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small parser of ECMA-48: contract in console_filter.h. A sequence is held until its
 * last byte tells what it is. The end of a line ends any sequence, so that none can
 * swallow more than a line. Backspace passes as far as ASCII text of the same line goes,
 * since only of that it is certain that it took a column.
 */
#include "hv/console_filter.h"

#include <string.h>

#define ESC       0x1b
#define BELL      0x07
#define BACKSPACE 0x08
#define DELETE    0x7f

#define UTF8_C1_LEAD 0xc2 /* U+0080 to U+009f, which terminals obey, begin with it */
#define C1_END       0xa0

static uint32_t drop(struct console_filter *filter)
{
	filter->state = CONSOLE_FILTER_TEXT;
	filter->length = 0;
	return 0;
}

static void hold(struct console_filter *filter, uint8_t byte)
{
	if (filter->length < CONSOLE_FILTER_MAX)
		filter->held[filter->length] = (char)byte;
	if (filter->length <= CONSOLE_FILTER_MAX)
		filter->length++;
}

/* Shows what is held, if it was no longer than that. */
static uint32_t release(struct console_filter *filter, char *out)
{
	uint32_t length = filter->length;

	drop(filter);
	if (length > CONSOLE_FILTER_MAX)
		return 0;
	memcpy(out, filter->held, length);
	return length;
}

/* Bytes that follow the first of a character; 0: it is none that begins one of several. */
static uint32_t utf8_rest(uint8_t byte)
{
	if (byte >= 0xc2 && byte <= 0xdf)
		return 1;
	if (byte >= 0xe0 && byte <= 0xef)
		return 2;
	return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}

static uint32_t take_control(struct console_filter *filter, uint8_t byte, char *out)
{
	*out = (char)byte;
	switch (byte) {
	case ESC:
		filter->state = CONSOLE_FILTER_ESCAPE;
		hold(filter, byte);
		return 0;
	case '\r':
	case '\n':
		filter->columns = 0;
		return 1;
	case BACKSPACE:
		if (!filter->columns)
			return 0;
		filter->columns--;
		return 1;
	default:
		return byte == '\t' || byte == BELL;
	}
}

static uint32_t take_text(struct console_filter *filter, uint8_t byte, char *out)
{
	if (byte < ' ')
		return take_control(filter, byte, out);
	if (byte < DELETE) {
		filter->columns++;
		*out = (char)byte;
		return 1;
	}
	filter->rest = utf8_rest(byte);
	if (filter->rest) {
		filter->state = CONSOLE_FILTER_UTF8;
		hold(filter, byte);
	}
	return 0;
}

static uint32_t take_utf8(struct console_filter *filter, uint8_t byte, char *out)
{
	bool control =
		filter->length == 1 && (uint8_t)filter->held[0] == UTF8_C1_LEAD && byte < C1_END;

	if ((byte & 0xc0) != 0x80) {
		drop(filter);
		return take_text(filter, byte, out);
	}
	if (control)
		return drop(filter);
	hold(filter, byte);
	return --filter->rest ? 0 : release(filter, out);
}

static uint32_t take_escape(struct console_filter *filter, uint8_t byte)
{
	if (byte == '[') {
		filter->state = CONSOLE_FILTER_SEQUENCE;
		hold(filter, byte);
	} else if (byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_') {
		filter->state = CONSOLE_FILTER_STRING;
	} else if (byte >= '0') {
		drop(filter);
	}
	return 0;
}

static uint32_t take_sequence(struct console_filter *filter, uint8_t byte, bool colour, char *out)
{
	bool number = (byte >= '0' && byte <= '9') || byte == ';' || byte == ':';

	hold(filter, byte);
	if (byte >= '@')
		return byte == 'm' && colour ? release(filter, out) : drop(filter);
	/* Private and intermediate bytes: no choice of a colour. */
	if (!number)
		filter->length = CONSOLE_FILTER_MAX;
	return 0;
}

uint32_t console_filter(struct console_filter *filter, uint8_t byte, bool colour,
			char out[CONSOLE_FILTER_MAX])
{
	bool inside = filter->state >= CONSOLE_FILTER_ESCAPE;
	bool ends = byte == ESC || byte == '\r' || byte == '\n' ||
		    (byte == BELL && filter->state == CONSOLE_FILTER_STRING);

	if (inside && ends) {
		drop(filter);
		return byte == BELL ? 0 : take_text(filter, byte, out);
	}
	switch (filter->state) {
	case CONSOLE_FILTER_UTF8:
		return take_utf8(filter, byte, out);
	case CONSOLE_FILTER_ESCAPE:
		return take_escape(filter, byte);
	case CONSOLE_FILTER_SEQUENCE:
		return take_sequence(filter, byte, colour, out);
	case CONSOLE_FILTER_STRING:
		return 0;
	default:
		return take_text(filter, byte, out);
	}
}
