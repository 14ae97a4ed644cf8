/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a guest's output may reach a terminal that it shares: text and colours. What
 * moves the cursor out of the guest's own line, hides or overwrites what others printed, changes
 * the terminal's state or makes it answer (ECMA-48) is left out. Pure.
 */
#ifndef HV_CONSOLE_FILTER_H
#define HV_CONSOLE_FILTER_H

#include "hv/types.h"

#define CONSOLE_FILTER_MAX 24 /* bytes that one byte may let pass: those held back before it */

enum console_filter_state {
	CONSOLE_FILTER_TEXT,
	CONSOLE_FILTER_UTF8,     /* in a character of several bytes */
	CONSOLE_FILTER_ESCAPE,   /* after ESC */
	CONSOLE_FILTER_SEQUENCE, /* after ESC [ */
	CONSOLE_FILTER_STRING,   /* after ESC ] and its kin: a title, say */
};

/* All zero at the beginning. */
struct console_filter {
	enum console_filter_state state;
	uint32_t columns; /* at least so many lie between the line's beginning and the cursor */
	uint32_t rest;    /* bytes that the character still wants */
	uint32_t length;  /* of held; more than fit: the sequence is left out */
	char held[CONSOLE_FILTER_MAX];
};

/*
 * Takes a byte; returns how many to show in its place, at most CONSOLE_FILTER_MAX, in out.
 * colour: sequences that choose one (SGR) pass.
 */
uint32_t console_filter(struct console_filter *filter, uint8_t byte, bool colour,
			char out[CONSOLE_FILTER_MAX]);

/* What comes next stands behind the guest's name, which it can't erase. */
static inline void console_filter_line(struct console_filter *filter)
{
	filter->columns = 0;
}

#endif
