/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a flattened device tree by walking its tokens. No index is built: a
 * guest looks up a dozen things, once. Every loop ends at the tree's end token
 * or at the size that the header tells.
 */
#include <stddef.h>
#include <string.h>

#include "guests/lib/dt.h"

#define MAGIC   0xd00dfeed
#define VERSION 17

enum token { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4, END = 9 };

/* Indices of the header's 32-bit words. */
enum header {
	HEAD_MAGIC,
	HEAD_SIZE,
	HEAD_STRUCT,
	HEAD_STRINGS,
	HEAD_RESERVED,
	HEAD_VERSION,
	HEAD_LAST_COMPATIBLE,
	HEAD_BOOT_HART,
	HEAD_STRINGS_SIZE,
	HEAD_STRUCT_SIZE
};

static uint32_t big_endian(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t header(const void *tree, enum header index)
{
	return big_endian((const char *)tree + 4 * index);
}

static const char *at(const void *tree, int offset)
{
	return (const char *)tree + header(tree, HEAD_STRUCT) + offset;
}

static enum token token(const void *tree, int offset)
{
	if (offset < 0 || (uint32_t)offset + 4 > header(tree, HEAD_STRUCT_SIZE))
		return END;
	return big_endian(at(tree, offset));
}

static int round_up_4(int n)
{
	return (n + 3) & ~3;
}

/* The offset of the token after the one at offset. */
static int token_next(const void *tree, int offset)
{
	switch (token(tree, offset)) {
	case BEGIN_NODE:
		return offset + 4 + round_up_4((int)strlen(at(tree, offset + 4)) + 1);
	case PROPERTY:
		return offset + 12 + round_up_4((int)big_endian(at(tree, offset + 4)));
	default:
		return offset + 4;
	}
}

bool dt_is_tree(const void *tree)
{
	return tree && header(tree, HEAD_MAGIC) == MAGIC &&
	       header(tree, HEAD_LAST_COMPATIBLE) <= VERSION;
}

int dt_next(const void *tree, int node)
{
	int offset = node == DT_NONE ? 0 : token_next(tree, node);

	while (token(tree, offset) != BEGIN_NODE) {
		if (token(tree, offset) == END)
			return DT_NONE;
		offset = token_next(tree, offset);
	}
	return offset;
}

/* The token that ends the node. */
static int node_end(const void *tree, int node)
{
	int depth = 0;
	int offset = node;

	for (; token(tree, offset) != END; offset = token_next(tree, offset)) {
		if (token(tree, offset) == BEGIN_NODE)
			depth++;
		if (token(tree, offset) == END_NODE && --depth == 0)
			break;
	}
	return offset;
}

int dt_parent(const void *tree, int node)
{
	int parent = DT_NONE;

	for (int i = dt_next(tree, DT_NONE); i != DT_NONE && i < node; i = dt_next(tree, i))
		if (node_end(tree, i) > node)
			parent = i;
	return parent;
}

int dt_child(const void *tree, int parent, int after)
{
	int offset = token_next(tree, after == DT_NONE ? parent : node_end(tree, after));

	while (token(tree, offset) != BEGIN_NODE) {
		if (token(tree, offset) == END_NODE || token(tree, offset) == END)
			return DT_NONE;
		offset = token_next(tree, offset);
	}
	return offset;
}

int dt_child_named(const void *tree, int parent, const char *name)
{
	size_t length = strlen(name);

	for (int node = dt_child(tree, parent, DT_NONE); node != DT_NONE;
	     node = dt_child(tree, parent, node)) {
		const char *found = at(tree, node + 4);

		if (!strncmp(found, name, length) && (!found[length] || found[length] == '@'))
			return node;
	}
	return DT_NONE;
}

const void *dt_property(const void *tree, int node, const char *name, int *size)
{
	const char *strings = (const char *)tree + header(tree, HEAD_STRINGS);
	int offset;

	if (node == DT_NONE)
		return NULL;
	for (offset = token_next(tree, node);
	     token(tree, offset) == PROPERTY || token(tree, offset) == NOP;
	     offset = token_next(tree, offset)) {
		if (token(tree, offset) == NOP)
			continue;
		if (strcmp(strings + big_endian(at(tree, offset + 8)), name))
			continue;
		if (size)
			*size = (int)big_endian(at(tree, offset + 4));
		return at(tree, offset + 12);
	}
	return NULL;
}

uint32_t dt_cell(const void *tree, int node, const char *name, int index, uint32_t otherwise)
{
	int size;
	const char *cells = dt_property(tree, node, name, &size);

	if (!cells || size / 4 <= index)
		return otherwise;
	return big_endian(cells + 4 * index);
}

bool dt_has_string(const void *tree, int node, const char *name, const char *string)
{
	int size;
	const char *list = dt_property(tree, node, name, &size);

	if (!list)
		return false;
	for (int i = 0; i < size; i += (int)strlen(list + i) + 1)
		if (!strcmp(list + i, string))
			return true;
	return false;
}

static bool is_disabled(const void *tree, int node)
{
	return dt_property(tree, node, "status", NULL) &&
	       !dt_has_string(tree, node, "status", "okay") &&
	       !dt_has_string(tree, node, "status", "ok");
}

int dt_compatible(const void *tree, int after, const char *compatible)
{
	for (int node = dt_next(tree, after); node != DT_NONE; node = dt_next(tree, node))
		if (dt_has_string(tree, node, "compatible", compatible) && !is_disabled(tree, node))
			return node;
	return DT_NONE;
}

int dt_phandle(const void *tree, uint32_t phandle)
{
	for (int node = dt_next(tree, DT_NONE); node != DT_NONE; node = dt_next(tree, node))
		if (dt_property(tree, node, "phandle", NULL) &&
		    dt_cell(tree, node, "phandle", 0, 0) == phandle)
			return node;
	return DT_NONE;
}

static uint64_t number(const void *tree, int node, const char *name, int index, int cells)
{
	uint64_t value = 0;

	for (int i = 0; i < cells; i++)
		value = value << 32 | dt_cell(tree, node, name, index + i, 0);
	return value;
}

bool dt_reg(const void *tree, int node, int index, uint64_t *base, uint64_t *size)
{
	int parent = dt_parent(tree, node);
	int address_cells = (int)dt_cell(tree, parent, "#address-cells", 0, 2);
	int size_cells = (int)dt_cell(tree, parent, "#size-cells", 0, 1);
	int first = index * (address_cells + size_cells);
	int bytes;

	if (!dt_property(tree, node, "reg", &bytes) ||
	    bytes / 4 < first + address_cells + size_cells)
		return false;
	*base = number(tree, node, "reg", first, address_cells);
	*size = number(tree, node, "reg", first + address_cells, size_cells);
	return true;
}

/* The interrupt parent that holds for a node: its own, or that of the nearest node around it. */
static int interrupt_parent(const void *tree, int node)
{
	for (int i = node; i != DT_NONE; i = dt_parent(tree, i))
		if (dt_property(tree, i, "interrupt-parent", NULL))
			return dt_phandle(tree, dt_cell(tree, i, "interrupt-parent", 0, 0));
	return DT_NONE;
}

bool dt_interrupt(const void *tree, int node, int *controller, uint32_t *source, uint32_t *flags)
{
	const char *name = "interrupts-extended";
	int first = 1;

	if (dt_property(tree, node, name, NULL)) {
		*controller = dt_phandle(tree, dt_cell(tree, node, name, 0, 0));
	} else {
		name = "interrupts";
		first = 0;
		*controller = interrupt_parent(tree, node);
	}
	if (*controller == DT_NONE || !dt_property(tree, node, name, NULL))
		return false;
	*source = dt_cell(tree, node, name, first, 0);
	*flags = 0;
	if (dt_cell(tree, *controller, "#interrupt-cells", 0, 1) > 1)
		*flags = dt_cell(tree, node, name, first + 1, 0);
	return true;
}
