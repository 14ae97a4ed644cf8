/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second hart's first instructions: floating point on, since traps keep it, a stack
 * of its own, then flashharts_reader().
 */
#include "hv/riscv_regs.h"

	.section .text
	.globl	flashharts_entry
flashharts_entry:
	csrw	CSR_SIE, zero
	csrw	CSR_SATP, zero
	.option	push
	.option	norelax
	la	gp, __global_pointer$
	.option	pop
	li	t0, CONTEXT_INITIAL << 13
	csrs	CSR_SSTATUS, t0
	mv	tp, zero
	la	sp, stack_top
	tail	flashharts_reader

	.bss
	.balign	16
	.space	4096
stack_top:
