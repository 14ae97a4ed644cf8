/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PLIC (RISC-V Platform-Level Interrupt Controller specification 1.0), the one
 * context of this hart in S-mode.
 */
#include <stddef.h>

#include "guests/lib/dt.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"

#define PRIORITY(source)      (4 * (uint64_t)(source))
#define ENABLE(context, word) (0x2000 + 0x80 * (uint64_t)(context) + 4 * (uint64_t)(word))
#define THRESHOLD(context)    (0x200000 + 0x1000 * (uint64_t)(context))
#define CLAIM(context)        (0x200004 + 0x1000 * (uint64_t)(context))

static uint64_t base;
static int context;

static volatile uint32_t *reg(uint64_t offset)
{
	return (volatile uint32_t *)(base + offset);
}

static const char *plic_init(int node)
{
	uint32_t sources = dt_cell(machine.tree, node, "riscv,ndev", 0, 0);
	uint64_t size;

	context = intc_place(node);
	if (context < 0 || !dt_reg(machine.tree, node, 0, &base, &size))
		return "no PLIC context for this hart";
	for (uint32_t word = 0; word <= sources / 32; word++)
		*reg(ENABLE(context, word)) = 0;
	*reg(THRESHOLD(context)) = 0;
	return NULL;
}

static void plic_enable(uint32_t source, uint32_t flags)
{
	(void)flags;
	*reg(PRIORITY(source)) = 1;
	*reg(ENABLE(context, source / 32)) |= UINT32_C(1) << source % 32;
}

static uint32_t plic_claim(void)
{
	return *reg(CLAIM(context));
}

static void plic_complete(uint32_t source)
{
	*reg(CLAIM(context)) = source;
}

const struct intc_ops plic_ops = {
	.name = "PLIC",
	.init = plic_init,
	.enable = plic_enable,
	.claim = plic_claim,
	.complete = plic_complete,
};
