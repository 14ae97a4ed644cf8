/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The application's start, its banner, and the hooks that the kernel calls.
 */
#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/app/disturbed.h"
#include "guests/freertos/app/heartbeat.h"
#include "guests/freertos/app/info.h"
#include "guests/freertos/app/jitter.h"
#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/term.h"
#include "guests/freertos/app/work.h"
#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"
#include "guests/lib/uart.h"

void guest_main(uint64_t hart, const void *tree);
void vApplicationIdleHook(void);
void vApplicationMallocFailedHook(void);
void vApplicationStackOverflowHook(TaskHandle_t task, char *name);

void info_print(void (*out)(const char *format, ...))
{
	struct sbi_result spec = sbi_call(SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION, 0, 0, 0);
	unsigned long version = spec.error ? 1 : spec.value; /* 0.1 has no such call */

	out("FreeRTOS " tskKERNEL_VERSION_NUMBER " on %s, SBI %lu.%lu, hart %lu\n",
	    sbi_implementation(), version >> 24 & 0x7f, version & 0xffffff, machine.hart);
	out("  tick %u Hz by %s, time %lu Hz\n", configTICK_RATE_HZ, timer_name(),
	    machine.timebase);
	out("  memory %lu MiB at 0x%lx\n", machine.memory_size >> 20, machine.memory_base);
	if (uart_base())
		out("  console %s at 0x%lx, interrupts by %s\n", console_name(), uart_base(),
		    intc_name());
	else
		out("  console %s, polled\n", console_name());
}

void vApplicationIdleHook(void)
{
	wait_for_interrupt();
}

void vApplicationMallocFailedHook(void)
{
	trap_panic("out of heap");
}

void vApplicationStackOverflowHook(TaskHandle_t task, char *name)
{
	(void)task;
	trap_panic("stack overflow in task %s", name);
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *error = machine_init(hart, tree);

	console_init(machine.tree);
	if (error)
		trap_panic("freertos: %s", error);
	timer_init();
	error = term_init();
	info_print(print);
	if (error)
		print("  console is polled: %s\n", error);
	if (disturbed_init())
		print("  exits of this hart are counted in a page of its own: disturbed tells\n");
	shell_start();
	work_start();
	heartbeat_start();
	jitter_start();
	vTaskStartScheduler();
	trap_panic("not enough heap for the scheduler");
}
