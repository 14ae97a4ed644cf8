/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page-table walker (contract in pgtable.h). Every change goes in two
 * steps: first all that can fail (checks, memory for tables that split a
 * page), then stores that can't. An entry is written by one release store, so
 * that a hart that walks the table meanwhile sees it with its contents whole.
 * All loops are over levels, entries, or pages of the caller's range.
 */
#include <errno.h>

#include "hv/bits.h"
#include "hv/pgtable.h"
#include "hv/boot.h"

#define HPA_BITS 56

/* Marks a closed leaf, in one of the bits that the hardware leaves to software. V is clear. */
#define CLOSED BIT(8)

static bool is_table(uint64_t entry)
{
	return (entry & PTE_V) && !pgtable_is_leaf(entry);
}

static hpa_t entry_target(uint64_t entry)
{
	return hpa(FIELD_GET(PTE_PPN, entry) << PAGE_SHIFT);
}

static uint64_t make_entry(hpa_t target, uint64_t flags)
{
	return FIELD_PREP(PTE_PPN, target.v >> PAGE_SHIFT) | flags | (flags & CLOSED ? 0 : PTE_V);
}

static unsigned int root_level(const struct pgtable *pt)
{
	return pt->format.levels - 1;
}

static unsigned int table_order(const struct pgtable *pt, unsigned int level)
{
	return level == root_level(pt) ? pt->format.root_bits - PGTABLE_INDEX_BITS : 0;
}

static unsigned int table_entries(const struct pgtable *pt, unsigned int level)
{
	return (unsigned int)PGTABLE_ENTRIES << table_order(pt, level);
}

static unsigned int index_of(const struct pgtable *pt, uint64_t address, unsigned int level)
{
	return (address >> (PAGE_SHIFT + PGTABLE_INDEX_BITS * level)) &
	       (table_entries(pt, level) - 1);
}

static uint64_t *entry_at(const struct pgtable *pt, hpa_t table, unsigned int index)
{
	return &pt->ops->entries(pt->context, table)[index];
}

static void store_entry(uint64_t *at, uint64_t entry)
{
	__atomic_store_n(at, entry, __ATOMIC_RELEASE);
}

static bool reachable(const struct pgtable *pt, uint64_t address)
{
	unsigned int width = pgtable_width(&pt->format);
	uint64_t top = address >> (width - 1);

	if (pt->format.sign_extended)
		return top == 0 || top == UINT64_MAX >> (width - 1);
	return top <= 1;
}

static int check_range(const struct pgtable *pt, uint64_t address, uint64_t size)
{
	uint64_t last = address + (size - 1);

	if (size == 0 || !is_aligned(address | size, PAGE_SIZE))
		return -EINVAL;
	if (!range_is_sound(address, size) || !reachable(pt, address) || !reachable(pt, last))
		return -ERANGE;
	/* A range over the gap between the halves of a sign-extended space has both ends in it. */
	return (address ^ last) >> 63 ? -ERANGE : 0;
}

static int check_flags(uint64_t flags)
{
	if (flags & ~PGTABLE_FLAGS || !(flags & (PTE_R | PTE_X)))
		return -EINVAL;
	if ((flags & PTE_W) && !(flags & PTE_R))
		return -EINVAL;
	return FIELD_GET(PTE_PBMT, flags) == 3 ? -EINVAL : 0;
}

static int check_target(hpa_t target, uint64_t size)
{
	struct range all = { 0, BIT(HPA_BITS) };

	if (!is_aligned(target.v, PAGE_SIZE))
		return -EINVAL;
	return range_contains(all, target.v, size) ? 0 : -ERANGE;
}

static int new_table(struct pgtable *pt, unsigned int level, hpa_t *table)
{
	unsigned int order = table_order(pt, level);
	int error = pt->ops->alloc(pt->context, order, table);

	if (!error)
		pt->pages += BIT(order);
	return error;
}

static void free_table(struct pgtable *pt, unsigned int level, hpa_t table)
{
	unsigned int order = table_order(pt, level);

	pt->ops->free(pt->context, order, table);
	pt->pages -= BIT(order);
}

BOOT_CODE int pgtable_init(struct pgtable *pt, const struct pgtable_format *format,
			   const struct pgtable_ops *ops, void *context)
{
	if (format->levels < 3 || format->levels > PGTABLE_LEVELS_MAX || format->largest_leaf > 2)
		return -EINVAL;
	if (format->root_bits != PGTABLE_INDEX_BITS && format->root_bits != PGTABLE_INDEX_BITS + 2)
		return -EINVAL;
	*pt = (struct pgtable){ .format = *format, .ops = ops, .context = context };
	return new_table(pt, root_level(pt), &pt->root);
}

/* Post order with an explicit path: a table goes when all its entries have been seen. */
static void free_all_tables(struct pgtable *pt)
{
	hpa_t table[PGTABLE_LEVELS_MAX] = { { 0 } };
	unsigned int index[PGTABLE_LEVELS_MAX] = { 0 };
	unsigned int level = root_level(pt);

	table[level] = pt->root;
	while (level < pt->format.levels) {
		uint64_t entry;

		if (index[level] == table_entries(pt, level)) {
			free_table(pt, level, table[level]);
			level++;
			continue;
		}
		entry = *entry_at(pt, table[level], index[level]++);
		if (is_table(entry) && level > 0) {
			level--;
			table[level] = entry_target(entry);
			index[level] = 0;
		}
	}
}

void pgtable_destroy(struct pgtable *pt)
{
	pgtable_reap(pt);
	free_all_tables(pt);
	pt->root = hpa(0);
}

/* The list of tables set aside goes through entry 0, whose page-aligned value has V clear. */
static void set_aside(struct pgtable *pt, hpa_t table)
{
	store_entry(entry_at(pt, table, 0), pt->aside.v);
	pt->aside = table;
}

void pgtable_reap(struct pgtable *pt)
{
	while (pt->aside.v) {
		hpa_t table = pt->aside;

		pt->aside = hpa(*entry_at(pt, table, 0));
		free_table(pt, 0, table);
	}
}

static void record_step(const struct pgtable *pt, struct pgtable_walk *walk, unsigned int level,
			hpa_t table, uint64_t address)
{
	struct pgtable_step *step = &walk->steps[walk->depth++];

	step->level = level;
	step->index = index_of(pt, address, level);
	step->table = table;
	step->at = entry_at(pt, table, step->index);
	step->entry = *step->at;
	walk->level = level;
	walk->entry = step->entry;
	walk->page_size = pgtable_page_size(level);
}

int pgtable_walk(const struct pgtable *pt, uint64_t address, struct pgtable_walk *walk)
{
	hpa_t table = pt->root;

	walk->depth = 0;
	if (!reachable(pt, address))
		return -ERANGE;
	for (unsigned int level = pt->format.levels; level-- > 0;) {
		record_step(pt, walk, level, table, address);
		if (!is_table(walk->entry))
			break;
		table = entry_target(walk->entry);
	}
	if (!pgtable_is_leaf(walk->entry) && !(walk->entry & CLOSED))
		return -ENOENT;
	walk->hpa = hpa(entry_target(walk->entry).v + (address & (walk->page_size - 1)));
	return walk->entry & CLOSED ? -EACCES : 0;
}

/* Whether the walk ends at a leaf, closed or not. */
static bool finds_leaf(const struct pgtable *pt, uint64_t address, struct pgtable_walk *walk)
{
	int error = pgtable_walk(pt, address, walk);

	return error == 0 || error == -EACCES;
}

/* As finds_leaf in a loop over a range, where walk begins at depth 0: mostly without the root. */
static bool next_is_leaf(const struct pgtable *pt, uint64_t address, struct pgtable_walk *walk)
{
	struct pgtable_step *last;

	if (walk->depth == 0)
		return finds_leaf(pt, address, walk);
	last = &walk->steps[walk->depth - 1];
	if (last->index + 1 == table_entries(pt, last->level) || is_table(last->at[1]))
		return finds_leaf(pt, address, walk);
	last->index++;
	last->entry = walk->entry = *++last->at;
	return pgtable_is_leaf(walk->entry) || (walk->entry & CLOSED);
}

/* Bytes from address to the end of what the walk's last entry covers. */
static uint64_t bytes_to_next(const struct pgtable_walk *walk, uint64_t address)
{
	return walk->page_size - (address & (walk->page_size - 1));
}

static const struct pgtable_step *last_step(const struct pgtable_walk *walk)
{
	return &walk->steps[walk->depth - 1];
}

/* How many of the limit entries behind the walk's last one are 0, up to the end of its table. */
static uint64_t free_behind(const struct pgtable *pt, const struct pgtable_walk *walk,
			    uint64_t limit)
{
	const struct pgtable_step *last = last_step(walk);
	const uint64_t *behind = last->at + 1;
	uint64_t count = 0;

	limit = MIN(limit, table_entries(pt, last->level) - last->index - 1);
	while (count < limit && behind[count] == 0)
		count++;
	return count;
}

static bool any_mapped(const struct pgtable *pt, uint64_t address, uint64_t size)
{
	struct pgtable_walk walk;
	uint64_t step;

	for (uint64_t done = 0; done < size; done += step) {
		if (finds_leaf(pt, address + done, &walk))
			return true;
		step = bytes_to_next(&walk, address + done);
		if (step < size - done)
			step += walk.page_size *
				free_behind(pt, &walk, (size - done - step) / walk.page_size);
	}
	return false;
}

static bool all_mapped(const struct pgtable *pt, uint64_t address, uint64_t size)
{
	struct pgtable_walk walk = { 0 };

	for (uint64_t done = 0; done < size; done += bytes_to_next(&walk, address + done)) {
		if (!next_is_leaf(pt, address + done, &walk))
			return false;
	}
	return true;
}

/* Replaces a leaf by a table of smaller leaves that translate the same. */
static int split_leaf(struct pgtable *pt, const struct pgtable_walk *walk, struct flush *owed)
{
	unsigned int level = walk->level - 1;
	hpa_t table, target = entry_target(walk->entry);
	uint64_t *entries;
	int error = new_table(pt, level, &table);

	if (error)
		return error;
	entries = entry_at(pt, table, 0);
	for (unsigned int i = 0; i < PGTABLE_ENTRIES; i++, target.v += pgtable_page_size(level))
		entries[i] = make_entry(target, walk->entry & ~PTE_PPN);
	store_entry(last_step(walk)->at, make_entry(table, 0));
	flush_add_all(owed);
	return 0;
}

/* Splits until no page has boundary in its middle. */
static int split_at(struct pgtable *pt, uint64_t boundary, struct flush *owed)
{
	struct pgtable_walk walk;
	int error = 0;

	while (!error && finds_leaf(pt, boundary, &walk) && !is_aligned(boundary, walk.page_size))
		error = split_leaf(pt, &walk, owed);
	return error;
}

static int split_ends(struct pgtable *pt, uint64_t address, uint64_t size, struct flush *owed)
{
	int error = split_at(pt, address, owed);

	return error ? error : split_at(pt, address + size, owed);
}

static bool is_empty(const struct pgtable *pt, hpa_t table)
{
	const uint64_t *e = entry_at(pt, table, 0);

	for (unsigned int i = 0; i < PGTABLE_ENTRIES; i += 4) {
		if (e[i] | e[i + 1] | e[i + 2] | e[i + 3])
			return false;
	}
	return true;
}

/* Takes the walk's tables out, lowest first, as long as they are empty. The root stays. */
static void prune(struct pgtable *pt, const struct pgtable_walk *walk, struct flush *owed)
{
	for (unsigned int i = walk->depth - 1; i > 0; i--) {
		if (!is_empty(pt, walk->steps[i].table))
			return;
		store_entry(walk->steps[i - 1].at, 0);
		set_aside(pt, walk->steps[i].table);
		flush_add_all(owed);
	}
}

/* Clears what is mapped, where no page sticks out of the range any more. */
static void clear_range(struct pgtable *pt, uint64_t address, uint64_t size, struct flush *owed)
{
	struct pgtable_walk walk = { 0 };
	uint64_t step;

	for (uint64_t done = 0; done < size; done += step) {
		bool mapped = next_is_leaf(pt, address + done, &walk);
		const struct pgtable_step *last = last_step(&walk);

		step = bytes_to_next(&walk, address + done);
		if (mapped) {
			store_entry(last->at, 0);
			flush_add_range(owed, address + done, walk.page_size, walk.page_size);
		}
		if (size - done <= step || last->index + 1 == table_entries(pt, last->level))
			prune(pt, &walk, owed);
	}
}

int pgtable_unmap(struct pgtable *pt, uint64_t address, uint64_t size, struct flush *owed)
{
	int error = check_range(pt, address, size);

	if (!error)
		error = split_ends(pt, address, size, owed);
	if (!error)
		clear_range(pt, address, size, owed);
	return error;
}

static unsigned int leaf_level(const struct pgtable *pt, uint64_t address, hpa_t target,
			       uint64_t size)
{
	unsigned int level = pt->format.largest_leaf;

	while (level > 0 && (size < pgtable_page_size(level) ||
			     !is_aligned(address | target.v, pgtable_page_size(level))))
		level--;
	return level;
}

/* Walks to the entry for address at level, making the tables above it. Nothing is mapped there. */
static int walk_to_level(struct pgtable *pt, uint64_t address, unsigned int level,
			 struct pgtable_walk *walk, struct flush *owed)
{
	hpa_t table;

	pgtable_walk(pt, address, walk);
	for (unsigned int at = walk->level; at > level; at--) {
		int error = new_table(pt, at - 1, &table);

		if (error)
			return error;
		store_entry(last_step(walk)->at, make_entry(table, 0));
		flush_add_all(owed);
		record_step(pt, walk, at - 1, table, address);
	}
	return 0;
}

/*
 * Writes leaves of one level side by side, the first of them leaf, as many as size and the table
 * of the walk's last step have room for. Returns the bytes that they map.
 */
static uint64_t write_leaves(const struct pgtable *pt, const struct pgtable_walk *walk,
			     uint64_t leaf, uint64_t size)
{
	const struct pgtable_step *first = last_step(walk);
	uint64_t page_size = pgtable_page_size(first->level);
	uint64_t room = table_entries(pt, first->level) - first->index;
	uint64_t step = FIELD_PREP(PTE_PPN, page_size >> PAGE_SHIFT);
	uint64_t *at = first->at, *end = at + MIN(size / page_size, room);

	for (; at < end; at++, leaf += step)
		store_entry(at, leaf);
	return (uint64_t)(end - first->at) * page_size;
}

/* Maps a free, checked range; on an error takes its own work back, empty tables included. */
static int map_range(struct pgtable *pt, uint64_t address, hpa_t target, uint64_t size,
		     uint64_t flags, struct flush *owed)
{
	struct pgtable_walk walk;
	uint64_t done = 0, step;

	flags |= pt->format.leaf_flags;
	while (done < size) {
		hpa_t to = hpa(target.v + done);
		unsigned int level = leaf_level(pt, address + done, to, size - done);
		int error = walk_to_level(pt, address + done, level, &walk, owed);

		if (error) {
			clear_range(pt, address, done + PAGE_SIZE, owed);
			return error;
		}
		step = write_leaves(pt, &walk, make_entry(to, flags), size - done);
		flush_add_range(owed, address + done, step, pgtable_page_size(level));
		done += step;
	}
	return 0;
}

int pgtable_map(struct pgtable *pt, uint64_t address, hpa_t target, uint64_t size, uint64_t flags,
		struct flush *owed)
{
	int error = check_range(pt, address, size);

	if (!error)
		error = check_flags(flags);
	if (!error)
		error = check_target(target, size);
	if (error)
		return error;
	if (any_mapped(pt, address, size))
		return -EEXIST;
	return map_range(pt, address, target, size, flags, owed);
}

static void set_flags(struct pgtable *pt, uint64_t address, uint64_t size, uint64_t flags,
		      struct flush *owed)
{
	struct pgtable_walk walk = { 0 };

	flags |= flags ? pt->format.leaf_flags : CLOSED;
	for (uint64_t done = 0; done < size; done += walk.page_size) {
		next_is_leaf(pt, address + done, &walk);
		store_entry(last_step(&walk)->at, make_entry(entry_target(walk.entry), flags));
		flush_add_range(owed, address + done, walk.page_size, walk.page_size);
	}
}

int pgtable_protect(struct pgtable *pt, uint64_t address, uint64_t size, uint64_t flags,
		    struct flush *owed)
{
	int error = check_range(pt, address, size);

	if (!error && flags)
		error = check_flags(flags);
	if (!error && !all_mapped(pt, address, size))
		error = -ENOENT;
	if (!error)
		error = split_ends(pt, address, size, owed);
	if (!error)
		set_flags(pt, address, size, flags, owed);
	return error;
}
