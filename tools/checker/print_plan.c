/* SPDX-License-Identifier: Apache-2.0 */
/* The plan as JSON. */
#include "hv/bits.h"
#include "hv/config_device.h"
#include "hv/config_parse.h"
#include "hv/host_isa.h"
#include "tools/checker/json.h"
#include "tools/checker/print_plan.h"

static void print_ranges(const char *key, const struct range *ranges, uint32_t count)
{
	json_open(key, '[');
	for (uint32_t i = 0; i < count; i++) {
		json_open(NULL, '{');
		json_number("base", ranges[i].base);
		json_number("size", ranges[i].size);
		json_close('}');
	}
	json_close(']');
}

static void print_host(const struct host *host)
{
	static const char *const chips[] = {
		[HOST_IRQ_NONE] = "none",
		[HOST_IRQ_PLIC] = "plic",
		[HOST_IRQ_APLIC_DIRECT] = "aplic",
		[HOST_IRQ_APLIC_MSI] = "aia",
	};

	json_open("host", '{');
	json_open("harts", '[');
	for (uint32_t i = 0; i < host->nr_harts; i++)
		json_number(NULL, host->harts[i].id);
	json_close(']');
	print_ranges("memory", host->memory, host->nr_memory);
	print_ranges("reserved", host->reserved, host->nr_reserved);
	json_open("isa", '[');
	for (unsigned i = 0; i < ISA_COUNT; i++) {
		if (host->isa & BIT(i))
			json_string(NULL, host_isa_name(i));
	}
	json_close(']');
	json_number("mmu_levels", host->mmu_levels);
	json_string("irqchip", chips[host->irqchip.kind]);
	json_number("timebase_hz", host->timebase_hz);
	json_close('}');
}

static void print_device(const struct config_device *d)
{
	json_open(NULL, '{');
	json_string("name", d->name);
	json_string("kind", config_kind_name(d->kind));
	json_string("passthrough", d->passthrough);
	json_string("image", d->image);
	json_bool("implicit", d->implicit);
	json_open("regions", '[');
	for (uint32_t i = 0; i < d->nr_regions; i++) {
		json_open(NULL, '{');
		json_number("gpa", d->regions[i].gpa);
		json_number("size", d->regions[i].size);
		json_number_or_null("hpa", d->regions[i].hpa, CONFIG_ANY);
		json_close('}');
	}
	json_close(']');
	json_open("irqs", '[');
	for (uint32_t i = 0; i < d->nr_irqs; i++) {
		json_open(NULL, '{');
		json_number("guest", d->irqs[i].guest);
		json_number("host", d->irqs[i].host);
		json_bool("level", d->irqs[i].trigger >= IRQ_LEVEL_HIGH);
		json_close('}');
	}
	json_close(']');
	json_close('}');
}

static void print_memory(const struct config_guest *g)
{
	json_open("memory", '[');
	for (uint32_t i = 0; i < g->nr_memory; i++) {
		json_open(NULL, '{');
		json_number("gpa", g->memory[i].gpa);
		json_number("size", g->memory[i].size);
		json_number_or_null("hpa", g->memory[i].hpa, CONFIG_ANY);
		json_bool("direct_map", g->memory[i].direct_map);
		json_close('}');
	}
	json_close(']');
}

static void print_policy(const struct config_guest *g)
{
	json_string("on_crash", config_action_name(g->on_crash));
	json_string("on_shutdown", config_action_name(g->on_shutdown));
	json_string("on_watchdog", config_action_name(g->on_watchdog));
	json_number("max_restarts", g->max_restarts);
	json_number("start_order", g->start_order);
	json_bool("autostart", g->autostart);
	json_bool("real_time", g->real_time);
}

static void print_device_name(const char *key, const struct config_guest *g, uint32_t index)
{
	json_string(key, index == CONFIG_NO_DEVICE ? NULL : g->devices[index].name);
}

static void print_guest(const struct config_guest *g, const struct host *host)
{
	json_open(NULL, '{');
	json_string("name", g->name);
	json_bool("refused", g->refused);
	json_number("vcpus", g->nr_vcpus);
	json_open("harts", '[');
	for (uint32_t i = 0; i < g->nr_vcpus; i++)
		json_number(NULL, host->harts[g->harts[i]].id);
	json_close(']');
	print_memory(g);
	json_string("kernel", g->kernel);
	json_string("ramdisk", g->ramdisk);
	json_string("dtb", g->dtb);
	json_string("overlay", g->overlay);
	json_string("bootargs", g->bootargs);
	json_number_or_null("load", g->load, CONFIG_ANY);
	json_number_or_null("entry", g->entry, CONFIG_ANY);
	print_policy(g);
	print_device_name("console", g, g->console);
	print_device_name("irqchip", g, g->irqchip);
	json_open("devices", '[');
	for (uint32_t i = 0; i < g->nr_devices; i++)
		print_device(&g->devices[i]);
	json_close(']');
	json_close('}');
}

void print_plan(const struct config *config, const struct host *host)
{
	json_open("plan", '{');
	json_string("description", config->description ? config->description : "");
	json_number("housekeeping", host->harts[config->housekeeping].id);
	print_host(host);
	json_open("guests", '[');
	for (uint32_t i = 0; i < config->nr_guests; i++)
		print_guest(&config->guests[i], host);
	json_close(']');
	json_close('}');
}
