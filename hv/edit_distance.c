/* SPDX-License-Identifier: Apache-2.0 */
/* Three rows of the table of distances are enough: a swap looks two rows up. */
#include "hv/edit_distance.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "hv/bits.h"

#define NAME_LIMIT 63

/* True when the letters before i and j are the same two, swapped. */
static bool swapped(const char *a, size_t i, const char *b, size_t j)
{
	return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

unsigned edit_distance(const char *a, const char *b)
{
	size_t la = strnlen(a, NAME_LIMIT + 1), lb = strnlen(b, NAME_LIMIT + 1);
	uint8_t rows[3][NAME_LIMIT + 1];

	if (la > NAME_LIMIT || lb > NAME_LIMIT)
		return EDIT_DISTANCE_FAR;
	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = (uint8_t)j;
	for (size_t i = 1; i <= la; i++) {
		const uint8_t *two_up = rows[(i + 1) % 3], *up = rows[(i - 1) % 3];
		uint8_t *row = rows[i % 3];

		row[0] = (uint8_t)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned d = up[j - 1] + (a[i - 1] != b[j - 1]);

			d = MIN(d, MIN(up[j], row[j - 1]) + 1u);
			if (swapped(a, i, b, j))
				d = MIN(d, two_up[j - 2] + 1u);
			row[j] = (uint8_t)d;
		}
	}
	return rows[la % 3][lb];
}

unsigned edit_distance_limit(const char *name)
{
	return 1 + (unsigned)strnlen(name, NAME_LIMIT) / 3;
}
