/* SPDX-License-Identifier: Apache-2.0 */
/* Host memory for guests: first what files place, then what is left for Bulkhead to place. */
#include <errno.h>

#include "hv/config_planning.h"

#define BULKHEAD_ALIGN MiB(2) /* hv/start.S: text_offset */

static struct range host_range(const struct config_memory *m)
{
	return (struct range){ m->hpa, m->size };
}

/* True for memory whose size and address the parser found sound. */
static bool is_usable(const struct config_memory *m)
{
	return m->size && is_aligned(m->size | m->gpa, PAGE_SIZE) &&
	       range_is_sound(m->gpa, m->size) &&
	       (m->hpa == CONFIG_ANY ||
		(is_aligned(m->hpa, PAGE_SIZE) && range_is_sound(m->hpa, m->size)));
}

static bool any_overlaps(const struct range *list, unsigned count, struct range r)
{
	for (unsigned i = 0; i < count; i++) {
		if (range_overlaps(list[i], r))
			return true;
	}
	return false;
}

static bool host_has(const struct host *host, struct range r)
{
	for (uint32_t i = 0; i < host->nr_memory; i++) {
		if (range_contains(host->memory[i], r.base, r.size))
			return true;
	}
	return false;
}

/*
 * The guest that has some of a range; NULL: none. Of mine, a guest's memory, only those before it
 * in the file's order.
 */
static const struct config_guest *find_owner(const struct config *config, struct range r,
					     const struct config_memory *mine)
{
	for (uint32_t i = 0; i < config->nr_guests; i++) {
		const struct config_guest *g = &config->guests[i];

		for (uint32_t j = 0; j < g->nr_memory; j++) {
			const struct config_memory *m = &g->memory[j];

			if (m == mine)
				return NULL;
			if (m->hpa != CONFIG_ANY && is_usable(m) &&
			    range_overlaps(host_range(m), r))
				return g;
		}
	}
	return NULL;
}

static void claim(struct config_planning *plan, struct config_place at, struct range r,
		  const struct config_guest *owner)
{
	const struct host *host = plan->host;
	unsigned long long first = r.base, last = r.base + (r.size - 1);

	if (!host_has(host, r))
		config_finding(
			&plan->findings, at,
			"the host has no memory at 0x%llx to 0x%llx\n"
			"choose addresses in its memory at 0x%llx to 0x%llx",
			first, last, (unsigned long long)host->memory[0].base,
			(unsigned long long)(host->memory[0].base + (host->memory[0].size - 1)));
	else if (owner)
		config_finding(&plan->findings, at,
			       "0x%llx to 0x%llx overlaps the memory of guest %s\n"
			       "choose other addresses",
			       first, last, owner->name);
	else if (any_overlaps(host->reserved, host->nr_reserved, r))
		config_finding(&plan->findings, at,
			       "0x%llx to 0x%llx overlaps memory that the host reserves\n"
			       "choose other addresses",
			       first, last);
	else if (any_overlaps(plan->taken, plan->nr_taken, r))
		config_finding(&plan->findings, at,
			       "0x%llx to 0x%llx overlaps memory that Bulkhead itself uses\n"
			       "choose other addresses",
			       first, last);
	else if (frame_pool_claim(&plan->pool, r))
		config_finding(&plan->findings, at,
			       "0x%llx to 0x%llx is not free\nchoose other addresses", first, last);
}

static void claim_memory(struct config_planning *plan, const struct config_guest *g,
			 const struct config_memory *m)
{
	struct range r = host_range(m);

	claim(plan, config_guest_place(g, m->direct_map ? "memory" : "memory-host"), r,
	      find_owner(plan->config, r, m));
}

static void place(struct config_planning *plan, const struct config_guest *g,
		  struct config_memory *m)
{
	hpa_t hpa;

	if (frame_pool_alloc(&plan->pool, m->size, m->gpa, &hpa)) {
		config_finding(&plan->findings, config_guest_place(g, "memory"),
			       "no free host memory for 0x%llx bytes in one piece; the largest has "
			       "0x%llx\nmake it smaller, or give the machine more memory",
			       (unsigned long long)m->size,
			       (unsigned long long)frame_pool_largest(&plan->pool));
		return;
	}
	m->hpa = hpa.v;
}

/* Where the loader is to put Bulkhead; whoever calls tells, as taken, what it uses there. */
static void check_bulkhead(struct config_planning *plan)
{
	uint64_t address = plan->config->bulkhead_address;
	struct config_place at = { CONFIG_WHOLE, 0, "bulkhead-address" };

	if (address == CONFIG_ANY)
		return;
	if (!is_aligned(address, BULKHEAD_ALIGN))
		config_finding(&plan->findings, at,
			       "0x%llx is misaligned\nmake it a multiple of 0x%llx",
			       (unsigned long long)address, (unsigned long long)BULKHEAD_ALIGN);
	else if (!host_has(plan->host, (struct range){ address, BULKHEAD_ALIGN }))
		config_finding(&plan->findings, at,
			       "the host has no memory at 0x%llx\n"
			       "choose an address in its memory at 0x%llx to 0x%llx",
			       (unsigned long long)address,
			       (unsigned long long)plan->host->memory[0].base,
			       (unsigned long long)(plan->host->memory[0].base +
						    (plan->host->memory[0].size - 1)));
}

/* Memory that guests can have: the host's without what is reserved or Bulkhead's. */
static void fill_pool(struct config_planning *plan)
{
	const struct host *host = plan->host;

	frame_pool_init(&plan->pool);
	for (uint32_t i = 0; i < host->nr_memory; i++)
		frame_pool_add(&plan->pool, host->memory[i]);
	for (uint32_t i = 0; i < host->nr_reserved; i++)
		frame_pool_reserve(&plan->pool, host->reserved[i]);
	for (unsigned i = 0; i < plan->nr_taken; i++)
		frame_pool_reserve(&plan->pool, plan->taken[i]);
}

static void each_memory(struct config_planning *plan, bool fixed)
{
	for (uint32_t i = 0; i < plan->config->nr_guests; i++) {
		struct config_guest *g = &plan->config->guests[i];

		for (uint32_t j = 0; j < g->nr_memory; j++) {
			struct config_memory *m = &g->memory[j];

			if (!is_usable(m))
				continue;
			if (fixed && m->hpa != CONFIG_ANY)
				claim_memory(plan, g, m);
			else if (!fixed && m->hpa == CONFIG_ANY)
				place(plan, g, m);
		}
	}
}

/* A flash whose contents are in the host's memory, not in a bank of the host's. */
static bool is_in_memory(const struct config_device *d)
{
	const struct config_region *region = &d->regions[0];

	return d->kind == CONFIG_DEV_FLASH && !d->passthrough && d->nr_regions && region->size &&
	       is_aligned(region->size | region->gpa, PAGE_SIZE);
}

/* The contents are there already: at an address that the parser found sound. */
static void claim_flash(struct config_planning *plan, const struct config_guest *g,
			struct config_device *d)
{
	struct range r = { d->contents, d->regions[0].size };

	if (!is_aligned(r.base, PAGE_SIZE) || !range_is_sound(r.base, r.size))
		return;
	claim(plan, config_device_place(g, d, "memory-host"), r, find_owner(plan->config, r, NULL));
	d->regions[0].hpa = r.base;
}

static void place_flash(struct config_planning *plan, const struct config_guest *g,
			struct config_device *d)
{
	struct config_region *region = &d->regions[0];
	hpa_t hpa;

	if (frame_pool_alloc(&plan->pool, region->size, region->gpa, &hpa))
		config_finding(&plan->findings, config_device_place(g, d, "reg"),
			       "no free host memory for 0x%llx bytes in one piece; the largest has "
			       "0x%llx\nmake it smaller, or give the machine more memory",
			       (unsigned long long)region->size,
			       (unsigned long long)frame_pool_largest(&plan->pool));
	else
		region->hpa = hpa.v;
}

static void each_flash(struct config_planning *plan, bool fixed)
{
	for (uint32_t i = 0; i < plan->config->nr_guests; i++) {
		struct config_guest *g = &plan->config->guests[i];

		for (uint32_t j = 0; j < g->nr_devices; j++) {
			struct config_device *d = &g->devices[j];

			if (!is_in_memory(d))
				continue;
			if (fixed && d->contents != CONFIG_ANY)
				claim_flash(plan, g, d);
			else if (!fixed && d->contents == CONFIG_ANY)
				place_flash(plan, g, d);
		}
	}
}

void config_memory_plan(struct config_planning *plan)
{
	check_bulkhead(plan);
	fill_pool(plan);
	each_memory(plan, true);
	each_flash(plan, true);
	each_memory(plan, false);
	each_flash(plan, false);
}
