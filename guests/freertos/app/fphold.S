/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uint64_t fpcheck_hold(uint64_t seed, uint64_t deadline), see fpcheck.h. Register n
 * gets seed + n; the rounding mode is the seed's lowest two bits.
 */
	.section .text
	.globl	fpcheck_hold
fpcheck_hold:
	addi	sp, sp, -112
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	fsd	fs\n, 8 * \n(sp)
	.endr
	frcsr	t0
	sd	t0, 96(sp)

	andi	t1, a0, 3
	slli	t1, t1, 5
	fscsr	t1
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
		23, 24, 25, 26, 27, 28, 29, 30, 31
	addi	t0, a0, \n
	fmv.d.x	f\n, t0
	.endr

1:	rdtime	t0
	bltu	t0, a1, 1b

	li	a2, 0
	frcsr	t0
	sub	t0, t0, t1
	snez	t0, t0
	add	a2, a2, t0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, \
		23, 24, 25, 26, 27, 28, 29, 30, 31
	addi	t0, a0, \n
	fmv.x.d	t2, f\n
	sub	t0, t0, t2
	snez	t0, t0
	add	a2, a2, t0
	.endr
	mv	a0, a2

	ld	t0, 96(sp)
	fscsr	t0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	fld	fs\n, 8 * \n(sp)
	.endr
	addi	sp, sp, 112
	ret
