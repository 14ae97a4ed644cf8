// SPDX-License-Identifier: Apache-2.0
/*
 * Reads a bundle whose tree hv/bundle_open.c has found sound. Every place that the tree
 * names outside itself is held against the bundle's size here.
 */
#include "hv/bundle.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/dt.h"
#include "hv/fmt.h"
#include "hv/sha256.h"

#define NAME_MAX_LENGTH 96

/* The one cell of a property; false when it is absent or of another length. */
static bool read_cell(const void *fdt, int node, const char *name, uint32_t *value)
{
	struct dt_prop prop = dt_find(fdt, node, name);

	if (prop.size != DT_CELL)
		return false;
	*value = dt_cell(prop, 0);
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
	int hash = dt_child(fdt, node, "hash-1");
	const char *algorithm;
	struct dt_prop value;

	if (hash == DT_NO_NODE)
		return NULL;
	algorithm = dt_text(dt_find(fdt, hash, "algo"));
	if (!algorithm || strcmp(algorithm, "sha256") != 0)
		return NULL;
	value = dt_find(fdt, hash, "value");
	return value.size == SHA256_SIZE ? value.data : NULL;
}

/* The image that property role of configuration node names. */
static int find_image(const struct bundle *bundle, const char *configuration, const char *role,
		      struct bundle_image *image)
{
	const void *fdt = bundle->data;
	int node = dt_child(fdt, bundle->configurations, configuration);
	struct dt_prop name, data;

	if (node == DT_NO_NODE)
		return -ENOENT;
	name = dt_find(fdt, node, role);
	if (!name.data)
		return -ENOENT;
	image->name = dt_text(name);
	if (!image->name)
		return -EINVAL;
	node = dt_child(fdt, bundle->images, image->name);
	if (node == DT_NO_NODE)
		return -EINVAL;
	image->sha256 = image_digest(fdt, node);
	data = dt_find(fdt, node, "data");
	if (!data.data)
		return external_data(bundle, node, image);
	image->data = data.data;
	image->size = data.size;
	return 0;
}

BOOT_CODE int bundle_system(const struct bundle *bundle, struct bundle_image *image)
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
