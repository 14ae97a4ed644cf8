// SPDX-License-Identifier: Apache-2.0
// sources: hv/serial.c
/* A guest's own serial port, against a 16550 of a few lines: nothing lost in either direction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hv/mmio.h"
#include "hv/serial.h"

static uint8_t port[8];
static struct {
	uint8_t in[64];
	unsigned int in_head, in_count;
	uint8_t out[64];
	unsigned int out_count;
	bool ready;        /* what it gets is sent at once */
	unsigned int fifo; /* what waits to be sent */
	uint8_t ier;
} uart;
static struct {
	uint8_t got[64];
	unsigned int count, room, tx_rooms;
} guest;
static struct serial serial;

uint64_t mmio_fake_read(const volatile void *address, unsigned size)
{
	size_t offset = (size_t)((const volatile uint8_t *)address - port);

	assert_int_equal(size, 1);
	if (offset == 5)
		return (uart.in_head < uart.in_count ? 1U : 0U) | (uart.fifo ? 0U : 0x60U);
	assert_int_equal(offset, 0);
	return uart.in[uart.in_head++];
}

void mmio_fake_write(volatile void *address, unsigned size, uint64_t value)
{
	size_t offset = (size_t)((volatile uint8_t *)address - port);

	assert_int_equal(size, 1);
	if (offset == 0) {
		assert_true(uart.fifo < 16);
		uart.fifo += !uart.ready;
		uart.out[uart.out_count++] = (uint8_t)value;
	} else if (offset == 1) {
		uart.ier = (uint8_t)value;
	}
}

static uint32_t rx(void *ctx, const uint8_t *bytes, uint32_t count)
{
	(void)ctx;
	assert_int_equal(count, 1);
	if (!guest.room)
		return 0;
	guest.room--;
	guest.got[guest.count++] = *bytes;
	return 1;
}

static void tx_room(void *ctx)
{
	(void)ctx;
	guest.tx_rooms++;
}

static const struct serial_ops ops = { rx, tx_room };

static int setup(void **unused)
{
	(void)unused;
	memset(&uart, 0, sizeof(uart));
	memset(&guest, 0, sizeof(guest));
	uart.ready = true;
	serial_init(&serial, port, &ops, NULL);
	serial_start(&serial);
	assert_int_equal(uart.ier, 1);
	return 0;
}

static void type(const char *text)
{
	memcpy(uart.in + uart.in_count, text, strlen(text));
	uart.in_count += (unsigned int)strlen(text);
}

/* An interrupt for each FIFO that is sent, not for each byte. */
static void test_output(void **unused)
{
	(void)unused;
	uart.ready = false;
	for (unsigned int i = 0; i < 16; i++)
		assert_true(serial_put(&serial, (uint8_t)('a' + i)));
	assert_false(serial_put(&serial, 'q'));
	assert_int_equal(uart.ier, 3);
	uart.fifo = 1;
	serial_interrupt(&serial);
	assert_int_equal(guest.tx_rooms, 0);
	assert_int_equal(uart.ier, 3);
	uart.fifo = 0;
	serial_interrupt(&serial);
	assert_int_equal(guest.tx_rooms, 1);
	assert_int_equal(uart.ier, 1);
	assert_true(serial_put(&serial, 'q'));
	assert_memory_equal(uart.out, "abcdefghijklmnopq", 17);
	assert_int_equal(uart.out_count, 17);
}

static void test_input_waits_for_room(void **unused)
{
	(void)unused;
	type("hello");
	guest.room = 2;
	serial_interrupt(&serial);
	assert_int_equal(guest.count, 2);
	/* Held back: the port is not asked again until the guest has room. */
	assert_int_equal(uart.ier, 0);
	guest.room = 10;
	serial_interrupt(&serial);
	assert_int_equal(guest.count, 5);
	assert_memory_equal(guest.got, "hello", 5);
	assert_int_equal(uart.ier, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_output, setup),
		cmocka_unit_test_setup(test_input_waits_for_room, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
