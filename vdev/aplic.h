/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's APLIC: one supervisor-level interrupt domain with no children
 * (RISC-V AIA specification 1.0, chapter 4), in MSI delivery mode, direct
 * delivery mode, or both. Hart index n is vCPU n; Guest Index is always zero,
 * as for harts without the H extension. A source is either the pin of an
 * emulated device or one of the host's.
 *
 * A host's source is programmed or carried. Programmed (a vCPU's interrupt
 * file in hardware): the machine's APLIC sends the guest's MSI; this model
 * tells it what the guest configures and asks it what the guest reads.
 * Carried (all else): the owner takes the host's interrupt, masks it and
 * raises the pin; the model samples the wire wherever the guest could see it,
 * and calls eoi() when the host's interrupt may be unmasked.
 */
#ifndef VDEV_APLIC_H
#define VDEV_APLIC_H

#include "vdev/irq.h"
#include "vdev/vdev.h"

#define APLIC_SOURCES_MAX 1023
#define APLIC_HARTS_MAX   512
#define APLIC_WORDS       32 /* of 32 sources */

/* The bytes of MMIO: a multiple of 4 KiB, with an IDC of 32 bytes a hart. */
#define APLIC_MMIO_SIZE(harts) align_up(0x4000 + 32 * (uint64_t)(harts), 0x1000)

/* sourcecfg.SM. */
enum aplic_mode {
	APLIC_INACTIVE = 0,
	APLIC_DETACHED = 1,
	APLIC_EDGE1 = 4,
	APLIC_EDGE0 = 5,
	APLIC_LEVEL1 = 6,
	APLIC_LEVEL0 = 7,
};

/* What the guest wants of one programmed source: MSI eiid to the vCPU hart. */
struct aplic_route {
	enum aplic_mode mode;
	bool enabled;  /* setie and domaincfg.IE are, and there is such a hart */
	unsigned hart; /* one that exists */
	unsigned eiid;
};

/*
 * All run with the APLIC's lock held.
 * msi: write eiid to the interrupt file of hart, which exists. NULL where MSI
 * mode isn't offered.
 * notify: direct mode, the interrupt of hart goes on or off; only on change.
 * NULL where direct mode isn't offered.
 * For programmed sources: host_update: this is what the guest wants from now
 * on, and a pending bit stays for as long as the source is active; host_pend:
 * set or clear the pending bit by setipnum or clripnum; host_pending: the
 * pending bit.
 * For both kinds: host_input: the host's in_clrip bit. NULL, in direct mode
 * alone, where the host has none (a PLIC): then a level that was claimed is
 * taken for served at the next look.
 * For carried sources: eoi: the host's interrupt may be unmasked; may come from
 * within the rise of the pin.
 */
struct aplic_ops {
	void (*msi)(void *ctx, unsigned hart, unsigned eiid);
	void (*notify)(void *ctx, unsigned hart, bool pending);
	void (*host_update)(void *ctx, unsigned source, const struct aplic_route *route);
	void (*host_pend)(void *ctx, unsigned source, bool pending);
	bool (*host_pending)(void *ctx, unsigned source);
	bool (*host_input)(void *ctx, unsigned source);
	void (*eoi)(void *ctx, unsigned source);
};

struct aplic_config {
	const char *name;
	gpa_t base;
	unsigned sources; /* 1..APLIC_SOURCES_MAX: the highest source number */
	unsigned harts;   /* 1..APLIC_HARTS_MAX */
	bool msi_mode;    /* domaincfg.DM may be 1 */
	bool direct_mode; /* domaincfg.DM may be 0 */
	const struct aplic_ops *ops;
	void *ctx;
};

enum aplic_forwarding { APLIC_PROGRAMMED, APLIC_CARRIED };

struct aplic_source {
	uint32_t target; /* as written */
	uint8_t mode;    /* enum aplic_mode */
};

struct aplic_idc {
	uint8_t delivery, force, threshold;
	bool notified; /* what notify was told last */
};

struct aplic {
	struct vdev dev; /* its lock guards all that isn't constant */
	struct irq_chip chip;

	/* Constant after init. */
	const struct aplic_ops *ops;
	void *ctx;
	unsigned sources, harts;
	bool msi_mode, direct_mode;

	/* Constant once the bus is sealed; bit n % 32 of word n / 32 is source n, as below. */
	uint32_t programmed[APLIC_WORDS], carried[APLIC_WORDS];

	uint32_t domaincfg; /* IE and DM */
	uint32_t genmsi;
	uint32_t wire[APLIC_WORDS];    /* incoming; a carried source's is active high */
	uint32_t pending[APLIC_WORDS]; /* not of programmed sources */
	uint32_t enabled[APLIC_WORDS];
	uint32_t owed[APLIC_WORDS];    /* carried sources whose eoi is to come */
	uint32_t claimed[APLIC_WORDS]; /* carried levels, since their interrupt came */

	/* In the caller's memory. */
	struct aplic_source *source; /* sources + 1; number 0 is never active */
	struct aplic_idc *idc;       /* harts */
};

/* The bytes of memory that aplic_init needs; 0 when the counts can't be. */
size_t aplic_bytes(unsigned sources, unsigned harts);

/*
 * An APLIC at power-on in memory (aplic_bytes of it, 8-byte aligned).
 * -EINVAL: counts that can't be, no mode, or a mode without its callback.
 */
int aplic_init(struct aplic *aplic, const struct aplic_config *config, void *memory);

/* The wire into source; for a carried source, high means that the host's interrupt came. */
struct irq_pin aplic_pin(struct aplic *aplic, unsigned source);

/*
 * Makes source one of the host's, before the guest starts. -EINVAL: no such
 * source, a callback that it needs is missing, or programmed where the guest
 * could choose direct mode.
 */
int aplic_forward(struct aplic *aplic, unsigned source, enum aplic_forwarding how);

#endif
