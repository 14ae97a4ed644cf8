/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program in flash: the bytes "pfld", then big-endian words: version, size of the
 * payload in bytes; four bytes of padding; the payload. mkflash writes it.
 */
#ifndef GUESTS_LABS_PAYLOAD_H
#define GUESTS_LABS_PAYLOAD_H

#include <stdint.h>

#define PAYLOAD_FLASH   UINT64_C(0x22000000) /* where the labs' bank is */
#define PAYLOAD_MAGIC   0x70666c64           /* "pfld" */
#define PAYLOAD_VERSION 1

struct payload {
	uint32_t magic, version, size; /* big-endian */
	uint32_t padding;
	uint8_t bytes[];
};

/* A big-endian word of the header: one load, because a device may be behind it. */
static inline uint32_t payload_word(const uint32_t *word)
{
	return __builtin_bswap32(*(const volatile uint32_t *)word);
}

#endif
