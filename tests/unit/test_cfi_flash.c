// SPDX-License-Identifier: Apache-2.0
// sources: vdev/cfi_flash.c vdev/cfi_query.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/cfi_flash_fakes.h"
#include "tests/unit/cfi_flash_transcript.h"

static void same_words_as_qemu(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transcript); i++) {
		const struct transcript_line *line = &transcript[i];

		if (line->kind == 'w')
			out(line->offset, line->size, line->value);
		else if (in(line->offset, line->size) != line->value)
			fail_msg("line %zu: offset %#x", i, line->offset);
	}
}

static void query_tells_the_geometry(void **state)
{
	(void)state;
	out(0, 4, 0x980098);
	assert_false(mapped);
	assert_int_equal(in(0x10 * 4, 4), 0x510051);
	assert_int_equal(in(0x27 * 4, 4), 0x180018);
	assert_int_equal(in(0x2a * 4, 4), 0x0b000b);
	assert_int_equal(in(0x2d * 4, 4), 0x7f007f);
	assert_int_equal(in(0x2f * 4, 4), 0);
	assert_int_equal(in(0x30 * 4, 4), 0x020002);
	assert_int_equal(in(0x31 * 4, 1), 'P');
	assert_int_equal(in(0x52 * 4, 4), 0);
	out(0, 4, 0xff);
	assert_true(mapped);
	assert_int_equal(changes, 2);
}

static void programming_only_clears(void **state)
{
	(void)state;
	out(0x40000, 4, 0x20);
	out(0x40000, 4, 0xd0);
	assert_int_equal(in(0, 4), 0x800080);
	out(0x40010, 4, 0x40);
	out(0x40010, 4, 0x0f0f0f0f);
	out(0x40010, 4, 0x10);
	out(0x40010, 4, 0xf8f8f8f8);
	out(0, 4, 0xff);
	assert_int_equal(in(0x40010, 4), 0x08080808);
	assert_true(in(0x40008, 8) == ~UINT64_C(0));
	assert_int_equal(in(0x40011, 2), 0x0808);
	assert_int_equal(storage[0x3ffff], 0);
	assert_int_equal(storage[0x80000], 0);
}

static void locked_sector_refuses(void **state)
{
	(void)state;
	out(0x40000, 4, 0x60);
	out(0x40000, 4, 0x01);
	assert_int_equal(in(0, 4), 0x800080);
	out(0x40000, 4, 0x20);
	out(0x40000, 4, 0xd0);
	assert_int_equal(in(0, 4), 0xa200a2);
	assert_int_equal(storage[0x40000], 0);
	out(0, 4, 0x90);
	assert_int_equal(in(0x40008, 4), 0x010001);
	assert_int_equal(in(0x8, 4), 0);
	out(0, 4, 0x50);
	out(0x40000, 4, 0x40);
	out(0x40000, 4, 0);
	assert_int_equal(in(0, 4), 0x920092);
	out(0, 4, 0x50);
	out(0x40000, 4, 0xe8);
	out(0x40000, 4, 0);
	out(0x40000, 4, 0);
	out(0x40000, 4, 0xd0);
	assert_int_equal(in(0, 4), 0x920092);
	out(0x40000, 4, 0x60);
	out(0x40000, 4, 0xd0);
	out(0x40000, 4, 0x20);
	out(0x40000, 4, 0xd0);
	assert_int_equal(storage[0x40000], 0xff);
	assert_int_equal(storage[0x7ffff], 0xff);
}

static void buffer_is_programmed_on_confirmation(void **state)
{
	(void)state;
	memset(storage, 0xff, KiB(256));
	out(0x1000, 4, 0xe8);
	out(0x1000, 4, 0);
	out(0x1004, 4, 0x12345678);
	assert_int_equal(storage[0x1004], 0xff);
	out(0, 4, 0xd0);
	assert_int_equal(storage[0x1004], 0x78);
	out(0x1000, 4, 0xe8);
	out(0x1000, 4, 0x10001);
	out(0x1008, 8, 0x1122334455667788);
	out(0, 4, 0xd0);
	assert_memory_equal(storage + 0x1008, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
	out(0x1000, 4, 0xe8);
	out(0x1000, 4, 0x10001);
	out(0x1ffc, 4, 0);
	out(0x2000, 4, 0);
	assert_int_equal(in(0, 4), 0x900090);
	out(0, 4, 0xd0);
	assert_int_equal(storage[0x1ffc], 0xff);
	assert_int_equal(storage[0x2000], 0xff);
}

static void suspend_finds_nothing_to_do(void **state)
{
	(void)state;
	out(0, 4, 0x20);
	out(0, 4, 0xd0);
	out(0, 4, 0xb0);
	assert_int_equal(in(0, 4), 0x800080);
	out(0, 4, 0xd0);
	assert_int_equal(in(0, 4), 0x800080);
	assert_int_equal(storage[0], 0xff);
}

static void reset_in_the_middle_changes_nothing(void **state)
{
	(void)state;
	out(0x40000, 4, 0x60);
	out(0x40000, 4, 0x01);
	out(0x40000, 4, 0x20);
	flash.dev.ops->reset(&flash.dev);
	assert_true(mapped);
	assert_int_equal(storage[0x40000], 0);
	out(0x1000, 4, 0xe8);
	out(0x1000, 4, 0x10001);
	out(0x1000, 4, 0);
	flash.dev.ops->reset(&flash.dev);
	out(0, 4, 0x70);
	assert_int_equal(in(0, 4), 0x800080);
	out(0, 4, 0x90);
	assert_int_equal(in(0x40008, 4), 0);
}

static void storage_errors_show_in_the_status(void **state)
{
	uint64_t value;

	(void)state;
	answer = -EIO;
	assert_int_equal(flash.dev.ops->read(&flash.dev, 0, 4, &value), -EIO);
	out(0, 4, 0x20);
	out(0, 4, 0xd0);
	assert_int_equal(in(0, 4), 0xa000a0);
	out(0, 4, 0x50);
	out(0, 4, 0x40);
	out(0, 4, 0);
	assert_int_equal(in(0, 4), 0x900090);
}

static void odd_accesses(void **state)
{
	uint64_t value;

	(void)state;
	assert_int_equal(flash.dev.ops->write(&flash.dev, 2, 4, 0x70), -EINVAL);
	assert_true(mapped);
	out(0, 4, 0x70);
	assert_int_equal(flash.dev.ops->read(&flash.dev, 2, 4, &value), -EINVAL);
	out(0, 4, 0x20);
	out(0, 4, 0x33);
	assert_true(mapped);
	out(0, 4, 0x60);
	out(0, 4, 0x2f);
	assert_true(mapped);
	out(0, 4, 0x98);
	out(0, 4, 0x70);
	assert_int_equal(in(0x40, 4), 0x510051);
}

static void one_byte_wide_bank(void **state)
{
	(void)state;
	out(0, 1, 0x98);
	assert_int_equal(in(0x10, 1), 'Q');
	assert_int_equal(in(0x10, 4), 0x01595251);
	assert_int_equal(in(0x27, 1), 16);
	assert_int_equal(in(0x2d, 1), 15);
	assert_int_equal(in(0x2f, 1), 0x10);
	out(0, 1, 0xff);
	out(0, 1, 0x90);
	assert_int_equal(in(1, 1), 0x18);
	out(0x1fff, 1, 0x20);
	out(0x1fff, 1, 0xd0);
	assert_int_equal(in(0, 4), 0x80808080);
	assert_int_equal(storage[0x0fff], 0);
	assert_int_equal(storage[0x1000], 0xff);
	assert_int_equal(storage[0x1fff], 0xff);
	assert_int_equal(storage[0x2000], 0);
}

static void read_only_bank(void **state)
{
	(void)state;
	out(0, 4, 0x20);
	out(0, 4, 0xd0);
	assert_int_equal(in(0, 4), 0xa000a0);
	out(0, 4, 0x50);
	out(0, 4, 0x40);
	out(0, 4, 0x0);
	assert_int_equal(in(0, 4), 0x900090);
	out(0, 4, 0x50);
	out(0, 4, 0xe8);
	out(0, 4, 0x0);
	out(0, 4, 0x0);
	assert_int_equal(in(0, 4), 0x900090);
	out(0, 4, 0xd0);
	assert_true(mapped);
}

static void refuses_what_cannot_be(void **state)
{
	struct cfi_flash_config good = config_of(2, MiB(1), KiB(64)), bad;
	struct cfi_flash other;

	(void)state;
	assert_int_equal(cfi_flash_bytes(&good), 2048 + 2);
#define REFUSED(change)                             \
	bad = good;                                 \
	change;                                     \
	assert_int_equal(cfi_flash_bytes(&bad), 0); \
	assert_int_equal(cfi_flash_init(&other, &bad, memory), -EINVAL)
	REFUSED(bad.width = 3);
	REFUSED(bad.size = MiB(3));
	REFUSED(bad.sector_size = 3000);
	REFUSED(bad.sector_size = 128);
	REFUSED(bad.sector_size = MiB(1));
	REFUSED(bad.buffer_size = 1000);
	REFUSED(bad.buffer_size = 16384);
	REFUSED(bad.buffer_size = 2);
	REFUSED(bad.size = MiB(64); bad.sector_size = 256; bad.buffer_size = 256);
	REFUSED(bad.size = MiB(64); bad.sector_size = MiB(16));
}

int main(void)
{
#define CASE(f, start) cmocka_unit_test_setup_teardown(f, start, teardown)
	const struct CMUnitTest tests[] = {
		CASE(same_words_as_qemu, setup),
		CASE(query_tells_the_geometry, setup),
		CASE(programming_only_clears, setup),
		CASE(locked_sector_refuses, setup),
		CASE(buffer_is_programmed_on_confirmation, setup),
		CASE(suspend_finds_nothing_to_do, setup),
		CASE(reset_in_the_middle_changes_nothing, setup),
		CASE(storage_errors_show_in_the_status, setup),
		CASE(odd_accesses, setup),
		CASE(one_byte_wide_bank, setup_small),
		CASE(read_only_bank, setup_read_only),
		CASE(refuses_what_cannot_be, setup_small),
	};

	return cmocka_run_group_tests_name("cfi_flash", tests, NULL, NULL);
}
