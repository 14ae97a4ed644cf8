/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest whose very first instruction reads the time: what passed before is
 * the firmware's, and Bulkhead's. Prints "bench entry_time TICKS ticks", the ticks
 * in hexadecimal, by the SBI alone, and shuts down.
 */
#include "hv/riscv_regs.h"
#include "hv/sbi_defs.h"

	.section .text.start, "ax"
	.globl	_start
_start:
	csrr	s0, CSR_TIME
	csrw	CSR_SIE, zero
	la	a0, before
	call	put_text
	li	s1, 60
1:	srl	a0, s0, s1
	andi	a0, a0, 15
	la	t0, digits
	add	t0, t0, a0
	lbu	a0, 0(t0)
	call	put
	addi	s1, s1, -4
	bgez	s1, 1b
	la	a0, after
	call	put_text
	li	a0, SBI_SRST_TYPE_SHUTDOWN
	li	a1, SBI_SRST_REASON_NONE
	li	a6, SBI_SRST_SYSTEM_RESET
	li	a7, SBI_EXT_SRST
	ecall
2:	wfi
	j	2b

	/* a0: a text that ends with a zero byte; keeps s0 and s1 */
put_text:
	mv	s2, ra
	mv	s3, a0
1:	lbu	a0, 0(s3)
	beqz	a0, 2f
	addi	s3, s3, 1
	call	put
	j	1b
2:	jr	s2

	/* a0: a byte */
put:	li	a6, SBI_DBCN_CONSOLE_WRITE_BYTE
	li	a7, SBI_EXT_DBCN
	ecall
	ret

	.section .rodata, "a"
digits:	.ascii	"0123456789abcdef"
before:	.asciz	"bench entry_time "
after:	.asciz	" ticks\r\n"
