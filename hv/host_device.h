/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One device of the host, by its path: what passing it through to a guest needs
 * to know. Scans the host's tree at each call: for set-up, not for run time. Pure.
 */
#ifndef HV_HOST_DEVICE_H
#define HV_HOST_DEVICE_H

#include "hv/dt_scan.h"
#include "hv/host.h"
#include "hv/irq.h"

#define HOST_DEVICE_REGS 4
#define HOST_DEVICE_IRQS 8

struct host_device_irq {
	uint32_t source; /* at host.irqchip */
	enum irq_trigger trigger;
};

struct host_device {
	int node;
	struct range regs[HOST_DEVICE_REGS];
	unsigned nr_regs;
	struct host_device_irq irqs[HOST_DEVICE_IRQS];
	unsigned nr_irqs;
	bool foreign_irq;   /* some interrupt goes to a controller that is not host.irqchip */
	bool disabled;      /* by its status or that of a node above it */
	bool translated;    /* all its registers have a host address */
	bool may_do_dma;    /* true unless its kind is known to do none */
	const char *system; /* why only Bulkhead can have it ("the console's UART"), or NULL */
};

/*
 * Looks up the device at path (absolute). Returns 0, or -ENOENT when the host has
 * no such node; then nearest, DT_MAX_PATH bytes, gets the most similar path of a
 * device, or "".
 */
int host_device_find(const struct host *host, const char *path, struct host_device *device,
		     char *nearest);

/*
 * True when the boot arguments have the word: "channels" gives the PCI bridge's serial ports to
 * guests (hv/channels.h), "stats" has the counters printed when the last guest has stopped.
 */
bool host_device_boot_word(const struct host *host, const char *word);

/* A node whose registers lie in a range, other than the one at except; path is its full path. */
typedef void (*host_device_fn)(void *context, const char *path, int node, struct range reg);

/* Calls each for every register range of another enabled device that overlaps range. */
void host_device_overlaps(const struct host *host, struct range range, int except,
			  host_device_fn each, void *context);

#endif
