/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the boot runs. Its memory joins Bulkhead's pool before the other harts
 * start, so nothing that runs later may refer to it: tools/check-boot-code finds what does.
 * It can't find a pointer that the boot stores: of a file in HV_BOOT
 * (tools/make/hypervisor.mk) no constant may be kept, of a function here no string literal.
 * tests/system/test_own_memory.py looks for one in the memory of a system that runs.
 */
#ifndef HV_BOOT_H
#define HV_BOOT_H

/*
 * In front of a function's definition, and of a table of functions. hv/bulkhead.lds knows the
 * sections; host programs and the model checker have none.
 */
#ifdef __riscv
#define BOOT_CODE  __attribute__((section(".text.0boot")))
#define BOOT_TABLE __attribute__((section(".boot.data.rel.ro")))
#else
#define BOOT_CODE
#define BOOT_TABLE
#endif

#endif
