/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Firmware counters of a guest (SBI 3.0, section 11.4): each reads one of
 * Bulkhead's own counters in vcpu->stats, from the moment it is started, so that
 * nothing is added to the path that is counted. All on the vCPU's own hart.
 */
#ifndef VCPU_SBI_PMU_FIRMWARE_H
#define VCPU_SBI_PMU_FIRMWARE_H

#include "vcpu/vcpu.h"

/* Codes of the standard's events that are counted here, and of Bulkhead's own. */
#define SBI_PMU_FW_SET_TIMER            5
#define SBI_PMU_FW_IPI_SENT             6
#define SBI_PMU_FW_IPI_RECEIVED         7
#define SBI_PMU_FW_FENCE_I_SENT         8
#define SBI_PMU_FW_SFENCE_VMA_SENT      10
#define SBI_PMU_FW_SFENCE_VMA_ASID_SENT 12
#define SBI_PMU_FW_BULKHEAD_EXITS       256
#define SBI_PMU_FW_BULKHEAD_TIME        257 /* timebase ticks outside the guest */

/* True when the event is counted. */
bool sbi_pmu_firmware_has(uint64_t code);

/* Gives a counter an event that is counted. A started one goes on; start starts it otherwise. */
void sbi_pmu_firmware_configure(const struct vcpu *vcpu, struct sbi_pmu_counter *counter,
				uint32_t code, bool clear, bool start);

/* Starts a configured counter that isn't started. */
void sbi_pmu_firmware_start(const struct vcpu *vcpu, struct sbi_pmu_counter *counter);

/* Stops a counter that is started. */
void sbi_pmu_firmware_stop(const struct vcpu *vcpu, struct sbi_pmu_counter *counter);

uint64_t sbi_pmu_firmware_value(const struct vcpu *vcpu, const struct sbi_pmu_counter *counter);

#endif
