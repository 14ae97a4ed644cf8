/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a guest of its planned configuration: its vCPUs, its address space with
 * all its memory mapped, its devices. Everything that it will ever need is
 * allocated here, at boot; nothing is checked that the plan has checked, and what
 * fails here for lack of memory refuses this guest alone.
 */
#include "vcpu/vm.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/features.h"
#include "hv/log.h"
#include "hv/paging.h"
#include "vcpu/devices.h"
#include "vcpu/run.h"

static void *window_open(void *context, hpa_t at, uint64_t *size)
{
	(void)context;
	*size = MIN(*size, PAGING_WINDOW_SIZE);
	return paging_window_open(at, *size);
}

static void window_close(void *context, void *pointer)
{
	(void)context;
	(void)pointer;
	paging_window_close();
}

static const struct guestmem_ops window_ops = { .open = window_open, .close = window_close };

/* One past the last guest physical address that the guest's memory or a device's registers use. */
BOOT_CODE static uint64_t highest_address(const struct config_guest *config)
{
	uint64_t end = 0;
	uint32_t i, j;

	for (i = 0; i < config->nr_memory; i++)
		end = MAX(end, config->memory[i].gpa + config->memory[i].size);
	for (i = 0; i < config->nr_devices; i++) {
		const struct config_device *device = &config->devices[i];

		for (j = 0; j < device->nr_regions; j++)
			end = MAX(end, device->regions[j].gpa + device->regions[j].size);
	}
	return end;
}

/* The mode with the shortest walk that reaches; 0 when none does. */
BOOT_CODE static unsigned int choose_mode(const struct config_guest *config)
{
	uint64_t end = highest_address(config);
	unsigned int mode;

	for (mode = ATP_MODE_SV39; mode <= ATP_MODE_SV57; mode++) {
		if ((features.gstage_modes & BIT(mode)) && end <= BIT(gstage_width(mode)))
			return mode;
	}
	return 0;
}

BOOT_CODE static const char *why_not_made(int error)
{
	if (error == -ENOMEM)
		return "Bulkhead's own memory is used up";
	if (error == -ERANGE)
		return "its addresses are past what the modes of this machine's hgatp reach";
	return "its addresses don't fit this machine";
}

BOOT_CODE static int map_memory(struct vm *vm, const struct config_memory *memory)
{
	struct flush owed = flush_none();
	int error = guestmem_add(&vm->memory, gpa(memory->gpa), hpa(memory->hpa), memory->size);

	if (error)
		return error;
	/* Nothing has run in this address space yet: no flush is owed to any hart. */
	return gstage_map(&vm->gstage, gpa(memory->gpa), hpa(memory->hpa), memory->size, GSTAGE_RAM,
			  &owed);
}

BOOT_CODE static int make_address_space(struct vm *vm, struct table_pages *tables, uint16_t vmid)
{
	const struct config_guest *config = vm->config;
	unsigned int mode = choose_mode(config);
	uint32_t i;
	int error;

	if (!mode)
		return -ERANGE;
	error = gstage_init(&vm->gstage, mode, &table_pages_ops, tables);
	guestmem_init(&vm->memory, &window_ops, NULL);
	for (i = 0; !error && i < config->nr_memory; i++)
		error = map_memory(vm, &config->memory[i]);
	if (!error)
		vm->hgatp = gstage_hgatp(&vm->gstage, vmid);
	return error;
}

BOOT_CODE static bool wants_stats_page(const struct config_guest *config)
{
	uint32_t i;

	for (i = 0; i < config->nr_devices; i++) {
		if (config->devices[i].kind == CONFIG_DEV_STATISTICS)
			return true;
	}
	return false;
}

/* Pages with nothing else in them, since the guest will read them all. */
BOOT_CODE static int make_stats_page(struct vm *vm, const struct host *host,
				     struct page_alloc *pages)
{
	uint64_t size = stats_page_size(vm->config->nr_vcpus);
	unsigned int order = 0;

	if (!wants_stats_page(vm->config))
		return 0;
	while (PAGE_SIZE << order < size)
		order++;
	vm->stats_page = page_alloc_take(pages, order, PAGE_OWNER_VCPU);
	if (!vm->stats_page)
		return -ENOMEM;
	stats_init_page(vm->stats_page, vm->config->nr_vcpus, host->timebase_hz);
	return 0;
}

BOOT_CODE static struct stats_page_vcpu *make_counters(struct vm *vm, uint32_t vcpu,
						       struct arena *arena)
{
	if (vm->stats_page)
		return stats_in_page(vm->stats_page, vcpu);
	return arena_alloc(arena, sizeof(struct stats_page_vcpu), ARENA_ALIGN_MAX);
}

BOOT_CODE static int make_vcpus(struct vm *vm, struct arena *arena)
{
	uint32_t count = vm->config->nr_vcpus, i;

	vm->vcpus = arena_alloc(arena, count * sizeof(struct vcpu *), sizeof(void *));
	if (!vm->vcpus)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		vm->vcpus[i] = arena_alloc(arena, sizeof(struct vcpu), ARENA_ALIGN_MAX);
		if (!vm->vcpus[i])
			return -ENOMEM;
		vm->vcpus[i]->stats = make_counters(vm, i, arena);
		if (!vm->vcpus[i]->stats)
			return -ENOMEM;
		run_init(vm->vcpus[i], vm, i, hart_at(vm->config->harts[i]));
		/* Of a guest that can't be made, the prompt shows what there is. */
		vm->nr_vcpus = i + 1;
	}
	return 0;
}

BOOT_CODE struct vm *vm_create(const struct config *config, uint32_t index, const struct host *host,
			       struct arena *arena, struct table_pages *tables, uint16_t vmid)
{
	struct vm *vm = arena_alloc(arena, sizeof(*vm), ARENA_ALIGN_MAX);
	int error;

	if (!vm) {
		log_error("%s: no memory for the guest", config->guests[index].name);
		return NULL;
	}
	vm->config = &config->guests[index];
	vm->name = vm->config->name;
	vm->index = index;
	error = make_address_space(vm, tables, vmid);
	if (!error)
		error = make_stats_page(vm, host, arena->pages);
	if (!error)
		error = make_vcpus(vm, arena);
	if (!error)
		error = devices_create(vm, config, host, arena);
	if (error) {
		log_error("%s: can't be made: %s (error %d)", vm->name, why_not_made(error), error);
		vm->state = VM_REFUSED;
	}
	return vm;
}
