/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a flattened device tree (Devicetree Specification 0.4, chapter
 * 5), which checks its structure as it goes: a tree that was scanned to its end
 * with no error is sound for hv/dt.h, and for libfdt too. The visitor sees each node once, with
 * the properties that Bulkhead knows already found, and with its place in the
 * tree. No allocation, no recursion, no phandle search: boot time counts here.
 * Pure. The tree is input from outside until the scan has passed.
 */
#ifndef HV_DT_SCAN_H
#define HV_DT_SCAN_H

#include "hv/dt.h"

#define DT_MAX_DEPTH 16
#define DT_MAX_PATH  128 /* bytes of a node's full path, with its NUL */

/* The properties that a visitor can ask for; names in dt_scan.c. */
enum dt_prop_id {
	DT_ADDRESS_CELLS,
	DT_BOOTARGS,
	DT_CBOM_BLOCK_SIZE,
	DT_CBOZ_BLOCK_SIZE,
	DT_CHILDREN,
	DT_CLOCK_FREQUENCY,
	DT_COMPATIBLE,
	DT_DEVICE_TYPE,
	DT_GROUP_INDEX_BITS,
	DT_GROUP_INDEX_SHIFT,
	DT_GUEST_INDEX_BITS,
	DT_HART_INDEX_BITS,
	DT_INITRD_END,
	DT_INITRD_START,
	DT_INTERRUPTS,
	DT_INTERRUPTS_EXTENDED,
	DT_INTERRUPT_CELLS,
	DT_INTERRUPT_CONTROLLER,
	DT_INTERRUPT_PARENT,
	DT_ISA,
	DT_ISA_EXTENSIONS,
	DT_MMU_TYPE,
	DT_MSI_PARENT,
	DT_NDEV,
	DT_NUM_IDS,
	DT_NUM_SOURCES,
	DT_PHANDLE,
	DT_RANGES,
	DT_REG,
	DT_REG_IO_WIDTH,
	DT_REG_SHIFT,
	DT_RNG_SEED,
	DT_SIZE_CELLS,
	DT_STATUS,
	DT_STDOUT_PATH,
	DT_TIMEBASE_FREQUENCY,
	DT_PROP_COUNT,
};

/* A node on the way from the root to the visited one. */
struct dt_level {
	const char *name;
	int offset;             /* libfdt's */
	uint32_t address_cells; /* of its children */
	uint32_t size_cells;
	uint32_t interrupt_parent; /* phandle, inherited; 0: none */
	struct dt_prop ranges;
	bool disabled; /* its status, or that of a node above it, is not "okay" */
};

/* What a visitor sees: levels[depth] is the node itself, levels[0] the root. */
struct dt_scan {
	const void *fdt;
	struct dt_level levels[DT_MAX_DEPTH];
	unsigned depth;
	uint64_t present; /* BIT(enum dt_prop_id) */
	struct dt_prop props[DT_PROP_COUNT];
};

/* Returns 0 to go on; anything else ends the scan, which returns it. */
typedef int (*dt_visit_fn)(void *context, const struct dt_scan *scan);

/*
 * Visits every node of the tree of at most size bytes at fdt (eight-byte
 * aligned), parents before children; visit NULL: only checks it. *why, where why
 * is not NULL, says what is wrong with the tree. Returns 0, -EINVAL for a broken
 * tree, -E2BIG for one that is nested too deeply, or what the visitor returned.
 */
int dt_scan(const void *fdt, size_t size, dt_visit_fn visit, void *context, const char **why);

/*
 * The reservation of index i in the tree's memory reservation block, which the
 * scan has checked. Returns false past the last.
 */
bool dt_scan_reservation(const void *fdt, unsigned i, struct range *reservation);

/* A property of the visited node; data is NULL when it has none. */
struct dt_prop dt_scan_prop(const struct dt_scan *scan, enum dt_prop_id id);

/* The first cell of a property of the visited node, or otherwise when it has none. */
uint32_t dt_scan_u32(const struct dt_scan *scan, enum dt_prop_id id, uint32_t otherwise);

/* A number of one or two cells, or otherwise when the property is absent or of another size. */
uint64_t dt_scan_u64(const struct dt_scan *scan, enum dt_prop_id id, uint64_t otherwise);

/* A property that is one string; NULL when it is absent or not NUL-terminated. */
const char *dt_scan_string(const struct dt_scan *scan, enum dt_prop_id id);

/* True when the visited node's "compatible" lists the name. */
bool dt_scan_compatible(const struct dt_scan *scan, const char *name);

/*
 * Entry i of the visited node's "reg", translated by the "ranges" of every bus
 * above it. Returns 0, -ENOENT past the last entry, -EINVAL when the addresses
 * can't be represented or translated.
 */
int dt_scan_reg(const struct dt_scan *scan, unsigned i, struct range *reg);

/* Writes the visited node's full path. Returns 0, or -E2BIG when it needs more than size bytes. */
int dt_scan_path(const struct dt_scan *scan, char *path, size_t size);

#endif
