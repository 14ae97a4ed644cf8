/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways to go wrong, for those who want to see what that does to the neighbours.
 */
#ifndef GUESTS_FREERTOS_APP_CRASH_H
#define GUESTS_FREERTOS_APP_CRASH_H

#include <stdint.h>

/* Goes wrong in the named way; returns only if there is none of that name. */
void crash_run(const char *how, uint64_t address);

/* Prints the names. */
void crash_list(void);

/* The address that is used where none is given: no guest has memory there. */
#define CRASH_NOWHERE UINT64_C(0x4000000000)

#endif
