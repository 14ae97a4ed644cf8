// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/*
 * PMU (SBI 3.0, section 11) over a firmware with cycle (0), instret (2) and hpm3 (3), a hole at 1,
 * and a firmware counter of its own at 4, which is not handed on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/sbi_fakes.h"
#include "vcpu/sbi_pmu_firmware.h"

static int setup(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

#define FIRST        4 /* of the firmware counters */
#define LAST         (FIRST + SBI_PMU_FIRMWARE_COUNTERS - 1)
#define ALL_FIRMWARE (BIT(SBI_PMU_FIRMWARE_COUNTERS) - 1)
#define HARDWARE     (BIT(0) | BIT(2) | BIT(3))
#define FW(code)     (0xf0000 | (code))
#define CYCLES       1
#define INSTRUCTIONS 2
#define CLEAR        2
#define AUTO_START   4

#define NUM()                                 SBI(SBI_EXT_PMU, 0)
#define INFO(index)                           SBI(SBI_EXT_PMU, 1, index)
#define MATCH(base, mask, flags, event, data) SBI(SBI_EXT_PMU, 2, base, mask, flags, event, data)
#define START(base, mask, flags, value)       SBI(SBI_EXT_PMU, 3, base, mask, flags, value)
#define STOP(base, mask, flags)               SBI(SBI_EXT_PMU, 4, base, mask, flags)
#define FW_READ(index)                        SBI(SBI_EXT_PMU, 5, index)

static void discovery(void **state)
{
	(void)state;
	ASSERT_VALUE(NUM(), FIRST + SBI_PMU_FIRMWARE_COUNTERS);
	ASSERT_VALUE(INFO(0), CSR_CYCLE | 63 << 12);
	ASSERT_ERROR(INFO(1), SBI_ERR_INVALID_PARAM);
	ASSERT_VALUE(INFO(2), CSR_INSTRET | 63 << 12);
	for (uint64_t i = FIRST; i <= LAST; i++)
		ASSERT_VALUE(INFO(i), BIT(63));
	ASSERT_ERROR(INFO(LAST + 1), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(INFO(UINT64_MAX), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(INFO(BIT(32)), SBI_ERR_INVALID_PARAM);
}

static void without_a_machine_pmu(void **state)
{
	(void)state;
	fake.pmu = false;
	ASSERT_VALUE(NUM(), SBI_PMU_FIRMWARE_COUNTERS);
	ASSERT_VALUE(INFO(0), BIT(63));
	ASSERT_ERROR(MATCH(0, 1, 0, CYCLES, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_VALUE(MATCH(0, 1, 0, FW(SBI_PMU_FW_SET_TIMER), 0), 0);
}

static void sets_of_counters(void **state)
{
	static const struct {
		uint64_t base, mask;
	} bad[] = {
		{ 0, 0 },       { 0, BIT(1) },     { 0, 0xf },     { LAST + 1, 1 },
		{ LAST, 2 },    { LAST, BIT(63) }, { 64, 1 },      { UINT64_MAX, 1 },
		{ BIT(32), 1 }, { 63, 1 },         { 0, BIT(63) },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		ASSERT_ERROR(MATCH(bad[i].base, bad[i].mask, 0, FW(5), 0), SBI_ERR_INVALID_PARAM);
		ASSERT_ERROR(START(bad[i].base, bad[i].mask, 0, 0), SBI_ERR_INVALID_PARAM);
		ASSERT_ERROR(STOP(bad[i].base, bad[i].mask, 0), SBI_ERR_INVALID_PARAM);
	}
}

static void a_firmware_counter_counts(void **state)
{
	(void)state;
	SBI(SBI_EXT_TIME, 0, 1);
	ASSERT_VALUE(MATCH(0, HARDWARE | BIT(7), 0, FW(SBI_PMU_FW_SET_TIMER), 0), 7);
	SBI(SBI_EXT_TIME, 0, 1);
	ASSERT_VALUE(FW_READ(7), 0);
	ASSERT_VALUE(START(7, 1, 1, 100), 0);
	SBI(SBI_EXT_TIME, 0, 1);
	SBI(SBI_EXT_LEGACY_SET_TIMER, 0, 1);
	ASSERT_VALUE(FW_READ(7), 102);
	ASSERT_VALUE(SBI(SBI_EXT_PMU, 6, 7), 0);
	ASSERT_ERROR(START(7, 1, 0, 0), SBI_ERR_ALREADY_STARTED);
	ASSERT_VALUE(STOP(7, 1, 0), 0);
	SBI(SBI_EXT_TIME, 0, 1);
	ASSERT_VALUE(FW_READ(7), 102);
	ASSERT_ERROR(STOP(7, 1, 0), SBI_ERR_ALREADY_STOPPED);
	ASSERT_VALUE(START(7, 1, 0, 55), 0);
	SBI(SBI_EXT_TIME, 0, 1);
	ASSERT_VALUE(FW_READ(7), 103);
	ASSERT_VALUE(STOP(7, 1, 1), 0);
	ASSERT_ERROR(START(7, 1, 0, 0), SBI_ERR_INVALID_PARAM); /* no event any more */
}

static void every_event_counts(void **state)
{
	static const struct {
		uint64_t code;
		size_t counter;
	} events[] = {
		{ SBI_PMU_FW_SET_TIMER, offsetof(struct stats_page_vcpu, sbi[STATS_SBI_TIME]) },
		{ SBI_PMU_FW_IPI_SENT, offsetof(struct stats_page_vcpu, ipis) },
		{ SBI_PMU_FW_IPI_RECEIVED, offsetof(struct stats_page_vcpu, ipis_received) },
		{ SBI_PMU_FW_FENCE_I_SENT, offsetof(struct stats_page_vcpu, fence_i_sent) },
		{ SBI_PMU_FW_SFENCE_VMA_SENT, offsetof(struct stats_page_vcpu, sfence_sent) },
		{ SBI_PMU_FW_SFENCE_VMA_ASID_SENT,
		  offsetof(struct stats_page_vcpu, sfence_asid_sent) },
		{ SBI_PMU_FW_BULKHEAD_EXITS, offsetof(struct stats_page_vcpu, exceptions[21]) },
		{ SBI_PMU_FW_BULKHEAD_TIME, offsetof(struct stats_page_vcpu, work_ticks) },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(events); i++) {
		struct sbi_ret ret = MATCH(FIRST, ALL_FIRMWARE, AUTO_START, FW(events[i].code), 0);
		uint64_t before = FW_READ(FIRST + i).value;

		ASSERT_VALUE(ret, FIRST + i);
		*(uint64_t *)((char *)fake.vcpus[0].stats + events[i].counter) += 1000;
		assert_in_range(FW_READ(FIRST + i).value - before, 1000, 1003);
	}
}

/* Each event has a counter, all at once. */
static void a_counter_for_each_event(void **state)
{
	unsigned events = 0;

	(void)state;
	for (uint64_t code = 0; code <= SBI_PMU_FW_BULKHEAD_TIME; code++)
		events += sbi_pmu_firmware_has(code);
	assert_int_equal(events, SBI_PMU_FIRMWARE_COUNTERS);
}

static void events_that_nobody_counts(void **state)
{
	static const uint64_t events[] = {
		0,       11,         FW(0),   FW(9),   FW(14),      FW(22),          FW(255),
		FW(258), FW(0xffff), 0x40000, 0xe0000, BIT(20) | 1, BIT(63) | FW(5), 0x10000,
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(events); i++)
		ASSERT_ERROR(MATCH(0, HARDWARE | BIT(5), 0, events[i], 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(MATCH(5, 1, 0, FW(SBI_PMU_FW_SET_TIMER), 1), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(MATCH(5, 1, BIT(8), FW(SBI_PMU_FW_SET_TIMER), 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(MATCH(5, 1, 0, CYCLES, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(MATCH(0, HARDWARE, 0, FW(SBI_PMU_FW_SET_TIMER), 0), SBI_ERR_NOT_SUPPORTED);
}

static void counters_run_out(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SBI_PMU_FIRMWARE_COUNTERS; i++)
		ASSERT_VALUE(MATCH(FIRST, ALL_FIRMWARE, 0, FW(SBI_PMU_FW_SET_TIMER), 0), FIRST + i);
	ASSERT_ERROR(MATCH(FIRST, ALL_FIRMWARE, 0, FW(SBI_PMU_FW_SET_TIMER), 0),
		     SBI_ERR_NOT_SUPPORTED);
	/* SKIP_MATCH takes the first of the set, whatever it did. */
	ASSERT_VALUE(MATCH(FIRST + 3, 7, 1, FW(SBI_PMU_FW_IPI_SENT), 0), FIRST + 3);
	ASSERT_ERROR(MATCH(0, HARDWARE | BIT(5), 1, FW(SBI_PMU_FW_IPI_SENT), 0),
		     SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(MATCH(5, 1, 1, CYCLES, 0), SBI_ERR_NOT_SUPPORTED);
	/* A stop with RESET frees the counter though it was stopped already. */
	ASSERT_ERROR(STOP(FIRST + 2, 1, 1), SBI_ERR_ALREADY_STOPPED);
	ASSERT_VALUE(MATCH(FIRST, ALL_FIRMWARE, 0, FW(SBI_PMU_FW_SET_TIMER), 0), FIRST + 2);
}

static void reconfiguring_a_started_counter(void **state)
{
	(void)state;
	fake.vcpus[0].stats->ipis = 7;
	ASSERT_VALUE(MATCH(FIRST, 1, AUTO_START, FW(SBI_PMU_FW_SET_TIMER), 0), FIRST);
	SBI(SBI_EXT_TIME, 0, 1);
	ASSERT_VALUE(MATCH(FIRST, 1, 1, FW(SBI_PMU_FW_IPI_SENT), 0), FIRST);
	ASSERT_VALUE(FW_READ(FIRST), 1);
	fake.vcpus[0].stats->ipis += 2;
	ASSERT_VALUE(FW_READ(FIRST), 3);
	ASSERT_VALUE(MATCH(FIRST, 1, 1 | CLEAR, FW(SBI_PMU_FW_IPI_SENT), 0), FIRST);
	ASSERT_VALUE(FW_READ(FIRST), 0);
}

static void hardware_counters_are_the_machines(void **state)
{
	(void)state;
	ASSERT_VALUE(MATCH(0, HARDWARE, AUTO_START | BIT(5), CYCLES, 0), 0);
	assert_int_equal(fake.pmu_event[0], CYCLES);
	/* U-mode of the guest is VU-mode; Bulkhead and the firmware are never counted. */
	assert_int_equal(fake.pmu_flags, AUTO_START | BIT(3) | BIT(5) | BIT(6) | BIT(7));
	ASSERT_VALUE(MATCH(0, HARDWARE, BIT(6), CYCLES, 0), 3);
	assert_int_equal(fake.pmu_flags, BIT(4) | BIT(5) | BIT(6) | BIT(7));
	ASSERT_ERROR(MATCH(0, HARDWARE, 0, CYCLES, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_VALUE(START(3, 1, 1, 99), 0);
	assert_int_equal(fake.pmu_value, 99);
	assert_true(fake.pmu_started[3]);
	ASSERT_ERROR(START(0, BIT(0), 0, 0), SBI_ERR_ALREADY_STARTED);
	ASSERT_ERROR(START(2, 1, 0, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_VALUE(STOP(0, BIT(0) | BIT(3), 0), 0);
	assert_false(fake.pmu_started[0] || fake.pmu_started[3]);
	ASSERT_ERROR(STOP(0, HARDWARE, 1), SBI_ERR_ALREADY_STOPPED);
	assert_int_equal(fake.pmu_event[0], 0);
	ASSERT_ERROR(FW_READ(0), SBI_ERR_INVALID_PARAM);
}

static void reset_gives_the_machines_counters_back(void **state)
{
	(void)state;
	ASSERT_VALUE(MATCH(0, HARDWARE, AUTO_START, INSTRUCTIONS, 0), 2);
	ASSERT_VALUE(MATCH(FIRST, 1, AUTO_START, FW(SBI_PMU_FW_SET_TIMER), 0), FIRST);
	sbi_reset(&fake.vcpus[0]);
	/* As it was before: it counts, in every mode, and no more is known of hpm3. */
	assert_true(fake.pmu_started[2]);
	assert_int_equal(fake.pmu_flags, AUTO_START);
	assert_false(fake.pmu_started[3]);
	ASSERT_ERROR(START(FIRST, 1, 0, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(START(2, 1, 0, 0), SBI_ERR_INVALID_PARAM);
}

/* Cycles and instructions count for who reads their CSRs, whatever was asked or stopped before. */
static void counters_run_again(void **state)
{
	struct {
		uint32_t event, output;
		uint64_t data;
	} *entry = (void *)fake.ram;

	(void)state;
	ASSERT_VALUE(MATCH(0, BIT(0), AUTO_START, CYCLES, 0), 0);
	ASSERT_VALUE(STOP(0, BIT(0), 1), 0);
	assert_false(fake.pmu_started[0]);
	sbi_reset(&fake.vcpus[0]);
	assert_true(fake.pmu_started[0]);
	/* The next life has them like the first; a match that fails leaves them running. */
	ASSERT_ERROR(MATCH(0, BIT(0), 0, INSTRUCTIONS, 0), SBI_ERR_NOT_SUPPORTED);
	assert_true(fake.pmu_started[0]);
	ASSERT_VALUE(MATCH(0, BIT(0), 0, CYCLES, 0), 0);
	assert_false(fake.pmu_started[0]);
	/* Asking what there is stops nothing. */
	entry->event = INSTRUCTIONS;
	ASSERT_VALUE(SBI(SBI_EXT_PMU, 8, RAM, 0, 1, 0), 0);
	assert_int_equal(entry->output, 1);
	assert_true(fake.pmu_started[2]);
	ASSERT_VALUE(MATCH(0, BIT(2), AUTO_START, INSTRUCTIONS, 0), 2);
}

static void flags(void **state)
{
	(void)state;
	ASSERT_VALUE(MATCH(FIRST, 1, 0, FW(SBI_PMU_FW_SET_TIMER), 0), FIRST);
	ASSERT_ERROR(START(FIRST, 1, 4, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(START(FIRST, 1, 3, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(START(FIRST, 1, 2, 0), SBI_ERR_NO_SHMEM);
	ASSERT_ERROR(STOP(FIRST, 1, 4), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(STOP(FIRST, 1, 2), SBI_ERR_NO_SHMEM);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 7, RAM, 0, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 9), SBI_ERR_NOT_SUPPORTED);
}

static void fw_read_refuses(void **state)
{
	(void)state;
	for (uint64_t function = 5; function < 7; function++) {
		ASSERT_ERROR(SBI(SBI_EXT_PMU, function, 0), SBI_ERR_INVALID_PARAM);
		ASSERT_ERROR(SBI(SBI_EXT_PMU, function, 1), SBI_ERR_INVALID_PARAM);
		ASSERT_ERROR(SBI(SBI_EXT_PMU, function, LAST + 1), SBI_ERR_INVALID_PARAM);
		ASSERT_ERROR(SBI(SBI_EXT_PMU, function, UINT64_MAX), SBI_ERR_INVALID_PARAM);
	}
}

struct entry {
	uint32_t event, output;
	uint64_t data;
};

static void event_info(void **state)
{
	static const struct entry entries[] = {
		{ FW(SBI_PMU_FW_SET_TIMER), 0xffffffff, 0 },
		{ FW(0), 1, 0 },
		{ CYCLES, 0, 0 },
		{ 0x20000, 0, 0x1234 },
		{ 3, 1, 0 },
	};
	struct entry *out = (struct entry *)&fake.ram[16];

	(void)state;
	memcpy(out, entries, sizeof(entries));
	ASSERT_VALUE(SBI(SBI_EXT_PMU, 8, RAM + 16, 0, 5, 0), 0);
	assert_int_equal(out[0].output, 1);
	assert_int_equal(out[1].output, 0);
	assert_int_equal(out[2].output, 1);
	assert_int_equal(out[3].output, 1);
	assert_int_equal(out[3].data, 0x1234);
	assert_int_equal(out[4].output, 0);
	assert_int_equal(fake.pmu_event[3], 0); /* only tried */
	assert_true(fake.pmu_started[0]);
}

static void event_info_refuses(void **state)
{
	struct entry *entry = (struct entry *)fake.ram;

	(void)state;
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM, 0, 0, 1), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM + 8, 0, 1, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM, 1, 1, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, 0, 0, 1, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM + RAM_SIZE - 16, 0, 2, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM, 0, BIT(60), 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM, 0, BIT(60) | 1, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM, 0, 257, 0), SBI_ERR_FAILED);
	entry->event = BIT(20) | 1;
	ASSERT_ERROR(SBI(SBI_EXT_PMU, 8, RAM, 0, 1, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_VALUE(SBI(SBI_EXT_PMU, 8, RAM, 0, 0, 0), 0);
}

/* Table 19 knows an error for reserved bits alone: an index without a meaning isn't supported. */
static void event_info_of_no_event(void **state)
{
	static const uint32_t events[] = { 0, 0x40000, 0xe0001 };
	struct entry *entry = (struct entry *)fake.ram;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(events); i++) {
		entry[i].event = events[i];
		entry[i].output = 1;
	}
	ASSERT_VALUE(SBI(SBI_EXT_PMU, 8, RAM, 0, ARRAY_SIZE(events), 0), 0);
	for (unsigned i = 0; i < ARRAY_SIZE(events); i++)
		assert_int_equal(entry[i].output, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(discovery, setup),
		cmocka_unit_test_setup(without_a_machine_pmu, setup),
		cmocka_unit_test_setup(sets_of_counters, setup),
		cmocka_unit_test_setup(a_firmware_counter_counts, setup),
		cmocka_unit_test_setup(every_event_counts, setup),
		cmocka_unit_test_setup(a_counter_for_each_event, setup),
		cmocka_unit_test_setup(events_that_nobody_counts, setup),
		cmocka_unit_test_setup(counters_run_out, setup),
		cmocka_unit_test_setup(reconfiguring_a_started_counter, setup),
		cmocka_unit_test_setup(hardware_counters_are_the_machines, setup),
		cmocka_unit_test_setup(reset_gives_the_machines_counters_back, setup),
		cmocka_unit_test_setup(counters_run_again, setup),
		cmocka_unit_test_setup(flags, setup),
		cmocka_unit_test_setup(fw_read_refuses, setup),
		cmocka_unit_test_setup(event_info, setup),
		cmocka_unit_test_setup(event_info_refuses, setup),
		cmocka_unit_test_setup(event_info_of_no_event, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
