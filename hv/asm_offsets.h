/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How constants of C reach the assembler: an asm_offsets.c of each room names
 * them with these macros, is compiled to assembly, and the build turns each
 * marked line into a #define in build/include/generated/.
 */
#ifndef HV_ASM_OFFSETS_H
#define HV_ASM_OFFSETS_H

#include <stddef.h>

#define CONSTANT(name, value)      __asm__ volatile("\n.ascii \"->" #name " %0\"" ::"i"(value))
#define OFFSET(name, type, member) CONSTANT(name, offsetof(type, member))

#endif
