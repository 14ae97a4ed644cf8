// SPDX-License-Identifier: Apache-2.0
/*
 * A passthrough device's node: the host's, without what the guest must not see
 * or what the guest's own tree says otherwise (addresses, interrupts, phandles).
 * A fixed clock becomes a clock-frequency (other clocks are left out); any other reference
 * would name a device that the guest does not have.
 */
#include <libfdt.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/dt.h"
#include "vcpu/guest_fdt_parts.h"

/* Rewritten for the guest, or about buses that it does not see. */
static const char *const left_out[] = {
	"reg",
	"interrupts",
	"interrupts-extended",
	"interrupt-parent",
	"phandle",
	"linux,phandle",
	"status",
	"ranges",
	"dma-ranges",
	"msi-parent",
	"iommus",
	"clocks",
	"clock-names",
	"assigned-clocks",
	"assigned-clock-rates",
	"assigned-clock-parents",
	"#address-cells",
	"#size-cells",
	"clock-frequency",
};

/* References without which the device does not work. */
static const char *const references[] = {
	"resets", "power-domains", "dmas",          "phys",          "phy-handle",
	"gpios",  "mboxes",        "nvmem-cells",   "memory-region", "interconnects",
	"regmap", "pinctrl-0",     "interrupt-map", "msi-map",       "iommu-map",
};

static bool listed(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static bool ends_with(const char *name, const char *ending)
{
	size_t length = strlen(name), end = strlen(ending);

	return length > end && strcmp(name + length - end, ending) == 0;
}

static bool is_reference(const char *name)
{
	return listed(references, ARRAY_SIZE(references), name) || ends_with(name, "-supply") ||
	       ends_with(name, "-gpios");
}

static void copy_property(struct tree *tree, const char *name, struct dt_prop value)
{
	if (listed(left_out, ARRAY_SIZE(left_out), name))
		return;
	if (is_reference(name)) {
		tree->why = "a passthrough device's node names another device of the machine's "
			    "(supply, reset, pins or the like); give the guest a dtb of its own";
		return;
	}
	tree_bytes(tree, name, value.data, value.size);
}

static uint32_t cell_of(const void *fdt, int node, const char *name)
{
	struct dt_prop prop = dt_find(fdt, node, name);

	return prop.size == DT_CELL ? dt_cell(prop, 0) : 0;
}

/* The device's own clock-frequency, or that of its first clock where it is a fixed one. */
static uint32_t clock_hz(const void *fdt, int node)
{
	uint32_t hz = cell_of(fdt, node, "clock-frequency");
	struct dt_prop clocks = dt_find(fdt, node, "clocks");
	int clock;

	if (hz || clocks.size < DT_CELL)
		return hz;
	clock = fdt_node_offset_by_phandle(fdt, dt_cell(clocks, 0));
	if (clock < 0 || !dt_list_contains(dt_find(fdt, clock, "compatible"), "fixed-clock"))
		return 0;
	return cell_of(fdt, clock, "clock-frequency");
}

void tree_passthrough(struct tree *tree, const struct config_device *device)
{
	const void *fdt = tree->host->fdt;
	struct dt_cursor cursor;
	uint32_t hz;

	if (device->host_node < 0)
		return;
	cursor = dt_properties(fdt, device->host_node);
	while (dt_next(&cursor))
		copy_property(tree, cursor.name, cursor.value);
	if (device->read_only)
		tree_flag(tree, "read-only");
	hz = clock_hz(fdt, device->host_node);
	if (hz)
		tree_u32(tree, "clock-frequency", hz);
}
