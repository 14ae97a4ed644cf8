// SPDX-License-Identifier: Apache-2.0
// sources: vdev/aplic.c vdev/aplic_source.c
// Sources that are the host's: programmed at the machine's APLIC, or carried by its owner.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/aplic_fakes.h"

static void programmed_source_is_the_hosts(void **state)
{
	(void)state;
	assert_int_equal(aplic_forward(&aplic, 33, APLIC_PROGRAMMED), 0);
	mode(33, APLIC_LEVEL1);
	assert_int_equal(route.mode, APLIC_LEVEL1);
	assert_false(route.enabled);
	target(33, 1 << 18 | 12);
	out(SETIENUM, 33);
	assert_false(route.enabled);
	out(DOMAINCFG, IE);
	assert_true(route.enabled);
	assert_int_equal(route.hart, 1);
	assert_int_equal(route.eiid, 12);
	assert_int_equal(updates, 4);
	out(DOMAINCFG, IE);
	out(SETIENUM, 33);
	target(33, 1 << 18 | 12);
	assert_int_equal(updates, 4);
	out(SETIPNUM_LE, 33);
	assert_int_equal(pends, 1);
	assert_int_equal(in(SETIP + 4), 2);
	out(CLRIPNUM, 33);
	assert_int_equal(in(SETIP + 4), 0);
	assert_int_equal(in(IN_CLRIP + 4), 0);
	host_wire = true;
	assert_int_equal(in(IN_CLRIP + 4), 2);
	wire(33, true);
	assert_int_equal(msis, 0);
	target(33, HARTS << 18 | 12);
	assert_false(route.enabled);
	assert_in_range(route.hart, 0, HARTS - 1);
	aplic.dev.ops->reset(&aplic.dev);
	assert_int_equal(route.mode, APLIC_INACTIVE);
}

/* Of hart 0, which takes what comes. */
static void carry_in_direct_mode(unsigned source)
{
	assert_int_equal(aplic_forward(&aplic, source, APLIC_CARRIED), 0);
	out(DOMAINCFG, IE);
	out(IDC(0), 1);
}

/* Linux's direct-mode handler claims until it gets nothing. */
static void carried_level_in_direct_mode(void **state)
{
	(void)state;
	carry_in_direct_mode(34);
	mode(34, APLIC_LEVEL0);
	target(34, 1);
	out(SETIENUM, 34);
	assert_false(lines[0]);
	host_wire = true;
	wire(34, true);
	assert_true(lines[0]);
	assert_int_equal(in(IDC(0) + 0x1c), 34 << 16 | 1);
	assert_int_equal(eois, 0);
	assert_int_equal(in(IDC(0) + 0x1c), 34 << 16 | 1);
	host_wire = false;
	assert_int_equal(in(IDC(0) + 0x1c), 0);
	assert_int_equal(eois, 1);
	assert_false(lines[0]);
	wire(34, false);
	host_wire = true;
	wire(34, true);
	assert_true(lines[0]);
	aplic.dev.ops->reset(&aplic.dev);
	assert_int_equal(eois, 2);
	assert_false(lines[0]);
}

/* A host that can't be asked for its input: what was claimed is over at the next claim. */
static void carried_level_of_a_plic(void **state)
{
	struct aplic_ops blind = ops;

	(void)state;
	blind.host_input = NULL;
	aplic.ops = &blind;
	carry_in_direct_mode(34);
	mode(34, APLIC_LEVEL1);
	target(34, 1);
	out(SETIENUM, 34);
	for (unsigned i = 1; i <= 2; i++) {
		wire(34, true);
		assert_int_equal(in(IDC(0) + 0x18), 34 << 16 | 1);
		assert_true(lines[0]);
		assert_int_equal(in(IDC(0) + 0x1c), 34 << 16 | 1);
		assert_int_equal(eois, i - 1);
		assert_int_equal(in(IDC(0) + 0x1c), 0);
		assert_int_equal(eois, i);
		assert_false(lines[0]);
	}
}

static void carried_level_in_msi_mode(void **state)
{
	(void)state;
	assert_int_equal(aplic_forward(&aplic, 34, APLIC_CARRIED), 0);
	out(DOMAINCFG, IE | DM);
	mode(34, APLIC_LEVEL1);
	target(34, 3);
	out(SETIENUM, 34);
	host_wire = true;
	wire(34, true);
	assert_int_equal(msis, 1);
	out(SETIPNUM, 34);
	assert_int_equal(msis, 2);
	assert_int_equal(eois, 0);
	host_wire = false;
	out(SETIPNUM, 34);
	assert_int_equal(msis, 2);
	assert_int_equal(eois, 1);
	host_wire = true;
	wire(34, true);
	assert_int_equal(msis, 3);
	assert_int_equal(in(IN_CLRIP + 4), 4);
	host_wire = false;
	assert_int_equal(in(IN_CLRIP + 4), 0);
	assert_int_equal(eois, 2);
}

static void carried_edge(void **state)
{
	(void)state;
	carry_in_direct_mode(34);
	wire(34, true);
	assert_int_equal(eois, 0);
	mode(34, APLIC_EDGE1);
	target(34, 1);
	out(SETIENUM, 34);
	assert_true(lines[0]);
	assert_int_equal(in(IDC(0) + 0x1c), 34 << 16 | 1);
	assert_int_equal(eois, 1);
	assert_int_equal(in(IDC(0) + 0x1c), 0);
	out(DOMAINCFG, IE | DM);
	wire(34, true);
	assert_int_equal(msis, 1);
	assert_int_equal(eois, 2);
	wire(34, true);
	assert_int_equal(msis, 2);
	assert_int_equal(eois, 3);
}

int main(void)
{
#define CASE(f, start) cmocka_unit_test_setup_teardown(f, start, teardown)
	const struct CMUnitTest tests[] = {
		CASE(programmed_source_is_the_hosts, setup_msi),
		CASE(carried_level_in_direct_mode, setup_direct),
		CASE(carried_level_of_a_plic, setup_direct),
		CASE(carried_level_in_msi_mode, setup_both),
		CASE(carried_edge, setup_both),
	};

	return cmocka_run_group_tests_name("aplic_forward", tests, NULL, NULL);
}
