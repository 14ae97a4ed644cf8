// SPDX-License-Identifier: Apache-2.0
/*
 * Writes a flattened device tree (Devicetree Specification 0.4, chapter 5), front to back. The
 * names of properties gather in the last quarter of the room, and move up behind the
 * nodes at the end. Names are told apart by their address: most are literals of the writers, and
 * one that is written twice costs a few bytes.
 */
#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/dt.h"
#include "hv/fmt.h"
#include "vcpu/guest_fdt_parts.h"

#define HEADER_SIZE      (DT_H_WORDS * DT_CELL)
#define RESERVATION_SIZE 16 /* the empty one that ends the list */
#define STRUCT_START     (HEADER_SIZE + RESERVATION_SIZE)
#define VERSION          17
#define LAST_COMPATIBLE  16

static void put32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

/* The next size bytes of the nodes, padded by zeros to a cell; NULL after an error. */
static uint8_t *take(struct tree *tree, size_t size)
{
	size_t padded = align_up(size, DT_CELL);
	uint8_t *at = tree->room + tree->at;

	if (tree->error || size > INT32_MAX || padded > tree->names_at - tree->at) {
		tree->error = -ENOSPC;
		return NULL;
	}
	tree->at += (uint32_t)padded;
	if (padded > size)
		memset(at + size, 0, padded - size);
	return at;
}

/* Where the name is among the names; it is added unless it was seen lately. */
static uint32_t name_offset(struct tree *tree, const char *name)
{
	struct tree_name *seen = &tree->seen[(uintptr_t)name / 4 % TREE_NAMES_SEEN];
	size_t size;

	if (seen->name == name)
		return seen->offset;
	size = strlen(name) + 1;
	if (size > tree->size - tree->names_at - tree->names_size) {
		tree->error = -ENOSPC;
		return 0;
	}
	*seen = (struct tree_name){ name, tree->names_size };
	memcpy(tree->room + tree->names_at + tree->names_size, name, size);
	tree->names_size += (uint32_t)size;
	return seen->offset;
}

void tree_open(struct tree *tree, void *room, size_t size)
{
	tree->room = room;
	tree->size = (uint32_t)MIN(size, (size_t)INT32_MAX);
	tree->at = STRUCT_START;
	tree->names_at = tree->size - tree->size / 4;
	if (tree->names_at < STRUCT_START)
		tree->error = -ENOSPC;
	else
		memset(tree->room, 0, STRUCT_START);
}

int tree_close(struct tree *tree)
{
	uint8_t *names = tree->room + tree->names_at, *end = take(tree, DT_CELL);
	const uint32_t header[DT_H_WORDS] = {
		[DT_H_MAGIC] = DT_MAGIC,
		[DT_H_TOTALSIZE] = tree->at + tree->names_size,
		[DT_H_STRUCT] = STRUCT_START,
		[DT_H_STRINGS] = tree->at,
		[DT_H_RSVMAP] = HEADER_SIZE,
		[DT_H_VERSION] = VERSION,
		[DT_H_LAST_COMP] = LAST_COMPATIBLE,
		[DT_H_STRINGS_SIZE] = tree->names_size,
		[DT_H_STRUCT_SIZE] = tree->at - STRUCT_START,
	};

	if (!end)
		return tree->error;
	put32(end, DT_END);
	memmove(tree->room + tree->at, names, tree->names_size);
	for (unsigned i = 0; i < DT_H_WORDS; i++)
		put32(tree->room + i * DT_CELL, header[i]);
	return 0;
}

void tree_begin(struct tree *tree, const char *name)
{
	size_t size = strlen(name) + 1;
	uint8_t *at = take(tree, DT_CELL + size);

	if (!at)
		return;
	put32(at, DT_BEGIN_NODE);
	memcpy(at + DT_CELL, name, size);
}

void tree_begin_at(struct tree *tree, const char *name, uint64_t address)
{
	char text[TREE_NAME_MAX];

	fmt_snprintf(text, sizeof(text), "%s@%llx", name, (unsigned long long)address);
	tree_begin(tree, text);
}

void tree_end(struct tree *tree)
{
	uint8_t *at = take(tree, DT_CELL);

	if (at)
		put32(at, DT_END_NODE);
}

void *tree_room(struct tree *tree, const char *name, size_t size)
{
	uint32_t offset = name_offset(tree, name);
	uint8_t *at = take(tree, 3 * DT_CELL + size);

	if (!at)
		return NULL;
	put32(at, DT_PROP);
	put32(at + DT_CELL, (uint32_t)size);
	put32(at + 2 * DT_CELL, offset);
	return at + 3 * DT_CELL;
}

void tree_bytes(struct tree *tree, const char *name, const void *data, size_t size)
{
	void *room = tree_room(tree, name, size);

	if (room)
		memcpy(room, data, size);
}

void tree_flag(struct tree *tree, const char *name)
{
	tree_room(tree, name, 0);
}

void tree_u32(struct tree *tree, const char *name, uint32_t value)
{
	uint8_t *room = tree_room(tree, name, sizeof(value));

	if (room)
		put32(room, value);
}

void tree_u64(struct tree *tree, const char *name, uint64_t value)
{
	uint8_t *room = tree_room(tree, name, sizeof(value));

	if (!room)
		return;
	put32(room, (uint32_t)(value >> 32));
	put32(room + DT_CELL, (uint32_t)value);
}

void tree_string(struct tree *tree, const char *name, const char *text)
{
	tree_bytes(tree, name, text, strlen(text) + 1);
}
