/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest sees a machine without the H extension: an instruction that is
 * virtual for it is illegal on that machine, so that is what it gets
 * (privileged specification, "Virtual-Instruction Exception").
 */
#include "vcpu/emulate.h"

#include "hv/bits.h"
#include "hv/csr.h"
#include "vcpu/fault.h"
#include "vcpu/vm.h"

#define INSTRUCTION_RD GENMASK(11, 7)
/* csrrs rd, mhartid, x0: what "csrr rd, mhartid" assembles to; rd left open. */
#define CSRR_MHARTID   0xf1402073

void emulate_illegal(struct vcpu *vcpu)
{
	const struct config_guest *config = vcpu->vm->config;
	uint64_t instruction = csr_read(CSR_STVAL);
	uint64_t rd = FIELD_GET(INSTRUCTION_RD, instruction);

	if (config->emulate_mhartid && (instruction & ~INSTRUCTION_RD) == CSRR_MHARTID) {
		if (rd)
			vcpu->gpr[rd] = config->mhartid_value;
		vcpu->pc += 4;
		return;
	}
	fault_inject(vcpu, CAUSE_ILLEGAL, instruction);
}

void emulate_virtual(struct vcpu *vcpu)
{
	fault_inject(vcpu, CAUSE_ILLEGAL, csr_read(CSR_STVAL));
}
