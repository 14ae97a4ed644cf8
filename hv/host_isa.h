/* SPDX-License-Identifier: Apache-2.0 */
/* The names of ISA extensions in device trees (riscv/extensions.yaml). Pure. */
#ifndef HV_HOST_ISA_H
#define HV_HOST_ISA_H

#include "hv/host.h"

/*
 * The extensions, as BIT(enum isa_ext), of a property of size bytes: the string
 * list riscv,isa-extensions, or the older one-string riscv,isa. data may be NULL.
 * Extensions that Bulkhead has no interest in are passed over.
 */
uint64_t host_isa_bits(const void *data, size_t size);

/* The extension's name in a device tree, lower case. */
const char *host_isa_name(enum isa_ext ext);

#endif
