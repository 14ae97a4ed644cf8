// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/* IPI and RFENCE, and the hart masks that both take (SBI 3.0, sections 3.1, 7, 8). */
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

#define IPI(mask, base) SBI(SBI_EXT_IPI, SBI_IPI_SEND_IPI, mask, base)
#define SFENCE(mask, base, start, size) \
	SBI(SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA, mask, base, start, size)
#define SFENCE_ASID(mask, base, start, size, asid) \
	SBI(SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA_ASID, mask, base, start, size, asid)

static void ipi_to_itself_is_raised_here(void **state)
{
	(void)state;
	ASSERT_VALUE(IPI(1, 0), 0);
	assert_int_equal(fake.raised, 1);
	assert_int_equal(fake.vcpus[0].requests, 0);
	assert_int_equal(fake.kicks[0], 0);
	assert_int_equal(fake.vcpus[0].stats->ipis, 0);
}

static void ipi_to_another_is_a_request_and_one_kick(void **state)
{
	(void)state;
	ASSERT_VALUE(IPI(2, 0), 0);
	assert_int_equal(fake.vcpus[1].requests, VCPU_REQUEST_SSIP);
	ASSERT_VALUE(IPI(1, 1), 0);
	assert_int_equal(fake.kicks[1], 1);
	assert_int_equal(fake.raised, 0);
	fake.vcpus[1].requests = VCPU_REQUEST_IRQ;
	ASSERT_VALUE(IPI(1, 1), 0);
	assert_int_equal(fake.vcpus[1].requests, VCPU_REQUEST_IRQ | VCPU_REQUEST_SSIP);
	assert_int_equal(fake.kicks[1], 2);
	assert_int_equal(fake.vcpus[0].stats->ipis, 3);
}

static void stopped_harts_get_nothing(void **state)
{
	(void)state;
	fake.vcpus[3].hsm = SBI_HSM_STATE_SUSPENDED;
	ASSERT_VALUE(IPI(0, UINT64_MAX), 0);
	assert_int_equal(fake.raised, 1);
	assert_int_equal(fake.kicks[1], 1);
	assert_int_equal(fake.kicks[2], 0);
	assert_int_equal(fake.vcpus[2].requests, 0);
	assert_int_equal(fake.kicks[3], 1);
	ASSERT_VALUE(SFENCE(0, UINT64_MAX, 0, 0), 0);
	assert_int_equal(fake.remote, 0xa);
	ASSERT_VALUE(SFENCE(4, 0, 0, 0), 0);
	assert_int_equal(fake.remote_fences, 1);
}

static void masks_name_harts_that_exist(void **state)
{
	static const struct {
		uint64_t mask, base;
		int64_t error;
	} cases[] = {
		{ 0, 0, 0 },
		{ 0xf, 0, 0 },
		{ 0x10, 0, SBI_ERR_INVALID_PARAM },
		{ BIT(63), 0, SBI_ERR_INVALID_PARAM },
		{ 1, 3, 0 },
		{ 2, 3, SBI_ERR_INVALID_PARAM },
		{ BIT(63), 3, SBI_ERR_INVALID_PARAM },
		{ 1, 4, SBI_ERR_INVALID_PARAM },
		{ 0, 4, SBI_ERR_INVALID_PARAM },
		{ 1, 64, SBI_ERR_INVALID_PARAM },
		{ 1, BIT(32), SBI_ERR_INVALID_PARAM },
		{ 1, UINT64_MAX - 1, SBI_ERR_INVALID_PARAM },
		{ 0, UINT64_MAX, 0 },
		{ UINT64_MAX, UINT64_MAX, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_ERROR(IPI(cases[i].mask, cases[i].base), cases[i].error);
		for (uint64_t function = 0; function < 3; function++)
			ASSERT_ERROR(SBI(SBI_EXT_RFENCE, function, cases[i].mask, cases[i].base),
				     cases[i].error);
	}
}

static void masks_of_64_harts(void **state)
{
	static struct vcpu many[64];
	static struct vcpu *pointers[64];

	(void)state;
	for (uint32_t i = 0; i < 64; i++) {
		pointers[i] = &many[i];
		many[i].hsm = SBI_HSM_STATE_STOPPED;
	}
	fake.vm.nr_vcpus = 64;
	fake.vm.vcpus = pointers;
	ASSERT_VALUE(IPI(UINT64_MAX, 0), 0);
	ASSERT_VALUE(IPI(1, 63), 0);
	ASSERT_ERROR(IPI(2, 63), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(IPI(0, 64), SBI_ERR_INVALID_PARAM);
}

static void fence_i_here_and_there(void **state)
{
	(void)state;
	ASSERT_VALUE(SBI(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 1, 0), 0);
	assert_int_equal(fake.fence_is, 1);
	assert_int_equal(fake.remote_fence_is, 0);
	ASSERT_VALUE(SBI(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 0, UINT64_MAX), 0);
	assert_int_equal(fake.fence_is, 2);
	assert_int_equal(fake.remote_fence_is, 1);
	assert_int_equal(fake.remote, 2);
	assert_int_equal(fake.vcpus[0].stats->fence_i_sent, 1);
}

static void ranges(void **state)
{
	(void)state;
	ASSERT_VALUE(SFENCE(1, 0, 0, 0), 0);
	assert_int_equal(fake.size, UINT64_MAX);
	ASSERT_VALUE(SFENCE(1, 0, 0x5000, UINT64_MAX), 0);
	assert_int_equal(fake.size, UINT64_MAX);
	ASSERT_VALUE(SFENCE(1, 0, 0x5000, 0x3000), 0);
	assert_int_equal(fake.start, 0x5000);
	assert_int_equal(fake.size, 0x3000);
	assert_int_equal(fake.asid, UINT64_MAX);
	ASSERT_VALUE(SFENCE(1, 0, UINT64_MAX - 0xfff, 0x1000), 0);
	assert_int_equal(fake.fences, 4);
	ASSERT_ERROR(SFENCE(1, 0, UINT64_MAX - 0xfff, 0x1001), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SFENCE(1, 0, UINT64_MAX, 2), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SFENCE(1, 0, 3, UINT64_MAX - 1), SBI_ERR_INVALID_ADDRESS);
	ASSERT_VALUE(SFENCE(1, 0, 0x5000, 0), 0); /* nothing to fence */
	assert_int_equal(fake.fences, 4);
}

static void asids(void **state)
{
	(void)state;
	ASSERT_VALUE(SFENCE_ASID(3, 0, 0x1000, 0x1000, 7), 0);
	assert_int_equal(fake.asid, 7);
	assert_int_equal(fake.remote, 2);
	assert_int_equal(fake.fences, 1);
	assert_int_equal(fake.remote_fences, 1);
	assert_int_equal(fake.vcpus[0].stats->sfence_asid_sent, 1);
	ASSERT_VALUE(SFENCE_ASID(1, 0, 0x1000, 0x1000, UINT64_MAX), 0);
	assert_int_equal(fake.asid, 0xffff);
}

static void hfences_are_not_supported(void **state)
{
	(void)state;
	for (uint64_t function = 3; function < 7; function++)
		ASSERT_ERROR(SBI(SBI_EXT_RFENCE, function, 1, 0, 0, 0, 0), SBI_ERR_NOT_SUPPORTED);
	assert_int_equal(fake.fences + fake.remote_fences, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ipi_to_itself_is_raised_here, setup),
		cmocka_unit_test_setup(ipi_to_another_is_a_request_and_one_kick, setup),
		cmocka_unit_test_setup(stopped_harts_get_nothing, setup),
		cmocka_unit_test_setup(masks_name_harts_that_exist, setup),
		cmocka_unit_test_setup(masks_of_64_harts, setup),
		cmocka_unit_test_setup(fence_i_here_and_there, setup),
		cmocka_unit_test_setup(ranges, setup),
		cmocka_unit_test_setup(asids, setup),
		cmocka_unit_test_setup(hfences_are_not_supported, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
