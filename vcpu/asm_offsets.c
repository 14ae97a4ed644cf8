/* SPDX-License-Identifier: Apache-2.0 */
/* What vcpu/enter.S knows of struct vcpu; see hv/asm_offsets.h. */
#include "hv/asm_offsets.h"
#include "vcpu/vcpu.h"

void vcpu_asm_offsets(void);

void vcpu_asm_offsets(void)
{
	OFFSET(VCPU_GPR, struct vcpu, gpr);
	OFFSET(VCPU_HOST_SP, struct vcpu, host_sp);
	OFFSET(VCPU_HART, struct vcpu, hart);
}
