/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's PLIC (RISC-V PLIC specification 1.0). Every source has priority
 * 1 and every context threshold 0, so a source is on exactly where its enable
 * bit is set. A claim shuts the source's gateway until the completion, which must come
 * from the context that has it enabled, and is ignored when the bit is off by
 * then: so a source that is in service is completed before its bit goes.
 */
#include "hv/irq.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/mmio.h"
#include "hv/spinlock.h"

#define PRIORITY(source)        (4 * (size_t)(source))
#define ENABLE(context, source) (0x2000 + 0x80 * (size_t)(context) + 4 * ((source) / 32))
#define THRESHOLD(context)      (0x200000 + 0x1000 * (size_t)(context))
#define CLAIM(context)          (0x200004 + 0x1000 * (size_t)(context))

/* No context: the specification has at most 15872. */
#define OFF UINT16_MAX

static struct spinlock lock; /* of the enable words, which sources share, and irq_state.sources */

static volatile uint8_t *at(size_t offset)
{
	return irq_state.wired + offset;
}

static uint32_t context_of(uint32_t hart)
{
	return irq_state.host->harts[hart].plic_context;
}

static void plic_init(void)
{
	for (uint32_t source = 1; source <= irq_state.nr_sources; source++) {
		irq_state.sources[source].context = OFF;
		mmio_write32(at(PRIORITY(source)), 0);
	}
	for (uint32_t hart = 0; hart < irq_state.host->nr_harts; hart++) {
		if (context_of(hart) == HOST_NONE)
			continue;
		for (uint32_t source = 0; source <= irq_state.nr_sources; source += 32)
			mmio_write32(at(ENABLE(context_of(hart), source)), 0);
	}
}

static void set_enable(uint32_t context, uint32_t source, bool on)
{
	volatile uint8_t *word = at(ENABLE(context, source));
	uint32_t bit = UINT32_C(1) << (source % 32);
	uint32_t value = mmio_read32(word);

	mmio_write32(word, on ? value | bit : value & ~bit);
}

/*
 * Firmware may clear a hart's enable bits when it starts the hart (OpenSBI does), which can be
 * after sources were routed to it: they are set again.
 */
static void plic_init_hart(uint32_t hart)
{
	uint32_t context = context_of(hart);

	if (context == HOST_NONE)
		return;
	spin_lock(&lock);
	mmio_write32(at(THRESHOLD(context)), 0);
	for (uint32_t source = 1; source <= irq_state.nr_sources; source++) {
		if (irq_state.sources[source].context == context)
			set_enable(context, source, true);
	}
	spin_unlock(&lock);
}

static void turn_off(uint32_t source)
{
	if (irq_state.sources[source].context == OFF)
		return;
	/* Opens the gateway in case a claim was never completed; else the PLIC ignores it. */
	mmio_write32(at(CLAIM(irq_state.sources[source].context)), source);
	set_enable(irq_state.sources[source].context, source, false);
	mmio_write32(at(PRIORITY(source)), 0);
	irq_state.sources[source].context = OFF;
}

static int plic_enable(uint32_t source, uint32_t hart, enum irq_trigger trigger)
{
	uint32_t context = context_of(hart);

	(void)trigger; /* the gateways are wired for it */
	if (context >= OFF)
		return -EINVAL;
	spin_lock(&lock);
	turn_off(source);
	irq_state.sources[source].context = (uint16_t)context;
	mmio_write32(at(PRIORITY(source)), 1);
	set_enable(context, source, true);
	spin_unlock(&lock);
	return 0;
}

static void plic_disable(uint32_t source)
{
	spin_lock(&lock);
	turn_off(source);
	spin_unlock(&lock);
}

static uint32_t plic_claim(uint32_t hart)
{
	uint32_t source = 0;

	if (context_of(hart) != HOST_NONE)
		source = mmio_read32(at(CLAIM(context_of(hart))));
	return source <= irq_state.nr_sources ? source : 0;
}

static void plic_complete(uint32_t source)
{
	uint16_t context = __atomic_load_n(&irq_state.sources[source].context, __ATOMIC_RELAXED);

	if (context != OFF)
		mmio_write32(at(CLAIM(context)), source);
}

const struct irq_chip_driver irq_plic_driver = {
	.init = plic_init,
	.init_hart = plic_init_hart,
	.enable = plic_enable,
	.disable = plic_disable,
	.claim = plic_claim,
	.complete = plic_complete,
};
