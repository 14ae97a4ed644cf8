/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads as the boot order. The only file that knows every room: it wires them
 * together and holds what belongs to the machine as a whole.
 */
#include <errno.h>
#include <libfdt.h>

#include "hv/boot.h"
#include "hv/bundle_open.h"
#include "hv/channels.h"
#include "hv/config_parse.h"
#include "hv/config_plan.h"
#include "hv/features.h"
#include "hv/fmt.h"
#include "hv/hart.h"
#include "hv/host_device.h"
#include "hv/host_dt.h"
#include "hv/housekeeping.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "hv/own_memory.h"
#include "hv/paging.h"
#include "hv/panic.h"
#include "hv/sbi_client.h"
#include "hv/sbi_defs.h"
#include "hv/timer.h"
#include "hv/uart_host.h"
#include "hv/version.h"
#include "stage2/vmid.h"
#include "vcpu/commands.h"
#include "vcpu/life.h"
#include "vcpu/load.h"

#define FDT_SIZE_MAX     MiB(2)
#define HART_PATIENCE_MS 30000 /* until a hart that the firmware started must be there */
#define HART_LOOK_MS     1000  /* from one look for them to the next */

/* Constant after boot. */
static struct {
	uint32_t first_hart; /* the id of the one that the firmware entered */
	struct host host;
	struct range tree; /* where the firmware put the host's device tree */
	void *uart;        /* its registers; NULL: none */
	struct irq_registers irq;
	const void *initrd;
	struct own_memory own;
	struct vmid_pool vmids;
	struct bundle bundle;
	struct config config;
	bool reset_wanted; /* by a guest's end; the one that is not constant */
	bool stats_at_end; /* the counters are printed when the last guest has stopped */
	struct commands_system guests; /* .vms[i] is NULL where a guest could not be made */
} machine;

void boot_main(uint64_t hart, const void *fdt);

BOOT_CODE static void read_device_tree(const void *fdt)
{
	const char *why = "it is not a device tree";

	if (!fdt || fdt_magic(fdt) != FDT_MAGIC ||
	    host_dt_parse(fdt, MIN((uint64_t)fdt_totalsize(fdt), FDT_SIZE_MAX), &machine.host,
			  &why))
		panic("the device tree that the firmware gave can't be used: %s", why);
	machine.tree = (struct range){ (uint64_t)(uintptr_t)fdt, fdt_totalsize(fdt) };
}

BOOT_CODE static void *map_if_there(struct range physical, uint64_t access)
{
	return physical.size ? paging_map(physical, access) : NULL;
}

/* Maps what the machine has, turns paging on, and forgets where things are without it. */
BOOT_CODE static void map_machine(void)
{
	struct host *host = &machine.host;
	const void *tree = paging_map(machine.tree, PAGING_READ);

	if (host->uart.present)
		machine.uart = paging_map(host->uart.mmio, PAGING_WRITE);
	machine.irq.wired = map_if_there(host->irqchip.mmio, PAGING_WRITE);
	for (uint32_t i = 0; i < host->irqchip.nr_imsic; i++)
		machine.irq.imsic[i] = paging_map(host->irqchip.imsic[i], PAGING_WRITE);
	machine.irq.sswi = map_if_there(host->sswi, PAGING_WRITE);
	machine.initrd = map_if_there(host->initrd, PAGING_READ);
	host_dt_move(host, tree);
	paging_turn_on();
	uart_host_init(&host->uart, machine.uart);
}

BOOT_CODE static void start_irqs(void)
{
	struct irq_source *sources = arena_alloc(
		&machine.own.arena, (irq_sources(&machine.host) + 1) * sizeof(*sources), 4);

	if (!sources)
		panic("no memory for the interrupt controller's sources");
	if (irq_init(&machine.host, &machine.irq, sources))
		log_warn("no interrupt controller that Bulkhead knows: the console is polled, and "
			 "no device can be passed through");
}

BOOT_CODE static void open_bundle(void)
{
	const struct range initrd = machine.host.initrd;
	const char *why = "";

	if (!initrd.size)
		panic("no bundle: the device tree's /chosen has no linux,initrd-start; "
		      "load one made by `bulkhead bundle` (on QEMU: -initrd)");
	if (bundle_open(machine.initrd, initrd.size, &machine.bundle, &why))
		panic("the bundle at 0x%lx is damaged: %s", initrd.base, why);
}

BOOT_CODE static void report_error(struct config_report *report, const struct config_error *error)
{
	(void)report;
	log_print(error->warning ? LOG_WARN : LOG_ERROR, "configuration: %s: %s%s%s; %s",
		  error->node, error->property, *error->property ? ": " : "", error->what,
		  error->mend);
}

BOOT_CODE static void read_configuration(void)
{
	const struct own_memory *own = &machine.own;
	struct config_report report = { report_error };
	struct range taken[] = {
		{ own->image.base, own->image.size + own->pool.size },
		machine.host.initrd,
		machine.tree,
	};
	struct bundle_image system;
	int errors;

	if (bundle_system(&machine.bundle, &system) || bundle_verify(&system))
		panic("the bundle's configuration is damaged: its SHA-256 does not match");
	errors = config_parse(system.data, system.size, &machine.own.arena, &machine.config,
			      &report);
	if (errors >= 0)
		errors = config_plan(&machine.config, &machine.host, taken, ARRAY_SIZE(taken),
				     &machine.own.arena, &report);
	if (errors == -ENOMEM)
		panic("no memory for the configuration");
	if (errors < 0)
		panic("the bundle's configuration can't be read");
	if (machine.config.refused)
		panic("this configuration can't run on this machine: see the errors above");
}

static const struct console_guest_ops guest_console_ops = {
	.rx = vm_console_rx,
	.tx_room = vm_console_tx_room,
};

static const struct serial_ops guest_channel_ops = {
	.rx = vm_console_rx,
	.tx_room = vm_console_tx_room,
};

BOOT_CODE static void make_guest(uint32_t index)
{
	const struct config_guest *guest = &machine.config.guests[index];
	struct channel *channel;
	struct vm *vm;

	if (guest->refused) {
		log_error("%s: refused, for the errors in its configuration", guest->name);
		return;
	}
	vm = vm_create(&machine.config, index, &machine.host, &machine.own.arena,
		       &machine.own.tables, vmid_alloc(&machine.vmids));
	machine.guests.vms[index] = vm;
	if (!vm)
		return;
	channel = channels_take(&guest_channel_ops, vm);
	vm_set_console(vm,
		       housekeeping_add_guest(&machine.own.arena, vm->name, &guest_console_ops, vm),
		       channel);
}

/* Whether the housekeeping hart is a guest's too. */
BOOT_CODE static bool is_shared(void)
{
	uint32_t i, j;

	for (i = 0; i < machine.config.nr_guests; i++) {
		const struct config_guest *guest = &machine.config.guests[i];

		for (j = 0; !guest->refused && j < guest->nr_vcpus; j++) {
			if (guest->harts[j] == machine.config.housekeeping)
				return true;
		}
	}
	return false;
}

BOOT_CODE static void make_guests(void)
{
	uint32_t n = machine.config.nr_guests, i;

	machine.guests.vms =
		arena_alloc(&machine.own.arena, (n + 1) * sizeof(struct vm *), sizeof(struct vm *));
	machine.guests.nr_vms = n;
	machine.guests.config = &machine.config;
	machine.guests.host = &machine.host;
	machine.guests.pages = &machine.own.pages;
	machine.guests.vmids = &machine.vmids;
	machine.guests.pool = machine.own.pool;
	machine.guests.image = machine.own.image;
	machine.guests.bundle = machine.host.initrd;
	if (!machine.guests.vms)
		panic("no memory for %u guests", n);
	vmid_init(&machine.vmids, features.vmid_bits);
	commands_init(&machine.guests);
	if (housekeeping_init(&machine.own.arena, hart_at(machine.config.housekeeping), is_shared(),
			      n, machine.config.colour, commands_table, commands_count))
		panic("no memory for the console");
	machine.stats_at_end = host_device_boot_word(&machine.host, "stats");
	if (host_device_boot_word(&machine.host, "channels"))
		channels_init(&machine.host, &machine.own.arena);
	for (i = 0; i < n; i++)
		make_guest(i);
}

static int load_guest(struct vm *vm, uint64_t *pc, uint64_t *opaque)
{
	return load_vm(vm, &machine.bundle, &machine.host, pc, opaque);
}

static void shut_down(void)
{
	uint32_t reason = SBI_SRST_REASON_NONE, i;

	for (i = 0; i < machine.guests.nr_vms; i++) {
		const struct vm *vm = machine.guests.vms[i];

		if (!vm || (vm->end != VM_END_STOP &&
			    (vm->end != VM_END_SHUTDOWN || vm->state != VM_STOPPED)))
			reason = SBI_SRST_REASON_SYSTEM_FAILURE;
	}
	if (machine.stats_at_end) {
		housekeeping_flush();
		housekeeping_type("stats json");
		housekeeping_flush();
	}
	commands_log_ends();
	housekeeping_flush();
	sbi_client_system_reset(SBI_SRST_TYPE_SHUTDOWN, reason);
	panic("the firmware can't shut the machine down");
}

/* True while a guest runs, is about to, or waits for the operator's start. */
static bool any_guest_alive(void)
{
	uint32_t i;

	for (i = 0; i < machine.guests.nr_vms; i++) {
		const struct vm *vm = machine.guests.vms[i];

		if (vm && vm->state != VM_STOPPED && vm->state != VM_REFUSED)
			return true;
	}
	return false;
}

static void guest_begun(struct vm *vm)
{
	(void)vm;
	life_start_next(machine.guests.vms, machine.guests.nr_vms);
}

/* What was printed, a crash's report perhaps, gets out before. */
static void reset(void)
{
	log_info("a guest's end resets the machine, as its file says");
	housekeeping_flush();
	sbi_client_system_reset(SBI_SRST_TYPE_COLD_REBOOT, SBI_SRST_REASON_NONE);
	log_error("the firmware can't reset the machine");
}

/* Some guest is down: another's turn may have come, or the machine's end. */
static void go_on_without(struct hart_job *job)
{
	(void)job;
	if (__atomic_load_n(&machine.reset_wanted, __ATOMIC_ACQUIRE))
		reset();
	life_start_next(machine.guests.vms, machine.guests.nr_vms);
	if (!any_guest_alive())
		shut_down();
}

static struct hart_job go_on_job = { .run = go_on_without };

static void guest_stopped(struct vm *vm)
{
	(void)vm;
	hart_post(hart_at(machine.config.housekeeping), &go_on_job);
}

static void system_reset(void)
{
	__atomic_store_n(&machine.reset_wanted, true, __ATOMIC_RELEASE);
}

static const struct life_ops life_ops = {
	.load = load_guest,
	.begun = guest_begun,
	.stopped = guest_stopped,
	.system_reset = system_reset,
};

static void start_guests(void)
{
	life_init(&life_ops);
	life_start_next(machine.guests.vms, machine.guests.nr_vms);
	/* Perhaps there is none that can start. */
	hart_post(hart_at(machine.config.housekeeping), &go_on_job);
}

/* Looks whether all harts have come, until none is to be waited for any more. */
static void look_for_harts(struct timer_entry *entry)
{
	uint32_t i;

	if (!hart_all_told() && timer_since_boot_ms() < HART_PATIENCE_MS) {
		timer_set(entry, timer_now() + timer_ms(HART_LOOK_MS));
		return;
	}
	hart_lose_late();
	for (i = 0; i < machine.guests.nr_vms; i++) {
		if (machine.guests.vms[i])
			life_lose_harts(machine.guests.vms[i]);
	}
}

static struct timer_entry look = { .expire = look_for_harts };

/* On the hart of Bulkhead's own work: no other guest is disturbed. */
static void watch_harts(struct hart_job *job)
{
	(void)job;
	timer_set(&look, timer_now() + timer_ms(HART_LOOK_MS));
}

static struct hart_job watch_job = { .run = watch_harts };

static void await_harts(void)
{
	struct hart *housekeeping = hart_at(machine.config.housekeeping);

	if (!hart_await(housekeeping, timer_ms(HART_PATIENCE_MS)))
		panic("hart %lu, which is to do Bulkhead's own work, does not start; "
		      "name another one with housekeeping-hart",
		      housekeeping->id);
	if (!hart_all_told())
		hart_post(housekeeping, &watch_job);
}

/* The first hart's first job. */
static void start_system(struct hart_job *job)
{
	(void)job;
	/* Before the others' first translation: no TLB knows that memory as code. */
	own_memory_end_boot(&machine.own);
	hart_start_others();
	start_guests();
	await_harts();
}

static struct hart_job start_job = { .run = start_system };

/* On the first hart's own stack, with paging and traps. */
BOOT_CODE static void boot_guests(void)
{
	features_probe(&machine.host);
	machine.host.irqchip.guest_files = MIN(machine.host.irqchip.guest_files, features.geilen);
	start_irqs();
	open_bundle();
	read_configuration();
	make_guests();
	housekeeping_start(&machine.host);
	channels_start(hart_at(machine.config.housekeeping), is_shared());
	hart_post(hart_this(), &start_job);
}

BOOT_CODE static struct hart *find_hart(uint64_t id)
{
	uint32_t i;

	for (i = 0; i < machine.host.nr_harts; i++) {
		if (machine.host.harts[i].id == id)
			return hart_at(i);
	}
	panic("the device tree does not tell of hart %lu, on which the firmware started Bulkhead",
	      id);
}

BOOT_CODE _Noreturn static void leave_boot_stack(struct hart *hart)
{
	register uint64_t a0 __asm__("a0") = hart->id;
	register struct hart *a1 __asm__("a1") = hart;

	__asm__ volatile("tail hart_entry" ::"r"(a0), "r"(a1) : "memory");
	__builtin_unreachable();
}

/* The only hart that runs until the log has the console's environment. */
static uint32_t first_hart(void)
{
	return machine.first_hart;
}

/* Called by start.S, on the boot stack, without paging. */
BOOT_CODE void boot_main(uint64_t hart, const void *fdt)
{
	struct log_env early = { .hart = first_hart, .sink = uart_host_log_sink };

	machine.first_hart = (uint32_t)hart;
	sbi_client_init();
	log_set_env(&early);
	read_device_tree(fdt);
	uart_host_init(&machine.host.uart, (void *)(uintptr_t)machine.host.uart.mmio.base);
	log_info("Bulkhead %s on %u harts", VERSION_STRING, machine.host.nr_harts);
	timer_init(machine.host.timebase_hz, machine.host.isa & BIT(ISA_SSTC));
	own_memory_init(&machine.own, &machine.host, machine.tree);
	paging_init(&machine.host, &machine.own.pages, machine.own.pool);
	map_machine();
	hart_init(&machine.host, &machine.own.arena);
	hart_set_boot(boot_guests);
	leave_boot_stack(find_hart(hart));
}
