/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device tree scanner. It trusts nothing but its own bounds checks: every
 * read of the structure block happens after need() said that the bytes are
 * there, every name and property name is known to end inside its block.
 */
#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/dt_scan.h"

#define CELL DT_CELL

/* Versions of clang-format differ here. */
/* clang-format off */
#define NAME(text) { text, sizeof(text) }
/* clang-format on */
#define NAME_LONGEST 32

/* Sorted as the enumeration is, so that a row can't be forgotten without a hole. */
static const struct {
	const char *text;
	uint8_t size; /* with its NUL */
} prop_names[DT_PROP_COUNT] = {
	[DT_ADDRESS_CELLS] = NAME("#address-cells"),
	[DT_BOOTARGS] = NAME("bootargs"),
	[DT_CBOM_BLOCK_SIZE] = NAME("riscv,cbom-block-size"),
	[DT_CBOZ_BLOCK_SIZE] = NAME("riscv,cboz-block-size"),
	[DT_CHILDREN] = NAME("riscv,children"),
	[DT_CLOCK_FREQUENCY] = NAME("clock-frequency"),
	[DT_COMPATIBLE] = NAME("compatible"),
	[DT_DEVICE_TYPE] = NAME("device_type"),
	[DT_GROUP_INDEX_BITS] = NAME("riscv,group-index-bits"),
	[DT_GROUP_INDEX_SHIFT] = NAME("riscv,group-index-shift"),
	[DT_GUEST_INDEX_BITS] = NAME("riscv,guest-index-bits"),
	[DT_HART_INDEX_BITS] = NAME("riscv,hart-index-bits"),
	[DT_INITRD_END] = NAME("linux,initrd-end"),
	[DT_INITRD_START] = NAME("linux,initrd-start"),
	[DT_INTERRUPTS] = NAME("interrupts"),
	[DT_INTERRUPTS_EXTENDED] = NAME("interrupts-extended"),
	[DT_INTERRUPT_CELLS] = NAME("#interrupt-cells"),
	[DT_INTERRUPT_CONTROLLER] = NAME("interrupt-controller"),
	[DT_INTERRUPT_PARENT] = NAME("interrupt-parent"),
	[DT_ISA] = NAME("riscv,isa"),
	[DT_ISA_EXTENSIONS] = NAME("riscv,isa-extensions"),
	[DT_MMU_TYPE] = NAME("mmu-type"),
	[DT_MSI_PARENT] = NAME("msi-parent"),
	[DT_NDEV] = NAME("riscv,ndev"),
	[DT_NUM_IDS] = NAME("riscv,num-ids"),
	[DT_NUM_SOURCES] = NAME("riscv,num-sources"),
	[DT_PHANDLE] = NAME("phandle"),
	[DT_RANGES] = NAME("ranges"),
	[DT_REG] = NAME("reg"),
	[DT_REG_IO_WIDTH] = NAME("reg-io-width"),
	[DT_REG_SHIFT] = NAME("reg-shift"),
	[DT_RNG_SEED] = NAME("rng-seed"),
	[DT_SIZE_CELLS] = NAME("#size-cells"),
	[DT_STATUS] = NAME("status"),
	[DT_STDOUT_PATH] = NAME("stdout-path"),
	[DT_TIMEBASE_FREQUENCY] = NAME("timebase-frequency"),
};

/* Property names are looked up once a name, not once a property: remembered by their offset. */
#define NAME_CACHE 1024
enum { NAME_NEW = 0, NAME_OTHER = 0xff };

struct walk {
	struct dt_scan scan;
	const uint8_t *block; /* the structure block */
	uint32_t block_size;
	uint32_t at; /* offset of the next token in it */
	const char *strings;
	uint32_t strings_size;
	bool pending; /* the current node's properties are being read */
	bool root_seen;
	const char *why;
	dt_visit_fn visit; /* or NULL */
	void *context;
	uint8_t names[NAME_CACHE]; /* NAME_NEW, NAME_OTHER or 1 + enum dt_prop_id */
	/* Chains of names of a size, as 1 + enum dt_prop_id, ended by 0. */
	uint8_t first_of_size[NAME_LONGEST + 1];
	uint8_t next_of_size[DT_PROP_COUNT];
};

static int broken(struct walk *w, const char *why)
{
	w->why = why;
	return -EINVAL;
}

/* True when size bytes are left at w->at. */
static bool need(const struct walk *w, uint32_t size)
{
	return size <= w->block_size - w->at;
}

/* Moves on by size bytes and to the next token; size bytes are there, padding may not be. */
static void advance(struct walk *w, uint32_t size)
{
	uint32_t padded = (uint32_t)align_up(size, CELL);

	w->at += MIN(padded, w->block_size - w->at);
}

static void index_names(struct walk *w)
{
	memset(w->names, NAME_NEW, sizeof(w->names));
	memset(w->first_of_size, 0, sizeof(w->first_of_size));
	for (unsigned i = 0; i < DT_PROP_COUNT; i++) {
		uint8_t *first = &w->first_of_size[prop_names[i].size];

		w->next_of_size[i] = *first;
		*first = (uint8_t)(i + 1);
	}
}

static unsigned name_id(const struct walk *w, const char *name)
{
	size_t size = strlen(name) + 1;

	if (size > NAME_LONGEST)
		return DT_PROP_COUNT;
	for (unsigned i = w->first_of_size[size]; i; i = w->next_of_size[i - 1]) {
		if (memcmp(prop_names[i - 1].text, name, size) == 0)
			return i - 1;
	}
	return DT_PROP_COUNT;
}

static unsigned cached_name_id(struct walk *w, uint32_t offset)
{
	unsigned id;

	if (offset < NAME_CACHE && w->names[offset] != NAME_NEW)
		return w->names[offset] == NAME_OTHER ? DT_PROP_COUNT : w->names[offset] - 1u;
	id = name_id(w, w->strings + offset);
	if (offset < NAME_CACHE)
		w->names[offset] = id == DT_PROP_COUNT ? NAME_OTHER : (uint8_t)(id + 1);
	return id;
}

/* Notes the property at w->at for the visitor, if it is one that a visitor can ask for. */
static void note_prop(struct walk *w, uint32_t name, uint32_t size)
{
	unsigned id = cached_name_id(w, name);

	if (id == DT_PROP_COUNT)
		return;
	w->scan.present |= BIT(id);
	w->scan.props[id] = (struct dt_prop){ w->block + w->at, size };
}

static int read_prop(struct walk *w)
{
	uint32_t size, name;

	if (!w->pending)
		return broken(w, "a property stands outside of a node or after a subnode");
	if (!need(w, 2 * CELL))
		return broken(w, "it ends in a property");
	size = dt_load32(w->block + w->at);
	name = dt_load32(w->block + w->at + CELL);
	w->at += 2 * CELL;
	if (!need(w, size))
		return broken(w, "a property is longer than the tree");
	if (name >= w->strings_size)
		return broken(w, "a property's name lies outside of the tree");
	if (w->visit)
		note_prop(w, name, size);
	advance(w, size);
	return 0;
}

struct dt_prop dt_scan_prop(const struct dt_scan *scan, enum dt_prop_id id)
{
	if (!(scan->present & BIT(id)))
		return (struct dt_prop){ NULL, 0 };
	return scan->props[id];
}

uint32_t dt_scan_u32(const struct dt_scan *scan, enum dt_prop_id id, uint32_t otherwise)
{
	struct dt_prop prop = dt_scan_prop(scan, id);

	return prop.size < CELL ? otherwise : dt_cell(prop, 0);
}

uint64_t dt_scan_u64(const struct dt_scan *scan, enum dt_prop_id id, uint64_t otherwise)
{
	struct dt_prop prop = dt_scan_prop(scan, id);

	if (prop.size != CELL && prop.size != 2 * CELL)
		return otherwise;
	return dt_number(prop, 0, prop.size / CELL);
}

const char *dt_scan_string(const struct dt_scan *scan, enum dt_prop_id id)
{
	struct dt_prop prop = dt_scan_prop(scan, id);
	const char *s = prop.data;

	return prop.size && s[prop.size - 1] == '\0' ? s : NULL;
}

bool dt_scan_compatible(const struct dt_scan *scan, const char *name)
{
	return dt_list_contains(dt_scan_prop(scan, DT_COMPATIBLE), name);
}

/* Takes from the node's properties what its children inherit. */
static void settle_level(struct dt_scan *scan)
{
	struct dt_level *level = &scan->levels[scan->depth];
	const char *status = dt_scan_string(scan, DT_STATUS);

	level->address_cells = dt_scan_u32(scan, DT_ADDRESS_CELLS, 2);
	level->size_cells = dt_scan_u32(scan, DT_SIZE_CELLS, 1);
	level->interrupt_parent = dt_scan_u32(scan, DT_INTERRUPT_PARENT, level->interrupt_parent);
	level->ranges = dt_scan_prop(scan, DT_RANGES);
	if (status && strcmp(status, "okay") != 0 && strcmp(status, "ok") != 0)
		level->disabled = true;
}

/* The current node's properties are complete: shows it to the visitor. */
static int visit_pending(struct walk *w)
{
	if (!w->pending)
		return 0;
	w->pending = false;
	if (!w->visit)
		return 0;
	settle_level(&w->scan);
	return w->visit(w->context, &w->scan);
}

static int begin_node(struct walk *w, int offset)
{
	const char *name = (const char *)w->block + w->at;
	size_t length = strnlen(name, w->block_size - w->at);
	struct dt_level *level;

	if (length == w->block_size - w->at)
		return broken(w, "a node's name does not end");
	if (!w->root_seen && offset)
		return broken(w, "it does not begin with its root");
	if (!w->root_seen)
		w->scan.depth = 0;
	else if (w->scan.depth == UINT32_MAX)
		return broken(w, "it has two roots");
	else if (++w->scan.depth == DT_MAX_DEPTH)
		return w->why = "its nodes are nested too deeply", -E2BIG;
	level = &w->scan.levels[w->scan.depth];
	/* The rest comes with its properties: settle_level(). */
	level->name = name;
	level->offset = offset;
	level->interrupt_parent = w->root_seen ? level[-1].interrupt_parent : 0;
	level->disabled = w->root_seen && level[-1].disabled;
	w->root_seen = true;
	w->pending = true;
	w->scan.present = 0;
	advance(w, (uint32_t)length + 1);
	return 0;
}

/* Depth goes to UINT32_MAX when the root ends, and nothing but the end may follow. */
static int end_node(struct walk *w)
{
	if (!w->root_seen || w->scan.depth == UINT32_MAX)
		return broken(w, "a node ends that did not begin");
	w->scan.depth--;
	return 0;
}

static int walk_tokens(struct walk *w)
{
	int err = 0;

	while (!err && need(w, CELL)) {
		int offset = (int)w->at;
		uint32_t token = dt_load32(w->block + w->at);

		w->at += CELL;
		if (token == DT_PROP) {
			err = read_prop(w);
		} else if (token == DT_BEGIN_NODE) {
			err = visit_pending(w);
			err = err ? err : begin_node(w, offset);
		} else if (token == DT_END_NODE) {
			err = visit_pending(w);
			err = err ? err : end_node(w);
		} else if (token == DT_END) {
			return w->root_seen && w->scan.depth == UINT32_MAX
				       ? 0
				       : broken(w, "it ends in a node");
		} else if (token != DT_NOP) {
			return broken(w, "it holds an unknown token");
		}
	}
	return err ? err : broken(w, "it does not end");
}

/* True when [offset, offset + size) lies in the tree behind its header. */
static bool block_fits(const void *fdt, uint32_t offset, uint32_t size)
{
	struct range all = { 0, dt_load32((const uint32_t *)fdt + DT_H_TOTALSIZE) };

	return offset >= DT_H_WORDS * CELL && range_contains(all, offset, size);
}

static int check_reservations(struct walk *w, uint32_t offset)
{
	struct range r;

	if (!is_aligned(offset, 8))
		return broken(w, "its memory reservations are misaligned");
	for (unsigned i = 0; block_fits(w->scan.fdt, offset, 16); i++, offset += 16) {
		if (!dt_scan_reservation(w->scan.fdt, i, &r))
			return 0;
	}
	return broken(w, "its memory reservations do not end");
}

static int check_header(struct walk *w, const void *fdt, size_t size)
{
	const uint32_t *h = fdt;

	if (!is_aligned((uintptr_t)fdt, 8))
		return broken(w, "its address is not a multiple of 8");
	if (size < DT_H_WORDS * CELL || dt_load32(&h[DT_H_MAGIC]) != DT_MAGIC)
		return broken(w, "it is not a device tree");
	if (dt_load32(&h[DT_H_TOTALSIZE]) > size || dt_load32(&h[DT_H_TOTALSIZE]) > INT32_MAX)
		return broken(w, "it is cut off");
	if (dt_load32(&h[DT_H_VERSION]) < 17 || dt_load32(&h[DT_H_LAST_COMP]) > 17)
		return broken(w, "its version is not 17");
	if (!block_fits(fdt, dt_load32(&h[DT_H_STRUCT]), dt_load32(&h[DT_H_STRUCT_SIZE])) ||
	    !is_aligned(dt_load32(&h[DT_H_STRUCT]), CELL) ||
	    !block_fits(fdt, dt_load32(&h[DT_H_STRINGS]), dt_load32(&h[DT_H_STRINGS_SIZE])))
		return broken(w, "its header points outside of it");
	w->block = (const uint8_t *)fdt + dt_load32(&h[DT_H_STRUCT]);
	w->block_size = dt_load32(&h[DT_H_STRUCT_SIZE]);
	w->strings = (const char *)fdt + dt_load32(&h[DT_H_STRINGS]);
	w->strings_size = dt_load32(&h[DT_H_STRINGS_SIZE]);
	if (w->strings_size && w->strings[w->strings_size - 1] != '\0')
		return broken(w, "its strings do not end");
	return check_reservations(w, dt_load32(&h[DT_H_RSVMAP]));
}

int dt_scan(const void *fdt, size_t size, dt_visit_fn visit, void *context, const char **why)
{
	struct walk w;
	int err;

	w.scan.fdt = fdt;
	w.scan.present = 0;
	w.scan.depth = 0;
	w.at = 0;
	w.pending = false;
	w.root_seen = false;
	w.why = NULL;
	w.visit = visit;
	w.context = context;
	if (visit)
		index_names(&w);
	err = check_header(&w, fdt, size);
	if (!err)
		err = walk_tokens(&w);
	if (why && w.why)
		*why = w.why;
	return err;
}

bool dt_scan_reservation(const void *fdt, unsigned i, struct range *reservation)
{
	const uint8_t *map = (const uint8_t *)fdt + dt_load32((const uint32_t *)fdt + DT_H_RSVMAP);
	struct dt_prop entry = { map + i * 16, 16 };

	*reservation = (struct range){ dt_number(entry, 0, 2), dt_number(entry, 2, 2) };
	return reservation->base || reservation->size;
}

/* One bus's translation of a child's range. */
static int translate_level(const struct dt_scan *scan, unsigned bus, struct range *reg)
{
	const struct dt_level *level = &scan->levels[bus];
	unsigned child = level->address_cells, size = level->size_cells;
	unsigned parent = scan->levels[bus - 1].address_cells;
	unsigned row = child + parent + size;

	if (!level->ranges.data || child > 2 || parent > 2 || size > 2)
		return -EINVAL;
	if (level->ranges.size == 0)
		return 0;
	if (row == 0)
		return -EINVAL;
	for (unsigned i = 0; (i + row) * CELL <= level->ranges.size; i += row) {
		struct range window = { dt_number(level->ranges, i, child),
					dt_number(level->ranges, i + child + parent, size) };

		if (range_contains(window, reg->base, reg->size)) {
			reg->base += dt_number(level->ranges, i + child, parent) - window.base;
			return 0;
		}
	}
	return -EINVAL;
}

int dt_scan_reg(const struct dt_scan *scan, unsigned i, struct range *reg)
{
	struct dt_prop prop = dt_scan_prop(scan, DT_REG);
	unsigned address, size;

	if (scan->depth == 0)
		return -EINVAL;
	address = scan->levels[scan->depth - 1].address_cells;
	size = scan->levels[scan->depth - 1].size_cells;
	if (address == 0 || address > 2 || size > 2)
		return -EINVAL;
	if ((uint64_t)(i + 1) * (address + size) * CELL > prop.size)
		return -ENOENT;
	reg->base = dt_number(prop, i * (address + size), address);
	reg->size = dt_number(prop, i * (address + size) + address, size);
	for (unsigned bus = scan->depth - 1; bus > 0; bus--) {
		if (translate_level(scan, bus, reg))
			return -EINVAL;
	}
	return range_is_sound(reg->base, reg->size) ? 0 : -EINVAL;
}

int dt_scan_path(const struct dt_scan *scan, char *path, size_t size)
{
	size_t at = 0;

	for (unsigned i = scan->depth ? 1 : 0; i <= scan->depth; i++) {
		size_t length = strlen(scan->levels[i].name);

		if (size - at < length + 2)
			return -E2BIG;
		path[at++] = '/';
		memcpy(path + at, scan->levels[i].name, length);
		at += length;
	}
	path[at] = '\0';
	return 0;
}
