/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the console, which is pure, to the UART, the timer and the job queue of its hart. */
#include "hv/housekeeping.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "hv/timer.h"
#include "hv/uart_host.h"

#define CLEAR_LINE     0x15   /* Ctrl-U, at the prompt */
#define OWN_RING       KiB(1) /* its writer waits for the UART */
#define LOG_RING       KiB(4)
#define PATIENCE_MS    20
#define RX_PATIENCE_MS 2000
#define POLL_MS        10
#define FLUSH_ROUNDS   1000000
#define REST_SHARE     4 /* on a guest's hart the console rests so many times as long as it worked */
#define REST_MAX_MS    20
#define REST_MIN_US    250 /* a service has its price, also one that finds little */

static struct {
	struct hart *hart; /* constant after init, as the next one */
	bool shared;       /* it is a guest's hart too */
	/* The housekeeping hart's. */
	struct console console;
	struct prompt prompt;
	struct hart_job service;
	struct timer_entry wake;
	struct timer_entry rested;
	uint64_t rest_until;
	struct timer_entry poll;
	struct hart_job take_uart;
	uint32_t uart_irq;
} hk;

/* How long the console leaves a guest's hart alone after it worked so long. */
static uint64_t rest(uint64_t worked)
{
	uint64_t least = timer_us(REST_MIN_US);

	return MIN(MAX(REST_SHARE * worked, least), timer_ms(REST_MAX_MS));
}

static void serve(void)
{
	uint64_t begin = timer_now(), end;
	int byte;

	while (console_input_room(&hk.console) && (byte = uart_host_get()) >= 0)
		console_input(&hk.console, (uint8_t)byte);
	console_service(&hk.console);
	end = timer_now();
	if (hk.shared)
		hk.rest_until = end + rest(end - begin);
}

/*
 * For what a guest causes as often as it likes, on a hart that may be another's. The
 * console asks for no service while it waits for one, so until then nobody kicks the hart.
 */
static void serve_rested(void)
{
	if (timer_now() < hk.rest_until)
		timer_set(&hk.rested, hk.rest_until);
	else
		serve();
}

static void service_job(struct hart_job *job)
{
	(void)job;
	serve_rested();
}

static void wake_expired(struct timer_entry *entry)
{
	(void)entry;
	serve_rested();
}

static void poll_expired(struct timer_entry *entry)
{
	serve();
	timer_set(entry, timer_now() + timer_ms(POLL_MS));
}

static void uart_interrupt(void *ctx, uint32_t source)
{
	(void)ctx;
	serve();
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
		serve();
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
	hk.shared = shared;
	hk.service.run = service_job;
	hk.take_uart.run = take_uart;
	hk.wake.expire = wake_expired;
	hk.rested.expire = wake_expired;
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
