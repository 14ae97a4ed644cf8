/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a sound tree (contract in dt.h). The loops end because a sound tree's nodes do. */
#include "hv/dt.h"

#include <string.h>

#include "hv/bits.h"

uint32_t dt_cell(struct dt_prop prop, unsigned i)
{
	return dt_load32((const uint8_t *)prop.data + i * DT_CELL);
}

uint64_t dt_number(struct dt_prop prop, unsigned i, unsigned cells)
{
	uint64_t value = 0;

	while (cells--)
		value = value << 32 | dt_cell(prop, i++);
	return value;
}

const char *dt_next_string(struct dt_prop list, const char *previous)
{
	const char *text = list.data;
	size_t at = previous ? (size_t)(previous - text) + strlen(previous) + 1 : 0;

	if (at >= list.size || strnlen(text + at, list.size - at) == list.size - at)
		return NULL;
	return text + at;
}

bool dt_list_contains(struct dt_prop prop, const char *name)
{
	const char *s = NULL;

	while ((s = dt_next_string(prop, s))) {
		if (strcmp(s, name) == 0)
			return true;
	}
	return false;
}

const char *dt_text(struct dt_prop prop)
{
	return prop.size && strnlen(prop.data, prop.size) == prop.size - 1 ? prop.data : NULL;
}

static const uint8_t *block(const void *fdt)
{
	return (const uint8_t *)fdt + dt_load32((const uint32_t *)fdt + DT_H_STRUCT);
}

const char *dt_name(const void *fdt, int node)
{
	return (const char *)block(fdt) + node + DT_CELL;
}

/* The token behind a node's begin and name, or behind a property. */
static const uint8_t *behind_name(const uint8_t *begin)
{
	return begin + DT_CELL + align_up(strlen((const char *)begin + DT_CELL) + 1, DT_CELL);
}

static const uint8_t *behind_prop(const uint8_t *prop)
{
	return prop + 3 * DT_CELL + align_up(dt_load32(prop + DT_CELL), DT_CELL);
}

/* Tokens are small numbers: the last byte tells. */
static uint8_t token(const uint8_t *at)
{
	return at[DT_CELL - 1];
}

static const uint8_t *skip_props(const uint8_t *at)
{
	for (;;) {
		if (token(at) == DT_PROP)
			at = behind_prop(at);
		else if (token(at) == DT_NOP)
			at += DT_CELL;
		else
			return at;
	}
}

/* From a node's begin to behind its end. */
static const uint8_t *skip_node(const uint8_t *at)
{
	unsigned depth = 0;

	do {
		if (token(at) == DT_BEGIN_NODE) {
			at = behind_name(at);
			depth++;
		} else {
			at += DT_CELL;
			depth--;
		}
		at = skip_props(at);
	} while (depth);
	return at;
}

int dt_next_child(const void *fdt, int node, int previous)
{
	const uint8_t *start = block(fdt), *at;

	at = previous == DT_NO_NODE ? skip_props(behind_name(start + node))
				    : skip_node(start + previous);
	return token(at) == DT_BEGIN_NODE ? (int)(at - start) : DT_NO_NODE;
}

int dt_child(const void *fdt, int node, const char *name)
{
	int child;

	dt_for_each_child (child, fdt, node) {
		if (strcmp(dt_name(fdt, child), name) == 0)
			return child;
	}
	return DT_NO_NODE;
}

struct dt_cursor dt_properties(const void *fdt, int node)
{
	return (struct dt_cursor){
		.at = behind_name(block(fdt) + node),
		.strings = (const char *)fdt + dt_load32((const uint32_t *)fdt + DT_H_STRINGS),
	};
}

bool dt_next(struct dt_cursor *cursor)
{
	const uint8_t *at = cursor->at;

	while (token(at) == DT_NOP)
		at += DT_CELL;
	if (token(at) != DT_PROP)
		return false;
	cursor->name = cursor->strings + dt_load32(at + 2 * DT_CELL);
	cursor->value = (struct dt_prop){ at + 3 * DT_CELL, dt_load32(at + DT_CELL) };
	cursor->at = behind_prop(at);
	return true;
}

struct dt_prop dt_find(const void *fdt, int node, const char *name)
{
	struct dt_cursor cursor = dt_properties(fdt, node);

	while (dt_next(&cursor)) {
		if (cursor.name[0] == name[0] && strcmp(cursor.name, name) == 0)
			return cursor.value;
	}
	return (struct dt_prop){ NULL, 0 };
}
