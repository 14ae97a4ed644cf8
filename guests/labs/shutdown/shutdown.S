/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lab 1, shutdown: a whole guest. Entered in S-mode at GPA 0x80200000, where the
 * linker script puts it. It prints a line by the SBI's legacy putchar (a7 = 1),
 * a byte an ecall, and ends by the legacy shutdown (a7 = 8). It needs no stack.
 */
	.section .text.start, "ax"
	.globl	_start
_start:
	la	s0, message
1:	lbu	a0, 0(s0)
	beqz	a0, 2f
	li	a7, 1
	ecall
	addi	s0, s0, 1
	j	1b

2:	li	a7, 8
	ecall

	/* Nobody comes back from a shutdown. */
3:	j	3b

	.section .rodata
message:
	.asciz	"shutdown: hello from GPA 0x80200000; now ecall with a7 = 8\r\n"
