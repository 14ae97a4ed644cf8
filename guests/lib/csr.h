/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSR accessors for S-mode guests; register numbers and fields come from the
 * encodings that guests share with the hypervisor.
 */
#ifndef GUESTS_LIB_CSR_H
#define GUESTS_LIB_CSR_H

#include <stdint.h>

#include "hv/riscv_regs.h"

#define csr_string_(x) #x
#define csr_string(x)  csr_string_(x)

#define csr_read(csr)                                                                  \
	({                                                                             \
		uint64_t value_;                                                       \
		asm volatile("csrr %0, " csr_string(csr) : "=r"(value_) : : "memory"); \
		value_;                                                                \
	})

#define csr_write(csr, value) \
	asm volatile("csrw " csr_string(csr) ", %0" : : "rK"((uint64_t)(value)) : "memory")

#define csr_set(csr, bits) \
	asm volatile("csrs " csr_string(csr) ", %0" : : "rK"((uint64_t)(bits)) : "memory")

#define csr_clear(csr, bits) \
	asm volatile("csrc " csr_string(csr) ", %0" : : "rK"((uint64_t)(bits)) : "memory")

/* Returns the value before. */
#define csr_swap(csr, value)                                     \
	({                                                       \
		uint64_t old_;                                   \
		asm volatile("csrrw %0, " csr_string(csr) ", %1" \
			     : "=r"(old_)                        \
			     : "rK"((uint64_t)(value))           \
			     : "memory");                        \
		old_;                                            \
	})

/* Returns the value before. */
#define csr_read_clear(csr, bits)                                \
	({                                                       \
		uint64_t old_;                                   \
		asm volatile("csrrc %0, " csr_string(csr) ", %1" \
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
