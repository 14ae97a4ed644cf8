// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 12: DBCN. A write takes what the guest's console has room for
 * and says how much; a single byte is sent again until there is room for it. The
 * memory that a call names must be the guest's RAM, all of it.
 */
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

/* Bytes moved at once, and in one call: the guest asks again for the rest. */
#define CHUNK    256
#define CALL_MAX KiB(4)

/* Moves one chunk out of the guest's memory; returns how many bytes the console took. */
static uint32_t write_chunk(struct vcpu *vcpu, uint64_t from, uint32_t count)
{
	uint8_t bytes[CHUNK];

	if (hw_guest_read(vcpu, bytes, gpa(from), count))
		return 0;
	return hw_console_put(vcpu, bytes, count);
}

/* The range was checked, so that a failing copy is impossible; it would end the call early. */
static uint32_t read_chunk(struct vcpu *vcpu, uint64_t to, uint32_t count)
{
	uint8_t bytes[CHUNK];
	uint32_t got = hw_console_get(vcpu, bytes, count);

	if (got == 0 || hw_guest_write(vcpu, gpa(to), bytes, got))
		return 0;
	return got;
}

static struct sbi_ret transfer(struct vcpu *vcpu,
			       uint32_t (*chunk)(struct vcpu *vcpu, uint64_t at, uint32_t count))
{
	uint64_t size = MIN(vcpu_arg(vcpu, 0), CALL_MAX);
	uint64_t at = vcpu_arg(vcpu, 1);
	uint64_t done = 0;
	uint32_t count, moved;

	if (!sbi_shared_memory(vcpu, at, vcpu_arg(vcpu, 2), vcpu_arg(vcpu, 0)))
		return sbi_error(SBI_ERR_INVALID_PARAM);
	while (done < size) {
		count = (uint32_t)MIN(size - done, CHUNK);
		moved = chunk(vcpu, at + done, count);
		done += moved;
		if (moved < count)
			break;
	}
	return sbi_value(done);
}

static struct sbi_ret write_byte(struct vcpu *vcpu, uint8_t byte)
{
	if (hw_console_put(vcpu, &byte, 1) == 0)
		vcpu->sbi.outcome = SBI_RETRY;
	return sbi_error(SBI_SUCCESS);
}

struct sbi_ret sbi_dbcn_call(struct vcpu *vcpu, uint64_t function)
{
	switch (function) {
	case SBI_DBCN_CONSOLE_WRITE:
		return transfer(vcpu, write_chunk);
	case SBI_DBCN_CONSOLE_READ:
		return transfer(vcpu, read_chunk);
	default:
		return write_byte(vcpu, (uint8_t)vcpu_arg(vcpu, 0));
	}
}
