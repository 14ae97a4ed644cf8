/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of the machine: Bulkhead can't start, or found a bug of its own.
 * Nothing that a guest, a bundle or a configuration does may lead here once
 * guests run.
 */
#ifndef HV_PANIC_H
#define HV_PANIC_H

/*
 * Prints "[bulkhead] fatal: ..." on the machine's console, without a lock and by polling, and
 * asks the firmware to shut the machine down with the reason "system failure". Any hart.
 */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
