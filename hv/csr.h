/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSR accessors. Only code that touches hardware includes this, and guests; it refuses to
 * compile for anything but RISC-V, which keeps the pure code pure.
 */
#ifndef HV_CSR_H
#define HV_CSR_H

#ifndef __riscv
#error "CSR accessors are for RISC-V only; pure code must not include them"
#endif

#include <stdint.h>

#include "hv/riscv_regs.h"

#define CSR_STRING_(x) #x
#define CSR_STRING(x)  CSR_STRING_(x)

#define csr_read(csr)                                                                   \
	({                                                                              \
		uint64_t value_;                                                        \
		__asm__ volatile("csrr %0, " CSR_STRING(csr) : "=r"(value_)::"memory"); \
		value_;                                                                 \
	})

#define csr_write(csr, value) \
	__asm__ volatile("csrw " CSR_STRING(csr) ", %0" ::"rK"((uint64_t)(value)) : "memory")

#define csr_set(csr, bits) \
	__asm__ volatile("csrs " CSR_STRING(csr) ", %0" ::"rK"((uint64_t)(bits)) : "memory")

#define csr_clear(csr, bits) \
	__asm__ volatile("csrc " CSR_STRING(csr) ", %0" ::"rK"((uint64_t)(bits)) : "memory")

#define csr_swap(csr, value)                                         \
	({                                                           \
		uint64_t old_;                                       \
		__asm__ volatile("csrrw %0, " CSR_STRING(csr) ", %1" \
				 : "=r"(old_)                        \
				 : "rK"((uint64_t)(value))           \
				 : "memory");                        \
		old_;                                                \
	})

#endif
