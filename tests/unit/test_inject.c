// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/inject.c
/* Trap entry into VS-mode, held against the privileged specification's "Trap Entry". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "hv/riscv_regs.h"
#include "vcpu/inject.h"

static struct inject_state before(uint64_t vsstatus, bool from_user)
{
	return (struct inject_state){
		.pc = 0x80201234,
		.vsstatus = vsstatus,
		.vstvec = 0xffffffff80001001,
		.from_user = from_user,
	};
}

static void test_from_supervisor(void **unused)
{
	struct inject_state s = before(SSTATUS_SIE | SSTATUS_SUM, false);

	(void)unused;
	inject_compute(&s, CAUSE_LOAD_ACCESS, 0x1000);
	assert_int_equal(s.vsstatus, SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_SUM);
	assert_int_equal(s.vsepc, 0x80201234);
	assert_int_equal(s.vscause, CAUSE_LOAD_ACCESS);
	assert_int_equal(s.vstval, 0x1000);
	assert_int_equal(s.pc, 0xffffffff80001000);
	assert_false(s.from_user);
}

static void test_from_user(void **unused)
{
	struct inject_state s = before(SSTATUS_SPP | SSTATUS_SPIE, true);

	(void)unused;
	inject_compute(&s, CAUSE_ILLEGAL, 0xdeadbeef);
	/* SPP says where it came from, SPIE what SIE was: both off. */
	assert_int_equal(s.vsstatus, 0);
	assert_int_equal(s.vstval, 0xdeadbeef);
	assert_false(s.from_user);
}

/* The landing pad that was expected is SPELP's now, until the handler's return. */
static void test_landing_pad(void **unused)
{
	struct inject_state s = before(SSTATUS_SUM, false);

	(void)unused;
	s.landing_pad = true;
	inject_compute(&s, CAUSE_FETCH_ACCESS, 0x80201234);
	assert_int_equal(s.vsstatus, SSTATUS_SPP | SSTATUS_SUM | SSTATUS_SPELP);
	assert_false(s.landing_pad);
	inject_compute(&s, CAUSE_FETCH_ACCESS, 0x80201234);
	assert_int_equal(s.vsstatus, SSTATUS_SPP | SSTATUS_SUM);
}

static void test_other_bits_stay(void **unused)
{
	uint64_t others = SSTATUS_FS | SSTATUS_VS | SSTATUS_MXR | SSTATUS_UXL | SSTATUS_SD;
	struct inject_state s = before(others, false);

	(void)unused;
	inject_compute(&s, CAUSE_STORE_ACCESS, 0);
	assert_int_equal(s.vsstatus & others, others);
	assert_int_equal(s.vsstatus & ~others, SSTATUS_SPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_supervisor),
		cmocka_unit_test(test_from_user),
		cmocka_unit_test(test_landing_pad),
		cmocka_unit_test(test_other_bits_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
