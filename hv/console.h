/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's multiplexer: one UART, several guests, Bulkhead's prompt and its
 * log. What a user sees of it is in docs/console.md. Pure.
 *
 * Everything but the calls marked "any hart" belongs to the housekeeping hart,
 * one call at a time. A guest's output goes through its channel's ring: one
 * producer (the UART model, under its device's lock), one consumer (the housekeeping
 * hart). No lock is taken here; a full ring is the producer's to wait for, so the
 * order of bytes never changes and none is lost. The one exception is told to
 * the user: a guest that is not shown keeps its newest output, and what went from its
 * oldest is counted and said when it is shown.
 */
#ifndef HV_CONSOLE_H
#define HV_CONSOLE_H

#include "hv/console_filter.h"
#include "hv/ring.h"
#include "hv/types.h"

struct console;

#define CONSOLE_NAME_MAX     32   /* of a guest; longer names are shown cut */
#define CONSOLE_ESCAPE       0x1d /* Ctrl-] */
#define CONSOLE_STAGE        512  /* bytes decided upon and not yet taken by the UART */
#define CONSOLE_RING_DEFAULT 8192 /* a guest's output, kept while it is not shown */
#define CONSOLE_RX_DEFAULT   1024 /* input that a guest has not read yet */

/* A guest's side. Called on the housekeeping hart without any lock. Each may be NULL. */
struct console_guest_ops {
	/* Takes as many of the count bytes as the guest's UART has room for; returns how many. */
	uint32_t (*rx)(void *ctx, const uint8_t *bytes, uint32_t count);
	/* The ring has room again after console_put() said no: offer what waits. */
	void (*tx_room)(void *ctx);
};

struct console_channel {
	/* Constant after console_add_guest(). */
	struct console *console;
	const char *name;
	uint32_t index; /* 0 is the first guest, which the user calls 1 */
	const struct console_guest_ops *ops;
	void *ctx;

	/* Shared with the producer. */
	struct ring tx;
	uint32_t starved; /* atomically: the producer was told no */

	/* The housekeeping hart's. Positions are in tx's free-running count. */
	struct ring rx;
	uint32_t scanned;       /* no '\n' between line_end and here */
	uint32_t line_end;      /* one past the last '\n' seen */
	uint32_t seen_head;     /* tx.head when it last grew */
	uint64_t seen_at;       /* and when that was */
	uint64_t skipped;       /* bytes dropped since it was last shown */
	uint64_t rx_stalled_at; /* since when its input takes nothing; only while rx is full */
	uint64_t rx_dropped;    /* input given up, not told yet */
	bool rx_full;           /* it took nothing when there was no room left */
	bool rx_given_up;       /* for too long: input is dropped, and counted */
	bool broken;            /* others wrote between two parts of its line */
	struct console_filter filter; /* of what others' terminal gets of it */
};

enum console_view {
	CONSOLE_VIEW_ALL,   /* every guest's lines, with its name in front */
	CONSOLE_VIEW_FOCUS, /* the focused guest alone, its bytes as they are */
	CONSOLE_VIEW_RAW,   /* the same, and no line of the log, but at the prompt */
};

/* The world around. All on the housekeeping hart but kick. */
struct console_ops {
	/* Hands bytes to the host's UART; returns how many it took, maybe 0. Never waits. */
	uint32_t (*uart_put)(void *ctx, const uint8_t *bytes, uint32_t count);
	/* wanted: call console_service() once the UART takes bytes again; else no more. */
	void (*uart_want_room)(void *ctx, bool wanted);
	/* Stop (false) or go on (true) reading the UART's input: console_input_room(). */
	void (*uart_want_input)(void *ctx, bool wanted);
	/* Any hart: have console_service() called on the housekeeping hart, soon. */
	void (*kick)(void *ctx);
	/* The time, in any unit that does not go back. */
	uint64_t (*now)(void *ctx);
	/* Have console_service() called at this time; replaces the time asked for before. */
	void (*wake_at)(void *ctx, uint64_t time);
	/* Input for the prompt, which always takes it. */
	void (*prompt_input)(void *ctx, uint8_t byte);
	/* The prompt got the user's attention, or its line was torn: show it again. */
	void (*prompt_redraw)(void *ctx);
};

struct console_config {
	const struct console_ops *ops;
	void *ctx;
	struct console_channel **guests; /* room for max_guests pointers */
	uint32_t max_guests;
	uint8_t *log_ring; /* each a power of two */
	uint32_t log_ring_size;
	uint8_t *own_ring; /* the prompt's output and notices */
	uint32_t own_ring_size;
	uint8_t escape;       /* the prefix key: CONSOLE_ESCAPE */
	bool colour;          /* names in colour (SGR) */
	uint64_t patience;    /* ops->now units: how long half a line waits for its rest; 20 ms */
	uint64_t rx_patience; /* how long input waits for a guest that reads none; 2 s */
};

struct console {
	/* Constant after init. */
	const struct console_ops *ops;
	void *ctx;
	struct console_channel **guests;
	uint32_t max_guests;
	uint8_t escape;
	bool colour;
	uint64_t patience;
	uint64_t rx_patience;

	/* Any hart, atomically. */
	uint32_t kicked; /* a kick is on its way */

	/* log.tx has its producer on any hart, under the log's lock. */
	struct console_channel log;
	uint32_t log_lost; /* atomically: lines without room since the last one told */

	/* The housekeeping hart's. */
	struct console_channel own;
	uint32_t nr_guests;
	enum console_view view;
	uint32_t focus; /* the guest that input goes to */
	bool at_prompt; /* input goes to the prompt instead */
	bool uart_dead; /* it took nothing for too long: no more waiting for it */
	bool own_open;  /* the last byte written to own was no line end */
	bool escaped;   /* the prefix key came, the next byte is a command */
	bool input_stopped;
	bool want_room;
	struct console_channel *line; /* whose line the UART is in the middle of; NULL: none's */
	uint32_t line_length;         /* bytes of that line so far */
	bool after_cr;                /* the last byte shown was '\r' */
	bool coloured;                /* a guest chose a colour in that line */
	uint32_t turn;                /* round robin among the channels */
	uint64_t wake;                /* the time that wake_at() was told last */
	uint64_t shown_at;            /* when anything was shown last */
	uint8_t stage[CONSOLE_STAGE];
	uint32_t stage_head, stage_tail;
};

/* A console without guests, at the prompt. -EINVAL: rings that can't be. */
int console_init(struct console *console, const struct console_config *config);

/*
 * Adds a guest's channel, in the order in which the user counts them, before the
 * harts run guests. One guest is focused; from the second on all are shown, and
 * input goes to the first. tx and rx are rings' memory of a power of two of bytes.
 * name and the memory must outlive the console. -ENOSPC: max_guests are there;
 * -EINVAL: sizes.
 */
int console_add_guest(struct console *console, struct console_channel *channel, const char *name,
		      uint8_t *tx, uint32_t tx_size, uint8_t *rx, uint32_t rx_size,
		      const struct console_guest_ops *ops, void *ctx);

/*
 * Any hart, under the producer's lock: a byte that the guest sent. False: no room;
 * ops->tx_room() will tell when there is.
 */
bool console_put(struct console_channel *channel, uint8_t byte);

/* Any hart: the guest's UART has room for input again. Takes no lock. */
void console_rx_ready(struct console_channel *channel);

/*
 * Any hart, under the log's lock: a log_env sink; ctx is the struct console. False
 * when the line doesn't fit: a line on the console will say how many didn't.
 */
bool console_log_sink(void *ctx, const char *line, size_t length);

/* How many bytes console_input() takes now: 0 asks the UART to hold them. */
uint32_t console_input_room(const struct console *console);

/* A byte typed, when console_input_room() is not 0. */
void console_input(struct console *console, uint8_t byte);

/* Moves what can be moved, both ways. After a kick, a wake, room at the UART, or input. */
void console_service(struct console *console);

/*
 * Output of the prompt: '\n' becomes "\r\n". When the ring is full it serves the UART
 * until there is room again, so it waits as long as the UART is slow; one that
 * takes nothing for a million tries loses the text. Not from within an op, but for the prompt's.
 */
void console_write_own(struct console *console, const char *text, size_t length);

/* Shows guest index alone and sends it the input. A notice says so, or that there is none. */
void console_focus(struct console *console, uint32_t index);

/* Changes what is shown, and leaves the prompt. */
void console_set_view(struct console *console, enum console_view view);

/* Sends the input to the prompt. */
void console_enter_prompt(struct console *console);

/*
 * Serves the UART until all that may be shown is out, the log even in the raw view, at most
 * rounds times: before a halt.
 */
void console_flush(struct console *console, uint32_t rounds);

#endif
