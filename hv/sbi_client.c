/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's client: see hv/sbi_client.h. Calls follow the SBI 3.0, chapter 3
 * (binary encoding), and for old firmware its chapter on the legacy extensions,
 * whose hart masks are pointers to a word in memory.
 */
#include "hv/sbi_client.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/sbi_defs.h"

#define SPEC_MAJOR GENMASK(30, 24)
#define SPEC_MINOR GENMASK(23, 0)

static struct sbi_client_features features;

struct sbi_client_result sbi_client_call(uint64_t extension, uint64_t function, uint64_t arg0,
					 uint64_t arg1, uint64_t arg2, uint64_t arg3, uint64_t arg4)
{
	register uint64_t a0 __asm__("a0") = arg0;
	register uint64_t a1 __asm__("a1") = arg1;
	register uint64_t a2 __asm__("a2") = arg2;
	register uint64_t a3 __asm__("a3") = arg3;
	register uint64_t a4 __asm__("a4") = arg4;
	register uint64_t a6 __asm__("a6") = function;
	register uint64_t a7 __asm__("a7") = extension;

	__asm__ volatile("ecall"
			 : "+r"(a0), "+r"(a1)
			 : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7)
			 : "memory");
	return (struct sbi_client_result){ .error = (long)a0, .value = (long)a1 };
}

int sbi_client_errno(long error)
{
	switch (error) {
	case SBI_SUCCESS:
		return 0;
	case SBI_ERR_NOT_SUPPORTED:
		return -ENOTSUP;
	case SBI_ERR_INVALID_PARAM:
	case SBI_ERR_INVALID_STATE:
		return -EINVAL;
	case SBI_ERR_INVALID_ADDRESS:
	case SBI_ERR_BAD_RANGE:
		return -EFAULT;
	case SBI_ERR_ALREADY_AVAILABLE:
	case SBI_ERR_ALREADY_STARTED:
	case SBI_ERR_ALREADY_STOPPED:
		return -EEXIST;
	case SBI_ERR_DENIED:
	case SBI_ERR_DENIED_LOCKED:
		return -EPERM;
	default:
		return -EIO;
	}
}

BOOT_CODE static uint64_t base_value(uint64_t function)
{
	struct sbi_client_result r = sbi_client_call(SBI_EXT_BASE, function, 0, 0, 0, 0, 0);

	return r.error == SBI_SUCCESS ? (uint64_t)r.value : 0;
}

BOOT_CODE bool sbi_client_probe(uint64_t extension)
{
	struct sbi_client_result r =
		sbi_client_call(SBI_EXT_BASE, SBI_BASE_PROBE_EXTENSION, extension, 0, 0, 0, 0);

	return r.error == SBI_SUCCESS && r.value != 0;
}

static void probe_extensions(struct sbi_client_features *f)
{
	f->time = sbi_client_probe(SBI_EXT_TIME);
	f->ipi = sbi_client_probe(SBI_EXT_IPI);
	f->rfence = sbi_client_probe(SBI_EXT_RFENCE);
	f->hsm = sbi_client_probe(SBI_EXT_HSM);
	f->srst = sbi_client_probe(SBI_EXT_SRST);
	f->dbcn = sbi_client_probe(SBI_EXT_DBCN);
	f->susp = sbi_client_probe(SBI_EXT_SUSP);
	f->pmu = sbi_client_probe(SBI_EXT_PMU);
	f->fwft = sbi_client_probe(SBI_EXT_FWFT);
}

BOOT_CODE void sbi_client_init(void)
{
	struct sbi_client_result version =
		sbi_client_call(SBI_EXT_BASE, SBI_BASE_GET_SPEC_VERSION, 0, 0, 0, 0, 0);

	features = (struct sbi_client_features){ .minor = 1 };
	/* SBI 0.1 knows no BASE and answers with an error. */
	if (version.error != SBI_SUCCESS)
		return;
	features.major = (uint32_t)FIELD_GET(SPEC_MAJOR, version.value);
	features.minor = (uint32_t)FIELD_GET(SPEC_MINOR, version.value);
	features.implementation = base_value(SBI_BASE_GET_IMPL_ID);
	features.implementation_version = base_value(SBI_BASE_GET_IMPL_VERSION);
	features.mvendorid = base_value(SBI_BASE_GET_MVENDORID);
	features.marchid = base_value(SBI_BASE_GET_MARCHID);
	features.mimpid = base_value(SBI_BASE_GET_MIMPID);
	probe_extensions(&features);
}

const struct sbi_client_features *sbi_client_features(void)
{
	return &features;
}

static long legacy(uint64_t extension, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return sbi_client_call(extension, 0, a0, a1, a2, a3, 0).error;
}

/* The legacy mask starts at hart 0; *word is false where it can't name the harts. */
static int legacy_mask(uint64_t mask, uint64_t base, uint64_t *word)
{
	if (base >= 64 || (mask << base) >> base != mask)
		return -ENOTSUP;
	*word = mask << base;
	return 0;
}

void sbi_client_set_timer(uint64_t time)
{
	if (features.time)
		sbi_client_call(SBI_EXT_TIME, SBI_TIME_SET_TIMER, time, 0, 0, 0, 0);
	else
		legacy(SBI_EXT_LEGACY_SET_TIMER, time, 0, 0, 0);
}

int sbi_client_send_ipi(uint64_t mask, uint64_t base)
{
	uint64_t word;
	int error;

	if (features.ipi)
		return sbi_client_errno(
			sbi_client_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, mask, base, 0, 0, 0).error);
	error = legacy_mask(mask, base, &word);
	if (error)
		return error;
	return sbi_client_errno(legacy(SBI_EXT_LEGACY_SEND_IPI, (uintptr_t)&word, 0, 0, 0));
}

static int legacy_rfence(uint64_t function, uint64_t word, uint64_t start, uint64_t size,
			 uint64_t id)
{
	uintptr_t mask = (uintptr_t)&word;

	switch (function) {
	case SBI_RFENCE_FENCE_I:
		return sbi_client_errno(legacy(SBI_EXT_LEGACY_REMOTE_FENCE_I, mask, 0, 0, 0));
	case SBI_RFENCE_SFENCE_VMA:
		return sbi_client_errno(
			legacy(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA, mask, start, size, 0));
	case SBI_RFENCE_SFENCE_VMA_ASID:
		return sbi_client_errno(
			legacy(SBI_EXT_LEGACY_REMOTE_SFENCE_VMA_ASID, mask, start, size, id));
	default:
		return -ENOTSUP;
	}
}

int sbi_client_rfence(uint64_t function, uint64_t mask, uint64_t base, uint64_t start,
		      uint64_t size, uint64_t id)
{
	uint64_t word;
	int error;

	if (features.rfence) {
		/* The identifier is the fifth argument; the others ignore it. */
		return sbi_client_errno(
			sbi_client_call(SBI_EXT_RFENCE, function, mask, base, start, size, id)
				.error);
	}
	error = legacy_mask(mask, base, &word);
	return error ? error : legacy_rfence(function, word, start, size, id);
}

static int hsm_call(uint64_t function, uint64_t a0, uint64_t a1, uint64_t a2)
{
	struct sbi_client_result r;

	if (!features.hsm)
		return -ENOTSUP;
	r = sbi_client_call(SBI_EXT_HSM, function, a0, a1, a2, 0, 0);
	return r.error == SBI_SUCCESS ? (int)r.value : sbi_client_errno(r.error);
}

int sbi_client_hart_start(uint64_t hart, uint64_t entry, uint64_t opaque)
{
	int value = hsm_call(SBI_HSM_HART_START, hart, entry, opaque);

	return MIN(value, 0);
}

int sbi_client_hart_stop(void)
{
	int value = hsm_call(SBI_HSM_HART_STOP, 0, 0, 0);

	return MIN(value, 0);
}

int sbi_client_hart_status(uint64_t hart)
{
	return hsm_call(SBI_HSM_HART_GET_STATUS, hart, 0, 0);
}

int sbi_client_hart_suspend(void)
{
	int value = hsm_call(SBI_HSM_HART_SUSPEND, SBI_HSM_SUSPEND_RETENTIVE, 0, 0);

	return MIN(value, 0);
}

int sbi_client_system_reset(uint32_t type, uint32_t reason)
{
	if (features.srst)
		return sbi_client_errno(
			sbi_client_call(SBI_EXT_SRST, SBI_SRST_SYSTEM_RESET, type, reason, 0, 0, 0)
				.error);
	if (type != SBI_SRST_TYPE_SHUTDOWN)
		return -ENOTSUP;
	return sbi_client_errno(legacy(SBI_EXT_LEGACY_SHUTDOWN, 0, 0, 0, 0));
}

uint32_t sbi_client_console_write(const uint8_t *bytes, uint32_t count)
{
	uint32_t n;

	/* By bytes: nobody knows the physical address of what lies on a stack. */
	for (n = 0; n < count; n++) {
		if (!features.dbcn)
			legacy(SBI_EXT_LEGACY_CONSOLE_PUTCHAR, bytes[n], 0, 0, 0);
		else if (sbi_client_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE_BYTE, bytes[n], 0, 0,
					 0, 0)
				 .error)
			break;
	}
	return n;
}

int sbi_client_console_read(void)
{
	static uint8_t byte; /* no stack's: its address is physical too */
	struct sbi_client_result r;

	if (!features.dbcn)
		return (int)legacy(SBI_EXT_LEGACY_CONSOLE_GETCHAR, 0, 0, 0, 0);
	r = sbi_client_call(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_READ, 1, (uintptr_t)&byte, 0, 0, 0);
	return r.error == SBI_SUCCESS && r.value == 1 ? byte : -1;
}
