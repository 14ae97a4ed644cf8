/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statistics page that Bulkhead gives a guest whose file asks for it: what is counted of
 * this hart's exits. hv/stats_page.h has the counters.
 */
#ifndef GUESTS_LIB_STATS_H
#define GUESTS_LIB_STATS_H

#include "hv/stats_page.h"

/* The page, its size in *size; NULL where the device tree tells of none. */
const volatile struct stats_page *stats_page(uint64_t *size);

/* This hart's slice; NULL without a page, or with one of another layout. */
const volatile struct stats_page_vcpu *stats_own(void);

#endif
