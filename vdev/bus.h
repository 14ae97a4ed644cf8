/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's MMIO bus: which device answers at a guest physical address.
 * Devices are added before the guest starts, in any order, and never after
 * bus_seal(); so lookups take no lock.
 */
#ifndef VDEV_BUS_H
#define VDEV_BUS_H

#include "vdev/vdev.h"

/* Constant once sealed. devices is sorted by base, and no two overlap. */
struct bus {
	struct vdev **devices;
	unsigned count;
	unsigned capacity;
	bool sealed;
};

/* An empty bus with room for capacity devices in slots, which must outlive it. */
void bus_init(struct bus *bus, struct vdev **slots, unsigned capacity);

/*
 * Puts dev on the bus. -EINVAL: no size, a range that wraps, or no read, write
 * or reset; -EEXIST: it overlaps another device (*other, if other isn't NULL);
 * -ENOSPC: no slot is left; -EBUSY: the bus is sealed.
 */
int bus_add(struct bus *bus, struct vdev *dev, struct vdev **other);

/* From now on the bus is constant, and lookups may begin. */
void bus_seal(struct bus *bus);

/* The device that owns all of [address, address + size), size not 0; or NULL. */
struct vdev *bus_find(const struct bus *bus, gpa_t address, uint64_t size);

/*
 * A guest's access of size 1, 2, 4 or 8 bytes. *last is the vCPU's own memory
 * of the device it met last, NULL at first: repeated accesses skip the search.
 * A write's bits above size don't count; a read gives them as zero.
 * Returns 0; -ENODEV when no one device owns the whole range; or the model's
 * refusal. In both cases the guest's access is to fault.
 */
int bus_read(const struct bus *bus, struct vdev **last, gpa_t address, unsigned size,
	     uint64_t *value);
int bus_write(const struct bus *bus, struct vdev **last, gpa_t address, unsigned size,
	      uint64_t value);

/*
 * Resets every device, and in such a way that no interrupt from before is left
 * in a controller. The guest's vCPUs must be stopped.
 */
void bus_reset(const struct bus *bus);

#endif
