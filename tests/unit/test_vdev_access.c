// SPDX-License-Identifier: Apache-2.0
// sources: vdev/bus.c vdev/uart16550.c vdev/goldfish_rtc.c vdev/wdt_sun20i.c vdev/syscon.c
// sources: vdev/ram_word.c vdev/plic.c vdev/aplic.c vdev/aplic_source.c
// sources: vdev/cfi_flash.c vdev/cfi_query.c
/*
 * Every device model under every access that a guest can make: each width, each offset of its
 * registers and of its end, aligned or not, with several values. What holds for all: it is
 * answered or refused, a value read has no bits above its width, each access is counted once, and
 * after a reset the model answers as it did at power-on, but for the clock and for the bytes that
 * the UART has not sent yet. The sanitizers watch.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/wall_fakes.h"
#include "vdev/aplic.h"
#include "vdev/bus.h"
#include "vdev/cfi_flash.h"
#include "vdev/goldfish_rtc.h"
#include "vdev/plic.h"
#include "vdev/ram_word.h"
#include "vdev/syscon.h"
#include "vdev/uart16550.h"
#include "vdev/wdt_sun20i.h"

#define BASE    0x10000000
#define SOURCES 40
#define HARTS   2
#define BANK    KiB(8)
#define NEAR    0x600 /* offsets that are all tried, at either end */

/* Among them the watchdog's key, and a flash's query. */
static const uint64_t values[] = { 0, UINT64_MAX, 0x55aa33cc16aa00f1, 0x98, 1 };

static struct uart16550 uart;
static struct goldfish_rtc rtc;
static struct wdt_sun20i wdt;
static struct syscon test;
static struct ram_word word;
static struct plic plic;
static struct aplic aplic;
static struct cfi_flash flash;
static void *memory; /* as much as the model asks for, so that the sanitizer knows its end */
static uint8_t contents[BANK];

static bool take_byte(void *ctx, uint8_t byte)
{
	(void)ctx;
	return byte & 1;
}

static void no_bite(void *ctx)
{
	(void)ctx;
}

static void no_end(void *ctx, enum syscon_end end, unsigned code)
{
	(void)ctx;
	assert_in_range(end, SYSCON_END_POWEROFF, SYSCON_END_FAIL);
	assert_true(code <= 0xffff);
}

static void no_notify(void *ctx, unsigned context, bool pending)
{
	(void)ctx;
	(void)pending;
	assert_true(context < HARTS);
}

static void no_msi(void *ctx, unsigned hart, unsigned eiid)
{
	(void)ctx;
	assert_true(hart < HARTS && eiid < 0x800);
}

static int bank_read(void *ctx, uint64_t offset, void *data, size_t size)
{
	(void)ctx;
	assert_true(offset + size <= BANK);
	memcpy(data, contents + offset, size);
	return 0;
}

static int bank_program(void *ctx, uint64_t offset, const void *data, size_t size)
{
	(void)ctx;
	(void)data;
	assert_true(offset + size <= BANK);
	return 0;
}

static int bank_erase(void *ctx, uint64_t offset, size_t size)
{
	(void)ctx;
	assert_true(offset + size <= BANK);
	return 0;
}

static void no_mode(void *ctx, bool on)
{
	(void)ctx;
	(void)on;
}

static const struct uart16550_ops uart_ops = { take_byte, NULL };
static const struct plic_ops plic_ops = { no_notify, NULL };
static const struct aplic_ops aplic_ops = { .msi = no_msi, .notify = no_notify };
static const struct cfi_flash_ops flash_ops = {
	.read = bank_read, .program = bank_program, .erase = bank_erase, .array_mode = no_mode
};

static struct vdev *make_uart(void)
{
	struct uart16550_config config = {
		.name = "uart", .base = gpa(BASE), .size = 0x100, .ops = &uart_ops
	};

	assert_int_equal(uart16550_init(&uart, &config), 0);
	return &uart.dev;
}

static struct vdev *make_rtc(void)
{
	goldfish_rtc_init(&rtc, "rtc", gpa(BASE), 0, &wall, (struct irq_pin){ &chip, 1 });
	return &rtc.dev;
}

static struct vdev *make_watchdog(void)
{
	wdt_sun20i_init(&wdt, "wdt", gpa(BASE), &wall, (struct irq_pin){ &chip, 1 }, no_bite, NULL);
	return &wdt.dev;
}

static struct vdev *make_syscon(void)
{
	syscon_init(&test, "test", gpa(BASE), no_end, NULL);
	return &test.dev;
}

static struct vdev *make_word(void)
{
	assert_int_equal(ram_word_init(&word, "word", gpa(BASE), 8, 0x8877665544332211), 0);
	return &word.dev;
}

static struct vdev *make_plic(void)
{
	struct plic_config config = { "plic", gpa(BASE), SOURCES, HARTS, &plic_ops, NULL };

	memory = malloc(plic_bytes(SOURCES, HARTS));
	assert_int_equal(plic_init(&plic, &config, memory), 0);
	return &plic.dev;
}

static struct vdev *make_aplic(void)
{
	struct aplic_config config = { "aplic", gpa(BASE), SOURCES,    HARTS,
				       true,    true,      &aplic_ops, NULL };

	memory = malloc(aplic_bytes(SOURCES, HARTS));
	assert_int_equal(aplic_init(&aplic, &config, memory), 0);
	return &aplic.dev;
}

static struct vdev *make_flash(void)
{
	struct cfi_flash_config config = { .name = "flash",
					   .base = gpa(BASE),
					   .size = BANK,
					   .sector_size = KiB(4),
					   .width = 4,
					   .buffer_size = 64,
					   .ops = &flash_ops };

	memory = malloc(cfi_flash_bytes(&config));
	assert_int_equal(cfi_flash_init(&flash, &config, memory), 0);
	return &flash.dev;
}

static struct bus bus;
static struct vdev *slot[1], *last;
static uint64_t accesses;

static void try_offset(struct vdev *dev, uint64_t offset, unsigned size)
{
	bool inside = offset + size <= dev->size;
	uint64_t value = 0;
	int error;

	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		error = bus_write(&bus, &last, gpa(BASE + offset), size, values[i]);
		assert_true(inside ? error != -ENODEV : error == -ENODEV);
		value = 0;
		error = bus_read(&bus, &last, gpa(BASE + offset), size, &value);
		assert_true(inside ? error != -ENODEV : error == -ENODEV);
		assert_true(error || size == 8 || value >> (8 * size) == 0);
		accesses += inside ? 2 : 0;
	}
}

static bool is_near(const struct vdev *dev, uint64_t offset)
{
	uint64_t page = offset % 0x1000;

	return offset < NEAR || offset + NEAR > dev->size || page < 16 || page >= 0xff0;
}

static uint64_t counted(const struct vdev *dev)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < VDEV_WINDOWS; i++)
		sum += dev->reads[i] + dev->writes[i];
	return sum;
}

/* What each word of the registers reads as; a PLIC's claim and an APLIC's are words, too. */
static uint64_t digest(const struct vdev *dev)
{
	uint64_t sum = 0, value;

	for (uint64_t offset = 0; offset < MIN(dev->size, 0x8000u); offset++) {
		for (unsigned size = 1; size <= 8; size *= 2) {
			value = 0;
			if (!bus_read(&bus, &last, gpa(BASE + offset), size, &value))
				sum = sum * 31 + value + 1;
		}
	}
	return sum;
}

static void every_access(void **state)
{
	struct vdev *(*const *make)(void) = *state;
	struct vdev *dev = (*make)();
	uint64_t before, at_power_on;

	wall_reset(0);
	last = NULL;
	accesses = 0;
	bus_init(&bus, slot, 1);
	assert_int_equal(bus_add(&bus, dev, NULL), 0);
	bus_seal(&bus);
	at_power_on = digest(dev);
	before = counted(dev);
	for (uint64_t offset = 0; offset < dev->size + 8; offset++) {
		for (unsigned size = 1; size <= 8 && is_near(dev, offset); size *= 2)
			try_offset(dev, offset, size);
	}
	assert_int_equal(counted(dev) - before, accesses);
	bus_reset(&bus);
	/* But for the time that was set, and bytes that wait to be sent. */
	if (dev != &rtc.dev && dev != &uart.dev)
		assert_true(digest(dev) == at_power_on);
}

static int teardown(void **state)
{
	(void)state;
	free(memory);
	memory = NULL;
	return 0;
}

int main(void)
{
	static struct vdev *(*const makers[])(void) = {
		make_uart, make_rtc,  make_watchdog, make_syscon,
		make_word, make_plic, make_aplic,    make_flash,
	};
	static const char *const names[] = {
		"uart16550", "goldfish_rtc", "wdt_sun20i", "syscon",
		"ram_word",  "plic",         "aplic",      "cfi_flash",
	};
	struct CMUnitTest tests[ARRAY_SIZE(makers)];

	for (unsigned i = 0; i < ARRAY_SIZE(makers); i++)
		tests[i] = (struct CMUnitTest){ names[i], every_access, NULL, teardown,
						(void *)&makers[i] };
	return cmocka_run_group_tests_name("vdev_access", tests, NULL, NULL);
}
