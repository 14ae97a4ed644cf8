/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a configuration. See hv/config.h. Pure. */
#ifndef HV_CONFIG_PARSE_H
#define HV_CONFIG_PARSE_H

#include "hv/arena.h"
#include "hv/config.h"

/*
 * Reads the tree of at most size bytes at fdt (eight-byte aligned, hostile) into
 * *config and reports all that is wrong in it: unknown nodes and properties,
 * values of the wrong form, overlaps inside a guest. Returns the number of errors
 * reported (0: none), or -EINVAL for a broken tree, -ENOMEM when the arena is full.
 * After errors the guests that are not refused can still be planned.
 */
int config_parse(const void *fdt, size_t size, struct arena *arena, struct config *config,
		 struct config_report *report);

/* An action as files spell it, such as "restart". */
const char *config_action_name(enum config_action action);

#endif
