/* SPDX-License-Identifier: Apache-2.0 */
/* A device model's registers, read and written as its guest would. Include after cmocka.h. */
#ifndef TESTS_UNIT_DEVICE_ACCESS_H
#define TESTS_UNIT_DEVICE_ACCESS_H

#include "vdev/vdev.h"

static inline uint32_t device_in32(struct vdev *dev, uint64_t offset)
{
	uint64_t value = ~UINT64_C(0);

	assert_int_equal(dev->ops->read(dev, offset, 4, &value), 0);
	return (uint32_t)value;
}

static inline void device_out32(struct vdev *dev, uint64_t offset, uint32_t value)
{
	assert_int_equal(dev->ops->write(dev, offset, 4, value), 0);
}

#endif
