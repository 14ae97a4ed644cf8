/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory Bulkhead keeps for itself right behind its image: enough for a
 * machine full of small guests. own_memory.c takes it, and the host tool's checker reckons with it.
 */
#ifndef HV_POOL_H
#define HV_POOL_H

#include "hv/bits.h"
#include "hv/types.h"

/* Bytes on a machine with so many harts. */
static inline uint64_t pool_size(uint32_t harts)
{
	return MiB(1) + harts * KiB(64);
}

#endif
