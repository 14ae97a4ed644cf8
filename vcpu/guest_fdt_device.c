// SPDX-License-Identifier: Apache-2.0
/*
 * /soc of a guest's device tree: its interrupt controllers and emulated devices,
 * each as the binding says that its kind follows (sifive,plic-1.0.0.yaml,
 * riscv,aplic.yaml, riscv,imsics.yaml, 8250.yaml, google,goldfish-rtc.yaml,
 * syscon-poweroff.yaml, allwinner,sun4i-a10-wdt.yaml, mtd/cfi-flash).
 */
#include <libfdt.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/dt.h"
#include "hv/fmt.h"
#include "hv/stats_page.h"
#include "vcpu/guest_fdt_parts.h"
#include "vdev/syscon.h"

#define UART_CLOCK_HZ  3686400
#define SUN20I_HOSC_HZ 24000000
#define SUN20I_LOSC_HZ 32768
#define IMSIC_IDS      255 /* what an emulated interrupt file has */

/* Phandles of a watchdog's clocks, beyond those of devices. */
#define HOSC_PHANDLE 0x100000
#define LOSC_PHANDLE 0x200000

#define IRQ_SUPERVISOR_EXTERNAL 9

static const struct config_device *irqchip_of(const struct tree *tree)
{
	uint32_t i = tree->guest->irqchip;

	return i < tree->guest->nr_devices ? &tree->guest->devices[i] : NULL;
}

static const struct config_device *imsic_of(const struct tree *tree)
{
	uint32_t i = tree->guest->imsic;

	return i < tree->guest->nr_devices ? &tree->guest->devices[i] : NULL;
}

/* What a device's node is called: a passthrough device as the host calls it. */
static const char *own_name(const struct tree *tree, const struct config_device *device)
{
	if (device->kind == CONFIG_DEV_PASSTHROUGH && device->host_node >= 0)
		return dt_name(tree->host->fdt, device->host_node);
	return device->name;
}

void tree_device_name(const struct tree *tree, const struct config_device *device, char *text,
		      size_t size)
{
	const char *name = own_name(tree, device);
	const char *at = strchr(name, '@');
	int length = (int)(at ? (size_t)(at - name) : strlen(name));

	if (device->nr_regions == 0)
		fmt_snprintf(text, size, "%.*s", length, name);
	else
		fmt_snprintf(text, size, "%.*s@%llx", length, name,
			     (unsigned long long)device->regions[0].gpa);
}

static void write_reg(struct tree *tree, const struct config_device *device)
{
	fdt64_t *reg;

	if (device->nr_regions == 0)
		return;
	reg = tree_room(tree, "reg", device->nr_regions * 2 * sizeof(*reg));
	if (!reg)
		return;
	for (uint32_t i = 0; i < device->nr_regions; i++) {
		fdt64_st(reg + 2 * i, device->regions[i].gpa);
		fdt64_st(reg + 2 * i + 1, device->regions[i].size);
	}
}

static void write_interrupts(struct tree *tree, const struct config_device *device)
{
	const struct config_device *chip = irqchip_of(tree);
	bool two_cells = chip && chip->kind == CONFIG_DEV_APLIC;
	uint32_t cells = two_cells ? 2 : 1;
	fdt32_t *interrupts;

	if (!chip || device->nr_irqs == 0 || device->irqs[0].guest == 0)
		return;
	interrupts = tree_room(tree, "interrupts", device->nr_irqs * cells * sizeof(*interrupts));
	if (!interrupts)
		return;
	for (uint32_t i = 0; i < device->nr_irqs; i++) {
		const struct config_irq *irq = &device->irqs[i];

		fdt32_st(interrupts + cells * i, irq->guest);
		if (two_cells)
			fdt32_st(interrupts + 2 * i + 1, (uint32_t)BIT(irq->trigger));
	}
}

void tree_windows(struct tree *tree, const struct config_device *device)
{
	write_reg(tree, device);
	write_interrupts(tree, device);
}

/* An interrupt controller drives the supervisor external interrupt of every vCPU. */
static void write_parents(struct tree *tree)
{
	uint32_t count = tree->guest->nr_vcpus;
	fdt32_t *cells = tree_room(tree, "interrupts-extended", count * 2 * sizeof(*cells));

	for (uint32_t i = 0; cells && i < count; i++) {
		fdt32_st(cells + 2 * i, tree_vcpu_phandle(i));
		fdt32_st(cells + 2 * i + 1, IRQ_SUPERVISOR_EXTERNAL);
	}
}

static void write_controller(struct tree *tree, uint32_t cells)
{
	tree_flag(tree, "interrupt-controller");
	tree_u32(tree, "#interrupt-cells", cells);
	tree_u32(tree, "#address-cells", 0);
}

static void write_plic(struct tree *tree, const struct config_device *device)
{
	static const char compatible[] = "sifive,plic-1.0.0\0riscv,plic0";

	tree_bytes(tree, "compatible", compatible, sizeof(compatible));
	write_controller(tree, 1);
	tree_u32(tree, "riscv,ndev", device->nr_sources);
	write_parents(tree);
}

static void write_aplic(struct tree *tree, const struct config_device *device)
{
	const struct config_device *imsic = imsic_of(tree);

	tree_string(tree, "compatible", "riscv,aplic");
	write_controller(tree, 2);
	tree_u32(tree, "riscv,num-sources", device->nr_sources);
	if (imsic)
		tree_u32(tree, "msi-parent", tree_device_phandle(tree, imsic));
	else
		write_parents(tree);
}

static void write_imsic(struct tree *tree, const struct config_device *device)
{
	uint32_t ids = tree->host->irqchip.imsic_nr_ids;

	(void)device;
	tree_string(tree, "compatible", "riscv,imsics");
	tree_flag(tree, "interrupt-controller");
	tree_u32(tree, "#interrupt-cells", 0);
	tree_flag(tree, "msi-controller");
	tree_u32(tree, "#msi-cells", 0);
	tree_u32(tree, "riscv,num-ids", ids ? ids : IMSIC_IDS);
	write_parents(tree);
}

static void write_uart(struct tree *tree, const struct config_device *device)
{
	(void)device;
	tree_string(tree, "compatible", "ns16550a");
	tree_u32(tree, "clock-frequency", UART_CLOCK_HZ);
}

static void write_rtc(struct tree *tree, const struct config_device *device)
{
	(void)device;
	tree_string(tree, "compatible", "google,goldfish-rtc");
}

static void write_reset(struct tree *tree, const struct config_device *device)
{
	static const char compatible[] = "sifive,test1\0sifive,test0\0syscon";

	(void)device;
	tree_bytes(tree, "compatible", compatible, sizeof(compatible));
}

/* The binding wants two clocks; the model and Linux's driver count in their time, not by them. */
static void write_watchdog(struct tree *tree, const struct config_device *device)
{
	static const char names[] = "hosc\0losc";
	uint32_t own = tree_device_phandle(tree, device);
	fdt32_t clocks[2] = { cpu_to_fdt32(own + HOSC_PHANDLE), cpu_to_fdt32(own + LOSC_PHANDLE) };

	tree_string(tree, "compatible", "allwinner,sun20i-d1-wdt");
	tree_bytes(tree, "clocks", clocks, sizeof(clocks));
	tree_bytes(tree, "clock-names", names, sizeof(names));
}

static void write_flash(struct tree *tree, const struct config_device *device)
{
	tree_string(tree, "compatible", "cfi-flash");
	tree_u32(tree, "bank-width", device->bank_width);
	if (device->read_only)
		tree_flag(tree, "read-only");
}

static void write_statistics(struct tree *tree, const struct config_device *device)
{
	(void)device;
	tree_string(tree, "compatible", STATS_PAGE_COMPATIBLE);
}

/* What each kind's node holds beside reg and interrupts; NULL: it has no node. */
static void (*const writers[])(struct tree *tree, const struct config_device *device) = {
	[CONFIG_DEV_UART] = write_uart,
	[CONFIG_DEV_PLIC] = write_plic,
	[CONFIG_DEV_APLIC] = write_aplic,
	[CONFIG_DEV_IMSIC] = write_imsic,
	[CONFIG_DEV_RTC] = write_rtc,
	[CONFIG_DEV_RESET] = write_reset,
	[CONFIG_DEV_WATCHDOG] = write_watchdog,
	[CONFIG_DEV_FLASH] = write_flash,
	[CONFIG_DEV_WORD] = NULL,
	[CONFIG_DEV_STATISTICS] = write_statistics,
	[CONFIG_DEV_PASSTHROUGH] = tree_passthrough,
};

static void write_device(struct tree *tree, const struct config_device *device)
{
	char name[TREE_NAME_MAX];

	if (!writers[device->kind])
		return;
	tree_device_name(tree, device, name, sizeof(name));
	tree_begin(tree, name);
	writers[device->kind](tree, device);
	tree_windows(tree, device);
	tree_u32(tree, "phandle", tree_device_phandle(tree, device));
	tree_end(tree);
}

static void write_clock(struct tree *tree, const char *name, uint32_t hz, uint32_t phandle)
{
	tree_begin(tree, name);
	tree_string(tree, "compatible", "fixed-clock");
	tree_u32(tree, "#clock-cells", 0);
	tree_u32(tree, "clock-frequency", hz);
	tree_u32(tree, "phandle", phandle);
	tree_end(tree);
}

/* The driver of syscon-poweroff or syscon-reboot writes value to the reset device. */
static void write_syscon_user(struct tree *tree, const char *name, const char *compatible,
			      uint32_t regmap, uint32_t value)
{
	tree_begin(tree, name);
	tree_string(tree, "compatible", compatible);
	tree_u32(tree, "regmap", regmap);
	tree_u32(tree, "offset", 0);
	tree_u32(tree, "value", value);
	tree_end(tree);
}

/* Nodes at the root that belong to a device in /soc. */
static void write_companions(struct tree *tree, const struct config_device *device)
{
	uint32_t own = tree_device_phandle(tree, device);

	if (device->kind == CONFIG_DEV_RESET) {
		write_syscon_user(tree, "poweroff", "syscon-poweroff", own, SYSCON_PASS);
		write_syscon_user(tree, "reboot", "syscon-reboot", own, SYSCON_RESET);
	}
	if (device->kind == CONFIG_DEV_WATCHDOG) {
		write_clock(tree, "clock-hosc", SUN20I_HOSC_HZ, own + HOSC_PHANDLE);
		write_clock(tree, "clock-losc", SUN20I_LOSC_HZ, own + LOSC_PHANDLE);
	}
}

void tree_devices(struct tree *tree)
{
	const struct config_guest *guest = tree->guest;
	const struct config_device *chip = irqchip_of(tree);

	if (guest->nr_devices == 0)
		return;
	for (uint32_t i = 0; i < guest->nr_devices; i++)
		write_companions(tree, &guest->devices[i]);
	tree_begin(tree, "soc");
	tree_u32(tree, "#address-cells", 2);
	tree_u32(tree, "#size-cells", 2);
	tree_string(tree, "compatible", "simple-bus");
	tree_flag(tree, "ranges");
	if (chip)
		tree_u32(tree, "interrupt-parent", tree_device_phandle(tree, chip));
	for (uint32_t i = 0; i < guest->nr_devices; i++)
		write_device(tree, &guest->devices[i]);
	tree_end(tree);
}
