/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's prompt: a line editor (Backspace, Ctrl-U, Ctrl-W, Ctrl-C, Ctrl-L,
 * history by Up and Down or Ctrl-P and Ctrl-N, Tab completes a command's name)
 * and the choice of the command. The commands are a table of the caller's, so
 * the prompt knows nothing of guests; `help` and `log` are built in. Pure; on
 * the housekeeping hart only.
 */
#ifndef HV_PROMPT_H
#define HV_PROMPT_H

#include "hv/types.h"

#define PROMPT_LINE_MAX 120
#define PROMPT_ARGS_MAX 16
#define PROMPT_HISTORY  8
#define PROMPT_TEXT     "bulkhead> "

struct prompt;

/*
 * argv[0] is the command's name; argc is 1 to PROMPT_ARGS_MAX; the words live
 * until run() returns. Output through prompt_print().
 */
struct prompt_command {
	const char *name;
	const char *usage; /* the arguments, e.g. "GUEST", or "" */
	const char *help;  /* one line */
	void (*run)(struct prompt *prompt, int argc, char **argv);
};

enum prompt_key { PROMPT_KEY_PLAIN, PROMPT_KEY_ESC, PROMPT_KEY_CSI };

struct prompt {
	/* Constant after init. */
	const struct prompt_command *commands;
	size_t nr_commands;
	void (*write)(void *ctx, const char *text, size_t length);
	void *ctx; /* for write and for the commands */

	char line[PROMPT_LINE_MAX + 1];
	size_t length;
	enum prompt_key key; /* how far a key's escape sequence has come */
	bool after_cr;       /* a '\n' that follows belongs to the '\r' */
	char history[PROMPT_HISTORY][PROMPT_LINE_MAX + 1];
	unsigned nr_history;
	unsigned browsing; /* 0: the line at hand; n: n lines back */
};

/* commands must outlive the prompt. write gets '\n' for line ends and must take all. */
void prompt_init(struct prompt *prompt, const struct prompt_command *commands, size_t nr_commands,
		 void (*write)(void *ctx, const char *text, size_t length), void *ctx);

/* A byte typed. Runs the command at the line's end. */
void prompt_input(struct prompt *prompt, uint8_t byte);

/* Shows the prompt and what has been typed so far, on a fresh line. */
void prompt_redraw(struct prompt *prompt);

/* Formatted output of at most 255 bytes a call; hv/fmt.h. */
void prompt_print(struct prompt *prompt, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The name among the commands that is nearest to word (edit distance of at most a
 * third of its length, at least 1), or NULL.
 */
const char *prompt_nearest(const struct prompt *prompt, const char *word);

#endif
