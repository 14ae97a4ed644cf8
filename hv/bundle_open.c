// SPDX-License-Identifier: Apache-2.0
/* One scan checks the bundle's tree, for hv/bundle.c to read it without checks ever after. */
#include "hv/bundle_open.h"

#include <errno.h>

#include "hv/dt_scan.h"

int bundle_open(const void *data, size_t size, struct bundle *bundle, const char **why)
{
	if (dt_scan(data, size, NULL, NULL, why))
		return -EINVAL;
	*bundle = (struct bundle){
		.data = data,
		.size = size,
		.tree_size = dt_load32((const uint32_t *)data + DT_H_TOTALSIZE),
		.images = dt_child(data, 0, "images"),
		.configurations = dt_child(data, 0, "configurations"),
	};
	*why = "it has no /images or no /configurations";
	if (bundle->images == DT_NO_NODE || bundle->configurations == DT_NO_NODE)
		return -EINVAL;
	*why = NULL;
	return 0;
}
