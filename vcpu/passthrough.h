/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wired passthrough: the registers of a device of the machine's mapped into a
 * guest, its interrupts forwarded through the guest's controller.
 */
#ifndef VCPU_PASSTHROUGH_H
#define VCPU_PASSTHROUGH_H

#include "vcpu/devices.h"

/*
 * Maps the device's registers into its guest and takes over its interrupts. At creation of
 * the guest. 0; -ENOMEM; -EBUSY: somebody has the interrupt already.
 */
int passthrough_create(struct vm_device *device);

/* The guest completed a forwarded source: struct plic_ops; ctx is the struct vm. */
void passthrough_eoi(void *ctx, unsigned source);

/* Gives back what a guest that is over still holds of its interrupts. Harmless for others. */
void passthrough_quiesce(struct vm_device *device);

#endif
