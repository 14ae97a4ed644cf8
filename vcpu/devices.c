/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a configuration's list to devices on the bus. A row of the table below is
 * a kind of device; the interrupt controller is made first, since the others
 * are wired to it.
 */
#include "vcpu/devices.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "vcpu/alarm.h"
#include "vcpu/passthrough.h"
#include "vcpu/virq.h"
#include "vdev/goldfish_rtc.h"
#include "vdev/plic.h"
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

static void plic_notify(void *ctx, unsigned context, bool pending)
{
	struct vm *vm = ctx;

	if (pending)
		vm->vcpus[context]->stats.external_irqs++;
	virq_set_line(vm->vcpus[context], VCPU_LINE_EXTERNAL, pending);
}

static const struct plic_ops plic_ops = { .notify = plic_notify, .eoi = passthrough_eoi };

static struct irq_pin pin_of(const struct maker *maker, const struct config_device *config)
{
	if (!maker->vm->plic || !config->nr_irqs)
		return (struct irq_pin){ 0 };
	return plic_pin(maker->vm->plic, config->irqs[0].guest);
}

/* The highest source that the guest's devices use, and a few more for its overlay's sake. */
static unsigned int count_sources(const struct config_guest *guest)
{
	uint32_t highest = 31, i, j;

	for (i = 0; i < guest->nr_devices; i++) {
		for (j = 0; j < guest->devices[i].nr_irqs; j++)
			highest = MAX(highest, guest->devices[i].irqs[j].guest);
	}
	return MIN(highest, (uint32_t)PLIC_SOURCES_MAX);
}

static int make_plic(const struct maker *maker, struct vm_device *device)
{
	struct vm *vm = maker->vm;
	struct plic_config config = {
		.name = device->config->name,
		.base = gpa(device->config->regions[0].gpa),
		.sources = count_sources(vm->config),
		.contexts = vm->config->nr_vcpus,
		.ops = &plic_ops,
		.ctx = vm,
	};
	struct plic *plic = arena_alloc(maker->arena, sizeof(*plic), ARENA_ALIGN_MAX);
	void *memory = arena_alloc(maker->arena, plic_bytes(config.sources, config.contexts), 8);

	if (!plic || !memory)
		return -ENOMEM;
	vm->plic = plic;
	device->dev = &plic->dev;
	return plic_init(plic, &config, memory);
}

static bool uart_put(void *ctx, uint8_t byte)
{
	return vm_console_put(ctx, &byte, 1) == 1;
}

static void uart_rx_taken(void *ctx)
{
	struct vm *vm = ctx;

	if (vm->console)
		console_rx_ready(vm->console);
}

/* A UART that is not the guest's console: what it sends goes nowhere. */
static bool unused_put(void *ctx, uint8_t byte)
{
	(void)ctx;
	(void)byte;
	return true;
}

static const struct uart16550_ops console_uart_ops = { uart_put, uart_rx_taken };
static const struct uart16550_ops unused_uart_ops = { unused_put, NULL };

static int make_uart(const struct maker *maker, struct vm_device *device)
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

static int make_rtc(const struct maker *maker, struct vm_device *device)
{
	struct goldfish_rtc *rtc = arena_alloc(maker->arena, sizeof(*rtc), ARENA_ALIGN_MAX);
	struct vdev_clock clock = alarm_clock(device, maker->config, rtc_expire);

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

static int make_reset(const struct maker *maker, struct vm_device *device)
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

static int make_watchdog(const struct maker *maker, struct vm_device *device)
{
	struct wdt_sun20i *wdt = arena_alloc(maker->arena, sizeof(*wdt), ARENA_ALIGN_MAX);
	struct vdev_clock clock = alarm_clock(device, maker->config, watchdog_expire);

	if (!wdt)
		return -ENOMEM;
	device->dev = &wdt->dev;
	wdt_sun20i_init(wdt, device->config->name, gpa(device->config->regions[0].gpa), &clock,
			pin_of(maker, device->config), watchdog_bite, maker->vm);
	return 0;
}

static int make_word(const struct maker *maker, struct vm_device *device)
{
	const struct config_region *region = &device->config->regions[0];
	struct ram_word *word = arena_alloc(maker->arena, sizeof(*word), ARENA_ALIGN_MAX);

	if (!word)
		return -ENOMEM;
	device->dev = &word->dev;
	return ram_word_init(word, device->config->name, gpa(region->gpa), (unsigned)region->size,
			     device->config->value);
}

static int make_passthrough(const struct maker *maker, struct vm_device *device)
{
	(void)maker;
	return passthrough_create(device);
}

static int (*const makers[])(const struct maker *maker, struct vm_device *device) = {
	[CONFIG_DEV_PLIC] = make_plic,
	[CONFIG_DEV_UART] = make_uart,
	[CONFIG_DEV_RTC] = make_rtc,
	[CONFIG_DEV_RESET] = make_reset,
	[CONFIG_DEV_WORD] = make_word,
	[CONFIG_DEV_WATCHDOG] = make_watchdog,
	[CONFIG_DEV_PASSTHROUGH] = make_passthrough,
};

static int make_device(const struct maker *maker, struct vm_device *device)
{
	enum config_device_kind kind = device->config->kind;
	int error;

	if (kind >= ARRAY_SIZE(makers) || !makers[kind]) {
		log_error("%s: %s: this kind of device is not built in", maker->vm->name,
			  device->config->name);
		return -ENOTSUP;
	}
	error = makers[kind](maker, device);
	if (!error && device->dev)
		error = bus_add(&maker->vm->bus, device->dev, NULL);
	return error;
}

int devices_create(struct vm *vm, const struct config *config, const struct host *host,
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
	for (i = 0; !error && i < n; i++) {
		if (i != vm->config->irqchip)
			error = make_device(&maker, &vm->devices[i]);
	}
	bus_seal(&vm->bus);
	return error;
}

void devices_reset(struct vm *vm)
{
	uint32_t i;

	for (i = 0; i < vm->config->nr_devices; i++)
		passthrough_quiesce(&vm->devices[i]);
	bus_reset(&vm->bus);
}
