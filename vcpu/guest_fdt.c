// SPDX-License-Identifier: Apache-2.0
/*
 * The frame of a guest's device tree: the root, memory, chosen; the overlay. One
 * node is written after another, so that the parts need no searching.
 */
#include "vcpu/guest_fdt.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/fmt.h"
#include "vcpu/guest_fdt_parts.h"

/* What later changes need beyond the tree as written: chosen's properties in a user's tree. */
#define SPARE KiB(1)

uint32_t tree_vcpu_phandle(uint32_t vcpu)
{
	return 1 + vcpu;
}

uint32_t tree_device_phandle(const struct tree *tree, const struct config_device *device)
{
	return 1 + tree->guest->nr_vcpus + (uint32_t)(device - tree->guest->devices);
}

static void write_memory(struct tree *tree, const struct config_memory *memory)
{
	fdt64_t reg[2] = { cpu_to_fdt64(memory->gpa), cpu_to_fdt64(memory->size) };

	tree_begin_at(tree, "memory", memory->gpa);
	tree_string(tree, "device_type", "memory");
	tree_bytes(tree, "reg", reg, sizeof(reg));
	tree_end(tree);
}

static void write_chosen(struct tree *tree, const struct guest_fdt_facts *facts)
{
	const struct config_guest *guest = tree->guest;
	char name[TREE_NAME_MAX], path[TREE_NAME_MAX + 8];

	tree_begin(tree, "chosen");
	if (guest->bootargs)
		tree_string(tree, "bootargs", guest->bootargs);
	if (guest->console < guest->nr_devices) {
		tree_device_name(tree, &guest->devices[guest->console], name, sizeof(name));
		fmt_snprintf(path, sizeof(path), "/soc/%s", name);
		tree_string(tree, "stdout-path", path);
	}
	if (facts->ramdisk.size) {
		tree_u64(tree, "linux,initrd-start", facts->ramdisk.base);
		tree_u64(tree, "linux,initrd-end", facts->ramdisk.base + facts->ramdisk.size);
	}
	if (facts->seed)
		tree_bytes(tree, "rng-seed", facts->seed, facts->seed_size);
	tree_end(tree);
}

static void write_root(struct tree *tree, const struct guest_fdt_facts *facts)
{
	static const char compatible[] = "bulkhead,guest";

	tree_begin(tree, "");
	tree_u32(tree, "#address-cells", 2);
	tree_u32(tree, "#size-cells", 2);
	tree_string(tree, "compatible", compatible);
	tree_string(tree, "model", tree->guest->name);
	write_chosen(tree, facts);
	for (uint32_t i = 0; i < tree->guest->nr_memory; i++)
		write_memory(tree, &tree->guest->memory[i]);
	tree_cpus(tree);
	tree_devices(tree);
	tree_end(tree);
}

/* Of libfdt's errors, those that the caller can do something about. */
static int error_of(int error, const char **why)
{
	if (!error)
		return 0;
	if (error == -FDT_ERR_NOSPACE) {
		*why = "the room for it is too small";
		return -ENOSPC;
	}
	if (!*why)
		*why = fdt_strerror(error);
	return -EINVAL;
}

static int generate(const struct guest_fdt_facts *facts, void *room, size_t size, const char **why)
{
	struct tree tree = {
		.host = facts->host,
		.guest = facts->guest,
		.hide = facts->hide | (facts->guest->no_sstc ? BIT(ISA_SSTC) : 0),
	};

	tree_open(&tree, room, size);
	write_root(&tree, facts);
	if (tree_close(&tree))
		return error_of(-FDT_ERR_NOSPACE, why);
	*why = tree.why;
	return tree.why ? -ENOTSUP : 0;
}

static int take_whole(const struct guest_fdt_facts *facts, void *room, size_t size,
		      const char **why)
{
	int error = tree_take_whole(facts, room, size, why);

	return error_of(error ? error : fdt_pack(room), why);
}

bool tree_is_sound(const void *fdt, size_t size)
{
	return is_aligned((uintptr_t)fdt, 8) && size >= sizeof(struct fdt_header) &&
	       fdt_check_header(fdt) == 0 && fdt_totalsize(fdt) <= size &&
	       is_aligned(fdt_off_dt_struct(fdt), 4) && is_aligned(fdt_off_mem_rsvmap(fdt), 8) &&
	       fdt_check_full(fdt, fdt_totalsize(fdt)) == 0;
}

/*
 * libfdt changes the overlay while it applies it, and spoils the tree when it can't: the
 * overlay is a copy, at the end of the room, and the tree is not used after an error.
 */
static int apply_overlay(const struct guest_fdt_facts *facts, void *room, size_t size,
			 const char **why)
{
	uint64_t need = align_up(facts->overlay_size, 8);
	void *copy;
	int error;

	if (facts->overlay_size > size || need + SPARE > size - fdt_totalsize(room))
		return error_of(-FDT_ERR_NOSPACE, why);
	copy = (uint8_t *)room + align_down(size - need, 8);
	memcpy(copy, facts->overlay, facts->overlay_size);
	if (!tree_is_sound(copy, facts->overlay_size) || !tree_overlay_is_sound(copy)) {
		*why = "its overlay is damaged";
		return -EINVAL;
	}
	error = fdt_open_into(room, room, (int)align_down(size - need, 8));
	if (!error)
		error = fdt_overlay_apply(room, copy);
	memset(copy, 0, need);
	*why = error ? "its overlay does not fit the device tree" : NULL;
	return error_of(error ? error : fdt_pack(room), why);
}

int guest_fdt_build(const struct guest_fdt_facts *facts, void *room, size_t size, const char **why)
{
	int error;

	*why = NULL;
	size = MIN(size, (size_t)INT32_MAX);
	error = facts->whole ? take_whole(facts, room, size, why)
			     : generate(facts, room, size, why);
	if (!error && facts->overlay)
		error = apply_overlay(facts, room, size, why);
	return error ? error : (int)fdt_totalsize(room);
}
