/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with the parts of QEMU's that matter to a guest's device tree, a guest, and its tree
 * read back with libfdt, and by dtc, which checks its form. Include after cmocka.h.
 */
#ifndef TESTS_UNIT_GUEST_FDT_FIXTURE_H
#define TESTS_UNIT_GUEST_FDT_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/host_isa.h"
#include "vcpu/guest_fdt.h"

#define ROOM 16384

static const char isa_list[] = "i\0m\0a\0f\0d\0c\0v\0h\0zicbom\0zicboz\0zicsr\0zkr\0zvbb\0smaia\0"
			       "smstateen\0ssaia\0sstc\0ssnpm\0svinval";
static const char isa_string[] = "rv64imafdch_zicsr_zkr_sstc_svinval";

struct fixture {
	_Alignas(8) char host_tree[4096];
	_Alignas(8) char room[ROOM];
	struct host host;
	struct config_guest guest;
	struct config_device devices[8];
	uint32_t harts[4];
	struct guest_fdt_facts facts;
};

static void host_cpu(void *fdt, unsigned hart, bool list)
{
	char name[16];

	snprintf(name, sizeof(name), "cpu@%x", hart);
	fdt_begin_node(fdt, name);
	fdt_property_u32(fdt, "reg", hart);
	fdt_property_u32(fdt, "riscv,cboz-block-size", 64);
	fdt_property_u32(fdt, "riscv,cbop-block-size", 64);
	if (list)
		fdt_property(fdt, "riscv,isa-extensions", isa_list, sizeof(isa_list));
	else
		fdt_property_string(fdt, "riscv,isa", isa_string);
	fdt_end_node(fdt);
}

static void host_device(void *fdt, const char *name, const char *reference)
{
	fdt_begin_node(fdt, name);
	fdt_property_string(fdt, "compatible", "virtio,mmio");
	fdt_property_u32(fdt, "interrupts", 8);
	fdt_property_u32(fdt, "interrupt-parent", 99);
	fdt_property_u32(fdt, "clocks", 50);
	fdt_property(fdt, "dma-coherent", "", 0);
	if (reference)
		fdt_property_u32(fdt, reference, 50);
	fdt_end_node(fdt);
}

static void make_host(struct fixture *f)
{
	void *fdt = f->host_tree;

	fdt_create(fdt, sizeof(f->host_tree));
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_begin_node(fdt, "cpus");
	host_cpu(fdt, 0, true);
	host_cpu(fdt, 5, false);
	fdt_end_node(fdt);
	host_device(fdt, "disk@10008000", NULL);
	host_device(fdt, "nic@10009000", "vmmc-supply");
	fdt_begin_node(fdt, "clock");
	fdt_property_string(fdt, "compatible", "fixed-clock");
	fdt_property_u32(fdt, "clock-frequency", 1234);
	fdt_property_u32(fdt, "phandle", 50);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	assert_int_equal(fdt_finish(fdt), 0);
	f->host = (struct host){ .fdt = fdt, .nr_harts = 2, .timebase_hz = 10000000 };
	f->host.harts[0] = (struct host_hart){
		.id = 0,
		.isa = host_isa_read(isa_list, sizeof(isa_list)),
		.node = fdt_path_offset(fdt, "/cpus/cpu@0"),
	};
	f->host.harts[1] = (struct host_hart){
		.id = 5,
		.isa = host_isa_read(isa_string, sizeof(isa_string)),
		.node = fdt_path_offset(fdt, "/cpus/cpu@5"),
	};
	f->host.mmu_levels = 4;
}

static inline struct config_device *add(struct fixture *f, enum config_device_kind kind,
					const char *name, uint64_t gpa, uint64_t size, uint32_t irq)
{
	struct config_device *device = &f->devices[f->guest.nr_devices++];

	*device = (struct config_device){ .kind = kind, .name = name, .host_node = -1 };
	device->nr_regions = 1;
	device->regions[0] = (struct config_region){ gpa, size, CONFIG_ANY };
	device->nr_irqs = irq != 0;
	device->irqs[0] = (struct config_irq){ .guest = irq, .trigger = IRQ_LEVEL_HIGH };
	return device;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	make_host(f);
	f->guest = (struct config_guest){ .name = "linux", .nr_vcpus = 1, .harts = f->harts };
	f->guest.bootargs = "console=ttyS0";
	f->guest.nr_memory = 1;
	f->guest.memory[0] = (struct config_memory){ .gpa = 0x80000000, .size = 0x10000000 };
	f->guest.devices = f->devices;
	f->guest.irqchip = f->guest.imsic = f->guest.console = CONFIG_NO_DEVICE;
	f->facts = (struct guest_fdt_facts){ .host = &f->host, .guest = &f->guest };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

/* Builds, has dtc read it back without a complaint, and returns the tree. */
static const void *built(struct fixture *f)
{
	const char *why;
	int size = guest_fdt_build(&f->facts, f->room, sizeof(f->room), &why);
	FILE *dtc;

	assert_true(size > 0);
	assert_int_equal(fdt_check_full(f->room, (size_t)size), 0);
	dtc = popen("dtc -q -E unit_address_vs_reg -I dtb -O dtb -o /dev/null -", "w");
	assert_non_null(dtc);
	fwrite(f->room, (size_t)size, 1, dtc);
	assert_int_equal(pclose(dtc), 0);
	return f->room;
}

static inline const char *text(const void *fdt, const char *path, const char *name)
{
	return fdt_getprop(fdt, fdt_path_offset(fdt, path), name, NULL);
}

static uint32_t cell(const void *fdt, const char *path, const char *name, unsigned i)
{
	int size;
	const fdt32_t *cells = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &size);

	assert_non_null(cells);
	assert_true(i < (unsigned)size / 4);
	return fdt32_to_cpu(cells[i]);
}

#endif
