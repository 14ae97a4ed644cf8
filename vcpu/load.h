/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills a guest's memory from the bundle: kernel, initial ramdisk, device tree;
 * each image's SHA-256 is checked first. The same for a first start and a restart,
 * so a guest always begins from pristine images.
 */
#ifndef VCPU_LOAD_H
#define VCPU_LOAD_H

#include "hv/bundle.h"
#include "vcpu/vm.h"

/*
 * Loads vm; *pc is its first instruction, *opaque the guest physical address of its device tree.
 * 0; or -E after logging which image can't be used, and why. The guest's first hart.
 */
int load_vm(struct vm *vm, const struct bundle *bundle, const struct host *host, uint64_t *pc,
	    uint64_t *opaque);

#endif
