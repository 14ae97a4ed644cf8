// SPDX-License-Identifier: Apache-2.0
// sources: vdev/aplic.c vdev/aplic_source.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/aplic_fakes.h"

static void registers_are_warl(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(in(DOMAINCFG), 0x80000000 | DM);
	out(DOMAINCFG, 0xffffffff);
	assert_int_equal(in(DOMAINCFG), 0x80000000 | IE | DM);
	mode(5, 0x407);
	assert_int_equal(in(20), 0);
	mode(5, 3);
	assert_int_equal(in(20), 0);
	mode(5, 4);
	assert_int_equal(in(20), 4);
	mode(SOURCES + 1, 4);
	assert_int_equal(in(4 * (SOURCES + 1)), 0);
	target(5, 0xffffffff);
	assert_int_equal(in(0x3014), 0xfffc07ff);
	target(6, 1);
	target(1023, 1);
	assert_int_equal(in(0x3018), 0);
	out(SETIE, 0xffffffff);
	assert_int_equal(in(SETIE), 1 << 5);
	out(0x1bc0, 1);
	assert_int_equal(in(0x1bc0), 0);
	assert_int_equal(in(SETIENUM), 0);
	assert_int_equal(in(0x2ffc), 0);
	assert_int_equal(in(CLRIE), 0);
	out(0x4000, 1);
	assert_int_equal(in(0x4000), 0);
	assert_int_equal(aplic.dev.ops->read(&aplic.dev, 0, 8, &value), -EINVAL);
	assert_int_equal(aplic.dev.ops->write(&aplic.dev, 2, 4, 0), -EINVAL);
}

static void edge_becomes_one_msi(void **state)
{
	(void)state;
	out(DOMAINCFG, IE);
	mode(40, APLIC_EDGE1);
	target(40, 1 << 18 | 77);
	wire(40, true);
	assert_int_equal(in(SETIP + 4), 1 << 8);
	assert_int_equal(in(IN_CLRIP + 4), 1 << 8);
	assert_int_equal(msis, 0);
	out(SETIENUM, 40);
	assert_int_equal(msis, 1);
	assert_int_equal(msi_hart, 1);
	assert_int_equal(msi_eiid, 77);
	assert_int_equal(in(SETIP + 4), 0);
	wire(40, true);
	wire(40, false);
	assert_int_equal(msis, 1);
	wire(40, true);
	assert_int_equal(msis, 2);
	out(SETIPNUM_LE, 40);
	out(SETIPNUM_BE, __builtin_bswap32(40));
	out(SETIP + 4, 1 << 8);
	assert_int_equal(msis, 5);
	out(CLRIE + 4, 1 << 8);
	out(SETIPNUM, 40);
	assert_int_equal(in(SETIP + 4), 1 << 8);
	out(CLRIPNUM, 40);
	assert_int_equal(in(SETIP + 4), 0);
	out(SETIPNUM, 40);
	out(IN_CLRIP + 4, 1 << 8);
	assert_int_equal(in(SETIP + 4), 0);
	assert_int_equal(msis, 5);
}

static void inverted_edge_and_detached(void **state)
{
	(void)state;
	out(DOMAINCFG, IE);
	wire(3, true);
	mode(3, APLIC_EDGE0);
	out(SETIENUM, 3);
	assert_int_equal(msis, 0);
	wire(3, false);
	assert_int_equal(msis, 1);
	assert_int_equal(in(IN_CLRIP), 8);
	mode(3, APLIC_DETACHED);
	wire(3, true);
	wire(3, false);
	assert_int_equal(msis, 1);
	assert_int_equal(in(IN_CLRIP), 0);
	out(SETIPNUM, 3);
	assert_int_equal(msis, 2);
	mode(3, APLIC_INACTIVE);
	out(SETIPNUM, 3);
	out(SETIPNUM, 2000);
	assert_int_equal(msis, 2);
	assert_int_equal(in(SETIE), 0);
}

/* 4.7 and 4.9.2: a level is sent once, and again only by setipnum while it is high. */
static void level_is_retriggered(void **state)
{
	(void)state;
	mode(9, APLIC_LEVEL1);
	target(9, 9);
	out(SETIENUM, 9);
	wire(9, true);
	assert_int_equal(in(SETIP), 1 << 9);
	out(CLRIPNUM, 9);
	assert_int_equal(in(SETIP), 0);
	out(SETIPNUM, 9);
	assert_int_equal(in(SETIP), 1 << 9);
	wire(9, false);
	assert_int_equal(in(SETIP), 0);
	out(SETIPNUM, 9);
	assert_int_equal(in(SETIP), 0);
	out(DOMAINCFG, IE);
	wire(9, true);
	assert_int_equal(msis, 1);
	wire(9, true);
	assert_int_equal(msis, 1);
	out(SETIPNUM, 9);
	assert_int_equal(msis, 2);
	wire(9, false);
	out(SETIPNUM, 9);
	assert_int_equal(msis, 2);
	mode(9, APLIC_LEVEL0);
	assert_int_equal(msis, 3);
}

static void genmsi_goes_out_at_once(void **state)
{
	(void)state;
	out(GENMSI, 1 << 18 | 0x1000 | 5);
	assert_int_equal(msis, 1);
	assert_int_equal(msi_hart, 1);
	assert_int_equal(msi_eiid, 5);
	assert_int_equal(in(GENMSI), 1 << 18 | 5);
	out(GENMSI, HARTS << 18 | 5);
	assert_int_equal(msis, 1);
}

static void target_beyond_the_harts_is_dropped(void **state)
{
	(void)state;
	out(DOMAINCFG, IE);
	mode(1, APLIC_EDGE1);
	target(1, HARTS << 18 | 5);
	out(SETIENUM, 1);
	wire(1, true);
	assert_int_equal(msis, 0);
	assert_int_equal(in(SETIP), 0);
}

static void direct_delivery_and_claim(void **state)
{
	(void)state;
	assert_int_equal(in(DOMAINCFG), 0x80000000);
	out(DOMAINCFG, IE | DM);
	assert_int_equal(in(DOMAINCFG), 0x80000000 | IE);
	out(IDC(1), 1);
	for (unsigned i = 1; i <= 3; i++) {
		mode(i, APLIC_EDGE1);
		target(i, 1 << 18 | (i == 3 ? 0 : 4));
		out(SETIENUM, i);
		wire(i, true);
	}
	assert_int_equal(in(0x3000 + 12), 1 << 18 | 1);
	assert_true(lines[1]);
	assert_int_equal(in(IDC(1) + 0x18), 3 << 16 | 1);
	assert_int_equal(in(IDC(1) + 0x1c), 3 << 16 | 1);
	assert_int_equal(in(IDC(0) + 0x1c), 0);
	out(IDC(1) + 8, 4);
	assert_int_equal(in(IDC(1) + 8), 4);
	assert_false(lines[1]);
	assert_int_equal(in(IDC(1) + 0x1c), 0);
	out(IDC(1) + 8, 5);
	assert_true(lines[1]);
	assert_int_equal(in(IDC(1) + 0x1c), 1 << 16 | 4);
	assert_int_equal(in(IDC(1) + 0x1c), 2 << 16 | 4);
	assert_false(lines[1]);
	assert_int_equal(in(GENMSI), 0);
	out(GENMSI, 5);
	assert_int_equal(msis, 0);
	out(IDC(1) + 0x18, 1);
	assert_int_equal(in(IDC(1) + 0x14), 0);
}

static void forced_interrupt_is_spurious(void **state)
{
	(void)state;
	out(IDC(0) + 4, 1);
	assert_false(lines[0]);
	out(IDC(0), 1);
	assert_false(lines[0]);
	out(DOMAINCFG, IE);
	assert_true(lines[0]);
	assert_int_equal(in(IDC(0)), 1);
	assert_int_equal(in(IDC(0) + 4), 1);
	assert_int_equal(in(IDC(0) + 0x1c), 0);
	assert_false(lines[0]);
	assert_int_equal(in(IDC(0) + 4), 0);
}

static void direct_level_follows_the_wire(void **state)
{
	(void)state;
	out(DOMAINCFG, IE);
	out(IDC(0), 1);
	mode(64, APLIC_LEVEL0);
	target(64, 7);
	assert_int_equal(in(SETIP + 8), 1);
	out(SETIE + 8, 1);
	assert_true(lines[0]);
	assert_int_equal(in(IDC(0) + 0x1c), 64 << 16 | 7);
	assert_int_equal(in(SETIP + 8), 1);
	out(CLRIPNUM, 64);
	assert_true(lines[0]);
	wire(64, true);
	assert_false(lines[0]);
	out(SETIPNUM, 64);
	assert_false(lines[0]);
	wire(64, false);
	assert_true(lines[0]);
	target(64, 1 << 18 | 7);
	assert_false(lines[0]);
	mode(64, APLIC_INACTIVE);
	assert_int_equal(in(SETIP + 8), 0);
}

static void switching_the_mode(void **state)
{
	(void)state;
	out(DOMAINCFG, IE);
	out(IDC(0), 1);
	mode(2, APLIC_LEVEL1);
	out(SETIENUM, 2);
	wire(2, true);
	assert_true(lines[0]);
	out(DOMAINCFG, IE | DM);
	assert_false(lines[0]);
	assert_int_equal(msis, 1);
	assert_int_equal(in(SETIP), 0);
	out(DOMAINCFG, IE);
	assert_true(lines[0]);
	aplic.dev.ops->reset(&aplic.dev);
	assert_false(lines[0]);
	assert_int_equal(in(DOMAINCFG), 0x80000000);
	assert_int_equal(in(8), 0);
}

static void refuses_what_it_must(void **state)
{
	struct aplic_config config = { "aplic", gpa(0), SOURCES, HARTS, false, false, &ops, NULL };
	struct aplic_ops few = { .msi = on_msi };
	struct aplic other;

	(void)state;
	assert_int_equal(aplic_bytes(0, 1), 0);
	assert_int_equal(aplic_bytes(1024, 1), 0);
	assert_int_equal(aplic_bytes(1, 513), 0);
	assert_int_equal(aplic_init(&other, &config, memory), -EINVAL);
	config.ops = &few;
	config.direct_mode = true;
	assert_int_equal(aplic_init(&other, &config, memory), -EINVAL);
	config.direct_mode = false;
	config.msi_mode = true;
	assert_int_equal(aplic_init(&other, &config, memory), 0);
	assert_int_equal(aplic_forward(&other, 33, APLIC_CARRIED), -EINVAL);
	few.host_input = on_input;
	assert_int_equal(aplic_forward(&other, 33, APLIC_CARRIED), -EINVAL);
	assert_int_equal(aplic_forward(&other, 33, APLIC_PROGRAMMED), -EINVAL);
	assert_int_equal(aplic_forward(&other, 0, APLIC_CARRIED), -EINVAL);
	assert_int_equal(aplic_forward(&aplic, 33, APLIC_PROGRAMMED), -EINVAL);
	assert_int_equal(APLIC_MMIO_SIZE(2), 0x5000);
}

int main(void)
{
#define CASE(f, start) cmocka_unit_test_setup_teardown(f, start, teardown)
	const struct CMUnitTest tests[] = {
		CASE(registers_are_warl, setup_msi),
		CASE(edge_becomes_one_msi, setup_msi),
		CASE(inverted_edge_and_detached, setup_msi),
		CASE(level_is_retriggered, setup_msi),
		CASE(genmsi_goes_out_at_once, setup_msi),
		CASE(target_beyond_the_harts_is_dropped, setup_msi),
		CASE(direct_delivery_and_claim, setup_direct),
		CASE(forced_interrupt_is_spurious, setup_direct),
		CASE(direct_level_follows_the_wire, setup_direct),
		CASE(switching_the_mode, setup_both),
		CASE(refuses_what_it_must, setup_both),
	};

	return cmocka_run_group_tests_name("aplic", tests, NULL, NULL);
}
