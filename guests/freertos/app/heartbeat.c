/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heartbeat's task; a notification wakes it when its period has changed.
 */
#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/app/heartbeat.h"
#include "guests/freertos/app/jitter.h"
#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/work.h"
#include "guests/freertos/port/port.h"

#define DEFAULT_SECONDS 10

static TaskHandle_t task;
static volatile uint32_t period = DEFAULT_SECONDS;

uint64_t heartbeat_uptime(uint32_t *milliseconds)
{
	uint64_t ticks = port_ticks() + port_ticks_lost();

	*milliseconds = ticks % configTICK_RATE_HZ * 1000 / configTICK_RATE_HZ;
	return ticks / configTICK_RATE_HZ;
}

static void beat(void)
{
	struct jitter j = jitter_get();
	struct work w = work_get();
	uint32_t milliseconds;
	uint64_t seconds = heartbeat_uptime(&milliseconds);

	shell_note("heartbeat: up %lu s, jitter avg %lu max %lu ns, %lu messages, work %s", seconds,
		   j.samples ? j.sum / j.samples : 0, j.max, w.received,
		   work_is_good(&w) ? "ok" : "FAILED");
}

static void heartbeat_task(void *argument)
{
	(void)argument;
	for (;;) {
		TickType_t wait = period ? period * configTICK_RATE_HZ : portMAX_DELAY;

		if (!ulTaskNotifyTake(pdTRUE, wait) && period)
			beat();
	}
}

void heartbeat_start(void)
{
	xTaskCreate(heartbeat_task, "heartbeat", 512, NULL, PRIORITY_BACKGROUND, &task);
}

void heartbeat_set(uint32_t seconds)
{
	period = seconds;
	xTaskNotifyGive(task);
}
