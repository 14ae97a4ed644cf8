/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FreeRTOS on RISC-V in S-mode: the types and macros that the kernel asks of a
 * port (V9 to V11). A yield is the hart's own software interrupt, so one asked
 * for inside a critical section or a handler happens at its end.
 */
#ifndef PORTMACRO_H
#define PORTMACRO_H

#include <stddef.h>
#include <stdint.h>

#define portCHAR              char
#define portFLOAT             float
#define portDOUBLE            double
#define portLONG              long
#define portSHORT             short
#define portSTACK_TYPE        uint64_t
#define portBASE_TYPE         long
#define portPOINTER_SIZE_TYPE uint64_t

typedef portSTACK_TYPE StackType_t;
typedef long BaseType_t;
typedef unsigned long UBaseType_t;
typedef uint32_t TickType_t;

#define portMAX_DELAY           ((TickType_t)0xffffffff)
#define portTICK_TYPE_IS_ATOMIC 1
#define portTICK_PERIOD_MS      ((TickType_t)(1000 / configTICK_RATE_HZ))
#define portSTACK_GROWTH        (-1)
#define portBYTE_ALIGNMENT      16

#define portSSTATUS_SIE "2"
#define portSIP_SSIP    "2"

#define portDISABLE_INTERRUPTS() __asm__ volatile("csrci sstatus, " portSSTATUS_SIE : : : "memory")
#define portENABLE_INTERRUPTS()  __asm__ volatile("csrsi sstatus, " portSSTATUS_SIE : : : "memory")

static inline UBaseType_t port_mask_interrupts(void)
{
	UBaseType_t before;

	__asm__ volatile("csrrci %0, sstatus, " portSSTATUS_SIE : "=r"(before) : : "memory");
	return before;
}

static inline void port_unmask_interrupts(UBaseType_t before)
{
	__asm__ volatile("csrs sstatus, %0" : : "r"(before & 2) : "memory");
}

#define portSET_INTERRUPT_MASK_FROM_ISR()         port_mask_interrupts()
#define portCLEAR_INTERRUPT_MASK_FROM_ISR(before) port_unmask_interrupts(before)

/* The kernel keeps the nesting count with each task. */
#define portCRITICAL_NESTING_IN_TCB 1
extern void vTaskEnterCritical(void);
extern void vTaskExitCritical(void);
#define portENTER_CRITICAL() vTaskEnterCritical()
#define portEXIT_CRITICAL()  vTaskExitCritical()

#define portYIELD() __asm__ volatile("csrsi sip, " portSIP_SSIP : : : "memory")
#define portEND_SWITCHING_ISR(wanted)           \
	do {                                    \
		if (wanted)                     \
			port_switch_wanted = 1; \
	} while (0)
#define portYIELD_FROM_ISR(wanted) portEND_SWITCHING_ISR(wanted)

#define portTASK_FUNCTION_PROTO(function, argument) void function(void *argument)
#define portTASK_FUNCTION(function, argument)       void function(void *argument)
#define portNOP()                                   __asm__ volatile("nop")
#define portMEMORY_BARRIER()                        __asm__ volatile("" : : : "memory")
#define portINLINE                                  inline

/* Set by handlers; the trap's end looks at it (port.c). */
extern volatile uint32_t port_switch_wanted;

/* Microseconds since the first use, for the kernel's run-time statistics; wraps. */
uint32_t port_run_time(void);

#endif
