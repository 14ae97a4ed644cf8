/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a guest-page fault to a device model and back: the address from htval
 * (its low two bits from stval), the instruction from htinst or fetched as the
 * guest would, one look-up on the bus, the register extended. Privileged
 * specification, "Hypervisor Trap Value Register" and "Transformed Instruction".
 */
#include "vcpu/mmio.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/log.h"
#include "vcpu/crash.h"
#include "vcpu/decode_address.h"
#include "vcpu/fault.h"
#include "vcpu/hw.h"
#include "vcpu/vm.h"

/* The pseudoinstructions of a fault in the guest's own page walk: read, write; RV32 and RV64. */
#define HTINST_WALK_MASK (~UINT64_C(0x1020))
#define HTINST_WALK      0x2000

#define PAGE_OFFSET (PAGE_SIZE - 1)

/* Refusals of a vCPU that the log tells of; the rest is only counted, or a guest could flood it. */
#define REFUSALS_LOGGED 16

/* What a fault of a kind becomes when nobody answers it. */
static uint64_t access_fault_of(uint64_t cause)
{
	switch (cause) {
	case CAUSE_FETCH_GUEST_PAGE:
		return CAUSE_FETCH_ACCESS;
	case CAUSE_LOAD_GUEST_PAGE:
		return CAUSE_LOAD_ACCESS;
	default:
		return CAUSE_STORE_ACCESS;
	}
}

static void refuse(struct vcpu *vcpu, uint64_t cause, uint64_t tval, gpa_t address, const char *why)
{
	if (vcpu->stats->refused++ < REFUSALS_LOGGED)
		log_warn("%s: vcpu %u: %s at 0x%lx, pc 0x%lx: %s", vcpu->vm->name, vcpu->id,
			 stats_exception_name(cause), address.v, vcpu->pc, why);
	fault_inject(vcpu, access_fault_of(cause), tval);
}

/*
 * Fetches the faulting instruction. 0; or the cause of the fault that the guest
 * is to take because its own pc can't be read (another of its vCPUs changed the
 * page tables meanwhile), with *tval.
 */
static uint64_t fetch(const struct vcpu *vcpu, uint32_t *instruction, uint64_t *tval)
{
	uint16_t half[2] = { 0, 0 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		*tval = vcpu->pc + 2 * i;
		if (hw_fetch_half(*tval, &half[i]))
			return csr_read(CSR_SCAUSE) == CAUSE_LOAD_PAGE ? CAUSE_FETCH_PAGE
								       : CAUSE_FETCH_ACCESS;
		if (decode_length(half[0]) == 2)
			break;
	}
	*instruction = half[0] | (uint32_t)half[1] << 16;
	return 0;
}

/*
 * htinst holds no instruction: it is fetched. stval may then be the address of a later part of a
 * misaligned access whose first part was memory: none that begins there is meant.
 */
static int fetch_and_decode(struct vcpu *vcpu, struct decode *d)
{
	uint32_t instruction;
	uint64_t tval, cause = fetch(vcpu, &instruction, &tval);
	int error;

	if (cause) {
		fault_inject(vcpu, cause, tval);
		return 1;
	}
	error = decode_instruction(instruction, d);
	if (!error && decode_address(instruction, vcpu->gpr) != (csr_read(CSR_STVAL) & PAGE_OFFSET))
		error = -ENOTSUP;
	return error;
}

/*
 * 0: known->decode is what faulted; 1: the guest got a fault instead; -ENOTSUP. Apart, so that the
 * usual way, which is to meet the same instruction again, saves few registers.
 */
static __attribute__((noinline)) int decode(struct vcpu *vcpu, uint64_t htinst, gpa_t address,
					    struct vcpu_decoded *known)
{
	int error;

	if ((htinst & HTINST_WALK_MASK) == HTINST_WALK) {
		refuse(vcpu, csr_read(CSR_SCAUSE), csr_read(CSR_STVAL), address,
		       "its page table lies where it has no memory");
		return 1;
	}
	error = decode_htinst(htinst, &known->decode);
	known->htinst = error ? 0 : htinst;
	return error == -ENOENT ? fetch_and_decode(vcpu, &known->decode) : error;
}

static int access(struct vcpu *vcpu, gpa_t address, struct vcpu_decoded *known)
{
	const struct decode *d = &known->decode;
	struct bus *bus = &vcpu->vm->bus;
	uint64_t value;
	int error;

	/* The next guest physical page need not be the one that the guest means. */
	if ((address.v ^ (address.v + d->width - 1)) >> PAGE_SHIFT)
		return -ENOTSUP;
	if (d->kind == DECODE_STORE)
		return bus_write(bus, &known->device, address, d->width, vcpu->gpr[d->rs2]);
	if (d->kind != DECODE_LOAD)
		return -ENOTSUP;
	error = bus_read(bus, &known->device, address, d->width, &value);
	if (!error && d->rd)
		vcpu->gpr[d->rd] = decode_extend(d, value);
	return error;
}

/* True where the guest may do something, so that what it did is not among that. */
static bool is_mapped(struct vm *vm, gpa_t address)
{
	uint64_t how;
	hpa_t where;
	int error;

	spin_lock(&vm->stage2_lock);
	error = gstage_translate(&vm->gstage, address, &where, &how);
	spin_unlock(&vm->stage2_lock);
	return !error;
}

static __attribute__((noinline)) void refuse_access(struct vcpu *vcpu, gpa_t address, int error)
{
	struct vm *vm = vcpu->vm;
	bool nothing = error == -ENODEV || !bus_find(&vm->bus, address, 1);
	const char *why = nothing && is_mapped(vm, address) ? "it may only read there"
			  : nothing                         ? "it has no memory or device there"
			  : error == -ENOTSUP ? "not a plain load or store, on a device"
					      : "the device refused it";

	refuse(vcpu, csr_read(CSR_SCAUSE), csr_read(CSR_STVAL), address, why);
}

/*
 * Nothing traps between the exit and its end, so scause, stval and htval stay readable. Apart, so
 * that where known lies is not computed again and again: by funct3, whose low bits are the size.
 */
static __attribute__((noinline)) void access_fault(struct vcpu *vcpu, struct vcpu_decoded *kept)
{
	uint64_t htinst = csr_read(CSR_HTINST);
	struct vcpu_decoded *known = &kept[htinst >> 12 & (VCPU_DECODED - 1)];
	gpa_t address = gpa(csr_read(CSR_HTVAL) << 2 | (csr_read(CSR_STVAL) & 3));
	int error = 0;

	vcpu->gpr[0] = 0;
	if (!htinst || htinst != known->htinst)
		error = decode(vcpu, htinst, address, known);
	if (error > 0)
		return;
	if (!error)
		error = access(vcpu, address, known);
	if (!error)
		vcpu->pc += known->decode.length;
	else
		refuse_access(vcpu, address, error);
}

void mmio_load_fault(struct vcpu *vcpu)
{
	access_fault(vcpu, vcpu->decoded_load);
}

void mmio_store_fault(struct vcpu *vcpu)
{
	access_fault(vcpu, vcpu->decoded_store);
}

void mmio_fetch_fault(struct vcpu *vcpu)
{
	uint64_t tval = csr_read(CSR_STVAL);
	gpa_t address = gpa(csr_read(CSR_HTVAL) << 2 | (tval & 3));

	/* A fault on the way into its own trap handler would repeat for ever. */
	if (align_down(csr_read(CSR_VSTVEC), 4) == align_down(vcpu->pc, 4)) {
		crash_vcpu(vcpu, "it trapped, and its trap handler has no memory");
		return;
	}
	refuse(vcpu, CAUSE_FETCH_GUEST_PAGE, tval, address,
	       bus_find(&vcpu->vm->bus, address, 1) ? "a device gives no instructions"
						    : "it has no memory there");
}
