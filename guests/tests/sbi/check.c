// SPDX-License-Identifier: Apache-2.0
/* Counting checks, and the ecall itself. */
#include "guests/tests/sbi/check.h"

#include "guests/lib/print.h"

static unsigned passed, failed, skipped;

void check(const char *name, bool condition)
{
	if (condition) {
		passed++;
		print("PASS %s\n", name);
	} else {
		failed++;
		print("FAIL %s: not so\n", name);
	}
}

void check_error(const char *name, struct sbi_result result, long expected)
{
	if (result.error == expected) {
		passed++;
		print("PASS %s\n", name);
	} else {
		failed++;
		print("FAIL %s: error %ld, not %ld\n", name, result.error, expected);
	}
}

void check_value(const char *name, struct sbi_result result, unsigned long expected)
{
	if (result.error == SBI_SUCCESS && result.value == expected) {
		passed++;
		print("PASS %s\n", name);
	} else {
		failed++;
		print("FAIL %s: error %ld, value 0x%lx, not 0x%lx\n", name, result.error,
		      result.value, expected);
	}
}

void check_skip(const char *name, const char *why)
{
	skipped++;
	print("SKIP %s: %s\n", name, why);
}

unsigned check_sum(void)
{
	print("sbi: %u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed;
}

struct sbi_result check_call(unsigned long extension, unsigned long function,
			     const unsigned long *args)
{
	register unsigned long a0 asm("a0") = args[0];
	register unsigned long a1 asm("a1") = args[1];
	register unsigned long a2 asm("a2") = args[2];
	register unsigned long a3 asm("a3") = args[3];
	register unsigned long a4 asm("a4") = args[4];
	register unsigned long a5 asm("a5") = args[5];
	register unsigned long a6 asm("a6") = function;
	register unsigned long a7 asm("a7") = extension;

	asm volatile("ecall"
		     : "+r"(a0), "+r"(a1)
		     : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7)
		     : "memory");
	return (struct sbi_result){ .error = (long)a0, .value = a1 };
}
