/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console's commands, one function each, found in a table.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/app/command.h"
#include "guests/freertos/app/crash.h"
#include "guests/freertos/app/disturbed.h"
#include "guests/freertos/app/fpcheck.h"
#include "guests/freertos/app/heartbeat.h"
#include "guests/freertos/app/info.h"
#include "guests/freertos/app/jitter.h"
#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/term.h"
#include "guests/freertos/app/work.h"
#include "guests/freertos/port/port.h"
#include "guests/lib/intc.h"
#include "guests/lib/sbi.h"

#define MOST_TASKS        24
#define LONGEST_WATCH     3600
#define LONGEST_HEARTBEAT 1000000 /* seconds: what ticks can still count */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 16;
}

bool command_number(const char *word, uint64_t *number)
{
	int base = 10;

	if (!word)
		return false;
	if (word[0] == '0' && word[1] == 'x') {
		base = 16;
		word += 2;
	}
	*number = 0;
	if (!*word)
		return false;
	for (; *word; word++) {
		if (digit(*word) >= base)
			return false;
		*number = *number * (uint64_t)base + (uint64_t)digit(*word);
	}
	return true;
}

static void command_uptime(char *words[])
{
	uint32_t milliseconds;
	uint64_t seconds = heartbeat_uptime(&milliseconds);

	(void)words;
	shell_print("up %lu.%03u s\n", seconds, milliseconds);
}

static const char *state_of(const TaskStatus_t *task)
{
	static const char *const states[] = { "running", "ready", "blocked", "suspended",
					      "deleted" };

	if (task->xHandle == xTaskGetCurrentTaskHandle())
		return "running"; /* V9 calls it ready */
	if (task->eCurrentState >= sizeof(states) / sizeof(states[0]))
		return "unknown";
	return states[task->eCurrentState];
}

static void command_tasks(char *words[])
{
	static TaskStatus_t list[MOST_TASKS]; /* too large for the stack; one console only */
	uint32_t total;
	UBaseType_t count = uxTaskGetSystemState(list, MOST_TASKS, &total);

	(void)words;
	shell_print("%-12s %-9s %8s %11s %5s\n", "task", "state", "priority", "stack left", "cpu");
	for (UBaseType_t i = 0; i < count; i++) {
		const TaskStatus_t *t = &list[i];

		shell_print("%-12s %-9s %8lu %9lu B %3lu %%\n", t->pcTaskName, state_of(t),
			    t->uxCurrentPriority, t->usStackHighWaterMark * sizeof(StackType_t),
			    total ? t->ulRunTimeCounter * UINT64_C(100) / total : 0);
	}
}

static void command_jitter(char *words[])
{
	if (!words[1]) {
		jitter_print();
	} else if (!strcmp(words[1], "reset")) {
		jitter_reset();
		shell_print("jitter: reset\n");
	} else if (!strcmp(words[1], "histogram")) {
		jitter_print();
		jitter_print_histogram();
	} else {
		shell_print("jitter [reset|histogram]\n");
	}
}

static void command_disturbed(char *words[])
{
	uint64_t seconds = 0;

	if (words[1] && (!command_number(words[1], &seconds) || seconds > LONGEST_WATCH))
		shell_print("disturbed [SECONDS]\n");
	else
		disturbed_print(seconds);
}

static void command_stats(char *words[])
{
	struct work w = work_get();

	(void)words;
	shell_print("queue: %lu sent, %lu received, %lu bad\n", w.sent, w.received, w.bad_messages);
	shell_print("mutex: %lu rounds, %lu with inherited priority, %lu inversions\n",
		    w.mutex_rounds, w.inherited, w.inversions);
	shell_print("timer: %lu calls\nevent group: %lu rounds\n", w.timer_calls, w.event_rounds);
	shell_print("interrupts: %lu from devices (%lu spurious), %lu nested\n", intc_count(),
		    intc_spurious(), port_nested());
	shell_print("ticks: %lu, %lu lost\n", port_ticks(), port_ticks_lost());
	shell_print("heap: %lu of %lu bytes free, least %lu\n", xPortGetFreeHeapSize(),
		    (size_t)configTOTAL_HEAP_SIZE, xPortGetMinimumEverFreeHeapSize());
	shell_print("console: %u bytes lost\nwork: %s\n", term_overruns(),
		    work_is_good(&w) ? "ok" : "FAILED");
}

static void command_heartbeat(char *words[])
{
	uint64_t seconds = 0;

	if (words[1] && (!strcmp(words[1], "off") ||
			 (command_number(words[1], &seconds) && seconds <= LONGEST_HEARTBEAT))) {
		heartbeat_set((uint32_t)seconds);
		shell_print("heartbeat: %s\n", seconds ? words[1] : "off");
	} else {
		shell_print("heartbeat off|SECONDS\n");
	}
}

static void command_fp(char *words[])
{
	(void)words;
	fpcheck_run();
}

static void command_lines(char *words[])
{
	uint64_t count;

	if (!command_number(words[1], &count)) {
		shell_print("lines NUMBER\n");
		return;
	}
	for (uint64_t i = 1; i <= count; i++)
		shell_print("line %06lu of %06lu: the quick brown fox jumps over the lazy dog\n", i,
			    count);
}

static void command_info(char *words[])
{
	(void)words;
	info_print(shell_print);
}

static void command_crash(char *words[])
{
	uint64_t address;

	if (!words[1]) {
		crash_list();
		return;
	}
	if (!command_number(words[2], &address))
		address = CRASH_NOWHERE;
	crash_run(words[1], address);
}

static void command_reboot(char *words[])
{
	(void)words;
	shell_print("freertos: reboot\n");
	term_drain();
	sbi_reboot();
}

static void command_poweroff(char *words[])
{
	(void)words;
	shell_print("freertos: poweroff\n");
	term_drain();
	sbi_shutdown(SBI_SRST_REASON_NONE);
}

static void command_help(char *words[]);

static const struct {
	const char *name;
	void (*run)(char *words[]);
	const char *what;
} commands[] = {
	{ "help", command_help, "this list" },
	{ "tasks", command_tasks, "each task's state, priority, stack and share of the hart" },
	{ "jitter", command_jitter, "[reset|histogram] how late the 1 kHz task wakes" },
	{ "disturbed", command_disturbed,
	  "[SECONDS] exits from this guest, since last, or for so long" },
	{ "uptime", command_uptime, "time since the scheduler's start" },
	{ "stats", command_stats, "what queue, mutex, timer, event group and interrupts did" },
	{ "info", command_info, "the machine as this guest sees it" },
	{ "fp", command_fp, "check floating point across context switches" },
	{ "lines", command_lines, "NUMBER print that many numbered lines" },
	{ "heartbeat", command_heartbeat, "off|SECONDS the line that comes now and then" },
	{ "crash", command_crash, "[HOW [ADDRESS]] go wrong; alone, lists the ways" },
	{ "reboot", command_reboot, "ask the SBI for a cold reboot" },
	{ "poweroff", command_poweroff, "ask the SBI for shutdown" },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void command_help(char *words[])
{
	(void)words;
	for (unsigned i = 0; i < COMMANDS; i++)
		shell_print("  %-10s %s\n", commands[i].name, commands[i].what);
}

void command_run(char *words[])
{
	for (unsigned i = 0; i < COMMANDS; i++) {
		if (strcmp(words[0], commands[i].name))
			continue;
		commands[i].run(words);
		return;
	}
	shell_print("%s: no such command; try help\n", words[0]);
}
