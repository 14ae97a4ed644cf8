// SPDX-License-Identifier: Apache-2.0
// sources: vdev/cfi_flash.c vdev/cfi_query.c
// Erasures that go on after the command, as those of the machine's own flash do.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/cfi_flash_fakes.h"

/* Sector 1 begins to be erased, and is for so many cycles more. */
static void erase_for(unsigned cycles)
{
	busy = cycles;
	out(KiB(256), 4, 0x200020);
	out(KiB(256), 4, 0xd000d0);
}

static void an_erasure_goes_on(void **state)
{
	(void)state;
	erase_for(4);
	assert_int_equal(in(0, 4), 0);
	out(0, 4, 0xff00ff); /* not heard */
	assert_int_equal(in(0, 4), 0);
	assert_false(mapped);
	assert_int_equal(storage[KiB(256)], 0);
	assert_int_equal(in(0, 4), 0x800080);
	assert_int_equal(storage[KiB(256)], 0xff);
	assert_int_equal(storage[KiB(512) - 1], 0xff);
	assert_int_equal(storage[KiB(512)], 0);
	out(0, 4, 0xff00ff);
	assert_true(mapped);
}

static void an_erasure_fails_late(void **state)
{
	(void)state;
	erase_for(2);
	assert_int_equal(in(0, 4), 0);
	answer = -EIO;
	assert_int_equal(in(0, 4), 0xa000a0);
}

static void an_erasure_is_suspended(void **state)
{
	(void)state;
	erase_for(100);
	out(0, 4, 0xb000b0);
	assert_int_equal(in(0, 4), 0xc000c0);
	out(0, 4, 0xff00ff);
	assert_true(mapped);
	assert_int_equal(in(KiB(512), 4), 0);
	out(0, 4, 0x400040); /* no change meanwhile */
	assert_int_equal(in(0, 4), 0xf000f0);
	out(0, 4, 0x500050);
	out(0, 4, 0x700070);
	assert_int_equal(in(0, 4), 0x400040);
	out(0, 4, 0xd000d0);
	assert_int_equal(in(0, 4), 0);
	busy = 1;
	assert_int_equal(in(0, 4), 0x800080);
	assert_int_equal(storage[KiB(256)], 0xff);
	out(0, 4, 0xd000d0); /* nothing to resume any more */
	assert_int_equal(in(0, 4), 0x800080);
}

static void a_suspend_comes_late(void **state)
{
	(void)state;
	suspends = false;
	erase_for(3);
	out(0, 4, 0xb000b0);
	assert_int_equal(in(0, 4), 0);
	assert_int_equal(in(0, 4), 0x800080);
}

static void a_reset_waits_for_the_chips(void **state)
{
	(void)state;
	erase_for(9);
	flash.dev.ops->reset(&flash.dev);
	assert_true(mapped);
	assert_int_equal(storage[KiB(256)], 0xff);
	storage[KiB(256)] = 0;
	erase_for(9);
	out(0, 4, 0xb000b0);
	flash.dev.ops->reset(&flash.dev);
	assert_true(mapped);
	assert_int_equal(storage[KiB(256)], 0xff);
	out(0, 4, 0x700070);
	assert_int_equal(in(0, 4), 0x800080);
}

int main(void)
{
#define CASE(f, start) cmocka_unit_test_setup_teardown(f, start, teardown)
	const struct CMUnitTest tests[] = {
		CASE(an_erasure_goes_on, setup),          CASE(an_erasure_fails_late, setup),
		CASE(an_erasure_is_suspended, setup),     CASE(a_suspend_comes_late, setup),
		CASE(a_reset_waits_for_the_chips, setup),
	};

	return cmocka_run_group_tests_name("cfi_flash_erase", tests, NULL, NULL);
}
