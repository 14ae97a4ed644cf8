// SPDX-License-Identifier: Apache-2.0
// sources: hv/pci.c
// libs: fdt
/* The PCI bridge as a device tree tells it, and serial ports found behind it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/mmio.h"
#include "hv/pci.h"

#define ECAM 0x30000000
#define IO   0x3000000

static uint8_t config[MiB(1)];
static uint8_t tree[4096];
static struct pci_bridge bridge;

uint64_t mmio_fake_read(const volatile void *address, unsigned size)
{
	uint64_t value = 0;

	memcpy(&value, (const void *)(uintptr_t)address, size);
	return value;
}

void mmio_fake_write(volatile void *address, unsigned size, uint64_t value)
{
	memcpy((void *)(uintptr_t)address, &value, size);
}

static void put_cells(void *to, const uint32_t *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fdt32_t cell = cpu_to_fdt32(cells[i]);

		memcpy((char *)to + 4 * i, &cell, 4);
	}
}

static void make_tree(uint32_t ecam_size)
{
	const uint32_t reg[] = { 0, ECAM, 0, ecam_size };
	const uint32_t ranges[] = { 0x2000000, 0, 0x40000000, 0, 0x40000000, 0, 0x40000000,
				    0x1000000, 0, 0,          0, IO,         0, 0x10000 };
	const uint32_t map[] = { 0x0, 0, 0, 1, 7, 32, 0x800, 0, 0, 1, 7, 33 };
	uint8_t bytes[64];

	assert_int_equal(fdt_create(tree, sizeof(tree)), 0);
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_begin_node(tree, "plic");
	fdt_property_u32(tree, "phandle", 7);
	fdt_property_u32(tree, "#interrupt-cells", 1);
	fdt_end_node(tree);
	fdt_begin_node(tree, "pci@30000000");
	fdt_property_string(tree, "compatible", "pci-host-ecam-generic");
	put_cells(bytes, reg, ARRAY_SIZE(reg));
	fdt_property(tree, "reg", bytes, sizeof(reg));
	put_cells(bytes, ranges, ARRAY_SIZE(ranges));
	fdt_property(tree, "ranges", bytes, sizeof(ranges));
	put_cells(bytes, map, ARRAY_SIZE(map));
	fdt_property(tree, "interrupt-map", bytes, sizeof(map));
	fdt_end_node(tree);
	fdt_end_node(tree);
	assert_int_equal(fdt_finish(tree), 0);
}

static void plug(unsigned int slot, uint32_t class_code)
{
	uint8_t *function = config + ((size_t)slot << 15);
	uint32_t id = 0x00021b36, class = class_code << 8, bar = 1;

	memcpy(function, &id, 4);
	memcpy(function + 8, &class, 4);
	memcpy(function + 0x10, &bar, 4);
	function[0x3d] = 1;
}

static int setup(void **unused)
{
	(void)unused;
	memset(config, 0xff, sizeof(config));
	make_tree(0x10000000);
	return 0;
}

static void test_bridge(void **unused)
{
	(void)unused;
	assert_int_equal(pci_find_bridge(tree, &bridge), 0);
	assert_int_equal(bridge.ecam.base, ECAM);
	assert_int_equal(bridge.io.base, IO);
	assert_int_equal(bridge.io.size, 0x10000);
	make_tree(0x1000);
	assert_int_equal(pci_find_bridge(tree, &bridge), -EINVAL);
	assert_int_equal(fdt_open_into(tree, tree, sizeof(tree)), 0);
	fdt_setprop_string(tree, fdt_path_offset(tree, "/pci@30000000"), "status", "disabled");
	assert_int_equal(pci_find_bridge(tree, &bridge), -ENODEV);
}

static void test_serials(void **unused)
{
	struct pci_serial serials[4];

	(void)unused;
	plug(0, 0x060000); /* the bridge itself */
	plug(1, 0x070002);
	plug(4, 0x070002);
	plug(5, 0x020000);
	assert_int_equal(pci_find_bridge(tree, &bridge), 0);
	assert_int_equal(pci_find_serials(&bridge, config, serials, 4), 2);
	assert_int_equal(serials[0].registers, IO + 0x1000);
	assert_int_equal(serials[0].irq, 33);
	assert_int_equal(serials[1].registers, IO + 0x1008);
	assert_int_equal(serials[1].irq, 32); /* slot 4 is wired as slot 0 */
	assert_int_equal(config[(1 << 15) + 4] & 1, 1);
	plug(1, 0x070002);
	plug(4, 0x070002);
	assert_int_equal(pci_find_serials(&bridge, config, serials, 1), 1);
}

/* A controller that says its interrupts are of more cells than the map has. */
static void test_map_too_short(void **unused)
{
	static const uint32_t cells[] = { 3, INT32_MAX, UINT32_MAX };
	struct pci_serial serials[1];

	(void)unused;
	for (unsigned i = 0; i < ARRAY_SIZE(cells); i++) {
		plug(1, 0x070002);
		make_tree(0x10000000);
		assert_int_equal(fdt_open_into(tree, tree, sizeof(tree)), 0);
		fdt_setprop_u32(tree, fdt_path_offset(tree, "/plic"), "#interrupt-cells", cells[i]);
		assert_int_equal(pci_find_bridge(tree, &bridge), 0);
		assert_int_equal(pci_find_serials(&bridge, config, serials, 1), 1);
		assert_int_equal(serials[0].irq, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_bridge, setup),
		cmocka_unit_test_setup(test_serials, setup),
		cmocka_unit_test_setup(test_map_too_short, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
