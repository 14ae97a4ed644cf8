/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Supervisor Binary Interface that Bulkhead gives its guests: SBI 3.0
 * (docs/sbi.md says what of it), a row for each extension in sbi.c and a file
 * for each extension. Everything in a call is the guest's word and checked
 * here. Pure: hardware is reached through vcpu/hw.h.
 */
#ifndef VCPU_SBI_H
#define VCPU_SBI_H

#include "hv/version.h"
#include "vcpu/vcpu.h"

/* Not registered by the specification: "BULK" in ASCII. */
#define SBI_IMPLEMENTATION_ID      0x42554c4b
#define SBI_IMPLEMENTATION_VERSION (VERSION_MAJOR << 16 | VERSION_MINOR)
#define SBI_SPEC_VERSION           ((3 << 24) | 0)

#define SBI_NOT_FAST (-1)

/*
 * The common calls in few instructions: BASE but for probe, set_timer (the legacy one too), IPIs,
 * remote fences. Returns the row of enum stats_sbi that the caller counts the call in: done, as
 * for SBI_DONE; or SBI_NOT_FAST: nothing happened, sbi_call() it is. Reads the guest's a0..a7 in
 * vcpu->gpr, writes a0 and a1. The vCPU's own hart; takes no lock, touches no CSR of VS-mode but
 * for the timer's.
 */
int sbi_fast(struct vcpu *vcpu);

/*
 * Any call. Counts it in vcpu->stats, and leaves the row in vcpu->sbi.row. The vCPU's own hart,
 * no lock held; takes vm->lock in HSM and SUSP, and what vm_request_end() takes in SRST.
 */
enum sbi_outcome sbi_call(struct vcpu *vcpu);

/*
 * The SBI's part of a hart's reset: before a vCPU begins at its guest's start or
 * at hart_start. FWFT at its defaults, no shared memory, counters stopped. The
 * vCPU's own hart, after its henvcfg was set.
 */
void sbi_reset(struct vcpu *vcpu);

#endif
