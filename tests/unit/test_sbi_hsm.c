// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/* HSM, SUSP and SRST: starting, stopping, sleeping (SBI 3.0, sections 9, 10, 13). */
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

#define START(id, pc, opaque)     SBI(SBI_EXT_HSM, SBI_HSM_HART_START, id, pc, opaque)
#define STATUS(id)                SBI(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, id)
#define SUSPEND(type, pc, opaque) SBI(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, type, pc, opaque)
#define SLEEP(type, pc, opaque)   SBI(SBI_EXT_SUSP, SBI_SUSP_SYSTEM_SUSPEND, type, pc, opaque)
#define RESET(type, reason)       SBI(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, type, reason)

static void start_posts_a_job(void **state)
{
	(void)state;
	ASSERT_VALUE(START(2, RAM + 0x1000, 0xabc), 0);
	assert_int_equal(fake.vcpus[2].hsm, SBI_HSM_STATE_START_PENDING);
	assert_int_equal(fake.vcpus[2].start_pc, RAM + 0x1000);
	assert_int_equal(fake.vcpus[2].start_opaque, 0xabc);
	assert_int_equal(fake.posts, 1);
	assert_ptr_equal(fake.posted, &fake.vcpus[2].start_job);
	assert_int_equal(fake.vm.nr_inside, 3);
	assert_int_equal(fake.vm.lock.next, fake.vm.lock.serving);
}

static void start_refuses(void **state)
{
	static const uint64_t addresses[] = {
		0,       RAM - 2,    RAM + RAM_SIZE, RAM + RAM_SIZE - 1,
		RAM + 1, UINT64_MAX, UINT64_MAX - 1, FLASH + FLASH_SIZE,
	};

	(void)state;
	ASSERT_ERROR(START(4, RAM, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(START(UINT64_MAX, RAM, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(START(BIT(32) | 2, RAM, 0), SBI_ERR_INVALID_PARAM);
	for (unsigned i = 0; i < ARRAY_SIZE(addresses); i++)
		ASSERT_ERROR(START(2, addresses[i], 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(START(0, RAM, 0), SBI_ERR_ALREADY_AVAILABLE);
	ASSERT_ERROR(START(1, RAM, 0), SBI_ERR_ALREADY_AVAILABLE);
	fake.vcpus[1].hsm = SBI_HSM_STATE_STOP_PENDING;
	ASSERT_ERROR(START(1, RAM, 0), SBI_ERR_ALREADY_AVAILABLE);
	fake.harts[2].presence = HART_MISSING;
	ASSERT_ERROR(START(2, RAM, 0), SBI_ERR_FAILED);
	fake.harts[2].presence = HART_ONLINE;
	fake.vm.state = VM_ENDING;
	ASSERT_ERROR(START(2, RAM, 0), SBI_ERR_FAILED);
	assert_int_equal(fake.posts, 0);
	assert_int_equal(fake.vm.nr_inside, 2);
	assert_int_equal(fake.vcpus[2].hsm, SBI_HSM_STATE_STOPPED);
	assert_int_equal(fake.vm.lock.next, fake.vm.lock.serving);
	assert_false(fake.unlocked_walk);
}

static void start_in_flash(void **state)
{
	(void)state;
	ASSERT_VALUE(START(3, FLASH, 0), 0);
	assert_int_equal(fake.vcpus[3].start_pc, FLASH);
}

static void start_twice(void **state)
{
	(void)state;
	ASSERT_VALUE(START(2, RAM, 1), 0);
	ASSERT_ERROR(START(2, RAM + 4, 2), SBI_ERR_ALREADY_AVAILABLE);
	assert_int_equal(fake.vcpus[2].start_opaque, 1);
	assert_int_equal(fake.posts, 1);
}

static void stop_leaves(void **state)
{
	(void)state;
	SBI(SBI_EXT_HSM, SBI_HSM_HART_STOP);
	assert_int_equal(outcome, SBI_LEAVE);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_STOP);
}

static void status_of_each(void **state)
{
	(void)state;
	ASSERT_VALUE(STATUS(0), SBI_HSM_STATE_STARTED);
	ASSERT_VALUE(STATUS(2), SBI_HSM_STATE_STOPPED);
	fake.vcpus[1].hsm = SBI_HSM_STATE_SUSPENDED;
	ASSERT_VALUE(STATUS(1), SBI_HSM_STATE_SUSPENDED);
	ASSERT_ERROR(STATUS(4), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(STATUS(UINT64_MAX), SBI_ERR_INVALID_PARAM);
}

static void suspend_types(void **state)
{
	static const uint64_t refused[] = { 1,          0x0fffffff, 0x10000000, 0x7fffffff,
					    0x80000001, 0x8fffffff, 0x90000000, 0xffffffff };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
		ASSERT_ERROR(SUSPEND(refused[i], RAM, 0), SBI_ERR_INVALID_PARAM);
		assert_int_equal(outcome, SBI_DONE);
	}
	ASSERT_VALUE(SUSPEND(SBI_HSM_SUSPEND_RETENTIVE, 0, 0), 0);
	assert_int_equal(outcome, SBI_LEAVE);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_SUSPEND);
	assert_false(fake.vcpus[0].resume_reset);
	ASSERT_VALUE(SUSPEND(BIT(40) | SBI_HSM_SUSPEND_RETENTIVE, 0, 0), 0);
}

static void non_retentive_suspend(void **state)
{
	(void)state;
	ASSERT_ERROR(SUSPEND(SBI_HSM_SUSPEND_NON_RETENTIVE, 0, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SUSPEND(SBI_HSM_SUSPEND_NON_RETENTIVE, RAM + 1, 0), SBI_ERR_INVALID_ADDRESS);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_NONE);
	SUSPEND(SBI_HSM_SUSPEND_NON_RETENTIVE | GENMASK(63, 32), RAM + 8, 0x77);
	assert_int_equal(outcome, SBI_LEAVE);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_SUSPEND);
	assert_true(fake.vcpus[0].resume_reset);
	assert_int_equal(fake.vcpus[0].resume_pc, RAM + 8);
	assert_int_equal(fake.vcpus[0].resume_opaque, 0x77);
}

static void system_suspend(void **state)
{
	(void)state;
	ASSERT_ERROR(SLEEP(1, RAM, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SLEEP(0x80000000, RAM, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(SLEEP(0, 0, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(SLEEP(0, RAM, 0), SBI_ERR_DENIED);
	fake.vcpus[1].hsm = SBI_HSM_STATE_START_PENDING;
	ASSERT_ERROR(SLEEP(0, RAM, 0), SBI_ERR_DENIED);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_NONE);
	fake.vcpus[1].hsm = SBI_HSM_STATE_STOPPED;
	SLEEP(BIT(32), RAM + 2, 5);
	assert_int_equal(outcome, SBI_LEAVE);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_SUSPEND);
	assert_true(fake.vcpus[0].resume_reset);
	assert_int_equal(fake.vcpus[0].resume_pc, RAM + 2);
	assert_int_equal(fake.vcpus[0].resume_opaque, 5);
	assert_int_equal(fake.vm.lock.next, fake.vm.lock.serving);
}

static void reset_refuses(void **state)
{
	static const uint64_t types[] = { 3, 0xefffffff, 0xf0000000, 0xffffffff };
	static const uint64_t reasons[] = { 2, 0xdfffffff, 0xe0000000, 0xf0000000, 0xffffffff };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(types); i++)
		ASSERT_ERROR(RESET(types[i], 0), SBI_ERR_INVALID_PARAM);
	for (unsigned i = 0; i < ARRAY_SIZE(reasons); i++)
		ASSERT_ERROR(RESET(0, reasons[i]), SBI_ERR_INVALID_PARAM);
	assert_int_equal(fake.ends, 0);
	assert_int_equal(outcome, SBI_DONE);
}

static void reset_ends_the_guest(void **state)
{
	static const struct {
		uint64_t type, reason;
		enum vm_end end;
	} cases[] = {
		{ SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_NONE, VM_END_SHUTDOWN },
		{ SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_SYSTEM_FAILURE, VM_END_FAILURE },
		{ SBI_SRST_TYPE_COLD_REBOOT, SBI_SRST_REASON_NONE, VM_END_REBOOT },
		{ SBI_SRST_TYPE_WARM_REBOOT, SBI_SRST_REASON_NONE, VM_END_REBOOT },
		{ SBI_SRST_TYPE_COLD_REBOOT, SBI_SRST_REASON_SYSTEM_FAILURE, VM_END_REBOOT },
		{ BIT(32) | SBI_SRST_TYPE_SHUTDOWN, BIT(63), VM_END_SHUTDOWN },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		RESET(cases[i].type, cases[i].reason);
		assert_int_equal(outcome, SBI_LEAVE);
		assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_VM);
		assert_int_equal(fake.end, cases[i].end);
		assert_int_equal(fake.ends, i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(start_posts_a_job, setup),
		cmocka_unit_test_setup(start_refuses, setup),
		cmocka_unit_test_setup(start_in_flash, setup),
		cmocka_unit_test_setup(start_twice, setup),
		cmocka_unit_test_setup(stop_leaves, setup),
		cmocka_unit_test_setup(status_of_each, setup),
		cmocka_unit_test_setup(suspend_types, setup),
		cmocka_unit_test_setup(non_retentive_suspend, setup),
		cmocka_unit_test_setup(system_suspend, setup),
		cmocka_unit_test_setup(reset_refuses, setup),
		cmocka_unit_test_setup(reset_ends_the_guest, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
