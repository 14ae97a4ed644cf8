// SPDX-License-Identifier: Apache-2.0
// sources: hv/flash_host.c vdev/cfi_flash.c vdev/cfi_query.c
/* The driver of the host's flash, on the bank that the flash model plays. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hv/flash_host.h"
#include "vdev/cfi_flash.h"

#define SIZE   0x10000
#define SECTOR 0x2000

struct bank {
	struct cfi_flash model;
	uint8_t memory[8192 + 64];
	uint8_t contents[SIZE];
	unsigned width;
	unsigned programs;
	int result;     /* of the next programs and erases */
	bool stuck;     /* never ready */
	bool half_done; /* the second of two chips is not suspended when the first is */
	unsigned busy;  /* cycles that the next erasure takes */
	uint64_t erased_at;
	uint64_t now;
};

static int bank_read(void *ctx, uint64_t offset, void *data, size_t size)
{
	struct bank *bank = ctx;

	memcpy(data, bank->contents + offset, size);
	return 0;
}

static int bank_program(void *ctx, uint64_t offset, const void *data, size_t size)
{
	struct bank *bank = ctx;

	bank->programs++;
	for (size_t i = 0; i < size && !bank->result; i++)
		bank->contents[offset + i] &= ((const uint8_t *)data)[i];
	return bank->result;
}

static int end_erasure(struct bank *bank)
{
	if (!bank->result)
		memset(bank->contents + bank->erased_at, 0xff, SECTOR);
	return bank->result;
}

static int bank_erase(void *ctx, uint64_t offset, size_t size)
{
	struct bank *bank = ctx;

	assert_int_equal(size, SECTOR);
	bank->erased_at = offset;
	return bank->busy ? CFI_FLASH_BUSY : end_erasure(bank);
}

static int bank_poll(void *ctx)
{
	struct bank *bank = ctx;

	return --bank->busy ? CFI_FLASH_BUSY : end_erasure(bank);
}

static int bank_suspend(void *ctx)
{
	(void)ctx;
	return 0;
}

static int bank_resume(void *ctx)
{
	(void)ctx;
	return CFI_FLASH_BUSY;
}

static void bank_mode(void *ctx, bool on)
{
	(void)ctx;
	(void)on;
}

static const struct cfi_flash_ops bank_ops = {
	.read = bank_read,
	.program = bank_program,
	.erase = bank_erase,
	.array_mode = bank_mode,
	.poll = bank_poll,
	.suspend = bank_suspend,
	.resume = bank_resume,
};

static uint32_t bus_read(void *ctx, uint64_t offset)
{
	struct bank *bank = ctx;
	uint64_t value = 0;

	assert_int_equal(offset % bank->width, 0);
	assert_int_equal(bank->model.dev.ops->read(&bank->model.dev, offset, bank->width, &value),
			 0);
	if (bank->half_done && bank->model.work == CFI_FLASH_SUSPENDED)
		value &= 0xffff | (uint64_t)0x80 << 16;
	return bank->stuck ? 0 : (uint32_t)value;
}

static void bus_write(void *ctx, uint64_t offset, uint32_t value)
{
	struct bank *bank = ctx;

	assert_int_equal(bank->model.dev.ops->write(&bank->model.dev, offset, bank->width, value),
			 0);
}

static uint64_t clock_deadline(void *ctx, uint64_t microseconds)
{
	struct bank *bank = ctx;

	return bank->now + microseconds;
}

static bool clock_is_past(void *ctx, uint64_t deadline)
{
	struct bank *bank = ctx;

	return bank->now++ > deadline;
}

static const struct flash_host_ops host_ops = {
	.read = bus_read,
	.write = bus_write,
	.deadline = clock_deadline,
	.is_past = clock_is_past,
};

static void make_bank(struct bank *bank, unsigned width)
{
	struct cfi_flash_config config = {
		.name = "bank",
		.size = SIZE,
		.sector_size = SECTOR,
		.width = width,
		.ops = &bank_ops,
		.ctx = bank,
	};

	memset(bank, 0, sizeof(*bank));
	memset(bank->contents, 0xff, sizeof(bank->contents));
	bank->width = width;
	assert_true(cfi_flash_bytes(&config) <= sizeof(bank->memory));
	assert_int_equal(cfi_flash_init(&bank->model, &config, bank->memory), 0);
}

/* A new bank, whose driver knows it. */
static void probe_bank(struct flash_host *flash, struct bank *bank, unsigned width)
{
	make_bank(bank, width);
	assert_int_equal(flash_host_probe(flash, &host_ops, bank, width), 0);
}

static int erase(const struct flash_host *flash, struct bank *bank, uint64_t offset)
{
	struct flash_host_erasure erasure;
	int result;

	flash_host_erase_begin(flash, bank, offset, &erasure);
	do {
		result = flash_host_erase_poll(flash, bank, &erasure);
	} while (result == FLASH_HOST_BUSY);
	return result;
}

static void check_width(unsigned width)
{
	static struct bank bank;
	struct flash_host flash;
	uint8_t data[7] = { 1, 2, 3, 4, 5, 6, 7 };

	make_bank(&bank, width);
	assert_int_equal(flash_host_probe(&flash, &host_ops, &bank, width), 0);
	assert_int_equal(flash.size, SIZE);
	assert_int_equal(flash.sector_size, SECTOR);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
	assert_int_equal(flash_host_program(&flash, &bank, 0x2003, data, sizeof(data)), 0);
	assert_memory_equal(bank.contents + 0x2003, data, sizeof(data));
	assert_int_equal(bank.contents[0x2002], 0xff);
	assert_int_equal(bank.contents[0x200a], 0xff);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
	bank.contents[0x1fff] = bank.contents[0x4000] = 0;
	assert_int_equal(erase(&flash, &bank, 0x2000), 0);
	for (unsigned i = 0; i < SECTOR; i++)
		assert_int_equal(bank.contents[0x2000 + i], 0xff);
	assert_int_equal(bank.contents[0x1fff] | bank.contents[0x4000], 0);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
}

static void test_widths(void **state)
{
	(void)state;
	check_width(1);
	check_width(2);
	check_width(4);
}

static void test_unchanged_words_are_left_alone(void **state)
{
	static struct bank bank;
	struct flash_host flash;
	uint8_t data[64];

	(void)state;
	probe_bank(&flash, &bank, 4);
	memset(data, 0xff, sizeof(data));
	data[33] = 0x7f;
	assert_int_equal(flash_host_program(&flash, &bank, 0x100, data, sizeof(data)), 0);
	assert_int_equal(bank.programs, 1);
	assert_int_equal(flash_host_program(&flash, &bank, 0x100, data, sizeof(data)), 0);
	assert_int_equal(bank.programs, 1);
}

static void test_locked_sector_is_unlocked(void **state)
{
	static struct bank bank;
	struct flash_host flash;
	uint8_t data = 0;

	(void)state;
	probe_bank(&flash, &bank, 2);
	bus_write(&bank, 0, 0x60);
	bus_write(&bank, 0, 0x01);
	bus_write(&bank, 0, 0xff);
	assert_int_equal(flash_host_program(&flash, &bank, 0x11, &data, 1), 0);
	assert_int_equal(bank.contents[0x11], 0);
}

static void test_failures(void **state)
{
	static struct bank bank;
	struct flash_host flash;
	uint8_t data = 0;

	(void)state;
	probe_bank(&flash, &bank, 4);
	bank.result = -EIO;
	assert_int_equal(flash_host_program(&flash, &bank, 0, &data, 1), -EIO);
	assert_int_equal(erase(&flash, &bank, 0), -EIO);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
	bank.result = 0;
	assert_int_equal(flash_host_program(&flash, &bank, 0, &data, 1), 0);
	bank.stuck = true;
	assert_int_equal(erase(&flash, &bank, 0), -EIO);
	assert_true(bank.now > flash.erase_us);
	assert_int_equal(flash_host_probe(&flash, &host_ops, &bank, 4), -ENODEV);
	assert_int_equal(flash_host_probe(&flash, &host_ops, &bank, 3), -ENOTSUP);
}

static void test_erasure_goes_on(void **state)
{
	static struct bank bank;
	struct flash_host flash;
	struct flash_host_erasure erasure;

	(void)state;
	probe_bank(&flash, &bank, 4);
	bank.contents[SECTOR] = 0;
	bank.busy = 1000;
	flash_host_erase_begin(&flash, &bank, SECTOR, &erasure);
	assert_int_equal(flash_host_erase_poll(&flash, &bank, &erasure), FLASH_HOST_BUSY);
	assert_int_equal(flash_host_erase_suspend(&flash, &bank, &erasure), 0);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
	assert_int_equal(bus_read(&bank, SECTOR), 0xffffff00);
	flash_host_erase_resume(&flash, &bank, &erasure);
	assert_int_equal(flash_host_erase_poll(&flash, &bank, &erasure), FLASH_HOST_BUSY);
	bank.busy = 5;
	while (flash_host_erase_poll(&flash, &bank, &erasure))
		;
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
	assert_int_equal(bus_read(&bank, SECTOR), 0xffffffff);
}

static void test_suspend_comes_late(void **state)
{
	static struct bank bank;
	struct flash_host flash;
	struct flash_host_erasure erasure;

	(void)state;
	probe_bank(&flash, &bank, 2);
	flash_host_erase_begin(&flash, &bank, SECTOR, &erasure);
	assert_int_equal(flash_host_erase_suspend(&flash, &bank, &erasure), FLASH_HOST_BUSY);
	assert_int_equal(flash_host_erase_poll(&flash, &bank, &erasure), 0);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
}

/* One chip is done and can't be suspended: the other must go on. */
static void test_suspend_of_one_chip(void **state)
{
	static struct bank bank;
	struct flash_host flash;
	struct flash_host_erasure erasure;

	(void)state;
	probe_bank(&flash, &bank, 4);
	bank.busy = 1000;
	flash_host_erase_begin(&flash, &bank, SECTOR, &erasure);
	bank.half_done = true;
	assert_int_equal(flash_host_erase_suspend(&flash, &bank, &erasure), FLASH_HOST_BUSY);
	assert_int_equal(bank.model.work, CFI_FLASH_ERASING);
	bank.busy = 1;
	assert_int_equal(flash_host_erase_poll(&flash, &bank, &erasure), 0);
}

/* After any number of cycles of a buffered program, and in the middle of any other command. */
static void test_recover(void **state)
{
	static const uint32_t first[] = { 0x10, 0x20, 0x40, 0x60, 0x70, 0x90, 0x98, 0xe8, 0xff };
	static const unsigned widths[] = { 1, 2, 4 };
	static struct bank bank;
	struct flash_host flash;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(first) * ARRAY_SIZE(widths) * 5; i++) {
		unsigned width = widths[i % 3], cycles = i / 3 % 5;
		uint32_t chips = width == 4 ? 0x10001 : 1;

		make_bank(&bank, width);
		memset(bank.contents, 0x5a, sizeof(bank.contents));
		assert_int_equal(flash_host_probe(&flash, &host_ops, &bank, width), 0);
		bus_write(&bank, 0x100, first[i / 15] * chips);
		for (unsigned c = 0; c < cycles && first[i / 15] == 0xe8; c++)
			bus_write(&bank, 0x100 + c * width, 2 * chips);
		assert_int_equal(flash_host_recover(&flash, &bank, SIZE - bank.width), 0);
		assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
		assert_int_equal(bank.model.status & 0x7f, 0);
		for (unsigned at = 0; at < SIZE; at++)
			assert_int_equal(bank.contents[at], 0x5a);
	}
	bank.busy = 100000;
	bus_write(&bank, 0, 0x200020);
	bus_write(&bank, 0, 0xd000d0);
	assert_int_equal(flash_host_recover(&flash, &bank, SIZE - bank.width), 0);
	assert_int_equal(bank.model.state, CFI_FLASH_ARRAY);
	assert_int_equal(bank.busy, 0);
	bank.stuck = true;
	assert_int_equal(flash_host_recover(&flash, &bank, SIZE - bank.width), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_unchanged_words_are_left_alone),
		cmocka_unit_test(test_locked_sector_is_unlocked),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_erasure_goes_on),
		cmocka_unit_test(test_suspend_comes_late),
		cmocka_unit_test(test_suspend_of_one_chip),
		cmocka_unit_test(test_recover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
