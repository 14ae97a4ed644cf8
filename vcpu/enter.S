/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way into a guest and out of it.
 *
 * While a guest runs, sscratch holds its struct vcpu; while HS-mode runs, 0.
 * An exit saves what C does not preserve and calls vcpu_exit(); most exits end
 * there and go back by the same few lines. vcpu_exit() may ask for the full
 * path, which also saves the callee-saved registers, so that any register of
 * the guest can be read and written in struct vcpu. Bulkhead's C code never
 * touches gp, FP or vector registers: they stay the guest's own.
 */
#include "generated/hv_offsets.h"
#include "generated/vcpu_offsets.h"
#include "hv/riscv_regs.h"

#define GPR(n) (VCPU_GPR + 8 * (n))
#define HOST_FRAME 112

	/* int-like enum vcpu_leave is in vcpu->leave: void vcpu_enter(struct vcpu *vcpu) */
	.section .text.hot, "ax"
	.balign	4
	.global	vcpu_enter
vcpu_enter:
	addi	sp, sp, -HOST_FRAME
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
	sd	sp, VCPU_HOST_SP(a0)
	sd	a0, HART_VCPU(tp)
	lla	t0, vcpu_trap
	csrw	CSR_STVEC, t0
	mv	a1, a0

resume_full:			/* a1 = vcpu */
	ld	gp, GPR(3)(a1)
	ld	s0, GPR(8)(a1)
	ld	s1, GPR(9)(a1)
	ld	s2, GPR(18)(a1)
	ld	s3, GPR(19)(a1)
	ld	s4, GPR(20)(a1)
	ld	s5, GPR(21)(a1)
	ld	s6, GPR(22)(a1)
	ld	s7, GPR(23)(a1)
	ld	s8, GPR(24)(a1)
	ld	s9, GPR(25)(a1)
	ld	s10, GPR(26)(a1)
	ld	s11, GPR(27)(a1)

resume:				/* a1 = vcpu */
	csrw	CSR_SSCRATCH, a1
	ld	ra, GPR(1)(a1)
	ld	sp, GPR(2)(a1)
	ld	tp, GPR(4)(a1)
	ld	t0, GPR(5)(a1)
	ld	t1, GPR(6)(a1)
	ld	t2, GPR(7)(a1)
	ld	a2, GPR(12)(a1)
	ld	a3, GPR(13)(a1)
	ld	a4, GPR(14)(a1)
	ld	a5, GPR(15)(a1)
	ld	a6, GPR(16)(a1)
	ld	a7, GPR(17)(a1)
	ld	t3, GPR(28)(a1)
	ld	t4, GPR(29)(a1)
	ld	t5, GPR(30)(a1)
	ld	t6, GPR(31)(a1)
	ld	a0, GPR(10)(a1)
	ld	a1, GPR(11)(a1)
	sret

	.balign	4
	.global	vcpu_trap
vcpu_trap:
	csrrw	sp, CSR_SSCRATCH, sp
	beqz	sp, 1f
	sd	ra, GPR(1)(sp)
	sd	tp, GPR(4)(sp)
	sd	t0, GPR(5)(sp)
	sd	t1, GPR(6)(sp)
	sd	t2, GPR(7)(sp)
	sd	a0, GPR(10)(sp)
	sd	a1, GPR(11)(sp)
	sd	a2, GPR(12)(sp)
	sd	a3, GPR(13)(sp)
	sd	a4, GPR(14)(sp)
	sd	a5, GPR(15)(sp)
	sd	a6, GPR(16)(sp)
	sd	a7, GPR(17)(sp)
	sd	t3, GPR(28)(sp)
	sd	t4, GPR(29)(sp)
	sd	t5, GPR(30)(sp)
	sd	t6, GPR(31)(sp)
	csrrw	t0, CSR_SSCRATCH, zero
	sd	t0, GPR(2)(sp)
	mv	a0, sp
	ld	tp, VCPU_HART(a0)
	ld	sp, VCPU_HOST_SP(a0)
	csrr	a1, CSR_SCAUSE
	call	vcpu_exit
	ld	a1, HART_VCPU(tp)
	beqz	a0, resume

	mv	a0, a1
	sd	gp, GPR(3)(a0)
	sd	s0, GPR(8)(a0)
	sd	s1, GPR(9)(a0)
	sd	s2, GPR(18)(a0)
	sd	s3, GPR(19)(a0)
	sd	s4, GPR(20)(a0)
	sd	s5, GPR(21)(a0)
	sd	s6, GPR(22)(a0)
	sd	s7, GPR(23)(a0)
	sd	s8, GPR(24)(a0)
	sd	s9, GPR(25)(a0)
	sd	s10, GPR(26)(a0)
	sd	s11, GPR(27)(a0)
	csrr	a1, CSR_SCAUSE
	call	vcpu_exit_full
	ld	a1, HART_VCPU(tp)
	beqz	a0, resume_full

	/* The vCPU leaves: back to the caller of vcpu_enter(). */
	sd	zero, HART_VCPU(tp)
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
	addi	sp, sp, HOST_FRAME
	ret

	/* A trap of Bulkhead's own: sscratch was 0 and is so again. */
1:	csrrw	sp, CSR_SSCRATCH, sp
	tail	hart_trap

	/*
	 * int hw_fetch_half(uint64_t gva, uint16_t *out): fetches as the guest would, with its
	 * translation and execute permission (HLVX.HU). 0; or 1 when that faults: scause,
	 * stval and htval then tell the guest's fault.
	 */
	.text
	.balign	4
	.global	hw_fetch_half
hw_fetch_half:
	lla	t0, 1f
	sd	t0, HART_FIXUP(tp)
	.insn r	0x73, 4, 0x32, t1, a0, x3	/* hlvx.hu t1, (a0) */
	sd	zero, HART_FIXUP(tp)
	sh	t1, 0(a1)
	li	a0, 0
	ret
	.balign	4
1:	li	a0, 1
	ret

	/*
	 * int hw_load_byte(uint64_t address, uint8_t *out), hw_store_byte(uint64_t address,
	 * uint8_t value): through both stages, as the guest's current mode (HLV.BU, HSV.B).
	 * 0, or 1 on a fault.
	 */
	.balign	4
	.global	hw_load_byte
hw_load_byte:
	lla	t0, 1f
	sd	t0, HART_FIXUP(tp)
	.insn r	0x73, 4, 0x30, t1, a0, x1	/* hlv.bu t1, (a0) */
	sd	zero, HART_FIXUP(tp)
	sb	t1, 0(a1)
	li	a0, 0
	ret
	.balign	4
1:	li	a0, 1
	ret

	.balign	4
	.global	hw_store_byte
hw_store_byte:
	lla	t0, 1f
	sd	t0, HART_FIXUP(tp)
	.insn r	0x73, 4, 0x31, x0, a0, a1	/* hsv.b a1, (a0) */
	sd	zero, HART_FIXUP(tp)
	li	a0, 0
	ret
	.balign	4
1:	li	a0, 1
	ret

	/* void hw_clear_fp(void): f0..f31 and fcsr to 0; sstatus.FS must be on. */
	.balign	4
	.global	hw_clear_fp
hw_clear_fp:
	.set	n, 0
	.rept	32
	.4byte	0xf2000053 | (n << 7)		/* fmv.d.x fn, x0 */
	.set	n, n + 1
	.endr
	csrw	CSR_FCSR, zero
	ret

	/* void hw_clear_vector(void): v0..v31 to 0 and vill off; sstatus.VS must be on. */
	.balign	4
	.global	hw_clear_vector
hw_clear_vector:
	.4byte	0x003072d7			/* vsetvli t0, x0, e8, m8, tu, mu */
	.4byte	0x5e003057			/* vmv.v.i v0, 0 */
	.4byte	0x5e003457			/* vmv.v.i v8, 0 */
	.4byte	0x5e003857			/* vmv.v.i v16, 0 */
	.4byte	0x5e003c57			/* vmv.v.i v24, 0 */
	csrw	CSR_VCSR, zero
	ret
