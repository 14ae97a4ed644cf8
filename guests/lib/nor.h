/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of NOR flash made of two 16-bit chips with Intel's command set, at a fixed
 * address: the bus cycles and the commands. Offsets are in bytes of the bank.
 */
#ifndef GUESTS_LIB_NOR_H
#define GUESTS_LIB_NOR_H

#include <stdint.h>

#define NOR_BANK        0x22000000ul
#define NOR_BANK_SIZE   0x2000000u
#define NOR_SECTOR_SIZE 0x40000u
#define NOR_BLOCK_SIZE  0x1000u /* of the write buffer */

/* A command goes to both chips. */
#define NOR_BOTH(byte) (0x10001u * (uint32_t)(byte))

#define NOR_PROGRAM_ALT   NOR_BOTH(0x10)
#define NOR_ERASE         NOR_BOTH(0x20)
#define NOR_PROGRAM       NOR_BOTH(0x40)
#define NOR_CLEAR_STATUS  NOR_BOTH(0x50)
#define NOR_LOCK_SETUP    NOR_BOTH(0x60)
#define NOR_LOCK          NOR_BOTH(0x01)
#define NOR_READ_STATUS   NOR_BOTH(0x70)
#define NOR_READ_ID       NOR_BOTH(0x90)
#define NOR_QUERY         NOR_BOTH(0x98)
#define NOR_CONFIRM       NOR_BOTH(0xd0)
#define NOR_WRITE_BUFFER  NOR_BOTH(0xe8)
#define NOR_READ_ARRAY    NOR_BOTH(0xff)
#define NOR_READ_ARRAY_00 NOR_BOTH(0x00)
#define NOR_READ_ARRAY_F0 NOR_BOTH(0xf0)

/* In assembly, since a compiler has been seen to store a volatile word twice. */
static inline void nor_put(uint32_t offset, uint32_t value)
{
	__asm__ volatile("sw %0, 0(%1)" ::"r"(value), "r"(NOR_BANK + offset) : "memory");
}

static inline uint32_t nor_get(uint32_t offset)
{
	uint32_t value;

	__asm__ volatile("lw %0, 0(%1)" : "=r"(value) : "r"(NOR_BANK + offset) : "memory");
	return value;
}

#endif
