/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prompt's commands. They run on the housekeeping hart; what they show of
 * running guests is a picture of the moment, read without a lock.
 */
#include "vcpu/commands.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/fmt.h"
#include "hv/hart.h"
#include "hv/log.h"
#include "hv/sbi_defs.h"
#include "vcpu/life.h"

#define ENDS_TEXT_MAX 192

static const struct commands_system *commands;

void commands_init(const struct commands_system *system)
{
	commands = system;
}

/* The guest named by a command's only argument, or NULL after saying what is wrong. */
static struct vm *guest_argument(struct prompt *prompt, int argc, char **argv)
{
	uint32_t i;

	if (argc < 2) {
		prompt_print(prompt, "%s: which guest? `guests` lists them\n", argv[0]);
		return NULL;
	}
	for (i = 0; i < commands->nr_vms; i++) {
		if (commands->vms[i] && !strcmp(commands->vms[i]->name, argv[1]))
			return commands->vms[i];
	}
	prompt_print(prompt, "%s: no guest named %s; `guests` lists them\n", argv[0], argv[1]);
	return NULL;
}

static uint64_t count_exits(const struct vm *vm)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		struct stats_page_vcpu stats = stats_since_reset(vm->vcpus[i]);

		sum += stats_page_exits(&stats);
	}
	return sum;
}

static void print_guest(struct prompt *prompt, const struct vm *vm)
{
	uint64_t memory = 0;
	uint32_t i, started = 0;

	for (i = 0; i < vm->config->nr_memory; i++)
		memory += vm->config->memory[i].size;
	for (i = 0; i < vm->nr_vcpus; i++)
		started += __atomic_load_n(&vm->vcpus[i]->hsm, __ATOMIC_RELAXED) !=
			   SBI_HSM_STATE_STOPPED;
	prompt_print(prompt, "%-16s %-8s %u of %u   %4lu MiB  %10lu  %6u  %-8s ", vm->name,
		     life_state_name(vm->state), started, vm->nr_vcpus, memory >> 20,
		     count_exits(vm), vm->starts, life_end_name(vm->end));
	for (i = 0; i < vm->nr_vcpus; i++)
		prompt_print(prompt, "%s%lu", i ? "," : "", vm->vcpus[i]->hart->id);
	prompt_print(prompt, "\n");
}

static void run_guests(struct prompt *prompt, int argc, char **argv)
{
	uint32_t i;

	(void)argc;
	(void)argv;
	prompt_print(prompt, "%-16s %-8s vCPUs   memory         exits  starts  ended    harts\n",
		     "guest", "state");
	for (i = 0; i < commands->nr_vms; i++) {
		if (commands->vms[i])
			print_guest(prompt, commands->vms[i]);
		else
			prompt_print(prompt, "%-16s %s\n", commands->config->guests[i].name,
				     life_state_name(VM_REFUSED));
	}
}

static void run_stop(struct prompt *prompt, int argc, char **argv)
{
	struct vm *vm = guest_argument(prompt, argc, argv);

	if (!vm)
		return;
	if (vm->state == VM_RUNNING || vm->state == VM_LOADING)
		vm_request_end(vm, VM_END_STOP);
	else
		prompt_print(prompt, "%s is %s\n", vm->name, life_state_name(vm->state));
}

static void run_start(struct prompt *prompt, int argc, char **argv)
{
	struct vm *vm = guest_argument(prompt, argc, argv);

	if (vm && life_start(vm))
		prompt_print(prompt, "%s is %s\n", vm->name, life_state_name(vm->state));
}

static void run_restart(struct prompt *prompt, int argc, char **argv)
{
	struct vm *vm = guest_argument(prompt, argc, argv);

	if (!vm)
		return;
	if (vm->state == VM_RUNNING || vm->state == VM_LOADING)
		vm_request_end(vm, VM_END_RESTART);
	else if (life_start(vm))
		prompt_print(prompt, "%s is %s\n", vm->name, life_state_name(vm->state));
}

struct prompt_out {
	struct stats_out out;
	struct prompt *prompt;
};

static void put_stats(struct stats_out *out, const char *text)
{
	prompt_print(CONTAINER_OF(out, struct prompt_out, out)->prompt, "%s", text);
}

static void run_stats(struct prompt *prompt, int argc, char **argv)
{
	struct prompt_out out = { { put_stats }, prompt };
	bool reset = argc > 1 && !strcmp(argv[1], "reset");
	bool json = argc > 1 && !strcmp(argv[1], "json");
	const struct vm *only;
	uint32_t i;

	if (argc > 1 && !reset && !json) {
		only = guest_argument(prompt, argc, argv);
		if (only)
			stats_print(only, &out.out);
		return;
	}
	for (i = 0; i < commands->nr_vms; i++) {
		struct vm *vm = commands->vms[i];

		if (!vm)
			continue;
		if (reset) {
			stats_reset(vm);
		} else if (json) {
			stats_json(vm, &out.out);
			prompt_print(prompt, "\n");
		} else {
			prompt_print(prompt, "%s:\n", vm->name);
			stats_print(vm, &out.out);
		}
	}
}

static void print_range(struct prompt *prompt, struct range range, const char *owner,
			const char *what)
{
	if (range.size)
		prompt_print(prompt, "  0x%012lx  0x%012lx  %-12s %s\n", range.base,
			     range.base + (range.size - 1), owner, what);
}

static void print_guest_ranges(struct prompt *prompt, const struct config_guest *guest)
{
	uint32_t i, j;

	for (i = 0; i < guest->nr_memory; i++)
		print_range(prompt, (struct range){ guest->memory[i].hpa, guest->memory[i].size },
			    guest->name, "memory");
	for (i = 0; i < guest->nr_devices; i++) {
		const struct config_device *device = &guest->devices[i];
		const char *what = device->passthrough;

		if (device->kind == CONFIG_DEV_FLASH && !what)
			what = device->name; /* its contents */
		for (j = 0; what && j < device->nr_regions; j++)
			print_range(
				prompt,
				(struct range){ device->regions[j].hpa, device->regions[j].size },
				guest->name, what);
	}
}

/* What a hart interrupts another one by. */
static const char *ipi_way(const struct host *host)
{
	if (host->irqchip.kind == HOST_IRQ_APLIC_MSI)
		return "IMSIC";
	return host->sswi.size ? "SSWI" : "firmware";
}

static void print_memory_use(struct prompt *prompt)
{
	struct page_alloc_stats stats = page_alloc_stats(commands->pages);
	unsigned int i;

	prompt_print(prompt, "Bulkhead's own pages: %lu used of %lu, %lu at most;", stats.used,
		     stats.total, stats.peak);
	for (i = 0; i < PAGE_OWNERS; i++)
		prompt_print(prompt, " %s %lu", page_alloc_owner_name(i), stats.used_by[i]);
	prompt_print(prompt, "\n");
	prompt_print(prompt,
		     "VMIDs in use: %u; the machine's interrupts: %u with an owner, %lu stray; "
		     "between harts by %s\n",
		     commands->vmids->used, hart_irq_owners(), hart_stray_interrupts(),
		     ipi_way(commands->host));
}

static void map_all(struct prompt *prompt)
{
	uint32_t i;

	prompt_print(prompt, "  first           last            owner        what\n");
	print_range(prompt, commands->image, "Bulkhead", "its image");
	print_range(prompt, commands->pool, "Bulkhead", "its own memory");
	print_range(prompt, commands->bundle, "Bulkhead", "the bundle");
	for (i = 0; i < commands->nr_vms; i++) {
		if (commands->vms[i])
			print_guest_ranges(prompt, commands->vms[i]->config);
	}
	for (i = 0; i < commands->host->nr_reserved; i++)
		print_range(prompt, commands->host->reserved[i], "firmware", "reserved");
	print_memory_use(prompt);
}

static int parse_address(const char *text, uint64_t *value)
{
	unsigned int digits = 0;

	*value = 0;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	for (; *text; text++, digits++) {
		unsigned int c = (unsigned char)*text | 0x20;
		unsigned int digit = c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10;

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return -EINVAL;
		*value = *value << 4 | digit;
	}
	return digits && digits <= 16 ? 0 : -EINVAL;
}

static void map_address(struct prompt *prompt, const struct vm *vm, const char *text)
{
	struct pgtable_walk walk;
	uint64_t address;
	unsigned int i;
	int error;

	if (parse_address(text, &address)) {
		prompt_print(prompt, "map: %s is no address in hexadecimal\n", text);
		return;
	}
	error = gstage_walk(&vm->gstage, gpa(address), &walk);
	for (i = 0; i < walk.depth; i++)
		prompt_print(prompt, "  level %u: table 0x%lx, entry %u: 0x%016lx\n",
			     walk.steps[i].level, walk.steps[i].table.v, walk.steps[i].index,
			     walk.steps[i].entry);
	if (!error)
		prompt_print(prompt, "  GPA 0x%lx -> HPA 0x%lx, in a page of %lu KiB\n", address,
			     walk.hpa.v, walk.page_size >> 10);
	else if (bus_find(&vm->bus, gpa(address), 1))
		prompt_print(prompt, "  GPA 0x%lx: not mapped; %s answers\n", address,
			     bus_find(&vm->bus, gpa(address), 1)->name);
	else
		prompt_print(prompt, "  GPA 0x%lx: not mapped, nothing answers\n", address);
}

static void map_guest(struct prompt *prompt, const struct vm *vm)
{
	print_guest_ranges(prompt, vm->config);
	prompt_print(prompt, "  stage 2: %s, VMID %lu\n", gstage_mode_name(vm->gstage.mode),
		     FIELD_GET(HGATP_VMID, vm->hgatp));
}

static void run_map(struct prompt *prompt, int argc, char **argv)
{
	struct vm *vm;

	if (argc < 2) {
		map_all(prompt);
		return;
	}
	vm = guest_argument(prompt, argc, argv);
	if (vm && argc > 2)
		map_address(prompt, vm, argv[2]);
	else if (vm)
		map_guest(prompt, vm);
}

const struct prompt_command commands_table[] = {
	{ "guests", "", "lists the guests: state, vCPUs, memory, exits, harts", run_guests },
	{ "stop", "GUEST", "stops a guest", run_stop },
	{ "start", "GUEST", "starts a guest that is down", run_start },
	{ "restart", "GUEST", "stops a guest if it runs, and starts it afresh", run_restart },
	{ "stats", "[GUEST|reset|json]", "shows exits by cause, guest and vCPU", run_stats },
	{ "map", "[GUEST [GPA]]", "shows who owns what, or the walk of one guest address",
	  run_map },
};

const size_t commands_count = ARRAY_SIZE(commands_table);

static const char *end_name(const struct vm *vm)
{
	return !vm || vm->state == VM_REFUSED ? life_state_name(VM_REFUSED)
					      : life_end_name(vm->end);
}

void commands_log_ends(void)
{
	char text[ENDS_TEXT_MAX];
	size_t length = 0;
	uint32_t i;

	text[0] = '\0';
	for (i = 0; i < commands->nr_vms && length < sizeof(text); i++)
		length += fmt_snprintf(text + length, sizeof(text) - length, "%s%s %s",
				       length ? ", " : "", commands->config->guests[i].name,
				       end_name(commands->vms[i]));
	log_info("all guests have stopped: %s", text);
}
