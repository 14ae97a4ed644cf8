/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The choice of console, and its two functions.
 */
#include <stddef.h>

#include "guests/lib/console.h"
#include "guests/lib/sbi.h"
#include "guests/lib/uart.h"

static enum { LEGACY, DEBUG, UART } kind;

void console_init(const void *tree)
{
	if (tree && uart_init(tree))
		kind = UART;
	else if (sbi_probe(SBI_EXT_DBCN))
		kind = DEBUG;
	else
		kind = LEGACY;
}

const char *console_name(void)
{
	static const char *const names[] = {
		[LEGACY] = "SBI legacy console",
		[DEBUG] = "SBI debug console",
		[UART] = "ns16550a",
	};

	return names[kind];
}

static void put_byte(char c)
{
	if (kind == UART)
		uart_put(c);
	else if (kind == DEBUG)
		sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, (uint8_t)c, 0, 0);
	else
		sbi_call(SBI_EXT_LEGACY_CONSOLE_PUTCHAR, 0, (uint8_t)c, 0, 0);
}

void console_put(char c)
{
	if (c == '\n')
		put_byte('\r');
	put_byte(c);
}

int console_get(void)
{
	struct sbi_result r;
	uint8_t byte;

	if (kind == UART)
		return uart_get();
	if (kind == LEGACY)
		return (int)sbi_call(SBI_EXT_LEGACY_CONSOLE_GETCHAR, 0, 0, 0, 0).error;
	r = sbi_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_READ, 1, (unsigned long)&byte, 0);
	return r.error == SBI_SUCCESS && r.value == 1 ? byte : -1;
}
