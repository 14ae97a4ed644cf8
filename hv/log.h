/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's log: lines of one level each, stamped with the time and the hart,
 * kept in a ring for the prompt's `log` command and handed to a sink that shows
 * them on the console. Any hart, any time, from the first instruction of C on;
 * it never waits for the console: a line that the sink can't take is counted
 * and stays in the ring. One lock, innermost but for what the sink takes. Pure.
 */
#ifndef HV_LOG_H
#define HV_LOG_H

#include "hv/types.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

#define LOG_LINE_MAX 256 /* bytes of a finished line; a longer one ends in "..." */

/* Where lines come from and go to. Every member may be NULL. */
struct log_env {
	uint64_t (*milliseconds)(void); /* since boot */
	uint32_t (*hart)(void);         /* the id of the calling hart */
	/*
	 * Shows one line, '\n' at its end, on the console; false: no room, none of it
	 * was taken. Called with the log's lock held: must not log, must not wait.
	 */
	bool (*sink)(void *ctx, const char *line, size_t length);
	void *sink_ctx;
};

/* Replaces the environment: early at boot, and again when the console is up. Copies env. */
void log_set_env(const struct log_env *env);

/* The most talkative level that is kept and shown from now on. LOG_INFO at first. */
void log_set_level(enum log_level level);

/* The level named "error", "warn", "info" or "debug" into *level; -EINVAL when there is no such. */
int log_parse_level(const char *name, enum log_level *level);

/* Adds a line; format has no '\n' at its end. Bytes below ' ' are shown as '?'. Any hart. */
void log_print(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_print(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_print(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_print(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_print(LOG_DEBUG, __VA_ARGS__)

/*
 * Reads the lines kept, oldest first: copies the line at *cursor (0: the oldest
 * still there) to line, NUL-ended, and moves *cursor on. Returns its length, or 0
 * when there is none. A line overwritten between two calls is skipped.
 */
size_t log_read(uint64_t *cursor, char line[LOG_LINE_MAX + 1]);

/* Lines that the sink had no room for, since boot: they are in the ring only. */
uint64_t log_not_shown(void);

/* Forgets every line and the environment: for tests. */
void log_reset(void);

#endif
