// SPDX-License-Identifier: Apache-2.0
/*
 * Stops itself in the middle of flash commands, again and again, and shows each time
 * that nothing else in the bank has changed. Sector 0 and sector 2 hold a pattern that
 * must stay; sector 1 is worked on; sector 3 remembers, over restarts, what was done.
 * At last it sums up all but sector 1, and erases and programs that for ever, for somebody
 * else to stop it: then the sum must be the same at its next start.
 */
#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/nor.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/trap.h"

#define SECTOR(n) (NOR_SECTOR_SIZE * (n))
#define WORKED    SECTOR(1)
#define DIARY     SECTOR(3)
#define WORDS     64u /* of each sector that hold the pattern */
#define ERASED    0xffffffffu

void guest_main(uint64_t hart, const void *tree);

static uint32_t pattern(uint32_t offset)
{
	return offset * 2654435761u & 0x7fffffff;
}

static void erase(uint32_t sector)
{
	nor_put(sector, NOR_ERASE);
	nor_put(sector, NOR_CONFIRM);
	nor_put(sector, NOR_READ_ARRAY);
}

static void program(uint32_t offset, uint32_t value)
{
	nor_put(offset, NOR_PROGRAM);
	nor_put(offset, value);
	nor_put(offset, NOR_READ_ARRAY);
}

/* The first count words of the worked sector, by the write buffer, without its confirmation. */
static void fill_buffer(uint32_t count)
{
	uint32_t i;

	nor_put(WORKED, NOR_WRITE_BUFFER);
	nor_put(WORKED, NOR_BOTH(WORDS - 1));
	for (i = 0; i < count; i++)
		nor_put(WORKED + 4 * i, pattern(WORKED + 4 * i));
}

static void write_worked(void)
{
	fill_buffer(WORDS);
	nor_put(WORKED, NOR_CONFIRM);
	nor_put(WORKED, NOR_READ_ARRAY);
}

static void check(uint32_t sector, bool erased)
{
	uint32_t i;

	for (i = 0; i < WORDS; i++) {
		uint32_t offset = sector + 4 * i;
		uint32_t wanted = erased ? ERASED : pattern(offset);

		if (nor_get(offset) != wanted)
			trap_panic("flashcut: at %x: %x, not %x", offset, nor_get(offset), wanted);
	}
}

static void prepare(void)
{
	uint32_t sector, i;

	for (sector = 0; sector < 4; sector++)
		erase(SECTOR(sector));
	for (sector = 0; sector < 3; sector += 2) {
		for (i = 0; i < WORDS; i++)
			program(SECTOR(sector) + 4 * i, pattern(SECTOR(sector) + 4 * i));
	}
}

static void cut_buffer(void)
{
	fill_buffer(WORDS / 2);
}

static void cut_buffer_full(void)
{
	fill_buffer(WORDS);
}

static void cut_program(void)
{
	nor_put(WORKED, NOR_PROGRAM);
}

static void cut_after_write(void)
{
	fill_buffer(WORDS);
	nor_put(WORKED, NOR_CONFIRM);
}

static void cut_erase(void)
{
	nor_put(WORKED, NOR_ERASE);
}

static void cut_after_erase(void)
{
	nor_put(WORKED, NOR_ERASE);
	nor_put(WORKED, NOR_CONFIRM);
}

static const struct {
	const char *name;
	void (*cut)(void);
	bool erased;    /* what the worked sector is afterwards */
	bool may_erase; /* as QEMU's own chips do before the confirmation */
} cuts[] = {
	{ "preparation", prepare, true, false },
	{ "half a buffer", cut_buffer, true, false },
	{ "a buffer not confirmed", cut_buffer_full, true, false },
	{ "a program command", cut_program, true, false },
	{ "a confirmed buffer", cut_after_write, false, false },
	{ "an erase not confirmed", cut_erase, false, true },
	{ "a confirmed erase", cut_after_erase, true, false },
};

#define CUTS (sizeof(cuts) / sizeof(cuts[0]))

static uint32_t cuts_done(void)
{
	uint32_t done = 0;

	while (done < CUTS && nor_get(DIARY + 4 * done) == 0)
		done++;
	return done;
}

static void check_worked(uint32_t cut)
{
	bool erased = cuts[cut].erased || (cuts[cut].may_erase && nor_get(WORKED) == ERASED);

	check(WORKED, erased);
}

static void go_on(uint32_t done)
{
	if (done) {
		check(SECTOR(0), false);
		check(SECTOR(2), false);
		/* Where the last loop's work was stopped, the worked sector may be anything. */
		if (done < CUTS || nor_get(DIARY + 4 * done) == ERASED)
			check_worked(done - 1);
		print("flashcut: after %s: as it should be\n", cuts[done - 1].name);
	}
	if (done == CUTS)
		return;
	/* Noted before, as the cut is the last thing of this start; but the first erases it all. */
	if (done)
		program(DIARY + 4 * done, 0);
	cuts[done].cut();
	if (!done)
		program(DIARY, 0);
	sbi_reboot();
}

/* Of the whole bank but for the sector that is worked on; a moved or swapped word tells. */
static uint32_t sum_of_the_rest(void)
{
	uint32_t sum = 0, offset;

	for (offset = 0; offset < NOR_BANK_SIZE; offset += 4) {
		if (offset == WORKED)
			offset += NOR_SECTOR_SIZE;
		sum = sum * 31 + nor_get(offset);
	}
	return sum;
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("flashcut: %s", wrong);
	go_on(cuts_done());
	program(DIARY + 4 * CUTS, 0);
	print("flashcut: the rest is %x; works until it is stopped\n", sum_of_the_rest());
	for (;;) {
		write_worked();
		erase(WORKED);
	}
}
