/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a configuration names: there, and not larger than the place they go to. */
#include "hv/bits.h"
#include "hv/config_files.h"
#include "hv/config_report.h"

#define DEFAULT_LOAD_OFFSET MiB(2)

struct files_check {
	struct config_findings findings;
	struct config_files *files;
};

/* The file's size; 0, and a finding, when there is no such file. 0 for no name. */
static uint64_t file_size(struct files_check *c, const struct config_guest *g,
			  struct config_place at, const char *name)
{
	uint64_t size = 0;

	if (name && c->files->size(c->files, g, name, &size)) {
		config_finding(
			&c->findings, at,
			"there is no file \"%s\"\n"
			"put it beside the configuration or into build/, or correct the name",
			name);
		return 0;
	}
	return size;
}

static uint64_t memory_size(const struct config_guest *g)
{
	uint64_t size = 0;

	for (uint32_t i = 0; i < g->nr_memory; i++)
		size += g->memory[i].size;
	return size;
}

/* Bytes of the guest's memory from address up to the end of its range. */
static uint64_t room_from(const struct config_guest *g, uint64_t address)
{
	for (uint32_t i = 0; i < g->nr_memory; i++) {
		struct range r = { g->memory[i].gpa, g->memory[i].size };

		if (range_contains(r, address, 0))
			return r.size - (address - r.base);
	}
	return 0;
}

static uint64_t default_load(const struct config_guest *g)
{
	const struct config_memory *m = &g->memory[0];

	return m->size > DEFAULT_LOAD_OFFSET ? m->gpa + DEFAULT_LOAD_OFFSET : m->gpa;
}

static void check_images(struct files_check *c, const struct config_guest *g)
{
	struct config_place kernel_at = config_guest_place(g, "kernel");
	struct config_place ramdisk_at = config_guest_place(g, "ramdisk");
	uint64_t kernel = file_size(c, g, kernel_at, g->kernel);
	uint64_t ramdisk = file_size(c, g, ramdisk_at, g->ramdisk);
	uint64_t load = g->load;
	uint64_t room;

	file_size(c, g, config_guest_place(g, "dtb"), g->dtb);
	file_size(c, g, config_guest_place(g, "overlay"), g->overlay);
	if (g->nr_memory == 0)
		return;
	if (load == CONFIG_ANY)
		load = default_load(g);
	room = room_from(g, load);
	if (room && kernel > room)
		config_finding(&c->findings, kernel_at,
			       "\"%s\" has 0x%llx bytes, but the guest's memory has 0x%llx from "
			       "0x%llx on\nmake \"memory\" larger",
			       g->kernel, (unsigned long long)kernel, (unsigned long long)room,
			       (unsigned long long)load);
	else if (ramdisk && kernel + ramdisk > memory_size(g))
		config_finding(
			&c->findings, ramdisk_at,
			"\"%s\" has 0x%llx bytes, which do not fit beside the kernel's 0x%llx "
			"in 0x%llx of memory\nmake \"memory\" larger",
			g->ramdisk, (unsigned long long)ramdisk, (unsigned long long)kernel,
			(unsigned long long)memory_size(g));
}

static void check_flash(struct files_check *c, const struct config_guest *g,
			const struct config_device *d)
{
	struct config_place at = config_device_place(g, d, "image");
	uint64_t size = file_size(c, g, at, d->image);

	if (d->nr_regions && size > d->regions[0].size)
		config_finding(&c->findings, at,
			       "\"%s\" has 0x%llx bytes, the flash 0x%llx\nmake \"reg\" larger",
			       d->image, (unsigned long long)size,
			       (unsigned long long)d->regions[0].size);
}

int config_check_files(struct config *config, struct config_files *files,
		       struct config_report *report)
{
	struct files_check c = { { config, report, 0 }, files };

	for (uint32_t i = 0; i < config->nr_guests; i++) {
		const struct config_guest *g = &config->guests[i];

		check_images(&c, g);
		for (uint32_t j = 0; j < g->nr_devices; j++) {
			if (g->devices[j].image)
				check_flash(&c, g, &g->devices[j]);
		}
	}
	return c.findings.errors;
}
