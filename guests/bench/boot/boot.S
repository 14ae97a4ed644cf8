/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of Linux whose very first instruction reads the time: what everything below and
 * before it executed. bench-boot NAME [PROGRAM [ARGUMENT...]] prints "bench NAME COUNT
 * instructions", a hundred for each tick of the time CSR, and becomes PROGRAM. It needs neither
 * a C library nor any file, so that the kernel can start it as its first program.
 */
#define LINUX_WRITE 64
#define LINUX_EXIT 93
#define LINUX_EXECVE 221
#define STDOUT 1
#define DIGITS 32 /* room for a number's */

	.text
	.globl	_start
_start:
	rdtime	s0
	ld	s1, 0(sp)	/* argc; behind it argv, which ends with zero, and envp */
	addi	s2, sp, 8
	li	a0, 1
	addi	s1, s1, -2	/* how many there are behind NAME */
	bltz	s1, quit
	la	a0, before
	call	put_text
	ld	a0, 8(s2)
	call	put_text
	call	put_number
	la	a0, after
	call	put_text
	mv	a0, zero
	beqz	s1, quit
	addi	a1, s2, 16
	ld	a0, 0(a1)
	slli	a2, s1, 3
	add	a2, a2, a1
	addi	a2, a2, 8
	li	a7, LINUX_EXECVE
	ecall
	li	a0, 127		/* there is no such program */
quit:	li	a7, LINUX_EXIT
	ecall

	/* s0 in decimal, a space before it */
put_number:
	addi	sp, sp, -DIGITS
	addi	a0, sp, DIGITS - 1
	sb	zero, 0(a0)
	li	t0, 10
1:	remu	t1, s0, t0
	divu	s0, s0, t0
	addi	t1, t1, '0'
	addi	a0, a0, -1
	sb	t1, 0(a0)
	bnez	s0, 1b
	addi	a0, a0, -1
	li	t1, ' '
	sb	t1, 0(a0)
	mv	s3, ra
	call	put_text
	addi	sp, sp, DIGITS
	jr	s3

	/* a0: a text that ends with a zero byte */
put_text:
	mv	a1, a0
	mv	a2, zero
1:	add	t0, a1, a2
	lbu	t0, 0(t0)
	beqz	t0, 2f
	addi	a2, a2, 1
	j	1b
2:	li	a0, STDOUT
	li	a7, LINUX_WRITE
	ecall
	ret

	.section .rodata, "a"
before:	.asciz	"bench "
after:	.asciz	"00 instructions\n"
