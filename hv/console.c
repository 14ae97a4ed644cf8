/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's multiplexer: see hv/console.h. This file has the channels and
 * what other harts call; console_output.c chooses what is shown,
 * console_input.c takes what is typed.
 *
 * No wake-up is lost between a producer and the housekeeping hart: each stores
 * its index (or `starved`), passes a full fence, and reads the other's. So
 * either the producer sees that its byte is the first and kicks, or the
 * consumer sees the byte before it stops looking.
 */
#include "hv/console.h"

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/console_input.h"
#include "hv/console_output.h"

#define WRITE_TRIES 1000000

/* Kept: a literal in boot code would be gone (hv/boot.h). */
static const char log_name[] = "bulkhead";
static const char own_name[] = "prompt";

BOOT_CODE static int init_channel(struct console_channel *channel, struct console *console,
				  const char *name, uint8_t *bytes, uint32_t size)
{
	*channel = (struct console_channel){ .console = console, .name = name };
	return ring_init(&channel->tx, bytes, size);
}

BOOT_CODE int console_init(struct console *console, const struct console_config *config)
{
	int error;

	*console = (struct console){
		.ops = config->ops,
		.ctx = config->ctx,
		.guests = config->guests,
		.max_guests = config->max_guests,
		.escape = config->escape,
		.colour = config->colour,
		.patience = config->patience,
		.rx_patience = config->rx_patience,
		.view = CONSOLE_VIEW_FOCUS,
		.at_prompt = true,
		.wake = UINT64_MAX,
	};
	error = init_channel(&console->log, console, log_name, config->log_ring,
			     config->log_ring_size);
	if (!error)
		error = init_channel(&console->own, console, own_name, config->own_ring,
				     config->own_ring_size);
	/* The prompt was not shown yet: the first service does it. */
	console->own.broken = true;
	return error;
}

BOOT_CODE int console_add_guest(struct console *console, struct console_channel *channel,
				const char *name, uint8_t *tx, uint32_t tx_size, uint8_t *rx,
				uint32_t rx_size, const struct console_guest_ops *ops, void *ctx)
{
	int error;

	if (console->nr_guests == console->max_guests)
		return -ENOSPC;
	error = init_channel(channel, console, name, tx, tx_size);
	if (!error)
		error = ring_init(&channel->rx, rx, rx_size);
	if (error)
		return error;
	channel->index = console->nr_guests;
	channel->ops = ops;
	channel->ctx = ctx;
	console->guests[console->nr_guests++] = channel;
	console->at_prompt = false;
	console->own.broken = false;
	console->view = console->nr_guests == 1 ? CONSOLE_VIEW_FOCUS : CONSOLE_VIEW_ALL;
	return 0;
}

static void kick(struct console *console)
{
	if (!__atomic_exchange_n(&console->kicked, 1, __ATOMIC_SEQ_CST))
		console->ops->kick(console->ctx);
}

/* A full ring: asks to be told of room, and tries once more in case it came meanwhile. */
static bool put_or_starve(struct console_channel *channel, uint8_t byte)
{
	__atomic_store_n(&channel->starved, 1, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring_put(&channel->tx, byte))
		return true;
	kick(channel->console);
	return false;
}

/* In between nobody needs to know: lines are shown whole, and rests by the clock. */
static bool is_news(const struct ring *tx, uint8_t byte)
{
	uint32_t used = ring_used(tx);

	return byte == '\n' || used == 1 || used == tx->size / 2 || used == tx->size - tx->size / 4;
}

bool console_put(struct console_channel *channel, uint8_t byte)
{
	if (!ring_put(&channel->tx, byte) && !put_or_starve(channel, byte))
		return false;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&channel->console->kicked, __ATOMIC_RELAXED) &&
	    is_news(&channel->tx, byte))
		kick(channel->console);
	return true;
}

void console_rx_ready(struct console_channel *channel)
{
	kick(channel->console);
}

bool console_log_sink(void *ctx, const char *line, size_t length)
{
	struct console *console = ctx;
	bool fits = ring_room(&console->log.tx) >= length;

	for (size_t i = 0; fits && i < length; i++)
		ring_put(&console->log.tx, (uint8_t)line[i]);
	if (!fits)
		__atomic_fetch_add(&console->log_lost, 1, __ATOMIC_RELAXED);
	kick(console);
	return fits;
}

/* Once the log's ring is empty, so that the line stands where the lost ones are missing. */
static void tell_lost_log(struct console *console)
{
	uint32_t lost;

	if (ring_used(&console->log.tx))
		return;
	lost = __atomic_exchange_n(&console->log_lost, 0, __ATOMIC_RELAXED);
	if (lost)
		console_input_notice(console,
				     "%u lines of the log are not shown here; log at the "
				     "prompt has them",
				     lost);
}

void console_service(struct console *console)
{
	__atomic_exchange_n(&console->kicked, 0, __ATOMIC_SEQ_CST);
	console_input_move(console);
	console_output_move(console);
	tell_lost_log(console);
	if (console_output_redraw_due(console)) {
		console->own.broken = false;
		console->ops->prompt_redraw(console->ctx);
	}
	console_output_move(console);
}

static bool put_own(struct console *console, uint8_t byte)
{
	for (uint32_t i = 0; i < (console->uart_dead ? 1 : WRITE_TRIES); i++) {
		if (ring_put(&console->own.tx, byte))
			return true;
		console_output_move(console);
	}
	console->uart_dead = !ring_put(&console->own.tx, byte);
	return !console->uart_dead;
}

void console_write_own(struct console *console, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n' && !put_own(console, '\r'))
			return;
		if (!put_own(console, (uint8_t)text[i]))
			return;
		console->own_open = text[i] != '\n';
	}
}

void console_flush(struct console *console, uint32_t rounds)
{
	/* The last words are Bulkhead's. */
	if (console->view == CONSOLE_VIEW_RAW)
		console->view = CONSOLE_VIEW_FOCUS;
	for (uint32_t i = 0; i < rounds && !console_output_idle(console); i++)
		console_service(console);
}
