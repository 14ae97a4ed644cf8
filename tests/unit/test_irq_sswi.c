// SPDX-License-Identifier: Apache-2.0
// sources: hv/irq_sswi.c
// Interrupts by the machine's SSWI, whose registers are four words that count what is stored.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "hv/irq_sswi.h"
#include "hv/mmio.h"

static uint32_t registers[4];
static struct host host = {
	.nr_harts = 3,
	.harts = { { .sswi = 2 }, { .sswi = HOST_NONE }, { .sswi = 0 } },
};

uint64_t mmio_fake_read(const volatile void *address, unsigned size)
{
	(void)address;
	(void)size;
	fail_msg("reads tell nothing");
	return 0;
}

void mmio_fake_write(volatile void *address, unsigned size, uint64_t value)
{
	size_t index = (size_t)((volatile uint32_t *)address - registers);

	assert_int_equal(size, 4);
	assert_in_range(index, 0, 3);
	assert_int_equal(value, 1);
	registers[index]++;
}

static void assert_sent(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth)
{
	assert_int_equal(registers[0], first);
	assert_int_equal(registers[1], second);
	assert_int_equal(registers[2], third);
	assert_int_equal(registers[3], fourth);
}

/* A hart's register is told by its place in the device's list, not by the hart's number. */
static void test_send(void **state)
{
	(void)state;
	irq_sswi_init(&host, registers);
	assert_true(irq_sswi_send(0));
	assert_sent(0, 0, 1, 0);
	assert_true(irq_sswi_send(2));
	assert_sent(1, 0, 1, 0);
}

static void test_hart_without(void **state)
{
	(void)state;
	irq_sswi_init(&host, registers);
	assert_false(irq_sswi_send(1));
	assert_sent(1, 0, 1, 0);
}

static void test_machine_without(void **state)
{
	(void)state;
	irq_sswi_init(&host, NULL);
	assert_false(irq_sswi_send(0));
	assert_sent(1, 0, 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_hart_without),
		cmocka_unit_test(test_machine_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
