// SPDX-License-Identifier: Apache-2.0
// A console with a UART, guests and a clock that a test drives.
#ifndef TESTS_UNIT_CONSOLE_FAKES_H
#define TESTS_UNIT_CONSOLE_FAKES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hv/console.h"

#define FAKE_GUESTS 3
#define FAKE_TX     256
#define FAKE_RX     32
#define FAKE_OUT    (1 << 20)

struct fake_guest {
	struct console_channel channel;
	uint8_t tx[FAKE_TX], rx[FAKE_RX];
	char read[4096]; /* what the guest read */
	uint32_t nr_read;
	uint32_t takes;  /* bytes that it takes from now on */
	const char *out; /* what it still has to print */
};

static struct {
	struct console console;
	struct console_channel *channels[FAKE_GUESTS];
	struct fake_guest guests[FAKE_GUESTS];
	uint8_t log_ring[512], own_ring[512];
	size_t nr_out;
	uint32_t uart_takes; /* at most so many a call */
	bool stutter;        /* a random number of them */
	bool want_room, holds_input;
	uint32_t kicks;
	uint64_t now, wake;
	char typed[256]; /* what the prompt got */
	size_t nr_typed;
	unsigned redraws;
	char out[FAKE_OUT]; /* what the UART sent; not cleared */
} fake;

static uint32_t fake_put(void *ctx, const uint8_t *bytes, uint32_t count)
{
	uint32_t n = fake.stutter ? (uint32_t)rand() % 5 : fake.uart_takes;

	(void)ctx;
	n = n < count ? n : count;
	if (fake.nr_out + n > FAKE_OUT)
		abort();
	memcpy(fake.out + fake.nr_out, bytes, n);
	fake.nr_out += n;
	return n;
}

static void fake_want_room(void *ctx, bool wanted)
{
	(void)ctx;
	fake.want_room = wanted;
}

static void fake_want_input(void *ctx, bool wanted)
{
	(void)ctx;
	fake.holds_input = !wanted;
}

static void fake_kick(void *ctx)
{
	(void)ctx;
	__atomic_fetch_add(&fake.kicks, 1, __ATOMIC_SEQ_CST);
}

static uint64_t fake_now(void *ctx)
{
	(void)ctx;
	return fake.now;
}

static void fake_wake_at(void *ctx, uint64_t time)
{
	(void)ctx;
	fake.wake = time;
}

static void fake_prompt_input(void *ctx, uint8_t byte)
{
	(void)ctx;
	if (fake.nr_typed + 1 < sizeof(fake.typed))
		fake.typed[fake.nr_typed++] = (char)byte;
}

static void fake_redraw(void *ctx)
{
	(void)ctx;
	fake.redraws++;
	console_write_own(&fake.console, "> ", 2);
}

static uint32_t fake_rx(void *ctx, const uint8_t *bytes, uint32_t count)
{
	struct fake_guest *guest = ctx;
	uint32_t n = guest->takes < count ? guest->takes : count;

	if (guest->nr_read + n > sizeof(guest->read))
		abort();
	memcpy(guest->read + guest->nr_read, bytes, n);
	guest->nr_read += n;
	guest->takes -= n;
	return n;
}

/* Prints as much as the ring takes, as a UART's model would. */
static void fake_offer(void *ctx)
{
	struct fake_guest *guest = ctx;

	while (guest->out && *guest->out && console_put(&guest->channel, (uint8_t)*guest->out))
		guest->out++;
}

static const struct console_ops fake_ops = {
	.uart_put = fake_put,
	.uart_want_room = fake_want_room,
	.uart_want_input = fake_want_input,
	.kick = fake_kick,
	.now = fake_now,
	.wake_at = fake_wake_at,
	.prompt_input = fake_prompt_input,
	.prompt_redraw = fake_redraw,
};

static const struct console_guest_ops fake_guest_ops = { .rx = fake_rx, .tx_room = fake_offer };

static const char *const fake_names[FAKE_GUESTS] = { "linux", "freertos", "third" };

static int fake_setup(uint32_t guests)
{
	struct console_config config = {
		.ops = &fake_ops,
		.guests = fake.channels,
		.max_guests = FAKE_GUESTS,
		.log_ring = fake.log_ring,
		.log_ring_size = sizeof(fake.log_ring),
		.own_ring = fake.own_ring,
		.own_ring_size = sizeof(fake.own_ring),
		.escape = CONSOLE_ESCAPE,
		.patience = 20,
		.rx_patience = 2000,
	};
	int error;

	memset(&fake, 0, offsetof(__typeof__(fake), out));
	fake.uart_takes = 16;
	fake.wake = UINT64_MAX;
	fake.now = 1000;
	error = console_init(&fake.console, &config);
	for (uint32_t i = 0; i < guests && !error; i++)
		error = console_add_guest(&fake.console, &fake.guests[i].channel, fake_names[i],
					  fake.guests[i].tx, FAKE_TX, fake.guests[i].rx, FAKE_RX,
					  &fake_guest_ops, &fake.guests[i]);
	return error;
}

/* Lets pass so much time, serving whenever it was asked for. */
static inline void fake_run(uint64_t time)
{
	uint64_t end = fake.now + time;

	for (; fake.now < end; fake.now++) {
		bool due = fake.now >= fake.wake;

		if (due)
			fake.wake = UINT64_MAX;
		if (__atomic_exchange_n(&fake.kicks, 0, __ATOMIC_SEQ_CST) || due || fake.want_room)
			console_service(&fake.console);
	}
}

static inline void fake_print(uint32_t guest, const char *text)
{
	fake.guests[guest].out = text;
	fake_offer(&fake.guests[guest]);
}

static inline void fake_log(const char *line)
{
	console_log_sink(&fake.console, line, strlen(line));
}

static inline void fake_type(const char *text)
{
	for (; *text; text++)
		console_input(&fake.console, (uint8_t)*text);
	console_service(&fake.console);
}

/* What came out since the last call. */
static inline const char *fake_out(void)
{
	fake.out[fake.nr_out] = '\0';
	fake.nr_out = 0;
	return fake.out;
}

#endif
