/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The figures, kept until the end so that printing disturbs no measurement:
 * lines "bench NAME VALUE UNIT".
 */
#ifndef GUESTS_BENCH_REPORT_H
#define GUESTS_BENCH_REPORT_H

#include <stdint.h>

#define REPORT_FRACTION 100 /* parts of a unit that a value counts in */

/* name and unit stay where they are. */
void report(const char *name, uint64_t value, const char *unit);

/* instructions, of ticks of the time CSR for count operations, without those of an empty loop. */
void report_ticks(const char *name, uint64_t ticks, uint64_t empty, uint64_t count);

/* The least of several runs of an expression: what else the machine does may only add. */
#define REPORT_RUNS 5
#define REPORT_LEAST(expression)                                      \
	({                                                            \
		uint64_t least_ = UINT64_MAX;                         \
		for (unsigned run_ = 0; run_ < REPORT_RUNS; run_++) { \
			uint64_t ticks_ = (expression);               \
			least_ = ticks_ < least_ ? ticks_ : least_;   \
		}                                                     \
		least_;                                               \
	})

/* Prints them all. */
void report_print(void);

#endif
