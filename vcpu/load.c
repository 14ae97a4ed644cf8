/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where things go: the kernel as its header or the guest's file says; the device
 * tree at the end of the guest's first memory, the initial ramdisk below it, as
 * far from the kernel as can be.
 */
#include "vcpu/load.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/fmt.h"
#include "hv/log.h"
#include "hv/sha256.h"
#include "vcpu/flash.h"
#include "vcpu/guest_fdt.h"
#include "vcpu/image.h"

struct loader {
	struct vm *vm;
	const struct bundle *bundle;
	const struct host *host;
	struct range memory; /* the guest's first, guest physical */
	struct range kernel; /* from the lowest to the highest byte that the kernel owns */
	struct range ramdisk;
	uint64_t fdt;
	uint64_t entry;
};

/* Finds and checks one image. 0; -ENOENT: the guest has none of that role; else logged. */
static int get_image(const struct loader *loader, const char *role, struct bundle_image *image)
{
	int error = bundle_image(loader->bundle, loader->vm->name, role, image);

	if (error == -ENOENT)
		return error;
	if (!error)
		error = bundle_verify(image);
	if (error)
		log_error("%s: its %s in the bundle is damaged: the SHA-256 does not match",
			  loader->vm->name, role);
	return error;
}

static int place_segment(struct loader *loader, const void *data,
			 const struct image_segment *segment)
{
	const struct guestmem *memory = &loader->vm->memory;
	uint64_t rest = segment->memory_size - segment->size;
	int error;

	error = guestmem_write(memory, gpa(segment->gpa), (const char *)data + segment->offset,
			       segment->size);
	/* A restart has scrubbed it all; before, the memory is as the machine's reset left it. */
	if (!error && rest && loader->vm->starts == 0)
		error = guestmem_zero(memory, gpa(segment->gpa + segment->size), rest);
	if (error) {
		log_error("%s: its kernel wants 0x%lx bytes at 0x%lx, which is not in its memory",
			  loader->vm->name, segment->memory_size, segment->gpa);
		return error;
	}
	if (range_overlaps((struct range){ segment->gpa, segment->memory_size },
			   (struct range){ loader->fdt, CONFIG_TREE_ROOM })) {
		log_error("%s: its kernel reaches into 0x%lx, where its device tree goes: make its "
			  "memory larger",
			  loader->vm->name, loader->fdt);
		error = -ENOSPC;
	}
	return error;
}

static void extend(struct range *range, const struct image_segment *segment)
{
	uint64_t end = segment->gpa + segment->memory_size;

	if (!range->size) {
		*range = (struct range){ segment->gpa, segment->memory_size };
		return;
	}
	end = MAX(end, range->base + range->size);
	range->base = MIN(range->base, segment->gpa);
	range->size = end - range->base;
}

/* Where a guest without a kernel begins: as its file says, or in its first flash bank. */
static int find_entry(struct loader *loader)
{
	const struct config_guest *config = loader->vm->config;
	uint32_t i;

	loader->entry = config->entry;
	for (i = 0; loader->entry == CONFIG_ANY && i < config->nr_devices; i++) {
		if (config->devices[i].kind == CONFIG_DEV_FLASH)
			loader->entry = config->devices[i].regions[0].gpa;
	}
	if (loader->entry != CONFIG_ANY)
		return 0;
	log_error("%s: it has neither a kernel nor an entry", loader->vm->name);
	return -ENOENT;
}

static int load_kernel(struct loader *loader)
{
	const struct config_guest *config = loader->vm->config;
	struct bundle_image kernel;
	struct image image;
	const char *why;
	unsigned int i;
	int error = get_image(loader, "kernel", &kernel);

	if (error)
		return error == -ENOENT ? find_entry(loader) : error;
	error = image_parse(kernel.data, kernel.size, loader->memory.base, config->load,
			    config->entry, &image, &why);
	if (error) {
		log_error("%s: its kernel %s", loader->vm->name, why);
		return error;
	}
	for (i = 0; !error && i < image.nr_segments; i++) {
		error = place_segment(loader, kernel.data, &image.segments[i]);
		extend(&loader->kernel, &image.segments[i]);
	}
	loader->entry = image.entry;
	return error;
}

static int load_ramdisk(struct loader *loader)
{
	struct bundle_image ramdisk;
	uint64_t room = loader->fdt - loader->memory.base;
	int error = get_image(loader, "ramdisk", &ramdisk);

	if (error)
		return error == -ENOENT ? 0 : error;
	loader->ramdisk.size = ramdisk.size;
	loader->ramdisk.base = align_down(loader->fdt - MIN(ramdisk.size, room), PAGE_SIZE);
	if (ramdisk.size > room || range_overlaps(loader->ramdisk, loader->kernel)) {
		log_error("%s: its memory is too small for its kernel and a ramdisk of 0x%lx bytes",
			  loader->vm->name, ramdisk.size);
		return -ENOSPC;
	}
	return guestmem_write(&loader->vm->memory, gpa(loader->ramdisk.base), ramdisk.data,
			      ramdisk.size);
}

static int load_bank(struct loader *loader, struct vm_device *device)
{
	struct bundle_image contents = { 0 };
	char role[32];
	int error;

	fmt_snprintf(role, sizeof(role), "flash-%llx",
		     (unsigned long long)device->config->regions[0].gpa);
	error = get_image(loader, role, &contents);
	if (error && (error != -ENOENT || device->config->image))
		return error;
	return flash_fill(device, contents.data, contents.size);
}

/* Contents outlive the guest's restarts unless its file says otherwise; some are there before. */
static int load_flash(struct loader *loader)
{
	struct vm *vm = loader->vm;
	uint32_t i;
	int error = 0;

	for (i = 0; !error && i < vm->config->nr_devices; i++) {
		const struct config_device *config = &vm->config->devices[i];

		if (config->kind == CONFIG_DEV_FLASH && config->contents == CONFIG_ANY &&
		    (!vm->starts || config->refill))
			error = load_bank(loader, &vm->devices[i]);
	}
	return error;
}

/* An image of the user's for the device tree, or an empty one. */
static int get_tree(const struct loader *loader, const char *role, struct bundle_image *image)
{
	int error = get_image(loader, role, image);

	if (error != -ENOENT)
		return error;
	*image = (struct bundle_image){ 0 };
	return 0;
}

/*
 * Random bytes for the guest's kernel, which is slow without any: the machine's own, hashed with
 * what no other start has, so that nobody learns another's. False: the machine has none.
 */
static bool make_seed(const struct loader *loader, uint8_t seed[SHA256_SIZE])
{
	const struct host *host = loader->host;
	struct sha256 hash;

	if (!host->seed)
		return false;
	sha256_init(&hash);
	sha256_update(&hash, host->seed, host->seed_size);
	sha256_update(&hash, loader->vm->name, strlen(loader->vm->name));
	sha256_update(&hash, &loader->vm->starts, sizeof(loader->vm->starts));
	sha256_final(&hash, seed);
	return true;
}

static int load_fdt(struct loader *loader)
{
	uint8_t seed[SHA256_SIZE];
	struct guest_fdt_facts facts = {
		.host = loader->host,
		.guest = loader->vm->config,
		.ramdisk = loader->ramdisk,
	};
	struct bundle_image tree, overlay;
	uint64_t size = CONFIG_TREE_ROOM;
	const char *why = "";
	void *room;
	int error = get_tree(loader, "dtb", &tree);

	if (!error)
		error = get_tree(loader, "overlay", &overlay);
	if (error)
		return error;
	facts.whole = tree.data;
	facts.whole_size = tree.size;
	facts.overlay = overlay.data;
	facts.overlay_size = overlay.size;
	if (make_seed(loader, seed)) {
		facts.seed = seed;
		facts.seed_size = sizeof(seed);
	}
	room = guestmem_open(&loader->vm->memory, gpa(loader->fdt), &size);
	if (!room)
		return -EFAULT;
	error = guest_fdt_build(&facts, room, size, &why);
	guestmem_close(&loader->vm->memory, room);
	if (error < 0)
		log_error("%s: its device tree can't be made: %s", loader->vm->name, why);
	return error < 0 ? error : 0;
}

static int scrub(const struct vm *vm)
{
	uint32_t i;
	int error = 0;

	for (i = 0; !error && i < vm->config->nr_memory; i++)
		error = guestmem_zero(&vm->memory, gpa(vm->config->memory[i].gpa),
				      vm->config->memory[i].size);
	return error;
}

int load_vm(struct vm *vm, const struct bundle *bundle, const struct host *host, uint64_t *pc,
	    uint64_t *opaque)
{
	struct loader loader = {
		.vm = vm,
		.bundle = bundle,
		.host = host,
		.memory = { vm->config->memory[0].gpa, vm->config->memory[0].size },
	};
	int error = 0;

	if (vm->starts)
		error = scrub(vm);
	if (loader.memory.size < 2 * CONFIG_TREE_ROOM)
		error = -ENOSPC;
	if (error) {
		log_error("%s: its memory can't be prepared (error %d)", vm->name, error);
		return error;
	}
	loader.fdt =
		align_down(loader.memory.base + loader.memory.size - CONFIG_TREE_ROOM, PAGE_SIZE);
	error = load_kernel(&loader);
	if (!error)
		error = load_ramdisk(&loader);
	if (!error)
		error = load_flash(&loader);
	if (!error)
		error = load_fdt(&loader);
	*pc = loader.entry;
	*opaque = loader.fdt;
	return error;
}
