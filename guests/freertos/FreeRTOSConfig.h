/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The FreeRTOS kernel's configuration for this guest; names are the kernel's.
 * Those that only newer kernels know are harmless to V9.0.0.
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

/* Priorities, here so that they can be seen together. */
#define PRIORITY_JITTER     7
#define PRIORITY_TIMERS     6
#define PRIORITY_CONSOLE    5
#define PRIORITY_HIGH       4
#define PRIORITY_MIDDLE     3
#define PRIORITY_LOW        2
#define PRIORITY_BACKGROUND 1

#define configUSE_PREEMPTION                    1
#define configUSE_TIME_SLICING                  1
#define configUSE_PORT_OPTIMISED_TASK_SELECTION 0
#define configUSE_TICKLESS_IDLE                 0
#define configTICK_RATE_HZ                      1000
#define configMAX_PRIORITIES                    8
#define configMINIMAL_STACK_SIZE                256 /* words of 8 bytes; a context takes 66 */
#define configMAX_TASK_NAME_LEN                 12
#define configUSE_16_BIT_TICKS                  0
#define configIDLE_SHOULD_YIELD                 1
#define configUSE_TASK_NOTIFICATIONS            1
#define configUSE_MUTEXES                       1
#define configUSE_RECURSIVE_MUTEXES             1
#define configUSE_COUNTING_SEMAPHORES           1
#define configQUEUE_REGISTRY_SIZE               0
#define configUSE_CO_ROUTINES                   0
#define configENABLE_BACKWARD_COMPATIBILITY     0

#define configSUPPORT_STATIC_ALLOCATION  0
#define configSUPPORT_DYNAMIC_ALLOCATION 1
#define configTOTAL_HEAP_SIZE            (256 * 1024)

#define configUSE_IDLE_HOOK            1
#define configUSE_TICK_HOOK            0
#define configUSE_MALLOC_FAILED_HOOK   1
#define configCHECK_FOR_STACK_OVERFLOW 2

#define configUSE_TRACE_FACILITY      1
#define configGENERATE_RUN_TIME_STATS 1
#define portCONFIGURE_TIMER_FOR_RUN_TIME_STATS()
#define portGET_RUN_TIME_COUNTER_VALUE() port_run_time()

#define configUSE_TIMERS             1
#define configTIMER_TASK_PRIORITY    PRIORITY_TIMERS
#define configTIMER_QUEUE_LENGTH     8
#define configTIMER_TASK_STACK_DEPTH 512

#define INCLUDE_vTaskPrioritySet            1
#define INCLUDE_uxTaskPriorityGet           1
#define INCLUDE_vTaskDelete                 1
#define INCLUDE_vTaskSuspend                1
#define INCLUDE_vTaskDelayUntil             1
#define INCLUDE_xTaskDelayUntil             1
#define INCLUDE_vTaskDelay                  1
#define INCLUDE_xTaskGetSchedulerState      1
#define INCLUDE_xTaskGetCurrentTaskHandle   1
#define INCLUDE_uxTaskGetStackHighWaterMark 1

void port_assert_failed(const char *file, int line) __attribute__((noreturn));
#define configASSERT(condition)                                 \
	do {                                                    \
		if (!(condition))                               \
			port_assert_failed(__FILE__, __LINE__); \
	} while (0)

#endif
