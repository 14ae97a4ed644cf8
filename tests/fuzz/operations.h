/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts what a fuzzer does over all its inputs. With FUZZ_OPERATIONS=N in the environment
 * the run is over, and good, after N operations; without it libFuzzer's options end it.
 */
#ifndef TESTS_FUZZ_OPERATIONS_H
#define TESTS_FUZZ_OPERATIONS_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static inline void operations_count(void)
{
	static uint64_t done, wanted;

	if (done == 0) {
		const char *text = getenv("FUZZ_OPERATIONS");

		wanted = text ? strtoull(text, NULL, 10) : UINT64_MAX;
	}
	if (++done == wanted) {
		fprintf(stderr, "%" PRIu64 " operations\n", done);
		_Exit(0); /* libFuzzer takes exit() for a fault */
	}
}

#endif
