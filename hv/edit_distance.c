/* SPDX-License-Identifier: Apache-2.0 */
/* Levenshtein's distance in one row. */
#include <stdint.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/edit_distance.h"

#define NAME_LIMIT 63

unsigned edit_distance(const char *a, const char *b)
{
	size_t la = strnlen(a, NAME_LIMIT + 1), lb = strnlen(b, NAME_LIMIT + 1);
	uint8_t row[NAME_LIMIT + 1];

	if (la > NAME_LIMIT || lb > NAME_LIMIT)
		return EDIT_DISTANCE_FAR;
	for (size_t j = 0; j <= lb; j++)
		row[j] = (uint8_t)j;
	for (size_t i = 1; i <= la; i++) {
		uint8_t diagonal = row[0];

		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= lb; j++) {
			uint8_t change = diagonal + (a[i - 1] != b[j - 1]);
			uint8_t shift = MIN(row[j], row[j - 1]) + 1;

			diagonal = row[j];
			row[j] = MIN(change, shift);
		}
	}
	return row[lb];
}

unsigned edit_distance_limit(const char *name)
{
	return 1 + (unsigned)strnlen(name, NAME_LIMIT) / 3;
}
