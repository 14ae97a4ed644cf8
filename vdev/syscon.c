/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reset device: SiFive's test finisher. Only the word at offset 0 does
 * anything; all else reads as zero and ignores writes.
 */
#include <errno.h>

#include "vdev/syscon.h"

#define STATUS GENMASK(15, 0)
#define CODE   GENMASK(31, 16)

static int syscon_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	(void)dev;
	if (size > 4 || !is_aligned(offset, size))
		return -EINVAL;
	*value = 0;
	return 0;
}

static int syscon_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct syscon *syscon = CONTAINER_OF(dev, struct syscon, dev);

	if (size > 4 || !is_aligned(offset, size))
		return -EINVAL;
	if (offset != 0)
		return 0;
	switch (FIELD_GET(STATUS, value)) {
	case SYSCON_PASS:
		syscon->end(syscon->ctx, SYSCON_END_POWEROFF, 0);
		break;
	case SYSCON_RESET:
		syscon->end(syscon->ctx, SYSCON_END_REBOOT, 0);
		break;
	case SYSCON_FAIL:
		syscon->end(syscon->ctx, SYSCON_END_FAIL, (unsigned)FIELD_GET(CODE, value));
		break;
	default:
		break;
	}
	return 0;
}

static void syscon_reset(struct vdev *dev)
{
	(void)dev;
}

static const struct vdev_ops syscon_ops = {
	.read = syscon_read,
	.write = syscon_write,
	.reset = syscon_reset,
};

void syscon_init(struct syscon *syscon, const char *name, gpa_t base, syscon_end_fn *end, void *ctx)
{
	*syscon = (struct syscon){ .end = end, .ctx = ctx };
	vdev_init(&syscon->dev, &syscon_ops, name, base, SYSCON_SIZE);
}
