/* SPDX-License-Identifier: Apache-2.0 */
/* What the prompt can do with guests: the table that main.c hands to hv/prompt. */
#ifndef VCPU_COMMANDS_H
#define VCPU_COMMANDS_H

#include "hv/prompt.h"
#include "stage2/vmid.h"
#include "vcpu/vm.h"

/* What the commands act on; constant after boot. */
struct commands_system {
	struct vm **vms; /* NULL where a guest could not be made */
	uint32_t nr_vms; /* as many as config has guests */
	const struct config *config;
	const struct host *host;
	struct page_alloc *pages;
	const struct vmid_pool *vmids;
	struct range image; /* host physical, as are the rest */
	struct range pool;
	struct range bundle;
};

extern const struct prompt_command commands_table[];
extern const size_t commands_count;

/* Once, before the prompt runs. system is kept. */
void commands_init(const struct commands_system *system);

/* Logs how each guest ended, in one line that the host tool reads. */
void commands_log_ends(void);

#endif
