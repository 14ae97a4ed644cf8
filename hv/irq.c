/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's interrupt controllers: see hv/irq.h. Checks arguments, and
 * leaves the rest to the driver of the kind at hand. Without a controller every
 * call is refused and nothing interrupts.
 */
#include "hv/irq.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/irq_sswi.h"

struct irq_state irq_state;

static bool source_exists(uint32_t source)
{
	return irq_state.driver && source != 0 && source <= irq_state.nr_sources;
}

BOOT_CODE static const struct irq_chip_driver *driver_of(enum host_irqchip_kind kind)
{
	switch (kind) {
	case HOST_IRQ_PLIC:
		return &irq_plic_driver;
	case HOST_IRQ_APLIC_DIRECT:
		return &irq_aplic_direct_driver;
	case HOST_IRQ_APLIC_MSI:
		return &irq_aplic_msi_driver;
	default:
		return NULL;
	}
}

BOOT_CODE uint32_t irq_sources(const struct host *host)
{
	return MIN(host->irqchip.nr_sources, IRQ_MAX_SOURCES - 1);
}

BOOT_CODE int irq_init(const struct host *host, const struct irq_registers *at,
		       struct irq_source *sources)
{
	const struct irq_chip_driver *driver = driver_of(host->irqchip.kind);

	irq_state = (struct irq_state){ .host = host };
	irq_sswi_init(host, at->sswi);
	if (!driver || !at->wired || (driver == &irq_aplic_msi_driver && !host->irqchip.nr_imsic))
		return -ENODEV;
	irq_state.wired = at->wired;
	for (uint32_t i = 0; i < host->irqchip.nr_imsic; i++)
		irq_state.imsic[i] = at->imsic[i];
	irq_state.sources = sources;
	irq_state.nr_sources = irq_sources(host);
	irq_state.driver = driver;
	driver->init();
	return 0;
}

void irq_init_hart(uint32_t hart)
{
	if (irq_state.driver)
		irq_state.driver->init_hart(hart);
}

int irq_enable(uint32_t source, uint32_t hart, enum irq_trigger trigger)
{
	if (!source_exists(source) || hart >= irq_state.host->nr_harts)
		return -EINVAL;
	return irq_state.driver->enable(source, hart, trigger);
}

int irq_disable(uint32_t source)
{
	if (!source_exists(source))
		return -EINVAL;
	irq_state.driver->disable(source);
	return 0;
}

uint32_t irq_claim(uint32_t hart)
{
	return irq_state.driver ? irq_state.driver->claim(hart) : 0;
}

void irq_complete(uint32_t source)
{
	if (source_exists(source))
		irq_state.driver->complete(source);
}

static bool has_imsic(void)
{
	return irq_state.driver == &irq_aplic_msi_driver;
}

int irq_forward_msi(uint32_t source, const struct irq_route *route)
{
	if (!has_imsic())
		return -ENOTSUP;
	if (!source_exists(source) || route->hart >= irq_state.host->nr_harts ||
	    route->guest_file >= BIT(irq_state.host->irqchip.imsic_guest_index_bits))
		return -EINVAL;
	return irq_state.driver->forward(source, route);
}

void irq_set_pending(uint32_t source, bool pending)
{
	if (source_exists(source) && has_imsic())
		irq_state.driver->set_pending(source, pending);
}

bool irq_pending(uint32_t source)
{
	return source_exists(source) && has_imsic() && irq_state.driver->pending(source);
}

bool irq_input(uint32_t source)
{
	return source_exists(source) && irq_state.driver->input && irq_state.driver->input(source);
}

hpa_t irq_imsic_page(const struct host *host, uint32_t hart, uint32_t guest_file)
{
	return hpa(host->harts[hart].imsic + guest_file * PAGE_SIZE);
}

volatile uint8_t *irq_imsic_file(uint32_t hart, uint32_t guest_file)
{
	const struct host_irqchip *chip = &irq_state.host->irqchip;
	uint64_t page = irq_imsic_page(irq_state.host, hart, guest_file).v;
	uint32_t set = 0;

	while (set + 1 < chip->nr_imsic && page - chip->imsic[set].base >= chip->imsic[set].size)
		set++;
	return irq_state.imsic[set] + (page - chip->imsic[set].base);
}

bool irq_send_ipi(uint32_t hart)
{
	if (!has_imsic())
		return irq_sswi_send(hart);
	if (irq_state.host->harts[hart].imsic_index == HOST_NONE)
		return false;
	irq_state.driver->send_ipi(hart);
	return true;
}
