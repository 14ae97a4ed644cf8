/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traps of Bulkhead itself, in HS-mode: a guarded access that faulted, or a bug.
 * sscratch is 0 while HS-mode runs; vcpu/enter.S sends a trap here when it finds
 * that. Runs on a stack of its own, so that an overflow of the hart's stack (its
 * guard page) is reported too. The frame is struct trap_frame in hv/trap.h.
 */
#include "generated/hv_offsets.h"
#include "hv/riscv_regs.h"

#define FRAME_SIZE 256

	.text
	.balign	4
	.global	hart_trap
hart_trap:
	sd	t0, HART_TRAP_T0(tp)
	ld	t0, HART_FIXUP(tp)
	beqz	t0, 1f

	/* The access is guarded: note nothing but the cause, go on at the fixup. */
	csrw	CSR_SEPC, t0
	sd	zero, HART_FIXUP(tp)
	ld	t0, HART_TRAP_T0(tp)
	sret

1:	ld	t0, HART_TRAP_STACK(tp)
	addi	t0, t0, -FRAME_SIZE
	sd	ra, 8(t0)
	sd	sp, 16(t0)
	sd	gp, 24(t0)
	sd	tp, 32(t0)
	mv	sp, t0
	ld	t0, HART_TRAP_T0(tp)
	sd	t0, 40(sp)
	sd	t1, 48(sp)
	sd	t2, 56(sp)
	sd	s0, 64(sp)
	sd	s1, 72(sp)
	sd	a0, 80(sp)
	sd	a1, 88(sp)
	sd	a2, 96(sp)
	sd	a3, 104(sp)
	sd	a4, 112(sp)
	sd	a5, 120(sp)
	sd	a6, 128(sp)
	sd	a7, 136(sp)
	sd	s2, 144(sp)
	sd	s3, 152(sp)
	sd	s4, 160(sp)
	sd	s5, 168(sp)
	sd	s6, 176(sp)
	sd	s7, 184(sp)
	sd	s8, 192(sp)
	sd	s9, 200(sp)
	sd	s10, 208(sp)
	sd	s11, 216(sp)
	sd	t3, 224(sp)
	sd	t4, 232(sp)
	sd	t5, 240(sp)
	sd	t6, 248(sp)
	mv	a0, sp
	call	trap_fatal
	j	.
