// SPDX-License-Identifier: Apache-2.0
/* Finding interrupt files; one group of harts, as small machines have. */
#include <stddef.h>

#include "guests/bench/imsic.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"

/* The place of a hart in the node's interrupts-extended, for its supervisor file; or -1. */
static int place_of(int node, uint32_t intc)
{
	int size;

	if (!dt_property(machine.tree, node, "interrupts-extended", &size))
		return -1;
	for (int i = 0; i < size / 8; i++)
		if (dt_cell(machine.tree, node, "interrupts-extended", 2 * i, 0) == intc &&
		    dt_cell(machine.tree, node, "interrupts-extended", 2 * i + 1, 0) == IRQ_SEI)
			return i;
	return -1;
}

volatile uint32_t *imsic_file(uint32_t intc)
{
	uint64_t base, size;

	for (int node = dt_compatible(machine.tree, DT_NONE, "riscv,imsics"); node != DT_NONE;
	     node = dt_compatible(machine.tree, node, "riscv,imsics")) {
		uint32_t guests = dt_cell(machine.tree, node, "riscv,guest-index-bits", 0, 0);
		int place = place_of(node, intc);

		if (place >= 0 && dt_reg(machine.tree, node, 0, &base, &size))
			return (volatile uint32_t *)(base + ((uint64_t)place << (12 + guests)));
	}
	return NULL;
}

volatile uint32_t *imsic_open(uint32_t intc)
{
	volatile uint32_t *file = imsic_file(intc);

	if (!file)
		return NULL;
	csr_write(CSR_SISELECT, IMSIC_EIE0);
	csr_set(CSR_SIREG, UINT64_C(1) << IMSIC_IPI);
	csr_write(CSR_SISELECT, IMSIC_EITHRESHOLD);
	csr_write(CSR_SIREG, 0);
	csr_write(CSR_SISELECT, IMSIC_EIDELIVERY);
	csr_write(CSR_SIREG, 1);
	return file;
}
