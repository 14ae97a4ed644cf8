/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only word; any access within it reads the bytes there, and a write is refused. */
#include <errno.h>

#include "vdev/ram_word.h"

static int word_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct ram_word *word = CONTAINER_OF(dev, struct ram_word, dev);

	*value = (word->value >> (8 * offset)) & (~UINT64_C(0) >> (64 - 8 * size));
	return 0;
}

static int word_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	(void)dev;
	(void)offset;
	(void)size;
	(void)value;
	return -EPERM;
}

static void word_reset(struct vdev *dev)
{
	(void)dev;
}

static const struct vdev_ops word_ops = {
	.read = word_read,
	.write = word_write,
	.reset = word_reset,
};

int ram_word_init(struct ram_word *word, const char *name, gpa_t base, unsigned size,
		  uint64_t value)
{
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return -EINVAL;
	if (size < 8 && value >> (8 * size))
		return -EINVAL;
	*word = (struct ram_word){ .value = value };
	vdev_init(&word->dev, &word_ops, name, base, size);
	return 0;
}
