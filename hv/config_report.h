/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about a configuration: counted, placed, put into words. Pure. For hv/config_*.c only. */
#ifndef HV_CONFIG_REPORT_H
#define HV_CONFIG_REPORT_H

#include "hv/config.h"

struct config_findings {
	struct config *config; /* config.fdt is set */
	struct config_report *report;
	int errors;
};

/* A property of a node of the configuration's tree. property is "" for the node as a whole. */
struct config_place {
	uint32_t guest; /* index, or CONFIG_WHOLE */
	int node;
	const char *property;
};

/*
 * Reports an error and refuses the guest, or the system, that it concerns. The
 * format is "what is wrong\nhow to mend it", without a full stop.
 */
void config_finding(struct config_findings *findings, struct config_place place, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/* The same for what the user should know, but nothing is refused for. */
void config_warning(struct config_findings *findings, struct config_place place, const char *format,
		    ...) __attribute__((format(printf, 3, 4)));

/*
 * The name; or its end alone, and a finding, when what is before would do more to a terminal than
 * be shown there.
 */
const char *config_check_name(struct config_findings *findings, struct config_place place,
			      const char *name);

/* Of the places of a guest's own node and of one of its devices. */
struct config_place config_guest_place(const struct config_guest *guest, const char *property);
struct config_place config_device_place(const struct config_guest *guest,
					const struct config_device *device, const char *property);

#endif
