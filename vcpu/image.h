/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of kernel an image is and where its parts go: a RISC-V Linux Image
 * (Documentation/arch/riscv/boot-image-header), an ELF executable, or raw bytes.
 * Pure; the image is hostile until checked.
 */
#ifndef VCPU_IMAGE_H
#define VCPU_IMAGE_H

#include "hv/types.h"

#define IMAGE_SEGMENTS 8
#define IMAGE_ANY      UINT64_MAX

enum image_kind { IMAGE_RAW, IMAGE_LINUX, IMAGE_ELF };

/* [offset, offset + size) of the image goes to gpa, where memory_size bytes are its own. */
struct image_segment {
	uint64_t offset;
	uint64_t size;
	uint64_t gpa;
	uint64_t memory_size; /* at least size; the rest is zero */
};

struct image {
	enum image_kind kind;
	struct image_segment segments[IMAGE_SEGMENTS];
	unsigned int nr_segments;
	uint64_t entry; /* guest physical address of the first instruction */
};

/*
 * Reads the header of data and places the image for a guest whose first memory begins at
 * memory_base. load and entry: where the guest's file wants it, or IMAGE_ANY.
 * 0, or -EINVAL with *why, when the image is malformed or big-endian or for another machine.
 */
int image_parse(const void *data, uint64_t size, uint64_t memory_base, uint64_t load,
		uint64_t entry, struct image *out, const char **why);

#endif
