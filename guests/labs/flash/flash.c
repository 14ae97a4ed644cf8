// SPDX-License-Identifier: Apache-2.0
/*
 * Lab 3, flash: reads the beginning of a flash bank through its own page tables.
 * The same binary runs on a bank that Bulkhead models and on a bank of the machine's
 * own that was passed through. Either is a page that is mapped for reading, and the
 * guest can't tell which.
 */
#include "guests/labs/payload.h"
#include "guests/labs/sv39.h"
#include "guests/lib/console.h"
#include "guests/lib/print.h"
#include "guests/lib/trap.h"

void guest_main(uint64_t hart, const void *tree);

/* The guest's memory stays where it is, a page of 1 GiB; so does the bank, a page of 2 MiB. */
static void enable_paging(void)
{
	uint64_t *root = sv39_table();

	sv39_map(root, 0x80000000, 0x80000000, 2, SV39_RWX);
	sv39_map(root, PAYLOAD_FLASH, PAYLOAD_FLASH, 1, PTE_R | PTE_A);
	sv39_on(root);
}

void guest_main(uint64_t hart, const void *tree)
{
	const struct payload *payload = (const struct payload *)PAYLOAD_FLASH;
	uint32_t magic;

	(void)hart;
	console_init(tree);
	enable_paging();
	print("flash: Sv39 is on\n");
	magic = payload_word(&payload->magic);
	print("flash: magic at 0x%lx: %c%c%c%c\n", PAYLOAD_FLASH, magic >> 24, magic >> 16 & 0xff,
	      magic >> 8 & 0xff, magic & 0xff);
	if (magic != PAYLOAD_MAGIC)
		trap_panic("flash: that is not pfld");
	print("flash: version %u, payload of %u bytes\n", payload_word(&payload->version),
	      payload_word(&payload->size));
}
