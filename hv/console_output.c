/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the UART shows next: see docs/console.md. Channels take turns by whole
 * lines. A channel in the middle of a line keeps the UART until the line
 * ends, or until it has had nothing to add for `patience` (a shell's prompt):
 * then another channel's line tears it, and it goes on later on a line of its
 * own. What is chosen goes through `stage`, which the UART empties at its pace; when it is
 * full nothing is taken out of the channels, and their producers wait.
 */
#include "hv/console_output.h"

#include "hv/bits.h"
#include "hv/console_input.h"
#include "hv/fmt.h"

#define RESERVE  256  /* of the stage, for what stands around a byte */
#define LINE_MAX 1024 /* of a guest's line before others may tear it */
#define BUDGET   4096 /* bytes shown in one call: the hart has other work too */
#define NR_OWN   2    /* channels of Bulkhead's: log and own */
#define COLOURS  6    /* SGR 31..36 */

_Static_assert(RESERVE > 2 * (CONSOLE_NAME_MAX + 16) + 64 + CONSOLE_NAME_MAX + CONSOLE_FILTER_MAX,
	       "prefixes and sequences fit");
_Static_assert(RESERVE < CONSOLE_STAGE, "there is room beside the reserve");

static struct console_channel *channel_at(struct console *console, uint32_t i)
{
	if (i == 0)
		return &console->log;
	return i == 1 ? &console->own : console->guests[i - NR_OWN];
}

static uint32_t nr_channels(const struct console *console)
{
	return console->nr_guests + NR_OWN;
}

static bool is_guest(const struct console *console, const struct console_channel *channel)
{
	return channel != &console->log && channel != &console->own;
}

static bool visible(const struct console *console, const struct console_channel *channel)
{
	if (channel == &console->own)
		return true;
	if (channel == &console->log)
		return console->view != CONSOLE_VIEW_RAW || console->at_prompt;
	return console->view == CONSOLE_VIEW_ALL ||
	       (!console->at_prompt && channel->index == console->focus);
}

/* True for channels that are shown by lines, each with the name in front. */
static bool prefixed(const struct console *console, const struct console_channel *channel)
{
	if (channel == &console->own)
		return false;
	return channel == &console->log || console->view == CONSOLE_VIEW_ALL;
}

/* The stage */

static void stage_byte(struct console *console, char c)
{
	console->stage[console->stage_head++ % CONSOLE_STAGE] = (uint8_t)c;
}

static void stage_text(struct console *console, const char *text)
{
	for (; *text; text++)
		stage_byte(console, *text);
}

static uint32_t stage_room(const struct console *console)
{
	return CONSOLE_STAGE - (console->stage_head - console->stage_tail);
}

/* Gives the UART what it takes, and asks for its interrupt when that is not all. */
static void empty_stage(struct console *console)
{
	uint32_t used, taken;
	bool wanted;

	do {
		uint32_t place = console->stage_tail % CONSOLE_STAGE;

		used = console->stage_head - console->stage_tail;
		taken = used ? console->ops->uart_put(console->ctx, console->stage + place,
						      MIN(used, CONSOLE_STAGE - place))
			     : 0;
		console->stage_tail += taken;
		console->uart_dead &= !taken;
	} while (taken);
	wanted = used != 0;
	if (wanted != console->want_room) {
		console->want_room = wanted;
		console->ops->uart_want_room(console->ctx, wanted);
	}
}

/* What has come since the last look */

static void look(struct console_channel *channel, uint64_t now)
{
	const struct ring *tx = &channel->tx;
	uint32_t head = __atomic_load_n(&tx->head, __ATOMIC_ACQUIRE);

	if (head != channel->seen_head) {
		channel->seen_head = head;
		channel->seen_at = now;
	}
	/* Both lag behind when bytes were dropped; the counts wrap, so compare differences. */
	if ((int32_t)(channel->scanned - tx->tail) < 0)
		channel->scanned = tx->tail;
	if ((int32_t)(channel->line_end - tx->tail) < 0)
		channel->line_end = tx->tail;
	for (; channel->scanned != head; channel->scanned++) {
		if (tx->bytes[channel->scanned & (tx->size - 1)] == '\n')
			channel->line_end = channel->scanned + 1;
	}
}

/* Bytes seen by the last look and not shown yet. */
static uint32_t waiting(const struct console_channel *channel)
{
	return channel->seen_head - channel->tx.tail;
}

/* A guest that isn't shown keeps half a ring of its newest output, from a line's beginning on. */
static void trim(struct console_channel *channel)
{
	uint32_t size = channel->tx.size, used = waiting(channel), drop;

	if (used < size - size / 4)
		return;
	for (drop = used - size / 2; drop < used; drop++) {
		if (ring_peek(&channel->tx, drop - 1) == '\n')
			break;
	}
	ring_drop(&channel->tx, drop);
	channel->skipped += drop;
	channel->broken = false;
}

static void look_at_all(struct console *console, uint64_t now)
{
	/* Pairs with console_put(): tails are stored, now heads are read. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < nr_channels(console); i++) {
		struct console_channel *channel = channel_at(console, i);

		look(channel, now);
		if (!visible(console, channel) && is_guest(console, channel))
			trim(channel);
	}
}

/* The choice */

static bool patience_is_over(const struct console *console, const struct console_channel *channel,
			     uint64_t now)
{
	return now - channel->seen_at >= console->patience;
}

/* Has something to show on a line of its own, now. */
static bool ready(const struct console *console, const struct console_channel *channel,
		  uint64_t now)
{
	uint32_t used = waiting(channel);

	if (!used || !visible(console, channel))
		return false;
	if (!prefixed(console, channel) || channel->line_end != channel->tx.tail)
		return true;
	if (channel == &console->log)
		return false;
	return used >= channel->tx.size / 2 || patience_is_over(console, channel, now);
}

/* The next in turn that is ready, apart from the one whose line is open; NULL: none. */
static struct console_channel *next_ready(struct console *console, uint64_t now)
{
	uint32_t count = nr_channels(console);

	for (uint32_t i = 1; i <= count; i++) {
		uint32_t turn = (console->turn + i) % count;
		struct console_channel *channel = channel_at(console, turn);

		if (channel != console->line && ready(console, channel, now))
			return channel;
	}
	return NULL;
}

/* Bulkhead's own lines end, however long they are (`stats json`): a program may read them. */
static bool is_too_long(const struct console *console, const struct console_channel *line)
{
	return line != &console->own && console->line_length >= LINE_MAX;
}

static struct console_channel *choose(struct console *console, uint64_t now)
{
	struct console_channel *line = console->line, *next = next_ready(console, now);

	if (!line || !visible(console, line))
		return next;
	if (waiting(line))
		return next && is_too_long(console, line) ? next : line;
	return patience_is_over(console, line, now) ? next : NULL;
}

/* Showing it */

static void stage_prefix(struct console *console, const struct console_channel *channel, bool torn)
{
	char text[CONSOLE_NAME_MAX + 24];
	unsigned colour = is_guest(console, channel) ? 31 + channel->index % COLOURS : 1;

	if (console->colour)
		fmt_snprintf(text, sizeof(text), "\033[%um[%.*s]%s\033[0m ", colour,
			     CONSOLE_NAME_MAX, channel->name, torn ? "+" : "");
	else
		fmt_snprintf(text, sizeof(text), "[%.*s]%s ", CONSOLE_NAME_MAX, channel->name,
			     torn ? "+" : "");
	stage_text(console, text);
}

static void stage_skipped(struct console *console, struct console_channel *channel)
{
	char text[CONSOLE_NAME_MAX + 64];

	fmt_snprintf(text, sizeof(text), "[%.*s: %lu bytes of output skipped]\r\n",
		     CONSOLE_NAME_MAX, channel->name, (unsigned long)channel->skipped);
	stage_text(console, text);
	channel->skipped = 0;
}

/* A guest's colours end with its line. */
static void stage_plain(struct console *console)
{
	if (console->coloured)
		stage_text(console, "\033[0m");
	console->coloured = false;
}

/* Ends another's open line, so that channel begins at the left. */
static void take_line(struct console *console, struct console_channel *channel)
{
	if (console->line == channel)
		return;
	if (console->line) {
		stage_plain(console);
		stage_text(console, "\r\n");
		console->line->broken = true;
	}
	console->line = NULL;
	console->line_length = 0;
	console->after_cr = false;
}

static void show_byte(struct console *console, struct console_channel *channel, char c)
{
	if (prefixed(console, channel)) {
		/* After '\r' the text would overwrite the name. */
		if (!console->line || (console->after_cr && c != '\r' && c != '\n'))
			stage_prefix(console, channel, channel->broken);
		if (c == '\n')
			stage_plain(console);
		if (c == '\n' && !console->after_cr)
			stage_byte(console, '\r');
	}
	stage_byte(console, c);
	channel->broken = false;
	console->after_cr = c == '\r';
	console->line = c == '\n' ? NULL : channel;
	console->line_length = c == '\n' ? 0 : console->line_length + 1;
}

/* Shows what others on the same terminal need not fear of a guest's byte. */
static void show_filtered(struct console *console, struct console_channel *channel, uint8_t byte)
{
	char shown[CONSOLE_FILTER_MAX];
	uint32_t count, i;

	if (!console->line || console->after_cr)
		console_filter_line(&channel->filter);
	count = console_filter(&channel->filter, byte, console->colour, shown);
	for (i = 0; i < count; i++)
		show_byte(console, channel, shown[i]);
	console->coloured |= count > 1 && shown[0] == '\033';
}

/* Shows channel's bytes to the line's end, or as far as they or the stage reach; how many. */
static uint32_t show(struct console *console, struct console_channel *channel)
{
	bool filtered = prefixed(console, channel) && is_guest(console, channel);
	uint32_t used = waiting(channel), n = 0;
	bool line_ended = false;

	take_line(console, channel);
	if (channel->skipped)
		stage_skipped(console, channel);
	if (!filtered)
		channel->filter = (struct console_filter){ 0 };
	while (n < used && !line_ended && stage_room(console) >= RESERVE) {
		char c = (char)ring_peek(&channel->tx, n++);

		if (filtered)
			show_filtered(console, channel, (uint8_t)c);
		else
			show_byte(console, channel, c);
		line_ended = c == '\n';
	}
	ring_drop(&channel->tx, n);
	return n;
}

/*
 * After the channel had its turn, those after it are asked first; but what Bulkhead says in
 * several lines stays together.
 */
static void pass_turn(struct console *console, const struct console_channel *channel)
{
	if (channel == &console->log || (channel == &console->own && waiting(channel)))
		console->turn = 0;
	else
		console->turn = channel == &console->own ? 1 : channel->index + NR_OWN;
}

/* When to come again */

static void feed_producers(struct console *console)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < console->nr_guests; i++) {
		struct console_channel *channel = console->guests[i];

		if (ring_room(&channel->tx) && channel->ops && channel->ops->tx_room &&
		    __atomic_exchange_n(&channel->starved, 0, __ATOMIC_SEQ_CST))
			channel->ops->tx_room(channel->ctx);
	}
}

static bool prompt_is_torn(const struct console *console)
{
	return console->own.broken && console->at_prompt;
}

/* The end of the patience of anything that waits for one. */
static uint64_t next_deadline(struct console *console, uint64_t now)
{
	uint64_t deadline = console_input_deadline(console);
	bool others_wait = next_ready(console, now);

	for (uint32_t i = 0; i < nr_channels(console); i++) {
		struct console_channel *channel = channel_at(console, i);
		bool half_line = waiting(channel) && visible(console, channel);

		if ((half_line || (channel == console->line && others_wait)) &&
		    !patience_is_over(console, channel, now))
			deadline = MIN(deadline, channel->seen_at + console->patience);
	}
	if (prompt_is_torn(console))
		deadline = MIN(deadline, console->shown_at + console->patience);
	return deadline;
}

static void ask_for_wake(struct console *console, uint64_t deadline)
{
	if (deadline == console->wake)
		return;
	console->wake = deadline;
	console->ops->wake_at(console->ctx, deadline);
}

void console_output_move(struct console *console)
{
	uint64_t now = console->ops->now(console->ctx);
	uint32_t shown = 0;

	for (;;) {
		struct console_channel *channel;

		look_at_all(console, now);
		empty_stage(console);
		channel = stage_room(console) >= RESERVE ? choose(console, now) : NULL;
		if (!channel || shown >= BUDGET)
			break;
		shown += show(console, channel);
		console->shown_at = now;
		pass_turn(console, channel);
	}
	feed_producers(console);
	ask_for_wake(console,
		     shown >= BUDGET ? now + console->patience / 16 : next_deadline(console, now));
}

bool console_output_idle(const struct console *console)
{
	bool idle = console->stage_head == console->stage_tail && !ring_used(&console->own.tx) &&
		    !ring_used(&console->log.tx);

	for (uint32_t i = 0; i < console->nr_guests; i++) {
		if (visible(console, console->guests[i]) && ring_used(&console->guests[i]->tx))
			idle = false;
	}
	return idle;
}

bool console_output_redraw_due(const struct console *console)
{
	uint64_t now = console->ops->now(console->ctx);

	return prompt_is_torn(console) && !ring_used(&console->own.tx) &&
	       now - console->shown_at >= console->patience;
}
