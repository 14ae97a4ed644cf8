// SPDX-License-Identifier: Apache-2.0
/* The table of figures. An instruction is a nanosecond: QEMU -icount shift=0,sleep=off. */
#include "guests/bench/report.h"
#include "guests/lib/print.h"
#include "guests/lib/timer.h"

#define MOST 64

static struct {
	const char *name;
	const char *unit;
	uint64_t value;
} rows[MOST];

static unsigned used;

void report(const char *name, uint64_t value, const char *unit)
{
	if (used == MOST)
		return;
	rows[used].name = name;
	rows[used].value = value;
	rows[used].unit = unit;
	used++;
}

void report_ticks(const char *name, uint64_t ticks, uint64_t empty, uint64_t count)
{
	uint64_t net = ticks > empty ? ticks - empty : 0;

	report(name, timer_nanoseconds(net * REPORT_FRACTION) / count, "instructions");
}

void report_print(void)
{
	for (unsigned i = 0; i < used; i++)
		print("bench %s %lu.%02lu %s\n", rows[i].name, rows[i].value / REPORT_FRACTION,
		      rows[i].value % REPORT_FRACTION, rows[i].unit);
}
