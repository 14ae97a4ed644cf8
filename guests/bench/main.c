// SPDX-License-Identifier: Apache-2.0
/*
 * The benchmark that runs in S-mode on whatever starts it: the firmware alone,
 * Bulkhead, another hypervisor. Time is instructions where the clock counts them
 * (QEMU -icount shift=0,sleep=off): those of all harts together, so what
 * concerns one hart is measured on a machine of one. docs/performance.md says what each
 * figure is.
 */
#include "guests/bench/report.h"
#include "guests/bench/second.h"
#include "guests/bench/suites.h"
#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"

void guest_main(uint64_t hart, const void *tree);

static void alone(void)
{
	suite_calls();
	suite_interrupts();
	suite_memory();
	suite_console();
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("bench: %s", wrong);
	timer_init();
	if (second_count())
		suite_harts();
	else
		alone();
	print("\nbench: on %s, timer by %s\n", sbi_implementation(), timer_name());
	report_print();
	print("bench: done\n");
	sbi_shutdown(SBI_SRST_REASON_NONE);
}
