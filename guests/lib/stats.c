/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the statistics page in the device tree.
 */
#include "guests/lib/stats.h"

#include <stddef.h>

#include "guests/lib/dt.h"
#include "guests/lib/machine.h"

const volatile struct stats_page *stats_page(uint64_t *size)
{
	uint64_t base;
	int node = dt_compatible(machine.tree, DT_NONE, STATS_PAGE_COMPATIBLE);

	if (node == DT_NONE || !dt_reg(machine.tree, node, 0, &base, size))
		return NULL;
	return (const volatile struct stats_page *)base;
}

const volatile struct stats_page_vcpu *stats_own(void)
{
	uint64_t size;
	const volatile struct stats_page *page = stats_page(&size);

	return page ? stats_page_slice(page, (uint32_t)machine.hart) : NULL;
}
