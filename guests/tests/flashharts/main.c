// SPDX-License-Identifier: Apache-2.0
/*
 * One hart changes a flash bank between reading its status and reading its array; each
 * time the other, and then itself too, loads the word at its start and runs it. As soon as
 * the command's store has been done, every hart must see the new mode: the instruction
 * runs where the bank reads its array, and is an access fault where it reads its status.
 */
#include <stdbool.h>

#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/nor.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define ROUNDS  300u
#define CONTENT 0x00008067u /* ret */
#define READY   NOR_BOTH(0x80)

void guest_main(uint64_t hart, const void *tree);
void flashharts_entry(void);
void flashharts_reader(void);

/* What the reader is to find, and how often it has looked: the other waits for both. */
static struct {
	uint32_t wanted;
	uint32_t asked;
	uint32_t answered;
	uint32_t wrong;
	uint64_t trap_entry; /* for the reader's stvec */
} shared;

/* A faulting fetch from the bank returns 1 to where it was called from. */
static void handle_trap(struct frame *frame, uint64_t cause, uint64_t value)
{
	if (cause != CAUSE_FETCH_ACCESS || value != NOR_BANK)
		trap_fatal(frame, cause, value);
	frame->x[10] = 1;
	frame->pc = frame->x[1];
}

static bool fetch_faults(void)
{
	register uint64_t faulted asm("a0") = 0;

	asm volatile("jalr %1" : "+r"(faulted) : "r"(NOR_BANK) : "ra", "memory");
	return faulted;
}

static void look(void)
{
	bool wrong = nor_get(0) != shared.wanted || fetch_faults() != (shared.wanted != CONTENT);

	if (wrong)
		__atomic_fetch_add(&shared.wrong, 1, __ATOMIC_RELAXED);
}

void flashharts_reader(void)
{
	csr_write(CSR_STVEC, shared.trap_entry);
	for (uint32_t i = 1;; i++) {
		while (__atomic_load_n(&shared.asked, __ATOMIC_ACQUIRE) != i)
			;
		look();
		__atomic_store_n(&shared.answered, i, __ATOMIC_RELEASE);
	}
}

static void ask(uint32_t wanted)
{
	uint32_t i = shared.asked + 1;

	shared.wanted = wanted;
	__atomic_store_n(&shared.asked, i, __ATOMIC_RELEASE);
	while (__atomic_load_n(&shared.answered, __ATOMIC_ACQUIRE) != i)
		;
	look();
}

static void prepare(void)
{
	nor_put(0, NOR_ERASE);
	nor_put(0, NOR_CONFIRM);
	nor_put(0, NOR_PROGRAM);
	nor_put(0, CONTENT);
	nor_put(0, NOR_READ_ARRAY);
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;
	struct sbi_result started;
	uint32_t i;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("flashharts: %s", wrong);
	trap_set_handler(handle_trap);
	shared.trap_entry = csr_read(CSR_STVEC);
	prepare();
	started = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, hart ^ 1,
			   (unsigned long)flashharts_entry, 0);
	if (started.error)
		trap_panic("flashharts: no second hart: error %ld", started.error);
	for (i = 0; i < ROUNDS; i++) {
		ask(CONTENT);
		nor_put(0, NOR_READ_STATUS);
		ask(READY);
		nor_put(0, NOR_READ_ARRAY);
	}
	print("flashharts: %u rounds, %u wrong\n", ROUNDS, shared.wrong);
	sbi_shutdown(shared.wrong ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE);
}
