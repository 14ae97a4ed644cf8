/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As much of PCI as finding serial ports needs: the host bridge that the device
 * tree describes ("pci-host-ecam-generic"; Devicetree binding host-generic-pci;
 * IEEE 1275 PCI binding), and the 16550-compatible functions of its root bus
 * (PCI Local Bus 3.0, 6.2: class 07, subclass 00). Registers through hv/mmio.h, so host tests
 * can play the bus. First hart, at boot.
 */
#ifndef HV_PCI_H
#define HV_PCI_H

#include "hv/types.h"

struct pci_bridge {
	struct range ecam; /* host physical: configuration space of the root bus only, 1 MiB */
	struct range io;   /* host physical: where I/O ports from 0 on appear; size 0: nowhere */
	const void *interrupt_map;
	int interrupt_map_size;
	const void *fdt;
};

struct pci_serial {
	uint64_t registers; /* host physical address of its eight registers */
	uint32_t irq;       /* source at the machine's controller; 0: none */
};

/* Finds the bridge. -ENODEV: there is none; -EINVAL: its node is not sound. */
int pci_find_bridge(const void *fdt, struct pci_bridge *bridge);

/*
 * Finds the serial ports of the root bus, in the order of their slots; gives each I/O ports of
 * its own and switches it on. config: where bridge->ecam is mapped. Returns how many, at most max.
 */
unsigned int pci_find_serials(const struct pci_bridge *bridge, volatile void *config,
			      struct pci_serial *serials, unsigned int max);

#endif
