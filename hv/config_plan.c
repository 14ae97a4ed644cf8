/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds a configuration against the machine. What files fix is given first, what
 * they leave open comes from the rest, in the file's order: the same files on the
 * same machine give the same plan.
 */
#include <errno.h>

#include "hv/config_plan.h"
#include "hv/config_planning.h"

static uint32_t find_hart(const struct host *host, uint64_t mhartid)
{
	for (uint32_t i = 0; i < host->nr_harts; i++) {
		if (host->harts[i].id == mhartid)
			return i;
	}
	return HOST_NONE;
}

/* A hart that the file names: reported when it can't be had, else the guest's. */
static bool take_hart(struct config_planning *plan, struct config_guest *g, uint32_t vcpu)
{
	struct config_place at = config_guest_place(g, "harts");
	uint32_t mhartid = g->harts[vcpu];
	uint32_t i = find_hart(plan->host, mhartid);

	g->harts[vcpu] = i;
	if (i == HOST_NONE) {
		config_finding(&plan->findings, at,
			       "the machine has no hart %u that can run guests\n"
			       "it has %u, from %llu on",
			       mhartid, plan->host->nr_harts,
			       (unsigned long long)plan->host->harts[0].id);
		return false;
	}
	if (plan->owner[i] == g->index) {
		config_finding(&plan->findings, at, "names hart %u twice\nname each hart once",
			       mhartid);
		return false;
	}
	if (plan->owner[i] != CONFIG_WHOLE) {
		config_finding(&plan->findings, at,
			       "hart %u belongs to guest %s already\n"
			       "choose another one",
			       mhartid, plan->config->guests[plan->owner[i]].name);
		return false;
	}
	plan->owner[i] = g->index;
	return true;
}

static uint32_t count_free_harts(const struct config_planning *plan)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < plan->host->nr_harts; i++)
		count += plan->owner[i] == CONFIG_WHOLE;
	return count;
}

static void pick_harts(struct config_planning *plan, struct config_guest *g)
{
	uint32_t spare = count_free_harts(plan), vcpu = 0;

	if (plan->host->nr_harts < g->nr_vcpus)
		config_finding(&plan->findings, config_guest_place(g, "vcpus"),
			       "wants %u harts, but the machine has %u that can run guests\n"
			       "use fewer vCPUs, or a machine with more harts",
			       g->nr_vcpus, plan->host->nr_harts);
	else if (spare < g->nr_vcpus)
		config_finding(&plan->findings, config_guest_place(g, "vcpus"),
			       "wants %u harts, but only %u of the machine's %u can be had\n"
			       "use fewer vCPUs, or a machine with more harts",
			       g->nr_vcpus, spare, plan->host->nr_harts);
	if (spare < g->nr_vcpus)
		g->nr_vcpus = 0;
	for (uint32_t i = 0; i < plan->host->nr_harts && vcpu < g->nr_vcpus; i++) {
		if (plan->owner[i] != CONFIG_WHOLE)
			continue;
		plan->owner[i] = g->index;
		g->harts[vcpu++] = i;
	}
}

static void plan_harts(struct config_planning *plan)
{
	struct config *config = plan->config;

	for (uint32_t i = 0; i < HOST_MAX_HARTS; i++)
		plan->owner[i] = CONFIG_WHOLE;
	for (uint32_t i = 0; i < config->nr_guests; i++) {
		struct config_guest *g = &config->guests[i];
		bool all = true;

		for (uint32_t j = 0; g->harts_fixed && j < g->nr_vcpus; j++)
			all &= take_hart(plan, g, j);
		if (!all)
			g->nr_vcpus = 0;
	}
	for (uint32_t i = 0; i < config->nr_guests; i++) {
		if (!config->guests[i].harts_fixed)
			pick_harts(plan, &config->guests[i]);
	}
}

static bool may_disturb(const struct config_planning *plan, uint32_t hart)
{
	uint32_t owner = plan->owner[hart];

	return owner == CONFIG_WHOLE || !plan->config->guests[owner].real_time;
}

/* The hart that the file names for Bulkhead's own work. */
static void take_housekeeping(struct config_planning *plan, uint64_t mhartid)
{
	struct config_place at = { CONFIG_WHOLE, 0, "housekeeping-hart" };
	uint32_t i = find_hart(plan->host, mhartid);

	if (i == HOST_NONE)
		config_finding(&plan->findings, at,
			       "the machine has no hart %llu\n"
			       "choose one that it has",
			       (unsigned long long)mhartid);
	else if (!may_disturb(plan, i))
		config_finding(&plan->findings, at,
			       "hart %llu belongs to guest %s, which is "
			       "real-time\nchoose another hart, or remove real-time",
			       (unsigned long long)mhartid,
			       plan->config->guests[plan->owner[i]].name);
	else
		plan->config->housekeeping = i;
}

/* A free hart; else the first hart, in the guests' order, whose guest can be disturbed. */
static void pick_housekeeping(struct config_planning *plan)
{
	struct config *config = plan->config;

	for (uint32_t i = 0; i < plan->host->nr_harts; i++) {
		if (plan->owner[i] == CONFIG_WHOLE) {
			config->housekeeping = i;
			return;
		}
	}
	for (uint32_t i = 0; i < config->nr_guests; i++) {
		const struct config_guest *g = &config->guests[i];

		if (!g->real_time && g->nr_vcpus) {
			config->housekeeping = g->harts[0];
			return;
		}
	}
	config_finding(&plan->findings, (struct config_place){ CONFIG_WHOLE, 0, "" },
		       "every hart belongs to a real-time guest: none is left for Bulkhead's own "
		       "work\nleave a hart free, or remove real-time from a guest");
}

static void plan_housekeeping(struct config_planning *plan)
{
	if (plan->config->housekeeping_hart != CONFIG_ANY)
		take_housekeeping(plan, plan->config->housekeeping_hart);
	else
		pick_housekeeping(plan);
}

int config_plan(struct config *config, const struct host *host, const struct range *taken,
		unsigned nr_taken, struct arena *arena, struct config_report *report)
{
	struct config_planning *plan = arena_alloc(arena, sizeof(*plan), sizeof(uint64_t));

	if (!plan)
		return -ENOMEM;
	plan->findings = (struct config_findings){ config, report, 0 };
	plan->config = config;
	plan->host = host;
	plan->taken = taken;
	plan->nr_taken = nr_taken;
	plan_harts(plan);
	for (uint32_t i = 0; i < config->nr_guests; i++) {
		config_passthrough_resolve(plan, &config->guests[i]);
		config_irqs_imply(plan, &config->guests[i]);
		config_irqs_number(plan, &config->guests[i]);
		config_check_guest(plan, &config->guests[i]);
	}
	config_passthrough_conflicts(plan);
	config_memory_plan(plan);
	plan_housekeeping(plan);
	return plan->findings.errors;
}
