/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of config_plan(): each takes what those before it settled. For hv/config_*.c only. */
#ifndef HV_CONFIG_PLANNING_H
#define HV_CONFIG_PLANNING_H

#include "hv/config_device.h"
#include "hv/frame_pool.h"

struct config_planning {
	struct config_findings findings;
	struct config *config;
	const struct host *host;
	const struct range *taken; /* host memory of Bulkhead itself */
	unsigned nr_taken;
	struct frame_pool pool;         /* host memory that is left */
	uint32_t owner[HOST_MAX_HARTS]; /* of each host hart: guest's index, or CONFIG_WHOLE */
};

/* config_passthrough.c: finds each device's node in the host's tree, and its addresses. */
void config_passthrough_resolve(struct config_planning *plan, struct config_guest *guest);

/* The same: reports what two guests, or a guest and Bulkhead, would both have. */
void config_passthrough_conflicts(struct config_planning *plan);

/* config_irqs.c: gives the guest the interrupt controllers that its file implies. */
void config_irqs_imply(struct config_planning *plan, struct config_guest *guest);

/* The same: gives each interrupt of the guest its source number. */
void config_irqs_number(struct config_planning *plan, struct config_guest *guest);

/* config_check.c: what overlaps or lies outside in the guest's own address space. */
void config_check_guest(struct config_planning *plan, const struct config_guest *guest);

/* config_memory.c: gives host memory to every guest. */
void config_memory_plan(struct config_planning *plan);

/* The guest's addresses that a region takes: whole pages when it is mapped. */
struct range config_region_range(const struct config_device *device,
				 const struct config_region *region);

#endif
