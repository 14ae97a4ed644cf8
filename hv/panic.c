/* SPDX-License-Identifier: Apache-2.0 */
/* A clear fatal message instead of a silent hang; and traps of Bulkhead's own, which are bugs. */
#include "hv/panic.h"

#include <stdarg.h>

#include "hv/csr.h"
#include "hv/fmt.h"
#include "hv/sbi_client.h"
#include "hv/sbi_defs.h"
#include "hv/trap.h"
#include "hv/uart_host.h"

#define PANIC_TEXT_MAX 256

_Noreturn void panic(const char *format, ...)
{
	static const char head[] = "\n[bulkhead] fatal: ";
	char text[PANIC_TEXT_MAX];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = fmt_vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length >= PANIC_TEXT_MAX)
		length = PANIC_TEXT_MAX - 1;
	uart_host_print(head, sizeof(head) - 1);
	uart_host_print(text, (size_t)length);
	uart_host_print("\n", 1);
	sbi_client_system_reset(SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_SYSTEM_FAILURE);
	for (;;)
		__asm__ volatile("wfi");
}

_Noreturn void trap_fatal(const struct trap_frame *frame)
{
	panic("trap in Bulkhead itself: cause %lu, pc 0x%lx, address 0x%lx, ra 0x%lx, sp 0x%lx",
	      csr_read(CSR_SCAUSE), csr_read(CSR_SEPC), csr_read(CSR_STVAL), frame->gpr[1],
	      frame->gpr[2]);
}
