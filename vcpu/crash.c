/* SPDX-License-Identifier: Apache-2.0 */
/* What an engineer wants to see when a guest has died. */
#include "vcpu/crash.h"

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/log.h"
#include "vcpu/vm.h"

static const char *const register_names[32] = {
	"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
	"a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
	"s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};

static void report_registers(const struct vcpu *vcpu)
{
	unsigned int i;

	for (i = 1; i < 32; i += 3)
		log_error("  %-4s %016lx  %-4s %016lx  %-4s %016lx", register_names[i],
			  vcpu->gpr[i], register_names[i + 1 < 32 ? i + 1 : 0],
			  i + 1 < 32 ? vcpu->gpr[i + 1] : 0, register_names[i + 2 < 32 ? i + 2 : 0],
			  i + 2 < 32 ? vcpu->gpr[i + 2] : 0);
}

static void report_exits(const struct vcpu *vcpu)
{
	uint64_t kept = MIN(vcpu->exit_count, (uint64_t)VCPU_LAST_EXITS), i;

	for (i = vcpu->exit_count - kept; i < vcpu->exit_count; i++) {
		const struct vcpu_exit_note *note = &vcpu->last_exits[i % VCPU_LAST_EXITS];

		log_error("  exit %lu: %s, pc 0x%lx, %s 0x%lx", i,
			  stats_exception_name(note->cause), note->pc,
			  note->cause == CAUSE_ECALL_VS ? "extension" : "address", note->address);
	}
}

void crash_vcpu(struct vcpu *vcpu, const char *why)
{
	uint64_t cause = csr_read(CSR_SCAUSE);

	log_error("%s: vcpu %u crashed: %s", vcpu->vm->name, vcpu->id, why);
	log_error("  cause %lu (%s), pc 0x%lx in V%c-mode, stval 0x%lx, guest address 0x%lx", cause,
		  stats_exception_name(cause), vcpu->pc, vcpu->user ? 'U' : 'S',
		  csr_read(CSR_STVAL), csr_read(CSR_HTVAL) << 2);
	log_error("  vsstatus 0x%lx, vstvec 0x%lx, vsepc 0x%lx, vscause 0x%lx, vsatp 0x%lx",
		  csr_read(CSR_VSSTATUS), csr_read(CSR_VSTVEC), csr_read(CSR_VSEPC),
		  csr_read(CSR_VSCAUSE), csr_read(CSR_VSATP));
	report_registers(vcpu);
	report_exits(vcpu);
	vm_request_end(vcpu->vm, VM_END_CRASH);
	vcpu->leave = VCPU_LEAVE_VM;
}
