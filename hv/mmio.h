/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device registers: ordered against each other and against memory, as Linux's
 * readl and writel are (RVWMO, fence with I and O bits). On the host, unit tests provide
 * mmio_fake_read() and mmio_fake_write() and play the device.
 */
#ifndef HV_MMIO_H
#define HV_MMIO_H

#include "hv/types.h"

#ifdef __riscv

#define MMIO_DEFINE_(bits)                                                                \
	static inline uint##bits##_t mmio_read##bits(const volatile void *address)        \
	{                                                                                 \
		uint##bits##_t value = *(const volatile uint##bits##_t *)address;         \
                                                                                          \
		__asm__ volatile("fence i, ior" ::: "memory");                            \
		return value;                                                             \
	}                                                                                 \
	static inline void mmio_write##bits(volatile void *address, uint##bits##_t value) \
	{                                                                                 \
		__asm__ volatile("fence iorw, o" ::: "memory");                           \
		*(volatile uint##bits##_t *)address = value;                              \
	}

#else

uint64_t mmio_fake_read(const volatile void *address, unsigned size);
void mmio_fake_write(volatile void *address, unsigned size, uint64_t value);

#define MMIO_DEFINE_(bits)                                                                \
	static inline uint##bits##_t mmio_read##bits(const volatile void *address)        \
	{                                                                                 \
		return (uint##bits##_t)mmio_fake_read(address, (bits) / 8);               \
	}                                                                                 \
	static inline void mmio_write##bits(volatile void *address, uint##bits##_t value) \
	{                                                                                 \
		mmio_fake_write(address, (bits) / 8, value);                              \
	}

#endif

MMIO_DEFINE_(8)
MMIO_DEFINE_(16)
MMIO_DEFINE_(32)
MMIO_DEFINE_(64)

#endif
