/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: see hv/log.h. The ring holds finished lines with their '\n', end to
 * end; positions run freely. When a new line needs the room, whole lines go
 * from the old end, so that `oldest` always stands at a line's beginning.
 */
#include "hv/log.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/fmt.h"
#include "hv/spinlock.h"

#define RING_SIZE 8192

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

/* What stands in front of the text: informational lines need no word. */
static const char *const level_marks[] = {
	[LOG_ERROR] = "error: ",
	[LOG_WARN] = "warning: ",
	[LOG_INFO] = "",
	[LOG_DEBUG] = "debug: ",
};

static struct {
	enum log_level level; /* atomically */

	/* Under lock. */
	struct spinlock lock;
	struct log_env env;
	uint64_t oldest, newest; /* positions; newest - oldest <= RING_SIZE */
	uint64_t not_shown;
	char ring[RING_SIZE];
} state = { .level = LOG_INFO };

void log_set_env(const struct log_env *env)
{
	spin_lock(&state.lock);
	state.env = *env;
	spin_unlock(&state.lock);
}

void log_set_level(enum log_level level)
{
	__atomic_store_n(&state.level, level, __ATOMIC_RELAXED);
}

int log_parse_level(const char *name, enum log_level *level)
{
	for (unsigned i = 0; i < ARRAY_SIZE(level_names); i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* One past the end of the line that starts at position. */
static uint64_t line_end(uint64_t position)
{
	while (position != state.newest && state.ring[position % RING_SIZE] != '\n')
		position++;
	return position == state.newest ? position : position + 1;
}

static void keep(const char *line, size_t length)
{
	while (RING_SIZE - (state.newest - state.oldest) < length)
		state.oldest = line_end(state.oldest);
	for (size_t i = 0; i < length; i++)
		state.ring[state.newest++ % RING_SIZE] = line[i];
}

/* Ends a text of any length with "\n", cut with "..." where it is too long. */
static size_t finish(char line[LOG_LINE_MAX + 1], size_t length)
{
	if (length > LOG_LINE_MAX - 1) {
		length = LOG_LINE_MAX - 1;
		memcpy(line + length - 3, "...", 3);
	}
	for (size_t i = 0; i < length; i++) {
		if ((uint8_t)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	}
	line[length] = '\n';
	line[length + 1] = '\0';
	return length + 1;
}

/* The line's stamp and mark; returns its length. */
static size_t stamp(char *line, size_t size, enum log_level level)
{
	uint64_t ms = state.env.milliseconds ? state.env.milliseconds() : 0;
	uint32_t hart = state.env.hart ? state.env.hart() : 0;

	return fmt_snprintf(line, size, "%5lu.%03lu hart %u: %s", (unsigned long)(ms / 1000),
			    (unsigned long)(ms % 1000), hart, level_marks[level]);
}

void log_print(enum log_level level, const char *format, ...)
{
	char line[LOG_LINE_MAX + 1];
	va_list args;
	size_t length;

	if (level > __atomic_load_n(&state.level, __ATOMIC_RELAXED))
		return;
	spin_lock(&state.lock);
	length = stamp(line, sizeof(line), level);
	va_start(args, format);
	length += fmt_vsnprintf(line + length, sizeof(line) - length, format, args);
	va_end(args);
	length = finish(line, length);
	keep(line, length);
	if (!state.env.sink || !state.env.sink(state.env.sink_ctx, line, length))
		state.not_shown++;
	spin_unlock(&state.lock);
}

size_t log_read(uint64_t *cursor, char line[LOG_LINE_MAX + 1])
{
	uint64_t from, to;
	size_t length;

	spin_lock(&state.lock);
	from = MAX(*cursor, state.oldest);
	to = line_end(from);
	length = (size_t)(to - from);
	for (size_t i = 0; i < length; i++)
		line[i] = state.ring[(from + i) % RING_SIZE];
	line[length] = '\0';
	*cursor = to;
	spin_unlock(&state.lock);
	return length;
}

uint64_t log_not_shown(void)
{
	uint64_t count;

	spin_lock(&state.lock);
	count = state.not_shown;
	spin_unlock(&state.lock);
	return count;
}

void log_reset(void)
{
	spin_lock(&state.lock);
	state.env = (struct log_env){ 0 };
	state.oldest = 0;
	state.newest = 0;
	state.not_shown = 0;
	spin_unlock(&state.lock);
	log_set_level(LOG_INFO);
}
