/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of the machine's own flash, reached through this hart's window: the bound half of
 * hv/flash_host. Nothing here keeps a window open. Locking: the caller's, one lock a bank.
 */
#ifndef VCPU_FLASH_BANK_H
#define VCPU_FLASH_BANK_H

#include "hv/flash_host.h"
#include "hv/host_dt.h"

struct flash_bank {
	/* Constant after flash_bank_init. */
	hpa_t at;
	uint64_t size; /* bytes that are to be reached: the bank, or its beginning */
	struct flash_host host;

	/* The erasure under way: a sector of the host's at a time, up to the end. */
	struct flash_host_erasure erasure;
	uint64_t erase_end;
};

/* node: of the bank, in the host's tree. 0; -ENOMEM: no window; or as flash_host_probe. */
int flash_bank_init(struct flash_bank *bank, hpa_t at, uint64_t size, const struct host *host,
		    int node);

/* As flash_host_program. */
int flash_bank_program(const struct flash_bank *bank, uint64_t offset, const void *data,
		       size_t size);

/*
 * Whole sectors of the host's. FLASH_HOST_BUSY: it goes on, ask flash_bank_poll; 0; -EIO;
 * -EFAULT: no window. The rest as flash_host_erase_suspend and _resume.
 */
int flash_bank_erase(struct flash_bank *bank, uint64_t offset, uint64_t size);
int flash_bank_poll(struct flash_bank *bank);
int flash_bank_suspend(struct flash_bank *bank);
int flash_bank_resume(struct flash_bank *bank);

/* As flash_host_recover, by the last word of what is to be reached. */
int flash_bank_recover(const struct flash_bank *bank);

#endif
