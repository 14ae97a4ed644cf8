/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the page table walker to the page allocator: tables made of pages of
 * struct page_alloc, counted for an owner. Pass table_pages_ops and a struct
 * table_pages, which must outlive the table, to pgtable_init or gstage_init.
 */
#ifndef HV_TABLE_PAGES_H
#define HV_TABLE_PAGES_H

#include "hv/page_alloc.h"
#include "hv/pgtable.h"

struct table_pages {
	struct page_alloc *pages;
	enum page_owner owner;
};

extern const struct pgtable_ops table_pages_ops;

#endif
