/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a system's tree: the root, /guests, each guest and its devices. Forms
 * and what one guest's node alone shows are checked here; what needs addresses
 * side by side, other guests or the machine is left to config_plan().
 */
#include <errno.h>
#include <string.h>

#include "hv/config_device.h"
#include "hv/config_parse.h"

#define MAX_GUESTS       64
#define MAX_DEVICES      32
#define IMPLIED_DEVICES  2 /* an APLIC and an IMSIC, at most */
#define MAX_NAME         31
#define DEFAULT_RESTARTS 3

const char *config_action_name(enum config_action action)
{
	return config_properties[P_ON_CRASH].choices[action];
}

/* Direct children of a node, whatever they are. */
static unsigned count_children(const void *fdt, int node)
{
	unsigned count = 0;
	int child;

	dt_for_each_child (child, fdt, node)
		count++;
	return count;
}

static bool is_disabled(const void *fdt, int node)
{
	const char *status = dt_text(dt_find(fdt, node, "status"));

	return status && strcmp(status, "disabled") == 0;
}

static void read_harts(struct config_findings *f, struct config_guest *g,
		       const struct config_values *values, struct arena *arena)
{
	unsigned named = config_count(values, P_HARTS);
	uint32_t vcpus = config_u32(values, P_VCPUS, named ? named : 1);

	if (vcpus == 0 || vcpus > HOST_MAX_HARTS) {
		config_finding(f, config_guest_place(g, named ? "harts" : "vcpus"),
			       "%u vCPUs can't be\nchoose 1 to %u", vcpus, HOST_MAX_HARTS);
		return;
	}
	if (named && vcpus != named)
		config_finding(f, config_guest_place(g, "harts"),
			       "does not match the vCPUs: %u named, %u wanted\nname one hart a "
			       "vCPU, or leave \"vcpus\" "
			       "out",
			       named, vcpus);
	g->harts = arena_alloc(arena, vcpus * sizeof(*g->harts), sizeof(uint64_t));
	if (!g->harts)
		return;
	g->nr_vcpus = vcpus;
	g->harts_fixed = named == vcpus;
	for (unsigned i = 0; g->harts_fixed && i < vcpus; i++)
		g->harts[i] = dt_cell(values->props[P_HARTS], i);
}

static void check_region(struct config_findings *f, const struct config_guest *g, struct range r)
{
	struct config_place place = config_guest_place(g, "memory");

	if (r.size == 0)
		config_finding(f, place, "a range at 0x%llx is empty\ngive it a size",
			       (unsigned long long)r.base);
	else if (!is_aligned(r.base, PAGE_SIZE) || !is_aligned(r.size, PAGE_SIZE))
		config_finding(f, place,
			       "0x%llx, size 0x%llx is not whole pages\n"
			       "make both multiples of 0x1000",
			       (unsigned long long)r.base, (unsigned long long)r.size);
	else if (!range_is_sound(r.base, r.size))
		config_finding(f, place,
			       "0x%llx, size 0x%llx reaches past the last address\n"
			       "make it smaller",
			       (unsigned long long)r.base, (unsigned long long)r.size);
}

static uint64_t host_address(struct config_findings *f, const struct config_guest *g,
			     const struct config_values *values, unsigned i)
{
	bool direct = config_has(values, P_DIRECT_MAP);
	uint64_t gpa_base = config_nth_range(values, P_MEMORY, i).base;
	uint64_t host = direct ? gpa_base : CONFIG_ANY;

	if (i >= config_count(values, P_MEMORY_HOST))
		return host;
	host = config_nth_address(values, P_MEMORY_HOST, i);
	if (direct && host != gpa_base)
		config_finding(f, config_guest_place(g, "memory-host"),
			       "0x%llx is not the guest's address 0x%llx, as direct-map wants\n"
			       "remove \"memory-host\" or \"direct-map\"",
			       (unsigned long long)host, (unsigned long long)gpa_base);
	if (!is_aligned(host, PAGE_SIZE))
		config_finding(f, config_guest_place(g, "memory-host"),
			       "0x%llx is not the start of a page\nmake it a multiple of 0x1000",
			       (unsigned long long)host);
	return host;
}

static void read_memory(struct config_findings *f, struct config_guest *g,
			const struct config_values *values)
{
	unsigned count = config_count(values, P_MEMORY);

	if (!config_has(values, P_MEMORY) && !dt_find(f->config->fdt, g->node, "memory").data)
		config_finding(f, config_guest_place(g, "memory"),
			       "the guest has no memory\nadd %s",
			       config_properties[P_MEMORY].example);
	if (count > CONFIG_MAX_MEMORY) {
		config_finding(f, config_guest_place(g, "memory"), "has %u ranges\nuse %u or fewer",
			       count, CONFIG_MAX_MEMORY);
		count = CONFIG_MAX_MEMORY;
	}
	if (config_has(values, P_MEMORY_HOST) && config_count(values, P_MEMORY_HOST) != count)
		config_finding(f, config_guest_place(g, "memory-host"),
			       "has %u entries where \"memory\" has %u\ngive one address a range",
			       config_count(values, P_MEMORY_HOST), count);
	for (unsigned i = 0; i < count; i++) {
		struct range r = config_nth_range(values, P_MEMORY, i);

		check_region(f, g, r);
		g->memory[i] = (struct config_memory){
			.gpa = r.base,
			.size = r.size,
			.hpa = host_address(f, g, values, i),
			.direct_map = config_has(values, P_DIRECT_MAP),
		};
	}
	g->nr_memory = count;
}

static void read_images(struct config_findings *f, struct config_guest *g,
			const struct config_values *values)
{
	g->kernel = config_string(values, P_KERNEL, NULL);
	g->ramdisk = config_string(values, P_RAMDISK, NULL);
	g->dtb = config_string(values, P_DTB, NULL);
	g->overlay = config_string(values, P_OVERLAY, NULL);
	g->bootargs = config_string(values, P_BOOTARGS, NULL);
	g->load = config_address(values, P_LOAD, CONFIG_ANY);
	g->entry = config_address(values, P_ENTRY, CONFIG_ANY);
	if (g->dtb && g->overlay)
		config_finding(f, config_guest_place(g, "overlay"),
			       "changes the tree that Bulkhead makes, but \"dtb\" replaces it\n"
			       "remove one of them");
	if (g->load != CONFIG_ANY && !g->kernel)
		config_finding(f, config_guest_place(g, "load"),
			       "says where the kernel goes, but there is none\n"
			       "add \"kernel\" or remove it");
	if (g->entry != CONFIG_ANY && g->entry % 2)
		config_finding(f, config_guest_place(g, "entry"),
			       "0x%llx is odd\nan instruction's address is even",
			       (unsigned long long)g->entry);
}

static void read_policy(struct config_guest *g, const struct config_values *values)
{
	g->on_crash = config_choice(values, P_ON_CRASH, CONFIG_STOP);
	g->on_shutdown = config_choice(values, P_ON_SHUTDOWN, CONFIG_STOP);
	g->on_watchdog = config_choice(values, P_ON_WATCHDOG, CONFIG_RESTART);
	g->max_restarts = config_u32(values, P_MAX_RESTARTS, DEFAULT_RESTARTS);
	g->start_order = config_u32(values, P_START_ORDER, 0);
	g->autostart = !config_has(values, P_NO_AUTOSTART);
	g->real_time = config_has(values, P_REAL_TIME);
	g->own_time = config_has(values, P_OWN_TIME);
	g->no_sstc = config_has(values, P_NO_SSTC);
	g->emulate_mhartid = config_has(values, P_EMULATE_MHARTID);
	g->mhartid_value = config_number(values, P_EMULATE_MHARTID, 0);
	g->delegate_illegal = !config_has(values, P_TRAP_ILLEGAL) && !g->emulate_mhartid;
	g->irqchip_choice = config_choice(values, P_INTERRUPT_CONTROLLER, CONFIG_IRQCHIP_AUTO);
	g->irqchip_fallback = config_choice(values, P_INTERRUPT_FALLBACK, CONFIG_IRQCHIP_PLIC);
}

static int read_devices(struct config_findings *f, struct config_guest *g,
			struct config_cells cells, struct arena *arena)
{
	const void *fdt = f->config->fdt;
	unsigned count = count_children(fdt, g->node);
	int node;

	if (count > MAX_DEVICES)
		config_finding(f, config_guest_place(g, ""), "has %u devices\nuse %u or fewer",
			       count, MAX_DEVICES);
	count = MIN(count, MAX_DEVICES);
	g->devices = arena_alloc(arena, (count + IMPLIED_DEVICES) * sizeof(*g->devices),
				 sizeof(uint64_t));
	if (!g->devices)
		return -ENOMEM;
	dt_for_each_child (node, fdt, g->node) {
		if (count-- == 0)
			break;
		if (config_device_read(f, g, node, cells, &g->devices[g->nr_devices]))
			g->nr_devices++;
	}
	return 0;
}

static void find_console(struct config_findings *f, struct config_guest *g, const char *wanted)
{
	for (unsigned i = 0; i < g->nr_devices && g->console == CONFIG_NO_DEVICE; i++) {
		const struct config_device *d = &g->devices[i];

		if (d->kind == CONFIG_DEV_UART && (!wanted || strcmp(wanted, d->name) == 0))
			g->console = i;
	}
	if (wanted && g->console == CONFIG_NO_DEVICE)
		config_finding(f, config_guest_place(g, "console"),
			       "\"%s\" is no ns16550a of this guest\n"
			       "name one of its nodes, such as serial@10000000",
			       wanted);
}

/* Two interrupt controllers are one too many; an APLIC may stand beside an IMSIC. */
static void find_irqchips(struct config_findings *f, struct config_guest *g)
{
	for (unsigned i = 0; i < g->nr_devices; i++) {
		const struct config_device *d = &g->devices[i];
		uint32_t *slot = config_device_is_irqchip(d)   ? &g->irqchip
				 : d->kind == CONFIG_DEV_IMSIC ? &g->imsic
							       : NULL;

		if (!slot)
			continue;
		if (*slot != CONFIG_NO_DEVICE)
			config_finding(f, config_device_place(g, d, ""),
				       "is a second interrupt controller beside %s\n"
				       "keep one of them",
				       g->devices[*slot].name);
		else
			*slot = i;
	}
}

static void check_name(struct config_findings *f, const struct config_guest *g)
{
	const struct config *config = f->config;

	if (strchr(g->name, '@'))
		config_finding(f, config_guest_place(g, ""),
			       "a guest's name has no address\nremove the @ and what follows");
	if (strlen(g->name) > MAX_NAME)
		config_finding(f, config_guest_place(g, ""),
			       "the guest's name is longer than %u letters\nshorten it", MAX_NAME);
	for (uint32_t i = 0; i < g->index; i++) {
		if (strcmp(config->guests[i].name, g->name) == 0)
			config_finding(f, config_guest_place(g, ""),
				       "another guest has the same name\nrename one of them");
	}
}

static bool has_flash(const struct config_guest *g)
{
	for (unsigned i = 0; i < g->nr_devices; i++) {
		if (g->devices[i].kind == CONFIG_DEV_FLASH ||
		    g->devices[i].kind == CONFIG_DEV_PASSTHROUGH)
			return true;
	}
	return false;
}

static int read_guest(struct config_findings *f, struct config_guest *g, int node,
		      struct config_cells cells, struct arena *arena)
{
	struct config_values values;
	int err;

	g->name = dt_name(f->config->fdt, node);
	g->node = node;
	g->irqchip = g->imsic = g->console = CONFIG_NO_DEVICE;
	g->name = config_check_name(f, config_guest_place(g, ""), g->name);
	check_name(f, g);
	config_schema_read(f, config_guest_place(g, ""), SCOPE_GUEST, cells, &values);
	read_harts(f, g, &values, arena);
	read_memory(f, g, &values);
	read_images(f, g, &values);
	read_policy(g, &values);
	err = read_devices(f, g, values.cells, arena);
	if (err)
		return err;
	find_console(f, g, config_string(&values, P_CONSOLE, NULL));
	find_irqchips(f, g);
	if (!g->kernel && !dt_find(f->config->fdt, node, "kernel").data && !has_flash(g))
		config_finding(
			f, config_guest_place(g, "kernel"),
			"the guest has nothing to run\nadd %s, or a flash that holds its code",
			config_properties[P_KERNEL].example);
	return 0;
}

static int read_guests(struct config_findings *f, int guests, struct config_cells cells,
		       struct arena *arena)
{
	struct config *config = f->config;
	const void *fdt = config->fdt;
	struct config_place place = { CONFIG_WHOLE, guests, "" };
	unsigned count = count_children(fdt, guests);
	struct config_values values;
	int node, err;

	config_schema_read(f, place, SCOPE_GUESTS, cells, &values);
	if (count > MAX_GUESTS)
		config_finding(f, place, "holds %u guests\nuse %u or fewer", count, MAX_GUESTS);
	count = MIN(count, MAX_GUESTS);
	config->guests =
		arena_alloc(arena, (count + 1) * sizeof(*config->guests), sizeof(uint64_t));
	if (!config->guests)
		return -ENOMEM;
	dt_for_each_child (node, fdt, guests) {
		struct config_guest *g = &config->guests[config->nr_guests];

		if (is_disabled(fdt, node))
			continue;
		if (config->nr_guests == count)
			break;
		g->index = config->nr_guests++;
		err = read_guest(f, g, node, values.cells, arena);
		if (err)
			return err;
	}
	return 0;
}

/* What stands beside /guests; dtc adds the __nodes__ when it is asked for symbols. */
static void check_root_nodes(struct config_findings *f, int guests)
{
	const void *fdt = f->config->fdt;
	int node;

	dt_for_each_child (node, fdt, 0) {
		const char *name = dt_name(fdt, node);
		struct config_place place = { CONFIG_WHOLE, node, "" };

		if (node != guests && name[0] != '_')
			config_finding(f, place,
				       "unknown node\n"
				       "guests go below /guests; remove anything else");
	}
}

static int read_root(struct config_findings *f, struct arena *arena)
{
	struct config *config = f->config;
	struct config_place root = { CONFIG_WHOLE, 0, "" };
	struct config_values values;
	int guests = dt_child(config->fdt, 0, "guests");
	int err = 0;

	config_schema_read(f, root, SCOPE_ROOT, (struct config_cells){ 1, 1 }, &values);
	config->description = config_string(&values, P_DESCRIPTION, NULL);
	config->colour = !config_has(&values, P_NO_COLOUR);
	config->housekeeping_hart = config_number(&values, P_HOUSEKEEPING_HART, CONFIG_ANY);
	config->bulkhead_address = config_address(&values, P_BULKHEAD_ADDRESS, CONFIG_ANY);
	check_root_nodes(f, guests);
	if (guests >= 0)
		err = read_guests(f, guests, values.cells, arena);
	if (!err && config->nr_guests == 0)
		config_finding(f, root,
			       "there is no guest\n"
			       "add / { guests { name { ... }; }; }; or include a guest's file");
	return err;
}

int config_parse(const void *fdt, size_t size, struct arena *arena, struct config *config,
		 struct config_report *report)
{
	struct config_findings findings = { config, report, 0 };
	int err;

	memset(config, 0, sizeof(*config));
	config->fdt = fdt;
	err = dt_scan(fdt, size, NULL, NULL, NULL);
	if (err)
		return err;
	err = read_root(&findings, arena);
	return err ? err : findings.errors;
}
