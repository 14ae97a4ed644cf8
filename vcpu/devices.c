/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a configuration's list to devices on the bus. A row of the table below is
 * a kind of device; the interrupt controllers are made first, since the
 * others are wired to them.
 */
#include "vcpu/devices.h"

#include <errno.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "vcpu/alarm.h"
#include "vcpu/flash.h"
#include "vcpu/flash_bank.h"
#include "vcpu/irqchip.h"
#include "vcpu/passed.h"
#include "vdev/goldfish_rtc.h"
#include "vdev/ram_word.h"
#include "vdev/syscon.h"
#include "vdev/uart16550.h"
#include "vdev/wdt_sun20i.h"

struct maker {
	struct vm *vm;
	const struct config *config;
	const struct host *host;
	struct arena *arena;
};

/* The wire of an emulated device, which has one interrupt at most. */
BOOT_CODE static struct irq_pin pin_of(const struct maker *maker,
				       const struct config_device *config)
{
	return irqchip_pin(maker->vm, config->nr_irqs ? config->irqs[0].guest : 0);
}

BOOT_CODE static int make_irqchip(const struct maker *maker, struct vm_device *device)
{
	return irqchip_create(maker->vm, device->config, maker->host, maker->arena, &device->dev);
}

BOOT_CODE static int make_imsics(const struct maker *maker, struct vm_device *device)
{
	return irqchip_map_imsics(maker->vm, device->config, maker->host);
}

static void uart_rx_taken(void *ctx)
{
	vm_console_rx_ready(ctx);
}

/* A UART that is not the guest's console: what it sends goes nowhere. */
static bool unused_put(void *ctx, uint8_t byte)
{
	(void)ctx;
	(void)byte;
	return true;
}

static const struct uart16550_ops console_uart_ops = { vm_console_put_byte, uart_rx_taken };
static const struct uart16550_ops unused_uart_ops = { unused_put, NULL };

BOOT_CODE static int make_uart(const struct maker *maker, struct vm_device *device)
{
	struct vm *vm = maker->vm;
	bool console = vm->config->console == (uint32_t)(device->config - vm->config->devices);
	struct uart16550_config config = {
		.name = device->config->name,
		.base = gpa(device->config->regions[0].gpa),
		.size = device->config->regions[0].size,
		.irq = pin_of(maker, device->config),
		.ops = console ? &console_uart_ops : &unused_uart_ops,
		.ctx = vm,
	};
	struct uart16550 *uart = arena_alloc(maker->arena, sizeof(*uart), ARENA_ALIGN_MAX);

	if (!uart)
		return -ENOMEM;
	if (console)
		vm->uart = uart;
	device->dev = &uart->dev;
	return uart16550_init(uart, &config);
}

static void rtc_expire(struct vm_device *device)
{
	goldfish_rtc_expire(CONTAINER_OF(device->dev, struct goldfish_rtc, dev));
}

BOOT_CODE static int make_rtc(const struct maker *maker, struct vm_device *device)
{
	struct goldfish_rtc *rtc = arena_alloc(maker->arena, sizeof(*rtc), ARENA_ALIGN_MAX);
	struct vdev_clock clock = alarm_clock(device, maker->host, rtc_expire);

	if (!rtc)
		return -ENOMEM;
	device->dev = &rtc->dev;
	goldfish_rtc_init(rtc, device->config->name, gpa(device->config->regions[0].gpa),
			  alarm_wall_offset(maker->host), &clock, pin_of(maker, device->config));
	return 0;
}

static void reset_device_end(void *ctx, enum syscon_end end, unsigned code)
{
	static const enum vm_end ends[] = {
		[SYSCON_END_POWEROFF] = VM_END_SHUTDOWN,
		[SYSCON_END_REBOOT] = VM_END_REBOOT,
		[SYSCON_END_FAIL] = VM_END_FAILURE,
	};

	(void)code;
	vm_request_end(ctx, ends[end]);
}

BOOT_CODE static int make_reset(const struct maker *maker, struct vm_device *device)
{
	struct syscon *syscon = arena_alloc(maker->arena, sizeof(*syscon), ARENA_ALIGN_MAX);

	if (!syscon)
		return -ENOMEM;
	device->dev = &syscon->dev;
	syscon_init(syscon, device->config->name, gpa(device->config->regions[0].gpa),
		    reset_device_end, maker->vm);
	return 0;
}

static void watchdog_expire(struct vm_device *device)
{
	wdt_sun20i_expire(CONTAINER_OF(device->dev, struct wdt_sun20i, dev));
}

static void watchdog_bite(void *ctx)
{
	vm_request_end(ctx, VM_END_WATCHDOG);
}

BOOT_CODE static int make_watchdog(const struct maker *maker, struct vm_device *device)
{
	struct wdt_sun20i *wdt = arena_alloc(maker->arena, sizeof(*wdt), ARENA_ALIGN_MAX);
	struct vdev_clock clock = alarm_clock(device, maker->host, watchdog_expire);

	if (!wdt)
		return -ENOMEM;
	device->dev = &wdt->dev;
	wdt_sun20i_init(wdt, device->config->name, gpa(device->config->regions[0].gpa), &clock,
			pin_of(maker, device->config), watchdog_bite, maker->vm);
	return 0;
}

BOOT_CODE static int make_word(const struct maker *maker, struct vm_device *device)
{
	const struct config_region *region = &device->config->regions[0];
	struct ram_word *word = arena_alloc(maker->arena, sizeof(*word), ARENA_ALIGN_MAX);

	if (!word)
		return -ENOMEM;
	device->dev = &word->dev;
	return ram_word_init(word, device->config->name, gpa(region->gpa), (unsigned)region->size,
			     device->config->value);
}

/* The vCPUs' counters themselves: Bulkhead writes them, the guest reads them without an exit. */
BOOT_CODE static int make_statistics(const struct maker *maker, struct vm_device *device)
{
	struct vm *vm = maker->vm;
	struct flush owed = flush_none();

	return gstage_map(&vm->gstage, gpa(device->config->regions[0].gpa),
			  page_alloc_hpa(maker->arena->pages, vm->stats_page),
			  device->config->regions[0].size, GSTAGE_READ, &owed);
}

BOOT_CODE static int make_flash(const struct maker *maker, struct vm_device *device)
{
	return flash_create(device, maker->host, maker->arena);
}

BOOT_CODE static bool is_flash(const struct host *host, const struct config_device *config)
{
	return fdt_node_check_compatible(host->fdt, config->host_node, "cfi-flash") == 0;
}

/* Registers are read and written; a flash bank is run from, too. */
BOOT_CODE static uint64_t register_access(const struct host *host,
					  const struct config_device *config)
{
	uint64_t access = config->read_only ? GSTAGE_READ : GSTAGE_DEVICE;

	return is_flash(host, config) ? access | GSTAGE_EXEC : access;
}

/* A bank that the guest can leave in the middle of a command; up to the end of the guest's part. */
BOOT_CODE static int know_flash(const struct maker *maker, struct vm_device *device)
{
	const struct config_device *config = device->config;
	const struct range *part = &config->host_part;
	hpa_t at = hpa(config->regions[0].hpa - part->base);
	struct flash_bank *bank = arena_alloc(maker->arena, sizeof(*bank), ARENA_ALIGN_MAX);

	if (!bank)
		return -ENOMEM;
	if (flash_bank_init(bank, at, part->base + config->regions[0].size, maker->host,
			    config->host_node))
		log_warn("%s: %s: no flash that Bulkhead knows: a restart leaves it as it is",
			 maker->vm->name, config->name);
	else
		device->flash = bank;
	return 0;
}

/* Page by page: those that another of the guest's devices brought already stay as they are. */
BOOT_CODE static int map_new_pages(struct gstage *gs, gpa_t at, hpa_t from, uint64_t size,
				   uint64_t access)
{
	struct flush owed = flush_none();
	uint64_t offset;
	int error = 0;

	for (offset = 0; !error && offset < size; offset += PAGE_SIZE) {
		hpa_t there;
		uint64_t how;

		if (!gstage_translate(gs, gpa(at.v + offset), &there, &how) &&
		    there.v == from.v + offset)
			continue;
		error = gstage_map(gs, gpa(at.v + offset), hpa(from.v + offset), PAGE_SIZE, access,
				   &owed);
	}
	return error;
}

/* Whole pages: the check has seen to it that no byte of them is another guest's. */
BOOT_CODE static int map_region(struct gstage *gs, const struct config_region *region,
				uint64_t access)
{
	uint64_t offset = region->gpa & (PAGE_SIZE - 1);
	uint64_t size = align_up(offset + region->size, PAGE_SIZE);
	gpa_t at = gpa(region->gpa - offset);
	hpa_t from = hpa(region->hpa - offset);
	struct flush owed = flush_none();
	int error = gstage_map(gs, at, from, size, access, &owed);

	return error == -EEXIST ? map_new_pages(gs, at, from, size, access) : error;
}

BOOT_CODE static int map_registers(const struct maker *maker, struct vm_device *device)
{
	const struct config_device *config = device->config;
	uint64_t access = register_access(maker->host, config);
	uint32_t i;
	int error = 0;

	for (i = 0; !error && i < config->nr_regions; i++)
		error = map_region(&device->vm->gstage, &config->regions[i], access);
	return error;
}

/* What puts the device back when its guest's life is over. */
BOOT_CODE static int know_reset(const struct maker *maker, struct vm_device *device)
{
	const struct config_device *config = device->config;

	if (config->read_only)
		return 0;
	if (is_flash(maker->host, config))
		return know_flash(maker, device);
	device->passed = passed_kind(maker->host->fdt, config->host_node);
	if (!device->passed)
		log_warn("%s: %s: no device that Bulkhead can reset: it goes on when the guest's "
			 "life is over",
			 maker->vm->name, config->name);
	return 0;
}

BOOT_CODE static int make_passthrough(const struct maker *maker, struct vm_device *device)
{
	const struct config_device *config = device->config;
	int error = map_registers(maker, device);
	uint32_t i;

	if (!error)
		error = know_reset(maker, device);
	for (i = 0; !error && i < config->nr_irqs; i++) {
		device->irqs[i] = (struct vm_irq){ .device = device,
						   .guest = config->irqs[i].guest,
						   .host = config->irqs[i].host };
		error = irqchip_forward(maker->vm, &device->irqs[i], config->irqs[i].trigger);
	}
	if (error)
		log_error("%s: %s: %s can't be passed through (error %d)", maker->vm->name,
			  config->name, config->passthrough, error);
	return error;
}

BOOT_TABLE static int (*const makers[])(const struct maker *maker, struct vm_device *device) = {
	[CONFIG_DEV_PLIC] = make_irqchip,
	[CONFIG_DEV_APLIC] = make_irqchip,
	[CONFIG_DEV_IMSIC] = make_imsics,
	[CONFIG_DEV_UART] = make_uart,
	[CONFIG_DEV_RTC] = make_rtc,
	[CONFIG_DEV_RESET] = make_reset,
	[CONFIG_DEV_FLASH] = make_flash,
	[CONFIG_DEV_WORD] = make_word,
	[CONFIG_DEV_WATCHDOG] = make_watchdog,
	[CONFIG_DEV_STATISTICS] = make_statistics,
	[CONFIG_DEV_PASSTHROUGH] = make_passthrough,
};

BOOT_CODE static int make_device(const struct maker *maker, struct vm_device *device)
{
	enum config_device_kind kind = device->config->kind;
	int error;

	if (kind >= ARRAY_SIZE(makers) || !makers[kind]) {
		log_error("%s: %s: this kind of device is not built in", maker->vm->name,
			  device->config->name);
		return -ENOTSUP;
	}
	error = makers[kind](maker, device);
	if (error || !device->dev)
		return error;
	/* As large as the configuration says, which has checked that nothing overlaps. */
	device->dev->size = device->config->regions[0].size;
	return bus_add(&maker->vm->bus, device->dev, NULL);
}

BOOT_CODE int devices_create(struct vm *vm, const struct config *config, const struct host *host,
			     struct arena *arena)
{
	struct maker maker = { vm, config, host, arena };
	uint32_t n = vm->config->nr_devices, i;
	struct vdev **slots = arena_alloc(arena, (n + 1) * sizeof(*slots), sizeof(void *));
	int error = 0;

	vm->devices = arena_alloc(arena, (n + 1) * sizeof(*vm->devices), sizeof(void *));
	if (!slots || !vm->devices)
		return -ENOMEM;
	bus_init(&vm->bus, slots, n);
	for (i = 0; i < n; i++) {
		vm->devices[i].vm = vm;
		vm->devices[i].config = &vm->config->devices[i];
	}
	if (vm->config->irqchip != CONFIG_NO_DEVICE)
		error = make_device(&maker, &vm->devices[vm->config->irqchip]);
	if (!error && vm->config->imsic != CONFIG_NO_DEVICE)
		error = make_device(&maker, &vm->devices[vm->config->imsic]);
	for (i = 0; !error && i < n; i++) {
		if (i != vm->config->irqchip && i != vm->config->imsic)
			error = make_device(&maker, &vm->devices[i]);
	}
	bus_seal(&vm->bus);
	return error;
}

void devices_reset(struct vm *vm)
{
	uint32_t i, j;

	for (i = 0; i < vm->config->nr_devices; i++) {
		struct vm_device *device = &vm->devices[i];

		passed_reset(device->passed, device->config);
		for (j = 0; j < device->config->nr_irqs; j++)
			irqchip_release(&device->irqs[j]);
		if (device->flash && flash_bank_recover(device->flash))
			log_error("%s: %s: the flash does not come back to its array", vm->name,
				  device->config->name);
	}
	bus_reset(&vm->bus);
}
