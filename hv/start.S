/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the firmware enters, in HS-mode, on one hart: a0 = hart id, a1 = device
 * tree (SBI 3.0, chapter 3). The image starts with the header of a RISC-V Linux
 * Image, so that U-Boot's booti loads it too. Relocates the image to where it
 * lies, clears .bss, and calls boot_main() on the boot stack. Further harts,
 * started by HSM, enter at hart_entry with a1 = their struct hart.
 */
#include "generated/hv_offsets.h"
#include "hv/riscv_regs.h"

	.section .text.head, "ax"
	.option	push
	.option	norelax			/* every offset is the header's */
	.global	image_header
image_header:
	j	start			/* code0 */
	.balign	8
	.8byte	0x200000		/* text_offset: from the start of RAM */
	.8byte	image_end - image_start	/* image_size, .bss included */
	.8byte	0			/* flags: little-endian */
	.4byte	2			/* version 0.2 */
	.4byte	0
	.8byte	0
	.8byte	0x5643534952		/* magic "RISCV" */
	.4byte	0x05435352		/* magic2 "RSC\5" */
	.4byte	0
	.option	pop

	.section .text.0boot, "ax"
start:
	csrw	CSR_SIE, zero
	csrw	CSR_SATP, zero
	mv	s0, a0
	mv	s1, a1
	lla	t0, boot_trap
	csrw	CSR_STVEC, t0

	/* Every relocation is R_RISCV_RELATIVE (3): *(base + offset) = base + addend. */
	lla	t0, image_rela_start
	lla	t1, image_rela_end
	lla	t2, image_start
1:	bgeu	t0, t1, 2f
	ld	t3, 0(t0)
	ld	t4, 16(t0)
	add	t3, t3, t2
	add	t4, t4, t2
	sd	t4, 0(t3)
	addi	t0, t0, 24
	j	1b

2:	lla	t0, image_bss_start
	lla	t1, image_bss_end
3:	sd	zero, 0(t0)
	sd	zero, 8(t0)
	sd	zero, 16(t0)
	sd	zero, 24(t0)
	addi	t0, t0, 32
	bltu	t0, t1, 3b

	/* The relocations lie where the boot stack is: from here on they are gone. */
	lla	sp, boot_stack_end
	mv	tp, zero
	mv	a0, s0
	mv	a1, s1
	call	boot_main
	j	.

	/* A trap before there is a trap handler: nothing can be printed yet. */
	.balign	4
boot_trap:
	wfi
	j	boot_trap

	/*
	 * A hart that hart_start() started: a1 = its struct hart. Also used by the
	 * first hart, once its own struct hart exists, to leave the boot stack.
	 * hart_satp holds the address space of Bulkhead; the map is one to one.
	 */
	.text
	.balign	4
	.global	hart_entry
hart_entry:
	csrw	CSR_SIE, zero
	/* Whoever came before may have left MXR or SUM, which would hold for guests' memory too. */
	li	t0, 2 << 32 /* UXL: 64 */
	csrw	CSR_SSTATUS, t0
	mv	tp, a1
	lla	t0, hart_satp
	ld	t0, 0(t0)
	sfence.vma
	csrw	CSR_SATP, t0
	sfence.vma
	lla	t0, hart_trap
	csrw	CSR_STVEC, t0
	csrw	CSR_SSCRATCH, zero
	ld	sp, HART_STACK(tp)
	call	hart_main
	j	.

	.section .boot_stack, "aw", @nobits
	.balign	16
boot_stack:
	.space	8192
boot_stack_end:
