/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The G-stage on top of hv/pgtable (contract in gstage.h). A and D are set in
 * every leaf, since a guest's memory is never paged and a machine without
 * Svadu would fault on the first touch; U is set since the G-stage checks
 * every access as if it came from user mode.
 */
#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "stage2/gstage.h"

#define ROOT_BITS   11
#define ACCESS_BITS (GSTAGE_RAM | PTE_PBMT)

struct mode {
	unsigned int mode;
	unsigned int levels;
	const char *name;
};

static const struct mode modes[] = {
	{ ATP_MODE_SV39, 3, "Sv39x4" },
	{ ATP_MODE_SV48, 4, "Sv48x4" },
	{ ATP_MODE_SV57, 5, "Sv57x4" },
};

static const struct mode *find_mode(unsigned int mode)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		if (modes[i].mode == mode)
			return &modes[i];
	}
	return NULL;
}

static struct pgtable_format format_of(const struct mode *m)
{
	return (struct pgtable_format){
		.levels = m->levels,
		.root_bits = ROOT_BITS,
		.largest_leaf = 2,
		.leaf_flags = PTE_U | PTE_A | PTE_D,
	};
}

BOOT_CODE int gstage_init(struct gstage *gs, unsigned int mode, const struct pgtable_ops *ops,
			  void *context)
{
	const struct mode *m = find_mode(mode);
	struct pgtable_format format;

	if (!m)
		return -EINVAL;
	format = format_of(m);
	gs->mode = mode;
	return pgtable_init(&gs->table, &format, ops, context);
}

void gstage_destroy(struct gstage *gs)
{
	pgtable_destroy(&gs->table);
}

/* The G bit means nothing in the G-stage and is reserved there. */
static bool access_is_sound(uint64_t access)
{
	return (access & ~ACCESS_BITS) == 0;
}

int gstage_map(struct gstage *gs, gpa_t gpa, hpa_t hpa, uint64_t size, uint64_t access,
	       struct flush *owed)
{
	if (!access_is_sound(access))
		return -EINVAL;
	return pgtable_map(&gs->table, gpa.v, hpa, size, access, owed);
}

int gstage_unmap(struct gstage *gs, gpa_t gpa, uint64_t size, struct flush *owed)
{
	return pgtable_unmap(&gs->table, gpa.v, size, owed);
}

int gstage_protect(struct gstage *gs, gpa_t gpa, uint64_t size, uint64_t access, struct flush *owed)
{
	if (!access_is_sound(access))
		return -EINVAL;
	return pgtable_protect(&gs->table, gpa.v, size, access, owed);
}

int gstage_walk(const struct gstage *gs, gpa_t gpa, struct pgtable_walk *walk)
{
	return pgtable_walk(&gs->table, gpa.v, walk);
}

int gstage_translate(const struct gstage *gs, gpa_t gpa, hpa_t *hpa, uint64_t *access)
{
	struct pgtable_walk walk;
	int error = pgtable_walk(&gs->table, gpa.v, &walk);

	if (error)
		return error;
	*hpa = walk.hpa;
	*access = walk.entry & ACCESS_BITS;
	return 0;
}

void gstage_reap(struct gstage *gs)
{
	pgtable_reap(&gs->table);
}

BOOT_CODE uint64_t gstage_hgatp(const struct gstage *gs, uint16_t vmid)
{
	return FIELD_PREP(ATP_MODE, gs->mode) | FIELD_PREP(HGATP_VMID, vmid) |
	       FIELD_PREP(ATP_PPN, pgtable_root_ppn(&gs->table));
}

BOOT_CODE unsigned int gstage_width(unsigned int mode)
{
	const struct mode *m = find_mode(mode);
	struct pgtable_format format;

	if (!m)
		return 0;
	format = format_of(m);
	return pgtable_width(&format);
}

const char *gstage_mode_name(unsigned int mode)
{
	const struct mode *m = find_mode(mode);

	if (m)
		return m->name;
	return mode == ATP_MODE_BARE ? "bare" : "?";
}
