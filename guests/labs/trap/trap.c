// SPDX-License-Identifier: Apache-2.0
/*
 * Lab 2, trap: two instructions that S-mode can't do here. It reads mhartid, a CSR
 * of M-mode, and address 64, where it has no memory. Each either traps, and then
 * the handler says so and steps over it, or gives a value, because somebody below
 * answered for the machine. The guest can't tell how, and that is the point.
 */
#include <stdbool.h>

#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/print.h"
#include "guests/lib/trap.h"

void guest_main(uint64_t hart, const void *tree);

static volatile bool trapped;

/* Both instructions are four bytes long, whatever else the compiler does. */
static void step_over(struct frame *frame, uint64_t cause, uint64_t value)
{
	if (cause != CAUSE_ILLEGAL && cause != CAUSE_LOAD_ACCESS)
		trap_fatal(frame, cause, value);
	print("trap: cause %lu, stval 0x%lx: stepped over\n", cause, value);
	frame->pc += 4;
	trapped = true;
}

static uint64_t read_mhartid(void)
{
	register uint64_t a1 asm("a1") = 0;

	asm volatile(".option push\n"
		     ".option norvc\n"
		     "csrr a1, mhartid\n"
		     ".option pop"
		     : "+r"(a1)
		     :
		     : "memory");
	return a1;
}

static uint64_t load_64(void)
{
	register uint64_t a0 asm("a0") = 0;

	asm volatile(".option push\n"
		     ".option norvc\n"
		     "ld a0, 64(zero)\n"
		     ".option pop"
		     : "+r"(a0)
		     :
		     : "memory");
	return a0;
}

static void try(const char *instruction, uint64_t (*execute)(void))
{
	uint64_t value;

	trapped = false;
	value = execute();
	if (trapped)
		print("trap: %s: trapped\n", instruction);
	else
		print("trap: %s: read 0x%lx\n", instruction, value);
}

void guest_main(uint64_t hart, const void *tree)
{
	(void)hart;
	console_init(tree);
	trap_set_handler(step_over);
	try("csrr a1, mhartid", read_mhartid);
	try("ld a0, 64(zero)", load_64);
}
