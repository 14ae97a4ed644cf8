/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Illegal and virtual instructions that exit: given back to the guest as its own
 * illegal-instruction exception, unless its file's "emulate" rules answer them.
 */
#ifndef VCPU_EMULATE_H
#define VCPU_EMULATE_H

#include "vcpu/vcpu.h"

/* Exit handlers; full path, the vCPU's own hart. */
void emulate_illegal(struct vcpu *vcpu);
void emulate_virtual(struct vcpu *vcpu);

#endif
