// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/* DBCN, STA and the legacy calls (SBI 3.0, sections 5, 12, 16). */
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

#define WRITE(size, low, high) SBI(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, size, low, high)
#define READ(size, low, high)  SBI(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_READ, size, low, high)
#define STA(low, high, flags)  SBI(SBI_EXT_STA, SBI_STA_SET_SHMEM, low, high, flags)

static void write_takes_what_there_is_room_for(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		fake.ram[100 + i] = (uint8_t)i;
	ASSERT_VALUE(WRITE(5, RAM + 100, 0), 5);
	assert_memory_equal(fake.tx, &fake.ram[100], 5);
	fake.tx_room = 1005;
	ASSERT_VALUE(WRITE(2000, RAM + 100, 0), 1000);
	assert_memory_equal(&fake.tx[5], &fake.ram[100], 1000);
	ASSERT_VALUE(WRITE(2000, RAM + 100, 0), 0);
	ASSERT_VALUE(WRITE(0, RAM + 100, 0), 0);
}

static void long_writes_end_early(void **state)
{
	(void)state;
	ASSERT_VALUE(WRITE(RAM_SIZE, RAM, 0), 4096);
}

static void memory_must_be_ram(void **state)
{
	static const uint64_t cases[][3] = {
		{ 1, 0, 0 },
		{ 1, RAM - 1, 0 },
		{ 2, RAM - 1, 0 },
		{ 1, RAM + RAM_SIZE, 0 },
		{ 2, RAM + RAM_SIZE - 1, 0 },
		{ RAM_SIZE + 1, RAM, 0 },
		{ UINT64_MAX, RAM, 0 },
		{ UINT64_MAX - RAM + 2, RAM, 0 },
		{ 1, RAM, 1 },
		{ 1, RAM, UINT64_MAX },
		{ 1, UINT64_MAX, UINT64_MAX },
		{ 1, FLASH, 0 },
	};

	(void)state;
	fake.rx = "abc";
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_ERROR(WRITE(cases[i][0], cases[i][1], cases[i][2]), SBI_ERR_INVALID_PARAM);
		ASSERT_ERROR(READ(cases[i][0], cases[i][1], cases[i][2]), SBI_ERR_INVALID_PARAM);
	}
	assert_int_equal(fake.tx_count, 0);
	assert_string_equal(fake.rx, "abc");
}

static void read_gives_what_there_is(void **state)
{
	(void)state;
	fake.rx = "hello";
	ASSERT_VALUE(READ(3, RAM, 0), 3);
	ASSERT_VALUE(READ(100, RAM + 3, 0), 2);
	ASSERT_VALUE(READ(100, RAM + 5, 0), 0);
	assert_memory_equal(fake.ram, "hello\0", 6);
}

static void write_byte_waits_for_room(void **state)
{
	(void)state;
	ASSERT_VALUE(SBI(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, 0x141), 0);
	assert_int_equal(fake.tx[0], 0x41);
	fake.tx_room = 1;
	SBI(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, 'b');
	assert_int_equal(outcome, SBI_RETRY);
	assert_int_equal(fake.vcpus[0].gpr[VCPU_A0], 'b');
	fake.tx_room = 2;
	assert_int_equal(sbi_call(&fake.vcpus[0]), SBI_DONE);
	assert_memory_equal(fake.tx, "Ab", 2);
}

static void steal_time_says_zero(void **state)
{
	(void)state;
	memset(fake.ram, 0xff, 256);
	ASSERT_VALUE(STA(RAM + 64, 0, 0), 0);
	assert_int_equal(fake.vcpus[0].sbi.sta, RAM + 64);
	for (unsigned i = 0; i < 64; i++)
		assert_int_equal(fake.ram[64 + i], 0);
	assert_int_equal(fake.ram[63], 0xff);
	assert_int_equal(fake.ram[128], 0xff);
	ASSERT_VALUE(STA(UINT64_MAX, UINT64_MAX, 0), 0);
	assert_int_equal(fake.vcpus[0].sbi.sta, SBI_NO_SHMEM);
}

static void steal_time_refuses(void **state)
{
	(void)state;
	ASSERT_ERROR(STA(RAM, 0, 1), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(STA(UINT64_MAX, UINT64_MAX, 1), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(STA(RAM + 32, 0, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(STA(UINT64_MAX, 0, 0), SBI_ERR_INVALID_PARAM);
	ASSERT_ERROR(STA(RAM, 1, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(STA(RAM, UINT64_MAX, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(STA(0, 0, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(STA(RAM + RAM_SIZE, 0, 0), SBI_ERR_INVALID_ADDRESS);
	ASSERT_ERROR(STA(FLASH, 0, 0), SBI_ERR_INVALID_ADDRESS);
	assert_int_equal(fake.vcpus[0].sbi.sta, SBI_NO_SHMEM);
}

/* Legacy calls return in a0 and leave a1 alone. */
static void legacy(uint64_t id, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		   int64_t expected)
{
	struct sbi_ret ret = SBI(id, 0x1234, a0, a1, a2, a3);

	assert_int_equal(outcome, SBI_DONE);
	assert_int_equal(ret.error, expected);
	assert_int_equal(ret.value, a1);
}

static void legacy_timer_and_console(void **state)
{
	(void)state;
	legacy(SBI_EXT_LEGACY_SET_TIMER, 77, 5, 0, 0, 0);
	assert_int_equal(fake.deadline, 77);
	legacy(SBI_EXT_LEGACY_CONSOLE_PUTCHAR, 'x', 5, 0, 0, 0);
	assert_int_equal(fake.tx[0], 'x');
	fake.rx = "\xff";
	legacy(SBI_EXT_LEGACY_CONSOLE_GETCHAR, 0, 5, 0, 0, 0xff);
	legacy(SBI_EXT_LEGACY_CONSOLE_GETCHAR, 0, 5, 0, 0, -1);
	fake.tx_room = 1;
	SBI(SBI_EXT_LEGACY_CONSOLE_PUTCHAR, 0, 'y');
	assert_int_equal(outcome, SBI_RETRY);
	assert_int_equal(fake.vcpus[0].gpr[VCPU_A0], 'y');
}

static void legacy_ipi_and_fences(void **state)
{
	static const uint64_t mask = 3, too_many = 0x10;

	(void)state;
	memcpy(fake.ram, &mask, sizeof(mask));
	memcpy(&fake.ram[16], &too_many, sizeof(too_many));
	legacy(SBI_EXT_LEGACY_SEND_IPI, RAM, 5, 0, 0, 0);
	assert_int_equal(fake.raised, 1);
	assert_int_equal(fake.kicks[1], 1);
	legacy(SBI_EXT_LEGACY_CLEAR_IPI, 0, 5, 0, 0, 1);
	legacy(SBI_EXT_LEGACY_CLEAR_IPI, 0, 5, 0, 0, 0);
	legacy(SBI_EXT_LEGACY_SEND_IPI, 0, 5, 0, 0, 0); /* NULL: all harts */
	assert_int_equal(fake.raised, 2);
	legacy(SBI_EXT_LEGACY_SEND_IPI, RAM + 16, 5, 0, 0, SBI_ERR_INVALID_PARAM);
	legacy(SBI_EXT_LEGACY_REMOTE_FENCE_I, RAM, 5, 0, 0, 0);
	assert_int_equal(fake.fence_is + fake.remote_fence_is, 2);
	legacy(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA, RAM, 0x1000, 0x2000, 0, 0);
	assert_int_equal(fake.size, 0x2000);
	assert_int_equal(fake.asid, UINT64_MAX);
	legacy(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA_ASID, RAM, 0x1000, 0x2000, 9, 0);
	assert_int_equal(fake.asid, 9);
	legacy(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA, RAM, UINT64_MAX, 2, 0, SBI_ERR_INVALID_ADDRESS);
}

static void legacy_mask_that_faults(void **state)
{
	(void)state;
	for (uint64_t id = 4; id < 8; id++) {
		SBI(id, 0, 0x40, 1, 2, 3);
		assert_int_equal(outcome, SBI_FAULT);
		assert_int_equal(fake.vcpus[0].fault.cause, CAUSE_LOAD_PAGE);
		assert_int_equal(fake.vcpus[0].fault.value, 0x40);
		assert_int_equal(fake.vcpus[0].gpr[VCPU_A0], 0x40);
	}
	assert_int_equal(fake.raised + fake.fences + fake.fence_is, 0);
}

static void legacy_shutdown(void **state)
{
	(void)state;
	SBI(SBI_EXT_LEGACY_SHUTDOWN, 0);
	assert_int_equal(outcome, SBI_LEAVE);
	assert_int_equal(fake.vcpus[0].leave, VCPU_LEAVE_VM);
	assert_int_equal(fake.end, VM_END_SHUTDOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(write_takes_what_there_is_room_for, setup),
		cmocka_unit_test_setup(long_writes_end_early, setup),
		cmocka_unit_test_setup(memory_must_be_ram, setup),
		cmocka_unit_test_setup(read_gives_what_there_is, setup),
		cmocka_unit_test_setup(write_byte_waits_for_room, setup),
		cmocka_unit_test_setup(steal_time_says_zero, setup),
		cmocka_unit_test_setup(steal_time_refuses, setup),
		cmocka_unit_test_setup(legacy_timer_and_console, setup),
		cmocka_unit_test_setup(legacy_ipi_and_fences, setup),
		cmocka_unit_test_setup(legacy_mask_that_faults, setup),
		cmocka_unit_test_setup(legacy_shutdown, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
