/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user_run: what C wants back goes on the stack, then every register comes from the
 * frame. The trap turns it all round: sscratch holds the frame's address meanwhile,
 * for there is no other register that the program hasn't got.
 */
#include "guests/lib/frame.h"
#include "guests/lib/frame.inc"
#include "hv/riscv_regs.h"

	.text
	.globl	user_run
user_run:
	addi	sp, sp, -128
	sd	ra, 0(sp)
	sd	gp, 8(sp)
	sd	tp, 16(sp)
	sd	s0, 24(sp)
	sd	s1, 32(sp)
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	sd	s\n, (24 + 8 * \n)(sp)
	.endr
	csrr	t0, CSR_STVEC
	sd	t0, 120(sp)
	la	t0, kernel_sp
	sd	sp, 0(t0)
	la	t0, user_trap
	csrw	CSR_STVEC, t0
	csrw	CSR_SSCRATCH, a0
	ld	t0, FRAME_PC(a0)
	csrw	CSR_SEPC, t0
	li	t0, SSTATUS_SPP
	csrc	CSR_SSTATUS, t0
	frame_load_x
	sret

	.balign	4
user_trap:
	csrrw	a0, CSR_SSCRATCH, a0
	frame_save_x a0
	sd	sp, FRAME_X(2)(a0)
	sd	t0, FRAME_X(5)(a0)
	csrr	t0, CSR_SSCRATCH
	sd	t0, FRAME_X(10)(a0)
	csrr	t0, CSR_SEPC
	sd	t0, FRAME_PC(a0)
	.option	push
	.option	norelax			/* gp is the program's */
	la	t0, kernel_sp
	.option	pop
	ld	sp, 0(t0)
	ld	t0, 120(sp)
	csrw	CSR_STVEC, t0
	ld	ra, 0(sp)
	ld	gp, 8(sp)
	ld	tp, 16(sp)
	ld	s0, 24(sp)
	ld	s1, 32(sp)
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	ld	s\n, (24 + 8 * \n)(sp)
	.endr
	addi	sp, sp, 128
	ret

	.bss
	.balign	8
kernel_sp:
	.space	8
