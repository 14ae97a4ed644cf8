// SPDX-License-Identifier: Apache-2.0
/*
 * Checks a user's overlay. libfdt trusts the offsets in an overlay's
 * /__local_fixups__, which mirrors the overlay's nodes and lists, by property,
 * where a phandle stands: they are held against the properties here first.
 */
#include <libfdt.h>
#include <string.h>

#include "hv/bits.h"
#include "vcpu/guest_fdt_parts.h"

#define FIXUPS          "/__local_fixups__"
#define PATH_MAX_LENGTH 256

/* Every offset that a property of the mirror lists lies in the property that it mirrors. */
static bool offsets_are_sound(const void *fdt, int mirror_property, int node)
{
	const char *name;
	int count, size;
	const fdt32_t *offsets = fdt_getprop_by_offset(fdt, mirror_property, &name, &count);
	const void *value = offsets ? fdt_getprop(fdt, node, name, &size) : NULL;

	if (!value)
		return false;
	for (int i = 0; i < count / (int)sizeof(*offsets); i++) {
		uint64_t end = (uint64_t)fdt32_ld(offsets + i) + sizeof(fdt32_t);

		if (end > (uint64_t)size)
			return false;
	}
	return true;
}

/* The same for one node of the mirror, which must mirror one. */
static bool node_is_sound(const void *fdt, int mirror)
{
	char path[PATH_MAX_LENGTH];
	const char *mirrored = path + strlen(FIXUPS);
	int property, node;

	if (fdt_get_path(fdt, mirror, path, sizeof(path)) != 0)
		return false;
	node = fdt_path_offset(fdt, *mirrored ? mirrored : "/");
	if (node < 0)
		return false;
	fdt_for_each_property_offset (property, fdt, mirror) {
		if (!offsets_are_sound(fdt, property, node))
			return false;
	}
	return true;
}

bool tree_overlay_is_sound(const void *fdt)
{
	int mirror = fdt_path_offset(fdt, FIXUPS);
	int depth = 0;

	if (mirror < 0)
		return true;
	do {
		if (!node_is_sound(fdt, mirror))
			return false;
		mirror = fdt_next_node(fdt, mirror, &depth);
	} while (mirror >= 0 && depth > 0);
	return true;
}
