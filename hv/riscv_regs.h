/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Register encodings of the RISC-V privileged architecture (20240411), its
 * hypervisor chapter and the AIA 1.0. Host-safe: plain constants, also fit for
 * the assembler and for guests. Accessors are in hv/csr.h.
 */
#ifndef HV_RISCV_REGS_H
#define HV_RISCV_REGS_H

#ifdef __ASSEMBLER__
#define RV_BIT(n) (1 << (n))
#define RV_U(n)   n
#else
#include <stdint.h>
#define RV_BIT(n) (UINT64_C(1) << (n))
#define RV_U(n)   UINT64_C(n)
#endif

/* CSR numbers: supervisor and VS */
#define CSR_FFLAGS        0x001
#define CSR_FRM           0x002
#define CSR_FCSR          0x003
#define CSR_VSTART        0x008
#define CSR_VXSAT         0x009
#define CSR_VXRM          0x00a
#define CSR_VCSR          0x00f
#define CSR_CYCLE         0xc00
#define CSR_TIME          0xc01
#define CSR_INSTRET       0xc02
#define CSR_HPMCOUNTER3   0xc03
#define CSR_HPMCOUNTER31  0xc1f
#define CSR_VL            0xc20
#define CSR_VTYPE         0xc21
#define CSR_VLENB         0xc22
#define CSR_SSTATUS       0x100
#define CSR_SIE           0x104
#define CSR_STVEC         0x105
#define CSR_SCOUNTEREN    0x106
#define CSR_SENVCFG       0x10a
#define CSR_SSTATEEN0     0x10c
#define CSR_SCOUNTINHIBIT 0x120
#define CSR_SSCRATCH      0x140
#define CSR_SEPC          0x141
#define CSR_SCAUSE        0x142
#define CSR_STVAL         0x143
#define CSR_SIP           0x144
#define CSR_STIMECMP      0x14d
#define CSR_SISELECT      0x150
#define CSR_SIREG         0x151
#define CSR_STOPEI        0x15c
#define CSR_SATP          0x180
#define CSR_STOPI         0xdb0
#define CSR_SCOUNTOVF     0xda0
#define CSR_VSSTATUS      0x200
#define CSR_VSIE          0x204
#define CSR_VSTVEC        0x205
#define CSR_VSSCRATCH     0x240
#define CSR_VSEPC         0x241
#define CSR_VSCAUSE       0x242
#define CSR_VSTVAL        0x243
#define CSR_VSIP          0x244
#define CSR_VSTIMECMP     0x24d
#define CSR_VSISELECT     0x250
#define CSR_VSIREG        0x251
#define CSR_VSTOPEI       0x25c
#define CSR_VSATP         0x280
#define CSR_VSTOPI        0xeb0
/* CSR numbers: hypervisor */
#define CSR_HSTATUS       0x600
#define CSR_HEDELEG       0x602
#define CSR_HIDELEG       0x603
#define CSR_HIE           0x604
#define CSR_HTIMEDELTA    0x605
#define CSR_HCOUNTEREN    0x606
#define CSR_HGEIE         0x607
#define CSR_HVIEN         0x608
#define CSR_HVICTL        0x609
#define CSR_HENVCFG       0x60a
#define CSR_HSTATEEN0     0x60c
#define CSR_HSTATEEN1     0x60d
#define CSR_HSTATEEN2     0x60e
#define CSR_HSTATEEN3     0x60f
#define CSR_HTVAL         0x643
#define CSR_HIP           0x644
#define CSR_HVIP          0x645
#define CSR_HVIPRIO1      0x646
#define CSR_HVIPRIO2      0x647
#define CSR_HTINST        0x64a
#define CSR_HGATP         0x680
#define CSR_HGEIP         0xe12

/* sstatus and vsstatus */
#define SSTATUS_SIE     RV_BIT(1)
#define SSTATUS_SPIE    RV_BIT(5)
#define SSTATUS_UBE     RV_BIT(6)
#define SSTATUS_SPP     RV_BIT(8)
#define SSTATUS_VS      (RV_U(3) << 9)
#define SSTATUS_FS      (RV_U(3) << 13)
#define SSTATUS_SUM     RV_BIT(18)
#define SSTATUS_MXR     RV_BIT(19)
#define SSTATUS_SPELP   RV_BIT(23)
#define SSTATUS_UXL     (RV_U(3) << 32)
#define SSTATUS_SD      RV_BIT(63)
#define CONTEXT_OFF     0
#define CONTEXT_INITIAL 1
#define CONTEXT_CLEAN   2
#define CONTEXT_DIRTY   3

/* hstatus */
#define HSTATUS_VSBE  RV_BIT(5)
#define HSTATUS_GVA   RV_BIT(6)
#define HSTATUS_SPV   RV_BIT(7)
#define HSTATUS_SPVP  RV_BIT(8)
#define HSTATUS_HU    RV_BIT(9)
#define HSTATUS_VGEIN (RV_U(0x3f) << 12)
#define HSTATUS_VTVM  RV_BIT(20)
#define HSTATUS_VTW   RV_BIT(21)
#define HSTATUS_VTSR  RV_BIT(22)
#define HSTATUS_VSXL  (RV_U(3) << 32)

/* Interrupt numbers, and their bits in sip, hip, hvip, hideleg */
#define IRQ_SSI          1
#define IRQ_VSSI         2
#define IRQ_STI          5
#define IRQ_VSTI         6
#define IRQ_SEI          9
#define IRQ_VSEI         10
#define IRQ_SGEI         12
#define IRQ_LCOFI        13
#define SCAUSE_INTERRUPT RV_BIT(63)

/* Exception causes */
#define CAUSE_FETCH_MISALIGNED 0
#define CAUSE_FETCH_ACCESS     1
#define CAUSE_ILLEGAL          2
#define CAUSE_BREAKPOINT       3
#define CAUSE_LOAD_MISALIGNED  4
#define CAUSE_LOAD_ACCESS      5
#define CAUSE_STORE_MISALIGNED 6
#define CAUSE_STORE_ACCESS     7
#define CAUSE_ECALL_U          8
#define CAUSE_ECALL_S          9
#define CAUSE_ECALL_VS         10
#define CAUSE_ECALL_M          11
#define CAUSE_FETCH_PAGE       12
#define CAUSE_LOAD_PAGE        13
#define CAUSE_STORE_PAGE       15
#define CAUSE_DOUBLE_TRAP      16
#define CAUSE_SOFTWARE_CHECK   18
#define CAUSE_HARDWARE_ERROR   19
#define CAUSE_FETCH_GUEST_PAGE 20
#define CAUSE_LOAD_GUEST_PAGE  21
#define CAUSE_VIRTUAL          22
#define CAUSE_STORE_GUEST_PAGE 23

/* henvcfg */
#define ENVCFG_FIOM  RV_BIT(0)
#define ENVCFG_LPE   RV_BIT(2)
#define ENVCFG_SSE   RV_BIT(3)
#define ENVCFG_CBIE  (RV_U(3) << 4)
#define ENVCFG_CBCFE RV_BIT(6)
#define ENVCFG_CBZE  RV_BIT(7)
#define ENVCFG_PMM   (RV_U(3) << 32)
#define ENVCFG_DTE   RV_BIT(59)
#define ENVCFG_ADUE  RV_BIT(61)
#define ENVCFG_PBMTE RV_BIT(62)
#define ENVCFG_STCE  RV_BIT(63)

/* hstateen0 */
#define STATEEN0_C      RV_BIT(0)
#define STATEEN0_FCSR   RV_BIT(1)
#define STATEEN0_JVT    RV_BIT(2)
#define STATEEN0_CTR    RV_BIT(54)
#define STATEEN0_IMSIC  RV_BIT(58)
#define STATEEN0_AIA    RV_BIT(59)
#define STATEEN0_CSRIND RV_BIT(60)
#define STATEEN0_ENVCFG RV_BIT(62)
#define STATEEN0_SE0    RV_BIT(63)

/* satp, vsatp and hgatp: modes share their numbers */
#define ATP_MODE      (RV_U(0xf) << 60)
#define ATP_MODE_BARE 0
#define ATP_MODE_SV39 8
#define ATP_MODE_SV48 9
#define ATP_MODE_SV57 10
#define ATP_PPN       ((RV_U(1) << 44) - 1)
#define SATP_ASID     (RV_U(0xffff) << 44)
#define HGATP_VMID    (RV_U(0x3fff) << 44)

/* A page-table entry */
#define PTE_V    RV_BIT(0)
#define PTE_R    RV_BIT(1)
#define PTE_W    RV_BIT(2)
#define PTE_X    RV_BIT(3)
#define PTE_U    RV_BIT(4)
#define PTE_G    RV_BIT(5)
#define PTE_A    RV_BIT(6)
#define PTE_D    RV_BIT(7)
#define PTE_PPN  (((RV_U(1) << 44) - 1) << 10)
#define PTE_PBMT (RV_U(3) << 61)
#define PTE_N    RV_BIT(63)

/* hcounteren */
#define COUNTEREN_CY RV_BIT(0)
#define COUNTEREN_TM RV_BIT(1)
#define COUNTEREN_IR RV_BIT(2)

/* IMSIC registers behind siselect (AIA, 3.8) */
#define IMSIC_EIDELIVERY  0x70
#define IMSIC_EITHRESHOLD 0x72
#define IMSIC_EIP0        0x80
#define IMSIC_EIE0        0xc0

#endif
