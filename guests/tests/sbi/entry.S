/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where harts begin and resume, and the check that an ecall keeps registers.
 * Offsets in struct harts_report are checked in harts.c.
 */
#include "hv/riscv_regs.h"

#define SBI_EXT_FWFT     0x46574654
#define SBI_FWFT_SET     0
#define FWFT_LANDING_PAD 1

#define REPORT_HART 0
#define REPORT_SATP 8
#define REPORT_STATUS 16
#define REPORT_ENTRIES 24
#define REPORT_STACK_TOP (48 + 512 * 8)

	.text
	.globl	harts_entry, harts_resume
	.balign	4
harts_entry:
harts_resume:
	csrr	t0, CSR_SATP
	csrr	t1, CSR_SSTATUS
	csrw	CSR_SIE, zero
	sd	a0, REPORT_HART(a1)
	sd	t0, REPORT_SATP(a1)
	sd	t1, REPORT_STATUS(a1)
	ld	t0, REPORT_ENTRIES(a1)
	addi	t0, t0, 1
	sd	t0, REPORT_ENTRIES(a1)
	.option	push
	.option	norelax
	la	gp, __global_pointer$
	.option	pop
	li	t0, REPORT_STACK_TOP
	add	sp, a1, t0
	mv	tp, zero
	mv	a0, a1
	call	harts_serve
1:	wfi
	j	1b

	/*
	 * void landing_pad_fault(struct landing_pad_report *report, uint64_t nowhere): jumps with
	 * landing pads on, which the code around has none of: only between the two calls.
	 */
	.globl	landing_pad_fault
landing_pad_fault:
	mv	t3, a1
	mv	t4, a0
	csrr	t5, CSR_STVEC
	la	t0, 1f
	csrw	CSR_STVEC, t0
	li	a7, SBI_EXT_FWFT
	li	a6, SBI_FWFT_SET
	li	a0, FWFT_LANDING_PAD
	li	a1, 1
	li	a2, 0
	ecall
	jr	t3
	.balign	4
1:	csrr	t0, CSR_SCAUSE
	csrr	t1, CSR_STVAL
	sd	t0, 0(t4)
	sd	t1, 8(t4)
	li	t0, SSTATUS_SPELP
	csrc	CSR_SSTATUS, t0
	li	a7, SBI_EXT_FWFT
	li	a6, SBI_FWFT_SET
	li	a0, FWFT_LANDING_PAD
	li	a1, 0
	li	a2, 0
	ecall
	csrw	CSR_STVEC, t5
	ret

	/* A frame on the stack keeps what C wants back; its address travels as the opaque value. */
	.globl	harts_suspend_here
harts_suspend_here:
	addi	sp, sp, -128
	sd	ra, 0(sp)
	sd	s0, 8(sp)
	sd	s1, 16(sp)
	sd	s2, 24(sp)
	sd	s3, 32(sp)
	sd	s4, 40(sp)
	sd	s5, 48(sp)
	sd	s6, 56(sp)
	sd	s7, 64(sp)
	sd	s8, 72(sp)
	sd	s9, 80(sp)
	sd	s10, 88(sp)
	sd	s11, 96(sp)
	sd	gp, 104(sp)
	sd	a3, 112(sp)
	csrr	t0, CSR_STVEC
	sd	t0, 120(sp)
	mv	a7, a0
	mv	a6, a1
	mv	a0, a2
	la	a1, 1f
	mv	a2, sp
	ecall
	j	2f			/* only an error comes back here */
	.balign	4
1:	mv	sp, a1
	ld	t0, 112(sp)
	sub	a0, a0, t0		/* 0 when a0 was this hart's id */
	ld	t0, 120(sp)
	csrw	CSR_STVEC, t0
2:	ld	ra, 0(sp)
	ld	s0, 8(sp)
	ld	s1, 16(sp)
	ld	s2, 24(sp)
	ld	s3, 32(sp)
	ld	s4, 40(sp)
	ld	s5, 48(sp)
	ld	s6, 56(sp)
	ld	s7, 64(sp)
	ld	s8, 72(sp)
	ld	s9, 80(sp)
	ld	s10, 88(sp)
	ld	s11, 96(sp)
	ld	gp, 104(sp)
	mv	tp, zero
	addi	sp, sp, 128
	ret

	/* Register n holds n + 1000 during the call. */
	.globl	harts_registers_kept
harts_registers_kept:
	addi	sp, sp, -128
	sd	ra, 0(sp)
	sd	s0, 8(sp)
	sd	s1, 16(sp)
	sd	s2, 24(sp)
	sd	s3, 32(sp)
	sd	s4, 40(sp)
	sd	s5, 48(sp)
	sd	s6, 56(sp)
	sd	s7, 64(sp)
	sd	s8, 72(sp)
	sd	s9, 80(sp)
	sd	s10, 88(sp)
	sd	s11, 96(sp)
	sd	gp, 104(sp)
	sd	tp, 112(sp)
	la	t0, kept_sp
	sd	sp, 0(t0)
	mv	a7, a0
	mv	a6, a1
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 26, \
		27, 28, 29, 30, 31
	li	x\n, 1000 + \n
	.endr
	li	a0, 0
	li	a1, 0
	ecall
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 26, \
		27, 28, 29, 30, 31
	addi	x\n, x\n, -1000
	addi	x\n, x\n, -\n
	.endr
	li	a0, 0
	.irp	n, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 15, 14, 13, 12, 9, 8, \
		7, 6, 5, 4, 3, 2, 1
	beqz	x\n, 1f
	li	a0, \n
1:
	.endr
	la	sp, kept_sp
	ld	sp, 0(sp)
	ld	ra, 0(sp)
	ld	s0, 8(sp)
	ld	s1, 16(sp)
	ld	s2, 24(sp)
	ld	s3, 32(sp)
	ld	s4, 40(sp)
	ld	s5, 48(sp)
	ld	s6, 56(sp)
	ld	s7, 64(sp)
	ld	s8, 72(sp)
	ld	s9, 80(sp)
	ld	s10, 88(sp)
	ld	s11, 96(sp)
	ld	gp, 104(sp)
	ld	tp, 112(sp)
	addi	sp, sp, 128
	ret

	.bss
	.balign	8
kept_sp:
	.space	8
