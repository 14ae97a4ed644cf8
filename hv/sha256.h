/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for the images of a bundle. Pure. */
#ifndef HV_SHA256_H
#define HV_SHA256_H

#include "hv/types.h"

#define SHA256_SIZE  32 /* bytes of a digest */
#define SHA256_BLOCK 64 /* bytes hashed at a time */

struct sha256 {
	uint32_t state[8];
	uint64_t length;            /* bytes taken so far */
	uint8_t rest[SHA256_BLOCK]; /* the length % SHA256_BLOCK bytes not hashed yet */
};

void sha256_init(struct sha256 *hash);

/* Adds size bytes; any alignment, any number of calls. */
void sha256_update(struct sha256 *hash, const void *data, size_t size);

/* The digest of all that was added. The hash needs a sha256_init() before its next use. */
void sha256_final(struct sha256 *hash, uint8_t digest[SHA256_SIZE]);

#endif
