/* SPDX-License-Identifier: Apache-2.0 */
/* Where another hart begins: a0 = hart id, a1 = its struct second (second.h). */
#include "hv/riscv_regs.h"

#define SECOND_BEGAN 0
#define SECOND_STACK_TOP (32 + 2048)

	.text
	.balign	4
	.globl	second_entry
second_entry:
	csrr	t0, CSR_TIME
	sd	t0, SECOND_BEGAN(a1)
	csrw	CSR_SIE, zero
	.option	push
	.option	norelax
	la	gp, __global_pointer$
	.option	pop
	li	t0, SECOND_STACK_TOP
	add	sp, a1, t0
	mv	tp, zero
	mv	a0, a1
	call	second_main
1:	wfi
	j	1b
