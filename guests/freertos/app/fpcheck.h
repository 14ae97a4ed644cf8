/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do floating-point registers survive context switches?
 */
#ifndef GUESTS_FREERTOS_APP_FPCHECK_H
#define GUESTS_FREERTOS_APP_FPCHECK_H

#include <stdint.h>

/*
 * Two tasks of the same priority fill all registers and fcsr with values of
 * their own, keep them over several ticks, look, and do it again. Prints a line.
 */
void fpcheck_run(void);

/*
 * Fills f0 to f31 with values made of seed, and the rounding mode; keeps them until the
 * time CSR reads deadline; returns the number of registers that changed.
 */
uint64_t fpcheck_hold(uint64_t seed, uint64_t deadline);

#endif
