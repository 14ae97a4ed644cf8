/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's flash (contract in flash_host.h). A command goes to all chips of the
 * bank at once, and all must be ready before the next. A sector may be locked since
 * power-on, so each operation unlocks it first; chips without locks ignore that.
 */
#include "hv/flash_host.h"

#include <errno.h>

#include "hv/bits.h"

#define CMD_ERASE        0x20
#define CMD_PROGRAM      0x40
#define CMD_CLEAR_STATUS 0x50
#define CMD_LOCK_SETUP   0x60
#define CMD_QUERY        0x98
#define CMD_SUSPEND      0xb0
#define CMD_CONFIRM      0xd0 /* also: resume */
#define CMD_READ_ARRAY   0xff

#define STATUS_READY     BIT(7)
#define STATUS_SUSPENDED BIT(6)
#define STATUS_ERRORS    (BIT(5) | BIT(4) | BIT(3) | BIT(1))

/* The CFI table, by a chip's word address. */
#define QUERY_ADDRESS     0x55
#define CFI_QRY           0x10
#define CFI_COMMAND_SET   0x13
#define CFI_WORD_TYPICAL  0x1f /* log2 of microseconds */
#define CFI_ERASE_TYPICAL 0x21 /* log2 of milliseconds */
#define CFI_WORD_FACTOR   0x23 /* log2 of the longest over the typical */
#define CFI_ERASE_FACTOR  0x25
#define CFI_SIZE          0x27 /* log2 of bytes */
#define CFI_REGIONS       0x2c
#define CFI_SECTOR_COUNT  0x2d /* two bytes, one less */
#define CFI_SECTOR_SIZE   0x2f /* two bytes, of 256 bytes */

#define INTEL_EXTENDED 1
#define INTEL_STANDARD 3

#define RECOVER_TRIES 65540 /* cycles of the longest command: a count, so many words, and a few */
#define LOG2_TIME_MAX 20    /* of a nonsensical table's times */
#define UNLOCK_US     1000
#define SUSPEND_US    1000

static unsigned chips(unsigned width)
{
	return width / MIN(width, 2u);
}

/* One byte to every chip. */
static uint32_t to_all(unsigned width, uint32_t byte)
{
	return chips(width) == 2 ? byte << 16 | byte : byte;
}

static void command(const struct flash_host *flash, void *ctx, uint64_t offset, uint32_t byte)
{
	flash->ops->write(ctx, offset, to_all(flash->width, byte));
}

static uint8_t query(const struct flash_host *flash, void *ctx, unsigned word)
{
	return (uint8_t)flash->ops->read(ctx, (uint64_t)word * flash->width);
}

static uint64_t query_pair(const struct flash_host *flash, void *ctx, unsigned word)
{
	return query(flash, ctx, word) | (uint64_t)query(flash, ctx, word + 1) << 8;
}

static uint64_t query_time(const struct flash_host *flash, void *ctx, unsigned typical,
			   unsigned factor)
{
	unsigned log2 = query(flash, ctx, typical) + query(flash, ctx, factor);

	return BIT(MIN(log2, LOG2_TIME_MAX));
}

static int read_table(struct flash_host *flash, void *ctx)
{
	uint64_t set, log2 = query(flash, ctx, CFI_SIZE);

	if (query(flash, ctx, CFI_QRY) != 'Q' || query(flash, ctx, CFI_QRY + 1) != 'R' ||
	    query(flash, ctx, CFI_QRY + 2) != 'Y')
		return -ENODEV;
	set = query_pair(flash, ctx, CFI_COMMAND_SET);
	if ((set != INTEL_EXTENDED && set != INTEL_STANDARD) || query(flash, ctx, CFI_REGIONS) != 1)
		return -ENOTSUP;
	flash->sector_size = query_pair(flash, ctx, CFI_SECTOR_SIZE) * 256 * chips(flash->width);
	flash->size = (query_pair(flash, ctx, CFI_SECTOR_COUNT) + 1) * flash->sector_size;
	if (log2 > 40 || flash->size != BIT(log2) * chips(flash->width) || !flash->size)
		return -ENOTSUP;
	flash->program_us = query_time(flash, ctx, CFI_WORD_TYPICAL, CFI_WORD_FACTOR);
	flash->erase_us = query_time(flash, ctx, CFI_ERASE_TYPICAL, CFI_ERASE_FACTOR) * 1000;
	return 0;
}

int flash_host_probe(struct flash_host *flash, const struct flash_host_ops *ops, void *ctx,
		     unsigned width)
{
	int error;

	if (width != 1 && width != 2 && width != 4)
		return -ENOTSUP;
	*flash = (struct flash_host){ .ops = ops, .width = width };
	command(flash, ctx, 0, CMD_READ_ARRAY);
	command(flash, ctx, (uint64_t)QUERY_ADDRESS * width, CMD_QUERY);
	error = read_table(flash, ctx);
	command(flash, ctx, 0, CMD_READ_ARRAY);
	return error;
}

/* FLASH_HOST_BUSY until every chip is ready; then 0, or -EIO: an error bit, or it took too long. */
static int ready_by(const struct flash_host *flash, void *ctx, uint64_t offset, uint64_t deadline)
{
	uint32_t ready = to_all(flash->width, STATUS_READY);
	uint32_t errors = to_all(flash->width, STATUS_ERRORS);
	/* The clock first: a chip that got ready meanwhile is not late. */
	bool late = flash->ops->is_past(ctx, deadline);
	uint32_t status = flash->ops->read(ctx, offset);

	if ((status & ready) != ready)
		return late ? -EIO : FLASH_HOST_BUSY;
	return status & errors ? -EIO : 0;
}

static int wait_ready(const struct flash_host *flash, void *ctx, uint64_t offset, uint64_t limit_us)
{
	uint64_t deadline = flash->ops->deadline(ctx, limit_us);
	int result;

	do {
		result = ready_by(flash, ctx, offset, deadline);
	} while (result == FLASH_HOST_BUSY);
	return result;
}

static void begin(const struct flash_host *flash, void *ctx, uint64_t offset)
{
	command(flash, ctx, offset, CMD_CLEAR_STATUS);
	command(flash, ctx, offset, CMD_LOCK_SETUP);
	command(flash, ctx, offset, CMD_CONFIRM);
	wait_ready(flash, ctx, offset, UNLOCK_US);
}

static void end(const struct flash_host *flash, void *ctx, uint64_t offset)
{
	command(flash, ctx, offset, CMD_CLEAR_STATUS);
	command(flash, ctx, offset, CMD_READ_ARRAY);
}

static int program_word(const struct flash_host *flash, void *ctx, uint64_t offset, uint32_t word)
{
	uint32_t old = flash->ops->read(ctx, offset);
	int error;

	if ((old & word) == old)
		return 0;
	begin(flash, ctx, offset);
	command(flash, ctx, offset, CMD_PROGRAM);
	flash->ops->write(ctx, offset, old & word);
	error = wait_ready(flash, ctx, offset, flash->program_us);
	end(flash, ctx, offset);
	return error;
}

/* The bank's word at offset as data wants it, ones where data has nothing to say. */
static uint32_t word_of(const struct flash_host *flash, uint64_t offset, uint64_t first,
			const uint8_t *data, size_t size)
{
	uint32_t word = 0;
	unsigned i;

	for (i = 0; i < flash->width; i++) {
		uint64_t at = offset + i;
		bool given = at >= first && at - first < size;

		word |= (uint32_t)(given ? data[at - first] : 0xff) << (8 * i);
	}
	return word;
}

int flash_host_program(const struct flash_host *flash, void *ctx, uint64_t offset, const void *data,
		       size_t size)
{
	uint64_t at;
	int error = 0;

	for (at = align_down(offset, flash->width); !error && at < offset + size;
	     at += flash->width)
		error = program_word(flash, ctx, at, word_of(flash, at, offset, data, size));
	return error;
}

void flash_host_erase_begin(const struct flash_host *flash, void *ctx, uint64_t offset,
			    struct flash_host_erasure *erasure)
{
	begin(flash, ctx, offset);
	command(flash, ctx, offset, CMD_ERASE);
	command(flash, ctx, offset, CMD_CONFIRM);
	erasure->offset = offset;
	erasure->deadline = flash->ops->deadline(ctx, flash->erase_us);
}

int flash_host_erase_poll(const struct flash_host *flash, void *ctx,
			  const struct flash_host_erasure *erasure)
{
	int result = ready_by(flash, ctx, erasure->offset, erasure->deadline);

	if (result != FLASH_HOST_BUSY)
		end(flash, ctx, erasure->offset);
	return result;
}

/* Of two chips one may be done: then the other goes on, for the bank is read as a whole only. */
int flash_host_erase_suspend(const struct flash_host *flash, void *ctx,
			     const struct flash_host_erasure *erasure)
{
	uint32_t suspended = to_all(flash->width, STATUS_READY | STATUS_SUSPENDED);

	command(flash, ctx, erasure->offset, CMD_SUSPEND);
	wait_ready(flash, ctx, erasure->offset, SUSPEND_US);
	if ((flash->ops->read(ctx, erasure->offset) & suspended) != suspended) {
		command(flash, ctx, erasure->offset, CMD_CONFIRM);
		return FLASH_HOST_BUSY;
	}
	command(flash, ctx, erasure->offset, CMD_READ_ARRAY);
	return 0;
}

void flash_host_erase_resume(const struct flash_host *flash, void *ctx,
			     struct flash_host_erasure *erasure)
{
	command(flash, ctx, erasure->offset, CMD_CONFIRM);
	erasure->deadline = flash->ops->deadline(ctx, flash->erase_us);
}

static bool answers_query(const struct flash_host *flash, void *ctx)
{
	command(flash, ctx, (uint64_t)QUERY_ADDRESS * flash->width, CMD_QUERY);
	return query(flash, ctx, CFI_QRY) == 'Q' && query(flash, ctx, CFI_QRY + 1) == 'R' &&
	       query(flash, ctx, CFI_QRY + 2) == 'Y';
}

/*
 * A word of ones is harmless at every cycle: as data it programs nothing, as a confirmation it
 * is a wrong one, and as a command it reads the array. The query tells that it was a command.
 * Before that the query too may be data of a buffer, which is never confirmed.
 */
int flash_host_recover(const struct flash_host *flash, void *ctx, uint64_t offset)
{
	uint64_t deadline = flash->ops->deadline(ctx, flash->erase_us);
	uint32_t tries = 0;
	bool late, back;

	do {
		late = flash->ops->is_past(ctx, deadline) && tries > RECOVER_TRIES;
		flash->ops->write(ctx, offset, UINT32_MAX >> (32 - 8 * flash->width));
		back = answers_query(flash, ctx);
		tries++;
	} while (!back && !late);
	command(flash, ctx, 0, CMD_READ_ARRAY); /* some chips leave the query by nothing else */
	end(flash, ctx, 0);
	return back ? 0 : -EIO;
}
