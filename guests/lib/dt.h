/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a flattened device tree (Devicetree Specification 0.4, chapter 5): the
 * few look-ups that a small guest needs. A node is the offset of its begin token
 * in the structure block; DT_NONE is no node. The tree is trusted as far as its
 * producer is: the firmware, or Bulkhead. Buses are taken to map one to one.
 */
#ifndef GUESTS_LIB_DT_H
#define GUESTS_LIB_DT_H

#include <stdbool.h>
#include <stdint.h>

#define DT_NONE (-1)

/* True when there is a tree of a version that this can read. */
bool dt_is_tree(const void *tree);

/* The node after this one in the file's order, at any depth; the root after DT_NONE. */
int dt_next(const void *tree, int node);

/* The node around this one; DT_NONE for the root. */
int dt_parent(const void *tree, int node);

/* The direct child of parent that follows after, or the first one after DT_NONE. */
int dt_child(const void *tree, int parent, int after);

/* The direct child with this name, with or without a unit address. */
int dt_child_named(const void *tree, int parent, const char *name);

/* The next node after this one that is compatible with the string and not disabled. */
int dt_compatible(const void *tree, int after, const char *compatible);

/* The node with this phandle. */
int dt_phandle(const void *tree, uint32_t phandle);

/* A property's bytes, their number in *size unless that is NULL; NULL if there is none. */
const void *dt_property(const void *tree, int node, const char *name, int *size);

/* 32-bit cell number index of a property; otherwise where that is absent or shorter. */
uint32_t dt_cell(const void *tree, int node, const char *name, int index, uint32_t otherwise);

/* True when one of the property's strings is this one. */
bool dt_has_string(const void *tree, int node, const char *name, const char *string);

/* Entry number index of reg, by the cell counts of the node around it. False if there is none. */
bool dt_reg(const void *tree, int node, int index, uint64_t *base, uint64_t *size);

/*
 * The first interrupt of a node, by interrupts-extended or by interrupts and the
 * interrupt-parent of the nearest node around. *flags is 0 where the controller
 * takes one cell only. False if there is none.
 */
bool dt_interrupt(const void *tree, int node, int *controller, uint32_t *source, uint32_t *flags);

#endif
