// SPDX-License-Identifier: Apache-2.0
/*
 * A guest that holds its SBI against the specification, 3.0: Bulkhead's, or any
 * other that starts it in S-mode with a device tree. Shuts down by SRST at the end,
 * with reason "system failure" when a check failed.
 */
#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"
#include "guests/tests/sbi/check.h"
#include "guests/tests/sbi/suites.h"

void guest_main(uint64_t hart, const void *tree);

void guest_main(uint64_t hart, const void *tree)
{
	static void (*const suites[])(void) = {
		suite_base, suite_time, suite_ipi, suite_rfence, suite_hsm, suite_susp,
		suite_srst, suite_dbcn, suite_pmu, suite_fwft,   suite_sta, suite_legacy,
	};
	uint64_t began = timer_now();
	const char *wrong;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("sbi: %s", wrong);
	print("\nsbi: %s, hart %lu, console %s\n", sbi_implementation(), hart, console_name());
	for (unsigned i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		suites[i]();
	print("sbi: time from %lu to %lu\n", began, timer_now());
	sbi_shutdown(check_sum() ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE);
}
