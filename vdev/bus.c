/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's MMIO bus: a sorted array of devices, binary search, and the
 * dispatch that locks, counts and cuts values to the access's size. The path
 * of an access to the device that the vCPU met last has no loop and no call
 * but the model's: an emulated register costs what is written here.
 */
#include <errno.h>

#include "vdev/bus.h"
#include "hv/boot.h"

void bus_init(struct bus *bus, struct vdev **slots, unsigned capacity)
{
	*bus = (struct bus){ .devices = slots, .capacity = capacity };
}

static struct range range_of(const struct vdev *dev)
{
	return (struct range){ .base = dev->base.v, .size = dev->size };
}

/* The first place whose device lies above address. */
static unsigned place_above(const struct bus *bus, uint64_t address)
{
	unsigned low = 0, high = bus->count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (bus->devices[middle]->base.v > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static bool is_sound(const struct vdev *dev)
{
	if (!dev->ops || !dev->ops->read || !dev->ops->write || !dev->ops->reset)
		return false;
	return dev->size != 0 && range_is_sound(dev->base.v, dev->size);
}

/* A neighbour of place that overlaps dev, or NULL. */
static struct vdev *overlap_at(const struct bus *bus, unsigned place, const struct vdev *dev)
{
	if (place > 0 && range_overlaps(range_of(bus->devices[place - 1]), range_of(dev)))
		return bus->devices[place - 1];
	if (place < bus->count && range_overlaps(range_of(bus->devices[place]), range_of(dev)))
		return bus->devices[place];
	return NULL;
}

/* The smallest that have room for all registers. */
BOOT_CODE static void make_windows(struct vdev *dev)
{
	uint64_t last = (dev->span ? dev->span : dev->size) - 1;

	dev->window_shift = 0;
	while (last >> dev->window_shift >= VDEV_WINDOWS)
		dev->window_shift++;
}

BOOT_CODE int bus_add(struct bus *bus, struct vdev *dev, struct vdev **other)
{
	struct vdev *there;
	unsigned place;

	if (bus->sealed)
		return -EBUSY;
	if (!is_sound(dev))
		return -EINVAL;
	place = place_above(bus, dev->base.v);
	there = overlap_at(bus, place, dev);
	if (there) {
		if (other)
			*other = there;
		return -EEXIST;
	}
	if (bus->count == bus->capacity)
		return -ENOSPC;
	for (unsigned i = bus->count; i > place; i--)
		bus->devices[i] = bus->devices[i - 1];
	bus->devices[place] = dev;
	bus->count++;
	make_windows(dev);
	return 0;
}

void bus_seal(struct bus *bus)
{
	bus->sealed = true;
}

struct vdev *bus_find(const struct bus *bus, gpa_t address, uint64_t size)
{
	unsigned above = place_above(bus, address.v);
	struct vdev *dev;

	if (above == 0)
		return NULL;
	dev = bus->devices[above - 1];
	return range_contains(range_of(dev), address.v, size) ? dev : NULL;
}

static inline uint64_t cut(uint64_t value, unsigned size)
{
	return value & (~UINT64_C(0) >> (64 - 8 * size));
}

static inline int read_from(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	int error;

	spin_lock(&dev->lock);
	dev->reads[vdev_window(dev, offset)]++;
	error = dev->ops->read(dev, offset, size, value);
	if (__builtin_expect(error, 0))
		dev->refused++;
	spin_unlock(&dev->lock);
	return error;
}

static inline int write_to(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	int error;

	spin_lock(&dev->lock);
	dev->writes[vdev_window(dev, offset)]++;
	error = dev->ops->write(dev, offset, size, cut(value, size));
	if (__builtin_expect(error, 0))
		dev->refused++;
	spin_unlock(&dev->lock);
	return error;
}

/* Apart from bus_read and bus_write, so that their own path saves few registers. */
static __attribute__((noinline)) int read_elsewhere(const struct bus *bus, struct vdev **last,
						    gpa_t address, unsigned size, uint64_t *value)
{
	struct vdev *dev = bus_find(bus, address, size);

	if (!dev)
		return -ENODEV;
	*last = dev;
	return read_from(dev, address.v - dev->base.v, size, value);
}

static __attribute__((noinline)) int write_elsewhere(const struct bus *bus, struct vdev **last,
						     gpa_t address, unsigned size, uint64_t value)
{
	struct vdev *dev = bus_find(bus, address, size);

	if (!dev)
		return -ENODEV;
	*last = dev;
	return write_to(dev, address.v - dev->base.v, size, value);
}

/* True when the access at offset from dev's base lies in it; address below the base wraps. */
static inline bool hits(const struct vdev *dev, uint64_t offset, unsigned size)
{
	/* As int, which registers hold it as: its extension to 64 bits costs nothing. */
	return offset < dev->size && dev->size - offset >= (uint64_t)(int)size;
}

int bus_read(const struct bus *bus, struct vdev **last, gpa_t address, unsigned size,
	     uint64_t *value)
{
	struct vdev *dev = *last;

	if (__builtin_expect(dev && hits(dev, address.v - dev->base.v, size), 1))
		return read_from(dev, address.v - dev->base.v, size, value);
	return read_elsewhere(bus, last, address, size, value);
}

int bus_write(const struct bus *bus, struct vdev **last, gpa_t address, unsigned size,
	      uint64_t value)
{
	struct vdev *dev = *last;

	if (__builtin_expect(dev && hits(dev, address.v - dev->base.v, size), 1))
		return write_to(dev, address.v - dev->base.v, size, value);
	return write_elsewhere(bus, last, address, size, value);
}

static void reset_all(const struct bus *bus)
{
	for (unsigned i = 0; i < bus->count; i++) {
		struct vdev *dev = bus->devices[i];

		spin_lock(&dev->lock);
		dev->ops->reset(dev);
		spin_unlock(&dev->lock);
	}
}

/* Twice: in the second turn a controller forgets what devices after it did in the first. */
void bus_reset(const struct bus *bus)
{
	reset_all(bus);
	reset_all(bus);
}
