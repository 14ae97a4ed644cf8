// SPDX-License-Identifier: Apache-2.0
/*
 * Lab 5, usermode: a tiny kernel. It loads a program from flash into a page of its
 * memory, gives it page tables of its own, and runs it in U-mode; which is VU-mode,
 * for the kernel is a guest. The program's stack has no page until it is touched: the
 * kernel then fills it. System call 93, exit, ends the program, and the kernel too.
 */
#include <string.h>

#include "guests/labs/payload.h"
#include "guests/labs/sv39.h"
#include "guests/labs/usermode/user.h"
#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define PAGE        4096
#define PROGRAM_VA  0x1000
#define STACK_TOP   UINT64_C(0x4000)
#define STACK_VA    (STACK_TOP - PAGE)
#define ARGUMENT    42
#define SYSCALL     17 /* a7 */
#define FIRST       10 /* a0 */
#define SYS_EXIT    93
#define KERNEL      UINT64_C(0x80000000)
#define USER_RIGHTS (PTE_U | PTE_A)

void guest_main(uint64_t hart, const void *tree);

static uint8_t program_page[PAGE] __attribute__((aligned(PAGE)));
static uint8_t stack_page[PAGE] __attribute__((aligned(PAGE)));
static uint64_t *user_root;

static void map_user(uint64_t va, uint8_t *page, uint64_t rights)
{
	sv39_map(user_root, va, (uint64_t)page, 0, rights | USER_RIGHTS);
	asm volatile("sfence.vma" : : : "memory");
}

/* The kernel's own tables: its memory, and the flash, which the program never sees. */
static void enable_paging(void)
{
	uint64_t *root = sv39_table();

	sv39_map(root, KERNEL, KERNEL, 2, SV39_RWX);
	sv39_map(root, PAYLOAD_FLASH, PAYLOAD_FLASH, 1, PTE_R | PTE_A);
	sv39_on(root);
}

static void load_program(void)
{
	const struct payload *payload = (const struct payload *)PAYLOAD_FLASH;
	uint32_t size = payload_word(&payload->size);

	if (payload_word(&payload->magic) != PAYLOAD_MAGIC ||
	    payload_word(&payload->version) != PAYLOAD_VERSION || size > PAGE)
		trap_panic("usermode: no program in the flash at 0x%lx", PAYLOAD_FLASH);
	memcpy(program_page, payload->bytes, size);
	asm volatile("fence.i" : : : "memory");
	print("usermode: loaded a program of %u bytes from flash\n", size);
}

/* The program's tables: the kernel, out of reach in U-mode; the program; no stack yet. */
static void make_space(void)
{
	user_root = sv39_table();
	sv39_map(user_root, KERNEL, KERNEL, 2, SV39_RWX);
	map_user(PROGRAM_VA, program_page, PTE_R | PTE_X);
	print("usermode: GVA 0x%x -> GPA 0x%lx: the program\n", PROGRAM_VA, (uint64_t)program_page);
	sv39_on(user_root);
}

static void fill_stack(const struct frame *frame, uint64_t cause, uint64_t va)
{
	if (cause != CAUSE_STORE_PAGE || va < STACK_VA || va >= STACK_TOP)
		trap_fatal_in("the program", frame, cause, va);
	print("usermode: store page fault at GVA 0x%lx, pc 0x%lx\n", va, frame->pc);
	map_user(STACK_VA, stack_page, PTE_R | PTE_W | PTE_D);
	print("usermode: GVA 0x%lx -> GPA 0x%lx: the stack, filled\n", va,
	      (uint64_t)stack_page + va % PAGE);
}

static void run_program(void)
{
	struct frame frame = { .pc = PROGRAM_VA };
	uint64_t cause;

	frame.x[2] = STACK_TOP;
	frame.x[FIRST] = ARGUMENT;
	for (;;) {
		user_run(&frame);
		cause = csr_read(CSR_SCAUSE);
		if (cause == CAUSE_ECALL_U && frame.x[SYSCALL] == SYS_EXIT)
			break;
		fill_stack(&frame, cause, csr_read(CSR_STVAL));
	}
	print("usermode: exit(%lu); the word on its stack is %u\n", frame.x[FIRST],
	      *(const uint32_t *)&stack_page[PAGE - 4]);
	sbi_shutdown(frame.x[FIRST] == ARGUMENT ? SBI_SRST_REASON_NONE
						: SBI_SRST_REASON_SYSTEM_FAILURE);
}

void guest_main(uint64_t hart, const void *tree)
{
	(void)hart;
	console_init(tree);
	enable_paging();
	load_program();
	make_space();
	run_program();
}
