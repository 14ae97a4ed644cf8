/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an access begins, by its instruction and the guest's registers. An MMIO
 * fault tells where it happened, which is elsewhere when an access that isn't
 * aligned began in memory; htinst says so, an instruction that had to be fetched does not. Pure.
 */
#ifndef VCPU_DECODE_ADDRESS_H
#define VCPU_DECODE_ADDRESS_H

#include "hv/types.h"
#include "vcpu/decode.h"

/* The byte of a page where an instruction's access begins, one that decode_instruction() takes. */
uint64_t decode_address(uint32_t instruction, const uint64_t gpr[32]);

#endif
