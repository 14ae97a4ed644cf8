/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle: a FIT image (flattened image tree, the container of U-Boot's
 * mkimage) that carries the system's configuration and every guest's files.
 *
 *	/images/NAME            data, or data-offset and -size; hash-1 { algo = "sha256"; value }
 *	/configurations         default = "bulkhead"
 *	/configurations/bulkhead       fdt = NAME: the system's configuration
 *	/configurations/guest-GUEST    ROLE = NAME: a guest's files, by role
 *
 * A file that several guests use is stored once. Roles are "kernel", "ramdisk",
 * "dtb", "overlay", and for a flash bank "flash-" and its guest address in hexadecimal.
 * Pure. The bundle is hostile until bundle_open() returns 0; its images' contents
 * are until bundle_verify() does.
 */
#ifndef HV_BUNDLE_H
#define HV_BUNDLE_H

#include "hv/types.h"

/* Filled by bundle_open(); the tree is sound then. */
struct bundle {
	const uint8_t *data; /* eight-byte aligned */
	size_t size;         /* bytes that may be read */
	size_t tree_size;    /* of the device tree at its start; data may follow */
	int images;          /* nodes of that tree */
	int configurations;
};

struct bundle_image {
	const char *name; /* of its node in /images */
	const void *data;
	size_t size;
	const uint8_t *sha256; /* SHA256_SIZE bytes, or NULL: it has no sound hash-1 */
};

/* The system's configuration. 0; -ENOENT: none; -EINVAL: its node or place is not sound. */
int bundle_system(const struct bundle *bundle, struct bundle_image *image);

/*
 * The file that plays role for guest. 0; -ENOENT: the guest has none; -EINVAL: it names an
 * image that is not there or whose node or place is not sound.
 */
int bundle_image(const struct bundle *bundle, const char *guest, const char *role,
		 struct bundle_image *image);

/* 0 when the image's contents have its digest; -EINVAL: no digest; -EIO: they differ. */
int bundle_verify(const struct bundle_image *image);

#endif
