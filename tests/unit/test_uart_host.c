// SPDX-License-Identifier: Apache-2.0
// sources: hv/uart_host.c
// The driver of the machine's 16550 against a fake one, and the firmware's console without.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "hv/mmio.h"
#include "hv/sbi_client.h"
#include "hv/uart_host.h"

static uint8_t window[64];
static struct {
	unsigned shift, width;
	uint8_t registers[8];
	char out[256], firmware[64];
	size_t nr_out, nr_firmware;
	unsigned busy; /* reads of LSR until the FIFO is empty; UINT32_MAX: for ever */
	unsigned fifo; /* bytes in it */
	const char *in;
	unsigned status_reads;
} fake;

static unsigned register_of(const volatile void *address, unsigned size)
{
	size_t offset = (size_t)((const volatile uint8_t *)address - window);

	assert_int_equal(size, fake.width);
	assert_int_equal(offset % (1u << fake.shift), 0);
	assert_true(offset >> fake.shift < 8);
	return (unsigned)(offset >> fake.shift);
}

uint64_t mmio_fake_read(const volatile void *address, unsigned size)
{
	switch (register_of(address, size)) {
	case 0:
		return (uint8_t)*fake.in++;
	case 5:
		fake.status_reads++;
		if (fake.busy && fake.busy != UINT32_MAX)
			fake.busy--;
		if (!fake.busy)
			fake.fifo = 0;
		return (fake.busy ? 0u : 0x60u) | (fake.in && *fake.in ? 1u : 0u);
	default:
		return 0xff;
	}
}

void mmio_fake_write(volatile void *address, unsigned size, uint64_t value)
{
	unsigned reg = register_of(address, size);

	fake.registers[reg] = (uint8_t)value;
	if (reg != 0)
		return;
	assert_true(++fake.fifo <= 16);
	assert_true(fake.nr_out < sizeof(fake.out) - 1);
	fake.out[fake.nr_out++] = (char)value;
	fake.out[fake.nr_out] = '\0';
}

uint32_t sbi_client_console_write(const uint8_t *bytes, uint32_t count)
{
	memcpy(fake.firmware + fake.nr_firmware, bytes, count);
	fake.nr_firmware += count;
	return count;
}

int sbi_client_console_read(void)
{
	return 'f';
}

static void start(unsigned shift, unsigned width)
{
	struct host_uart uart = { .present = true, .reg_shift = shift, .reg_io_width = width };

	memset(&fake, 0, sizeof(fake));
	fake.shift = shift;
	fake.width = width ? width : 1;
	assert_int_equal(uart_host_init(&uart, window), 0);
}

static void test_print(void **state)
{
	(void)state;
	start(0, 0);
	assert_false(uart_host_needs_polling());
	assert_int_equal(fake.registers[1], 0);
	fake.busy = 1000;
	uart_host_print("hi\n", 3);
	assert_string_equal(fake.out, "hi\r\n");
	assert_true(uart_host_log_sink(NULL, "up\n", 3));
	assert_string_equal(fake.out, "hi\r\n[bulkhead] up\r\n");
}

static void test_layouts(void **state)
{
	(void)state;
	for (unsigned shift = 0; shift <= 2; shift++) {
		for (unsigned width = 1; width <= 1u << shift; width *= 2) {
			start(shift, width);
			uart_host_print("x", 1);
			assert_string_equal(fake.out, "x");
		}
	}
}

static void test_refusals(void **state)
{
	struct host_uart uart = { .present = true, .reg_shift = 4 };

	(void)state;
	assert_true(uart_host_init(&uart, window) < 0);
	uart.reg_shift = 0;
	uart.reg_io_width = 3;
	assert_true(uart_host_init(&uart, window) < 0);
	assert_true(uart_host_needs_polling());
}

static void test_put(void **state)
{
	const uint8_t bytes[] = "abcdefghijklmnopqrstuvwxyz";

	(void)state;
	start(2, 4);
	assert_int_equal(uart_host_put(bytes, 26), 16);
	fake.busy = 3;
	assert_int_equal(uart_host_put(bytes + 16, 10), 0);
	assert_int_equal(uart_host_put(bytes + 16, 10), 0);
	assert_int_equal(uart_host_put(bytes + 16, 10), 10);
	assert_string_equal(fake.out, (const char *)bytes);
}

static void test_get(void **state)
{
	(void)state;
	start(0, 1);
	assert_int_equal(uart_host_get(), -1);
	fake.in = "\xff"
		  "a";
	assert_int_equal(uart_host_get(), 0xff);
	assert_int_equal(uart_host_get(), 'a');
	assert_int_equal(uart_host_get(), -1);
}

static void test_interrupts(void **state)
{
	(void)state;
	start(0, 1);
	uart_host_want_input(true);
	assert_int_equal(fake.registers[1], 1);
	uart_host_want_room(true);
	assert_int_equal(fake.registers[1], 3);
	uart_host_want_input(false);
	assert_int_equal(fake.registers[1], 2);
	uart_host_want_room(false);
	assert_int_equal(fake.registers[1], 0);
}

static void test_dead_transmitter(void **state)
{
	(void)state;
	start(0, 1);
	fake.busy = UINT32_MAX;
	uart_host_print("x", 1);
	assert_true(fake.status_reads > 1000);
	fake.status_reads = 0;
	/* Waited for once; the rest goes by. */
	uart_host_print("yyyyyyyyyy", 10);
	assert_true(fake.status_reads <= 10);
	fake.busy = 0;
	uart_host_print("z", 1);
	assert_string_equal(fake.out, "z");
}

static void test_firmware(void **state)
{
	struct host_uart uart = { .present = false };

	(void)state;
	memset(&fake, 0, sizeof(fake));
	assert_int_equal(uart_host_init(&uart, window), 0);
	assert_true(uart_host_needs_polling());
	uart_host_print("a\n", 2);
	assert_int_equal(uart_host_put((const uint8_t *)"bc", 2), 2);
	assert_memory_equal(fake.firmware, "a\r\nbc", 5);
	assert_int_equal(uart_host_get(), 'f');
	uart_host_want_input(true);
	uart_host_want_room(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_dead_transmitter),
		cmocka_unit_test(test_firmware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
