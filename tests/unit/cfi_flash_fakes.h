/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of flash whose contents are kept here, and whose erasures take as long as a test says.
 * Include after cmocka.h.
 */
#ifndef TESTS_UNIT_CFI_FLASH_FAKES_H
#define TESTS_UNIT_CFI_FLASH_FAKES_H

#include <stdlib.h>
#include <string.h>

#include "vdev/cfi_flash.h"

static struct cfi_flash flash;
static uint8_t *storage;
static void *memory;
static bool mapped;
static unsigned changes;
static int answer;    /* what the storage's operations end in */
static unsigned busy; /* polls that the next erasure takes */
static bool suspends;
static uint64_t erased_at;

static int storage_read(void *ctx, uint64_t offset, void *data, size_t size)
{
	(void)ctx;
	memcpy(data, storage + offset, size);
	return answer;
}

static int storage_program(void *ctx, uint64_t offset, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	(void)ctx;
	assert_false(mapped);
	for (size_t i = 0; i < size && !answer; i++)
		storage[offset + i] &= bytes[i];
	return answer;
}

static int end_erasure(void)
{
	if (!answer)
		memset(storage + erased_at, 0xff, flash.sector_size);
	return answer;
}

static int storage_erase(void *ctx, uint64_t offset, size_t size)
{
	(void)ctx;
	assert_false(mapped);
	assert_int_equal(offset % flash.sector_size, 0);
	assert_int_equal(size, flash.sector_size);
	erased_at = offset;
	return busy ? CFI_FLASH_BUSY : end_erasure();
}

static int storage_poll(void *ctx)
{
	(void)ctx;
	assert_true(busy);
	return --busy ? CFI_FLASH_BUSY : end_erasure();
}

static int storage_suspend(void *ctx)
{
	(void)ctx;
	return suspends ? 0 : CFI_FLASH_BUSY;
}

static int storage_resume(void *ctx)
{
	(void)ctx;
	assert_false(mapped);
	return CFI_FLASH_BUSY;
}

static void on_array_mode(void *ctx, bool on)
{
	(void)ctx;
	assert_int_not_equal(on, mapped);
	mapped = on;
	changes++;
}

static const struct cfi_flash_ops ops = {
	.read = storage_read,
	.program = storage_program,
	.erase = storage_erase,
	.array_mode = on_array_mode,
	.poll = storage_poll,
	.suspend = storage_suspend,
	.resume = storage_resume,
};

static struct cfi_flash_config config_of(unsigned width, uint64_t size, uint64_t sector)
{
	return (struct cfi_flash_config){ .name = "flash",
					  .base = gpa(0x20000000),
					  .size = size,
					  .sector_size = sector,
					  .width = width,
					  .ops = &ops };
}

static int start(const struct cfi_flash_config *config)
{
	mapped = true;
	changes = 0;
	answer = 0;
	busy = 0;
	suspends = true;
	storage = calloc(1, config->size);
	memory = malloc(cfi_flash_bytes(config));
	return cfi_flash_init(&flash, config, memory);
}

static inline int setup(void **state)
{
	struct cfi_flash_config config = config_of(4, MiB(32), KiB(256));

	(void)state;
	return start(&config);
}

static inline int setup_small(void **state)
{
	struct cfi_flash_config config = config_of(1, KiB(64), KiB(4));

	(void)state;
	return start(&config);
}

static inline int setup_read_only(void **state)
{
	struct cfi_flash_config config = config_of(4, MiB(1), KiB(64));

	(void)state;
	config.read_only = true;
	return start(&config);
}

static int teardown(void **state)
{
	(void)state;
	free(storage);
	free(memory);
	return 0;
}

static uint64_t in(uint64_t offset, unsigned size)
{
	uint64_t value = ~UINT64_C(0);

	assert_int_equal(flash.dev.ops->read(&flash.dev, offset, size, &value), 0);
	return value;
}

static void out(uint64_t offset, unsigned size, uint64_t value)
{
	assert_int_equal(flash.dev.ops->write(&flash.dev, offset, size, value), 0);
}

#endif
