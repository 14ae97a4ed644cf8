/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's interrupt controllers behind one interface: a PLIC (1.0.0), an
 * APLIC in direct mode, or an APLIC in MSI mode with IMSICs (AIA 1.0, chapters
 * 3 and 4). Sources are the wired controller's numbers, harts are indices into
 * host.harts. Every source belongs to one hart at a time; calls about one source are
 * the caller's to keep apart, calls about different sources may come from any hart
 * (internal lock). irq_claim() belongs to the hart that asks.
 */
#ifndef HV_IRQ_H
#define HV_IRQ_H

#include "hv/host.h"
#include "hv/types.h"

/*
 * In the order of the bits that a device tree has for them. IRQ_NO_WIRE, for irq_forward_msi()
 * alone: pending is what irq_set_pending() makes so.
 */
enum irq_trigger { IRQ_EDGE_RISING, IRQ_EDGE_FALLING, IRQ_LEVEL_HIGH, IRQ_LEVEL_LOW, IRQ_NO_WIRE };

#define IRQ_MAX_SOURCES 1024 /* numbers 1 .. 1023 */
#define IRQ_EIID_IPI    1    /* IMSIC identity of a kick between harts */

/* What a driver remembers of a source; each uses what its controller needs. */
struct irq_source {
	uint16_t context; /* PLIC */
	bool level;       /* APLIC */
	uint8_t eiid;     /* APLIC in MSI mode: Bulkhead's identity for it; 0: none */
};

/* Where a forwarded source goes. */
struct irq_route {
	uint32_t hart, guest_file; /* 1..GEILEN */
	uint32_t eiid;             /* one that the file doesn't have comes to nothing */
	enum irq_trigger trigger;
	bool enabled; /* if not, what is pending stays so until it is */
};

/*
 * A kind of controller. hv/irq.c keeps the one in use and checks sources and
 * harts before it calls. From forward on they are for MSI mode only, else NULL.
 */
struct irq_chip_driver {
	void (*init)(void);
	void (*init_hart)(uint32_t hart);
	int (*enable)(uint32_t source, uint32_t hart, enum irq_trigger trigger);
	void (*disable)(uint32_t source);
	uint32_t (*claim)(uint32_t hart);
	void (*complete)(uint32_t source);
	int (*forward)(uint32_t source, const struct irq_route *route);
	void (*set_pending)(uint32_t source, bool pending);
	bool (*pending)(uint32_t source);
	bool (*input)(uint32_t source);
	void (*send_ipi)(uint32_t hart);
};

/* Where the machine's controllers are mapped; NULL: there is none. */
struct irq_registers {
	void *wired;                  /* host.irqchip.mmio */
	void *imsic[HOST_IMSIC_SETS]; /* each of host.irqchip.imsic */
	void *sswi;                   /* host.sswi */
};

/*
 * Once, on the first hart, after paging is on.
 * host must stay, and sources: irq_sources(host) of them, zeroed, and one more for the number 0.
 * Every source is off afterwards. -ENODEV: no controller known, an SSWI does not count.
 */
int irq_init(const struct host *host, const struct irq_registers *at, struct irq_source *sources);

/* The highest number of a source that is used. */
uint32_t irq_sources(const struct host *host);

/* On each hart, with its own index, before it enables sie.SEIE. */
void irq_init_hart(uint32_t hart);

/*
 * source interrupts hart from now on. A PLIC ignores trigger. -EINVAL: no such source, or
 * the hart has no interrupt file or context; -ENOSPC: the IMSIC's identities are used up.
 */
int irq_enable(uint32_t source, uint32_t hart, enum irq_trigger trigger);

/* source interrupts nobody. Also ends a forward. */
int irq_disable(uint32_t source);

/*
 * The source that interrupts this hart (its index), 0 when there is none (or
 * it was an IPI by MSI, which is cleared by this). It does not come again before irq_complete().
 */
uint32_t irq_claim(uint32_t hart);

/* The source was served, or its level fell: it may interrupt again. Any hart. */
void irq_complete(uint32_t source);

/*
 * MSI mode only: source becomes an identity of a guest interrupt file, without any exit. A
 * new route takes along what is pending. -ENOTSUP: no IMSIC; -EINVAL: no such source, hart or file.
 */
int irq_forward_msi(uint32_t source, const struct irq_route *route);

/*
 * MSI mode, forwarded sources: sets or clears the pending bit (for a level source that is still
 * high, setting sends it again: AIA, 4.9.2); reads it; reads the rectified input.
 */
void irq_set_pending(uint32_t source, bool pending);
bool irq_pending(uint32_t source);
bool irq_input(uint32_t source);

/*
 * Interrupts a hart by a store: an MSI (IRQ_EIID_IPI) to its interrupt file, or its register at the
 * machine's SSWI. False, and nothing done, when it has neither: the firmware can. Any hart.
 */
bool irq_send_ipi(uint32_t hart);

/* The page of hart's interrupt file: guest_file 0 is the S-level one. Address arithmetic only. */
hpa_t irq_imsic_page(const struct host *host, uint32_t hart, uint32_t guest_file);

/* The same page, where it is mapped; a hart that has files. */
volatile uint8_t *irq_imsic_file(uint32_t hart, uint32_t guest_file);

/* What the drivers share; constant after irq_init(). */
struct irq_state {
	const struct host *host;
	volatile uint8_t *wired;
	volatile uint8_t *imsic[HOST_IMSIC_SETS];
	uint32_t nr_sources; /* highest number */
	struct irq_source *sources;
	const struct irq_chip_driver *driver;
};

extern struct irq_state irq_state;
extern const struct irq_chip_driver irq_plic_driver;
extern const struct irq_chip_driver irq_aplic_direct_driver;
extern const struct irq_chip_driver irq_aplic_msi_driver;

#endif
