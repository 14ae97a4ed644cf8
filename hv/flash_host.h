/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver of the machine's own CFI parallel NOR flash with the Intel command set
 * (JEDEC JESD68.01, command sets 1 and 3; sectors of one size): one 8-bit chip, one
 * 16-bit chip, or two of those side by side. Between calls the bank reads its array.
 * Every wait is bounded by what the chip says of itself. Pure: the bank and the clock
 * are reached through struct flash_host_ops. Locking: the caller's, one lock a bank.
 */
#ifndef HV_FLASH_HOST_H
#define HV_FLASH_HOST_H

#include "hv/types.h"

struct flash_host_ops {
	/* One bus cycle of the bank's width, to which offset, bytes from its start, is aligned. */
	uint32_t (*read)(void *ctx, uint64_t offset);
	void (*write)(void *ctx, uint64_t offset, uint32_t value);
	uint64_t (*deadline)(void *ctx, uint64_t microseconds); /* from now; in units of its own */
	bool (*is_past)(void *ctx, uint64_t deadline);
};

struct flash_host {
	/* Constant after flash_host_probe. */
	const struct flash_host_ops *ops;
	unsigned width;       /* bytes of the bank's bus */
	uint64_t size;        /* bytes of the bank */
	uint64_t sector_size; /* bytes of the bank */
	uint64_t program_us;  /* longest time for a word */
	uint64_t erase_us;    /* longest time for a sector */
};

/*
 * Asks the bank at ctx what it is. width: 1, 2 or 4. 0; -ENODEV: no CFI flash answers;
 * -ENOTSUP: not this command set, or sectors of several sizes.
 */
int flash_host_probe(struct flash_host *flash, const struct flash_host_ops *ops, void *ctx,
		     unsigned width);

/*
 * Clears the bits that data has clear, in size bytes from offset on; words that would not
 * change are left alone. 0; -EIO: the chip failed, is protected, or took too long. After an
 * error a part may have been programmed.
 */
int flash_host_program(const struct flash_host *flash, void *ctx, uint64_t offset, const void *data,
		       size_t size);

#define FLASH_HOST_BUSY 1

/* A sector that is being erased, or whose erasure is suspended. */
struct flash_host_erasure {
	uint64_t offset;
	uint64_t deadline;
};

/*
 * Begins to set all bits of the sector at offset, a multiple of sector_size. Until
 * flash_host_erase_poll has returned something else than FLASH_HOST_BUSY, which it does no
 * longer than the chip needs at most, the bank is not to be used but by these functions.
 */
void flash_host_erase_begin(const struct flash_host *flash, void *ctx, uint64_t offset,
			    struct flash_host_erasure *erasure);

/* FLASH_HOST_BUSY; 0: it is done; -EIO as above. After the last two the bank reads its array. */
int flash_host_erase_poll(const struct flash_host *flash, void *ctx,
			  const struct flash_host_erasure *erasure);

/*
 * 0: the bank reads its array, but for that sector, until flash_host_erase_resume;
 * FLASH_HOST_BUSY: it could not be suspended, or is done: poll tells.
 */
int flash_host_erase_suspend(const struct flash_host *flash, void *ctx,
			     const struct flash_host_erasure *erasure);
void flash_host_erase_resume(const struct flash_host *flash, void *ctx,
			     struct flash_host_erasure *erasure);

/*
 * Brings the bank back to its array from wherever others left it: at any cycle of a command,
 * or at work. Nothing in it changes but what that work does; yet an emulated chip that sets
 * bits by programming may set the word at offset, which better has none to set: the last one.
 * 0; -EIO: it does not come back.
 */
int flash_host_recover(const struct flash_host *flash, void *ctx, uint64_t offset);

#endif
