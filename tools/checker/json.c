/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON writer that remembers only whether a comma is due. */
#include <inttypes.h>
#include <stdio.h>

#include "tools/checker/json.h"

static bool comma;

static void put_text(const char *text)
{
	putchar('"');
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < 0x20 || *c >= 0x7f)
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

static void begin(const char *key)
{
	if (comma)
		putchar(',');
	comma = true;
	if (key) {
		put_text(key);
		putchar(':');
	}
}

void json_open(const char *key, char bracket)
{
	begin(key);
	putchar(bracket);
	comma = false;
}

void json_close(char bracket)
{
	putchar(bracket);
	comma = true;
}

void json_string(const char *key, const char *text)
{
	begin(key);
	if (text)
		put_text(text);
	else
		printf("null");
}

void json_number(const char *key, uint64_t number)
{
	begin(key);
	printf("%" PRIu64, number);
}

void json_number_or_null(const char *key, uint64_t number, uint64_t null)
{
	if (number == null)
		json_string(key, NULL);
	else
		json_number(key, number);
}

void json_bool(const char *key, bool value)
{
	begin(key);
	printf(value ? "true" : "false");
}
