// SPDX-License-Identifier: Apache-2.0
// sources: vdev/uart16550.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vdev/uart16550.h"
#include "vdev/uart16550_regs.h"

static struct uart16550 uart;
static uint8_t sent[256];
static unsigned sent_count, sink_room, taken_calls;
static bool line;

static bool sink_put(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (!sink_room)
		return false;
	sink_room--;
	sent[sent_count++] = byte;
	return true;
}

static void sink_taken(void *ctx)
{
	(void)ctx;
	taken_calls++;
}

static void chip_set(struct irq_chip *chip, unsigned source, bool level)
{
	(void)chip;
	assert_int_equal(source, 10);
	assert_int_not_equal(level, line);
	line = level;
}

static const struct irq_chip_ops chip_ops = { chip_set };
static struct irq_chip chip = { &chip_ops };
static const struct uart16550_ops sink = { sink_put, sink_taken };

static uint8_t in(unsigned number)
{
	uint64_t value = ~UINT64_C(0);

	assert_int_equal(uart.dev.ops->read(&uart.dev, number << uart.reg_shift, 1, &value), 0);
	assert_true(value <= 0xff);
	return (uint8_t)value;
}

static void out(unsigned number, uint8_t value)
{
	assert_int_equal(uart.dev.ops->write(&uart.dev, number << uart.reg_shift, 1, value), 0);
}

static int start(unsigned shift)
{
	struct uart16550_config config = {
		.name = "serial",
		.base = gpa(0x10000000),
		.size = 0x100,
		.reg_shift = shift,
		.irq = { &chip, 10 },
		.ops = &sink,
	};

	sent_count = taken_calls = 0;
	sink_room = sizeof(sent);
	line = false;
	return uart16550_init(&uart, &config);
}

static int setup(void **state)
{
	(void)state;
	return start(0);
}

static unsigned push(const char *text)
{
	return uart16550_rx_push(&uart, (const uint8_t *)text, (unsigned)strlen(text));
}

static void starts_as_table_2_says(void **state)
{
	(void)state;
	assert_int_equal(in(IER_DLM), 0);
	assert_int_equal(in(IIR_FCR), IIR_NONE);
	assert_int_equal(in(LCR), 0);
	assert_int_equal(in(MCR), 0);
	assert_int_equal(in(LSR), LSR_THRE | LSR_TEMT);
	assert_int_equal(in(MSR), MSR_CTS | MSR_DSR | MSR_DCD);
}

static void scratch_and_divisor(void **state)
{
	(void)state;
	out(SCR, 0xa5);
	out(LCR, LCR_DLAB | 3);
	out(RBR_THR_DLL, 0x12);
	out(IER_DLM, 0x34);
	assert_int_equal(in(RBR_THR_DLL), 0x12);
	assert_int_equal(in(IER_DLM), 0x34);
	out(LCR, 3);
	assert_int_equal(in(IER_DLM), 0);
	assert_int_equal(in(SCR), 0xa5);
	assert_int_equal(sent_count, 0);
	out(IER_DLM, 0xff);
	assert_int_equal(in(IER_DLM), 0x0f);
}

static void loopback_as_autoconf_tests_it(void **state)
{
	(void)state;
	out(MCR, MCR_LOOP | MCR_OUT2 | MCR_RTS);
	assert_int_equal(0xf0 & in(MSR), MSR_DCD | MSR_CTS);
	out(RBR_THR_DLL, 'x');
	assert_int_equal(sent_count, 0);
	assert_int_equal(LSR_DR & in(LSR), LSR_DR);
	assert_int_equal(push("typed"), 0);
	out(RBR_THR_DLL, 'y');
	assert_int_equal(LSR_OE & in(LSR), LSR_OE);
	assert_int_equal(LSR_OE & in(LSR), 0);
	assert_int_equal(in(RBR_THR_DLL), 'y');
	assert_int_equal(LSR_DR & in(LSR), 0);
	assert_int_equal(taken_calls, 0);
	out(MCR, MCR_OUT2);
	assert_int_equal(taken_calls, 1);
}

/* As size_fifo() of Linux's driver measures it. */
static void loopback_fills_the_fifo(void **state)
{
	(void)state;
	out(IIR_FCR, FCR_ENABLE);
	out(MCR, MCR_LOOP);
	for (int i = 0; i < 20; i++)
		out(RBR_THR_DLL, (uint8_t)('a' + i));
	assert_int_equal(LSR_OE & in(LSR), LSR_OE);
	for (int i = 0; i < UART16550_FIFO; i++)
		assert_int_equal(in(RBR_THR_DLL), 'a' + i);
	assert_int_equal(in(LSR) & (LSR_OE | LSR_DR), 0);
}

static void modem_interrupt(void **state)
{
	(void)state;
	out(IER_DLM, IER_EDSSI);
	assert_false(line);
	out(MCR, MCR_LOOP | MCR_OUT1);
	assert_true(line);
	assert_int_equal(in(IIR_FCR), IIR_MODEM);
	assert_int_equal(in(MSR), MSR_RI | MSR_DCTS | MSR_DDSR | MSR_DDCD);
	assert_false(line);
	out(MCR, MCR_LOOP);
	assert_int_equal(in(MSR), MSR_TERI);
	out(MCR, MCR_LOOP | MCR_OUT1);
	assert_int_equal(in(MSR), MSR_RI);
	out(MCR, 0xff);
	assert_int_equal(in(MCR), MCR_MASK);
}

static void fifo_is_recognised(void **state)
{
	(void)state;
	out(IIR_FCR, FCR_ENABLE);
	assert_int_equal(in(IIR_FCR), IIR_FIFO_ON | IIR_NONE);
	out(IIR_FCR, 0);
	assert_int_equal(in(IIR_FCR), IIR_NONE);
}

/* What serial8250_do_startup() does to find UARTs whose THRE interrupt is broken. */
static void thre_interrupt_comes_back(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		out(IER_DLM, IER_ETBEI);
		assert_true(line);
		assert_int_equal(in(IIR_FCR), IIR_THRE);
		assert_false(line);
		assert_int_equal(in(IIR_FCR), IIR_NONE);
		out(IER_DLM, 0);
	}
	out(IER_DLM, IER_ETBEI);
	in(IIR_FCR);
	out(RBR_THR_DLL, 'a');
	assert_true(line);
	assert_int_equal(in(IIR_FCR), IIR_THRE);
	out(IER_DLM, IER_ETBEI);
	assert_false(line);
}

static void full_sink_holds_thre(void **state)
{
	(void)state;
	out(IIR_FCR, FCR_ENABLE);
	out(IER_DLM, IER_ETBEI);
	in(IIR_FCR);
	sink_room = 2;
	for (int i = 0; i < 16; i++)
		out(RBR_THR_DLL, (uint8_t)('a' + i));
	assert_int_equal(sent_count, 2);
	assert_int_equal(in(LSR) & (LSR_THRE | LSR_TEMT), 0);
	assert_false(line);
	assert_int_equal(uart.dev.refused, 0);
	out(RBR_THR_DLL, 'q');
	out(RBR_THR_DLL, 'r');
	assert_int_equal(uart.dev.refused, 0);
	out(RBR_THR_DLL, 's');
	assert_int_equal(uart.dev.refused, 1);
	out(IIR_FCR, FCR_ENABLE | FCR_CLEAR_TX);
	sink_room = 4;
	uart16550_tx_ready(&uart);
	assert_int_equal(sent_count, 6);
	assert_false(line);
	sink_room = 100;
	uart16550_tx_ready(&uart);
	assert_int_equal(sent_count, 18);
	assert_memory_equal(sent, "abcdefghijklmnopqr", 18);
	assert_int_equal(in(LSR), LSR_THRE | LSR_TEMT);
	assert_true(line);
	assert_int_equal(0xf & in(IIR_FCR), IIR_THRE);
	uart16550_tx_ready(&uart);
	assert_false(line);
}

static void careless_sender_loses_only_what_has_no_room(void **state)
{
	(void)state;
	sink_room = 0;
	out(RBR_THR_DLL, 'a');
	out(RBR_THR_DLL, 'b');
	out(IIR_FCR, FCR_ENABLE);
	for (int i = 0; i < 20; i++)
		out(RBR_THR_DLL, 'c');
	out(IIR_FCR, 0);
	out(RBR_THR_DLL, 'd');
	uart.dev.ops->reset(&uart.dev);
	sink_room = 100;
	uart16550_tx_ready(&uart);
	assert_int_equal(sent_count, 16);
	assert_int_equal(sent[0], 'a');
	assert_int_equal(sent[15], 'c');
}

static void trigger_and_timeout(void **state)
{
	(void)state;
	out(IIR_FCR, FCR_ENABLE | 0x80);
	out(IER_DLM, IER_ERBFI);
	assert_int_equal(push("1234567"), 7);
	assert_true(line);
	assert_int_equal(0xf & in(IIR_FCR), IIR_TIMEOUT);
	assert_int_equal(push("8"), 1);
	assert_int_equal(0xf & in(IIR_FCR), IIR_DATA);
	assert_int_equal(in(RBR_THR_DLL), '1');
	assert_int_equal(0xf & in(IIR_FCR), IIR_TIMEOUT);
	for (int i = 2; i <= 8; i++)
		assert_int_equal(in(RBR_THR_DLL), '0' + i);
	assert_false(line);
	assert_int_equal(in(RBR_THR_DLL), '8');
	assert_int_equal(0xf & in(IIR_FCR), IIR_NONE);
}

static void producer_waits_for_room(void **state)
{
	(void)state;
	out(IIR_FCR, FCR_ENABLE);
	assert_int_equal(push("0123456789abcdefgh"), 16);
	for (int i = 0; i < 7; i++)
		in(RBR_THR_DLL);
	assert_int_equal(taken_calls, 0);
	in(RBR_THR_DLL);
	assert_int_equal(taken_calls, 1);
	assert_int_equal(push("gh"), 2);
	for (int i = 0; i < 10; i++)
		assert_int_equal(in(RBR_THR_DLL), "89abcdefgh"[i]);
	assert_int_equal(taken_calls, 1);
	assert_int_equal(in(LSR) & (LSR_OE | LSR_DR), 0);
	assert_int_equal(push("0123456789abcdefgh"), 16);
	out(IIR_FCR, FCR_ENABLE | FCR_CLEAR_RX);
	assert_int_equal(taken_calls, 2);
	assert_int_equal(push("0123456789abcdef"), 16);
}

static void priority_of_interrupts(void **state)
{
	(void)state;
	out(IER_DLM, 0xf);
	out(MCR, MCR_LOOP);
	out(RBR_THR_DLL, 'a');
	out(RBR_THR_DLL, 'b');
	assert_int_equal(in(IIR_FCR), IIR_LINE);
	in(LSR);
	assert_int_equal(in(IIR_FCR), IIR_DATA);
	in(RBR_THR_DLL);
	assert_int_equal(in(IIR_FCR), IIR_THRE);
	assert_int_equal(in(IIR_FCR), IIR_MODEM);
	in(MSR);
	assert_int_equal(in(IIR_FCR), IIR_NONE);
	assert_false(line);
}

static void reset_lowers_the_line(void **state)
{
	(void)state;
	out(IIR_FCR, FCR_ENABLE);
	out(IER_DLM, IER_ERBFI);
	push("a");
	assert_true(line);
	uart.dev.ops->reset(&uart.dev);
	assert_false(line);
	assert_int_equal(in(LSR), LSR_THRE | LSR_TEMT);
}

static void bytes_can_be_taken_back(void **state)
{
	uint8_t byte = 0;

	(void)state;
	out(IIR_FCR, FCR_ENABLE);
	out(IER_DLM, IER_ERBFI);
	assert_false(uart16550_rx_take(&uart, &byte));
	push("ab");
	out(LCR, LCR_DLAB);
	assert_true(uart16550_rx_take(&uart, &byte));
	assert_int_equal(byte, 'a');
	assert_true(line);
	assert_true(uart16550_rx_take(&uart, &byte));
	assert_int_equal(byte, 'b');
	assert_false(line);
}

static void widths_and_shifts(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(uart.dev.ops->read(&uart.dev, LSR, 2, &value), -EINVAL);
	assert_int_equal(uart.dev.ops->write(&uart.dev, 0, 4, 'x'), -EINVAL);
	assert_int_equal(uart.dev.ops->read(&uart.dev, 0x80, 1, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(start(2), 0);
	out(SCR, 0x77);
	assert_int_equal(in(SCR), 0x77);
	assert_int_equal(in(LSR), LSR_THRE | LSR_TEMT);
	assert_int_equal(uart.dev.ops->read(&uart.dev, SCR << 2, 4, &value), 0);
	assert_int_equal(value, 0x77);
	assert_int_equal(uart.dev.ops->read(&uart.dev, LSR << 2, 4, &value), 0);
	assert_int_equal(value, LSR_THRE | LSR_TEMT);
	assert_int_equal(uart.dev.ops->read(&uart.dev, (SCR << 2) + 1, 1, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(uart.dev.ops->read(&uart.dev, (SCR << 2) + 1, 2, &value), -EINVAL);
	assert_int_equal(uart.dev.ops->read(&uart.dev, 0, 8, &value), -EINVAL);
	assert_int_equal(start(3), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(starts_as_table_2_says, setup),
		cmocka_unit_test_setup(scratch_and_divisor, setup),
		cmocka_unit_test_setup(loopback_as_autoconf_tests_it, setup),
		cmocka_unit_test_setup(loopback_fills_the_fifo, setup),
		cmocka_unit_test_setup(modem_interrupt, setup),
		cmocka_unit_test_setup(fifo_is_recognised, setup),
		cmocka_unit_test_setup(thre_interrupt_comes_back, setup),
		cmocka_unit_test_setup(full_sink_holds_thre, setup),
		cmocka_unit_test_setup(careless_sender_loses_only_what_has_no_room, setup),
		cmocka_unit_test_setup(trigger_and_timeout, setup),
		cmocka_unit_test_setup(producer_waits_for_room, setup),
		cmocka_unit_test_setup(priority_of_interrupts, setup),
		cmocka_unit_test_setup(reset_lowers_the_line, setup),
		cmocka_unit_test_setup(bytes_can_be_taken_back, setup),
		cmocka_unit_test_setup(widths_and_shifts, setup),
	};

	return cmocka_run_group_tests_name("uart16550", tests, NULL, NULL);
}
