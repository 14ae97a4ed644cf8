/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a bundle: the boot's part of hv/bundle.h. Pure. */
#ifndef HV_BUNDLE_OPEN_H
#define HV_BUNDLE_OPEN_H

#include "hv/bundle.h"

/*
 * Opens the bundle of at most size bytes at data, which must outlive it. 0; -EINVAL with
 * *why when it is damaged or no bundle.
 */
int bundle_open(const void *data, size_t size, struct bundle *bundle, const char **why);

#endif
