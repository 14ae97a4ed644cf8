/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This hart's S-level interrupt file: see hv/irq_imsic.h. Every identity is enabled, since
 * nobody but the hart itself could enable one later; a stray one is claimed and ignored.
 */
#include "hv/irq_imsic.h"

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/irq.h"
#include "hv/mmio.h"

#define STOPEI_ID GENMASK(26, 16)

static void write_indirect(uint64_t reg, uint64_t value)
{
	csr_write(CSR_SISELECT, reg);
	csr_write(CSR_SIREG, value);
}

void irq_imsic_init_hart(uint32_t hart)
{
	/* On RV64 a register holds 64 identities and has an even number (3.8.3). */
	uint32_t last = irq_state.host->irqchip.imsic_nr_ids / 64 * 2;

	if (irq_state.host->harts[hart].imsic_index == HOST_NONE)
		return;
	for (uint32_t i = 0; i <= last; i += 2) {
		write_indirect(IMSIC_EIP0 + i, 0);
		write_indirect(IMSIC_EIE0 + i, ~UINT64_C(0));
	}
	write_indirect(IMSIC_EITHRESHOLD, 0);
	write_indirect(IMSIC_EIDELIVERY, 1);
}

uint32_t irq_imsic_claim(void)
{
	return (uint32_t)FIELD_GET(STOPEI_ID, csr_swap(CSR_STOPEI, 0));
}

void irq_imsic_send_ipi(uint32_t hart)
{
	/* seteipnum_le is the page's first word (3.5). */
	mmio_write32(irq_imsic_file(hart, 0), IRQ_EIID_IPI);
}
