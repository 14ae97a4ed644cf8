/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the ports to the interrupts and jobs of the housekeeping hart. */
#include "hv/channels.h"

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "hv/paging.h"
#include "hv/pci.h"
#include "hv/rest.h"
#include "hv/timer.h"

struct channel {
	struct serial serial;
	uint32_t irq;
	bool claimed; /* the housekeeping hart's: its interrupt is to be completed */
};

static struct {
	/* Constant after boot. */
	struct channel *channels;
	unsigned int count;
	unsigned int taken;
	uint64_t io;             /* host physical: the bridge's I/O ports */
	volatile uint8_t *ports; /* where they are mapped */
	struct pci_serial found[CHANNELS_MAX];
	struct hart *housekeeping;

	struct hart_job service;
	struct rest rest; /* the housekeeping hart's */
	uint32_t asked;   /* any hart, atomically: a service is to come */
} all;

BOOT_CODE void channels_init(const struct host *host, struct arena *arena)
{
	struct pci_bridge bridge;

	if (pci_find_bridge(host->fdt, &bridge) || !bridge.io.size) {
		log_warn("channels: this machine has no PCI bridge with I/O ports");
		return;
	}
	all.io = bridge.io.base;
	all.ports = paging_map(bridge.io, PAGING_WRITE);
	all.count = pci_find_serials(&bridge, paging_map(bridge.ecam, PAGING_WRITE), all.found,
				     CHANNELS_MAX);
	all.channels = arena_alloc(arena, (all.count + 1) * sizeof(struct channel), 8);
	if (!all.channels)
		all.count = 0;
	if (!all.count)
		log_warn("channels: this machine has no serial port to spare");
}

/* A line that ports share is silent once all of them are served. */
static void serve(void)
{
	unsigned int i;

	/* Before it looks: who has room for a byte after that asks again. */
	__atomic_exchange_n(&all.asked, 0, __ATOMIC_SEQ_CST);
	for (i = 0; i < all.taken; i++)
		serial_interrupt(&all.channels[i].serial);
	for (i = 0; i < all.taken; i++) {
		struct channel *channel = &all.channels[i];

		if (channel->claimed)
			irq_complete(channel->irq);
		channel->claimed = false;
	}
}

static uint64_t now(void)
{
	return timer_now();
}

static const struct rest_ops rest_ops = { serve, now, timer_set };

static void service(struct hart_job *job)
{
	(void)job;
	rest_request(&all.rest);
}

BOOT_CODE struct channel *channels_take(const struct serial_ops *ops, void *ctx)
{
	struct channel *channel;
	const struct pci_serial *port;

	if (all.taken == all.count)
		return NULL;
	port = &all.found[all.taken];
	channel = &all.channels[all.taken++];
	channel->irq = port->irq;
	serial_init(&channel->serial, all.ports + (port->registers - all.io), ops, ctx);
	return channel;
}

/* Not completed before it is served: until then the line is silent. */
static void interrupt(void *ctx, uint32_t source)
{
	struct channel *channel = ctx;

	(void)source;
	channel->claimed = true;
	rest_request(&all.rest);
}

static bool line_is_taken(unsigned int index)
{
	unsigned int i;

	for (i = 0; i < index; i++) {
		if (all.channels[i].irq == all.channels[index].irq)
			return true;
	}
	return false;
}

/*
 * A job of the housekeeping hart, as housekeeping's own: at its start that hart forgets the MSIs
 * that it has pending, and a level that stays high is sent but once.
 */
static void take_lines(struct hart_job *job)
{
	unsigned int i;

	(void)job;
	for (i = 0; i < all.taken; i++) {
		struct channel *channel = &all.channels[i];
		struct irq_handler handler = { interrupt, channel };

		if (!line_is_taken(i) &&
		    (hart_set_irq_handler(channel->irq, handler) ||
		     irq_enable(channel->irq, all.housekeeping->index, IRQ_LEVEL_HIGH)))
			log_warn("channels: port %u has no interrupt: nothing can be typed there",
				 i);
		serial_start(&channel->serial);
	}
}

static struct hart_job take_lines_job = { .run = take_lines };

BOOT_CODE void channels_start(struct hart *housekeeping, bool shared)
{
	all.service.run = service;
	rest_init(&all.rest, &rest_ops, shared ? timer_ms(1) : 0);
	all.housekeeping = housekeeping;
	if (all.taken)
		hart_post(housekeeping, &take_lines_job);
}

bool channel_put(struct channel *channel, uint8_t byte)
{
	return serial_put(&channel->serial, byte);
}

void channels_rx_ready(void)
{
	/* A byte is held that no interrupt announces again. One kick will do until it is served. */
	if (!__atomic_exchange_n(&all.asked, 1, __ATOMIC_SEQ_CST))
		hart_post(all.housekeeping, &all.service);
}
