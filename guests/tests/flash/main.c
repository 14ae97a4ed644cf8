// SPDX-License-Identifier: Apache-2.0
/*
 * Drives the flash bank at 0x22000000 through several hundred commands and prints each
 * word that it reads. The script is fixed, so two banks that print the same behave the
 * same: QEMU's own, when this guest runs without Bulkhead, and the emulated one. It keeps
 * to what both promise: a word is programmed once after its sector was erased, an erase
 * is always confirmed, and a locked sector is unlocked before it is used.
 */
#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/nor.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define SECTORS     4u /* that the script uses */
#define STEPS       480u
#define QUERY_WORDS 0x60u

void guest_main(uint64_t hart, const void *tree);

static uint64_t seed = 1;
static unsigned step;
/* Of each sector: offset of the first block that is still erased. */
static uint32_t fresh[SECTORS];

/* Knuth's MMIX generator; its upper bits are the better ones. */
static uint32_t random_below(uint32_t limit)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % limit;
}

static void show(const char *what, uint32_t offset, uint64_t word)
{
	print("%u %s %x %lx\n", step, what, offset, word);
}

static void show_word(const char *what, uint32_t offset)
{
	show(what, offset, nor_get(offset));
}

/* One load of each width. */
static void show_widths(const char *what, uint32_t offset)
{
	uint64_t at = NOR_BANK + (offset & ~7u);

	show(what, offset, *(volatile uint64_t *)at);
	show(what, offset, *(volatile uint32_t *)(at + 4));
	show(what, offset, *(volatile uint16_t *)(at + 2));
	show(what, offset, *(volatile uint8_t *)(at + 1));
}

static uint32_t some_sector(void)
{
	return random_below(SECTORS) * NOR_SECTOR_SIZE;
}

static uint32_t some_word(void)
{
	return some_sector() + random_below(4 * NOR_BLOCK_SIZE / 4) * 4;
}

static void do_erase(uint32_t sector)
{
	nor_put(sector, NOR_ERASE);
	nor_put(sector, NOR_CONFIRM);
	show_word("erase", sector);
	nor_put(sector, NOR_READ_ARRAY);
	show_word("erased", sector + random_below(NOR_SECTOR_SIZE / 4) * 4);
	fresh[sector / NOR_SECTOR_SIZE] = 0;
}

/* A block in which nothing was programmed since its sector's last erase. */
static uint32_t some_block(void)
{
	uint32_t sector = some_sector();
	uint32_t *next = &fresh[sector / NOR_SECTOR_SIZE];

	if (*next + NOR_BLOCK_SIZE > 8 * NOR_BLOCK_SIZE)
		do_erase(sector);
	*next += NOR_BLOCK_SIZE;
	return sector + *next - NOR_BLOCK_SIZE;
}

static void step_status(void)
{
	uint32_t offset = some_word();

	nor_put(offset, NOR_READ_STATUS);
	show_widths("status", offset);
}

static void step_clear(void)
{
	uint32_t offset = some_word();

	nor_put(offset, NOR_CLEAR_STATUS);
	show_word("cleared", offset);
}

static void step_id(void)
{
	uint32_t sector = some_sector(), i;

	nor_put(sector, NOR_READ_ID);
	for (i = 0; i < 4; i++)
		show_word("id", sector + 4 * i);
	nor_put(sector, NOR_READ_ARRAY);
}

static void step_query(void)
{
	uint32_t offset = 4 * random_below(QUERY_WORDS);

	nor_put(4 * 0x55, NOR_QUERY);
	show_widths("query", offset);
	show_word("query", 4 * random_below(QUERY_WORDS));
	nor_put(0, NOR_READ_ARRAY);
}

static void step_array(void)
{
	static const uint32_t commands[] = { NOR_READ_ARRAY, NOR_READ_ARRAY_00, NOR_READ_ARRAY_F0 };
	uint32_t offset = some_word();

	nor_put(offset, commands[random_below(3)]);
	show_widths("array", offset);
}

static void step_program(void)
{
	uint32_t block = some_block(), count = 1 + random_below(4), i;

	for (i = 0; i < count; i++) {
		nor_put(block + 4 * i, random_below(2) ? NOR_PROGRAM : NOR_PROGRAM_ALT);
		nor_put(block + 4 * i, random_below(UINT32_MAX));
		show_word("program", block + 4 * i);
	}
	nor_put(block, NOR_READ_ARRAY);
	for (i = 0; i <= count; i++)
		show_word("programmed", block + 4 * i);
}

/* As far as the confirmation, which the caller gives or doesn't. */
static uint32_t fill_buffer(uint32_t count)
{
	uint32_t block = some_block(), i;

	nor_put(block, NOR_WRITE_BUFFER);
	show_word("buffer", block);
	nor_put(block, NOR_BOTH(count - 1));
	for (i = 0; i < count; i++)
		nor_put(block + 4 * i, random_below(UINT32_MAX));
	return block;
}

static void step_buffer(void)
{
	uint32_t count = 2 + random_below(30), block = fill_buffer(count);

	nor_put(block, NOR_CONFIRM);
	show_word("written", block);
	nor_put(block, NOR_READ_ARRAY);
	show_word("read", block);
	show_word("read", block + 4 * random_below(count));
	show_word("read", block + 4 * count);
}

static void step_give_up(void)
{
	uint32_t count = 2 + random_below(30), block = fill_buffer(count);

	nor_put(block, NOR_READ_ARRAY);
	show_word("given up", block);
	show_word("given up", block + 4 * random_below(count));
}

static void step_erase(void)
{
	do_erase(some_sector());
}

static void step_lock(void)
{
	uint32_t sector = some_sector();

	nor_put(sector, NOR_LOCK_SETUP);
	nor_put(sector, NOR_LOCK);
	show_word("lock", sector);
	nor_put(sector, NOR_LOCK_SETUP);
	nor_put(sector, NOR_CONFIRM);
	show_word("unlock", sector);
	nor_put(sector, NOR_LOCK_SETUP);
	nor_put(sector, NOR_READ_ARRAY);
	show_word("neither", sector);
}

static void step_unknown(void)
{
	uint32_t offset = some_word();

	nor_put(offset, NOR_BOTH(0x33));
	show_word("unknown", offset);
}

void guest_main(uint64_t hart, const void *tree)
{
	static void (*const steps[])(void) = {
		step_status,  step_clear,  step_id,      step_query, step_array, step_program,
		step_program, step_buffer, step_give_up, step_erase, step_lock,  step_unknown,
	};
	const char *wrong;
	uint32_t i;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("flash: %s", wrong);
	print("\nflash: begins\n");
	for (i = 0; i < SECTORS; i++)
		do_erase(i * NOR_SECTOR_SIZE);
	for (step = 1; step <= STEPS; step++)
		steps[random_below(sizeof(steps) / sizeof(steps[0]))]();
	nor_put(0, NOR_READ_ARRAY);
	print("flash: done, %u steps\n", STEPS);
	sbi_shutdown(SBI_SRST_REASON_NONE);
}
