// SPDX-License-Identifier: Apache-2.0
/* Ways to end, or never to. */
#include "guests/lib/csr.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define SATP_SV39 (UINT64_C(8) << 60)

/* entry.S */
void stack_of_garbage(void) __attribute__((noreturn));

/* A trap, and no memory where the handler should be: Bulkhead has to end this. */
void case_no_vector(void)
{
	csr_write(CSR_STVEC, NOWHERE);
	(void)*(volatile uint64_t *)NOWHERE;
}

/* The same by page tables that are not in its memory, for code and handler alike. */
void case_bad_root(void)
{
	csr_write(CSR_SATP, SATP_SV39 | NOWHERE >> 12);
	asm volatile("sfence.vma" : : : "memory");
}

void case_stack(void)
{
	stack_of_garbage();
}

void case_wfi(void)
{
	csr_write(CSR_SIE, 0);
	for (;;)
		wait_for_interrupt();
}

void case_spin(void)
{
	csr_write(CSR_SIE, 0);
	for (;;)
		asm volatile("" : : : "memory");
}

void case_reboot(void)
{
	sbi_reboot();
}

/* With no vCPU left that could start another, the guest is over. */
void case_all_stop(void)
{
	sbi_call(SBI_EXT_HSM, SBI_HSM_HART_STOP, 0, 0, 0);
}

/* Its own handler reports a jump to nowhere, and ends it by a failure. */
void case_jump(void)
{
	((void (*)(void))NOWHERE)();
}
