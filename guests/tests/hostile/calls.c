// SPDX-License-Identifier: Apache-2.0
/*
 * Every extension and function of the SBI with extreme and random arguments, but for
 * the few valid calls that would end this guest or stop its only vCPU.
 */
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/tests/hostile/attempt.h"
#include "guests/tests/hostile/cases.h"

#define ECALL      0x00000073
#define A0         10
#define A6         16
#define A7         17
#define FUNCTIONS  24
#define TRIES      60
#define LAST_ERROR SBI_ERR_DENIED_LOCKED

static const uint64_t extensions[] = {
	SBI_EXT_BASE, SBI_EXT_TIME, SBI_EXT_IPI,  SBI_EXT_RFENCE, SBI_EXT_HSM,
	SBI_EXT_SRST, SBI_EXT_PMU,  SBI_EXT_DBCN, SBI_EXT_SUSP,   SBI_EXT_CPPC,
	SBI_EXT_NACL, SBI_EXT_STA,  SBI_EXT_SSE,  SBI_EXT_FWFT,   SBI_EXT_DBTR,
	SBI_EXT_MPXY, 0x09000000,   0x0a000000,   0x08000000,     0xffffffff,
	0x9,          0xf,
};

static uint64_t argument(void)
{
	uint64_t r = attempt_random();
	uint64_t end = machine.memory_base + machine.memory_size;
	const uint64_t choices[] = {
		0,
		1,
		2,
		UINT64_MAX,
		UINT64_MAX - 1,
		INT64_MIN,
		INT64_MAX,
		NOWHERE,
		SCRATCH,
		SCRATCH + 1,
		SCRATCH + 0xfff,
		end,
		end - 1,
		end - 8,
		end - 63,
		end - 64,
		end - 4095,
		machine.memory_base - 1,
		0x80000000,
		0x80200000,
		0x10000000,
		4096,
		64,
		63,
		r & 0xff,
		r & 0xffffffff,
		r,
		r << 32,
		SCRATCH + (r & 0xff8),
		0x80000001,
		UINT64_C(1) << 32,
		0x4000,
	};

	return choices[(r >> 56) % (sizeof(choices) / sizeof(choices[0]))];
}

static uint64_t call(uint64_t extension, uint64_t function, const uint64_t *args, uint64_t *error)
{
	static const uint32_t ecall = ECALL;
	struct attempt attempt;

	attempt_fill(&attempt, NOWHERE, false);
	attempt.escape = true; /* or a suspended hart would never wake */
	for (unsigned i = 0; i < 6; i++)
		attempt.x[A0 + i] = args[i];
	attempt.x[A6] = function;
	attempt.x[A7] = extension;
	attempt_code(&attempt, &ecall, 1);
	attempt_run(&attempt);
	*error = attempt.result;
	return attempt.cause;
}

static bool is_own_memory(uint64_t address)
{
	return address - machine.memory_base < machine.memory_size;
}

/* Valid calls with which this program would end itself, or write over itself. */
static bool is_exempt(uint64_t extension, uint64_t function, uint64_t *args)
{
	switch (extension) {
	case SBI_EXT_HSM:
		if (function == SBI_HSM_HART_START)
			return is_own_memory(args[1]);
		if (function == SBI_HSM_HART_SUSPEND)
			return is_own_memory(args[1]);
		return function == SBI_HSM_HART_STOP;
	case SBI_EXT_SRST:
		return (uint32_t)args[0] <= SBI_SRST_TYPE_WARM_REBOOT;
	case SBI_EXT_SUSP:
		return is_own_memory(args[1]);
	case SBI_EXT_DBCN:
		if (args[0] > 64)
			args[0] +=
				1
				<< 20; /* what is allowed is short, or the console's text drowns */
		return false;
	default:
		return false;
	}
}

static void try_call(uint64_t extension, uint64_t function)
{
	uint64_t args[6], cause, error;

	for (unsigned i = 0; i < 6; i++)
		args[i] = argument();
	if (is_exempt(extension, function, args))
		return;
	cause = call(extension, function, args, &error);
	if (cause & SCAUSE_INTERRUPT)
		return;
	if (cause != CAUSE_BREAKPOINT)
		attempt_wrong("a call became a trap", extension, function << 32 | cause);
	else if ((int64_t)error > 0 || (int64_t)error < LAST_ERROR)
		attempt_wrong("a call's error is none of the specification's", extension, error);
}

/* A mask at an address that can't be read becomes this guest's load fault. */
static void legacy(void)
{
	uint64_t args[6], error;

	for (unsigned extension = SBI_EXT_LEGACY_SET_TIMER;
	     extension <= SBI_EXT_LEGACY_REMOTE_SFENCE_VMA_ASID; extension++)
		for (unsigned i = 0; i < TRIES; i++) {
			for (unsigned j = 0; j < 6; j++)
				args[j] = argument();
			if (extension == SBI_EXT_LEGACY_CONSOLE_PUTCHAR)
				args[0] = '.';
			call(extension, argument(), args, &error);
		}
	print("\n");
}

void case_sbi(void)
{
	for (unsigned i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		for (uint64_t function = 0; function < FUNCTIONS; function++)
			for (unsigned n = 0; n < TRIES; n++)
				try_call(extensions[i], function);
		for (unsigned n = 0; n < TRIES; n++)
			try_call(extensions[i], attempt_random() | 0x100);
	}
	for (unsigned n = 0; n < 10 * TRIES; n++)
		try_call(attempt_random() | 0x100, argument());
	legacy();
}
