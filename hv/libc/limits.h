/* SPDX-License-Identifier: Apache-2.0 */
/* The limits that libfdt asks of <limits.h>, as the compiler states them. */
#ifndef HV_LIBC_LIMITS_H
#define HV_LIBC_LIMITS_H

#define INT_MAX   __INT_MAX__
#define INT_MIN   (-INT_MAX - 1)
#define UINT_MAX  (2U * INT_MAX + 1)
#define LONG_MAX  __LONG_MAX__
#define ULONG_MAX (2UL * LONG_MAX + 1)

#endif
