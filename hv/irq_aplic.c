/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's S-level APLIC (AIA 1.0, chapter 4), in direct mode with IDCs or
 * in MSI mode with IMSICs.
 *
 * Direct mode: a level source stays pending until its device is served, so
 * a claim turns it off and the completion on again; an edge source is cleared by the
 * claim. MSI mode: a source is sent to its target as an MSI; Bulkhead's own get identities
 * of the hart's S-level file from a table, forwarded ones are the guest's. A level
 * source that is still high is sent again when its number is written to setipnum.
 */
#include "hv/irq_aplic.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/irq.h"
#include "hv/irq_imsic.h"
#include "hv/mmio.h"
#include "hv/spinlock.h"

#define EIIDS 256 /* identities that Bulkhead uses at most */

static struct {
	struct spinlock lock;
	/* Written under lock, as irq_state.sources; a source's calls don't overlap (hv/irq.h). */
	uint16_t by_eiid[EIIDS]; /* MSI mode: Bulkhead's identities, 0 free */
} aplic;

static void write_register(size_t offset, uint32_t value)
{
	mmio_write32(irq_state.wired + offset, value);
}

/* SM of sourcecfg for each trigger. */
static const uint32_t source_modes[] = {
	[IRQ_EDGE_RISING] = APLIC_SM_EDGE1, [IRQ_EDGE_FALLING] = APLIC_SM_EDGE0,
	[IRQ_LEVEL_HIGH] = APLIC_SM_LEVEL1, [IRQ_LEVEL_LOW] = APLIC_SM_LEVEL0,
	[IRQ_NO_WIRE] = APLIC_SM_DETACHED,
};

static void turn_off(uint32_t source)
{
	write_register(APLIC_CLRIENUM, source);
	write_register(APLIC_SOURCECFG(source), APLIC_SM_INACTIVE);
	aplic.by_eiid[irq_state.sources[source].eiid] = 0;
	irq_state.sources[source] = (struct irq_source){ 0 };
}

static void configure(uint32_t source, enum irq_trigger trigger)
{
	write_register(APLIC_SOURCECFG(source), source_modes[trigger]);
	irq_state.sources[source].level = trigger == IRQ_LEVEL_HIGH || trigger == IRQ_LEVEL_LOW;
}

/* Configures source before its target: an inactive source ignores writes of target (4.5.16). */
static void turn_on(uint32_t source, uint32_t target, enum irq_trigger trigger)
{
	configure(source, trigger);
	write_register(APLIC_TARGET(source), target);
	write_register(APLIC_SETIENUM, source);
}

static void all_off(void)
{
	for (uint32_t source = 1; source <= irq_state.nr_sources; source++)
		turn_off(source);
}

static void aplic_disable(uint32_t source)
{
	spin_lock(&aplic.lock);
	turn_off(source);
	spin_unlock(&aplic.lock);
}

static bool read_bit(size_t array, uint32_t source)
{
	return mmio_read32(irq_state.wired + array) & BIT(source % 32);
}

static bool aplic_input(uint32_t source)
{
	return read_bit(APLIC_IN_CLRIP(source / 32), source);
}

/* Direct mode */

static void direct_init(void)
{
	write_register(APLIC_DOMAINCFG, 0);
	all_off();
	for (uint32_t hart = 0; hart < irq_state.host->nr_harts; hart++) {
		uint32_t idc = irq_state.host->harts[hart].aplic_idc;

		if (idc != HOST_NONE)
			write_register(APLIC_IDC_IDELIVERY(idc), 0);
	}
	write_register(APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE);
}

static void direct_init_hart(uint32_t hart)
{
	uint32_t idc = irq_state.host->harts[hart].aplic_idc;

	if (idc == HOST_NONE)
		return;
	write_register(APLIC_IDC_IFORCE(idc), 0);
	write_register(APLIC_IDC_ITHRESHOLD(idc), 0);
	write_register(APLIC_IDC_IDELIVERY(idc), 1);
}

static int direct_enable(uint32_t source, uint32_t hart, enum irq_trigger trigger)
{
	uint32_t idc = irq_state.host->harts[hart].aplic_idc;

	if (idc == HOST_NONE)
		return -EINVAL;
	spin_lock(&aplic.lock);
	turn_off(source);
	turn_on(source, FIELD_PREP(APLIC_TARGET_HART, idc) | FIELD_PREP(APLIC_TARGET_IPRIO, 1),
		trigger);
	spin_unlock(&aplic.lock);
	return 0;
}

static uint32_t direct_claim(uint32_t hart)
{
	uint32_t idc = irq_state.host->harts[hart].aplic_idc;
	uint32_t source;

	if (idc == HOST_NONE)
		return 0;
	source = (uint32_t)FIELD_GET(APLIC_CLAIMI_ID,
				     mmio_read32(irq_state.wired + APLIC_IDC_CLAIMI(idc)));
	if (source == 0 || source > irq_state.nr_sources)
		return 0;
	if (!irq_state.sources[source].level)
		return source;
	/* QEMU 10 keeps it pending when the device is served with it off: the claim ended that. */
	if (!aplic_input(source))
		return 0;
	write_register(APLIC_CLRIENUM, source);
	return source;
}

static void direct_complete(uint32_t source)
{
	if (irq_state.sources[source].level)
		write_register(APLIC_SETIENUM, source);
}

const struct irq_chip_driver irq_aplic_direct_driver = {
	.init = direct_init,
	.init_hart = direct_init_hart,
	.enable = direct_enable,
	.disable = aplic_disable,
	.claim = direct_claim,
	.complete = direct_complete,
	.input = aplic_input,
};

/* MSI mode */

static void msi_init(void)
{
	write_register(APLIC_DOMAINCFG, 0);
	memset(aplic.by_eiid, 0, sizeof(aplic.by_eiid));
	all_off();
	write_register(APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE | APLIC_DOMAINCFG_DM);
}

/* A free identity above the IPI's, or 0. Identities are one table for all harts. */
static uint32_t free_eiid(void)
{
	uint32_t last = MIN(irq_state.host->irqchip.imsic_nr_ids, EIIDS - 1);

	for (uint32_t eiid = IRQ_EIID_IPI + 1; eiid <= last; eiid++) {
		if (aplic.by_eiid[eiid] == 0)
			return eiid;
	}
	return 0;
}

static uint32_t msi_target(uint32_t hart, uint32_t guest_file, uint32_t eiid)
{
	return (uint32_t)(FIELD_PREP(APLIC_TARGET_HART, irq_state.host->harts[hart].imsic_index) |
			  FIELD_PREP(APLIC_TARGET_GUEST, guest_file) |
			  FIELD_PREP(APLIC_TARGET_EIID, eiid));
}

static bool has_file(uint32_t hart)
{
	return irq_state.host->harts[hart].imsic_index != HOST_NONE;
}

/* Sets the pending bit of a level source only while its input is high (4.7). */
static void msi_retrigger(uint32_t source)
{
	write_register(APLIC_SETIPNUM_LE, source);
}

static void msi_set_pending(uint32_t source, bool pending)
{
	if (pending)
		msi_retrigger(source);
	else
		write_register(APLIC_CLRIPNUM, source);
}

static bool msi_pending(uint32_t source)
{
	return read_bit(APLIC_SETIP(source / 32), source);
}

/* A level that is high already makes no edge for the MSI to follow. */
static void msi_turn_on(uint32_t source, uint32_t target, enum irq_trigger trigger)
{
	turn_on(source, target, trigger);
	if (irq_state.sources[source].level)
		msi_retrigger(source);
}

static int msi_enable(uint32_t source, uint32_t hart, enum irq_trigger trigger)
{
	uint32_t eiid;

	if (!has_file(hart))
		return -EINVAL;
	spin_lock(&aplic.lock);
	turn_off(source);
	eiid = free_eiid();
	if (eiid) {
		aplic.by_eiid[eiid] = (uint16_t)source;
		irq_state.sources[source].eiid = (uint8_t)eiid;
		msi_turn_on(source, msi_target(hart, 0, eiid), trigger);
	}
	spin_unlock(&aplic.lock);
	return eiid ? 0 : -ENOSPC;
}

/* Only what changes: going by inactive, or set anew, a source would forget or repeat itself. */
static void msi_configure(uint32_t source, enum irq_trigger trigger)
{
	if (mmio_read32(irq_state.wired + APLIC_SOURCECFG(source)) == source_modes[trigger])
		return;
	configure(source, trigger);
	if (irq_state.sources[source].level)
		msi_retrigger(source);
}

static int msi_forward(uint32_t source, const struct irq_route *route)
{
	if (!has_file(route->hart))
		return -EINVAL;
	spin_lock(&aplic.lock);
	if (!route->enabled)
		write_register(APLIC_CLRIENUM, source);
	msi_configure(source, route->trigger);
	write_register(APLIC_TARGET(source),
		       msi_target(route->hart, route->guest_file, route->eiid));
	if (route->enabled)
		write_register(APLIC_SETIENUM, source);
	spin_unlock(&aplic.lock);
	return 0;
}

static uint32_t msi_claim(uint32_t hart)
{
	(void)hart;
	/* Passes over IPIs and strays; as many as there are identities. */
	for (unsigned i = 0; i < EIIDS; i++) {
		uint32_t eiid = irq_imsic_claim();

		if (eiid == 0)
			return 0;
		if (eiid < EIIDS && aplic.by_eiid[eiid] != 0)
			return aplic.by_eiid[eiid];
	}
	return 0;
}

static void msi_complete(uint32_t source)
{
	if (irq_state.sources[source].level)
		msi_retrigger(source);
}

const struct irq_chip_driver irq_aplic_msi_driver = {
	.init = msi_init,
	.init_hart = irq_imsic_init_hart,
	.enable = msi_enable,
	.disable = aplic_disable,
	.claim = msi_claim,
	.complete = msi_complete,
	.forward = msi_forward,
	.set_pending = msi_set_pending,
	.pending = msi_pending,
	.input = aplic_input,
	.send_ipi = irq_imsic_send_ipi,
};
