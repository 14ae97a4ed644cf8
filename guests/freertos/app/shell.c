/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's task: reads a line, splits it into words, runs the command.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "guests/freertos/app/command.h"
#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/term.h"
#include "guests/lib/print.h"

#define PROMPT  "freertos> "
#define LONGEST 200
#define CTRL(c) (0x1f & (c))
#define DELETE  0x7f

static struct {
	SemaphoreHandle_t lock; /* over the terminal's output and what follows */
	bool editing;
	size_t length;
	char line[SHELL_LINE];
} shell;

static void put_text(const char *text)
{
	while (*text)
		term_put(*text++);
}

static void put_edited(void)
{
	put_text(PROMPT);
	for (size_t i = 0; i < shell.length; i++)
		term_put(shell.line[i]);
}

void shell_print(const char *format, ...)
{
	char text[LONGEST];
	va_list args;

	va_start(args, format);
	print_string(text, sizeof(text), format, args);
	va_end(args);
	xSemaphoreTake(shell.lock, portMAX_DELAY);
	put_text(text);
	term_flush();
	xSemaphoreGive(shell.lock);
}

void shell_note(const char *format, ...)
{
	char text[LONGEST];
	va_list args;

	va_start(args, format);
	print_string(text, sizeof(text), format, args);
	va_end(args);
	xSemaphoreTake(shell.lock, portMAX_DELAY);
	if (shell.editing)
		term_put('\n');
	put_text(text);
	term_put('\n');
	if (shell.editing)
		put_edited();
	term_flush();
	xSemaphoreGive(shell.lock);
}

static void rub_out(size_t count)
{
	for (; count && shell.length; count--) {
		shell.length--;
		put_text("\b \b");
	}
}

/* Takes one byte into the line. Returns true when the line is whole. */
static bool edit(char c)
{
	if (c == '\r' || c == '\n') {
		term_put('\n');
		return true;
	}
	if (c == '\b' || c == DELETE) {
		rub_out(1);
	} else if (c == CTRL('u') || c == CTRL('c')) {
		rub_out(shell.length);
	} else if (c >= ' ' && c < DELETE && shell.length + 1 < sizeof(shell.line)) {
		shell.line[shell.length++] = c;
		term_put(c);
	}
	return false;
}

static void read_line(void)
{
	static bool after_return; /* a newline that comes right behind belongs to it */
	bool whole = false;

	xSemaphoreTake(shell.lock, portMAX_DELAY);
	shell.length = 0;
	shell.editing = true;
	put_edited();
	term_flush();
	xSemaphoreGive(shell.lock);
	while (!whole) {
		char c = term_get();
		bool skip = after_return && c == '\n';

		after_return = c == '\r';
		if (skip)
			continue;
		xSemaphoreTake(shell.lock, portMAX_DELAY);
		whole = edit(c);
		shell.editing = !whole;
		term_flush();
		xSemaphoreGive(shell.lock);
	}
	shell.line[shell.length] = 0;
}

static int split(char *line, char *words[SHELL_WORDS])
{
	int count = 0;

	while (count < SHELL_WORDS) {
		while (*line == ' ')
			*line++ = 0;
		if (!*line)
			break;
		words[count++] = line;
		while (*line && *line != ' ')
			line++;
	}
	*line = 0;
	return count;
}

static void shell_task(void *argument)
{
	char *words[SHELL_WORDS] = { NULL };

	(void)argument;
	for (;;) {
		int count;

		read_line();
		count = split(shell.line, words);
		for (int i = count; i < SHELL_WORDS; i++)
			words[i] = NULL;
		if (count)
			command_run(words);
	}
}

void shell_start(void)
{
	shell.lock = xSemaphoreCreateMutex();
	configASSERT(shell.lock);
	xTaskCreate(shell_task, "console", 1024, NULL, PRIORITY_CONSOLE, NULL);
}
