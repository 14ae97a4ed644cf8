/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong inside one guest's address space, and with the files that go there. */
#include "hv/config_planning.h"

/* Bits of a guest physical address: two more than the MMU's virtual ones (Sv39x4, ...). */
static unsigned gpa_bits(const struct host *host)
{
	return host->mmu_levels * 9 + 12 + 2;
}

static unsigned long long last_of(struct range r)
{
	return r.base + (r.size - 1);
}

static struct range memory_range(const struct config_memory *m)
{
	return (struct range){ m->gpa, m->size };
}

static bool memory_has(const struct config_guest *g, uint64_t address, uint64_t size)
{
	for (uint32_t i = 0; i < g->nr_memory; i++) {
		if (range_contains(memory_range(&g->memory[i]), address, size))
			return true;
	}
	return false;
}

static void check_memory(struct config_planning *plan, const struct config_guest *g, uint32_t i)
{
	struct config_place at = config_guest_place(g, "memory");
	struct range r = memory_range(&g->memory[i]);

	if (!range_is_sound(r.base, r.size) || r.size == 0)
		return;
	if (last_of(r) >> gpa_bits(plan->host))
		config_finding(
			&plan->findings, at,
			"0x%llx is past the last address of a guest on this machine, 0x%llx\n"
			"choose lower addresses",
			last_of(r), (unsigned long long)BIT(gpa_bits(plan->host)) - 1);
	for (uint32_t j = 0; j < i; j++) {
		if (range_overlaps(r, memory_range(&g->memory[j])))
			config_finding(&plan->findings, at,
				       "0x%llx to 0x%llx overlaps another range of it\n"
				       "make the ranges apart; if these numbers have two cells, "
				       "add #address-cells = <2>; and #size-cells = <2>;",
				       (unsigned long long)r.base, last_of(r));
	}
}

/* Two devices of the host in one page of it are in one page of the guest, too. */
static bool share_host_page(const struct config_region *a, const struct config_region *b)
{
	return a->hpa != CONFIG_ANY && b->hpa != CONFIG_ANY && a->gpa - a->hpa == b->gpa - b->hpa;
}

/* A device's window against all memory and against the windows of the devices before it. */
static void check_window(struct config_planning *plan, const struct config_guest *g, uint32_t i,
			 const struct config_region *region)
{
	const struct config_device *d = &g->devices[i];
	struct config_place at = config_device_place(g, d, d->implicit ? "" : "reg");
	struct range r = config_region_range(d, region);

	for (uint32_t j = 0; j < g->nr_memory; j++) {
		if (range_overlaps(r, memory_range(&g->memory[j])))
			config_finding(&plan->findings, at,
				       "%s, 0x%llx to 0x%llx, overlaps the guest's memory\n"
				       "move one of them",
				       d->name, (unsigned long long)r.base, last_of(r));
	}
	for (uint32_t j = 0; j < i; j++) {
		const struct config_device *other = &g->devices[j];

		for (uint32_t k = 0; k < other->nr_regions; k++) {
			if (range_overlaps(r, config_region_range(other, &other->regions[k])) &&
			    !share_host_page(region, &other->regions[k]))
				config_finding(&plan->findings, at,
					       "%s, 0x%llx to 0x%llx, overlaps %s\n"
					       "move one of them",
					       d->name, (unsigned long long)r.base, last_of(r),
					       other->name);
		}
	}
}

/* Pages of the guest's, rather than an exit for each access. */
static bool is_mapped(const struct config_device *d)
{
	return d->kind == CONFIG_DEV_FLASH || d->kind == CONFIG_DEV_STATISTICS;
}

static void check_region(struct config_planning *plan, const struct config_guest *g, uint32_t i,
			 const struct config_region *region)
{
	const struct config_device *d = &g->devices[i];
	struct config_place at = config_device_place(g, d, "reg");
	struct range r = { region->gpa, region->size };
	uint64_t least = config_kinds[d->kind].min_size;
	uint64_t alignment = d->kind == CONFIG_DEV_WORD ? 1 : is_mapped(d) ? PAGE_SIZE : 4;

	if (r.size == 0 || r.size < least) {
		config_finding(&plan->findings, at,
			       "0x%llx bytes are too few for %s\ngive it 0x%llx",
			       (unsigned long long)r.size, d->name,
			       (unsigned long long)config_kinds[d->kind].size);
		return;
	}
	if (!range_is_sound(r.base, r.size) || last_of(r) >> gpa_bits(plan->host)) {
		config_finding(&plan->findings, at,
			       "0x%llx, size 0x%llx reaches past the last address of a guest\n"
			       "choose a lower address",
			       (unsigned long long)r.base, (unsigned long long)r.size);
		return;
	}
	if (d->kind != CONFIG_DEV_PASSTHROUGH && !is_aligned(r.base, alignment))
		config_finding(&plan->findings, at,
			       "0x%llx is misaligned\n"
			       "make it a multiple of 0x%llx",
			       (unsigned long long)r.base, (unsigned long long)alignment);
	check_window(plan, g, i, region);
}

/* Where a first instruction or a kernel can be: memory, flash, or what is passed through. */
static bool is_backed(const struct config_guest *g, uint64_t address)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		const struct config_device *d = &g->devices[i];

		if (d->kind != CONFIG_DEV_FLASH && d->kind != CONFIG_DEV_PASSTHROUGH)
			continue;
		for (uint32_t j = 0; j < d->nr_regions; j++) {
			if (range_contains(config_region_range(d, &d->regions[j]), address, 2))
				return true;
		}
	}
	return memory_has(g, address, 2);
}

static void check_start(struct config_planning *plan, const struct config_guest *g)
{
	if (g->nr_memory == 0)
		return;
	if (g->load != CONFIG_ANY && !memory_has(g, g->load, 1))
		config_finding(&plan->findings, config_guest_place(g, "load"),
			       "0x%llx is not in the guest's memory\n"
			       "choose an address in \"memory\"",
			       (unsigned long long)g->load);
	if (g->entry != CONFIG_ANY && !is_backed(g, g->entry))
		config_finding(&plan->findings, config_guest_place(g, "entry"),
			       "0x%llx is neither in the guest's memory nor in its flash\n"
			       "choose an address there",
			       (unsigned long long)g->entry);
}

void config_check_guest(struct config_planning *plan, const struct config_guest *g)
{
	for (uint32_t i = 0; i < g->nr_memory; i++)
		check_memory(plan, g, i);
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		for (uint32_t j = 0; j < g->devices[i].nr_regions; j++)
			check_region(plan, g, i, &g->devices[i].regions[j]);
	}
	check_start(plan, g);
}
