/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only little-endian word of 1 to 8 bytes at a guest physical address. */
#ifndef VDEV_RAM_WORD_H
#define VDEV_RAM_WORD_H

#include "vdev/vdev.h"

struct ram_word {
	struct vdev dev;
	uint64_t value; /* constant after init */
};

/* -EINVAL: size isn't 1, 2, 4 or 8, or value doesn't fit in it. */
int ram_word_init(struct ram_word *word, const char *name, gpa_t base, unsigned size,
		  uint64_t value);

#endif
