/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing the interrupt controller, and who is called for which source.
 */
#include <stddef.h>

#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"

#define MOST_SOURCES 8

static struct {
	const struct intc_ops *ops;
	int node;
	uint64_t count;
	uint64_t spurious;
	unsigned used;
	struct {
		uint32_t number;
		intc_handler *handler;
		void *context;
	} sources[MOST_SOURCES];
} intc;

/* Every entry is a phandle and one cell, as the binding of a hart's own controller has it. */
int intc_place(int node)
{
	int size;

	if (!dt_property(machine.tree, node, "interrupts-extended", &size))
		return -1;
	for (int i = 0; i < size / 8; i++)
		if (dt_cell(machine.tree, node, "interrupts-extended", 2 * i, 0) ==
			    machine.hart_intc &&
		    dt_cell(machine.tree, node, "interrupts-extended", 2 * i + 1, 0) == IRQ_SEI)
			return i;
	return -1;
}

static const struct intc_ops *find_ops(int node)
{
	const void *tree = machine.tree;

	if (dt_has_string(tree, node, "compatible", "riscv,plic0") ||
	    dt_has_string(tree, node, "compatible", "sifive,plic-1.0.0"))
		return &plic_ops;
	if (!dt_has_string(tree, node, "compatible", "riscv,aplic"))
		return NULL;
	return dt_property(tree, node, "msi-parent", NULL) ? &aplic_msi_ops : &aplic_direct_ops;
}

static const char *use_controller(int node)
{
	const char *error;

	if (intc.ops)
		return node == intc.node ? NULL : "a second interrupt controller";
	intc.ops = find_ops(node);
	if (!intc.ops)
		return "an interrupt controller of an unknown kind";
	intc.node = node;
	error = intc.ops->init(node);
	if (error)
		intc.ops = NULL;
	return error;
}

const char *intc_attach(int device, intc_handler *handler, void *context)
{
	const char *error;
	uint32_t source;
	uint32_t flags;
	int node;

	if (!dt_interrupt(machine.tree, device, &node, &source, &flags))
		return "no interrupt in the device's node";
	if (intc.used == MOST_SOURCES)
		return "too many sources";
	error = use_controller(node);
	if (error)
		return error;
	intc.sources[intc.used].number = source;
	intc.sources[intc.used].handler = handler;
	intc.sources[intc.used].context = context;
	intc.used++;
	intc.ops->enable(source, flags);
	return NULL;
}

static void call_handler(uint32_t source)
{
	intc.count++;
	for (unsigned i = 0; i < intc.used; i++) {
		if (intc.sources[i].number != source)
			continue;
		intc.sources[i].handler(intc.sources[i].context);
		return;
	}
	intc.spurious++;
}

void intc_dispatch(void)
{
	uint32_t source;

	while (intc.ops && (source = intc.ops->claim()) != 0) {
		call_handler(source);
		intc.ops->complete(source);
	}
}

const char *intc_name(void)
{
	return intc.ops ? intc.ops->name : "no interrupt controller";
}

uint64_t intc_count(void)
{
	return intc.count;
}

uint64_t intc_spurious(void)
{
	return intc.spurious;
}
