// SPDX-License-Identifier: Apache-2.0
/*
 * A guest that does on purpose what no guest should, to show that it harms itself alone.
 * The first word of its boot arguments names what it is to do, the second a seed. What
 * comes back ends with a line "PASS name" or "FAIL name", and a shutdown.
 */
#include <string.h>

#include "guests/lib/console.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

void guest_main(uint64_t hart, const void *tree);

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "addresses", case_addresses },
	{ "edges", case_edges },
	{ "devices", case_devices },
	{ "paging", case_paging },
	{ "csrs", case_csrs },
	{ "system", case_system },
	{ "compressed", case_compressed },
	{ "random", case_random },
	{ "sbi", case_sbi },
	{ "ipis", case_ipis },
	{ "timers", case_timers },
	{ "harts", case_harts },
	{ "both", case_both },
	{ "wakes", case_wakes },
	{ "irqs", case_irqs },
	{ "wires", case_wires },
	{ "flood", case_flood },
	{ "terminal", case_terminal },
	{ "races", case_races },
	{ "lives", case_lives },
	{ "ends", case_ends },
	{ "no-vector", case_no_vector },
	{ "bad-root", case_bad_root },
	{ "stack", case_stack },
	{ "wfi", case_wfi },
	{ "spin", case_spin },
	{ "reboot", case_reboot },
	{ "all-stop", case_all_stop },
	{ "jump", case_jump },
};

/* The length of the boot arguments' first word; the number after it is the seed. */
static size_t read_arguments(const char *arguments)
{
	size_t length = 0;
	uint64_t seed = 0;

	while (arguments[length] && arguments[length] != ' ')
		length++;
	for (size_t i = length; arguments[i]; i++)
		if (arguments[i] != ' ')
			seed = seed * 10 + (uint64_t)(arguments[i] - '0');
	attempt_seed(seed);
	return length;
}

static void run(const char *name, void (*run_case)(void))
{
	print("\nhostile: %s begins\n", name);
	run_case();
	print("%s %s\n", attempt_wrongs() ? "FAIL" : "PASS", name);
	sbi_shutdown(attempt_wrongs() ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE);
}

/* The console is the SBI's, so that the UART is free to be misused. */
void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;
	const char *arguments;
	size_t length;

	console_init(NULL);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("hostile: %s", wrong);
	timer_init();
	attempt_init();
	arguments = dt_property(tree, dt_child_named(tree, dt_next(tree, DT_NONE), "chosen"),
				"bootargs", NULL);
	if (!arguments)
		trap_panic("hostile: no boot arguments");
	length = read_arguments(arguments);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strlen(cases[i].name) == length && !strncmp(cases[i].name, arguments, length))
			run(cases[i].name, cases[i].run);
	trap_panic("hostile: no such case: %s", arguments);
}
