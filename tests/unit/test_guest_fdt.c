// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/guest_fdt.c vcpu/guest_fdt_cpu.c vcpu/guest_fdt_device.c vcpu/guest_fdt_pass.c
// sources: vcpu/guest_fdt_overlay.c vcpu/guest_fdt_whole.c vcpu/guest_fdt_write.c
// sources: hv/dt.c hv/host_isa.c hv/fmt.c
// libs: fdt
/*
 * A guest's device tree: read back with libfdt, and by dtc, which checks its form.
 * The machine is a tree built here, with the parts of QEMU's that matter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
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

static struct config_device *add(struct fixture *f, enum config_device_kind kind, const char *name,
				 uint64_t gpa, uint64_t size, uint32_t irq)
{
	struct config_device *device = &f->devices[f->guest.nr_devices++];

	*device = (struct config_device){ .kind = kind, .name = name, .host_node = -1 };
	device->nr_regions = 1;
	device->regions[0] = (struct config_region){ gpa, size, CONFIG_ANY };
	device->nr_irqs = irq != 0;
	device->irqs[0] = (struct config_irq){ .guest = irq, .level = true };
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

static const char *text(const void *fdt, const char *path, const char *name)
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

static void plain_guest(void **state)
{
	struct fixture *f = *state;
	const void *fdt = built(f);

	assert_string_equal(text(fdt, "/", "model"), "linux");
	assert_string_equal(text(fdt, "/chosen", "bootargs"), "console=ttyS0");
	assert_null(text(fdt, "/chosen", "linux,initrd-start"));
	assert_int_equal(cell(fdt, "/memory@80000000", "reg", 1), 0x80000000);
	assert_int_equal(cell(fdt, "/memory@80000000", "reg", 3), 0x10000000);
	assert_int_equal(cell(fdt, "/cpus", "timebase-frequency", 0), 10000000);
	assert_string_equal(text(fdt, "/cpus/cpu@0", "mmu-type"), "riscv,sv48");
	assert_true(fdt_path_offset(fdt, "/soc") < 0);
}

static void isa_is_filtered(void **state)
{
	struct fixture *f = *state;
	const void *fdt = built(f);
	int cpu = fdt_path_offset(fdt, "/cpus/cpu@0");

	assert_string_equal(text(fdt, "/cpus/cpu@0", "riscv,isa"),
			    "rv64imafdcv_zicbom_zicboz_zicsr_zvbb_sstc_svinval");
	assert_int_equal(fdt_stringlist_count(fdt, cpu, "riscv,isa-extensions"), 13);
	assert_true(fdt_stringlist_search(fdt, cpu, "riscv,isa-extensions", "sstc") >= 0);
	assert_true(fdt_stringlist_search(fdt, cpu, "riscv,isa-extensions", "h") < 0);
	assert_true(fdt_stringlist_search(fdt, cpu, "riscv,isa-extensions", "zkr") < 0);
	assert_int_equal(cell(fdt, "/cpus/cpu@0", "riscv,cboz-block-size", 0), 64);
	assert_null(text(fdt, "/cpus/cpu@0", "riscv,cbop-block-size"));
}

static void isa_of_the_older_form(void **state)
{
	struct fixture *f = *state;

	f->harts[0] = 1;
	f->guest.no_sstc = true;
	assert_string_equal(text(built(f), "/cpus/cpu@0", "riscv,isa"), "rv64imafdc_zicsr_svinval");
}

static void hidden_extensions(void **state)
{
	struct fixture *f = *state;

	f->facts.hide = BIT(ISA_V) | BIT(ISA_SVINVAL);
	assert_string_equal(text(built(f), "/cpus/cpu@0", "riscv,isa"),
			    "rv64imafdc_zicbom_zicboz_zicsr_zvbb_sstc");
}

static void plic_and_devices(void **state)
{
	struct fixture *f = *state;
	const void *fdt;

	f->guest.nr_vcpus = 2;
	f->guest.irqchip = 0;
	f->guest.console = 1;
	add(f, CONFIG_DEV_PLIC, "plic@c000000", 0xc000000, 0x400000, 0)->nr_sources = 95;
	add(f, CONFIG_DEV_UART, "serial@10000000", 0x10000000, 0x100, 10);
	add(f, CONFIG_DEV_RESET, "test@100000", 0x100000, 0x1000, 0);
	add(f, CONFIG_DEV_WATCHDOG, "watchdog@101000", 0x101000, 0x20, 12);
	add(f, CONFIG_DEV_FLASH, "flash@20000000", 0x20000000, 0x100000, 0)->bank_width = 4;
	add(f, CONFIG_DEV_WORD, "word@40", 0x40, 4, 0);
	add(f, CONFIG_DEV_RTC, "clock", 0x102000, 0x1000, 11);
	fdt = built(f);
	assert_string_equal(text(fdt, "/chosen", "stdout-path"), "/soc/serial@10000000");
	assert_int_equal(cell(fdt, "/soc/plic@c000000", "interrupts-extended", 2),
			 cell(fdt, "/cpus/cpu@1/interrupt-controller", "phandle", 0));
	assert_int_equal(cell(fdt, "/soc/plic@c000000", "interrupts-extended", 3), 9);
	assert_int_equal(cell(fdt, "/soc/plic@c000000", "riscv,ndev", 0), 95);
	assert_int_equal(cell(fdt, "/soc", "interrupt-parent", 0),
			 cell(fdt, "/soc/plic@c000000", "phandle", 0));
	assert_int_equal(cell(fdt, "/soc/serial@10000000", "interrupts", 0), 10);
	assert_int_equal(cell(fdt, "/poweroff", "regmap", 0),
			 cell(fdt, "/soc/test@100000", "phandle", 0));
	assert_int_equal(cell(fdt, "/soc/flash@20000000", "bank-width", 0), 4);
	assert_true(fdt_path_offset(fdt, "/soc/word@40") < 0);
	assert_true(fdt_path_offset(fdt, "/soc/clock@102000") > 0);
	assert_int_equal(cell(fdt, "/soc/watchdog@101000", "clocks", 1),
			 cell(fdt, "/clock-losc", "phandle", 0));
}

static void aia_guest(void **state)
{
	struct fixture *f = *state;
	const void *fdt;

	f->guest.irqchip = 0;
	f->guest.imsic = 1;
	f->host.irqchip.imsic_nr_ids = 255;
	add(f, CONFIG_DEV_APLIC, "aplic@d000000", 0xd000000, 0x8000, 0)->nr_sources = 96;
	add(f, CONFIG_DEV_IMSIC, "imsics@28000000", 0x28000000, 0x1000, 0);
	add(f, CONFIG_DEV_UART, "serial@10000000", 0x10000000, 0x100, 10);
	fdt = built(f);
	assert_int_equal(cell(fdt, "/soc/aplic@d000000", "msi-parent", 0),
			 cell(fdt, "/soc/imsics@28000000", "phandle", 0));
	assert_int_equal(cell(fdt, "/soc/imsics@28000000", "riscv,num-ids", 0), 255);
	assert_int_equal(cell(fdt, "/soc/serial@10000000", "interrupts", 1), 4);
	assert_non_null(strstr(text(fdt, "/cpus/cpu@0", "riscv,isa"), "_ssaia"));
	f->guest.imsic = CONFIG_NO_DEVICE;
	f->guest.nr_devices = 1;
	fdt = built(f);
	assert_int_equal(cell(fdt, "/soc/aplic@d000000", "interrupts-extended", 1), 9);
	assert_null(strstr(text(fdt, "/cpus/cpu@0", "riscv,isa"), "_ssaia"));
}

static struct config_device *pass(struct fixture *f, const char *path)
{
	struct config_device *device =
		add(f, CONFIG_DEV_PASSTHROUGH, "disk", 0x10008000, 0x1000, 8);

	device->host_node = fdt_path_offset(f->host_tree, path);
	device->irqs[0].host = 8;
	return device;
}

static void passthrough(void **state)
{
	struct fixture *f = *state;
	const void *fdt;

	f->guest.irqchip = 0;
	add(f, CONFIG_DEV_PLIC, "plic@c000000", 0xc000000, 0x400000, 0)->nr_sources = 95;
	pass(f, "/disk@10008000")->irqs[0].guest = 17;
	fdt = built(f);
	assert_string_equal(text(fdt, "/soc/disk@10008000", "compatible"), "virtio,mmio");
	assert_non_null(text(fdt, "/soc/disk@10008000", "dma-coherent"));
	assert_int_equal(cell(fdt, "/soc/disk@10008000", "interrupts", 0), 17);
	assert_int_equal(cell(fdt, "/soc/disk@10008000", "clock-frequency", 0), 1234);
	assert_null(text(fdt, "/soc/disk@10008000", "clocks"));
	assert_null(text(fdt, "/soc/disk@10008000", "interrupt-parent"));
}

static void references_are_refused(void **state)
{
	struct fixture *f = *state;
	const char *why;

	pass(f, "/nic@10009000");
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -ENOTSUP);
	assert_non_null(why);
}

static void ramdisk(void **state)
{
	struct fixture *f = *state;
	const void *fdt;

	f->facts.ramdisk = (struct range){ 0x88000000, 0x1234 };
	fdt = built(f);
	assert_int_equal(cell(fdt, "/chosen", "linux,initrd-start", 1), 0x88000000);
	assert_int_equal(cell(fdt, "/chosen", "linux,initrd-end", 1), 0x88001234);
}

/* Every room from none to enough: an error, or the whole tree; the sanitizers watch. */
static void any_room(void **state)
{
	struct fixture *f = *state;
	const char *why;
	int full;

	add(f, CONFIG_DEV_UART, "serial@10000000", 0x10000000, 0x100, 10);
	full = guest_fdt_build(&f->facts, f->room, ROOM, &why);
	assert_true(full > 0);
	for (size_t size = 0; size <= (size_t)full + 64; size++) {
		char *room = aligned_alloc(8, (size + 15) & ~(size_t)7);
		int result = guest_fdt_build(&f->facts, room, size, &why);

		assert_true(result == full || result == -ENOSPC);
		assert_true(result == full || why);
		free(room);
	}
}

static void overlay_for(char *room, size_t size, const char *target)
{
	fdt_create(room, (int)size);
	fdt_finish_reservemap(room);
	fdt_begin_node(room, "");
	fdt_begin_node(room, "fragment@0");
	fdt_property_string(room, "target-path", target);
	fdt_begin_node(room, "__overlay__");
	fdt_property_string(room, "extra", "yes");
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_end_node(room);
	assert_int_equal(fdt_finish(room), 0);
}

static void overlays(void **state)
{
	struct fixture *f = *state;
	_Alignas(8) char overlay[512];
	const char *why;

	overlay_for(overlay, sizeof(overlay), "/chosen");
	f->facts.overlay = overlay;
	f->facts.overlay_size = fdt_totalsize(overlay);
	assert_string_equal(text(built(f), "/chosen", "extra"), "yes");
	overlay_for(overlay, sizeof(overlay), "/nowhere");
	f->facts.overlay_size = fdt_totalsize(overlay);
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
	assert_string_equal(why, "its overlay does not fit the device tree");
	overlay[0] ^= 1;
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
	assert_string_equal(why, "its overlay is damaged");
	f->facts.overlay_size = ROOM * 2;
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -ENOSPC);
}

/* An overlay whose node refers to another of its own, with a fixup at offset. */
static void overlay_with_reference(char *room, size_t size, uint32_t offset)
{
	fdt_create(room, (int)size);
	fdt_finish_reservemap(room);
	fdt_begin_node(room, "");
	fdt_begin_node(room, "fragment@0");
	fdt_property_string(room, "target-path", "/chosen");
	fdt_begin_node(room, "__overlay__");
	fdt_property_u32(room, "refers", 1);
	fdt_begin_node(room, "other");
	fdt_property_u32(room, "phandle", 1);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_begin_node(room, "__local_fixups__");
	fdt_begin_node(room, "fragment@0");
	fdt_begin_node(room, "__overlay__");
	fdt_property_u32(room, "refers", offset);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_begin_node(room, "after");
	fdt_end_node(room);
	fdt_end_node(room);
	assert_int_equal(fdt_finish(room), 0);
}

static void overlays_that_refer(void **state)
{
	struct fixture *f = *state;
	_Alignas(8) char overlay[512];
	const char *why;
	const void *fdt;

	f->facts.overlay = overlay;
	f->facts.overlay_size = sizeof(overlay);
	overlay_with_reference(overlay, sizeof(overlay), 0);
	fdt = built(f);
	assert_int_equal(cell(fdt, "/chosen", "refers", 0),
			 cell(fdt, "/chosen/other", "phandle", 0));
	overlay_with_reference(overlay, sizeof(overlay), 1);
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
	assert_string_equal(why, "its overlay is damaged");
}

static void whole_tree(void **state)
{
	struct fixture *f = *state;
	_Alignas(8) char whole[512];
	const char *why;

	assert_int_equal(fdt_create_empty_tree(whole, sizeof(whole)), 0);
	fdt_setprop_string(whole, 0, "model", "mine");
	f->facts.whole = whole;
	f->facts.whole_size = sizeof(whole);
	f->facts.ramdisk = (struct range){ 0x88000000, 0x1234 };
	assert_true(guest_fdt_build(&f->facts, f->room, ROOM, &why) > 0);
	assert_string_equal(text(f->room, "/", "model"), "mine");
	assert_string_equal(text(f->room, "/chosen", "bootargs"), "console=ttyS0");
	assert_int_equal(cell(f->room, "/chosen", "linux,initrd-start", 1), 0x88000000);
	f->facts.whole_size = 20;
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
}

/* A user's tree whose one memory node has these ranges, each of two cells and two. */
static int build_with_memory(struct fixture *f, const uint64_t *ranges, unsigned count)
{
	_Alignas(8) char whole[512];
	const char *why = NULL;
	fdt64_t reg[8];
	int node, result;

	for (unsigned i = 0; i < count; i++)
		reg[i] = cpu_to_fdt64(ranges[i]);
	assert_int_equal(fdt_create_empty_tree(whole, sizeof(whole)), 0);
	fdt_setprop_u32(whole, 0, "#address-cells", 2);
	fdt_setprop_u32(whole, 0, "#size-cells", 2);
	node = fdt_add_subnode(whole, 0, "memory");
	fdt_setprop_string(whole, node, "device_type", "memory");
	fdt_setprop(whole, node, "reg", reg, (int)(count * sizeof(*reg)));
	f->facts.whole = whole;
	f->facts.whole_size = sizeof(whole);
	result = guest_fdt_build(&f->facts, f->room, ROOM, &why);
	assert_true(result > 0 || strstr(why, "memory that its \"memory\" has not"));
	return result;
}

static void whole_tree_of_other_memory(void **state)
{
	struct fixture *f = *state;
	uint64_t base = f->guest.memory[0].gpa, size = f->guest.memory[0].size;
	const uint64_t same[] = { base, size }, parts[] = { base, 0x1000, base + 0x2000, 0x1000 };
	const uint64_t longer[] = { base, size + 1 }, below[] = { base - 1, 1 };
	const uint64_t second[] = { base, size, base + size, 0x1000 }, wraps[] = { base, -1ULL };

	assert_true(build_with_memory(f, same, 2) > 0);
	assert_true(build_with_memory(f, parts, 4) > 0);
	assert_int_equal(build_with_memory(f, longer, 2), -EINVAL);
	assert_int_equal(build_with_memory(f, below, 2), -EINVAL);
	assert_int_equal(build_with_memory(f, second, 4), -EINVAL);
	assert_int_equal(build_with_memory(f, wraps, 2), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plain_guest, setup, teardown),
		cmocka_unit_test_setup_teardown(isa_is_filtered, setup, teardown),
		cmocka_unit_test_setup_teardown(isa_of_the_older_form, setup, teardown),
		cmocka_unit_test_setup_teardown(hidden_extensions, setup, teardown),
		cmocka_unit_test_setup_teardown(plic_and_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(aia_guest, setup, teardown),
		cmocka_unit_test_setup_teardown(passthrough, setup, teardown),
		cmocka_unit_test_setup_teardown(references_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(ramdisk, setup, teardown),
		cmocka_unit_test_setup_teardown(any_room, setup, teardown),
		cmocka_unit_test_setup_teardown(overlays, setup, teardown),
		cmocka_unit_test_setup_teardown(overlays_that_refer, setup, teardown),
		cmocka_unit_test_setup_teardown(whole_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(whole_tree_of_other_memory, setup, teardown),
	};

	return cmocka_run_group_tests_name("guest_fdt", tests, NULL, NULL);
}
