/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a configuration names: there, and not larger than the place they go to. The
 * rules for a guest's memory are those of vcpu/load.c.
 */
#include "hv/bits.h"
#include "hv/config_files.h"
#include "hv/config_report.h"

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

		if (range_contains(r, address, 1))
			return r.size - (address - r.base);
	}
	return 0;
}

/* False where something else has been told of it. */
static bool has_memory(const struct config_guest *g)
{
	for (uint32_t i = 0; i < g->nr_memory; i++) {
		if (!g->memory[i].size || !range_is_sound(g->memory[i].gpa, g->memory[i].size))
			return false;
	}
	return g->nr_memory;
}

/* An address of the file's own that has been told of. */
static bool is_outside(const struct config_guest *g, uint64_t address)
{
	return address != CONFIG_ANY && !room_from(g, address);
}

/* Where the device tree goes. */
static struct range tree_of(const struct config_guest *g)
{
	const struct config_memory *m = &g->memory[0];

	return (struct range){ align_down(m->gpa + m->size - CONFIG_TREE_ROOM, PAGE_SIZE),
			       CONFIG_TREE_ROOM };
}

/* False after a finding: a part of the kernel has no place. */
static bool check_part(struct files_check *c, const struct config_guest *g, struct range part)
{
	struct config_place at = config_guest_place(g, "kernel");
	uint64_t room = room_from(g, part.base);

	if (!room)
		config_finding(&c->findings, at,
			       "\"%s\" has 0x%llx bytes for 0x%llx, where the guest has no memory\n"
			       "link it for addresses in \"memory\"",
			       g->kernel, (unsigned long long)part.size,
			       (unsigned long long)part.base);
	else if (part.size > room)
		config_finding(&c->findings, at,
			       "\"%s\" has 0x%llx bytes, but the guest's memory has 0x%llx from "
			       "0x%llx on\nmake \"memory\" larger",
			       g->kernel, (unsigned long long)part.size, (unsigned long long)room,
			       (unsigned long long)part.base);
	else if (range_overlaps(part, tree_of(g)))
		config_finding(&c->findings, at,
			       "\"%s\" reaches into 0x%llx, where the guest's device tree goes\n"
			       "make \"memory\" larger",
			       g->kernel, (unsigned long long)tree_of(g).base);
	else
		return true;
	return false;
}

/* From the lowest to the highest byte of the kernel's; size 0 where it has no place. */
static struct range check_kernel(struct files_check *c, const struct config_guest *g)
{
	struct range ranges[CONFIG_FILES_RANGES], all = { CONFIG_ANY, 0 };
	uint64_t end = 0;
	const char *why = "";
	int count = c->files->place(c->files, g, ranges, &why);

	if (count < 0)
		config_finding(&c->findings, config_guest_place(g, "kernel"),
			       "\"%s\" %s\n"
			       "use a RISC-V Linux Image, an ELF file for RISC-V, or raw bytes",
			       g->kernel, why);
	for (int i = 0; i < count; i++) {
		if (!check_part(c, g, ranges[i]))
			return all;
		all.base = MIN(all.base, ranges[i].base);
		end = MAX(end, ranges[i].base + ranges[i].size);
	}
	if (count > 0)
		all.size = end - all.base;
	return all;
}

static void check_ramdisk(struct files_check *c, const struct config_guest *g, uint64_t size,
			  struct range kernel)
{
	uint64_t room = tree_of(g).base - g->memory[0].gpa;
	uint64_t base = align_down(tree_of(g).base - MIN(size, room), PAGE_SIZE);

	if (size > room || range_overlaps((struct range){ base, size }, kernel))
		config_finding(
			&c->findings, config_guest_place(g, "ramdisk"),
			"\"%s\" has 0x%llx bytes, which do not fit beside the kernel's 0x%llx "
			"in 0x%llx of memory\nmake \"memory\" larger",
			g->ramdisk, (unsigned long long)size, (unsigned long long)kernel.size,
			(unsigned long long)memory_size(g));
}

static void check_images(struct files_check *c, const struct config_guest *g)
{
	uint64_t kernel = file_size(c, g, config_guest_place(g, "kernel"), g->kernel);
	uint64_t ramdisk = file_size(c, g, config_guest_place(g, "ramdisk"), g->ramdisk);
	struct range all = { 0 };

	file_size(c, g, config_guest_place(g, "dtb"), g->dtb);
	file_size(c, g, config_guest_place(g, "overlay"), g->overlay);
	if (!has_memory(g))
		return;
	if (g->memory[0].size < 2 * CONFIG_TREE_ROOM) {
		config_finding(&c->findings, config_guest_place(g, "memory"),
			       "its first range has 0x%llx bytes, too few for a device tree\n"
			       "give it 0x%llx or more",
			       (unsigned long long)g->memory[0].size,
			       (unsigned long long)(2 * CONFIG_TREE_ROOM));
		return;
	}
	if (kernel && !is_outside(g, g->load) && !is_outside(g, g->entry))
		all = check_kernel(c, g);
	if (ramdisk)
		check_ramdisk(c, g, ramdisk, all);
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
