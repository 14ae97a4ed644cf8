/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CFI flash model. A command is one to several write cycles; state says
 * which cycle is next, and what a read gives until then. An operation is done
 * whole in the write that confirms it, unless the contents' owner says that an
 * erasure goes on: then each cycle first asks how it stands, and a suspend is all
 * that is heard meanwhile. Either way a guest that is stopped between two writes
 * leaves every sector but the one it worked on as it was.
 *
 * Where chips differ, QEMU's bank is followed, because it is what firmware for
 * virtual machines is tested on: a wrong confirmation ends in read-array mode,
 * clearing the status does too and leaves the ready bit at 0 until the next
 * operation, only FF leaves the CFI query, and a write to the buffer outside of
 * its block is a program error. Unlike there, programming only clears bits,
 * nothing is erased before the confirmation, a buffer of a single word works,
 * a suspend is accepted, and locked sectors refuse.
 */
#include <errno.h>
#include <string.h>

#include "vdev/cfi_flash.h"

/* Commands: the low byte of what is written. */
#define CMD_PROGRAM_ALTERNATE 0x10
#define CMD_ERASE             0x20
#define CMD_PROGRAM           0x40
#define CMD_CLEAR_STATUS      0x50
#define CMD_LOCK_SETUP        0x60
#define CMD_READ_STATUS       0x70
#define CMD_READ_ID           0x90
#define CMD_QUERY             0x98
#define CMD_SUSPEND           0xb0
#define CMD_CONFIRM           0xd0 /* also: unlock, resume */
#define CMD_LOCK              0x01
#define CMD_BUFFER            0xe8
#define CMD_READ_ARRAY        0xff

#define STATUS_READY         BIT(7)
#define STATUS_SUSPENDED     BIT(6)
#define STATUS_ERASE_ERROR   BIT(5)
#define STATUS_PROGRAM_ERROR BIT(4)
#define STATUS_LOCKED        BIT(1)

#define NO_BLOCK UINT64_MAX

#define ID_MANUFACTURER 0x89
#define ID_DEVICE       0x18

static struct cfi_flash *flash_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct cfi_flash, dev);
}

static bool is_locked(const struct cfi_flash *flash, uint64_t offset)
{
	uint64_t sector = offset / flash->sector_size;

	return flash->locked[sector / 8] & BIT(sector % 8);
}

static void set_locked(struct cfi_flash *flash, uint64_t offset, bool locked)
{
	uint64_t sector = offset / flash->sector_size;
	uint8_t bit = (uint8_t)BIT(sector % 8);

	if (locked)
		flash->locked[sector / 8] |= bit;
	else
		flash->locked[sector / 8] &= (uint8_t)~bit;
}

/* An operation has ended, with error bits or without. */
static void finish(struct cfi_flash *flash, uint64_t errors)
{
	flash->status |= (uint8_t)(STATUS_READY | errors);
	flash->state = CFI_FLASH_STATUS;
}

/* The error bits of touching the sector at offset, before it is touched. */
static uint64_t refusal(const struct cfi_flash *flash, uint64_t offset, uint64_t error)
{
	if (flash->read_only)
		return error;
	return is_locked(flash, offset) ? error | STATUS_LOCKED : 0;
}

static uint64_t do_program(struct cfi_flash *flash, uint64_t offset, const void *data, size_t size)
{
	uint64_t errors = refusal(flash, offset, STATUS_PROGRAM_ERROR);

	if (errors)
		return errors;
	return flash->ops->program(flash->ctx, offset, data, size) ? STATUS_PROGRAM_ERROR : 0;
}

/* The erasure is done, goes on, or failed. */
static void erase_stands(struct cfi_flash *flash, int result)
{
	if (result == CFI_FLASH_BUSY) {
		flash->work = CFI_FLASH_ERASING;
		flash->status &= (uint8_t)~STATUS_READY;
		flash->state = CFI_FLASH_STATUS;
		return;
	}
	flash->work = CFI_FLASH_IDLE;
	finish(flash, result ? STATUS_ERASE_ERROR : 0);
}

/* The sector is the one that the command was written to, wherever its confirmation went. */
static void do_erase(struct cfi_flash *flash)
{
	const struct cfi_flash_ops *ops = flash->ops;
	uint64_t errors = refusal(flash, flash->sector, STATUS_ERASE_ERROR);

	if (errors)
		finish(flash, errors);
	else
		erase_stands(flash, ops->erase(flash->ctx, flash->sector, flash->sector_size));
}

/* The owner maps and unmaps the bank by this, so it comes after the deed. */
static void tell_mode(struct cfi_flash *flash)
{
	bool array = flash->state == CFI_FLASH_ARRAY;

	if (array == flash->array_mode)
		return;
	flash->array_mode = array;
	flash->ops->array_mode(flash->ctx, array);
}

static bool is_erasing(struct cfi_flash *flash)
{
	if (flash->work == CFI_FLASH_ERASING)
		erase_stands(flash, flash->ops->poll(flash->ctx));
	return flash->work == CFI_FLASH_ERASING;
}

static void suspend(struct cfi_flash *flash)
{
	int result = flash->ops->suspend(flash->ctx);

	if (result) {
		erase_stands(flash, result);
		return;
	}
	flash->work = CFI_FLASH_SUSPENDED;
	finish(flash, STATUS_SUSPENDED);
}

/* The contents can't be read from here on, so the owner is told before. */
static void resume(struct cfi_flash *flash)
{
	flash->status &= (uint8_t)~STATUS_SUSPENDED;
	erase_stands(flash, CFI_FLASH_BUSY);
	tell_mode(flash);
	erase_stands(flash, flash->ops->resume(flash->ctx));
}

/* Commands that can't be while an erasure is suspended. */
static bool is_change(unsigned command)
{
	return command == CMD_PROGRAM || command == CMD_PROGRAM_ALTERNATE || command == CMD_ERASE ||
	       command == CMD_LOCK_SETUP || command == CMD_BUFFER;
}

/* The first cycle of a command; one that isn't known reads the array. */
static void begin(struct cfi_flash *flash, uint64_t offset, unsigned command)
{
	bool suspended = flash->work == CFI_FLASH_SUSPENDED;

	if (suspended && is_change(command)) {
		finish(flash, STATUS_ERASE_ERROR | STATUS_PROGRAM_ERROR);
		return;
	}
	switch (command) {
	case CMD_PROGRAM:
	case CMD_PROGRAM_ALTERNATE:
		flash->state = CFI_FLASH_PROGRAM;
		break;
	case CMD_ERASE:
		flash->status |= (uint8_t)STATUS_READY;
		flash->sector = align_down(offset, flash->sector_size);
		flash->state = CFI_FLASH_ERASE;
		break;
	case CMD_LOCK_SETUP:
		flash->state = CFI_FLASH_LOCK;
		break;
	case CMD_READ_STATUS:
		flash->state = CFI_FLASH_STATUS;
		break;
	case CMD_READ_ID:
		flash->state = CFI_FLASH_ID;
		break;
	case CMD_QUERY:
		flash->state = CFI_FLASH_QUERY;
		break;
	case CMD_BUFFER:
		flash->status |= (uint8_t)STATUS_READY;
		flash->state = CFI_FLASH_BUFFER_COUNT;
		break;
	case CMD_SUSPEND:
	case CMD_CONFIRM: /* resume */
		if (suspended && command == CMD_CONFIRM)
			resume(flash);
		else
			finish(flash, 0);
		break;
	case CMD_CLEAR_STATUS:
		flash->status &= (uint8_t)STATUS_SUSPENDED;
		flash->state = CFI_FLASH_ARRAY;
		break;
	default:
		flash->state = CFI_FLASH_ARRAY;
		break;
	}
}

static void lock_cycle(struct cfi_flash *flash, uint64_t offset, unsigned command)
{
	if (command != CMD_LOCK && command != CMD_CONFIRM) {
		flash->state = CFI_FLASH_ARRAY;
		return;
	}
	set_locked(flash, offset, command == CMD_LOCK);
	finish(flash, 0);
}

static void erase_cycle(struct cfi_flash *flash, unsigned command)
{
	if (command == CMD_CONFIRM)
		do_erase(flash);
	else
		flash->state = CFI_FLASH_ARRAY;
}

/* The count is one less than the words to come, in each chip's half the same. */
static void count_cycle(struct cfi_flash *flash, uint64_t value)
{
	flash->block = NO_BLOCK;
	flash->to_come = (unsigned)(value & GENMASK(8 * flash->chip_width - 1, 0));
	memset(flash->buffer, 0xff, flash->buffer_size);
	flash->state = CFI_FLASH_BUFFER_DATA;
}

/* The first word tells the block; offset is aligned to size, so a word lies in one block whole. */
static void data_cycle(struct cfi_flash *flash, uint64_t offset, const uint8_t *data, unsigned size)
{
	flash->status |= (uint8_t)STATUS_READY;
	if (flash->block == NO_BLOCK)
		flash->block = align_down(offset, flash->buffer_size);
	if (align_down(offset, flash->buffer_size) == flash->block)
		memcpy(flash->buffer + (offset - flash->block), data, size);
	else
		flash->status |= (uint8_t)STATUS_PROGRAM_ERROR;
	if (flash->read_only)
		flash->status |= (uint8_t)STATUS_PROGRAM_ERROR;
	if (flash->to_come == 0)
		flash->state = CFI_FLASH_BUFFER_CONFIRM;
	else
		flash->to_come--;
}

/* An error in the status, this command's or an old one's, drops the buffer. */
static void confirm_cycle(struct cfi_flash *flash, unsigned command)
{
	if (command != CMD_CONFIRM || (flash->status & STATUS_PROGRAM_ERROR)) {
		flash->state = CFI_FLASH_ARRAY;
		return;
	}
	finish(flash, do_program(flash, flash->block, flash->buffer, flash->buffer_size));
}

static void write_cycle(struct cfi_flash *flash, uint64_t offset, unsigned size, uint64_t value)
{
	uint8_t data[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
			    (uint8_t)(value >> 24) };
	unsigned command = value & 0xff;

	if (is_erasing(flash)) {
		if (command == CMD_SUSPEND)
			suspend(flash);
		return;
	}
	switch (flash->state) {
	case CFI_FLASH_QUERY:
		if (command == CMD_READ_ARRAY)
			flash->state = CFI_FLASH_ARRAY;
		break;
	case CFI_FLASH_PROGRAM:
		finish(flash, do_program(flash, offset, data, size));
		break;
	case CFI_FLASH_ERASE:
		erase_cycle(flash, command);
		break;
	case CFI_FLASH_LOCK:
		lock_cycle(flash, offset, command);
		break;
	case CFI_FLASH_BUFFER_COUNT:
		count_cycle(flash, value);
		break;
	case CFI_FLASH_BUFFER_DATA:
		data_cycle(flash, offset, data, size);
		break;
	case CFI_FLASH_BUFFER_CONFIRM:
		confirm_cycle(flash, command);
		break;
	default:
		begin(flash, offset, command);
		break;
	}
	tell_mode(flash);
}

/* A chip's answer, as often as there are chips in size bytes, but once at least. */
static uint64_t replicate(const struct cfi_flash *flash, uint8_t answer, unsigned size)
{
	uint64_t value = answer;

	for (unsigned i = flash->chip_width; i + flash->chip_width <= size; i += flash->chip_width)
		value |= (uint64_t)answer << (8 * i);
	return value;
}

/* Word 2 of each sector tells whether it is locked. */
static uint8_t id_at(const struct cfi_flash *flash, uint64_t offset)
{
	switch (offset / flash->width & 0xff) {
	case 0:
		return ID_MANUFACTURER;
	case 1:
		return ID_DEVICE;
	case 2:
		return is_locked(flash, offset);
	default:
		return 0;
	}
}

static uint8_t query_at(const struct cfi_flash *flash, uint64_t offset)
{
	uint64_t word = offset / flash->width;

	return word < CFI_QUERY_BYTES ? flash->query[word] : 0;
}

static int read_array(struct cfi_flash *flash, uint64_t offset, unsigned size, uint64_t *value)
{
	uint8_t data[8] = { 0 };
	int error = flash->ops->read(flash->ctx, offset, data, size);

	*value = 0;
	for (unsigned i = 0; i < size; i++)
		*value |= (uint64_t)data[i] << (8 * i);
	return error;
}

/* What a read of up to 4 bytes gives that isn't the array's. */
static uint64_t read_answer(const struct cfi_flash *flash, uint64_t offset, unsigned size)
{
	uint64_t value = 0;

	if (flash->state != CFI_FLASH_ID && flash->state != CFI_FLASH_QUERY)
		return replicate(flash, flash->status, size);
	for (unsigned i = 0; i < size; i += flash->width) {
		uint8_t answer = flash->state == CFI_FLASH_ID ? id_at(flash, offset + i)
							      : query_at(flash, offset + i);

		value |= replicate(flash, answer, MIN(size, flash->width)) << (8 * i);
	}
	return value;
}

static int flash_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct cfi_flash *flash = flash_of(dev);

	is_erasing(flash);
	if (flash->state == CFI_FLASH_ARRAY)
		return read_array(flash, offset, size, value);
	if (!is_aligned(offset, size))
		return -EINVAL;
	*value = read_answer(flash, offset, MIN(size, 4));
	if (size == 8)
		*value |= read_answer(flash, offset + 4, 4) << 32;
	return 0;
}

/* The bank is 32 bits wide at most: a doubleword is two cycles. */
static int flash_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct cfi_flash *flash = flash_of(dev);

	if (!is_aligned(offset, size))
		return -EINVAL;
	write_cycle(flash, offset, MIN(size, 4), value & GENMASK(31, 0));
	if (size == 8)
		write_cycle(flash, offset + 4, 4, value >> 32);
	return 0;
}

static uint64_t sector_count(const struct cfi_flash_config *config)
{
	return config->size / config->sector_size;
}

/*
 * Power-on: the contents stay, locks and a command under way don't. But chips at work have
 * no reset that would not leave a sector half erased, so their work is waited for.
 */
static void flash_reset(struct vdev *dev)
{
	struct cfi_flash *flash = flash_of(dev);

	if (flash->work == CFI_FLASH_SUSPENDED)
		resume(flash);
	while (is_erasing(flash))
		;
	flash->state = CFI_FLASH_ARRAY;
	flash->status = (uint8_t)STATUS_READY;
	memset(flash->locked, 0, (dev->size / flash->sector_size + 7) / 8);
	tell_mode(flash);
}

static const struct vdev_ops flash_ops = {
	.read = flash_read,
	.write = flash_write,
	.reset = flash_reset,
};

static unsigned chip_width(const struct cfi_flash_config *config)
{
	return MIN(config->width, 2);
}

static unsigned chips(const struct cfi_flash_config *config)
{
	return config->width / chip_width(config);
}

static unsigned buffer_size(const struct cfi_flash_config *config)
{
	return config->buffer_size ? config->buffer_size : (unsigned)KiB(2) * chips(config);
}

static bool is_power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

static bool is_sound(const struct cfi_flash_config *config)
{
	if (config->width != 1 && config->width != 2 && config->width != 4)
		return false;
	if (!is_power_of_two(config->size) || !is_power_of_two(config->sector_size) ||
	    !is_power_of_two(buffer_size(config)))
		return false;
	if (config->sector_size < 256 * chips(config) ||
	    config->sector_size / chips(config) >= MiB(16))
		return false;
	/* A cycle's data lies in one block whole, and a cycle has up to 4 bytes at any width. */
	if (buffer_size(config) > MIN(config->sector_size, CFI_FLASH_BUFFER_MAX) ||
	    buffer_size(config) < 4)
		return false;
	return sector_count(config) >= 2 && sector_count(config) <= 65536;
}

size_t cfi_flash_bytes(const struct cfi_flash_config *config)
{
	if (!is_sound(config))
		return 0;
	return buffer_size(config) + (sector_count(config) + 7) / 8;
}

int cfi_flash_init(struct cfi_flash *flash, const struct cfi_flash_config *config, void *memory)
{
	if (!is_sound(config))
		return -EINVAL;
	*flash = (struct cfi_flash){
		.ops = config->ops,
		.ctx = config->ctx,
		.sector_size = config->sector_size,
		.width = config->width,
		.chip_width = chip_width(config),
		.buffer_size = buffer_size(config),
		.read_only = config->read_only,
		.array_mode = true,
		.buffer = memory,
		.locked = (uint8_t *)memory + buffer_size(config),
	};
	cfi_query_fill(flash->query, config->size / chips(config),
		       buffer_size(config) / chips(config), config->sector_size / chips(config));
	vdev_init(&flash->dev, &flash_ops, config->name, config->base, config->size);
	flash_reset(&flash->dev);
	return 0;
}
