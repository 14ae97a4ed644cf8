/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An APLIC whose owner notes what it is told: two harts, and of the sources 33 and 34 may be the
 * host's. Include after cmocka.h.
 */
#ifndef TESTS_UNIT_APLIC_FAKES_H
#define TESTS_UNIT_APLIC_FAKES_H

#include <stdlib.h>

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

static inline int setup_msi(void **state)
{
	(void)state;
	return start(true, false);
}

static inline int setup_direct(void **state)
{
	(void)state;
	return start(false, true);
}

static inline int setup_both(void **state)
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

static inline void mode(unsigned source, uint32_t sm)
{
	out(4 * source, sm);
}

static inline void target(unsigned source, uint32_t value)
{
	out(0x3000 + 4 * source, value);
}

static inline void wire(unsigned source, bool level)
{
	irq_pin_set(aplic_pin(&aplic, source), level);
}

#endif
