// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 11: PMU. A vCPU owns its hart and so the hart's counters: what
 * the machine's own firmware offers is handed on, for counting in the guest alone.
 * After them come the firmware counters of sbi_pmu_firmware.c. Snapshots are not
 * offered (section 11.9 leaves that open).
 *
 * Indices are the firmware's for its counters, so that a mask means the same there.
 */
#include "hv/riscv_regs.h"
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"
#include "vcpu/sbi_pmu_firmware.h"

enum function {
	NUM_COUNTERS,
	COUNTER_GET_INFO,
	COUNTER_CONFIG_MATCHING,
	COUNTER_START,
	COUNTER_STOP,
	COUNTER_FW_READ,
	COUNTER_FW_READ_HI,
	SNAPSHOT_SET_SHMEM,
	EVENT_GET_INFO,
};

#define MACHINE_COUNTERS_MAX 32 /* one for each of CSRs cycle .. hpmcounter31 */

#define INFO_CSR      GENMASK(11, 0)
#define INFO_FIRMWARE BIT(63)

#define CONFIG_SKIP_MATCH  BIT(0)
#define CONFIG_CLEAR_VALUE BIT(1)
#define CONFIG_AUTO_START  BIT(2)
#define CONFIG_VUINH       BIT(3)
#define CONFIG_VSINH       BIT(4)
#define CONFIG_UINH        BIT(5)
#define CONFIG_SINH        BIT(6)
#define CONFIG_MINH        BIT(7)
#define CONFIG_FLAGS       GENMASK(7, 0)

#define START_SET_INIT_VALUE BIT(0)
#define START_INIT_SNAPSHOT  BIT(1)
#define START_FLAGS          GENMASK(1, 0)
#define STOP_RESET           BIT(0)
#define STOP_TAKE_SNAPSHOT   BIT(1)
#define STOP_FLAGS           GENMASK(1, 0)

#define EVENT_CODE         GENMASK(15, 0)
#define EVENT_TYPE         GENMASK(19, 16)
#define EVENT_INDEX        GENMASK(19, 0)
#define EVENT_CYCLES       1
#define EVENT_INSTRUCTIONS 2

#define TYPE_GENERAL  0
#define TYPE_CACHE    1
#define TYPE_RAW      2
#define TYPE_RAW_V2   3
#define TYPE_FIRMWARE 15

/* A call of the machine's firmware. */
static int64_t machine(uint64_t function, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		       uint64_t a4, uint64_t *value)
{
	const uint64_t args[5] = { a0, a1, a2, a3, a4 };

	*value = 0;
	return hw_firmware_pmu(function, args, value);
}

/* A counter that the guest can read by its CSR. */
static bool is_readable(uint64_t index)
{
	uint64_t info, csr;

	if (machine(COUNTER_GET_INFO, index, 0, 0, 0, 0, &info) || (info & INFO_FIRMWARE))
		return false;
	csr = FIELD_GET(INFO_CSR, info);
	return csr >= CSR_CYCLE && csr <= CSR_HPMCOUNTER31 &&
	       (hw_counters_enabled() & BIT(csr - CSR_CYCLE));
}

/* Looks up the machine's counters: at the guest's first call, so that others don't pay for it. */
static void discover(struct vcpu *vcpu)
{
	struct sbi_state *sbi = &vcpu->sbi;
	uint64_t count;

	if (sbi->pmu_known)
		return;
	sbi->pmu_known = true;
	if (machine(NUM_COUNTERS, 0, 0, 0, 0, 0, &count))
		return;
	count = MIN(count, MACHINE_COUNTERS_MAX);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_readable(i))
			continue;
		sbi->pmu_valid |= BIT(i);
		sbi->pmu_machine = i + 1;
	}
}

static uint64_t all_counters(const struct sbi_state *sbi)
{
	return sbi->pmu_valid | (GENMASK(SBI_PMU_FIRMWARE_COUNTERS - 1, 0) << sbi->pmu_machine);
}

/* A set of counters, not empty, as bits of indices; false: one of it doesn't exist. */
static bool counter_set(const struct sbi_state *sbi, uint64_t base, uint64_t mask, uint64_t *set)
{
	if (base > 63 || mask == 0 || (mask & ~(all_counters(sbi) >> base)))
		return false;
	*set = mask << base;
	return true;
}

static struct sbi_pmu_counter *firmware_counter(struct sbi_state *sbi, uint64_t index)
{
	if (index < sbi->pmu_machine || index - sbi->pmu_machine >= SBI_PMU_FIRMWARE_COUNTERS)
		return NULL;
	return &sbi->pmu[index - sbi->pmu_machine];
}

static struct sbi_ret counter_get_info(struct sbi_state *sbi, uint64_t index)
{
	uint64_t info;
	int64_t error;

	if (firmware_counter(sbi, index))
		return sbi_value(INFO_FIRMWARE);
	if (index >= sbi->pmu_machine || !(sbi->pmu_valid & BIT(index)))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	error = machine(COUNTER_GET_INFO, index, 0, 0, 0, 0, &info);
	return error ? sbi_error(SBI_ERR_INVALID_PARAM) : sbi_value(info);
}

/* The lowest counter of a set that isn't empty. */
static uint64_t lowest(uint64_t set)
{
	uint64_t index = 0;

	while (!(set & BIT(index)))
		index++;
	return index;
}

static struct sbi_ret match_firmware(struct vcpu *vcpu, uint64_t set, uint64_t flags,
				     uint32_t event)
{
	struct sbi_state *sbi = &vcpu->sbi;
	struct sbi_pmu_counter *counter;
	uint64_t index;

	for (; set; set &= set - 1) {
		index = lowest(set);
		counter = firmware_counter(sbi, index);
		if (counter && (!counter->configured || (flags & CONFIG_SKIP_MATCH))) {
			sbi_pmu_firmware_configure(vcpu, counter, event, flags & CONFIG_CLEAR_VALUE,
						   flags & CONFIG_AUTO_START);
			return sbi_value(index);
		}
		if (flags & CONFIG_SKIP_MATCH)
			break;
	}
	return sbi_error(SBI_ERR_NOT_SUPPORTED);
}

/* The guest's user and supervisor modes are the machine's VU and VS; nothing else is counted. */
static uint64_t machine_flags(uint64_t flags)
{
	uint64_t result = flags & (CONFIG_SKIP_MATCH | CONFIG_CLEAR_VALUE | CONFIG_AUTO_START);

	if (flags & CONFIG_UINH)
		result |= CONFIG_VUINH;
	if (flags & CONFIG_SINH)
		result |= CONFIG_VSINH;
	return result | CONFIG_UINH | CONFIG_SINH | CONFIG_MINH;
}

/*
 * Until somebody asks the firmware for them, cycles and instructions count in every mode, and
 * guests that never heard of this extension read them: so those that are given back do again.
 */
static void count_freely(struct sbi_state *sbi, uint64_t set)
{
	uint64_t event, index;

	for (event = EVENT_CYCLES; set && event <= EVENT_INSTRUCTIONS; event++) {
		if (!machine(COUNTER_CONFIG_MATCHING, 0, set, CONFIG_AUTO_START, event, 0,
			     &index) &&
		    index <= 63)
			sbi->pmu_free |= BIT(index) & set;
	}
}

/* Asks the firmware for a counter, one that counts freely or not. */
static int64_t match_counter(struct sbi_state *sbi, uint64_t set, uint64_t flags, uint64_t event,
			     uint64_t data, uint64_t *index)
{
	uint64_t free = set & sbi->pmu_free, unused;
	int64_t error;

	if (free)
		machine(COUNTER_STOP, 0, free, STOP_RESET, 0, 0, &unused);
	sbi->pmu_free &= ~free;
	error = machine(COUNTER_CONFIG_MATCHING, 0, set, flags, event, data, index);
	if (!error && (*index > 63 || !(set & BIT(*index))))
		error = SBI_ERR_FAILED;
	if (!error) {
		sbi->pmu_touched |= BIT(*index);
		free &= ~BIT(*index);
	}
	count_freely(sbi, free);
	return error;
}

static struct sbi_ret match_machine(struct vcpu *vcpu, uint64_t set, uint64_t flags, uint64_t event,
				    uint64_t data)
{
	struct sbi_state *sbi = &vcpu->sbi;
	uint64_t index;
	int64_t error;

	if ((flags & CONFIG_SKIP_MATCH) && firmware_counter(sbi, lowest(set)))
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	set &= sbi->pmu_valid;
	if (!set)
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	error = match_counter(sbi, set, machine_flags(flags), event, data, &index);
	if (error)
		return sbi_error(error == SBI_ERR_FAILED ? error : SBI_ERR_NOT_SUPPORTED);
	sbi->pmu_configured |= BIT(index);
	return sbi_value(index);
}

static bool is_event(uint64_t event)
{
	uint64_t type = FIELD_GET(EVENT_TYPE, event);

	return !(event & ~EVENT_INDEX) && event != 0 &&
	       (type <= TYPE_RAW_V2 || type == TYPE_FIRMWARE);
}

static struct sbi_ret counter_config_matching(struct vcpu *vcpu)
{
	uint64_t flags = vcpu_arg(vcpu, 2);
	uint64_t event = vcpu_arg(vcpu, 3);
	uint64_t data = vcpu_arg(vcpu, 4);
	uint64_t set;

	if (!counter_set(&vcpu->sbi, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1), &set) ||
	    (flags & ~CONFIG_FLAGS))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	if (!is_event(event))
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	if (FIELD_GET(EVENT_TYPE, event) != TYPE_FIRMWARE)
		return match_machine(vcpu, set, flags, event, data);
	if (data || !sbi_pmu_firmware_has(event & EVENT_CODE))
		return sbi_error(SBI_ERR_NOT_SUPPORTED);
	return match_firmware(vcpu, set, flags, (uint32_t)(event & EVENT_CODE));
}

/* Those of a set that the guest configured. */
static uint64_t configured(struct sbi_state *sbi, uint64_t set)
{
	uint64_t result = set & sbi->pmu_configured;

	for (uint64_t rest = set & ~sbi->pmu_valid; rest; rest &= rest - 1) {
		if (firmware_counter(sbi, lowest(rest))->configured)
			result |= BIT(lowest(rest));
	}
	return result;
}

static int64_t start_firmware(struct vcpu *vcpu, uint64_t set, uint64_t flags, uint64_t value)
{
	struct sbi_pmu_counter *counter;
	int64_t error = SBI_SUCCESS;

	for (; set; set &= set - 1) {
		counter = firmware_counter(&vcpu->sbi, lowest(set));
		if (counter->started) {
			error = SBI_ERR_ALREADY_STARTED;
			continue;
		}
		if (flags & START_SET_INIT_VALUE)
			counter->value = value;
		sbi_pmu_firmware_start(vcpu, counter);
	}
	return error;
}

/* Those that can be started are, also where another of the set was already. */
static int64_t start(struct vcpu *vcpu)
{
	struct sbi_state *sbi = &vcpu->sbi;
	uint64_t flags = vcpu_arg(vcpu, 2);
	uint64_t value = vcpu_arg(vcpu, 3);
	uint64_t set, unused;
	int64_t error = SBI_SUCCESS, firmware_error;

	if (!counter_set(sbi, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1), &set) ||
	    (flags & ~START_FLAGS) || flags == START_FLAGS)
		return SBI_ERR_INVALID_PARAM;
	if (flags & START_INIT_SNAPSHOT)
		return SBI_ERR_NO_SHMEM;
	if (configured(sbi, set) != set)
		return SBI_ERR_INVALID_PARAM;
	firmware_error = start_firmware(vcpu, set & ~sbi->pmu_valid, flags, value);
	if (set & sbi->pmu_valid)
		error = machine(COUNTER_START, 0, set & sbi->pmu_valid, flags, value, 0, &unused);
	if (error && error != SBI_ERR_ALREADY_STARTED)
		return SBI_ERR_FAILED;
	return error ? error : firmware_error;
}

static int64_t stop_firmware(struct vcpu *vcpu, uint64_t set, uint64_t flags)
{
	struct sbi_pmu_counter *counter;
	int64_t error = SBI_SUCCESS;

	for (; set; set &= set - 1) {
		counter = firmware_counter(&vcpu->sbi, lowest(set));
		if (counter->started)
			sbi_pmu_firmware_stop(vcpu, counter);
		else
			error = SBI_ERR_ALREADY_STOPPED;
		if (flags & STOP_RESET)
			counter->configured = false;
	}
	return error;
}

/* A counter of the machine that the guest never configured isn't started. */
static int64_t stop_machine(struct sbi_state *sbi, uint64_t set, uint64_t flags)
{
	uint64_t configured_ones = set & sbi->pmu_configured;
	uint64_t unused;
	int64_t error = SBI_SUCCESS;

	if (configured_ones)
		error = machine(COUNTER_STOP, 0, configured_ones, flags, 0, 0, &unused);
	if (flags & STOP_RESET)
		sbi->pmu_configured &= ~set;
	if (error && error != SBI_ERR_ALREADY_STOPPED)
		return SBI_ERR_FAILED;
	return configured_ones == set ? error : SBI_ERR_ALREADY_STOPPED;
}

/* Those that run are stopped, also where another of the set was already. */
static int64_t stop(struct vcpu *vcpu)
{
	struct sbi_state *sbi = &vcpu->sbi;
	uint64_t flags = vcpu_arg(vcpu, 2);
	uint64_t set;
	int64_t error, firmware_error;

	if (!counter_set(sbi, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1), &set) || (flags & ~STOP_FLAGS))
		return SBI_ERR_INVALID_PARAM;
	if (flags & STOP_TAKE_SNAPSHOT)
		return SBI_ERR_NO_SHMEM;
	error = stop_machine(sbi, set & sbi->pmu_valid, flags);
	firmware_error = stop_firmware(vcpu, set & ~sbi->pmu_valid, flags);
	return error ? error : firmware_error;
}

static struct sbi_ret counter_fw_read(struct vcpu *vcpu, uint64_t index, bool high)
{
	const struct sbi_pmu_counter *counter = firmware_counter(&vcpu->sbi, index);

	if (!counter)
		return sbi_error(SBI_ERR_INVALID_PARAM);
	return sbi_value(high ? 0 : sbi_pmu_firmware_value(vcpu, counter));
}

/*
 * An entry of the event list (section 11.10). One call takes a page of them at
 * most, since nothing interrupts it.
 */
struct event_entry {
	uint32_t event;
	uint32_t output;
	uint64_t data;
};

#define ENTRIES_MAX (PAGE_SIZE / sizeof(struct event_entry))

/* Whether a free counter of the machine takes the event: by trying. */
static bool machine_has(struct vcpu *vcpu, uint64_t event, uint64_t data)
{
	struct sbi_state *sbi = &vcpu->sbi;
	uint64_t set = sbi->pmu_valid & ~sbi->pmu_configured;
	uint64_t index, unused;

	if (!set || match_counter(sbi, set, 0, event, data, &index))
		return false;
	machine(COUNTER_STOP, 0, BIT(index), STOP_RESET, 0, 0, &unused);
	count_freely(sbi, BIT(index));
	return true;
}

static bool has_event(struct vcpu *vcpu, uint64_t event, uint64_t data)
{
	if (FIELD_GET(EVENT_TYPE, event) != TYPE_FIRMWARE)
		return machine_has(vcpu, event, data);
	return data == 0 && sbi_pmu_firmware_has(event & EVENT_CODE);
}

static int64_t fill_entry(struct vcpu *vcpu, uint64_t at)
{
	struct event_entry entry;

	if (hw_guest_read(vcpu, &entry, gpa(at), sizeof(entry)))
		return SBI_ERR_INVALID_ADDRESS;
	if (entry.event & ~EVENT_INDEX)
		return SBI_ERR_INVALID_PARAM;
	entry.output = is_event(entry.event) && has_event(vcpu, entry.event, entry.data);
	if (hw_guest_write(vcpu, gpa(at), &entry, sizeof(entry)))
		return SBI_ERR_INVALID_ADDRESS;
	return SBI_SUCCESS;
}

static int64_t event_get_info(struct vcpu *vcpu)
{
	uint64_t low = vcpu_arg(vcpu, 0);
	uint64_t entries = vcpu_arg(vcpu, 2);
	int64_t error = SBI_SUCCESS;

	if (vcpu_arg(vcpu, 3) || !is_aligned(low, sizeof(struct event_entry)))
		return SBI_ERR_INVALID_PARAM;
	if (entries > UINT64_MAX / sizeof(struct event_entry) ||
	    !sbi_shared_memory(vcpu, low, vcpu_arg(vcpu, 1), entries * sizeof(struct event_entry)))
		return SBI_ERR_INVALID_ADDRESS;
	if (entries > ENTRIES_MAX)
		return SBI_ERR_FAILED;
	for (uint64_t i = 0; i < entries && !error; i++)
		error = fill_entry(vcpu, low + i * sizeof(struct event_entry));
	return error;
}

struct sbi_ret sbi_pmu_call(struct vcpu *vcpu, uint64_t function)
{
	uint64_t a0 = vcpu_arg(vcpu, 0);

	discover(vcpu);
	switch (function) {
	case NUM_COUNTERS:
		return sbi_value(vcpu->sbi.pmu_machine + SBI_PMU_FIRMWARE_COUNTERS);
	case COUNTER_GET_INFO:
		return counter_get_info(&vcpu->sbi, a0);
	case COUNTER_CONFIG_MATCHING:
		return counter_config_matching(vcpu);
	case COUNTER_START:
		return sbi_error(start(vcpu));
	case COUNTER_STOP:
		return sbi_error(stop(vcpu));
	case COUNTER_FW_READ:
	case COUNTER_FW_READ_HI:
		return counter_fw_read(vcpu, a0, function == COUNTER_FW_READ_HI);
	case EVENT_GET_INFO:
		return sbi_error(event_get_info(vcpu));
	default:
		return sbi_error(SBI_ERR_NOT_SUPPORTED); /* SNAPSHOT_SET_SHMEM */
	}
}

void sbi_pmu_reset(struct vcpu *vcpu)
{
	struct sbi_state *sbi = &vcpu->sbi;

	if (sbi->pmu_configured)
		stop_machine(sbi, sbi->pmu_configured, STOP_RESET);
	count_freely(sbi, sbi->pmu_touched & ~sbi->pmu_free);
	for (unsigned i = 0; i < SBI_PMU_FIRMWARE_COUNTERS; i++)
		sbi->pmu[i] = (struct sbi_pmu_counter){ .configured = false };
}
