// SPDX-License-Identifier: Apache-2.0
// sources: vdev/cfi_flash.c vdev/cfi_query.c
/*
 * The flash model against a reference that keeps the contents byte by byte
 * and a buffered program as the list of its writes. The first byte of the
 * input picks the bank's width, how many cycles an erasure takes and whether it
 * can be suspended; then six bytes an access.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/operations.h"
#include "vdev/cfi_flash.h"

#define BANK   16384
#define SECTOR 2048
#define WRITES 64

static uint8_t storage[BANK];
static bool mapped, suspendable, suspended;
static unsigned delay, left; /* cycles that an erasure takes, and that this one still does */
static uint64_t erased_at;

enum reference_state { ARRAY, STATUS, ID, QUERY, PROGRAM, ERASE, LOCK, COUNT, DATA, CONFIRM };

static struct {
	uint8_t bytes[BANK];
	bool locked[BANK / SECTOR];
	enum reference_state state;
	unsigned status, left, width, sector, erasing, buffer, writes;
	unsigned busy; /* cycles until the erasure is done */
	bool suspended, overflowed;
	struct {
		unsigned offset;
		uint8_t byte;
	} write[WRITES];
} ref;

static void check(bool sound)
{
	if (!sound)
		abort();
}

static int storage_read(void *ctx, uint64_t offset, void *data, size_t size)
{
	(void)ctx;
	check(offset + size <= BANK);
	memcpy(data, storage + offset, size);
	return 0;
}

static int storage_program(void *ctx, uint64_t offset, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	(void)ctx;
	check(offset + size <= BANK && !mapped && !left);
	check(offset / SECTOR == (offset + size - 1) / SECTOR);
	for (size_t i = 0; i < size; i++)
		storage[offset + i] &= bytes[i];
	return 0;
}

static int storage_poll(void *ctx)
{
	(void)ctx;
	check(left && !suspended && !mapped);
	if (--left)
		return CFI_FLASH_BUSY;
	memset(storage + erased_at, 0xff, SECTOR);
	return 0;
}

static int storage_erase(void *ctx, uint64_t offset, size_t size)
{
	(void)ctx;
	check(offset % SECTOR == 0 && size == SECTOR && offset < BANK && !mapped && !left);
	erased_at = offset;
	left = delay + 1;
	return storage_poll(ctx);
}

static int storage_suspend(void *ctx)
{
	(void)ctx;
	check(left && !suspended && !mapped);
	suspended = suspendable;
	return suspendable ? 0 : CFI_FLASH_BUSY;
}

static int storage_resume(void *ctx)
{
	(void)ctx;
	check(left && suspended && !mapped);
	suspended = false;
	return CFI_FLASH_BUSY;
}

static void on_array_mode(void *ctx, bool on)
{
	(void)ctx;
	check(on != mapped);
	mapped = on;
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

static void ref_first(unsigned offset, unsigned command)
{
	static const enum reference_state next[256] = {
		[0x10] = PROGRAM, [0x40] = PROGRAM, [0x20] = ERASE, [0x60] = LOCK,
		[0x70] = STATUS,  [0x90] = ID,      [0x98] = QUERY, [0xb0] = STATUS,
		[0xd0] = STATUS,  [0xe8] = COUNT,
	};

	if (ref.suspended && (next[command] >= PROGRAM && next[command] <= COUNT)) {
		ref.status |= 0xb0;
		ref.state = STATUS;
		return;
	}
	ref.state = next[command];
	if (ref.suspended && command == 0xd0) {
		ref.suspended = false;
		ref.status &= 0x3f;
		return;
	}
	if (command == 0x50)
		ref.status &= 0x40;
	if (command == 0x20 || command == 0xe8 || command == 0xb0 || command == 0xd0)
		ref.status |= 0x80;
	ref.sector = offset / SECTOR;
}

static void ref_done(unsigned errors)
{
	ref.status |= 0x80 | errors;
	ref.state = STATUS;
}

static void ref_program(unsigned offset, unsigned size, uint32_t value)
{
	if (ref.locked[offset / SECTOR]) {
		ref_done(0x12);
		return;
	}
	for (unsigned i = 0; i < size; i++)
		ref.bytes[offset + i] &= value >> (8 * i) & 0xff;
	ref_done(0);
}

/* A cycle of an erasure. */
static void ref_time(void)
{
	if (!ref.busy || ref.suspended || --ref.busy)
		return;
	memset(ref.bytes + ref.erasing * SECTOR, 0xff, SECTOR);
	ref_done(0);
}

static void ref_erase(unsigned command)
{
	ref.state = ARRAY;
	if (command != 0xd0)
		return;
	if (ref.locked[ref.sector]) {
		ref_done(0x22);
		return;
	}
	ref.erasing = ref.sector;
	ref.busy = delay + 1;
	ref.status &= 0x7f;
	ref.state = STATUS;
	ref_time();
}

/* A later write to the same byte of the buffer counts alone. */
static void ref_note(unsigned offset, uint8_t byte)
{
	for (unsigned i = 0; i < ref.writes; i++) {
		if (ref.write[i].offset == offset) {
			ref.write[i].byte = byte;
			return;
		}
	}
	if (ref.writes == WRITES) {
		ref.overflowed = true;
		return;
	}
	ref.write[ref.writes].offset = offset;
	ref.write[ref.writes++].byte = byte;
}

static void ref_data(unsigned offset, unsigned size, uint32_t value)
{
	ref.status |= 0x80;
	if (ref.writes && ref.write[0].offset / ref.buffer != offset / ref.buffer) {
		ref.status |= 0x10;
	} else {
		for (unsigned i = 0; i < size; i++)
			ref_note(offset + i, value >> (8 * i) & 0xff);
	}
	if (ref.left-- == 0)
		ref.state = CONFIRM;
}

static void ref_confirm(unsigned command)
{
	unsigned errors = ref.writes && ref.locked[ref.write[0].offset / SECTOR] ? 0x12 : 0;

	ref.state = ARRAY;
	if (command != 0xd0 || (ref.status & 0x10))
		return;
	for (unsigned i = 0; i < ref.writes && !errors; i++)
		ref.bytes[ref.write[i].offset] &= ref.write[i].byte;
	ref_done(errors);
}

static void ref_lock(unsigned offset, unsigned command)
{
	ref.state = ARRAY;
	if (command != 0x01 && command != 0xd0)
		return;
	ref.locked[offset / SECTOR] = command == 0x01;
	ref_done(0);
}

static void ref_write(unsigned offset, unsigned size, uint32_t value)
{
	unsigned command = value & 0xff;

	ref_time();
	if (ref.busy && !ref.suspended) {
		ref.suspended = command == 0xb0 && suspendable;
		ref.status |= ref.suspended ? 0xc0 : 0;
		return;
	}
	switch (ref.state) {
	case ARRAY:
	case STATUS:
	case ID:
		ref_first(offset, command);
		break;
	case QUERY:
		ref.state = command == 0xff ? ARRAY : QUERY;
		break;
	case PROGRAM:
		ref_program(offset, size, value);
		break;
	case ERASE:
		ref_erase(command);
		break;
	case LOCK:
		ref_lock(offset, command);
		break;
	case COUNT:
		ref.left = ref.width == 1 ? command : value & 0xffff;
		ref.writes = 0;
		ref.state = DATA;
		break;
	case DATA:
		ref_data(offset, size, value);
		break;
	case CONFIRM:
		ref_confirm(command);
		break;
	}
}

static unsigned ref_answer(const struct cfi_flash *flash, unsigned offset)
{
	unsigned word = offset / ref.width;

	if (ref.state == QUERY)
		return word < CFI_QUERY_BYTES ? flash->query[word] : 0;
	if (ref.state != ID)
		return ref.status;
	switch (word % 256) {
	case 0:
		return 0x89;
	case 1:
		return 0x18;
	case 2:
		return ref.locked[offset / SECTOR];
	default:
		return 0;
	}
}

/* Byte i of a read: each chip's low byte answers, its high byte is zero. */
static uint64_t ref_read(const struct cfi_flash *flash, unsigned offset, unsigned size)
{
	unsigned chip = ref.width == 1 ? 1 : 2;
	uint64_t value = 0;

	for (unsigned i = 0; i < size; i++) {
		uint64_t byte = 0;

		if (ref.state == ARRAY)
			byte = ref.bytes[offset + i];
		else if (i % chip == 0)
			byte = ref_answer(flash, align_down(offset, MIN(size, ref.width)) + i);
		value |= byte << (8 * i);
	}
	return value;
}

/* Most accesses should mean something, so commands come from a table. */
static uint32_t value_of(const uint8_t *in)
{
	static const uint8_t commands[] = { 0x10, 0x20, 0x40, 0x50, 0x60, 0x70, 0x90, 0x98,
					    0xb0, 0xd0, 0xe8, 0xff, 0x01, 0x00, 0x2f, 0xf0 };

	switch (in[0] / 64) {
	case 0:
	case 1:
		return commands[in[3] % 16] * UINT32_C(0x10001);
	case 2:
		return in[3] % 4 * UINT32_C(0x10001);
	default:
		return (uint32_t)in[2] | (uint32_t)in[3] << 8 | (uint32_t)in[4] << 16 |
		       (uint32_t)in[5] << 24;
	}
}

static void step(struct cfi_flash *flash, const uint8_t *in)
{
	unsigned size = 1u << in[0] % 4;
	unsigned offset = (in[1] | (unsigned)in[2] << 8) % BANK & ~(size - 1);
	uint64_t value = value_of(in), got;

	if (in[0] & 4) {
		value |= size == 8 ? value << 32 : 0;
		value &= ~UINT64_C(0) >> (64 - 8 * size);
		check(!flash->dev.ops->write(&flash->dev, offset, size, value));
		ref_write(offset, MIN(size, 4), (uint32_t)value);
		if (size == 8)
			ref_write(offset + 4, 4, (uint32_t)(value >> 32));
	} else {
		ref_time();
		check(!flash->dev.ops->read(&flash->dev, offset, size, &got));
		check(got == ref_read(flash, offset, size));
	}
	check(mapped == (ref.state == ARRAY));
	operations_count();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned widths[] = { 1, 2, 4 };
	struct cfi_flash_config config = { .name = "flash",
					   .size = BANK,
					   .sector_size = SECTOR,
					   .buffer_size = 256,
					   .ops = &ops };
	struct cfi_flash flash;
	void *memory;

	if (size < 1)
		return 0;
	config.width = widths[data[0] % 3];
	delay = data[0] / 3 % 4;
	suspendable = data[0] / 12 % 2;
	suspended = false;
	left = 0;
	memory = malloc(cfi_flash_bytes(&config));
	memset(storage, 0, sizeof(storage));
	memset(&ref, 0, sizeof(ref));
	ref.width = config.width;
	ref.buffer = config.buffer_size;
	ref.status = 0x80;
	mapped = true;
	check(!cfi_flash_init(&flash, &config, memory));
	for (data++, size--; size >= 6 && !ref.overflowed; size -= 6, data += 6)
		step(&flash, data);
	if (!ref.overflowed) {
		flash.dev.ops->reset(&flash.dev);
		while (ref.busy) {
			ref.suspended = false;
			ref_time();
		}
		check(mapped && !left);
	}
	check(ref.overflowed || !memcmp(storage, ref.bytes, BANK));
	free(memory);
	return 0;
}
