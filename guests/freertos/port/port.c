/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FreeRTOS on RISC-V in S-mode, on one hart.
 *
 * A task's registers live in a frame at the top of its own stack, at a fixed
 * place, and the kernel's "top of stack" always points to that frame. So a trap
 * never stores through a task's stack pointer, and a task that has lost it is
 * still reported. Handlers run on a stack of their own (portasm.S); while a
 * device's handler runs, the tick may interrupt it.
 */
#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/port/port.h"
#include "guests/lib/csr.h"
#include "guests/lib/frame.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"

/* After a longer stop, the kernel's clock goes on from now rather than run after the time. */
#define MOST_CATCH_UP configTICK_RATE_HZ

#define INTERRUPTS        (RV_BIT(IRQ_SSI) | RV_BIT(IRQ_STI) | RV_BIT(IRQ_SEI))
#define INTERRUPT(number) (SCAUSE_INTERRUPT | (number))

extern void *volatile pxCurrentTCB; /* its first word is the top of stack */
extern const char port_trap_entry[];

void port_start_first(struct frame *frame) __attribute__((noreturn));
struct frame *port_trap(struct frame *frame, uint64_t cause, uint64_t value);
void port_trap_nested(struct frame *frame, uint64_t cause);
void port_trap_broken(struct frame *frame, uint64_t cause, uint64_t value)
	__attribute__((noreturn));

volatile uint32_t port_switch_wanted;

static struct {
	uint64_t start;  /* of the scheduler, by the time CSR */
	uint64_t origin; /* where tick 0 would have been: the start plus the time dropped */
	uint64_t count;
	uint64_t lost;
	uint64_t nested;
} tick;

static void task_returned(void)
{
	trap_panic("task %s returned", pcTaskGetName(NULL));
}

StackType_t *pxPortInitialiseStack(StackType_t *top, TaskFunction_t code, void *parameters)
{
	struct frame *frame = (struct frame *)top - 1;

	*frame = (struct frame){ .pc = (uint64_t)code };
	frame->x[1] = (uint64_t)task_returned;
	frame->x[2] = (uint64_t)frame;
	asm("mv %0, gp" : "=r"(frame->x[3]));
	frame->x[10] = (uint64_t)parameters;
	frame->status = SSTATUS_SPP | SSTATUS_SPIE | (uint64_t)CONTEXT_INITIAL << 13;
	return (StackType_t *)frame;
}

static struct frame *current_frame(void)
{
	return *(struct frame **)pxCurrentTCB;
}

uint64_t port_tick_due(uint64_t n)
{
	uint64_t seconds = n / configTICK_RATE_HZ;

	return tick.origin + seconds * machine.timebase +
	       n % configTICK_RATE_HZ * machine.timebase / configTICK_RATE_HZ;
}

uint64_t port_ticks(void)
{
	return tick.count;
}

uint64_t port_ticks_lost(void)
{
	return tick.lost;
}

uint64_t port_nested(void)
{
	return tick.nested;
}

uint32_t port_run_time(void)
{
	return (uint32_t)(timer_nanoseconds(timer_now() - tick.start) / 1000);
}

BaseType_t xPortStartScheduler(void)
{
	port_mask_interrupts();
	timer_init();
	tick.start = timer_now();
	tick.origin = tick.start;
	timer_set(port_tick_due(1));
	csr_write(CSR_SSCRATCH, 0);
	csr_write(CSR_STVEC, port_trap_entry);
	csr_clear(CSR_SIP, RV_BIT(IRQ_SSI));
	csr_write(CSR_SIE, INTERRUPTS);
	port_start_first(current_frame());
}

void vPortEndScheduler(void)
{
	trap_panic("the scheduler was ended");
}

void port_assert_failed(const char *file, int line)
{
	trap_panic("assertion failed at %s:%d", file, line);
}

/* Time that nobody gave to this guest for MOST_CATCH_UP ticks or more is not caught up. */
static void drop_lost_ticks(uint64_t now)
{
	uint64_t late;

	if (now < port_tick_due(tick.count + MOST_CATCH_UP))
		return;
	late = (now - port_tick_due(tick.count)) / (machine.timebase / configTICK_RATE_HZ);
	tick.origin += port_tick_due(late) - tick.origin;
	tick.lost += late;
}

static void handle_tick(void)
{
	uint64_t now = timer_now();

	drop_lost_ticks(now);
	while (port_tick_due(tick.count + 1) <= now) {
		tick.count++;
		if (xTaskIncrementTick() != pdFALSE)
			port_switch_wanted = 1;
	}
	timer_set(port_tick_due(tick.count + 1));
}

/* The tick may come in between: handlers of devices mask interrupts where they must. */
static void handle_device(void)
{
	csr_clear(CSR_SIE, RV_BIT(IRQ_SSI) | RV_BIT(IRQ_SEI));
	portENABLE_INTERRUPTS();
	intc_dispatch();
	portDISABLE_INTERRUPTS();
	csr_set(CSR_SIE, RV_BIT(IRQ_SSI) | RV_BIT(IRQ_SEI));
}

/* Called by portasm.S for a trap of a task. Returns the frame of the task that goes on. */
struct frame *port_trap(struct frame *frame, uint64_t cause, uint64_t value)
{
	if (cause == INTERRUPT(IRQ_STI)) {
		handle_tick();
	} else if (cause == INTERRUPT(IRQ_SSI)) {
		csr_clear(CSR_SIP, RV_BIT(IRQ_SSI));
		port_switch_wanted = 1;
	} else if (cause == INTERRUPT(IRQ_SEI)) {
		handle_device();
	} else {
		trap_fatal_in(pcTaskGetName(NULL), frame, cause, value);
	}
	if (port_switch_wanted) {
		port_switch_wanted = 0;
		vTaskSwitchContext();
	}
	return current_frame();
}

/* Called by portasm.S for an interrupt of a handler: only the tick, see handle_device. */
void port_trap_nested(struct frame *frame, uint64_t cause)
{
	tick.nested++;
	if (cause != INTERRUPT(IRQ_STI))
		trap_fatal_in("a handler", frame, cause, 0);
	handle_tick();
}

/* Called by portasm.S, on a stack of its own, for an exception of a handler. */
void port_trap_broken(struct frame *frame, uint64_t cause, uint64_t value)
{
	trap_fatal_in("a handler", frame, cause, value);
}
