// SPDX-License-Identifier: Apache-2.0
/*
 * Touching what is not its own: by loads, stores, atomics and jumps, directly and through
 * page tables. Each must be this guest's own access fault.
 */
#include <stddef.h>

#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define SATP_SV39 (UINT64_C(8) << 60)
#define LEAF_BITS 0xcf /* valid, readable, writable, executable, accessed, dirty */
#define GIB       (UINT64_C(1) << 30)
#define MIB       (UINT64_C(1) << 20)

/* With a0 (x10) as address; the result, if any, in a1. */
static const uint32_t accesses[] = {
	0x00050583, /* lb a1, (a0) */
	0x00051583, /* lh a1, (a0) */
	0x00052583, /* lw a1, (a0) */
	0x00056583, /* lwu a1, (a0) */
	0x00053583, /* ld a1, (a0) */
	0x00b50023, /* sb a1, (a0) */
	0x00b51023, /* sh a1, (a0) */
	0x00b52023, /* sw a1, (a0) */
	0x00b53023, /* sd a1, (a0) */
	0x00052587, /* flw fa1, (a0) */
	0x00053587, /* fld fa1, (a0) */
	0x00b53027, /* fsd fa1, (a0) */
	0x100525af, /* lr.w a1, (a0) */
	0x100535af, /* lr.d a1, (a0) */
	0x18b535af, /* sc.d a1, a1, (a0) */
	0x00b535af, /* amoadd.d a1, a1, (a0) */
	0x08b525af, /* amoswap.w a1, a1, (a0) */
	0x0005200f, /* cbo.inval (a0) */
	0x0025200f, /* cbo.flush (a0) */
	0x0045200f, /* cbo.zero (a0) */
	0x6c0545f3, /* hlv.d a1, (a0) */
	0x6eb54073, /* hsv.d a1, (a0) */
};

#define ACCESSES (sizeof(accesses) / sizeof(accesses[0]))

static uint64_t try_access(struct attempt *attempt, uint64_t address, uint32_t instruction,
			   bool user)
{
	attempt_fill(attempt, address, user);
	attempt_code(attempt, &instruction, 1);
	attempt_run(attempt);
	return attempt->cause;
}

static uint64_t try_fetch(struct attempt *attempt, uint64_t address)
{
	attempt_fill(attempt, address, false);
	attempt->x[0] = address;
	attempt_run(attempt);
	return attempt->cause;
}

/* True for the faults that a wrong address may become. */
static bool is_fault(uint64_t cause)
{
	return cause == CAUSE_FETCH_ACCESS || cause == CAUSE_LOAD_ACCESS ||
	       cause == CAUSE_STORE_ACCESS || cause == CAUSE_LOAD_MISALIGNED ||
	       cause == CAUSE_STORE_MISALIGNED || cause == CAUSE_FETCH_MISALIGNED ||
	       cause == CAUSE_ILLEGAL;
}

/* A store-conditional without a reservation may fail without looking at its address. */
static bool may_pass(uint32_t instruction)
{
	return instruction >> 27 == 3 && (instruction & 0x7f) == 0x2f;
}

/* On some machines one of the places is a device of this guest's own. */
static bool is_own_device(uint64_t address)
{
	uint64_t base, size;

	for (int node = dt_next(machine.tree, DT_NONE); node != DT_NONE;
	     node = dt_next(machine.tree, node))
		if (dt_property(machine.tree, node, "compatible", NULL) &&
		    !dt_has_string(machine.tree, node, "device_type", "cpu") &&
		    dt_reg(machine.tree, node, 0, &base, &size) && address - base < size)
			return true;
	return false;
}

static void foreign(uint64_t address)
{
	struct attempt attempt;

	if (is_own_device(address))
		return;
	for (unsigned i = 0; i < ACCESSES; i++) {
		uint64_t cause = try_access(&attempt, address, accesses[i], false);

		if (!is_fault(cause) && !(may_pass(accesses[i]) && cause == CAUSE_BREAKPOINT))
			attempt_wrong("reached what is not its own", address, accesses[i]);
	}
	if (!is_fault(try_fetch(&attempt, address)))
		attempt_wrong("fetched what is not its own", address, attempt.cause);
}

/* One address of each place of the machine, of all its memory, and of each power of two. */
void case_addresses(void)
{
	static const uint64_t places[] = {
		0x0,        0x40,       0x1000,     0x100000,   0x103000,   0x2000000,  0x2004000,
		0x200bff8,  0x3000000,  0xb000000,  0x10001000, 0x10008000, 0x10100000, 0x20000000,
		0x22000000, 0x24000000, 0x28000000, 0x28001000, 0x30000000, 0x40000000, 0x80000000,
		0x80040000, 0x80200000, 0x80234000, 0x80400000, 0xbfffffc0, 0xc1000000,
	};
	unsigned count = 0;

	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++, count++)
		foreign(places[i]);
	for (uint64_t at = 0x80000000; at < 0xc0000000; at += 8 * MIB, count++)
		foreign(at + (attempt_random() & 0x7ffff8));
	for (uint64_t at = 0xc1000000; at < 0x180000000; at += 16 * MIB, count++)
		foreign(at + (attempt_random() & 0xfffff8));
	for (unsigned shift = 33; shift < 64; shift++, count += 2) {
		foreign(UINT64_C(1) << shift);
		foreign(-(UINT64_C(1) << shift));
	}
	for (uint64_t at = 8; at <= 64; at += 8, count++)
		foreign(-at);
	print("%u addresses, %u instructions each\n", count, (unsigned)ACCESSES + 1);
}

/* Over the first and last byte of its memory, at every alignment. */
void case_edges(void)
{
	uint64_t first = machine.memory_base, end = first + machine.memory_size;
	struct attempt attempt;

	for (uint64_t off = 1; off <= 16; off++) {
		foreign(first - off - 8);
		foreign(end + off - 1);
		for (unsigned i = 0; i < ACCESSES; i++) {
			try_access(&attempt, first - off, accesses[i], off & 1);
			try_access(&attempt, end - off, accesses[i], off & 1);
		}
	}
	for (uint64_t off = 2; off <= 8; off += 2) {
		*(uint16_t *)(end - 2) = 0x0003; /* the first half of an instruction of 32 bits */
		if (!is_fault(try_fetch(&attempt, end - 2)))
			attempt_wrong("fetched over its memory's end", attempt.cause, attempt.pc);
	}
}

static void misuse(uint64_t base, uint64_t offset)
{
	struct attempt attempt;

	for (unsigned i = 0; i < ACCESSES; i++)
		for (uint64_t shift = 0; shift < 4; shift++)
			try_access(&attempt, base + offset + shift, accesses[i], shift == 1);
	if (try_fetch(&attempt, base + offset) == CAUSE_BREAKPOINT)
		attempt_wrong("ran a device's registers", base, offset);
}

/*
 * Every device of its tree: all registers near its ends, at every width and alignment. Not
 * those that do DMA: whoever gives one to a guest without an IOMMU trusts it.
 */
void case_devices(void)
{
	uint64_t base, size;
	unsigned devices = 0;

	for (int node = dt_next(machine.tree, DT_NONE); node != DT_NONE;
	     node = dt_next(machine.tree, node)) {
		if (!dt_property(machine.tree, node, "compatible", NULL) ||
		    dt_has_string(machine.tree, node, "device_type", "cpu") ||
		    dt_has_string(machine.tree, node, "compatible", "virtio,mmio") ||
		    !dt_reg(machine.tree, node, 0, &base, &size))
			continue;
		devices++;
		for (uint64_t offset = 0; offset < 64; offset += 4)
			misuse(base, offset);
		for (unsigned i = 0; i < 300; i++)
			misuse(base, attempt_random() % size & ~UINT64_C(3));
		for (uint64_t offset = 1; offset <= 16; offset++)
			misuse(base, size - offset);
	}
	print("%u devices\n", devices);
	if (!devices)
		attempt_wrong("no device found", 0, 0);
}

static uint64_t root[512] __attribute__((aligned(4096)));
static uint64_t middle[512] __attribute__((aligned(4096)));

static uint64_t pte(uint64_t address, uint64_t bits)
{
	return address >> 12 << 10 | bits;
}

/* Entry 3 maps this program to itself; 16 and on lead elsewhere, as leaves or as tables. */
static unsigned build_tables(void)
{
	static const uint64_t targets[] = {
		0,          0x10000000, 0xc000000,  0x28000000,        0x80000000,
		0x80200000, 0xbffff000, 0xc1000000, UINT64_C(1) << 40, UINT64_C(1) << 55,
	};
	const unsigned count = sizeof(targets) / sizeof(targets[0]);

	root[3] = pte(3 * GIB, LEAF_BITS);
	root[15] = pte((uint64_t)middle, PTE_V);
	for (unsigned i = 0; i < count; i++) {
		root[16 + 2 * i] = pte(targets[i] & ~(GIB - 1), LEAF_BITS);
		root[17 + 2 * i] = pte(targets[i], PTE_V);
		middle[2 * i] = pte(targets[i] & ~(2 * MIB - 1), LEAF_BITS);
		middle[2 * i + 1] = pte(targets[i], PTE_V);
	}
	return 2 * count;
}

static void try_mapping(uint64_t va)
{
	struct attempt attempt;

	for (unsigned i = 0; i < ACCESSES; i++)
		try_access(&attempt, va, accesses[i], false);
	try_fetch(&attempt, va);
	if (attempt.cause == CAUSE_BREAKPOINT)
		attempt_wrong("ran through a page table what is not its own", va, attempt.pc);
}

void case_paging(void)
{
	unsigned entries = build_tables();

	csr_write(CSR_SATP, SATP_SV39 | (uint64_t)root >> 12);
	asm volatile("sfence.vma" : : : "memory");
	for (unsigned i = 0; i < entries; i++) {
		try_mapping((16 + i) * GIB + 0x100);
		try_mapping((16 + i) * GIB + 0x12345678);
		try_mapping(15 * GIB + i * 2 * MIB + 0x1000);
		try_mapping(15 * GIB + i * 2 * MIB + 0x123ffc);
	}
	csr_write(CSR_SATP, 0);
	asm volatile("sfence.vma" : : : "memory");
}
