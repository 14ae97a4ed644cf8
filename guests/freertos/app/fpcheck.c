/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floating-point check: two tasks, and the command that waits for them.
 */
#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "guests/freertos/app/fpcheck.h"
#include "guests/freertos/app/shell.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"

#define ROUNDS  20
#define HOLD_MS 5

static struct check {
	uint64_t seed;
	uint64_t changed;
	SemaphoreHandle_t done;
} checks[] = {
	{ .seed = 0x4000000000000001 },
	{ .seed = 0x3f00000000000102 },
};
#define CHECKS (sizeof(checks) / sizeof(checks[0]))

static void check_task(void *argument)
{
	struct check *check = argument;

	check->changed = 0;
	for (int i = 0; i < ROUNDS; i++)
		check->changed += fpcheck_hold(check->seed + 64 * (uint64_t)i,
					       timer_now() + HOLD_MS * machine.timebase / 1000);
	xSemaphoreGive(check->done);
	vTaskDelete(NULL);
}

void fpcheck_run(void)
{
	uint64_t changed = 0;

	for (unsigned i = 0; i < CHECKS; i++) {
		if (!checks[i].done)
			checks[i].done = xSemaphoreCreateBinary();
		configASSERT(checks[i].done);
		xTaskCreate(check_task, i ? "fp-b" : "fp-a", configMINIMAL_STACK_SIZE, &checks[i],
			    PRIORITY_BACKGROUND, NULL);
	}
	for (unsigned i = 0; i < CHECKS; i++) {
		xSemaphoreTake(checks[i].done, portMAX_DELAY);
		changed += checks[i].changed;
	}
	shell_print("fp: %lu tasks, %lu rounds, %lu registers changed: %s\n", CHECKS,
		    CHECKS * ROUNDS, changed, changed ? "FAILED" : "ok");
}
