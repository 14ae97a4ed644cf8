/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks and their report: a line "PASS name" or "FAIL name: why" each, and a
 * sum at the end. A name begins with the extension that it belongs to.
 */
#ifndef GUESTS_TESTS_SBI_CHECK_H
#define GUESTS_TESTS_SBI_CHECK_H

#include <stdbool.h>

#include "guests/lib/sbi.h"

/* Passes when condition holds. */
void check(const char *name, bool condition);

/* Passes when the call returned this error. */
void check_error(const char *name, struct sbi_result result, long expected);

/* Passes when the call succeeded with this value. */
void check_value(const char *name, struct sbi_result result, unsigned long expected);

/* Tells that something could not be tested here. */
void check_skip(const char *name, const char *why);

/* The last line. Returns the number of failures. */
unsigned check_sum(void);

/* A call with up to six arguments; those left out are 0. */
#define CALL(extension, function, ...) \
	check_call(extension, function, (const unsigned long[6]){ __VA_ARGS__ })
struct sbi_result check_call(unsigned long extension, unsigned long function,
			     const unsigned long *args);

#endif
