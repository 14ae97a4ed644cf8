/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's flash bank: the model of vdev/cfi_flash on contents in the machine's
 * memory, which the plan chose, or in a bank of the machine's own flash. In
 * read-array mode the contents are mapped for the guest to read and to execute with no
 * exit; in any other mode nothing is: a load goes to the model, and an instruction fetch
 * is the guest's own access fault.
 */
#ifndef VCPU_FLASH_H
#define VCPU_FLASH_H

#include "hv/arena.h"
#include "vcpu/devices.h"

/*
 * Makes the bank that device's configuration describes, maps it, and sets device->dev.
 * 0; -ENOMEM; -EINVAL, -ENODEV: no such bank can be (logged). At creation of the guest, first hart.
 */
int flash_create(struct vm_device *device, const struct host *host, struct arena *arena);

/*
 * Fills the bank with size bytes, and the rest of it with ones; leaves a host's bank as it is. 0;
 * -ENOSPC: the image is larger than the bank; -EFAULT: no page for a window. The guest's own
 * first hart, before the guest runs.
 */
int flash_fill(struct vm_device *device, const void *image, uint64_t size);

#endif
