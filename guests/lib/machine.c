/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the own hart, its clock and the memory in the device tree.
 */
#include <stddef.h>
#include <string.h>

#include "guests/lib/dt.h"
#include "guests/lib/machine.h"

struct machine machine;

static int find_hart(const void *tree, int cpus, uint64_t hart)
{
	uint64_t id;
	uint64_t size;

	for (int node = dt_child(tree, cpus, DT_NONE); node != DT_NONE;
	     node = dt_child(tree, cpus, node))
		if (dt_has_string(tree, node, "device_type", "cpu") &&
		    dt_reg(tree, node, 0, &id, &size) && id == hart)
			return node;
	return DT_NONE;
}

/* In an ISA string, names of several letters stand behind underscores. */
static bool isa_string_has(const char *isa, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; isa[i]; i++)
		if (isa[i] == '_' && !strncmp(isa + i + 1, name, length) &&
		    (isa[i + 1 + length] == '_' || !isa[i + 1 + length]))
			return true;
	return false;
}

bool machine_has_extension(const char *name)
{
	const char *isa;

	if (dt_has_string(machine.tree, machine.hart_node, "riscv,isa-extensions", name))
		return true;
	isa = dt_property(machine.tree, machine.hart_node, "riscv,isa", NULL);
	return isa && isa_string_has(isa, name);
}

static void find_memory(void)
{
	uint64_t here = (uint64_t)&machine;
	uint64_t base;
	uint64_t size;
	int root = dt_next(machine.tree, DT_NONE);

	for (int node = dt_child(machine.tree, root, DT_NONE); node != DT_NONE;
	     node = dt_child(machine.tree, root, node)) {
		if (!dt_has_string(machine.tree, node, "device_type", "memory"))
			continue;
		for (int i = 0; dt_reg(machine.tree, node, i, &base, &size); i++) {
			if (here < base || here - base >= size)
				continue;
			machine.memory_base = base;
			machine.memory_size = size;
		}
	}
}

const char *machine_init(uint64_t hart, const void *tree)
{
	int cpus;

	machine.hart = hart;
	if (!dt_is_tree(tree))
		return "no device tree in a1";
	machine.tree = tree;
	cpus = dt_child_named(tree, dt_next(tree, DT_NONE), "cpus");
	machine.hart_node = cpus == DT_NONE ? DT_NONE : find_hart(tree, cpus, hart);
	if (machine.hart_node == DT_NONE)
		return "no /cpus node with this hart's id in the device tree";
	machine.timebase = dt_cell(tree, cpus, "timebase-frequency", 0, 0);
	if (!machine.timebase)
		machine.timebase = dt_cell(tree, machine.hart_node, "timebase-frequency", 0, 0);
	if (!machine.timebase)
		return "no timebase-frequency in the device tree";
	machine.hart_intc =
		dt_cell(tree, dt_child_named(tree, machine.hart_node, "interrupt-controller"),
			"phandle", 0, 0);
	machine.sstc = machine_has_extension("sstc");
	find_memory();
	return NULL;
}
