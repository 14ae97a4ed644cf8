/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who and where this guest is, in a few lines: the banner.
 */
#ifndef GUESTS_FREERTOS_APP_INFO_H
#define GUESTS_FREERTOS_APP_INFO_H

/* Prints the lines by the function given. */
void info_print(void (*out)(const char *format, ...));

#endif
