/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MSIs as IPIs: the harts' interrupt files, as the device tree tells of them
 * (AIA 1.0, chapter 3; binding riscv,imsics).
 */
#ifndef GUESTS_BENCH_IMSIC_H
#define GUESTS_BENCH_IMSIC_H

#include <stdint.h>

#include "guests/lib/csr.h"

#define IMSIC_IPI 1 /* the identity that the benchmark sends */

/* The interrupt file of the hart whose own interrupt controller has this phandle; NULL: none. */
volatile uint32_t *imsic_file(uint32_t intc);

/* Lets IMSIC_IPI into this hart, whose controller's phandle it is; its file, or NULL: none. */
volatile uint32_t *imsic_open(uint32_t intc);

/* Takes the pending identity. */
static inline void imsic_claim(void)
{
	csr_write(CSR_STOPEI, 0);
}

#endif
