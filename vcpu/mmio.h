/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest-page faults: accesses of a guest to addresses that stage 2 does not map.
 * A device on the guest's bus answers; where there is none, the guest gets the
 * access fault that real hardware would raise. Full path, the vCPU's own hart.
 */
#ifndef VCPU_MMIO_H
#define VCPU_MMIO_H

#include "vcpu/vcpu.h"

/* Exit handlers: loads, stores and AMOs, instruction fetches. */
void mmio_load_fault(struct vcpu *vcpu);
void mmio_store_fault(struct vcpu *vcpu);
void mmio_fetch_fault(struct vcpu *vcpu);

#endif
