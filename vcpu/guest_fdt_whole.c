// SPDX-License-Identifier: Apache-2.0
/*
 * A whole device tree of the user's. It is taken as it is, but for what only
 * Bulkhead knows, in /chosen: the boot arguments and the ramdisk of the guest's file,
 * and the random seed. Memory that the guest has not is refused: the kernel would crash in it
 * at once, with nothing to say why.
 */
#include <libfdt.h>

#include "hv/bits.h"
#include "vcpu/guest_fdt_parts.h"

#define CELLS_MAX 2

static int set_ramdisk(const struct range *ramdisk, void *fdt, int node)
{
	int error = fdt_setprop_u64(fdt, node, "linux,initrd-start", ramdisk->base);

	return error ? error
		     : fdt_setprop_u64(fdt, node, "linux,initrd-end",
				       ramdisk->base + ramdisk->size);
}

static int set_chosen(const struct guest_fdt_facts *facts, void *fdt)
{
	int node = fdt_path_offset(fdt, "/chosen");
	int error = 0;

	if (node < 0)
		node = fdt_add_subnode(fdt, 0, "chosen");
	if (node < 0)
		return node;
	if (facts->guest->bootargs)
		error = fdt_setprop_string(fdt, node, "bootargs", facts->guest->bootargs);
	if (!error && facts->ramdisk.size)
		error = set_ramdisk(&facts->ramdisk, fdt, node);
	if (!error && facts->seed)
		error = fdt_setprop(fdt, node, "rng-seed", facts->seed, (int)facts->seed_size);
	return error;
}

static uint64_t number(const fdt32_t *cells, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 32 | fdt32_ld(cells + i);
	return value;
}

static bool has_memory(const struct config_guest *guest, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < guest->nr_memory; i++) {
		struct range memory = { guest->memory[i].gpa, guest->memory[i].size };

		if (range_contains(memory, base, size))
			return true;
	}
	return false;
}

/* Every entry of a memory node's reg lies in the guest's memory. */
static bool node_is_memory_of(const void *fdt, int node, const struct config_guest *guest)
{
	int address = fdt_address_cells(fdt, 0), size = fdt_size_cells(fdt, 0), length, at;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &length);

	if (!reg || address < 1 || address > CELLS_MAX || size < 1 || size > CELLS_MAX)
		return false;
	length /= (int)sizeof(*reg);
	for (at = 0; at + address + size <= length; at += address + size) {
		if (!has_memory(guest, number(reg + at, address), number(reg + at + address, size)))
			return false;
	}
	return true;
}

static bool memory_fits(const void *fdt, const struct config_guest *guest)
{
	int node;

	fdt_for_each_subnode (node, fdt, 0) {
		if (fdt_stringlist_search(fdt, node, "device_type", "memory") == 0 &&
		    !node_is_memory_of(fdt, node, guest))
			return false;
	}
	return true;
}

int tree_take_whole(const struct guest_fdt_facts *facts, void *room, size_t size, const char **why)
{
	int error;

	if (!tree_is_sound(facts->whole, facts->whole_size)) {
		*why = "the device tree that its file names is damaged";
		return -FDT_ERR_BADSTRUCTURE;
	}
	if (!memory_fits(facts->whole, facts->guest)) {
		*why = "the device tree that its file names tells of memory that its \"memory\" "
		       "has not";
		return -FDT_ERR_BADVALUE;
	}
	error = fdt_open_into(facts->whole, room, (int)size);
	return error ? error : set_chosen(facts, room);
}
