/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the SBI remembers of a vCPU between calls; struct vcpu embeds it. Owned
 * by the vCPU's running hart; sbi_reset() gives it its values at a hart's start.
 */
#ifndef VCPU_SBI_STATE_H
#define VCPU_SBI_STATE_H

#include "hv/types.h"

/* Firmware counters offered to each vCPU, and the most that are offered in all. */
#define SBI_PMU_FIRMWARE_COUNTERS 16
#define SBI_PMU_HARDWARE_COUNTERS 32
#define SBI_PMU_COUNTERS          (SBI_PMU_HARDWARE_COUNTERS + SBI_PMU_FIRMWARE_COUNTERS)

#define SBI_NO_SHMEM UINT64_MAX

struct sbi_pmu_counter {
	uint32_t event; /* event_idx, or 0: not configured */
	bool started;
	uint64_t
		value; /* firmware: when stopped, its value; when started, value less the event's count */
};

struct sbi_state {
	uint64_t fwft_locked;  /* BIT(feature) */
	uint64_t fwft_pmlen;   /* what get returns */
	uint64_t sta;          /* guest physical address, or SBI_NO_SHMEM */
	uint64_t pmu_snapshot; /* guest physical address, or SBI_NO_SHMEM */
	uint64_t pmu_hardware; /* bit for each counter that the machine's firmware gives */
	struct sbi_pmu_counter pmu[SBI_PMU_FIRMWARE_COUNTERS];
	uint64_t pmu_configured; /* hardware counters that the guest configured */
};

#endif
