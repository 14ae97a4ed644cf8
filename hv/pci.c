/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nobody before Bulkhead set the functions up, so each serial port's BAR gets the
 * next free I/O ports. Its interrupt comes from the bridge's interrupt-map.
 */
#include "hv/pci.h"

#include <errno.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/mmio.h"

#define SLOTS             32
#define CONFIG_SIZE(slot) ((uint64_t)(slot) << 15) /* slot, function 0 */
#define ROOT_BUS_SIZE     MiB(1)

#define PCI_VENDOR      0x00
#define PCI_COMMAND     0x04
#define PCI_COMMAND_IO  1
#define PCI_CLASS       0x08
#define PCI_BAR0        0x10
#define PCI_BAR_IO      1
#define PCI_PIN         0x3d
#define PCI_CLASS_16550 0x070002
#define NO_VENDOR       0xffff

/* I/O ports below this one are left alone, as ever. */
#define FIRST_PORT 0x1000
#define PORTS      8

/* A child's address takes three cells, its pin one; the controllers here have no address cells. */
#define MAP_CHILD_CELLS 4
#define RANGE_CELLS     7
#define RANGE_SPACE     GENMASK(25, 24)
#define RANGE_SPACE_IO  1

static uint64_t two_cells(const fdt32_t *cells)
{
	return (uint64_t)fdt32_to_cpu(cells[0]) << 32 | fdt32_to_cpu(cells[1]);
}

static void find_io(const fdt32_t *ranges, int size, struct pci_bridge *bridge)
{
	int i;

	for (i = 0; i + RANGE_CELLS <= size / 4; i += RANGE_CELLS) {
		if (FIELD_GET(RANGE_SPACE, fdt32_to_cpu(ranges[i])) != RANGE_SPACE_IO)
			continue;
		/* Ports that do not begin at 0 would need a shift: not seen, not taken. */
		if (two_cells(ranges + i + 1) == 0)
			bridge->io = (struct range){ two_cells(ranges + i + 3),
						     two_cells(ranges + i + 5) };
	}
}

static bool is_disabled(const void *fdt, int node)
{
	return fdt_getprop(fdt, node, "status", NULL) &&
	       fdt_stringlist_search(fdt, node, "status", "okay") != 0;
}

int pci_find_bridge(const void *fdt, struct pci_bridge *bridge)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "pci-host-ecam-generic");
	const fdt32_t *reg, *ranges;
	int size;

	if (node < 0 || is_disabled(fdt, node))
		return -ENODEV;
	*bridge = (struct pci_bridge){ .fdt = fdt };
	reg = fdt_getprop(fdt, node, "reg", &size);
	if (!reg || size < 16)
		return -EINVAL;
	bridge->ecam = (struct range){ two_cells(reg), two_cells(reg + 2) };
	if (bridge->ecam.size < ROOT_BUS_SIZE || !range_is_sound(bridge->ecam.base, ROOT_BUS_SIZE))
		return -EINVAL;
	bridge->ecam.size = ROOT_BUS_SIZE;
	ranges = fdt_getprop(fdt, node, "ranges", &size);
	if (ranges)
		find_io(ranges, size, bridge);
	if (!range_is_sound(bridge->io.base, bridge->io.size))
		return -EINVAL;
	bridge->interrupt_map =
		fdt_getprop(fdt, node, "interrupt-map", &bridge->interrupt_map_size);
	return 0;
}

static int interrupt_cells(const void *fdt, uint32_t phandle)
{
	int node = fdt_node_offset_by_phandle(fdt, phandle), size;
	const fdt32_t *cells = node < 0 ? NULL : fdt_getprop(fdt, node, "#interrupt-cells", &size);

	return cells && size == sizeof(*cells) ? (int)fdt32_to_cpu(*cells) : 0;
}

/* The source behind a slot's pin (1 to 4), by the bridge's map; 0 when it says nothing. */
static uint32_t find_irq(const struct pci_bridge *bridge, unsigned int slot, uint32_t pin)
{
	const fdt32_t *map = bridge->interrupt_map;
	int left = bridge->interrupt_map_size / 4, cells;

	/* The map repeats after four slots: its mask covers the slot's low two bits. */
	while (map && left > MAP_CHILD_CELLS + 1) {
		uint32_t map_slot = fdt32_to_cpu(map[0]) >> 11 & (SLOTS - 1);

		cells = interrupt_cells(bridge->fdt, fdt32_to_cpu(map[4]));
		if (cells < 1 || cells > left - MAP_CHILD_CELLS - 1)
			return 0;
		if (map_slot == slot % 4 && fdt32_to_cpu(map[3]) == pin)
			return fdt32_to_cpu(map[5]);
		map += MAP_CHILD_CELLS + 1 + cells;
		left -= MAP_CHILD_CELLS + 1 + cells;
	}
	return 0;
}

static bool is_serial(const volatile uint8_t *function)
{
	return (mmio_read32(function + PCI_VENDOR) & NO_VENDOR) != NO_VENDOR &&
	       mmio_read32(function + PCI_CLASS) >> 8 == PCI_CLASS_16550 &&
	       (mmio_read32(function + PCI_BAR0) & PCI_BAR_IO);
}

unsigned int pci_find_serials(const struct pci_bridge *bridge, volatile void *config,
			      struct pci_serial *serials, unsigned int max)
{
	uint32_t port = FIRST_PORT;
	unsigned int count = 0, slot;

	for (slot = 0; slot < SLOTS && count < max; slot++) {
		volatile uint8_t *function = (volatile uint8_t *)config + CONFIG_SIZE(slot);

		if (port + PORTS > bridge->io.size || !is_serial(function))
			continue;
		mmio_write32(function + PCI_BAR0, port);
		mmio_write16(function + PCI_COMMAND, PCI_COMMAND_IO);
		serials[count++] = (struct pci_serial){
			.registers = bridge->io.base + port,
			.irq = find_irq(bridge, slot, mmio_read8(function + PCI_PIN)),
		};
		port += PORTS;
	}
	return count;
}
