// SPDX-License-Identifier: Apache-2.0
/*
 * SBI calls on the own hart. The same loop runs twice, with the ecall and without;
 * the difference is the ecall and all that it makes others do.
 */
#include <stdbool.h>

#include "guests/bench/report.h"
#include "guests/bench/suites.h"
#include "guests/lib/machine.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"

#define COUNT 1000
#define FAR   (UINT64_MAX / 2)

struct call {
	unsigned long extension;
	unsigned long function;
	unsigned long args[5];
};

/*
 * Makes the loop with an instruction, or none, in the place of the ecall. Registers are
 * bound within the loop: around it, timer_now() may use them.
 */
#define CALL_LOOP(name, instruction)                                               \
	static uint64_t name(const struct call *call)                              \
	{                                                                          \
		const struct call c = *call;                                       \
		uint64_t begin = timer_now();                                      \
                                                                                   \
		for (unsigned i = 0; i < COUNT; i++) {                             \
			register unsigned long a0 asm("a0") = c.args[0];           \
			register unsigned long a1 asm("a1") = c.args[1];           \
			register unsigned long a2 asm("a2") = c.args[2];           \
			register unsigned long a3 asm("a3") = c.args[3];           \
			register unsigned long a4 asm("a4") = c.args[4];           \
			register unsigned long a6 asm("a6") = c.function;          \
			register unsigned long a7 asm("a7") = c.extension;         \
                                                                                   \
			asm volatile(instruction                                   \
				     : "+r"(a0), "+r"(a1)                          \
				     : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7) \
				     : "memory");                                  \
		}                                                                  \
		return timer_now() - begin;                                        \
	}

CALL_LOOP(loop_calls, "ecall")
CALL_LOOP(loop_nothing, "")

static void measure(const char *name, const struct call *call)
{
	uint64_t empty = REPORT_LEAST(loop_nothing(call));

	report_ticks(name, REPORT_LEAST(loop_calls(call)), empty, COUNT);
}

static void fences(void)
{
	const struct call all = { SBI_EXT_RFENCE, SBI_RFENCE_SFENCE_VMA, { 1, machine.hart } };
	const struct call page = { SBI_EXT_RFENCE,
				   SBI_RFENCE_SFENCE_VMA,
				   { 1, machine.hart, 0x80400000, 0x1000 } };
	const struct call pages = { SBI_EXT_RFENCE,
				    SBI_RFENCE_SFENCE_VMA,
				    { 1, machine.hart, 0x80400000, 0x10000 } };
	const struct call asid = { SBI_EXT_RFENCE,
				   SBI_RFENCE_SFENCE_VMA_ASID,
				   { 1, machine.hart, 0x80400000, 0x1000, 1 } };
	const struct call code = { SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, { 1, machine.hart } };

	measure("sbi_rfence_self", &all);
	measure("sbi_rfence_self_page", &page);
	measure("sbi_rfence_self_16_pages", &pages);
	measure("sbi_rfence_self_asid", &asid);
	measure("sbi_fence_i_self", &code);
}

void suite_calls(void)
{
	const struct call base = { SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION, { 0 } };
	const struct call timer = { SBI_EXT_TIME, SBI_TIME_SET_TIMER, { FAR } };
	const struct call legacy = { SBI_EXT_LEGACY_SET_TIMER, 0, { FAR } };
	const struct call status = { SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, { machine.hart } };

	measure("sbi_base", &base);
	measure("sbi_set_timer", &timer);
	if (sbi_call(SBI_EXT_LEGACY_SET_TIMER, 0, FAR, 0, 0).error == 0)
		measure("sbi_set_timer_legacy", &legacy);
	fences();
	measure("sbi_hsm_status", &status);
}
