/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's own work, on the hart that the plan chose for it: the machine's UART,
 * the console multiplexer, the prompt. All by interrupts, timers and jobs.
 */
#ifndef HV_HOUSEKEEPING_H
#define HV_HOUSEKEEPING_H

#include "hv/arena.h"
#include "hv/console.h"
#include "hv/hart.h"
#include "hv/prompt.h"

/*
 * Sets the console up for max_guests guests; the log goes through it from now on. shared: the
 * hart is also a guest's, and most of its time is to stay that guest's, whatever others print.
 * First hart, at boot. -ENOMEM.
 */
int housekeeping_init(struct arena *arena, struct hart *hart, bool shared, uint32_t max_guests,
		      bool colour, const struct prompt_command *commands, size_t nr_commands);

/* Adds a guest's channel (see console_add_guest()), with rings from the arena. NULL: no memory. */
struct console_channel *housekeeping_add_guest(struct arena *arena, const char *name,
					       const struct console_guest_ops *ops, void *ctx);

/* Takes the UART's interrupt, or polls it, from now on. First hart, at the end of boot. */
void housekeeping_start(const struct host *host);

/* Runs a command as if typed at the prompt, in place of what was. The housekeeping hart. */
void housekeeping_type(const char *command);

/* Waits, for a bounded time, until what was printed is out. The housekeeping hart. */
void housekeeping_flush(void);

#endif
