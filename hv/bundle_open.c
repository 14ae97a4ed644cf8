// SPDX-License-Identifier: Apache-2.0
/* One scan checks the bundle's tree, for hv/bundle.c to read it without checks ever after. */
#include "hv/bundle_open.h"

#include <errno.h>
#include <string.h>

#include "hv/dt_scan.h"

/* Notes the two nodes that matter. */
static int visit(void *context, const struct dt_scan *scan)
{
	struct bundle *bundle = context;
	const struct dt_level *level = &scan->levels[scan->depth];

	if (scan->depth == 1 && strcmp(level->name, "images") == 0)
		bundle->images = level->offset;
	if (scan->depth == 1 && strcmp(level->name, "configurations") == 0)
		bundle->configurations = level->offset;
	return 0;
}

int bundle_open(const void *data, size_t size, struct bundle *bundle, const char **why)
{
	*bundle = (struct bundle){ data, size, 0, DT_NO_NODE, DT_NO_NODE };
	if (dt_scan(data, size, visit, bundle, why))
		return -EINVAL;
	*why = "it has no /images or no /configurations";
	if (bundle->images == DT_NO_NODE || bundle->configurations == DT_NO_NODE)
		return -EINVAL;
	bundle->tree_size = dt_load32((const uint32_t *)data + DT_H_TOTALSIZE);
	*why = NULL;
	return 0;
}
