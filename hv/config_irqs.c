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

/* True when each of the guest's harts has a guest interrupt file: a hart's one vCPU needs one. */
static bool has_guest_files(const struct host *host, const struct config_guest *g)
{
	if (host->irqchip.kind != HOST_IRQ_APLIC_MSI || !host->irqchip.guest_files)
		return false;
	for (uint32_t i = 0; i < g->nr_vcpus; i++) {
		if (host->harts[g->harts[i]].imsic_index == HOST_NONE)
			return false;
	}
	return true;
}

/* What the guest's file asks for. Left open, it is guest interrupt files where they are to be had,
 * since they spare every exit. */
static enum config_irqchip asked(const struct config_guest *g, bool files)
{
	if (g->irqchip_choice != CONFIG_IRQCHIP_AUTO)
		return g->irqchip_choice;
	if (g->imsic != CONFIG_NO_DEVICE)
		return CONFIG_IRQCHIP_AIA;
	if (g->irqchip != CONFIG_NO_DEVICE)
		return CONFIG_IRQCHIP_PLIC;
	return files ? CONFIG_IRQCHIP_AIA : g->irqchip_fallback;
}

static void move_up(uint32_t *index, uint32_t gap)
{
	if (*index != CONFIG_NO_DEVICE && *index > gap)
		(*index)--;
}

/* Takes out the device of an index of the guest's, if it is one; those behind it move up. */
static void remove_device(struct config_guest *g, uint32_t *index)
{
	uint32_t gap = *index;

	if (gap == CONFIG_NO_DEVICE)
		return;
	*index = CONFIG_NO_DEVICE;
	g->nr_devices--;
	memmove(&g->devices[gap], &g->devices[gap + 1],
		(g->nr_devices - gap) * sizeof(g->devices[0]));
	move_up(&g->irqchip, gap);
	move_up(&g->imsic, gap);
	move_up(&g->console, gap);
}

/*
 * The guest asks for interrupt files that the machine hasn't. What its file describes of them
 * goes; an APLIC stays where it is when that is the fallback, with the harts wired to it.
 */
static enum config_irqchip fall_back(struct config_planning *plan, struct config_guest *g)
{
	bool aplic = g->irqchip_fallback == CONFIG_IRQCHIP_APLIC;
	struct config_place at = g->imsic == CONFIG_NO_DEVICE
					 ? config_guest_place(g, "interrupt-controller")
					 : config_device_place(g, &g->devices[g->imsic], "");

	config_warning(&plan->findings, at,
		       "the machine has no guest interrupt files for it: it gets %s, whose "
		       "interrupts cost exits\n"
		       "choose with interrupt-fallback, or use a machine with such files",
		       aplic ? "an APLIC in direct mode" : "a PLIC");
	remove_device(g, &g->imsic);
	if (!aplic)
		remove_device(g, &g->irqchip);
	return g->irqchip_fallback;
}

static enum config_irqchip choose(struct config_planning *plan, struct config_guest *g)
{
	bool files = has_guest_files(plan->host, g);
	enum config_irqchip choice = asked(g, files);

	return choice == CONFIG_IRQCHIP_AIA && !files ? fall_back(plan, g) : choice;
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
	bool wanted = g->irqchip_choice != CONFIG_IRQCHIP_AUTO || has_interrupts(g);
	enum config_irqchip choice;
	enum config_device_kind kind;
	struct config_device *d;

	check_choice(plan, g);
	choice = choose(plan, g);
	kind = wired_kind(choice);
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
			g->devices[i].irqs[0].trigger = IRQ_LEVEL_HIGH;
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
