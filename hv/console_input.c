/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is typed: see docs/console.md. The prefix key and the key after it are
 * the console's; everything else goes to the guest in focus, or to the prompt.
 * A guest's input waits in its ring while its UART has no room, and when the ring is
 * full too, the host's UART is told to hold the line. Since the prefix key could then not be
 * seen any more, a guest that takes nothing for rx_patience loses what is typed
 * from then on, with a notice at the beginning and the count at the end.
 */
#include "hv/console_input.h"

#include <stdarg.h>

#include "hv/bits.h"
#include "hv/fmt.h"

#define NOTICE_MAX 160

void console_input_notice(struct console *console, const char *format, ...)
{
	char text[NOTICE_MAX];
	va_list args;
	size_t length;

	if (console->own_open)
		console_write_own(console, "\n", 1);
	console_write_own(console, "[bulkhead] ", 11);
	va_start(args, format);
	length = fmt_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	console_write_own(console, text, MIN(length, sizeof(text) - 1));
	console_write_own(console, "\n", 1);
	/* The prompt's line was ended by this one. */
	console->own.broken = console->at_prompt;
}

/* The guest that input goes to; NULL: the prompt. */
static struct console_channel *target(const struct console *console)
{
	if (console->at_prompt || console->focus >= console->nr_guests)
		return NULL;
	return console->guests[console->focus];
}

uint32_t console_input_room(const struct console *console)
{
	struct console_channel *channel = target(console);

	if (!channel || channel->rx_given_up)
		return console->own.tx.size;
	return ring_room(&channel->rx);
}

static void deliver(struct console *console, uint8_t byte)
{
	struct console_channel *channel = target(console);

	if (!channel)
		console->ops->prompt_input(console->ctx, byte);
	else if (channel->rx_given_up || !ring_put(&channel->rx, byte))
		channel->rx_dropped++;
}

/* "Ctrl-]" for 0x1d. */
static char key_letter(const struct console *console)
{
	return (char)((console->escape & 0x1f) + '@');
}

static void say_where(struct console *console)
{
	const struct console_channel *channel = target(console);

	if (!channel)
		return;
	console_input_notice(console, "input goes to %.*s (guest %u)%s; Ctrl-%c ? helps",
			     CONSOLE_NAME_MAX, channel->name, channel->index + 1,
			     console->view == CONSOLE_VIEW_ALL ? ", every guest is shown" : "",
			     key_letter(console));
}

static void go_to_guest(struct console *console, uint32_t index, enum console_view view)
{
	if (index >= console->nr_guests) {
		console_input_notice(console, "there is no guest %u", index + 1);
		return;
	}
	console->focus = index;
	console->view = view;
	console->at_prompt = false;
	console->own.broken = false;
	/* The notice comes before what the guest printed meanwhile. */
	console->turn = 0;
	say_where(console);
}

void console_focus(struct console *console, uint32_t index)
{
	go_to_guest(console, index, CONSOLE_VIEW_FOCUS);
}

void console_set_view(struct console *console, enum console_view view)
{
	go_to_guest(console, console->focus, view);
}

void console_enter_prompt(struct console *console)
{
	if (console->own_open)
		console_write_own(console, "\n", 1);
	console->at_prompt = true;
	console->own.broken = false;
	console->ops->prompt_redraw(console->ctx);
}

static void help(struct console *console)
{
	char key = key_letter(console);

	console_input_notice(console, "Ctrl-%c, then:", key);
	for (uint32_t i = 0; i < MIN(console->nr_guests, 9u); i++)
		console_input_notice(console, "  %u  %.*s alone", i + 1, CONSOLE_NAME_MAX,
				     console->guests[i]->name);
	console_input_notice(console, "  n  input to the next guest");
	console_input_notice(console, "  a  show all guests, each line with its name");
	console_input_notice(console, "  r  the guest alone, and nothing of Bulkhead's");
	console_input_notice(console, "  b  Bulkhead's prompt, and back");
	console_input_notice(console, "  Ctrl-%c  send Ctrl-%c", key, key);
}

static void command(struct console *console, uint8_t key)
{
	if (key >= '1' && key <= '9')
		console_focus(console, key - (uint32_t)'1');
	else if (key == 'n')
		go_to_guest(console,
			    console->nr_guests ? (console->focus + 1) % console->nr_guests : 0,
			    console->view);
	else if (key == 'a')
		console_set_view(console, CONSOLE_VIEW_ALL);
	else if (key == 'r')
		console_set_view(console, CONSOLE_VIEW_RAW);
	else if (key == 'b' && console->at_prompt)
		console_set_view(console, console->view);
	else if (key == 'b')
		console_enter_prompt(console);
	else if (key == '?' || key == 'h')
		help(console);
	else
		console_input_notice(console, "no such key; Ctrl-%c ? helps", key_letter(console));
}

void console_input(struct console *console, uint8_t byte)
{
	bool was_escaped = console->escaped;

	console->escaped = !was_escaped && byte == console->escape;
	if (console->escaped)
		return;
	if (was_escaped && byte != console->escape)
		command(console, byte);
	else
		deliver(console, byte);
}

/* The guest reads again. */
static void forgive(struct console *console, struct console_channel *channel)
{
	channel->rx_full = false;
	if (!channel->rx_given_up)
		return;
	channel->rx_given_up = false;
	console_input_notice(console, "%.*s reads its input again; %lu bytes of it were dropped",
			     CONSOLE_NAME_MAX, channel->name, (unsigned long)channel->rx_dropped);
	channel->rx_dropped = 0;
}

/* The guest took nothing, and its ring is full. */
static void lose_patience(struct console *console, struct console_channel *channel, uint64_t now)
{
	if (!channel->rx_full) {
		channel->rx_full = true;
		channel->rx_stalled_at = now;
	}
	if (channel->rx_given_up || now - channel->rx_stalled_at < console->rx_patience)
		return;
	channel->rx_given_up = true;
	console_input_notice(console, "%.*s does not read its input: more of it is dropped",
			     CONSOLE_NAME_MAX, channel->name);
}

/* Hands over what fits; returns how many bytes did. */
static uint32_t hand_over(struct console_channel *channel)
{
	const uint8_t *bytes;
	uint32_t total = 0;

	/* A ring is in two pieces at most. */
	for (unsigned i = 0; i < 2; i++) {
		uint32_t count = ring_piece(&channel->rx, &bytes), taken;

		if (!count || !channel->ops || !channel->ops->rx)
			break;
		taken = channel->ops->rx(channel->ctx, bytes, count);
		ring_drop(&channel->rx, taken);
		total += taken;
		if (taken < count)
			break;
	}
	return total;
}

void console_input_move(struct console *console)
{
	uint64_t now = console->ops->now(console->ctx);
	bool stop;

	for (uint32_t i = 0; i < console->nr_guests; i++) {
		struct console_channel *channel = console->guests[i];

		if (hand_over(channel))
			forgive(console, channel);
		else if (ring_room(&channel->rx) == 0)
			lose_patience(console, channel, now);
	}
	stop = console_input_room(console) == 0;
	if (stop != console->input_stopped) {
		console->input_stopped = stop;
		console->ops->uart_want_input(console->ctx, !stop);
	}
}

uint64_t console_input_deadline(const struct console *console)
{
	const struct console_channel *channel = target(console);

	if (!channel || !channel->rx_full || channel->rx_given_up)
		return CONSOLE_NO_DEADLINE;
	return channel->rx_stalled_at + console->rx_patience;
}
