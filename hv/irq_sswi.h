/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's SSWI: a register for each hart, to which a store sets the hart's sip.SSIP (ACLINT
 * 1.0, chapter 4). The hart clears that bit itself, as it does when the firmware set it. For
 * hv/irq.c.
 */
#ifndef HV_IRQ_SSWI_H
#define HV_IRQ_SSWI_H

#include "hv/host.h"

/* Once, on the first hart. registers: where host->sswi is mapped; NULL: none. host must stay. */
void irq_sswi_init(const struct host *host, void *registers);

/*
 * Sets SSIP of hart, an index below host.nr_harts, behind all that was written before. False, and
 * nothing done, when it has no register. Any hart.
 */
bool irq_sswi_send(uint32_t hart);

#endif
