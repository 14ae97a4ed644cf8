/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device of the machine's between two lives of its guest: what a machine's reset would do
 * to it, for the kinds that are known; flash banks have a file of their own, flash_bank.h.
 */
#ifndef VCPU_PASSED_H
#define VCPU_PASSED_H

#include "vcpu/devices.h"

struct passed_kind;

/* How a host's device is reset, by its compatible; NULL: nobody knows. At boot. */
const struct passed_kind *passed_kind(const void *fdt, int node);

/*
 * Has the device do no more of what the guest's last life asked of it: DMA, interrupts. Does
 * nothing for kind NULL. A hart of the guest, none of whose vCPUs runs; its window is used.
 */
void passed_reset(const struct passed_kind *kind, const struct config_device *config);

#endif
