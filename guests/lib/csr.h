/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSR accessors for S-mode guests: those that they share with the hypervisor, and what only
 * guests need.
 */
#ifndef GUESTS_LIB_CSR_H
#define GUESTS_LIB_CSR_H

#include "hv/csr.h"

/* Returns the value before. */
#define csr_read_clear(csr, bits)                                \
	({                                                       \
		uint64_t old_;                                   \
		asm volatile("csrrc %0, " CSR_STRING(csr) ", %1" \
			     : "=r"(old_)                        \
			     : "rK"((uint64_t)(bits))            \
			     : "memory");                        \
		old_;                                            \
	})

static inline void wait_for_interrupt(void)
{
	asm volatile("wfi" : : : "memory");
}

#endif
