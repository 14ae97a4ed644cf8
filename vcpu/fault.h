/* SPDX-License-Identifier: Apache-2.0 */
/* Raises a fault in the guest; see inject.h for how. Full path only. */
#ifndef VCPU_FAULT_H
#define VCPU_FAULT_H

#include "vcpu/vcpu.h"

/*
 * The vCPU goes on in its VS-mode trap handler with this exception and stval.
 * A guest whose handler itself can't be fetched ends as a crash: see
 * mmio_fetch_fault(). The vCPU's own hart.
 */
void fault_inject(struct vcpu *vcpu, uint64_t cause, uint64_t tval);

#endif
