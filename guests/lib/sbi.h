/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls to the SBI (RISC-V SBI specification 3.0) that small guests need.
 * Nothing is kept here. Numbers come from the header shared with Bulkhead.
 */
#ifndef GUESTS_LIB_SBI_H
#define GUESTS_LIB_SBI_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/sbi_defs.h"

struct sbi_result {
	long error; /* 0 or one of SBI_ERR_x */
	unsigned long value;
};

/* Any call: extension, function, the first three arguments; the rest are 0. */
struct sbi_result sbi_call(unsigned long extension, unsigned long function, unsigned long arg0,
			   unsigned long arg1, unsigned long arg2);

/* True when the SBI says that it has the extension; false on an SBI older than 0.2. */
bool sbi_probe(unsigned long extension);

/* The name of the SBI's implementation where its id is known; never NULL. */
const char *sbi_implementation(void);

/* Asks for the end of this guest; reason is SBI_SRST_REASON_x. Never returns. */
void sbi_shutdown(unsigned long reason) __attribute__((noreturn));

/* Asks for a cold reboot or, where there is none, for the end. Never returns. */
void sbi_reboot(void) __attribute__((noreturn));

#endif
