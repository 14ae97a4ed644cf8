/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One bank of CFI parallel NOR flash with the Intel command set (JEDEC
 * JESD68.01, Intel StrataFlash): one 8-bit chip (width 1), one 16-bit chip
 * (width 2), or two 16-bit chips side by side (width 4). The bank powers on in
 * read-array mode, in which its owner may map the contents for the guest to
 * read with no exit; the model is asked only for writes then.
 */
#ifndef VDEV_CFI_FLASH_H
#define VDEV_CFI_FLASH_H

#include "vdev/cfi_query.h"
#include "vdev/vdev.h"

#define CFI_FLASH_BUFFER_MAX 8192 /* bytes of the bank's write buffer */
#define CFI_FLASH_BUSY       1

/*
 * All run with the bank's lock held; offset and size are in bytes, within the
 * bank. read, program and erase return 0 or a negative errno, which the guest
 * sees as a status error.
 * read: the contents. program: clears the bits that data has clear, sets none.
 * erase: offset and size are whole sectors; all bits become ones. It may also return
 * CFI_FLASH_BUSY and go on by itself: the guest goes on too, and sees a status that is
 * not ready. Meanwhile nothing is called but poll, which says how it stands as erase
 * does, BUSY a bounded time only; and suspend: 0: the contents can be read until
 * resume, which returns as erase does; BUSY: it goes on. These may be NULL where erase
 * never is BUSY.
 * array_mode: on: reads by the guest need no exit from now on. off: every
 * read must reach the model, on all vCPUs, before this returns. Only on change.
 */
struct cfi_flash_ops {
	int (*read)(void *ctx, uint64_t offset, void *data, size_t size);
	int (*program)(void *ctx, uint64_t offset, const void *data, size_t size);
	int (*erase)(void *ctx, uint64_t offset, size_t size);
	void (*array_mode)(void *ctx, bool on);
	int (*poll)(void *ctx);
	int (*suspend)(void *ctx);
	int (*resume)(void *ctx);
};

struct cfi_flash_config {
	const char *name;
	gpa_t base;
	uint64_t size;        /* bytes of the bank: a power of two, 2 to 65536 sectors */
	uint64_t sector_size; /* of the bank: a power of two, 256 bytes to 16 MiB - 1 a chip */
	unsigned width;       /* bytes: 1, 2 or 4 */
	unsigned buffer_size; /* of the bank's write buffer: a power of two; 0: 2 KiB a chip */
	bool read_only;       /* program and erase end in a status error */
	const struct cfi_flash_ops *ops;
	void *ctx;
};

enum cfi_flash_state {
	CFI_FLASH_ARRAY,
	CFI_FLASH_STATUS,
	CFI_FLASH_ID,
	CFI_FLASH_QUERY,
	CFI_FLASH_PROGRAM,        /* waits for the word */
	CFI_FLASH_ERASE,          /* waits for the confirmation */
	CFI_FLASH_LOCK,           /* waits for lock or unlock */
	CFI_FLASH_BUFFER_COUNT,   /* waits for the count */
	CFI_FLASH_BUFFER_DATA,    /* waits for words */
	CFI_FLASH_BUFFER_CONFIRM, /* waits for the confirmation */
};

/* What the chips do by themselves. */
enum cfi_flash_work {
	CFI_FLASH_IDLE,
	CFI_FLASH_ERASING, /* the state is CFI_FLASH_STATUS */
	CFI_FLASH_SUSPENDED,
};

struct cfi_flash {
	struct vdev dev; /* its lock guards all that isn't constant */

	/* Constant after init. */
	const struct cfi_flash_ops *ops;
	void *ctx;
	uint64_t sector_size;
	unsigned width, chip_width, buffer_size;
	bool read_only;
	uint8_t query[CFI_QUERY_BYTES]; /* one chip's CFI table, by word address */

	enum cfi_flash_state state;
	enum cfi_flash_work work;
	uint8_t status;  /* of each chip: they always do the same */
	bool array_mode; /* what the owner was told last */

	uint64_t sector; /* offset of the sector to erase */

	/* The buffered program under way. */
	uint64_t block;   /* offset of the aligned block that the buffer covers, once known */
	unsigned to_come; /* words after the next one */
	uint8_t *buffer;  /* buffer_size bytes in the caller's memory */

	uint8_t *locked; /* a bit a sector, in the caller's memory */
};

/* The bytes of memory that cfi_flash_init needs; 0 when the configuration can't be. */
size_t cfi_flash_bytes(const struct cfi_flash_config *config);

/*
 * A bank at power-on (read-array mode, all sectors unlocked; array_mode is not
 * called for it) in memory (cfi_flash_bytes of it). -EINVAL: a configuration
 * that can't be.
 */
int cfi_flash_init(struct cfi_flash *flash, const struct cfi_flash_config *config, void *memory);

#endif
