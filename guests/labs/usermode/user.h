/* SPDX-License-Identifier: Apache-2.0 */
/* The way to user mode and back. */
#ifndef GUESTS_LABS_USERMODE_USER_H
#define GUESTS_LABS_USERMODE_USER_H

#include "guests/lib/frame.h"

/*
 * Runs what the frame says in U-mode, with interrupts as they are, until it traps; then
 * the frame has its registers again, and scause and stval say why. The page tables in
 * use must map the kernel too. Floating point is left alone.
 */
void user_run(struct frame *frame);

#endif
