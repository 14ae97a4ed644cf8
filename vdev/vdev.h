/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every device model has in common. A model embeds a struct vdev, fills
 * it with vdev_init() in its own init, and is found by CONTAINER_OF in its
 * three operations. The bus (vdev/bus.h) takes the device's lock around them,
 * so a model's operations never lock themselves; entry points that come from
 * elsewhere (a byte typed, a level changed) take dev.lock on their own.
 * Models are pure: no CSR, no guest memory, services through callbacks.
 * A callback runs with the calling device's lock held and must not call back
 * into that device; it may go down the order of docs/locking.md, from a device
 * to its interrupt controller.
 */
#ifndef VDEV_VDEV_H
#define VDEV_VDEV_H

#include "hv/bits.h"
#include "hv/spinlock.h"
#include "hv/types.h"

struct vdev;

/*
 * read, write: offset is in bytes from the device's base, size 1, 2, 4 or 8,
 * and offset + size <= dev->size; offset need not be aligned. write gets value
 * with the bits above size cleared; read must return it so. Both return 0, or
 * a negative errno to refuse: the guest's access then faults. *value is not
 * used after a refusal.
 * reset: the state at power-on; wiring and what the world holds stay.
 */
struct vdev_ops {
	int (*read)(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value);
	int (*write)(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value);
	void (*reset)(struct vdev *dev);
};

#define VDEV_WINDOWS 8 /* a device with as few registers has one for each */

struct vdev {
	/* Constant after the bus is sealed. */
	const struct vdev_ops *ops;
	const char *name; /* for reports: "serial@10000000" */
	gpa_t base;
	uint64_t size; /* bytes, not 0; an owner may change a register bank's before bus_add */
	uint64_t span; /* bytes from base on that have the registers; 0: size */
	unsigned window_shift; /* bytes of a window, for counting: bus_add makes it of span */

	struct spinlock lock;

	/* Under lock: accesses by window, refused ones too, and how many of all were refused. */
	uint64_t reads[VDEV_WINDOWS];
	uint64_t writes[VDEV_WINDOWS];
	uint64_t refused;
};

/* Which window an offset lies in. */
static inline unsigned vdev_window(const struct vdev *dev, uint64_t offset)
{
	return (offset >> dev->window_shift) % VDEV_WINDOWS;
}

/* Makes an unlocked device with counters at zero. name must outlive it. */
static inline void vdev_init(struct vdev *dev, const struct vdev_ops *ops, const char *name,
			     gpa_t base, uint64_t size)
{
	*dev = (struct vdev){ .ops = ops, .name = name, .base = base, .size = size };
}

#endif
