/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a flattened device tree (Devicetree Specification 0.4, chapter 5) that dt_scan()
 * has found sound: what that has checked is not checked again, so that a boot does not pay
 * for it at every look. Never give these a tree that was not scanned to its end. Pure.
 *
 * A node is told by its offset in the structure block, as libfdt tells it; the root is 0.
 */
#ifndef HV_DT_H
#define HV_DT_H

#include "hv/types.h"

#define DT_NO_NODE (-1)
#define DT_CELL    4u /* bytes */

enum dt_token { DT_BEGIN_NODE = 1, DT_END_NODE = 2, DT_PROP = 3, DT_NOP = 4, DT_END = 9 };

/* Header fields, as indices of big-endian words. */
enum dt_header {
	DT_H_MAGIC,
	DT_H_TOTALSIZE,
	DT_H_STRUCT,
	DT_H_STRINGS,
	DT_H_RSVMAP,
	DT_H_VERSION,
	DT_H_LAST_COMP,
	DT_H_BOOT_CPU,
	DT_H_STRINGS_SIZE,
	DT_H_STRUCT_SIZE,
	DT_H_WORDS
};

#define DT_MAGIC 0xd00dfeedU

/* The value of a property. */
struct dt_prop {
	const void *data; /* four-byte aligned; NULL when the node lacks it */
	uint32_t size;    /* bytes */
};

/* A big-endian word. By bytes, because a base ISA has no instruction that reverses them. */
static inline uint32_t dt_load32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Cell i of a property's data, which holds more than i cells. */
uint32_t dt_cell(struct dt_prop prop, unsigned i);

/* A number of cells cells (0 to 2) that starts at cell i, which the data holds. */
uint64_t dt_number(struct dt_prop prop, unsigned i, unsigned cells);

/* True when one of the strings of a string list is name. */
bool dt_list_contains(struct dt_prop prop, const char *name);

/* The string behind previous in a string list, the first one behind NULL; or NULL. */
const char *dt_next_string(struct dt_prop list, const char *previous);

/* The text of a property that is one string; NULL when it is absent or anything else. */
const char *dt_text(struct dt_prop prop);

/* A node's name, with its unit address. */
const char *dt_name(const void *fdt, int node);

/* The child of node behind previous, the first one behind DT_NO_NODE; or DT_NO_NODE. */
int dt_next_child(const void *fdt, int node, int previous);

/* Over the children of node; child is an int. */
#define dt_for_each_child(child, fdt, node)                                     \
	for (child = dt_next_child(fdt, node, DT_NO_NODE); child != DT_NO_NODE; \
	     child = dt_next_child(fdt, node, child))

/* The child of that name, unit address included; or DT_NO_NODE. */
int dt_child(const void *fdt, int node, const char *name);

/* A property of a node by its name; data is NULL when it has none. */
struct dt_prop dt_find(const void *fdt, int node, const char *name);

/* Goes over the properties of a node. */
struct dt_cursor {
	const char *name;
	struct dt_prop value;
	/* dt.c's */
	const uint8_t *at;
	const char *strings;
};

/* A cursor before the node's first property. */
struct dt_cursor dt_properties(const void *fdt, int node);

/* Moves to the next property; false when there is none. */
bool dt_next(struct dt_cursor *cursor);

#endif
