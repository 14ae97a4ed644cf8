/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the APLIC model that its registers (vdev/aplic.c) work on:
 * what becomes of a source, by the rules of the AIA specification's 4.5.2,
 * 4.7, 4.8 and 4.9. All functions want the APLIC's lock held; source numbers
 * that don't exist are ignored and read as zero.
 */
#ifndef VDEV_APLIC_SOURCE_H
#define VDEV_APLIC_SOURCE_H

#include "vdev/aplic.h"

/* domaincfg. */
#define APLIC_DOMAIN_IE BIT(8)
#define APLIC_DOMAIN_DM BIT(2)

/* target and genmsi. */
#define APLIC_TARGET_HART  GENMASK(31, 18)
#define APLIC_TARGET_EIID  GENMASK(10, 0)
#define APLIC_TARGET_IPRIO GENMASK(7, 0)

static inline bool aplic_source_msi_mode(const struct aplic *aplic)
{
	return aplic->domaincfg & APLIC_DOMAIN_DM;
}

/* True for a source that exists and isn't inactive. */
bool aplic_source_is_active(const struct aplic *aplic, uint64_t source);

/* The pending bit, and the rectified input. */
bool aplic_source_pending(struct aplic *aplic, unsigned source);
bool aplic_source_input(struct aplic *aplic, unsigned source);

/* A write of the guest that sets or clears the pending bit, where 4.7 lets it. */
void aplic_source_set_pending(struct aplic *aplic, uint64_t source);
void aplic_source_clear_pending(struct aplic *aplic, uint64_t source);

void aplic_source_set_enabled(struct aplic *aplic, uint64_t source, bool enabled);
void aplic_source_set_mode(struct aplic *aplic, unsigned source, enum aplic_mode mode);
void aplic_source_set_target(struct aplic *aplic, unsigned source, uint32_t target);

/* target as the guest reads it: in the format of the delivery mode. */
uint32_t aplic_source_target(const struct aplic *aplic, unsigned source);

/* domaincfg changed: every source and hart is looked at again. */
void aplic_source_refresh_all(struct aplic *aplic);

/* Direct mode: topi of hart, its claim, and its interrupt after a change of the IDC. */
uint32_t aplic_source_topi(struct aplic *aplic, unsigned hart);
uint32_t aplic_source_claim(struct aplic *aplic, unsigned hart);
void aplic_source_refresh_hart(struct aplic *aplic, unsigned hart);

/* The wire of source changed. */
void aplic_source_set_wire(struct aplic *aplic, unsigned source, bool level);

/* All sources inactive; what the host is owed is given back. Wires of devices stay. */
void aplic_source_reset(struct aplic *aplic);

#endif
