/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounds-checked guest memory (contract in guestmem.h). Every access is first
 * translated whole, then moved in pieces as large as the window allows.
 */
#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "stage2/guestmem.h"

BOOT_CODE void guestmem_init(struct guestmem *gm, const struct guestmem_ops *ops, void *context)
{
	*gm = (struct guestmem){ .ops = ops, .context = context };
}

static struct range guest_range(const struct guestmem_region *r)
{
	return (struct range){ r->gpa.v, r->size };
}

static struct range host_range(const struct guestmem_region *r)
{
	return (struct range){ r->hpa.v, r->size };
}

static bool overlaps_any(const struct guestmem *gm, const struct guestmem_region *r)
{
	for (unsigned int i = 0; i < gm->count; i++) {
		const struct guestmem_region *other = &gm->regions[i];

		if (range_overlaps(guest_range(other), guest_range(r)) ||
		    range_overlaps(host_range(other), host_range(r)))
			return true;
	}
	return false;
}

static void insert_sorted(struct guestmem *gm, const struct guestmem_region *r)
{
	unsigned int i = gm->count++;

	for (; i > 0 && gm->regions[i - 1].gpa.v > r->gpa.v; i--)
		gm->regions[i] = gm->regions[i - 1];
	gm->regions[i] = *r;
}

BOOT_CODE int guestmem_add(struct guestmem *gm, gpa_t gpa, hpa_t hpa, uint64_t size)
{
	struct guestmem_region r = { gpa, hpa, size };

	if (size == 0 || !range_is_sound(gpa.v, size) || !range_is_sound(hpa.v, size))
		return -EINVAL;
	if (overlaps_any(gm, &r))
		return -EEXIST;
	if (gm->count == GUESTMEM_REGIONS)
		return -ENOSPC;
	insert_sorted(gm, &r);
	return 0;
}

int guestmem_translate(const struct guestmem *gm, gpa_t gpa, uint64_t size, hpa_t *hpa)
{
	for (unsigned int i = 0; i < gm->count; i++) {
		const struct guestmem_region *r = &gm->regions[i];

		if (range_contains(guest_range(r), gpa.v, size)) {
			hpa->v = r->hpa.v + (gpa.v - r->gpa.v);
			return 0;
		}
	}
	return -EFAULT;
}

enum move { MOVE_READ, MOVE_WRITE, MOVE_ZERO };

static void move_piece(enum move move, void *window, void *in, const void *out, uint64_t size)
{
	if (move == MOVE_READ)
		memcpy(in, window, size);
	else if (move == MOVE_WRITE)
		memcpy(window, out, size);
	else
		memset(window, 0, size);
}

/* in is where a read goes, out where a write comes from. */
static int move_all(const struct guestmem *gm, enum move move, gpa_t at, void *in, const void *out,
		    uint64_t size)
{
	hpa_t start;
	uint64_t piece;

	if (guestmem_translate(gm, at, size, &start) != 0)
		return -EFAULT;
	for (uint64_t done = 0; done < size; done += piece) {
		void *window;

		piece = size - done;
		window = gm->ops->open(gm->context, hpa(start.v + done), &piece);
		if (!window)
			return -EFAULT;
		move_piece(move, window, in ? (char *)in + done : NULL,
			   out ? (const char *)out + done : NULL, piece);
		gm->ops->close(gm->context, window);
	}
	return 0;
}

int guestmem_read(const struct guestmem *gm, gpa_t from, void *to, uint64_t size)
{
	return move_all(gm, MOVE_READ, from, to, NULL, size);
}

int guestmem_write(const struct guestmem *gm, gpa_t to, const void *from, uint64_t size)
{
	return move_all(gm, MOVE_WRITE, to, NULL, from, size);
}

int guestmem_zero(const struct guestmem *gm, gpa_t to, uint64_t size)
{
	return move_all(gm, MOVE_ZERO, to, NULL, NULL, size);
}

void *guestmem_open(const struct guestmem *gm, gpa_t at, uint64_t *size)
{
	hpa_t start;

	if (*size == 0 || guestmem_translate(gm, at, *size, &start) != 0)
		return NULL;
	return gm->ops->open(gm->context, start, size);
}

void guestmem_close(const struct guestmem *gm, void *pointer)
{
	gm->ops->close(gm->context, pointer);
}
