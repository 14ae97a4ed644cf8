/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SBI calls. An ecall keeps every register but a0 and a1, so those two are the
 * only outputs (SBI specification, chapter "Binary Encoding").
 */
#include "guests/lib/csr.h"
#include "guests/lib/sbi.h"

#define IMPLEMENTATION_BULKHEAD 0x42554c4b /* not a registered id: "BULK" */

struct sbi_result sbi_call(unsigned long extension, unsigned long function, unsigned long arg0,
			   unsigned long arg1, unsigned long arg2)
{
	register unsigned long a0 asm("a0") = arg0;
	register unsigned long a1 asm("a1") = arg1;
	register unsigned long a2 asm("a2") = arg2;
	register unsigned long a3 asm("a3") = 0;
	register unsigned long a4 asm("a4") = 0;
	register unsigned long a5 asm("a5") = 0;
	register unsigned long a6 asm("a6") = function;
	register unsigned long a7 asm("a7") = extension;

	asm volatile("ecall"
		     : "+r"(a0), "+r"(a1)
		     : "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7)
		     : "memory");
	return (struct sbi_result){ .error = (long)a0, .value = a1 };
}

bool sbi_probe(unsigned long extension)
{
	struct sbi_result r = sbi_call(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, extension, 0, 0);

	return r.error == SBI_SUCCESS && r.value != 0;
}

const char *sbi_implementation(void)
{
	/* The specification's table "SBI Implementation IDs", in its order. */
	static const char *const names[] = {
		"BBL",    "OpenSBI", "Xvisor", "KVM",      "RustSBI", "Diosix",
		"Coffer", "Xen",     "HSS",    "coreboot", "oreboot", "bhyve",
	};
	struct sbi_result r = sbi_call(SBI_EXT_BASE, SBI_BASE_GET_IMPL_ID, 0, 0, 0);

	if (r.error)
		return "a legacy SBI";
	if (r.value == IMPLEMENTATION_BULKHEAD)
		return "Bulkhead";
	if (r.value < sizeof(names) / sizeof(names[0]))
		return names[r.value];
	return "an unknown SBI";
}

/* What was asked for, then what every SBI has; a machine that ignores both sleeps for ever. */
static void __attribute__((noreturn)) sbi_reset(unsigned long type, unsigned long reason)
{
	sbi_call(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, type, reason, 0);
	sbi_call(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, SBI_SRST_TYPE_SHUTDOWN, reason, 0);
	sbi_call(SBI_EXT_LEGACY_SHUTDOWN, 0, 0, 0, 0);
	csr_write(CSR_SIE, 0);
	for (;;)
		wait_for_interrupt();
}

void sbi_shutdown(unsigned long reason)
{
	sbi_reset(SBI_SRST_TYPE_SHUTDOWN, reason);
}

void sbi_reboot(void)
{
	sbi_reset(SBI_SRST_TYPE_COLD_REBOOT, SBI_SRST_REASON_NONE);
}
