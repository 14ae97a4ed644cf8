/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU on its hart: reset, run, wait, park. A vCPU runs as a job of its hart
 * (vcpu->start_job) that ends when the vCPU stops.
 */
#ifndef VCPU_RUN_H
#define VCPU_RUN_H

#include "vcpu/vcpu.h"

/* Sets up a zeroed vcpu, stopped. At creation of its guest. */
void run_init(struct vcpu *vcpu, struct vm *vm, uint32_t id, struct hart *hart);

/*
 * Runs a vCPU whose state is SBI_HSM_STATE_START_PENDING from start_pc with a0 = id and
 * a1 = start_opaque until it stops, and parks it. Its own hart, no lock held; the vm counts it
 * in nr_inside already.
 */
void run_vcpu(struct vcpu *vcpu);

/* From enter.S: enters the guest; returns when an exit asked to leave, see vcpu->leave. */
void vcpu_enter(struct vcpu *vcpu);

#endif
