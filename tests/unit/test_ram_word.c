// SPDX-License-Identifier: Apache-2.0
// sources: vdev/ram_word.c vdev/bus.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vdev/bus.h"
#include "vdev/ram_word.h"

static void reads_its_bytes(void **state)
{
	struct vdev *slots[1], *last = NULL;
	struct ram_word word;
	struct bus bus;
	uint64_t value;

	(void)state;
	bus_init(&bus, slots, 1);
	assert_int_equal(ram_word_init(&word, "word", gpa(0x40), 8, 0x8877665544332211), 0);
	assert_int_equal(bus_add(&bus, &word.dev, NULL), 0);
	bus_seal(&bus);
	assert_int_equal(bus_read(&bus, &last, gpa(0x40), 8, &value), 0);
	assert_true(value == 0x8877665544332211);
	assert_int_equal(bus_read(&bus, &last, gpa(0x47), 1, &value), 0);
	assert_int_equal(value, 0x88);
	assert_int_equal(bus_read(&bus, &last, gpa(0x41), 4, &value), 0);
	assert_int_equal(value, 0x55443322);
	assert_int_equal(bus_read(&bus, &last, gpa(0x44), 8, &value), -ENODEV);
	assert_int_equal(bus_write(&bus, &last, gpa(0x40), 8, 0), -EPERM);
	bus_reset(&bus);
	assert_int_equal(word.dev.refused, 1);
}

static void refuses_odd_words(void **state)
{
	struct ram_word word;

	(void)state;
	assert_int_equal(ram_word_init(&word, "word", gpa(0), 3, 0), -EINVAL);
	assert_int_equal(ram_word_init(&word, "word", gpa(0), 2, 0x10000), -EINVAL);
	assert_int_equal(ram_word_init(&word, "word", gpa(0), 4, 0x100000000), -EINVAL);
	assert_int_equal(ram_word_init(&word, "word", gpa(0), 4, 0xffffffff), 0);
	assert_int_equal(ram_word_init(&word, "word", gpa(0), 1, 0xff), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_its_bytes),
		cmocka_unit_test(refuses_odd_words),
	};

	return cmocka_run_group_tests_name("ram_word", tests, NULL, NULL);
}
