/* SPDX-License-Identifier: Apache-2.0 */
/* Page tables' memory from the page allocator (contract in table_pages.h). */
#include <errno.h>

#include "hv/table_pages.h"

static int table_pages_alloc(void *context, unsigned int order, hpa_t *table)
{
	struct table_pages *source = context;
	void *pages = page_alloc_take(source->pages, order, source->owner);

	if (!pages)
		return -ENOMEM;
	*table = page_alloc_hpa(source->pages, pages);
	return 0;
}

static void table_pages_free(void *context, unsigned int order, hpa_t table)
{
	struct table_pages *source = context;

	page_alloc_give(source->pages, page_alloc_pointer(source->pages, table), order);
}

static uint64_t *table_pages_entries(void *context, hpa_t table)
{
	struct table_pages *source = context;

	return page_alloc_pointer(source->pages, table);
}

const struct pgtable_ops table_pages_ops = {
	.alloc = table_pages_alloc,
	.free = table_pages_free,
	.entries = table_pages_entries,
};
