/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CFI table of one chip with the Intel command set (JESD68.01, chapter 4; the
 * primary table is Intel's, version 1.0), a byte a word of the chip.
 */
#ifndef VDEV_CFI_QUERY_H
#define VDEV_CFI_QUERY_H

#include "hv/types.h"

#define CFI_QUERY_BYTES 0x52

/* All in bytes of the chip, powers of two; a sector is smaller than 16 MiB. */
void cfi_query_fill(uint8_t *table, uint64_t chip, uint64_t buffer, uint64_t sector);

#endif
