/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes that hv/host_dt.c keeps of the host's tree, and the links between them. Pure. */
#ifndef HV_HOST_DT_LINKS_H
#define HV_HOST_DT_LINKS_H

#include "hv/dt_scan.h"
#include "hv/host.h"

#define MAX_CHIPS     12
#define MAX_CHIP_REGS HOST_IMSIC_SETS
#define MAX_UARTS     4

enum chip_kind { CHIP_PLIC, CHIP_APLIC, CHIP_IMSIC, CHIP_SSWI };

struct chip {
	enum chip_kind kind;
	int node;
	uint32_t phandle;
	struct range regs[MAX_CHIP_REGS];
	unsigned nr_regs;
	struct dt_prop parents; /* interrupts-extended */
	uint32_t msi_parent;
	uint32_t nr_sources; /* or identities of an IMSIC */
	uint32_t guest_bits, hart_bits, group_bits, group_shift;
};

struct uart_node {
	struct host_uart uart;
	uint32_t interrupt_parent;
	char path[DT_MAX_PATH];
};

/* Candidates for Bulkhead's console and interrupt controller. */
struct host_nodes {
	struct chip chips[MAX_CHIPS];
	unsigned nr_chips;
	struct uart_node uarts[MAX_UARTS];
	unsigned nr_uarts;
	const char *stdout_path; /* or NULL */
};

/*
 * Chooses the UART, the interrupt controller and an SSWI, and tells each hart its number there.
 * host has its harts and memory, sorted, and a sound tree. 0; or -EINVAL with *why.
 */
int host_dt_links_settle(struct host *host, const struct host_nodes *nodes, const char **why);

#endif
