// SPDX-License-Identifier: Apache-2.0
// sources: vdev/plic.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/device_access.h"
#include "vdev/plic.h"

#define SOURCES  70
#define CONTEXTS 3

static struct plic plic;
static void *memory;
static bool lines[CONTEXTS];
static unsigned notifications, eois, eoi_source;

static void on_notify(void *ctx, unsigned context, bool pending)
{
	(void)ctx;
	assert_true(context < CONTEXTS);
	assert_int_not_equal(lines[context], pending);
	lines[context] = pending;
	notifications++;
}

static void on_eoi(void *ctx, unsigned source)
{
	(void)ctx;
	eois++;
	eoi_source = source;
}

static const struct plic_ops ops = { on_notify, on_eoi };

static int setup(void **state)
{
	struct plic_config config = { "plic", gpa(0xc000000), SOURCES, CONTEXTS, &ops, NULL };

	(void)state;
	for (unsigned i = 0; i < CONTEXTS; i++)
		lines[i] = false;
	notifications = eois = 0;
	memory = malloc(plic_bytes(SOURCES, CONTEXTS));
	return plic_init(&plic, &config, memory);
}

static int teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

static uint32_t in(uint64_t offset)
{
	return device_in32(&plic.dev, offset);
}

static void out(uint64_t offset, uint32_t value)
{
	device_out32(&plic.dev, offset, value);
}

static uint32_t claim(unsigned context)
{
	return in(0x200004 + 0x1000 * context);
}

static void complete(unsigned context, uint32_t source)
{
	out(0x200004 + 0x1000 * context, source);
}

static void enable(unsigned context, unsigned source)
{
	uint64_t offset = 0x2000 + 0x80 * context + source / 32 * 4;

	out(offset, in(offset) | UINT32_C(1) << source % 32);
}

static void priority(unsigned source, uint32_t value)
{
	out(source * 4, value);
}

static void level(unsigned source, bool value)
{
	irq_pin_set(plic_pin(&plic, source), value);
}

static void one_interrupt_from_level_to_completion(void **state)
{
	(void)state;
	priority(10, 1);
	enable(1, 10);
	level(10, true);
	assert_true(lines[1] && !lines[0] && !lines[2]);
	assert_int_equal(in(0x1000), 1 << 10);
	assert_int_equal(claim(0), 0);
	assert_int_equal(claim(1), 10);
	assert_false(lines[1]);
	assert_int_equal(in(0x1000), 0);
	level(10, false);
	level(10, true);
	assert_false(lines[1]);
	complete(1, 10);
	assert_true(lines[1]);
	assert_int_equal(claim(1), 10);
	level(10, false);
	complete(1, 10);
	assert_false(lines[1]);
	assert_int_equal(claim(1), 0);
}

static void order_of_claims(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= SOURCES; i++) {
		priority(i, i == 66 ? 7 : i % 2 + 1);
		enable(0, i);
		level(i, true);
	}
	assert_int_equal(claim(0), 66);
	assert_int_equal(claim(0), 1);
	assert_int_equal(claim(0), 3);
	for (unsigned i = 5; i < SOURCES; i += 2)
		assert_int_equal(claim(0), i);
	for (unsigned i = 2; i < 66; i += 2)
		assert_int_equal(claim(0), i);
	assert_int_equal(claim(0), 68);
	assert_int_equal(claim(0), SOURCES);
	assert_int_equal(claim(0), 0);
}

static void threshold_masks_the_line_not_the_claim(void **state)
{
	(void)state;
	priority(5, 3);
	enable(0, 5);
	out(0x200000, 3);
	level(5, true);
	assert_false(lines[0]);
	out(0x200000, 2);
	assert_true(lines[0]);
	out(0x200000, 3);
	assert_false(lines[0]);
	assert_int_equal(claim(0), 5);
	out(0x200000, 0xff);
	assert_int_equal(in(0x200000), 7);
}

static void priority_zero_never_interrupts(void **state)
{
	(void)state;
	enable(0, 5);
	level(5, true);
	assert_false(lines[0]);
	assert_int_equal(claim(0), 0);
	priority(5, 0xfffffff9);
	assert_int_equal(in(20), 1);
	assert_true(lines[0]);
	priority(5, 0);
	assert_false(lines[0]);
}

static void shared_source_goes_to_the_first(void **state)
{
	(void)state;
	priority(64, 1);
	for (unsigned i = 0; i < CONTEXTS; i++)
		enable(i, 64);
	level(64, true);
	assert_true(lines[0] && lines[1] && lines[2]);
	assert_int_equal(claim(2), 64);
	assert_false(lines[0] || lines[1] || lines[2]);
	assert_int_equal(claim(0), 0);
	assert_int_equal(notifications, 6);
}

static void completion_needs_the_enable(void **state)
{
	(void)state;
	priority(3, 1);
	enable(0, 3);
	level(3, true);
	assert_int_equal(claim(0), 3);
	complete(1, 3);
	complete(0, 4);
	complete(0, 0);
	complete(0, SOURCES + 1);
	complete(0, 0xffffffff);
	assert_false(lines[0]);
	out(0x2000, 0);
	complete(0, 3);
	enable(0, 3);
	assert_false(lines[0]);
	complete(0, 3);
	assert_int_equal(claim(0), 3);
}

static void pending_is_latched(void **state)
{
	(void)state;
	level(3, true);
	level(3, false);
	assert_int_equal(in(0x1000), 8);
	out(0x1000, 0);
	assert_int_equal(in(0x1000), 8);
	level(0, true);
	level(SOURCES + 1, true);
	assert_int_equal(in(0x1000), 8);
	assert_int_equal(in(0x1008), 0);
}

static void unimplemented_is_zero(void **state)
{
	uint64_t value;

	(void)state;
	out(0x2000, 0xffffffff);
	assert_int_equal(in(0x2000), 0xfffffffe);
	out(0x2008, 0xffffffff);
	assert_int_equal(in(0x2008), 0x7f);
	out(0x200c, 0xffffffff);
	assert_int_equal(in(0x200c), 0);
	out(0x2010, 0xffffffff);
	assert_int_equal(in(0x2010), 0);
	out(0x2000 + 0x80 * CONTEXTS, 0xffffffff);
	assert_int_equal(in(0x2000 + 0x80 * CONTEXTS), 0);
	priority(0, 7);
	assert_int_equal(in(0), 0);
	priority(SOURCES + 1, 7);
	assert_int_equal(in(4 * (SOURCES + 1)), 0);
	assert_int_equal(in(0x1ffc), 0);
	out(0x200000 + 0x1000 * CONTEXTS, 7);
	assert_int_equal(in(0x200000 + 0x1000 * CONTEXTS), 0);
	out(0x200008, 7);
	assert_int_equal(in(0x200008), 0);
	assert_int_equal(plic.dev.ops->read(&plic.dev, 0x200004, 8, &value), -EINVAL);
	assert_int_equal(plic.dev.ops->read(&plic.dev, 0x200002, 4, &value), -EINVAL);
	assert_int_equal(plic.dev.ops->write(&plic.dev, 0, 1, 0), -EINVAL);
}

static void forwarded_source_ends_with_eoi(void **state)
{
	(void)state;
	assert_int_equal(plic_forward(&plic, 8), 0);
	assert_int_equal(plic_forward(&plic, 0), -EINVAL);
	priority(8, 1);
	enable(0, 8);
	level(8, true);
	assert_int_equal(claim(0), 8);
	assert_int_equal(eois, 0);
	complete(0, 8);
	assert_int_equal(eois, 1);
	assert_int_equal(eoi_source, 8);
	assert_false(lines[0]);
	level(8, true);
	assert_true(lines[0]);
	plic.dev.ops->reset(&plic.dev);
	assert_int_equal(eois, 2);
	assert_int_equal(claim(0), 0);
}

static void reset_keeps_the_wires(void **state)
{
	(void)state;
	priority(8, 1);
	enable(0, 8);
	level(8, true);
	level(9, true);
	level(9, false);
	plic.dev.ops->reset(&plic.dev);
	assert_false(lines[0]);
	assert_int_equal(in(0x2000), 0);
	assert_int_equal(in(32), 0);
	assert_int_equal(in(0x1000), 1 << 8);
}

static void reset_forgets_the_service(void **state)
{
	(void)state;
	priority(8, 1);
	enable(0, 8);
	level(8, true);
	assert_int_equal(claim(0), 8);
	out(0x200000, 5);
	plic.dev.ops->reset(&plic.dev);
	assert_int_equal(in(0x200000), 0);
	priority(8, 1);
	enable(0, 8);
	assert_true(lines[0]);
	assert_int_equal(claim(0), 8);
}

static void sizes(void **state)
{
	struct plic_config config = { "plic", gpa(0), 1024, 1, &ops, NULL };

	(void)state;
	assert_int_equal(plic_bytes(0, 1), 0);
	assert_int_equal(plic_bytes(1024, 1), 0);
	assert_int_equal(plic_bytes(1, 0), 0);
	assert_int_equal(plic_bytes(1, PLIC_CONTEXTS_MAX + 1), 0);
	assert_true(plic_bytes(127, 4) < 300);
	assert_int_equal(plic_init(&plic, &config, memory), -EINVAL);
	assert_int_equal(PLIC_MMIO_SIZE(4), 0x400000);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(one_interrupt_from_level_to_completion),
		CASE(order_of_claims),
		CASE(threshold_masks_the_line_not_the_claim),
		CASE(priority_zero_never_interrupts),
		CASE(shared_source_goes_to_the_first),
		CASE(completion_needs_the_enable),
		CASE(pending_is_latched),
		CASE(unimplemented_is_zero),
		CASE(forwarded_source_ends_with_eoi),
		CASE(reset_keeps_the_wires),
		CASE(reset_forgets_the_service),
		CASE(sizes),
	};

	return cmocka_run_group_tests_name("plic", tests, NULL, NULL);
}
