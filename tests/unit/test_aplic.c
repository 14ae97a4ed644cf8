// SPDX-License-Identifier: Apache-2.0
// sources: vdev/aplic.c vdev/aplic_source.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/device_access.h"
#include "vdev/aplic.h"

#define SOURCES 70
#define HARTS   2

#define DOMAINCFG   0x0
#define IE          0x100
#define DM          0x4
#define SETIP       0x1c00
#define SETIPNUM    0x1cdc
#define IN_CLRIP    0x1d00
#define CLRIPNUM    0x1ddc
#define SETIE       0x1e00
#define SETIENUM    0x1edc
#define CLRIE       0x1f00
#define CLRIENUM    0x1fdc
#define SETIPNUM_LE 0x2000
#define SETIPNUM_BE 0x2004
#define GENMSI      0x3000
#define IDC(hart)   (0x4000u + 32u * (hart))

static struct aplic aplic;
static void *memory;
static bool lines[HARTS], host_wire, host_ip;
static unsigned msis, msi_hart, msi_eiid, eois, updates, pends;
static struct aplic_route route;

static void on_msi(void *ctx, unsigned hart, unsigned eiid)
{
	(void)ctx;
	assert_true(hart < HARTS);
	msis++;
	msi_hart = hart;
	msi_eiid = eiid;
}

static void on_notify(void *ctx, unsigned hart, bool pending)
{
	(void)ctx;
	assert_int_not_equal(lines[hart], pending);
	lines[hart] = pending;
}

static void on_update(void *ctx, unsigned source, const struct aplic_route *wanted)
{
	(void)ctx;
	assert_int_equal(source, 33);
	route = *wanted;
	updates++;
}

static void on_pend(void *ctx, unsigned source, bool pending)
{
	(void)ctx;
	assert_int_equal(source, 33);
	host_ip = pending;
	pends++;
}

static bool on_pending(void *ctx, unsigned source)
{
	(void)ctx;
	(void)source;
	return host_ip;
}

static bool on_input(void *ctx, unsigned source)
{
	(void)ctx;
	(void)source;
	return host_wire;
}

static void on_eoi(void *ctx, unsigned source)
{
	(void)ctx;
	assert_int_equal(source, 34);
	eois++;
}

static const struct aplic_ops ops = { on_msi,     on_notify, on_update, on_pend,
				      on_pending, on_input,  on_eoi };

static int start(bool msi, bool direct)
{
	struct aplic_config config = { "aplic", gpa(0xd000000), SOURCES, HARTS,
				       msi,     direct,         &ops,    NULL };

	lines[0] = lines[1] = host_wire = host_ip = false;
	msis = eois = updates = pends = 0;
	memory = malloc(aplic_bytes(SOURCES, HARTS));
	return aplic_init(&aplic, &config, memory);
}

static int setup_msi(void **state)
{
	(void)state;
	return start(true, false);
}

static int setup_direct(void **state)
{
	(void)state;
	return start(false, true);
}

static int setup_both(void **state)
{
	(void)state;
	return start(true, true);
}

static int teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static uint32_t in(uint64_t offset)
{
	return device_in32(&aplic.dev, offset);
}

static void out(uint64_t offset, uint32_t value)
{
	device_out32(&aplic.dev, offset, value);
}

static void mode(unsigned source, uint32_t sm)
{
	out(4 * source, sm);
}

static void target(unsigned source, uint32_t value)
{
	out(0x3000 + 4 * source, value);
}

static void wire(unsigned source, bool level)
{
	irq_pin_set(aplic_pin(&aplic, source), level);
}

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
	aplic.dev.ops->reset(&aplic.dev);
	assert_int_equal(route.mode, APLIC_INACTIVE);
}

/* Linux's direct-mode handler claims until it gets nothing. */
static void carried_level_in_direct_mode(void **state)
{
	(void)state;
	assert_int_equal(aplic_forward(&aplic, 34, APLIC_CARRIED), 0);
	out(DOMAINCFG, IE);
	out(IDC(0), 1);
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
	assert_int_equal(aplic_forward(&aplic, 34, APLIC_CARRIED), 0);
	out(DOMAINCFG, IE);
	out(IDC(0), 1);
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
		CASE(programmed_source_is_the_hosts, setup_msi),
		CASE(carried_level_in_direct_mode, setup_direct),
		CASE(carried_level_in_msi_mode, setup_both),
		CASE(carried_edge, setup_both),
		CASE(refuses_what_it_must, setup_both),
	};

	return cmocka_run_group_tests_name("aplic", tests, NULL, NULL);
}
