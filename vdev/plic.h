/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A platform-level interrupt controller ("riscv,plic0", RISC-V PLIC
 * specification 1.0) with level gateways, seven priorities and one S-mode
 * context a vCPU: context n is vCPU n's.
 */
#ifndef VDEV_PLIC_H
#define VDEV_PLIC_H

#include "vdev/irq.h"
#include "vdev/vdev.h"

#define PLIC_SOURCES_MAX  1023
#define PLIC_CONTEXTS_MAX 15872
#define PLIC_PRIORITY_MAX 7

/* The bytes of MMIO that contexts need: the size for the guest's device tree. */
#define PLIC_MMIO_SIZE(contexts) align_up(0x200000 + 0x1000 * (uint64_t)(contexts), 0x200000)

/*
 * Both run with the PLIC's lock held.
 * notify: the interrupt of this context goes on or off; only on change.
 * eoi: the guest has completed a forwarded source (see plic_forward).
 */
struct plic_ops {
	void (*notify)(void *ctx, unsigned context, bool pending);
	void (*eoi)(void *ctx, unsigned source);
};

struct plic_config {
	const char *name;
	gpa_t base;
	unsigned sources;  /* 1..PLIC_SOURCES_MAX: the highest source number */
	unsigned contexts; /* 1..PLIC_CONTEXTS_MAX */
	const struct plic_ops *ops;
	void *ctx;
};

struct plic_context;

struct plic {
	struct vdev dev; /* its lock guards all that isn't constant */
	struct irq_chip chip;

	/* Constant after init. */
	const struct plic_ops *ops;
	void *ctx;
	unsigned sources, contexts, words;

	/* In the caller's memory: words 64-bit words each, bit n is source n. */
	uint64_t *level;     /* the wires */
	uint64_t *pending;   /* waiting to be claimed */
	uint64_t *claimed;   /* claimed and not completed: the gateway is shut */
	uint64_t *forwarded; /* constant once the bus is sealed */
	uint64_t *enable;    /* words a context */
	uint8_t *priority;   /* a source */
	uint8_t *threshold;  /* a context */
	uint8_t *notified;   /* a context: what notify was told last */
};

/* The bytes of memory that plic_init needs; 0 when the counts can't be. */
size_t plic_bytes(unsigned sources, unsigned contexts);

/* A PLIC at power-on in memory (plic_bytes, 8-byte aligned). -EINVAL: counts that can't be. */
int plic_init(struct plic *plic, const struct plic_config *config, void *memory);

/* The wire into source. */
struct irq_pin plic_pin(struct plic *plic, unsigned source);

/*
 * Makes source one of the host's, before the guest starts: plic_pin(source)
 * set to high means that the host's interrupt came (and was claimed); it counts
 * as low again from the guest's completion on, or a reset, when eoi() asks the
 * owner to complete the host's. -EINVAL: no such source, or no eoi.
 */
int plic_forward(struct plic *plic, unsigned source);

#endif
