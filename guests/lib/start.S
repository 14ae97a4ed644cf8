/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small guest's first instructions, and the entry of its simple traps. Entered
 * in S-mode with the MMU off, a0 = hart id, a1 = device tree; calls
 *	void guest_main(uint64_t hart, const void *tree)
 * on a stack, with .bss cleared, traps caught and floating point on. When that
 * returns, the guest shuts down.
 */
#include "guests/lib/frame.h"
#include "guests/lib/frame.inc"
#include "hv/riscv_regs.h"

	.section .text.start, "ax"
	.globl	_start
_start:
	csrw	CSR_SIE, zero
	csrci	CSR_SSTATUS, SSTATUS_SIE
	csrw	CSR_SATP, zero
	.option	push
	.option	norelax
	la	gp, __global_pointer$
	.option	pop
	la	t0, trap_entry
	csrw	CSR_STVEC, t0
	li	t0, CONTEXT_INITIAL << 13
	csrs	CSR_SSTATUS, t0
	la	sp, start_stack_top
	la	t0, bss_start
	la	t1, bss_end
1:	bgeu	t0, t1, 2f
	sd	zero, 0(t0)
	addi	t0, t0, 8
	j	1b
2:	mv	tp, zero
	call	guest_main
	li	a0, 0
	tail	sbi_shutdown

	/* Simple traps stay on the stack that was interrupted, and never change it. */
	.section .text
	.balign	4
trap_entry:
	addi	sp, sp, -FRAME_SIZE
	sd	t0, FRAME_X(5)(sp)
	frame_save_x sp
	addi	t0, sp, FRAME_SIZE
	sd	t0, FRAME_X(2)(sp)
	csrr	t0, CSR_SEPC
	sd	t0, FRAME_PC(sp)
	csrr	t0, CSR_SSTATUS
	sd	t0, FRAME_STATUS(sp)
	frame_save_f sp, t0
	mv	a0, sp
	csrr	a1, CSR_SCAUSE
	csrr	a2, CSR_STVAL
	call	trap_c
	frame_load_f sp, t0
	mv	a0, sp
	ld	t0, FRAME_PC(a0)
	csrw	CSR_SEPC, t0
	ld	t0, FRAME_STATUS(a0)
	csrw	CSR_SSTATUS, t0
	frame_load_x
	sret

	.bss
	.balign	16
	.space	16384
start_stack_top:
