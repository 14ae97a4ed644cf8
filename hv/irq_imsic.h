/* SPDX-License-Identifier: Apache-2.0 */
/* This hart's S-level IMSIC interrupt file (AIA 1.0, chapter 3), behind its CSRs. For hv/irq*.c. */
#ifndef HV_IRQ_IMSIC_H
#define HV_IRQ_IMSIC_H

#include "hv/types.h"

/* Opens this hart's file: delivery on, no threshold, every identity enabled, none pending. */
void irq_imsic_init_hart(uint32_t hart);

/* The most important identity pending here, no longer pending afterwards; 0: none. */
uint32_t irq_imsic_claim(void);

/* Sends IRQ_EIID_IPI to hart's S-level file. Any hart. */
void irq_imsic_send_ipi(uint32_t hart);

#endif
