/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the device tree says about the hart that a guest runs on and the memory
 * around it. Filled once, before anything else, and constant from then on.
 */
#ifndef GUESTS_LIB_MACHINE_H
#define GUESTS_LIB_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

struct machine {
	const void *tree;
	uint64_t hart;
	int hart_node;
	uint32_t hart_intc; /* phandle of the hart's own interrupt controller */
	uint64_t timebase;  /* Hz of the time CSR */
	uint64_t memory_base;
	uint64_t memory_size; /* bytes of the bank that holds this guest's image; 0 if unknown */
	bool sstc;
};

extern struct machine machine;

/* From the registers at entry. Returns NULL, or what is missing in the tree, in a few words. */
const char *machine_init(uint64_t hart, const void *tree);

/* True when the hart's ISA, in either of its device-tree forms, has the extension. */
bool machine_has_extension(const char *name);

#endif
