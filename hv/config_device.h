/* SPDX-License-Identifier: Apache-2.0 */
/* The devices in a guest's file: what kinds there are, and reading one's node. Pure. */
#ifndef HV_CONFIG_DEVICE_H
#define HV_CONFIG_DEVICE_H

#include "hv/config_schema.h"

/* What a kind of emulated device is by default. */
struct config_kind {
	const char *name;       /* as reports and tools name it */
	const char *compatible; /* what files write, and the guest's device tree says */
	const char *also;       /* a second compatible that means the same, or NULL */
	uint64_t gpa;           /* where it is when the file does not say; CONFIG_ANY: must say */
	uint64_t size;          /* of its registers when the file does not say */
	uint64_t min_size;      /* that the model needs */
	uint32_t irq;           /* usual source number, where it is free; 0: it has none */
};

/* By enum config_device_kind. CONFIG_DEV_PASSTHROUGH's row has a name only. */
extern const struct config_kind config_kinds[CONFIG_DEV_PASSTHROUGH + 1];

/*
 * Reads the device at node into *device; cells are the guest's. Reports what is
 * wrong. Returns false when there is no such device to go on with.
 */
bool config_device_read(struct config_findings *findings, const struct config_guest *guest,
			int node, struct config_cells cells, struct config_device *device);

/* Makes *device one of the kind at its usual place, for a guest whose file does not name it. */
void config_device_imply(const struct config_guest *guest, enum config_device_kind kind,
			 struct config_device *device);

/* A kind's name as reports and tools write it, such as "uart". */
const char *config_kind_name(enum config_device_kind kind);

/* True when devices of the kind are interrupt controllers. */
bool config_device_is_irqchip(const struct config_device *device);

#endif
