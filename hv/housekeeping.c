/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the console, which is pure, to the UART, the timer and the job queue of its hart. */
#include "hv/housekeeping.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "hv/rest.h"
#include "hv/timer.h"
#include "hv/uart_host.h"

#define CLEAR_LINE     0x15   /* Ctrl-U, at the prompt */
#define OWN_RING       KiB(1) /* its writer waits for the UART */
#define LOG_RING       KiB(4)
#define PATIENCE_MS    20
#define RX_PATIENCE_MS 2000
#define INPUT_MAX      256 /* bytes read in one go: more come as the next interrupt */
#define POLL_MS        10
#define FLUSH_ROUNDS   1000000

static struct {
	struct hart *hart; /* constant after init */
	/* The housekeeping hart's. */
	struct console console;
	struct prompt prompt;
	struct hart_job service;
	struct timer_entry wake;
	struct timer_entry poll;
	struct rest rest;
	struct hart_job take_uart;
	uint32_t uart_irq;
} hk;

static void serve(void)
{
	unsigned int i;
	int byte;

	for (i = 0; i < INPUT_MAX && console_input_room(&hk.console); i++) {
		byte = uart_host_get();
		if (byte < 0)
			break;
		console_input(&hk.console, (uint8_t)byte);
	}
	console_service(&hk.console);
}

/*
 * What a guest causes as often as it likes. The console asks for no service while it waits
 * for one, so until then nobody kicks the hart.
 */
static void service_job(struct hart_job *job)
{
	(void)job;
	rest_request(&hk.rest);
}

static void wake_expired(struct timer_entry *entry)
{
	(void)entry;
	rest_request(&hk.rest);
}

static void poll_expired(struct timer_entry *entry)
{
	rest_work(&hk.rest);
	timer_set(entry, timer_now() + timer_ms(POLL_MS));
}

static void uart_interrupt(void *ctx, uint32_t source)
{
	(void)ctx;
	rest_work(&hk.rest);
	irq_complete(source);
}

/*
 * A job of the housekeeping hart, so that it comes after the hart's start: at that, the
 * firmware clears what the hart has enabled in the interrupt controller.
 */
static void take_uart(struct hart_job *job)
{
	struct irq_handler handler = { uart_interrupt, NULL };

	(void)job;
	if (!uart_host_needs_polling() && !hart_set_irq_handler(hk.uart_irq, handler) &&
	    !irq_enable(hk.uart_irq, hk.hart->index, IRQ_LEVEL_HIGH)) {
		uart_host_want_input(true);
		rest_work(&hk.rest);
		return;
	}
	poll_expired(&hk.poll);
}

static uint32_t uart_put(void *ctx, const uint8_t *bytes, uint32_t count)
{
	(void)ctx;
	return uart_host_put(bytes, count);
}

static void uart_want_room(void *ctx, bool wanted)
{
	(void)ctx;
	uart_host_want_room(wanted);
}

static void uart_want_input(void *ctx, bool wanted)
{
	(void)ctx;
	uart_host_want_input(wanted);
}

static void kick(void *ctx)
{
	(void)ctx;
	hart_post(hk.hart, &hk.service);
}

static uint64_t ticks(void)
{
	return timer_now();
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return timer_now();
}

static void wake_at(void *ctx, uint64_t time)
{
	(void)ctx;
	timer_set(&hk.wake, time);
}

static void to_prompt(void *ctx, uint8_t byte)
{
	(void)ctx;
	prompt_input(&hk.prompt, byte);
}

static void redraw(void *ctx)
{
	(void)ctx;
	prompt_redraw(&hk.prompt);
}

static void prompt_write(void *ctx, const char *text, size_t length)
{
	(void)ctx;
	console_write_own(&hk.console, text, length);
}

static const struct console_ops console_ops = {
	.uart_put = uart_put,
	.uart_want_room = uart_want_room,
	.uart_want_input = uart_want_input,
	.kick = kick,
	.now = now,
	.wake_at = wake_at,
	.prompt_input = to_prompt,
	.prompt_redraw = redraw,
};

static const struct rest_ops rest_ops = { serve, ticks, timer_set };

static uint32_t hart_id(void)
{
	return (uint32_t)hart_this()->id;
}

BOOT_CODE int housekeeping_init(struct arena *arena, struct hart *hart, bool shared,
				uint32_t max_guests, bool colour,
				const struct prompt_command *commands, size_t nr_commands)
{
	struct console_config config = {
		.ops = &console_ops,
		.guests = arena_alloc(arena, (max_guests + 1) * sizeof(void *), sizeof(void *)),
		.max_guests = max_guests,
		.log_ring = arena_alloc(arena, LOG_RING, 8),
		.log_ring_size = LOG_RING,
		.own_ring = arena_alloc(arena, OWN_RING, 8),
		.own_ring_size = OWN_RING,
		.escape = CONSOLE_ESCAPE,
		.colour = colour,
		.patience = timer_ms(PATIENCE_MS),
		.rx_patience = timer_ms(RX_PATIENCE_MS),
	};
	struct log_env env = { timer_since_boot_ms, hart_id, console_log_sink, &hk.console };
	int error;

	if (!config.guests || !config.log_ring || !config.own_ring)
		return -ENOMEM;
	hk.hart = hart;
	rest_init(&hk.rest, &rest_ops, shared ? timer_ms(1) : 0);
	hk.service.run = service_job;
	hk.take_uart.run = take_uart;
	hk.wake.expire = wake_expired;
	hk.poll.expire = poll_expired;
	error = console_init(&hk.console, &config);
	if (error)
		return error;
	prompt_init(&hk.prompt, commands, nr_commands, prompt_write, NULL);
	log_set_env(&env);
	return 0;
}

BOOT_CODE struct console_channel *housekeeping_add_guest(struct arena *arena, const char *name,
							 const struct console_guest_ops *ops,
							 void *ctx)
{
	struct console_channel *channel = arena_alloc(arena, sizeof(*channel), 8);
	uint8_t *tx = arena_alloc(arena, CONSOLE_RING_DEFAULT, 8);
	uint8_t *rx = arena_alloc(arena, CONSOLE_RX_DEFAULT, 8);

	if (!channel || !tx || !rx ||
	    console_add_guest(&hk.console, channel, name, tx, CONSOLE_RING_DEFAULT, rx,
			      CONSOLE_RX_DEFAULT, ops, ctx))
		return NULL;
	return channel;
}

BOOT_CODE void housekeeping_start(const struct host *host)
{
	hk.uart_irq = host->uart.irq;
	hart_post(hk.hart, &hk.take_uart);
}

void housekeeping_type(const char *command)
{
	prompt_input(&hk.prompt, CLEAR_LINE);
	for (; *command; command++)
		prompt_input(&hk.prompt, (uint8_t)*command);
	prompt_input(&hk.prompt, '\r');
}

void housekeeping_flush(void)
{
	console_flush(&hk.console, FLUSH_ROUNDS);
}
