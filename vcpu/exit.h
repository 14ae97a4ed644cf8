/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exits: what happens when the hardware leaves a guest. Called by enter.S on the
 * vCPU's own hart; no lock is held. See the privileged specification, "Traps
 * from VS-mode" and table "Supervisor/hypervisor cause values".
 */
#ifndef VCPU_EXIT_H
#define VCPU_EXIT_H

#include "vcpu/vcpu.h"

/*
 * The short path: the guest's caller-saved registers are in vcpu->gpr. Answers
 * common SBI calls and host interrupts. Returns VCPU_RESUME or VCPU_FULL.
 */
enum vcpu_next vcpu_exit(struct vcpu *vcpu, uint64_t cause);

/* The full path: all the guest's registers are there. Returns VCPU_RESUME or VCPU_LEAVE. */
enum vcpu_next vcpu_exit_full(struct vcpu *vcpu, uint64_t cause);

#endif
