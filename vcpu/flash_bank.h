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
};

/* node: of the bank, in the host's tree. 0; -ENOMEM: no window; or as flash_host_probe. */
int flash_bank_init(struct flash_bank *bank, hpa_t at, uint64_t size, const struct host *host,
		    int node);

/* As flash_host_program and its fellows; offset and size of an erasure are whole sectors of the host's. */
int flash_bank_program(const struct flash_bank *bank, uint64_t offset, const void *data,
		       size_t size);
int flash_bank_erase(const struct flash_bank *bank, uint64_t offset, uint64_t size);
/* As flash_host_recover, by the last word of what is to be reached. */
int flash_bank_recover(const struct flash_bank *bank);

#endif
