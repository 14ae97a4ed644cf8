/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of the host in a guest's hands. A guest gets whole pages, so what
 * shares a page with its device must be the guest's too; and a device that does
 * DMA writes where the guest tells it, by the host's addresses.
 */
#include <errno.h>
#include <string.h>

#include <libfdt.h>

#include "hv/config_planning.h"
#include "hv/host_device.h"

/* Sectors of a bank are no larger on any machine known; its node does not tell. */
#define FLASH_SECTOR KiB(256)

/* A device being resolved, and how far its findings go. */
struct resolve {
	struct config_planning *plan;
	struct config_guest *guest;
	struct config_device *device;
	struct host_device host;
};

static struct config_findings *findings(struct resolve *r)
{
	return &r->plan->findings;
}

static const char *path_property(const struct config_device *d)
{
	return d->kind == CONFIG_DEV_FLASH ? "backing" : "passthrough";
}

static struct config_place place(const struct resolve *r)
{
	return config_device_place(r->guest, r->device, path_property(r->device));
}

static struct range whole_pages(struct range r)
{
	uint64_t base = align_down(r.base, PAGE_SIZE);

	return (struct range){ base, align_up(r.base - base + r.size, PAGE_SIZE) };
}

struct range config_region_range(const struct config_device *device,
				 const struct config_region *region)
{
	struct range r = { region->gpa, region->size };

	return device->kind == CONFIG_DEV_PASSTHROUGH ? whole_pages(r) : r;
}

static bool find(struct resolve *r)
{
	char nearest[DT_MAX_PATH];

	if (host_device_find(r->plan->host, r->device->passthrough, &r->host, nearest) == 0) {
		r->device->host_node = r->host.node;
		return true;
	}
	if (nearest[0])
		config_finding(findings(r), place(r),
			       "the host has no \"%s\"\ndid you mean \"%s\"?",
			       r->device->passthrough, nearest);
	else
		config_finding(findings(r), place(r),
			       "the host has no \"%s\"\nname a node of the host's device tree by "
			       "its full path",
			       r->device->passthrough);
	return false;
}

/* Reports what keeps the device from any guest. */
static bool may_be_given(struct resolve *r)
{
	const char *path = r->device->passthrough;

	if (r->host.system)
		config_finding(findings(r), place(r),
			       "\"%s\" can't be given to a guest: %s\nremove this node", path,
			       r->host.system);
	else if (r->host.disabled)
		config_finding(findings(r), place(r),
			       "\"%s\" is disabled in the host's device tree\nremove this node",
			       path);
	else if (!r->host.translated || r->host.nr_regs == 0)
		config_finding(
			findings(r), place(r),
			"\"%s\" has no registers at an address of the host\nremove this node",
			path);
	else if (r->host.foreign_irq)
		config_finding(findings(r), place(r),
			       "an interrupt of \"%s\" goes to a controller that Bulkhead does not "
			       "drive\nremove this node",
			       path);
	else
		return true;
	return false;
}

static bool is_direct(const struct config_guest *g)
{
	for (uint32_t i = 0; i < g->nr_memory; i++) {
		if (g->memory[i].hpa != g->memory[i].gpa)
			return false;
	}
	return true;
}

static void check_dma(struct resolve *r)
{
	if (!r->host.may_do_dma || r->device->no_dma)
		return;
	if (!is_direct(r->guest))
		config_finding(findings(r), place(r),
			       "\"%s\" may do DMA, no IOMMU stands before it, and the guest's "
			       "memory is not direct-map\n"
			       "add direct-map; to the guest, or no-dma; here if it does none",
			       r->device->passthrough);
	else
		config_warning(
			findings(r), place(r),
			"no IOMMU stands before \"%s\": with it the guest can reach all of the "
			"host's memory\ngive it to a guest that you trust",
			r->device->passthrough);
}

/* The host's registers that the file asks for, at most CONFIG_MAX_REGIONS. */
static unsigned choose_registers(struct resolve *r, struct range *out)
{
	struct config_device *d = r->device;
	struct range part = d->host_part;

	if (d->host_region == CONFIG_ALL_REGIONS) {
		memcpy(out, r->host.regs, r->host.nr_regs * sizeof(*out));
		return r->host.nr_regs;
	}
	if (d->host_region >= r->host.nr_regs) {
		config_finding(findings(r), config_device_place(r->guest, d, "region"),
			       "\"%s\" has no region %u\nchoose 0 to %u", d->passthrough,
			       d->host_region, r->host.nr_regs - 1);
		return 0;
	}
	out[0] = r->host.regs[d->host_region];
	if (part.size == 0)
		return 1;
	if (!range_contains((struct range){ 0, out[0].size }, part.base, part.size)) {
		config_finding(findings(r), config_device_place(r->guest, d, "part"),
			       "reaches past the region's 0x%llx bytes\nmake it smaller",
			       (unsigned long long)out[0].size);
		return 0;
	}
	out[0] = (struct range){ out[0].base + part.base, part.size };
	return 1;
}

/* Settles one window: the file's guest address, or else the host's. */
static void set_region(struct resolve *r, struct config_region *region, struct range host,
		       bool given)
{
	struct config_place at = config_device_place(r->guest, r->device, "reg");

	if (given && region->size != host.size)
		config_finding(findings(r), at,
			       "has 0x%llx bytes where the host's device has 0x%llx\n"
			       "make the sizes the same",
			       (unsigned long long)region->size, (unsigned long long)host.size);
	if (!given && (region->gpa == CONFIG_ANY || region != r->device->regions))
		region->gpa = host.base;
	if ((region->gpa ^ host.base) & (PAGE_SIZE - 1))
		config_finding(findings(r), at,
			       "0x%llx does not lie in its page as the host's 0x%llx does\n"
			       "make their last three digits the same",
			       (unsigned long long)region->gpa, (unsigned long long)host.base);
	region->size = host.size;
	region->hpa = host.base;
}

static bool set_regions(struct resolve *r)
{
	struct config_device *d = r->device;
	struct range regs[HOST_DEVICE_REGS];
	unsigned count = choose_registers(r, regs);
	bool given = d->nr_regions > 0;

	if (given && count && d->nr_regions != count) {
		config_finding(findings(r), config_device_place(r->guest, d, "reg"),
			       "does not match the host's device: ranges given %u, wanted %u\n"
			       "give one a range, or remove \"reg\"",
			       d->nr_regions, count);
		given = false;
	}
	for (unsigned i = 0; i < count; i++)
		set_region(r, &d->regions[i], regs[i], given);
	d->nr_regions = count;
	return count > 0;
}

static bool is_flash(const struct config_planning *plan, const struct config_device *d)
{
	return d->host_node >= 0 &&
	       fdt_node_check_compatible(plan->host->fdt, d->host_node, "cfi-flash") == 0;
}

/* A part of a flash bank: sectors can't be shared, and a command changes the whole bank. */
static void check_flash_part(struct resolve *r)
{
	const struct config_device *d = r->device;

	if (!d->host_part.size || !is_flash(r->plan, d))
		return;
	if (!is_aligned(d->host_part.base | d->host_part.size, FLASH_SECTOR))
		config_finding(findings(r), config_device_place(r->guest, d, "part"),
			       "is not whole sectors of the flash\n"
			       "make both numbers multiples of 0x%llx",
			       (unsigned long long)FLASH_SECTOR);
	if (!d->read_only)
		config_warning(findings(r), config_device_place(r->guest, d, "part"),
			       "while the guest gives the flash a command, the rest of the bank "
			       "can't be read either\n"
			       "let nobody else use the bank, or add read-only; here");
}

static void set_irqs(struct resolve *r)
{
	struct config_device *d = r->device;

	if (d->nr_irqs && d->nr_irqs != r->host.nr_irqs)
		config_finding(findings(r), config_device_place(r->guest, d, "interrupts"),
			       "does not match the host's device: %u given, %u wanted\n"
			       "give one number each, or remove it",
			       d->nr_irqs, r->host.nr_irqs);
	for (unsigned i = 0; i < r->host.nr_irqs; i++) {
		d->irqs[i].host = r->host.irqs[i].source;
		d->irqs[i].trigger = r->host.irqs[i].trigger;
	}
	d->nr_irqs = r->host.nr_irqs;
}

/* A flash whose contents are a bank of the host's. */
static void resolve_backing(struct resolve *r)
{
	struct config_device *d = r->device;
	struct range bank;

	d->host_part.size = 0;
	if (d->nr_regions == 0 || choose_registers(r, &bank) == 0)
		return;
	if (bank.size < d->regions[0].size)
		config_finding(findings(r), place(r),
			       "the host's bank has 0x%llx bytes, this flash 0x%llx\n"
			       "make \"reg\" smaller",
			       (unsigned long long)bank.size,
			       (unsigned long long)d->regions[0].size);
	if (d->image)
		config_finding(findings(r), config_device_place(r->guest, d, "image"),
			       "the contents are the host's bank already\n"
			       "remove \"image\" or \"backing\"");
	if (d->refill)
		config_finding(findings(r), config_device_place(r->guest, d, "refill"),
			       "the host's bank keeps its contents\n"
			       "remove \"refill\" or \"backing\"");
	d->regions[0].hpa = bank.base;
}

/* True when the guest has the host's node in another of its devices. */
static bool guest_has_node(const struct config_guest *g, int node)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		if (g->devices[i].passthrough && g->devices[i].host_node == node)
			return true;
	}
	return false;
}

static void report_sharer(void *context, const char *path, int node, struct range reg)
{
	struct resolve *r = context;

	if (guest_has_node(r->guest, node))
		return;
	config_finding(findings(r), place(r),
		       "shares the page at 0x%llx with \"%s\", which is not given to this guest\n"
		       "pass \"%s\" through too, or neither",
		       (unsigned long long)align_down(reg.base, PAGE_SIZE), path, path);
}

static void check_pages(struct resolve *r)
{
	struct config_device *d = r->device;

	for (unsigned i = 0; i < d->nr_regions; i++) {
		struct range reg = { d->regions[i].hpa, d->regions[i].size };

		if (d->regions[i].hpa != CONFIG_ANY)
			host_device_overlaps(r->plan->host, whole_pages(reg), d->host_node,
					     report_sharer, r);
	}
}

static void resolve(struct config_planning *plan, struct config_guest *g, struct config_device *d)
{
	struct resolve r = { .plan = plan, .guest = g, .device = d };

	if (!find(&r) || !may_be_given(&r)) {
		d->nr_regions = d->kind == CONFIG_DEV_FLASH ? d->nr_regions : 0;
		return;
	}
	if (d->kind == CONFIG_DEV_FLASH) {
		resolve_backing(&r);
	} else if (set_regions(&r)) {
		set_irqs(&r);
		check_dma(&r);
		check_flash_part(&r);
	}
}

void config_passthrough_resolve(struct config_planning *plan, struct config_guest *g)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		if (g->devices[i].passthrough)
			resolve(plan, g, &g->devices[i]);
	}
	/* Sharers can be told only when all of the guest's nodes are known. */
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		struct resolve r = { .plan = plan, .guest = g, .device = &g->devices[i] };

		if (g->devices[i].passthrough && g->devices[i].host_node >= 0)
			check_pages(&r);
	}
}

/* Guests can't share a page; devices of one guest can, but no byte of it. */
static bool share_registers(const struct config_device *a, const struct config_device *b,
			    bool same_guest)
{
	for (uint32_t i = 0; i < a->nr_regions; i++) {
		struct range ra = { a->regions[i].hpa, a->regions[i].size };

		for (uint32_t j = 0; j < b->nr_regions; j++) {
			struct range rb = { b->regions[j].hpa, b->regions[j].size };

			if (ra.base != CONFIG_ANY && rb.base != CONFIG_ANY &&
			    range_overlaps(same_guest ? ra : whole_pages(ra),
					   same_guest ? rb : whole_pages(rb)))
				return true;
		}
	}
	return false;
}

/* The first host interrupt that both have, or 0. */
static uint32_t shared_irq(const struct config_device *a, const struct config_device *b)
{
	for (uint32_t i = 0; i < a->nr_irqs; i++) {
		for (uint32_t j = 0; j < b->nr_irqs; j++) {
			if (a->irqs[i].host && a->irqs[i].host == b->irqs[j].host)
				return a->irqs[i].host;
		}
	}
	return 0;
}

/* True when both lie in the same bank of one of the host's flash nodes. */
static bool share_bank(const struct config_planning *plan, const struct config_device *a,
		       const struct config_device *b)
{
	char nearest[DT_MAX_PATH];
	struct host_device node;

	if (a->host_node != b->host_node || !a->nr_regions || !b->nr_regions ||
	    !is_flash(plan, a) || host_device_find(plan->host, a->passthrough, &node, nearest))
		return false;
	for (unsigned i = 0; i < node.nr_regs; i++) {
		if (range_contains(node.regs[i], a->regions[0].hpa, 1) &&
		    range_contains(node.regs[i], b->regions[0].hpa, 1))
			return true;
	}
	return false;
}

static void check_bank(struct config_planning *plan, const struct config_guest *g,
		       const struct config_device *d, const struct config_guest *other,
		       const struct config_device *first)
{
	if (g == other || (d->read_only && first->read_only) || !share_bank(plan, d, first))
		return;
	config_finding(&plan->findings, config_device_place(g, d, path_property(d)),
		       "guest %s has another part of this bank, as %s, and a command to one part "
		       "keeps the other from being read\n"
		       "add read-only; to both, or use another bank",
		       other->name, first->name);
}

static void check_pair(struct config_planning *plan, const struct config_guest *g,
		       const struct config_device *d, const struct config_guest *other,
		       const struct config_device *first)
{
	uint32_t irq = shared_irq(d, first);
	struct config_place at = config_device_place(g, d, path_property(d));

	if (share_registers(d, first, g == other))
		config_finding(&plan->findings, at,
			       "\"%s\" is given to guest %s already, as %s\nremove one of them",
			       d->passthrough, other->name, first->name);
	else if (irq)
		config_finding(&plan->findings, at,
			       "shares the host's interrupt %u with %s of guest %s\n"
			       "give both devices' interrupts to one guest only",
			       irq, first->name, other->name);
	else
		check_bank(plan, g, d, other, first);
}

static void check_device(struct config_planning *plan, const struct config_guest *g,
			 const struct config_device *d)
{
	const struct host *host = plan->host;

	for (uint32_t i = 0; i < d->nr_irqs; i++) {
		if (host->uart.owned_by_bulkhead && d->irqs[i].host &&
		    d->irqs[i].host == host->uart.irq)
			config_finding(&plan->findings, config_device_place(g, d, path_property(d)),
				       "shares the host's interrupt %u with Bulkhead's own UART\n"
				       "remove this node",
				       host->uart.irq);
	}
	for (uint32_t i = 0; i <= g->index; i++) {
		const struct config_guest *other = &plan->config->guests[i];

		for (uint32_t j = 0; j < other->nr_devices && &other->devices[j] != d; j++) {
			if (other->devices[j].passthrough)
				check_pair(plan, g, d, other, &other->devices[j]);
		}
	}
}

void config_passthrough_conflicts(struct config_planning *plan)
{
	struct config *config = plan->config;

	for (uint32_t i = 0; i < config->nr_guests; i++) {
		const struct config_guest *g = &config->guests[i];

		for (uint32_t j = 0; j < g->nr_devices; j++) {
			if (g->devices[j].passthrough && g->devices[j].host_node >= 0)
				check_device(plan, g, &g->devices[j]);
		}
	}
}
