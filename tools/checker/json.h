/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON (RFC 8259) to standard output; commas and nesting come by themselves. */
#ifndef TOOLS_CHECKER_JSON_H
#define TOOLS_CHECKER_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* key is NULL inside of a list. */
void json_open(const char *key, char bracket);       /* '{' or '[' */
void json_close(char bracket);                       /* '}' or ']' */
void json_string(const char *key, const char *text); /* text NULL: null */
void json_number(const char *key, uint64_t number);
void json_number_or_null(const char *key, uint64_t number, uint64_t null);
void json_bool(const char *key, bool value);

#endif
