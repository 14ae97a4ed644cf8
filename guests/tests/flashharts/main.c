// SPDX-License-Identifier: Apache-2.0
/*
 * One hart changes a flash bank between reading its status and reading its array; the
 * other reads it each time. As soon as the command's store has been done, every hart's
 * load must see the new mode: none may still find what it found before.
 */
#include <stdbool.h>

#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/nor.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define ROUNDS  300u
#define CONTENT 0x0badf1a5u
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
} shared;

void flashharts_reader(void)
{
	for (uint32_t i = 1;; i++) {
		while (__atomic_load_n(&shared.asked, __ATOMIC_ACQUIRE) != i)
			;
		if (nor_get(0) != shared.wanted)
			shared.wrong++;
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
