/* SPDX-License-Identifier: Apache-2.0 */
/* Holds a configuration against the machine. See hv/config.h. Pure. */
#ifndef HV_CONFIG_PLAN_H
#define HV_CONFIG_PLAN_H

#include "hv/arena.h"
#include "hv/config.h"

/*
 * Holds the configuration against the machine: gives harts, host memory, devices'
 * host addresses and interrupt numbers, chooses the housekeeping hart. taken
 * lists the host memory that Bulkhead itself uses. Returns the number of errors
 * reported, or -ENOMEM.
 */
int config_plan(struct config *config, const struct host *host, const struct range *taken,
		unsigned nr_taken, struct arena *arena, struct config_report *report);

#endif
