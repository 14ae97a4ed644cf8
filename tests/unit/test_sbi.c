// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/* Dispatch, the short way, BASE and TIME (SBI 3.0, sections 3, 4, 6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/sbi_fakes.h"

static int setup(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

static void base_tells_who(void **state)
{
	(void)state;
	ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION), 0x03000000);
	ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_GET_IMPL_ID), SBI_IMPLEMENTATION_ID);
	ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_GET_IMPL_VERSION),
		     VERSION_MAJOR << 16 | VERSION_MINOR);
	ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_GET_MVENDORID), 0x1004);
	ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_GET_MARCHID), 0x1005);
	ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_GET_MIMPID), 0x1006);
	ASSERT_ERROR(SBI(SBI_EXT_BASE, 7), SBI_ERR_NOT_SUPPORTED);
}

static void probe_is_true_for_what_works(void **state)
{
	static const uint64_t offered[] = {
		0,
		1,
		2,
		3,
		4,
		5,
		6,
		7,
		8,
		SBI_EXT_BASE,
		SBI_EXT_TIME,
		SBI_EXT_IPI,
		SBI_EXT_RFENCE,
		SBI_EXT_HSM,
		SBI_EXT_SRST,
		SBI_EXT_SUSP,
		SBI_EXT_DBCN,
		SBI_EXT_PMU,
		SBI_EXT_FWFT,
		SBI_EXT_STA,
	};
	static const uint64_t others[] = {
		9,           15,           17,           SBI_EXT_CPPC, SBI_EXT_NACL,
		SBI_EXT_SSE, SBI_EXT_DBTR, SBI_EXT_MPXY, UINT64_MAX,   UINT64_C(0x100000010),
		0x08000000,  0x0a000000,
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(offered); i++)
		ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, offered[i]), 1);
	for (unsigned i = 0; i < ARRAY_SIZE(others); i++)
		ASSERT_VALUE(SBI(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, others[i]), 0);
}

static void what_is_unknown_is_refused_and_counted(void **state)
{
	struct vcpu *vcpu = &fake.vcpus[0];

	(void)state;
	ASSERT_ERROR(SBI(9, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_CPPC, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(UINT64_MAX, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(UINT64_C(0x1000000000000010), 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_TIME, 1), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_IPI, 1), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_RFENCE, 7), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_HSM, UINT64_MAX), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_SRST, 1), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SBI(SBI_EXT_DBCN, 3), SBI_ERR_NOT_SUPPORTED);
	assert_int_equal(vcpu->stats->sbi[STATS_SBI_UNKNOWN], 10);
	assert_int_equal(fake.ends + fake.timers + fake.posts, 0);
}

static void set_timer_passes_the_deadline(void **state)
{
	(void)state;
	ASSERT_VALUE(SBI(SBI_EXT_TIME, SBI_TIME_SET_TIMER, UINT64_C(0x123456789abcdef0)), 0);
	assert_int_equal(fake.deadline, UINT64_C(0x123456789abcdef0));
	ASSERT_VALUE(SBI(SBI_EXT_TIME, SBI_TIME_SET_TIMER, UINT64_MAX), 0);
	assert_int_equal(fake.deadline, UINT64_MAX);
	assert_int_equal(fake.timers, 2);
	assert_int_equal(fake.vcpus[0].stats->sbi[STATS_SBI_TIME], 2);
}

/* The short way gives what the long one gives, and counts the same. */
static void both_ways_agree(void **state)
{
	static const uint64_t ids[] = { SBI_EXT_BASE, SBI_EXT_TIME, SBI_EXT_IPI, SBI_EXT_RFENCE,
					SBI_EXT_LEGACY_SET_TIMER };
	static const uint64_t args[] = { 1, 0, 0x1000, 0x2000, 3 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
		for (uint64_t function = 0; function < 9; function++) {
			struct vcpu *vcpu = fake_args(ids[i], function, args, 5);
			struct stats_page_vcpu short_stats;
			uint64_t a0, a1;
			int row;

			memset(vcpu->stats, 0, sizeof(*vcpu->stats));
			row = sbi_fast(vcpu);
			if (row == SBI_NOT_FAST)
				continue;
			vcpu->stats->sbi[row]++;
			short_stats = *vcpu->stats;
			a0 = vcpu->gpr[VCPU_A0];
			a1 = vcpu->gpr[VCPU_A1];
			fake_args(ids[i], function, args, 5);
			memset(vcpu->stats, 0, sizeof(*vcpu->stats));
			assert_int_equal(sbi_call(vcpu), SBI_DONE);
			assert_int_equal(vcpu->sbi.row, row);
			assert_int_equal(vcpu->gpr[VCPU_A0], a0);
			assert_int_equal(vcpu->gpr[VCPU_A1], a1);
			assert_memory_equal(vcpu->stats, &short_stats, sizeof(short_stats));
		}
	}
}

/* Section 3: everything but a0 and a1 keeps its value. */
static void other_registers_are_kept(void **state)
{
	static const uint64_t args[] = { 1, 0, 0x1000, 0x2000, 3, 5 };
	static const uint64_t ids[] = {
		SBI_EXT_BASE, SBI_EXT_RFENCE, SBI_EXT_HSM, SBI_EXT_PMU, 0, 4
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
		struct vcpu *vcpu = fake_args(ids[i], 2, args, 6);
		uint64_t before[32];

		memcpy(before, vcpu->gpr, sizeof(before));
		if (sbi_fast(vcpu) == SBI_NOT_FAST)
			sbi_call(vcpu);
		before[VCPU_A0] = vcpu->gpr[VCPU_A0];
		if (ids[i] > SBI_EXT_LEGACY_SHUTDOWN)
			before[VCPU_A1] = vcpu->gpr[VCPU_A1];
		assert_memory_equal(before, vcpu->gpr, sizeof(before));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(base_tells_who, setup),
		cmocka_unit_test_setup(probe_is_true_for_what_works, setup),
		cmocka_unit_test_setup(what_is_unknown_is_refused_and_counted, setup),
		cmocka_unit_test_setup(set_timer_passes_the_deadline, setup),
		cmocka_unit_test_setup(both_ways_agree, setup),
		cmocka_unit_test_setup(other_registers_are_kept, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
