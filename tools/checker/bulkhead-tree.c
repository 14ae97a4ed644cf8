// SPDX-License-Identifier: Apache-2.0
// sources: tools/checker/disk_files.c
// sources: hv/arena.c hv/page_alloc.c hv/fmt.c hv/dt.c hv/dt_scan.c hv/edit_distance.c hv/host_dt.c
// sources: hv/host_dt_links.c hv/host_isa.c hv/host_device.c hv/frame_pool.c
// sources: hv/config_parse.c hv/config_device.c
// sources: hv/config_schema.c hv/config_table.c hv/config_report.c hv/config_passthrough.c
// sources: hv/config_irqs.c hv/config_memory.c hv/config_check.c hv/config_plan.c
// sources: hv/config_files.c vcpu/image.c
// sources: vcpu/guest_fdt.c vcpu/guest_fdt_cpu.c vcpu/guest_fdt_device.c vcpu/guest_fdt_pass.c
// sources: vcpu/guest_fdt_overlay.c vcpu/guest_fdt_whole.c vcpu/guest_fdt_write.c
// libs: fdt
//
// Writes the device tree that a guest will be handed, made by the code that makes
// it at boot, to standard output:
//	bulkhead-tree HOST.dtb SYSTEM.dtb GUEST [RAMDISK-BASE RAMDISK-SIZE [OVERLAY [WHOLE]]]
// OVERLAY and WHOLE may be "". Ends with 0, or 1 after a line on standard error.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/config_parse.h"
#include "hv/config_plan.h"
#include "hv/host_dt.h"
#include "tools/checker/disk_files.h"
#include "vcpu/guest_fdt.h"

#define ARENA_SIZE MiB(4)
#define ROOM_SIZE  KiB(64)

static int trouble(const char *what, const char *which)
{
	fprintf(stderr, "bulkhead-tree: %s: %s\n", which, what);
	return 1;
}

/* Findings are bulkhead-check's matter. */
static void ignore(struct config_report *report, const struct config_error *error)
{
	(void)report;
	(void)error;
}

static const struct config_guest *find_guest(const struct config *config, const char *name)
{
	for (uint32_t i = 0; i < config->nr_guests; i++) {
		if (strcmp(config->guests[i].name, name) == 0)
			return &config->guests[i];
	}
	return NULL;
}

static const void *optional_file(char **argv, int argc, int i, size_t *size)
{
	return i < argc && *argv[i] ? disk_file_read(argv[i], size) : NULL;
}

static int write_tree(struct guest_fdt_facts *facts, int argc, char **argv)
{
	void *room = aligned_alloc(PAGE_SIZE, ROOM_SIZE);
	const char *why;
	int size;

	if (argc > 5) {
		facts->ramdisk.base = strtoull(argv[4], NULL, 0);
		facts->ramdisk.size = strtoull(argv[5], NULL, 0);
	}
	facts->overlay = optional_file(argv, argc, 6, &facts->overlay_size);
	facts->whole = optional_file(argv, argc, 7, &facts->whole_size);
	size = room ? guest_fdt_build(facts, room, ROOM_SIZE, &why) : -1;
	if (size < 0)
		return trouble(room ? why : "no memory", argv[3]);
	return fwrite(room, (size_t)size, 1, stdout) == 1 ? 0 : trouble("can't write", "output");
}

int main(int argc, char **argv)
{
	static struct config config;
	static struct host host;
	struct config_report report = { ignore };
	struct guest_fdt_facts facts = { .host = &host };
	struct page_alloc pages;
	struct arena arena;
	void *area = aligned_alloc(PAGE_SIZE, ARENA_SIZE);
	size_t host_size = 0, system_size = 0;
	void *host_fdt = argc > 3 ? disk_file_read(argv[1], &host_size) : NULL;
	void *system_fdt = argc > 3 ? disk_file_read(argv[2], &system_size) : NULL;
	const char *why = "it can't be read";

	if (!host_fdt || !system_fdt || !area || page_alloc_init(&pages, area, hpa(0), ARENA_SIZE))
		return trouble("HOST.dtb SYSTEM.dtb GUEST [...]", "usage");
	arena_init(&arena, &pages, PAGE_OWNER_CONFIG);
	if (host_dt_parse(host_fdt, host_size, &host, &why))
		return trouble(why, argv[1]);
	if (config_parse(system_fdt, system_size, &arena, &config, &report) < 0 ||
	    config_plan(&config, &host, NULL, 0, &arena, &report) < 0)
		return trouble("it is not a sound configuration", argv[2]);
	facts.guest = find_guest(&config, argv[3]);
	if (!facts.guest || facts.guest->refused)
		return trouble("there is no such guest, or it has mistakes", argv[3]);
	return write_tree(&facts, argc, argv);
}
