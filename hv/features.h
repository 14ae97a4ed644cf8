/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the harts can do that the device tree does not tell, or not surely:
 * probed once on the first hart. The harts of a machine are taken to be alike;
 * the ISA is the part that all of them have.
 */
#ifndef HV_FEATURES_H
#define HV_FEATURES_H

#include "hv/host.h"
#include "hv/types.h"

struct features {
	uint64_t gstage_modes;  /* BIT(ATP_MODE_SV*) that hgatp takes */
	unsigned int vmid_bits; /* implemented in hgatp */
	unsigned int geilen;    /* guest interrupt files a hart has */
	uint64_t henvcfg;       /* its writable bits */
	uint64_t hedeleg;       /* exceptions that can be delegated */
	uint64_t hideleg;       /* interrupts that can be delegated */
	bool sstc;
	bool svinval;
	bool stateen; /* hstateen0 exists */
	bool aia;     /* hvien and hvictl exist */
	bool fp;
	bool vector;
};

/* Constant after features_probe(). */
extern struct features features;

/* First hart, after hart_trap is installed and tp is its struct hart. Panics without H. */
void features_probe(const struct host *host);

#endif
