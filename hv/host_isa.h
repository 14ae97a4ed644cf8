/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of ISA extensions in device trees (riscv/extensions.yaml). A hart's
 * extensions are read once, into a set of those that Bulkhead knows. Pure.
 */
#ifndef HV_HOST_ISA_H
#define HV_HOST_ISA_H

#include "hv/host.h"

/*
 * The known extensions of a property of size bytes: the string list
 * riscv,isa-extensions, or the older one-string riscv,isa. data may be NULL.
 */
struct host_isa host_isa_read(const void *data, size_t size);

/* Those of a set that change what Bulkhead does, as BIT(enum isa_ext). */
uint64_t host_isa_bits(struct host_isa isa);

/* Those of a set that a guest may have, without the ones of hide, BIT(enum isa_ext). */
struct host_isa host_isa_for_guest(struct host_isa isa, uint64_t hide);

/* True when the set has the extension of that name. */
bool host_isa_has(struct host_isa isa, const char *name);

/*
 * The name of the set's next extension from *row on, and its length, in the order of ISA
 * strings; or NULL. *row, 0 at first, becomes where to go on.
 */
const char *host_isa_next(struct host_isa isa, unsigned *row, size_t *length);

/* The extension's name in a device tree, lower case. */
const char *host_isa_name(enum isa_ext ext);

#endif
