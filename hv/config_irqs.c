/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's interrupt controllers and source numbers. What the file says stands;
 * a passed-through device keeps the host's number where it can, so that drivers,
 * logs and the real controller agree; the rest take their usual or a free one.
 */
#include <string.h>

#include "hv/config_planning.h"

#define MAX_SOURCE    1023
#define USUAL_SOURCES 95

/* Source numbers of one guest; bit n set: number n is used. */
struct numbers {
	uint64_t used[(MAX_SOURCE + 64) / 64];
	uint32_t last; /* highest number that its controller has */
};

static bool is_used(const struct numbers *n, uint32_t number)
{
	return n->used[number / 64] & BIT(number % 64);
}

static void use(struct numbers *n, uint32_t number)
{
	n->used[number / 64] |= BIT(number % 64);
}

static bool has_interrupts(const struct config_guest *g)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		if (g->devices[i].nr_irqs)
			return true;
	}
	return false;
}

static uint32_t imply(struct config_guest *g, enum config_device_kind kind)
{
	config_device_imply(g, kind, &g->devices[g->nr_devices]);
	return g->nr_devices++;
}

/* True when every hart of the machine has guest interrupt files. */
static bool has_guest_files(const struct host *host)
{
	if (host->irqchip.kind != HOST_IRQ_APLIC_MSI || !host->irqchip.imsic_guest_index_bits)
		return false;
	for (uint32_t i = 0; i < host->nr_harts; i++) {
		if (host->harts[i].imsic_index == HOST_NONE)
			return false;
	}
	return true;
}

/*
 * What the guest gets: what its file says; left open, guest interrupt files where the
 * machine has them, since they spare every exit; and a PLIC in their stead where it has none.
 */
static enum config_irqchip choose(const struct config_planning *plan, struct config_guest *g)
{
	bool files = has_guest_files(plan->host);

	if (g->irqchip_choice == CONFIG_IRQCHIP_AIA && g->imsic == CONFIG_NO_DEVICE && !files) {
		g->irqchip_fell_back = true;
		return CONFIG_IRQCHIP_PLIC;
	}
	if (g->irqchip_choice != CONFIG_IRQCHIP_AUTO)
		return g->irqchip_choice;
	if (g->imsic != CONFIG_NO_DEVICE)
		return CONFIG_IRQCHIP_AIA;
	return files && g->irqchip == CONFIG_NO_DEVICE ? CONFIG_IRQCHIP_AIA : CONFIG_IRQCHIP_PLIC;
}

/* The kind of wired controller that a choice stands for, or CONFIG_DEV_PASSTHROUGH for none. */
static enum config_device_kind wired_kind(enum config_irqchip choice)
{
	switch (choice) {
	case CONFIG_IRQCHIP_AUTO:
	case CONFIG_IRQCHIP_PLIC:
		return CONFIG_DEV_PLIC;
	case CONFIG_IRQCHIP_APLIC:
	case CONFIG_IRQCHIP_AIA:
		return CONFIG_DEV_APLIC;
	case CONFIG_IRQCHIP_NONE:
		break;
	}
	return CONFIG_DEV_PASSTHROUGH;
}

static void check_choice(struct config_planning *plan, const struct config_guest *g)
{
	const struct config_device *d;

	if (g->irqchip_choice == CONFIG_IRQCHIP_AUTO || g->irqchip == CONFIG_NO_DEVICE)
		return;
	d = &g->devices[g->irqchip];
	if (d->kind != wired_kind(g->irqchip_choice))
		config_finding(&plan->findings, config_guest_place(g, "interrupt-controller"),
			       "says otherwise than the node %s\nremove one of them", d->name);
}

void config_irqs_imply(struct config_planning *plan, struct config_guest *g)
{
	enum config_irqchip choice = choose(plan, g);
	enum config_device_kind kind = wired_kind(choice);
	bool wanted = g->irqchip_choice != CONFIG_IRQCHIP_AUTO || has_interrupts(g);
	struct config_device *d;

	check_choice(plan, g);
	if (choice == CONFIG_IRQCHIP_AIA && g->imsic == CONFIG_NO_DEVICE && wanted)
		g->imsic = imply(g, CONFIG_DEV_IMSIC);
	if (g->irqchip == CONFIG_NO_DEVICE && wanted && kind != CONFIG_DEV_PASSTHROUGH)
		g->irqchip = imply(g, kind);
	if (g->imsic != CONFIG_NO_DEVICE) {
		d = &g->devices[g->imsic];
		if (d->nr_regions)
			d->regions[0].size = MAX(d->regions[0].size, g->nr_vcpus * PAGE_SIZE);
	}
	if (g->irqchip == CONFIG_NO_DEVICE)
		return;
	d = &g->devices[g->irqchip];
	if (d->nr_sources == 0)
		d->nr_sources = MAX(USUAL_SOURCES, plan->host->irqchip.nr_sources);
}

/* Numbers that the file gives: each once, none past the controller's last. */
static void take_given(struct config_planning *plan, struct config_guest *g, struct numbers *n)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		struct config_device *d = &g->devices[i];

		for (uint32_t j = 0; j < d->nr_irqs; j++) {
			struct config_place at = config_device_place(g, d, "interrupts");
			uint32_t number = d->irqs[j].guest;

			if (number > n->last)
				config_finding(&plan->findings, at,
					       "%u is past the last source of %s, %u\n"
					       "choose another number",
					       number, g->devices[g->irqchip].name, n->last);
			else if (number && is_used(n, number))
				config_finding(&plan->findings, at,
					       "%u is the number of another device's interrupt\n"
					       "choose another number",
					       number);
			else if (number)
				use(n, number);
		}
	}
}

/* The wanted number, when it is free; else the first free one; 0 when there is none. */
static uint32_t pick(struct numbers *n, uint32_t wanted)
{
	uint32_t number = wanted;

	if (wanted == 0 || wanted > n->last || is_used(n, wanted)) {
		for (number = 1; number <= n->last && is_used(n, number); number++)
			;
	}
	if (number > n->last)
		return 0;
	use(n, number);
	return number;
}

static void pick_for(struct config_planning *plan, struct config_guest *g, struct config_device *d,
		     struct numbers *n)
{
	for (uint32_t i = 0; i < d->nr_irqs; i++) {
		struct config_irq *irq = &d->irqs[i];

		if (irq->guest)
			continue;
		irq->guest = pick(n, irq->host ? irq->host : config_kinds[d->kind].irq);
		if (!irq->guest)
			config_finding(&plan->findings, config_device_place(g, d, ""),
				       "no interrupt number is left at %s\n"
				       "give the controller more sources",
				       g->devices[g->irqchip].name);
	}
}

static void pick_numbers(struct config_planning *plan, struct config_guest *g, struct numbers *n,
			 bool passthrough)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		if ((g->devices[i].kind == CONFIG_DEV_PASSTHROUGH) == passthrough)
			pick_for(plan, g, &g->devices[i], n);
	}
}

/* Emulated devices hold their interrupt until it is dealt with. */
static void set_levels(struct config_guest *g)
{
	for (uint32_t i = 0; i < g->nr_devices; i++) {
		if (g->devices[i].kind != CONFIG_DEV_PASSTHROUGH)
			g->devices[i].irqs[0].level = g->devices[i].nr_irqs > 0;
	}
}

/*
 * A controller that the file does not describe has as many sources as are used: a driver
 * sets each of them up, at an exit or two a piece.
 */
static void trim_sources(struct config_guest *g, const struct numbers *n)
{
	struct config_device *d = &g->devices[g->irqchip];
	uint32_t last = n->last;

	while (last > 1 && !is_used(n, last))
		last--;
	if (d->implicit)
		d->nr_sources = last;
}

void config_irqs_number(struct config_planning *plan, struct config_guest *g)
{
	struct numbers n = { 0 };

	if (g->irqchip == CONFIG_NO_DEVICE) {
		for (uint32_t i = 0; i < g->nr_devices; i++)
			g->devices[i].nr_irqs = 0;
		return;
	}
	n.last = MIN(g->devices[g->irqchip].nr_sources, MAX_SOURCE);
	take_given(plan, g, &n);
	pick_numbers(plan, g, &n, true);
	pick_numbers(plan, g, &n, false);
	set_levels(g);
	trim_sources(g, &n);
}
