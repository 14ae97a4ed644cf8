// SPDX-License-Identifier: Apache-2.0
/*
 * Reads a bundle with libfdt. fdt_check_full() walks the whole tree once, when the
 * bundle is opened; after that libfdt's own reads are sound. Every place that the
 * tree names outside itself is held against the bundle's size here.
 */
#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/bundle.h"
#include "hv/fmt.h"
#include "hv/sha256.h"

#define NAME_MAX_LENGTH 96

int bundle_open(const void *data, size_t size, struct bundle *bundle, const char **why)
{
	*why = "it is not a device tree";
	if (!is_aligned((uintptr_t)data, 8) || size < sizeof(struct fdt_header) ||
	    fdt_check_header(data) != 0)
		return -EINVAL;
	*why = "it is cut short";
	if (fdt_totalsize(data) > size)
		return -EINVAL;
	*why = "its tree is damaged";
	/* libfdt trusts these two to be aligned. */
	if (!is_aligned(fdt_off_dt_struct(data), 4) || !is_aligned(fdt_off_mem_rsvmap(data), 8))
		return -EINVAL;
	if (fdt_check_full(data, fdt_totalsize(data)) != 0)
		return -EINVAL;
	*why = "it has no /images or no /configurations";
	if (fdt_path_offset(data, "/images") < 0 || fdt_path_offset(data, "/configurations") < 0)
		return -EINVAL;
	*bundle = (struct bundle){ data, size, fdt_totalsize(data) };
	*why = NULL;
	return 0;
}

/* The one cell of a property; false when it is absent or of another length. */
static bool read_cell(const void *fdt, int node, const char *name, uint32_t *value)
{
	int length;
	const fdt32_t *cell = fdt_getprop(fdt, node, name, &length);

	if (!cell || length != sizeof(*cell))
		return false;
	*value = fdt32_ld(cell);
	return true;
}

/* Data outside the tree: after it, at a four-byte boundary (U-Boot's doc/uImage.FIT). */
static int external_data(const struct bundle *bundle, int node, struct bundle_image *image)
{
	uint32_t offset, size;
	uint64_t base = align_up(bundle->tree_size, 4);

	if (!read_cell(bundle->data, node, "data-size", &size))
		return -EINVAL;
	if (read_cell(bundle->data, node, "data-position", &offset))
		base = 0;
	else if (!read_cell(bundle->data, node, "data-offset", &offset))
		return -EINVAL;
	if (!range_contains((struct range){ 0, bundle->size }, base + offset, size))
		return -EINVAL;
	image->data = bundle->data + base + offset;
	image->size = size;
	return 0;
}

static const uint8_t *image_digest(const void *fdt, int node)
{
	int length;
	int hash = fdt_subnode_offset(fdt, node, "hash-1");
	const char *algorithm;
	const uint8_t *value;

	if (hash < 0)
		return NULL;
	algorithm = fdt_getprop(fdt, hash, "algo", &length);
	if (!algorithm || length != sizeof("sha256") || strcmp(algorithm, "sha256") != 0)
		return NULL;
	value = fdt_getprop(fdt, hash, "value", &length);
	return value && length == SHA256_SIZE ? value : NULL;
}

/* A property that is one NUL-ended string, or NULL. */
static const char *read_string(const void *fdt, int node, const char *name)
{
	int length;
	const char *text = fdt_getprop(fdt, node, name, &length);

	if (!text || length < 1 || strnlen(text, (size_t)length) != (size_t)length - 1)
		return NULL;
	return text;
}

/* The image that property role of configuration node names. */
static int find_image(const struct bundle *bundle, const char *configuration, const char *role,
		      struct bundle_image *image)
{
	const void *fdt = bundle->data;
	int all = fdt_path_offset(fdt, "/configurations");
	int node = fdt_subnode_offset(fdt, all, configuration);
	int length;

	if (node < 0 || !fdt_getprop(fdt, node, role, NULL))
		return -ENOENT;
	image->name = read_string(fdt, node, role);
	if (!image->name)
		return -EINVAL;
	node = fdt_subnode_offset(fdt, fdt_path_offset(fdt, "/images"), image->name);
	if (node < 0)
		return -EINVAL;
	image->sha256 = image_digest(fdt, node);
	image->data = fdt_getprop(fdt, node, "data", &length);
	if (!image->data)
		return external_data(bundle, node, image);
	image->size = (size_t)length;
	return 0;
}

int bundle_system(const struct bundle *bundle, struct bundle_image *image)
{
	return find_image(bundle, "bulkhead", "fdt", image);
}

int bundle_image(const struct bundle *bundle, const char *guest, const char *role,
		 struct bundle_image *image)
{
	char configuration[NAME_MAX_LENGTH];

	if (fmt_snprintf(configuration, sizeof(configuration), "guest-%s", guest) >=
	    sizeof(configuration))
		return -ENOENT;
	return find_image(bundle, configuration, role, image);
}

int bundle_verify(const struct bundle_image *image)
{
	struct sha256 hash;
	uint8_t digest[SHA256_SIZE];

	if (!image->sha256)
		return -EINVAL;
	sha256_init(&hash);
	sha256_update(&hash, image->data, image->size);
	sha256_final(&hash, digest);
	return memcmp(digest, image->sha256, SHA256_SIZE) == 0 ? 0 : -EIO;
}
