/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way into an attempt and out of it, and what the second vCPU runs. Offsets in
 * struct attempt are checked in attempt.c.
 */
#include "hv/riscv_regs.h"
#include "hv/sbi_defs.h"

#define ATTEMPT_USER   256
#define ATTEMPT_ESCAPE 264
#define ATTEMPT_CAUSE  272
#define ATTEMPT_VALUE  280
#define ATTEMPT_PC     288
#define ATTEMPT_RESULT 296

#define SIP_SSIP 2

#define SAVED_ATTEMPT 0
#define SAVED_RESULT  8
#define SAVED_STATUS  16
#define SAVED_VECTOR  24
#define SAVED_X(n)    (32 + 8 * (n))

	.macro	kept_registers instruction, base
	.irp	n, 1, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
	\instruction x\n, SAVED_X(\n)(\base)
	.endr
	.endm

	.text
	.globl	attempt_enter
attempt_enter:
	la	t0, attempt_saved
	kept_registers sd, t0
	sd	sp, SAVED_X(2)(t0)
	sd	a0, SAVED_ATTEMPT(t0)
	csrr	t1, CSR_SSTATUS
	sd	t1, SAVED_STATUS(t0)
	csrr	t1, CSR_STVEC
	sd	t1, SAVED_VECTOR(t0)
	la	t1, attempt_trap
	csrw	CSR_STVEC, t1
	ld	t1, 0(a0)
	csrw	CSR_SEPC, t1
	li	t1, SSTATUS_SPP | SSTATUS_SPIE
	csrc	CSR_SSTATUS, t1
	ld	t1, ATTEMPT_USER(a0)
	bnez	t1, 1f
	li	t1, SSTATUS_SPP
	csrs	CSR_SSTATUS, t1
1:	ld	t1, ATTEMPT_ESCAPE(a0)
	beqz	t1, 1f
	li	t1, SSTATUS_SPIE
	csrs	CSR_SSTATUS, t1
1:	fence.i
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
		24, 25, 26, 27, 28, 29, 30, 31, 10
	ld	x\n, 8 * \n(a0)
	.endr
	sret

	/* No register is what it was, and none but a0 needs to be. */
	.balign	4
attempt_trap:
	la	sp, attempt_saved
	sd	a0, SAVED_RESULT(sp)
	ld	a0, SAVED_ATTEMPT(sp)
	ld	t0, SAVED_RESULT(sp)
	sd	t0, ATTEMPT_RESULT(a0)
	csrr	t0, CSR_SCAUSE
	sd	t0, ATTEMPT_CAUSE(a0)
	csrr	t0, CSR_STVAL
	sd	t0, ATTEMPT_VALUE(a0)
	csrr	t0, CSR_SEPC
	sd	t0, ATTEMPT_PC(a0)
	ld	t0, SAVED_VECTOR(sp)
	csrw	CSR_STVEC, t0
	ld	t0, SAVED_STATUS(sp)
	csrw	CSR_SSTATUS, t0
	csrw	CSR_SIE, zero
	kept_registers ld, sp
	ld	sp, SAVED_X(2)(sp)
	ret

	/* A vCPU that stops itself at once. */
	.globl	second_quits
	.balign	4
second_quits:
	li	a7, SBI_EXT_HSM
	li	a6, SBI_HSM_HART_STOP
	ecall
	j	second_quits

	/* A vCPU that has its guest begin anew at once. */
	.globl	second_reboots
	.balign	4
second_reboots:
	li	a0, SBI_SRST_TYPE_COLD_REBOOT
	li	a1, SBI_SRST_REASON_NONE
	li	a6, SBI_SRST_SYSTEM_RESET
	li	a7, SBI_EXT_SRST
	ecall
	j	second_reboots

	/*
	 * A vCPU that sends IPIs and fences to all the guest's, for as often as a1 says, then
	 * stops itself.
	 */
	.globl	second_storms
	.balign	4
second_storms:
	mv	s0, a1
1:	li	a0, 0
	li	a1, -1
	li	a6, SBI_IPI_SEND_IPI
	li	a7, SBI_EXT_IPI
	ecall
	li	a0, 0
	li	a1, -1
	li	a2, 0
	li	a3, 0
	li	a6, SBI_RFENCE_SFENCE_VMA
	li	a7, SBI_EXT_RFENCE
	ecall
	csrci	CSR_SIP, 2
	addi	s0, s0, -1
	bnez	s0, 1b
	j	second_quits

	/*
	 * A vCPU that suspends itself again and again, as the word at a1 + 16 says, until that at
	 * a1 + 8 says stop; it counts at a1 how often an IPI woke it.
	 */
	.globl	second_sleeps
	.balign	4
second_sleeps:
	mv	s1, a1
	li	t0, SIP_SSIP
	csrw	CSR_SIE, t0
	ld	t1, 8(s1)
	bnez	t1, second_quits
	ld	a0, 16(s1)
	lla	a1, 1f
	mv	a2, s1
	li	a6, SBI_HSM_HART_SUSPEND
	li	a7, SBI_EXT_HSM
	ecall
	mv	a1, s1			/* after a suspend that kept it */
	.balign	4
1:	csrci	CSR_SIP, SIP_SSIP
	fence	rw, rw
	ld	t1, 0(a1)
	addi	t1, t1, 1
	sd	t1, 0(a1)
	j	second_sleeps

	/*
	 * A vCPU that writes four words, one after the other, to where its argument says, until
	 * that says stop: see races.c.
	 */
	.globl	second_races
	.balign	4
second_races:
	ld	t0, 0(a1)
1:	ld	t1, 8(a1)
	sd	t1, 0(t0)
	ld	t1, 16(a1)
	sd	t1, 0(t0)
	ld	t1, 24(a1)
	sd	t1, 0(t0)
	ld	t1, 32(a1)
	sd	t1, 0(t0)
	ld	t1, 40(a1)
	beqz	t1, 1b
	j	second_quits

	/* Every register garbage, the stack pointer too; then a trap whose handler uses it. */
	.globl	stack_of_garbage
	.balign	4
stack_of_garbage:
	la	t0, stack_user
	csrw	CSR_STVEC, t0
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
		23, 24, 25, 26, 27, 28, 29, 30, 31
	li	x\n, 0x4000000000 + 0x1008 * \n
	.endr
	unimp
	.balign	4
stack_user:
	sd	t0, -8(sp)
	j	stack_user

	.bss
	.balign	16
attempt_saved:
	.space	SAVED_X(32)
