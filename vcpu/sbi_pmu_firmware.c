// SPDX-License-Identifier: Apache-2.0
/* Firmware counters: the difference of two readings of vcpu->stats. */
#include "vcpu/sbi_pmu_firmware.h"

#include "hv/sbi_defs.h"

static uint64_t event_count(const struct vcpu *vcpu, uint32_t code)
{
	const struct stats_page_vcpu *stats = vcpu->stats;

	switch (code) {
	case SBI_PMU_FW_SET_TIMER:
		return stats->sbi[STATS_SBI_TIME] +
		       stats->sbi[STATS_SBI_LEGACY + SBI_EXT_LEGACY_SET_TIMER];
	case SBI_PMU_FW_IPI_SENT:
		return stats->ipis;
	case SBI_PMU_FW_IPI_RECEIVED:
		return stats->ipis_received;
	case SBI_PMU_FW_FENCE_I_SENT:
		return stats->fence_i_sent;
	case SBI_PMU_FW_SFENCE_VMA_SENT:
		return stats->sfence_sent;
	case SBI_PMU_FW_SFENCE_VMA_ASID_SENT:
		return stats->sfence_asid_sent;
	case SBI_PMU_FW_BULKHEAD_EXITS:
		return stats_page_exits(stats);
	default:
		return stats_page_ticks(stats);
	}
}

bool sbi_pmu_firmware_has(uint64_t code)
{
	switch (code) {
	case SBI_PMU_FW_SET_TIMER:
	case SBI_PMU_FW_IPI_SENT:
	case SBI_PMU_FW_IPI_RECEIVED:
	case SBI_PMU_FW_FENCE_I_SENT:
	case SBI_PMU_FW_SFENCE_VMA_SENT:
	case SBI_PMU_FW_SFENCE_VMA_ASID_SENT:
	case SBI_PMU_FW_BULKHEAD_EXITS:
	case SBI_PMU_FW_BULKHEAD_TIME:
		return true;
	default:
		return false;
	}
}

uint64_t sbi_pmu_firmware_value(const struct vcpu *vcpu, const struct sbi_pmu_counter *counter)
{
	return counter->value + (counter->started ? event_count(vcpu, counter->event) : 0);
}

void sbi_pmu_firmware_start(const struct vcpu *vcpu, struct sbi_pmu_counter *counter)
{
	counter->value -= event_count(vcpu, counter->event);
	counter->started = true;
}

void sbi_pmu_firmware_stop(const struct vcpu *vcpu, struct sbi_pmu_counter *counter)
{
	counter->value = sbi_pmu_firmware_value(vcpu, counter);
	counter->started = false;
}

void sbi_pmu_firmware_configure(const struct vcpu *vcpu, struct sbi_pmu_counter *counter,
				uint32_t code, bool clear, bool start)
{
	if (counter->started) {
		sbi_pmu_firmware_stop(vcpu, counter);
		start = true;
	}
	counter->event = code;
	counter->configured = true;
	if (clear)
		counter->value = 0;
	if (start)
		sbi_pmu_firmware_start(vcpu, counter);
}
