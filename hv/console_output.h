/* SPDX-License-Identifier: Apache-2.0 */
/* The half of the console that chooses what the UART shows next. For hv/console*.c. */
#ifndef HV_CONSOLE_OUTPUT_H
#define HV_CONSOLE_OUTPUT_H

#include "hv/console.h"

/* Moves bytes from the channels to the UART as far as may be, and says when to come again. */
void console_output_move(struct console *console);

/* True when nothing that may be shown is waiting. */
bool console_output_idle(const struct console *console);

/* True when the prompt's line was torn and all has been quiet since for `patience`. */
bool console_output_redraw_due(const struct console *console);

#endif
