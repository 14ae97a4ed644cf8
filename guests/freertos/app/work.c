/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The standing work. Each count has one writer; readers take 64-bit words, which
 * the hart loads whole.
 */
#include <stdbool.h>

#include "FreeRTOS.h"
#include "event_groups.h"
#include "queue.h"
#include "semphr.h"
#include "task.h"
#include "timers.h"

#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/work.h"

#define STACK           512 /* words */
#define QUEUE_LENGTH    8
#define BURST           16 /* messages each time: more than the queue holds, so both ends wait */
#define PRODUCER_PERIOD pdMS_TO_TICKS(100)
#define MUTEX_PERIOD    pdMS_TO_TICKS(200)
#define TIMER_PERIOD    pdMS_TO_TICKS(100)

#define EVENT_QUEUE 0x1
#define EVENT_MUTEX 0x2
#define EVENT_TIMER 0x4
#define EVENTS      (EVENT_QUEUE | EVENT_MUTEX | EVENT_TIMER)

struct message {
	uint64_t number;
	uint64_t check;
};

static volatile struct work work;
static QueueHandle_t queue;
static SemaphoreHandle_t mutex;
static EventGroupHandle_t events;
static TaskHandle_t high;
static TaskHandle_t middle;
static volatile bool middle_ran;

static uint64_t check_of(uint64_t number)
{
	return ~number * UINT64_C(0x9e3779b97f4a7c15);
}

static void producer_task(void *argument)
{
	struct message message = { 0 };

	(void)argument;
	for (;;) {
		for (int i = 0; i < BURST; i++) {
			message.check = check_of(message.number);
			xQueueSend(queue, &message, portMAX_DELAY);
			message.number++;
			work.sent++;
		}
		vTaskDelay(PRODUCER_PERIOD);
	}
}

static void consumer_task(void *argument)
{
	struct message message;
	uint64_t expected = 0;

	(void)argument;
	for (;;) {
		if (xQueueReceive(queue, &message, portMAX_DELAY) != pdTRUE)
			continue;
		if (message.number != expected || message.check != check_of(expected))
			work.bad_messages++;
		expected = message.number + 1;
		work.received++;
		if (work.received % BURST == 0)
			xEventGroupSetBits(events, EVENT_QUEUE);
	}
}

static void high_task(void *argument)
{
	(void)argument;
	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		xSemaphoreTake(mutex, portMAX_DELAY);
		if (middle_ran)
			work.inversions++;
		xSemaphoreGive(mutex);
	}
}

static void middle_task(void *argument)
{
	(void)argument;
	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		middle_ran = true;
	}
}

/* Owns the mutex while high waits for it and middle is ready: only inheritance lets it go on. */
static void low_task(void *argument)
{
	(void)argument;
	for (;;) {
		middle_ran = false;
		xSemaphoreTake(mutex, portMAX_DELAY);
		xTaskNotifyGive(high);
		xTaskNotifyGive(middle);
		if (uxTaskPriorityGet(NULL) == PRIORITY_HIGH)
			work.inherited++;
		xSemaphoreGive(mutex);
		work.mutex_rounds++;
		xEventGroupSetBits(events, EVENT_MUTEX);
		vTaskDelay(MUTEX_PERIOD);
	}
}

static void on_timer(TimerHandle_t timer)
{
	(void)timer;
	work.timer_calls++;
	xEventGroupSetBits(events, EVENT_TIMER);
}

static void monitor_task(void *argument)
{
	struct work w;

	(void)argument;
	for (;;) {
		xEventGroupWaitBits(events, EVENTS, pdTRUE, pdTRUE, portMAX_DELAY);
		if (++work.event_rounds != 2)
			continue;
		w = work_get();
		shell_note("self-check: queue %s, mutex %s, timer %s, event group ok",
			   w.received && !w.bad_messages ? "ok" : "FAILED",
			   w.inherited == w.mutex_rounds && !w.inversions ? "ok" : "FAILED",
			   w.timer_calls ? "ok" : "FAILED");
	}
}

static void start_task(TaskFunction_t code, const char *name, UBaseType_t priority,
		       TaskHandle_t *task)
{
	BaseType_t done = xTaskCreate(code, name, STACK, NULL, priority, task);

	configASSERT(done == pdPASS);
}

void work_start(void)
{
	TimerHandle_t timer = xTimerCreate("blink", TIMER_PERIOD, pdTRUE, NULL, on_timer);

	queue = xQueueCreate(QUEUE_LENGTH, sizeof(struct message));
	mutex = xSemaphoreCreateMutex();
	events = xEventGroupCreate();
	configASSERT(timer && queue && mutex && events);
	start_task(high_task, "high", PRIORITY_HIGH, &high);
	start_task(middle_task, "middle", PRIORITY_MIDDLE, &middle);
	start_task(low_task, "low", PRIORITY_LOW, NULL);
	start_task(producer_task, "producer", PRIORITY_LOW, NULL);
	start_task(consumer_task, "consumer", PRIORITY_MIDDLE, NULL);
	start_task(monitor_task, "monitor", PRIORITY_BACKGROUND, NULL);
	xTimerStart(timer, 0);
}

struct work work_get(void)
{
	return work;
}

/* A round that is under way may be counted in one place and not yet in the other. */
int work_is_good(const struct work *w)
{
	return !w->bad_messages && !w->inversions && w->inherited >= w->mutex_rounds &&
	       w->inherited <= w->mutex_rounds + 1;
}
