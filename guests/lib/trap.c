/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C side of simple traps, and the last line that a guest prints.
 */
#include <stddef.h>

#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

_Static_assert(offsetof(struct frame, x[31]) == FRAME_X(31), "x registers");
_Static_assert(offsetof(struct frame, pc) == FRAME_PC, "pc");
_Static_assert(offsetof(struct frame, status) == FRAME_STATUS, "sstatus");
_Static_assert(offsetof(struct frame, fcsr) == FRAME_FCSR, "fcsr");
_Static_assert(offsetof(struct frame, f[31]) == FRAME_F(31), "f registers");
_Static_assert(sizeof(struct frame) == FRAME_SIZE && FRAME_SIZE % 16 == 0, "size");

void trap_c(struct frame *frame, uint64_t cause, uint64_t value);

static trap_handler *handler = trap_fatal;
static bool dying;

/* Called by guests/lib/start.S. */
void trap_c(struct frame *frame, uint64_t cause, uint64_t value)
{
	handler(frame, cause, value);
}

void trap_set_handler(trap_handler *new_handler)
{
	handler = new_handler;
}

static const char *cause_name(uint64_t cause)
{
	static const char *const names[] = {
		[CAUSE_FETCH_MISALIGNED] = "misaligned fetch",
		[CAUSE_FETCH_ACCESS] = "fetch access fault",
		[CAUSE_ILLEGAL] = "illegal instruction",
		[CAUSE_BREAKPOINT] = "breakpoint",
		[CAUSE_LOAD_MISALIGNED] = "misaligned load",
		[CAUSE_LOAD_ACCESS] = "load access fault",
		[CAUSE_STORE_MISALIGNED] = "misaligned store",
		[CAUSE_STORE_ACCESS] = "store access fault",
		[CAUSE_FETCH_PAGE] = "fetch page fault",
		[CAUSE_LOAD_PAGE] = "load page fault",
		[CAUSE_STORE_PAGE] = "store page fault",
	};

	if (cause & SCAUSE_INTERRUPT)
		return "interrupt";
	if (cause < sizeof(names) / sizeof(names[0]) && names[cause])
		return names[cause];
	return "unknown";
}

/* A second trap on the way down ends the guest at once: the report itself is what fails. */
static void begin_death(void)
{
	csr_clear(CSR_SSTATUS, SSTATUS_SIE);
	if (dying)
		sbi_shutdown(SBI_SRST_REASON_SYSTEM_FAILURE);
	dying = true;
}

void trap_fatal_in(const char *name, const struct frame *frame, uint64_t cause, uint64_t value)
{
	begin_death();
	print("\nunexpected trap: cause %lu (%s), sepc 0x%lx, stval 0x%lx, in %s\n",
	      cause & ~SCAUSE_INTERRUPT, cause_name(cause), frame->pc, value, name);
	sbi_shutdown(SBI_SRST_REASON_SYSTEM_FAILURE);
}

void trap_fatal(struct frame *frame, uint64_t cause, uint64_t value)
{
	trap_fatal_in("main", frame, cause, value);
}

static void put_console(struct print_sink *sink, char c)
{
	(void)sink;
	console_put(c);
}

void trap_panic(const char *format, ...)
{
	struct print_sink sink = { put_console };
	va_list args;

	begin_death();
	va_start(args, format);
	console_put('\n');
	print_to(&sink, format, args);
	va_end(args);
	console_put('\n');
	sbi_shutdown(SBI_SRST_REASON_SYSTEM_FAILURE);
}
