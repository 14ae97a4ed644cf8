/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's prompt: see hv/prompt.h. The editor works at the line's end only:
 * every change is shown by writing characters or by rubbing them out with
 * "\b \b", so any terminal will do, and so will a program that reads along.
 */
#include "hv/prompt.h"

#include <stdarg.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/edit_distance.h"
#include "hv/fmt.h"
#include "hv/log.h"

#define PRINT_MAX   256
#define HELP_INDENT 30

#define CTRL(letter) ((letter) - '@')
#define BACKSPACE    0x08
#define DELETE       0x7f
#define ESC          0x1b

static void command_help(struct prompt *prompt, int argc, char **argv);
static void command_log(struct prompt *prompt, int argc, char **argv);

static const struct prompt_command built_in[] = {
	{ "help", "[COMMAND]", "this list, or one command's line", command_help },
	{ "log", "[error|warn|info|debug]", "print the log, or set what is logged", command_log },
};

static size_t nr_commands(const struct prompt *prompt)
{
	return ARRAY_SIZE(built_in) + prompt->nr_commands;
}

static const struct prompt_command *command_at(const struct prompt *prompt, size_t i)
{
	if (i < ARRAY_SIZE(built_in))
		return &built_in[i];
	return &prompt->commands[i - ARRAY_SIZE(built_in)];
}

static const struct prompt_command *find(const struct prompt *prompt, const char *name)
{
	for (size_t i = 0; i < nr_commands(prompt); i++) {
		if (strcmp(command_at(prompt, i)->name, name) == 0)
			return command_at(prompt, i);
	}
	return NULL;
}

/* Output */

static void write_text(struct prompt *prompt, const char *text)
{
	prompt->write(prompt->ctx, text, strlen(text));
}

void prompt_print(struct prompt *prompt, const char *format, ...)
{
	char text[PRINT_MAX];
	va_list args;
	size_t length;

	va_start(args, format);
	length = fmt_vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	prompt->write(prompt->ctx, text, MIN(length, sizeof(text) - 1));
}

void prompt_redraw(struct prompt *prompt)
{
	write_text(prompt, PROMPT_TEXT);
	write_text(prompt, prompt->line);
}

const char *prompt_nearest(const struct prompt *prompt, const char *word)
{
	size_t best = MAX(strlen(word) / 3, (size_t)1) + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < nr_commands(prompt); i++) {
		const char *name = command_at(prompt, i)->name;
		unsigned d = edit_distance(word, name);

		if (d < best) {
			best = d;
			nearest = name;
		}
	}
	return nearest;
}

/* Commands */

static void print_command(struct prompt *prompt, const struct prompt_command *command)
{
	int width = HELP_INDENT - 3 - (int)strlen(command->name);

	prompt_print(prompt, "  %s %-*s %s\n", command->name, MAX(width, 0), command->usage,
		     command->help);
}

static void say_unknown(struct prompt *prompt, const char *name)
{
	const char *nearest = prompt_nearest(prompt, name);

	if (nearest)
		prompt_print(prompt, "%s: no such command; did you mean %s?\n", name, nearest);
	else
		prompt_print(prompt, "%s: no such command; help lists them\n", name);
}

static void command_help(struct prompt *prompt, int argc, char **argv)
{
	if (argc > 1) {
		const struct prompt_command *command = find(prompt, argv[1]);

		if (command)
			print_command(prompt, command);
		else
			say_unknown(prompt, argv[1]);
		return;
	}
	for (size_t i = 0; i < nr_commands(prompt); i++)
		print_command(prompt, command_at(prompt, i));
}

static void command_log(struct prompt *prompt, int argc, char **argv)
{
	char line[LOG_LINE_MAX + 1];
	uint64_t cursor = 0;
	enum log_level level;

	if (argc > 1) {
		if (log_parse_level(argv[1], &level))
			prompt_print(prompt, "%s: no such level: error, warn, info or debug\n",
				     argv[1]);
		else
			log_set_level(level);
		return;
	}
	while (log_read(&cursor, line))
		write_text(prompt, line);
}

/* Cuts line into words in place; returns how many, -1 when they are too many. */
static int split(char *line, char *words[PROMPT_ARGS_MAX])
{
	int count = 0;

	while (*line) {
		while (*line == ' ')
			*line++ = '\0';
		if (!*line)
			break;
		if (count == PROMPT_ARGS_MAX)
			return -1;
		words[count++] = line;
		while (*line && *line != ' ')
			line++;
	}
	return count;
}

static void run(struct prompt *prompt, char *line)
{
	char *words[PROMPT_ARGS_MAX];
	int count = split(line, words);
	const struct prompt_command *command;

	if (count == 0)
		return;
	if (count < 0) {
		prompt_print(prompt, "more than %d words\n", PROMPT_ARGS_MAX);
		return;
	}
	command = find(prompt, words[0]);
	if (command)
		command->run(prompt, count, words);
	else
		say_unknown(prompt, words[0]);
}

/* The editor */

static void add(struct prompt *prompt, char c)
{
	if (prompt->length == PROMPT_LINE_MAX) {
		write_text(prompt, "\a");
		return;
	}
	prompt->line[prompt->length++] = c;
	prompt->line[prompt->length] = '\0';
	prompt->write(prompt->ctx, &c, 1);
}

static void rub_out(struct prompt *prompt, size_t count)
{
	for (; count > 0 && prompt->length > 0; count--) {
		prompt->line[--prompt->length] = '\0';
		write_text(prompt, "\b \b");
	}
}

static void rub_out_word(struct prompt *prompt)
{
	while (prompt->length > 0 && prompt->line[prompt->length - 1] == ' ')
		rub_out(prompt, 1);
	while (prompt->length > 0 && prompt->line[prompt->length - 1] != ' ')
		rub_out(prompt, 1);
}

static void replace(struct prompt *prompt, const char *line)
{
	rub_out(prompt, prompt->length);
	for (; *line; line++)
		add(prompt, *line);
}

static void fresh_line(struct prompt *prompt)
{
	prompt->length = 0;
	prompt->line[0] = '\0';
	prompt->browsing = 0;
	write_text(prompt, PROMPT_TEXT);
}

/* Keeps the line as the newest of history, unless it is the newest already. */
static void remember(struct prompt *prompt)
{
	if (prompt->nr_history && strcmp(prompt->history[0], prompt->line) == 0)
		return;
	memmove(prompt->history[1], prompt->history[0],
		sizeof(prompt->history) - sizeof(prompt->history[0]));
	memcpy(prompt->history[0], prompt->line, prompt->length + 1);
	prompt->nr_history = MIN(prompt->nr_history + 1, PROMPT_HISTORY);
}

static void enter(struct prompt *prompt)
{
	char line[PROMPT_LINE_MAX + 1];

	write_text(prompt, "\n");
	memcpy(line, prompt->line, prompt->length + 1);
	if (prompt->length)
		remember(prompt);
	/* Before the command runs: its output may be torn and the prompt shown again. */
	prompt->length = 0;
	prompt->line[0] = '\0';
	run(prompt, line);
	fresh_line(prompt);
}

static void browse(struct prompt *prompt, bool older)
{
	if (older && prompt->browsing < prompt->nr_history)
		prompt->browsing++;
	else if (!older && prompt->browsing > 0)
		prompt->browsing--;
	else
		return;
	replace(prompt, prompt->browsing ? prompt->history[prompt->browsing - 1] : "");
}

/* The next command at or after *i whose name begins with the line; NULL: no more. */
static const char *next_match(const struct prompt *prompt, size_t *i)
{
	while (*i < nr_commands(prompt)) {
		const char *name = command_at(prompt, (*i)++)->name;

		if (strncmp(name, prompt->line, prompt->length) == 0)
			return name;
	}
	return NULL;
}

/* How far name agrees with match, which agrees with all before up to length. */
static size_t agree(const char *match, const char *name, size_t length)
{
	size_t n = 0;

	while (n < length && match[n] == name[n])
		n++;
	return n;
}

static void list_matches(struct prompt *prompt)
{
	size_t i = 0;
	const char *name;

	write_text(prompt, "\n");
	while ((name = next_match(prompt, &i)))
		prompt_print(prompt, "%s  ", name);
	write_text(prompt, "\n");
	prompt_redraw(prompt);
}

/* Completes a name as far as all that begin so agree; lists them when that adds nothing. */
static void complete(struct prompt *prompt)
{
	size_t i = 0, matches = 0, common = 0, typed = prompt->length;
	const char *match = NULL, *name;

	if (strchr(prompt->line, ' '))
		return;
	while ((name = next_match(prompt, &i))) {
		common = matches++ ? agree(match, name, common) : strlen(name);
		match = name;
	}
	for (size_t j = typed; j < common; j++)
		add(prompt, match[j]);
	if (matches == 1)
		add(prompt, ' ');
	else if (matches > 1 && common == typed)
		list_matches(prompt);
}

static void control(struct prompt *prompt, uint8_t byte)
{
	switch (byte) {
	case BACKSPACE:
	case DELETE:
		rub_out(prompt, 1);
		break;
	case CTRL('U'):
		rub_out(prompt, prompt->length);
		break;
	case CTRL('W'):
		rub_out_word(prompt);
		break;
	case CTRL('C'):
		write_text(prompt, "^C\n");
		fresh_line(prompt);
		break;
	case CTRL('L'):
		write_text(prompt, "\n");
		prompt_redraw(prompt);
		break;
	case CTRL('P'):
	case CTRL('N'):
		browse(prompt, byte == CTRL('P'));
		break;
	case '\t':
		complete(prompt);
		break;
	case ESC:
		prompt->key = PROMPT_KEY_ESC;
		break;
	}
}

/* A byte of a key's escape sequence: ESC [ parameters letter; A is Up, B is Down. */
static void escape_byte(struct prompt *prompt, uint8_t byte)
{
	if (prompt->key == PROMPT_KEY_ESC) {
		prompt->key = byte == '[' || byte == 'O' ? PROMPT_KEY_CSI : PROMPT_KEY_PLAIN;
		return;
	}
	if (byte < '@' || byte > '~')
		return;
	prompt->key = PROMPT_KEY_PLAIN;
	if (byte == 'A' || byte == 'B')
		browse(prompt, byte == 'A');
}

BOOT_CODE void prompt_init(struct prompt *prompt, const struct prompt_command *commands,
			   size_t count, void (*write)(void *ctx, const char *text, size_t length),
			   void *ctx)
{
	*prompt = (struct prompt){
		.commands = commands,
		.nr_commands = count,
		.write = write,
		.ctx = ctx,
	};
}

void prompt_input(struct prompt *prompt, uint8_t byte)
{
	bool ends_cr = prompt->after_cr && byte == '\n';

	prompt->after_cr = byte == '\r';
	if (prompt->key != PROMPT_KEY_PLAIN)
		escape_byte(prompt, byte);
	else if (ends_cr)
		return;
	else if (byte == '\r' || byte == '\n')
		enter(prompt);
	else if (byte < ' ' || byte == DELETE)
		control(prompt, byte);
	else if (byte < DELETE)
		add(prompt, (char)byte);
}
