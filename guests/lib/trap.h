/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traps of a simple guest: everything goes to one C function. A guest with a
 * scheduler installs its own entry instead, and shares the report.
 */
#ifndef GUESTS_LIB_TRAP_H
#define GUESTS_LIB_TRAP_H

#include "guests/lib/frame.h"

/*
 * Called with interrupts off for each trap. It may change the frame, also its
 * pc; what the frame says then goes on. Floating point is kept if it was in use.
 */
typedef void trap_handler(struct frame *frame, uint64_t cause, uint64_t value);

/* Takes the place of the handler that is there from the start: trap_fatal. */
void trap_set_handler(trap_handler *handler);

/* One line about an unexpected trap, then shutdown with reason "system failure". */
void trap_fatal(struct frame *frame, uint64_t cause, uint64_t value) __attribute__((noreturn));

/* The same, with the name of what ran at the end of the line. */
void trap_fatal_in(const char *name, const struct frame *frame, uint64_t cause, uint64_t value)
	__attribute__((noreturn));

/* A line of words in place of a trap's, then the same end. */
void trap_panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
