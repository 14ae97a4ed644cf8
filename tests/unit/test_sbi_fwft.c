// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/* FWFT (SBI 3.0, section 18) over a henvcfg with LPE, ADUE and PMM, without SSE and DTE. */
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

#define MISALIGNED_EXC_DELEG  0
#define LANDING_PAD           1
#define SHADOW_STACK          2
#define DOUBLE_TRAP           3
#define PTE_AD_HW_UPDATING    4
#define POINTER_MASKING_PMLEN 5

#define SET(feature, value, flags) SBI(SBI_EXT_FWFT, SBI_FWFT_SET, feature, value, flags)
#define GET(feature)               SBI(SBI_EXT_FWFT, SBI_FWFT_GET, feature)

static void reset_values(void **state)
{
	(void)state;
	ASSERT_VALUE(GET(MISALIGNED_EXC_DELEG), 0);
	ASSERT_VALUE(GET(LANDING_PAD), 0);
	ASSERT_VALUE(GET(PTE_AD_HW_UPDATING), 0);
	ASSERT_VALUE(GET(POINTER_MASKING_PMLEN), 0);
	assert_int_equal(fake.henvcfg, ENVCFG_PBMTE);
}

static void features_of_the_machine(void **state)
{
	(void)state;
	ASSERT_ERROR(GET(SHADOW_STACK), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SET(SHADOW_STACK, 1, 0), SBI_ERR_NOT_SUPPORTED);
	ASSERT_ERROR(SET(SHADOW_STACK, 7, 7), SBI_ERR_NOT_SUPPORTED);
	fake.henvcfg_writable |= ENVCFG_SSE | ENVCFG_DTE;
	ASSERT_VALUE(SET(SHADOW_STACK, 1, 0), 0);
	assert_true(fake.henvcfg & ENVCFG_SSE);
	ASSERT_ERROR(GET(DOUBLE_TRAP), SBI_ERR_NOT_SUPPORTED);
	fake.henvcfg_writable = 0; /* a machine without henvcfg */
	ASSERT_ERROR(GET(PTE_AD_HW_UPDATING), SBI_ERR_NOT_SUPPORTED);
	ASSERT_VALUE(GET(MISALIGNED_EXC_DELEG), 0);
}

static void set_and_get(void **state)
{
	(void)state;
	ASSERT_VALUE(SET(PTE_AD_HW_UPDATING, 1, 0), 0);
	assert_int_equal(fake.henvcfg, ENVCFG_PBMTE | ENVCFG_ADUE);
	assert_int_equal(fake.fences, 1);
	ASSERT_VALUE(GET(PTE_AD_HW_UPDATING), 1);
	ASSERT_VALUE(SET(PTE_AD_HW_UPDATING, 0, 0), 0);
	ASSERT_VALUE(GET(PTE_AD_HW_UPDATING), 0);
	ASSERT_VALUE(SET(BIT(32) | LANDING_PAD, 1, 0), 0);
	ASSERT_VALUE(GET(GENMASK(63, 32) | LANDING_PAD), 1);
}

static void pointer_masking_lengths(void **state)
{
	static const uint8_t expected[] = { 0,  7,  7,  7,  7,  7,  7,  7, 16,
					    16, 16, 16, 16, 16, 16, 16, 16 };

	(void)state;
	for (uint64_t i = 0; i < ARRAY_SIZE(expected); i++) {
		ASSERT_VALUE(SET(POINTER_MASKING_PMLEN, i, 0), 0);
		ASSERT_VALUE(GET(POINTER_MASKING_PMLEN), expected[i]);
	}
	ASSERT_ERROR(SET(POINTER_MASKING_PMLEN, 17, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_VALUE(GET(POINTER_MASKING_PMLEN), 16);
}

/* WARL: to write a length that it lacks need not change anything, not even to one that it has. */
static void short_pointer_masks(void **state)
{
	(void)state;
	fake.short_masks = true;
	ASSERT_VALUE(GET(POINTER_MASKING_PMLEN), 0);
	ASSERT_VALUE(SET(POINTER_MASKING_PMLEN, 7, 0), 0);
	ASSERT_VALUE(GET(POINTER_MASKING_PMLEN), 7);
	ASSERT_ERROR(SET(POINTER_MASKING_PMLEN, 16, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_VALUE(GET(POINTER_MASKING_PMLEN), 7);
	fake.henvcfg_writable &= ~ENVCFG_PMM;
	ASSERT_ERROR(GET(POINTER_MASKING_PMLEN), SBI_ERR_NOT_SUPPORTED);
}

static void refusals(void **state)
{
	static const uint64_t reserved[] = { 6,          0x3fffffff, 0x40000000, 0x7fffffff,
					     0x80000000, 0xc0000000, 0xffffffff };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(reserved); i++) {
		ASSERT_ERROR(SET(reserved[i], 0, 0), SBI_ERR_DENIED);
		ASSERT_ERROR(GET(reserved[i]), SBI_ERR_DENIED);
	}
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, 2, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, UINT64_MAX, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, 1, 2), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, 1, BIT(63)), SBI_ERR_INVALID_PARAM);
	assert_int_equal(fake.henvcfg, ENVCFG_PBMTE);
}

static void misaligned_is_the_machines(void **state)
{
	(void)state;
	ASSERT_VALUE(SET(MISALIGNED_EXC_DELEG, 0, 0), 0);
	ASSERT_ERROR(SET(MISALIGNED_EXC_DELEG, 1, 0), SBI_ERR_DENIED);
	ASSERT_ERROR(SET(MISALIGNED_EXC_DELEG, 2, 0), SBI_ERR_INVALID_PARAM);
	fake.misaligned = true;
	ASSERT_VALUE(GET(MISALIGNED_EXC_DELEG), 1);
	ASSERT_VALUE(SET(MISALIGNED_EXC_DELEG, 1, 0), 0);
}

static void locks(void **state)
{
	(void)state;
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, 2, 1), SBI_ERR_INVALID_PARAM);
	ASSERT_VALUE(SET(PTE_AD_HW_UPDATING, 1, 1), 0);
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, 0, 0), SBI_ERR_DENIED_LOCKED);
	ASSERT_ERROR(SET(PTE_AD_HW_UPDATING, 1, 1), SBI_ERR_DENIED_LOCKED);
	ASSERT_VALUE(GET(PTE_AD_HW_UPDATING), 1);
	ASSERT_VALUE(SET(LANDING_PAD, 1, 0), 0);
	sbi_reset(&fake.vcpus[0]);
	ASSERT_VALUE(GET(PTE_AD_HW_UPDATING), 0);
	ASSERT_VALUE(GET(LANDING_PAD), 0);
	ASSERT_VALUE(SET(PTE_AD_HW_UPDATING, 1, 0), 0);
	assert_true(fake.henvcfg & ENVCFG_PBMTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reset_values, setup),
		cmocka_unit_test_setup(features_of_the_machine, setup),
		cmocka_unit_test_setup(set_and_get, setup),
		cmocka_unit_test_setup(pointer_masking_lengths, setup),
		cmocka_unit_test_setup(short_pointer_masks, setup),
		cmocka_unit_test_setup(refusals, setup),
		cmocka_unit_test_setup(misaligned_is_the_machines, setup),
		cmocka_unit_test_setup(locks, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
