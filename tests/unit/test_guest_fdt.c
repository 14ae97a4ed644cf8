// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/guest_fdt.c vcpu/guest_fdt_cpu.c vcpu/guest_fdt_device.c vcpu/guest_fdt_pass.c
// sources: vcpu/guest_fdt_overlay.c vcpu/guest_fdt_whole.c vcpu/guest_fdt_write.c
// sources: hv/dt.c hv/host_isa.c hv/fmt.c
// libs: fdt
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/guest_fdt_fixture.h"

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

static void an_aplic_is_told_the_trigger(void **state)
{
	struct fixture *f = *state;

	f->guest.irqchip = 0;
	add(f, CONFIG_DEV_APLIC, "aplic@d000000", 0xd000000, 0x8000, 0)->nr_sources = 96;
	pass(f, "/disk@10008000")->irqs[0].trigger = IRQ_LEVEL_LOW;
	assert_int_equal(cell(built(f), "/soc/disk@10008000", "interrupts", 1), 8);
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
		cmocka_unit_test_setup_teardown(an_aplic_is_told_the_trigger, setup, teardown),
		cmocka_unit_test_setup_teardown(references_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(ramdisk, setup, teardown),
		cmocka_unit_test_setup_teardown(any_room, setup, teardown),
	};

	return cmocka_run_group_tests_name("guest_fdt", tests, NULL, NULL);
}
