/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ways to go wrong. Each runs in the console's task.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "guests/freertos/app/crash.h"
#include "guests/freertos/app/shell.h"
#include "guests/freertos/app/term.h"
#include "guests/lib/csr.h"

static void crash_jump(uint64_t address)
{
	((void (*)(void))address)();
}

static void crash_load(uint64_t address)
{
	(void)*(volatile uint64_t *)address;
}

static void crash_store(uint64_t address)
{
	*(volatile uint64_t *)address = 0;
}

static void crash_illegal(uint64_t address)
{
	(void)address;
	asm volatile(".word 0xffffffff");
}

/* Garbage down to the stack's very end, which is where the kernel looks out for it. */
static void crash_stack(uint64_t address)
{
	volatile uint64_t *p = &address;
	TaskStatus_t status;

	vTaskGetInfo(NULL, &status, pdFALSE, eRunning);
	for (p = (volatile uint64_t *)&status; p > (volatile uint64_t *)status.pxStackBase;)
		*--p = UINT64_C(0xbad0bad0bad0bad0);
	vTaskDelay(1);
}

static void crash_sp(uint64_t address)
{
	asm volatile("mv sp, %0\n\tsd zero, -8(sp)" : : "r"(address) : "memory");
}

/* Garbage over everything below this frame: other stacks, the kernel, its code. */
static void crash_runaway(uint64_t address)
{
	volatile uint64_t *p = (volatile uint64_t *)&address;

	for (;;)
		*--p = UINT64_C(0xbad0bad0bad0bad0);
}

static void crash_vector(uint64_t address)
{
	csr_write(CSR_STVEC, address & ~UINT64_C(3));
	crash_illegal(address);
}

static void crash_wfi(uint64_t address)
{
	(void)address;
	portDISABLE_INTERRUPTS();
	csr_write(CSR_SIE, 0);
	for (;;)
		wait_for_interrupt();
}

static void crash_spin(uint64_t address)
{
	(void)address;
	portDISABLE_INTERRUPTS();
	for (;;)
		portNOP();
}

static void crash_assert(uint64_t address)
{
	configASSERT(!address);
}

static const struct {
	const char *name;
	void (*run)(uint64_t address);
	const char *what;
} ways[] = {
	{ "jump", crash_jump, "[address] jump to nowhere, or there" },
	{ "load", crash_load, "[address] read what this guest does not have" },
	{ "store", crash_store, "[address] write what this guest does not have" },
	{ "illegal", crash_illegal, "an illegal instruction" },
	{ "stack", crash_stack, "overflow the console's stack" },
	{ "sp", crash_sp, "[address] lose the stack pointer" },
	{ "runaway", crash_runaway, "garbage over stacks, kernel and code; no report" },
	{ "vector", crash_vector, "[address] lose the trap vector, then trap; no report" },
	{ "wfi", crash_wfi, "sleep for ever, interrupts off; no report" },
	{ "spin", crash_spin, "loop for ever, interrupts off; no report" },
	{ "assert", crash_assert, "fail an assertion" },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

void crash_run(const char *how, uint64_t address)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (strcmp(how, ways[i].name))
			continue;
		shell_print("crash: %s\n", how);
		term_drain();
		ways[i].run(address);
		shell_print("crash: %s did no harm\n", how);
		return;
	}
	shell_print("crash: no way named '%s'; these are:\n", how);
	crash_list();
}

void crash_list(void)
{
	for (unsigned i = 0; i < WAYS; i++)
		shell_print("  crash %-8s %s\n", ways[i].name, ways[i].what);
}
