/* SPDX-License-Identifier: Apache-2.0 */
/* What the assembly of hv and vcpu knows of struct hart; see hv/asm_offsets.h. */
#include "hv/asm_offsets.h"
#include "hv/hart.h"

void hv_asm_offsets(void);

void hv_asm_offsets(void)
{
	OFFSET(HART_VCPU, struct hart, vcpu);
	OFFSET(HART_TRAP_STACK, struct hart, trap_stack);
	OFFSET(HART_TRAP_T0, struct hart, trap_t0);
	OFFSET(HART_FIXUP, struct hart, fixup);
	OFFSET(HART_STACK, struct hart, stack);
}
