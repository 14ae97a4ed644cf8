// SPDX-License-Identifier: Apache-2.0
// sources: hv/bundle.c hv/bundle_open.c hv/dt.c hv/dt_scan.c hv/sha256.c hv/fmt.c
/* Any bytes as a bundle: nothing is read outside them, whatever their tree says. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/bundle_open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct bundle *bundle, const char *role)
{
	struct bundle_image image;

	if (bundle_image(bundle, "linux", role, &image) == 0)
		(void)bundle_verify(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = aligned_alloc(8, align_up(size + 1, 8));
	struct bundle bundle;
	struct bundle_image image;
	const char *why;

	memcpy(copy, data, size);
	if (bundle_open(copy, size, &bundle, &why) == 0) {
		use(&bundle, "kernel");
		use(&bundle, "ramdisk");
		use(&bundle, "flash-20000000");
		if (bundle_system(&bundle, &image) == 0)
			(void)bundle_verify(&image);
	}
	free(copy);
	return 0;
}
