/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trap entry and exit of the FreeRTOS port.
 *
 * sscratch holds the running task's frame, or 0 while a handler runs. Three ways
 * in: from a task (its frame, the interrupt stack), from a handler by an
 * interrupt (a frame on the interrupt stack), and from a handler by an exception
 * (a stack of its own, no way back).
 *
 * Floating point: a task starts with sstatus.FS Initial. Dirty registers are
 * stored at the trap and called Clean from then on, since the frame never moves;
 * they are loaded only when another task, or a handler, may have changed them.
 */
#include "guests/lib/frame.h"
#include "guests/lib/frame.inc"
#include "hv/riscv_regs.h"

#define FS_SHIFT 13
#define FS_LOW_BIT (1 << FS_SHIFT) /* the difference between Dirty and Clean */
#define INTERRUPT_STACK 8192
#define BROKEN_STACK 2048

	.macro	load_fs register, status
	srli	\register, \status, FS_SHIFT
	andi	\register, \register, 3
	.endm

	/* Jumps if the two bits of FS in register (ruined) are not Dirty. */
	.macro	unless_dirty register, label
	addi	\register, \register, -CONTEXT_DIRTY
	bnez	\register, \label
	.endm

	.section .text
	.globl	port_trap_entry
	.balign	4
port_trap_entry:
	csrrw	t0, CSR_SSCRATCH, t0
	beqz	t0, from_handler

	sd	sp, FRAME_X(2)(t0)
	frame_save_x t0
	csrrw	t1, CSR_SSCRATCH, zero
	sd	t1, FRAME_X(5)(t0)
	csrr	t1, CSR_SEPC
	sd	t1, FRAME_PC(t0)
	csrr	t1, CSR_SSTATUS
	load_fs	t2, t1
	unless_dirty t2, 1f
	frame_save_f t0, t2
	li	t2, FS_LOW_BIT
	csrc	CSR_SSTATUS, t2
	sub	t1, t1, t2
1:	sd	t1, FRAME_STATUS(t0)
	.option	push
	.option	norelax
	la	gp, __global_pointer$
	.option	pop
	la	sp, interrupt_stack_top
	mv	s0, t0
	mv	a0, t0
	csrr	a1, CSR_SCAUSE
	csrr	a2, CSR_STVAL
	call	port_trap

	/* a0 = frame to go on with, s0 = frame that was interrupted */
	ld	t0, FRAME_STATUS(a0)
	bne	a0, s0, 2f
	csrr	t1, CSR_SSTATUS
	load_fs	t1, t1
	unless_dirty t1, resume
2:	load_fs	t1, t0
	addi	t1, t1, -CONTEXT_CLEAN
	bnez	t1, 3f
	frame_load_f a0, t1
	j	resume
3:	fscsr	zero

	/* a0 = frame, t0 = its status */
resume:
	csrw	CSR_SSTATUS, t0
	ld	t1, FRAME_PC(a0)
	csrw	CSR_SEPC, t1
	csrw	CSR_SSCRATCH, a0
	frame_load_x
	sret

	.globl	port_start_first
port_start_first:
	ld	t0, FRAME_STATUS(a0)
	fscsr	zero
	j	resume

	/* t0 = 0, sscratch = the handler's t0 */
from_handler:
	csrr	t0, CSR_SCAUSE
	bgez	t0, broken
	addi	sp, sp, -FRAME_SIZE
	frame_save_x sp
	csrrw	t0, CSR_SSCRATCH, zero
	sd	t0, FRAME_X(5)(sp)
	csrr	t0, CSR_SEPC
	sd	t0, FRAME_PC(sp)
	addi	t0, sp, FRAME_SIZE
	sd	t0, FRAME_X(2)(sp)
	csrr	t0, CSR_SSTATUS
	sd	t0, FRAME_STATUS(sp)
	load_fs	t0, t0
	unless_dirty t0, 1f
	frame_save_f sp, t0
1:	mv	a0, sp
	csrr	a1, CSR_SCAUSE
	call	port_trap_nested
	mv	a0, sp
	ld	t0, FRAME_STATUS(a0)
	load_fs	t1, t0
	unless_dirty t1, 2f
	frame_load_f a0, t1
	j	3f
	/* What this handler did to the registers, the interrupted one must tell its task. */
2:	csrr	t1, CSR_SSTATUS
	load_fs	t1, t1
	slli	t1, t1, FS_SHIFT
	or	t0, t0, t1
3:	csrw	CSR_SSTATUS, t0
	ld	t1, FRAME_PC(a0)
	csrw	CSR_SEPC, t1
	frame_load_x
	sret

broken:
	la	t0, broken_frame
	sd	sp, FRAME_X(2)(t0)
	frame_save_x t0
	csrrw	t1, CSR_SSCRATCH, zero
	sd	t1, FRAME_X(5)(t0)
	csrr	t1, CSR_SEPC
	sd	t1, FRAME_PC(t0)
	la	sp, broken_stack_top
	mv	a0, t0
	csrr	a1, CSR_SCAUSE
	csrr	a2, CSR_STVAL
	call	port_trap_broken

	.bss
	.balign	16
	.space	INTERRUPT_STACK
interrupt_stack_top:
	.space	BROKEN_STACK
broken_stack_top:
broken_frame:
	.space	FRAME_SIZE
