/* SPDX-License-Identifier: Apache-2.0 */
/* What an engineer wants to see when a guest has died. */
#include "vcpu/crash.h"

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/log.h"
#include "vcpu/life.h"
#include "vcpu/vm.h"

static const char *const register_names[32] = {
	"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
	"a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
	"s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};

/* Four a line; x0's place shows the pc. */
static void report_registers(const struct vcpu *vcpu)
{
	const char *const *name = register_names;
	const uint64_t *value = vcpu->gpr;
	unsigned int i;

	log_error("  %-4s %016lx  %-4s %016lx  %-4s %016lx  %-4s %016lx", "pc", vcpu->pc, name[1],
		  value[1], name[2], value[2], name[3], value[3]);
	for (i = 4; i < 32; i += 4)
		log_error("  %-4s %016lx  %-4s %016lx  %-4s %016lx  %-4s %016lx", name[i], value[i],
			  name[i + 1], value[i + 1], name[i + 2], value[i + 2], name[i + 3],
			  value[i + 3]);
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

static void report(const struct vcpu *vcpu, const char *why)
{
	uint64_t cause = csr_read(CSR_SCAUSE);

	log_error("%s: vcpu %u crashed: %s", vcpu->vm->name, vcpu->id, why);
	log_error("  cause %lu (%s), pc 0x%lx in V%c-mode, stval 0x%lx, guest address 0x%lx", cause,
		  stats_exception_name(cause), vcpu->pc, vcpu->user ? 'U' : 'S',
		  csr_read(CSR_STVAL), csr_read(CSR_HTVAL) << 2);
	/* The first report of several alike says it all. */
	if (vcpu->vm->short_lives)
		return;
	log_error("  vsstatus 0x%lx, vstvec 0x%lx, vsepc 0x%lx, vscause 0x%lx, vsatp 0x%lx",
		  csr_read(CSR_VSSTATUS), csr_read(CSR_VSTVEC), csr_read(CSR_VSEPC),
		  csr_read(CSR_VSCAUSE), csr_read(CSR_VSATP));
	report_registers(vcpu);
	report_exits(vcpu);
}

void crash_vcpu(struct vcpu *vcpu, const char *why)
{
	if (life_is_told(vcpu->vm))
		report(vcpu, why);
	vm_request_end(vcpu->vm, VM_END_CRASH);
	vcpu->leave = VCPU_LEAVE_VM;
}
