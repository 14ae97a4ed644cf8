// SPDX-License-Identifier: Apache-2.0
// sources: hv/arena.c hv/page_alloc.c hv/fmt.c hv/dt.c hv/dt_scan.c hv/edit_distance.c
// sources: hv/host_device.c hv/frame_pool.c hv/config_parse.c hv/config_device.c
// sources: hv/config_schema.c
// sources: hv/config_table.c hv/config_report.c hv/config_passthrough.c hv/config_irqs.c
// sources: hv/config_memory.c hv/config_check.c hv/config_plan.c hv/config_files.c
// libs: fdt
/*
 * A hostile configuration: whatever it says, a guest that is not refused has harts and
 * memory of its own. Its tree serves as the host's too, so that passthrough finds nodes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/config_files.h"
#include "hv/config_parse.h"
#include "hv/config_plan.h"

#define AREA_SIZE MiB(8)

static const struct range taken = { 0x80200000, 0x400000 };

static void check(bool sound)
{
	if (!sound)
		abort();
}

static void count_text(struct config_report *report, const struct config_error *error)
{
	(void)report;
	check(strlen(error->node) > 0 && strlen(error->what) > 0);
	check(error->property && error->mend);
}

static int some_size(struct config_files *files, const struct config_guest *guest, const char *name,
		     uint64_t *size)
{
	(void)files;
	(void)guest;
	*size = name[0] * UINT64_C(0x10000);
	return name[0] == 'x' ? -ENOENT : 0;
}

static int some_place(struct config_files *files, const struct config_guest *guest,
		      struct range ranges[CONFIG_FILES_RANGES], const char **why)
{
	(void)files;
	*why = "is wrong";
	for (uint32_t i = 0; i < CONFIG_FILES_RANGES; i++)
		ranges[i] =
			(struct range){ guest->memory[0].gpa + guest->kernel[0] * MiB(i), MiB(1) };
	return guest->kernel[0] == 'y' ? -EINVAL : CONFIG_FILES_RANGES;
}

static struct host make_host(const void *fdt, size_t size)
{
	struct host host = { .fdt = fdt,
			     .fdt_size = size,
			     .nr_harts = 4,
			     .nr_memory = 1,
			     .memory = { { 0x80000000, 0x80000000 } },
			     .nr_reserved = 1,
			     .reserved = { { 0x80000000, 0x80000 } },
			     .timebase_hz = 10000000,
			     .mmu_levels = 3 };

	for (uint32_t i = 0; i < host.nr_harts; i++)
		host.harts[i].id = i;
	host.irqchip.kind = HOST_IRQ_PLIC;
	host.irqchip.nr_sources = 95;
	return host;
}

static void check_harts(const struct config *config, const struct config_guest *g, uint64_t *used)
{
	for (uint32_t i = 0; i < g->nr_vcpus; i++) {
		check(g->harts[i] < 4 && !(*used & BIT(g->harts[i])));
		*used |= BIT(g->harts[i]);
	}
	check(config->housekeeping < 4);
}

/* A guest's memory is the host's own, and nobody else's. */
static void check_memory(const struct config *config, const struct config_guest *g,
			 const struct host *host)
{
	for (uint32_t i = 0; i < g->nr_memory; i++) {
		struct range r = { g->memory[i].hpa, g->memory[i].size };

		check(range_contains(host->memory[0], r.base, r.size) && r.size);
		check(!range_overlaps(r, taken) && !range_overlaps(r, host->reserved[0]));
		for (uint32_t j = 0; j < g->index; j++) {
			const struct config_guest *other = &config->guests[j];

			for (uint32_t k = 0; k < other->nr_memory && !other->refused; k++)
				check(!range_overlaps(r, (struct range){ other->memory[k].hpa,
									 other->memory[k].size }));
		}
	}
}

static void plan(const void *fdt, size_t size, struct arena *arena)
{
	struct config_report report = { count_text };
	struct config_files files = { some_size, some_place };
	struct host host = make_host(fdt, size);
	struct config config;
	uint64_t used = 0;

	if (config_parse(fdt, size, arena, &config, &report) < 0 ||
	    config_plan(&config, &host, &taken, 1, arena, &report) < 0)
		return;
	config_check_files(&config, &files, &report);
	for (uint32_t i = 0; i < config.nr_guests; i++) {
		if (config.guests[i].refused)
			continue;
		check_harts(&config, &config.guests[i], &used);
		check_memory(&config, &config.guests[i], &host);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(4096) char area[AREA_SIZE];
	struct page_alloc pages;
	struct arena arena;
	void *fdt = malloc(size + 1);

	memcpy(fdt, data, size);
	check(page_alloc_init(&pages, area, hpa(0), sizeof(area)) == 0);
	arena_init(&arena, &pages, PAGE_OWNER_CONFIG);
	plan(fdt, size, &arena);
	free(fdt);
	return 0;
}
