/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SBI remembers of a vCPU between calls; struct vcpu embeds it. Owned
 * by the vCPU's running hart; sbi_reset() gives it its values at a hart's start.
 */
#ifndef VCPU_SBI_STATE_H
#define VCPU_SBI_STATE_H

#include "hv/types.h"

/*
 * Firmware counters offered to each vCPU, after those of the machine: as many as there are
 * events for them, since a guest's kernel asks about each counter in a call of its own.
 */
#define SBI_PMU_FIRMWARE_COUNTERS 8

#define SBI_NO_SHMEM UINT64_MAX

/* What happens after a call. */
enum sbi_outcome {
	SBI_DONE,  /* a0 and a1 hold the results: go on after the ecall */
	SBI_RETRY, /* nothing has changed: execute the ecall again */
	SBI_LEAVE, /* vcpu->leave says why; should the vCPU go on, then after the ecall */
	SBI_FAULT, /* vcpu->fault is to be raised in the guest, at the ecall */
};

struct sbi_pmu_counter {
	uint32_t event; /* code of a firmware event, when configured */
	bool configured;
	bool started;
	uint64_t value; /* when started, less what the event's count was then (modulo 2^64) */
};

struct sbi_state {
	enum sbi_outcome outcome; /* of the call at hand; extensions change it from SBI_DONE */
	uint32_t row;             /* and where it counts: enum stats_sbi */
	uint64_t fwft_locked;     /* BIT(feature) */
	uint64_t sta;             /* guest physical address, or SBI_NO_SHMEM */

	/* Counters of the machine: looked up at the guest's first PMU call. */
	bool pmu_known;
	uint32_t pmu_machine;    /* their number; the firmware counters follow */
	uint64_t pmu_valid;      /* those of them that may be used */
	uint64_t pmu_configured; /* and that the guest configured */
	uint64_t pmu_touched;    /* and that any guest's life ever did */
	uint64_t pmu_free;       /* those that Bulkhead set to count freely again */
	struct sbi_pmu_counter pmu[SBI_PMU_FIRMWARE_COUNTERS];
};

#endif
