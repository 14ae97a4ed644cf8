/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the host's device tree into struct host: one pass, then the links between nodes. Pure. */
#ifndef HV_HOST_DT_H
#define HV_HOST_DT_H

#include "hv/host.h"

/*
 * Fills *host from the tree of at most size bytes at fdt (eight-byte aligned,
 * hostile until this returns 0). The tree must outlive *host. *why, where why is
 * not NULL, says what is wrong or missing. Returns 0, -EINVAL for a broken tree or
 * one without a hart, memory or timebase, -E2BIG past one of host.h's limits.
 * Lacking interrupt controller or UART are no errors: see host.irqchip.kind
 * and host.uart.present.
 */
int host_dt_parse(const void *fdt, size_t size, struct host *host, const char **why);

/* The tree will be read at fdt from now on, where it may not be mapped yet. */
void host_dt_move(struct host *host, const void *fdt);

#endif
