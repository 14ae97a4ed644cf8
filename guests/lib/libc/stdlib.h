/* SPDX-License-Identifier: Apache-2.0 */
/* Named by the FreeRTOS kernel's sources; only the size types in it are used. */
#ifndef GUESTS_LIB_LIBC_STDLIB_H
#define GUESTS_LIB_LIBC_STDLIB_H

#include <stddef.h>

#endif
