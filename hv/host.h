/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the machine is: harts, memory, ISA, interrupt controllers, UART, as its
 * device tree tells (Devicetree Specification 0.4; riscv/cpus.yaml;
 * riscv,aplic.yaml, riscv,imsics.yaml, sifive,plic-1.0.0.yaml; ACLINT 1.0, chapter
 * 4). Filled once by host_dt_parse(), constant afterwards. Pure: the host tools use it on a device
 * tree that QEMU dumped. All addresses are host physical.
 */
#ifndef HV_HOST_H
#define HV_HOST_H

#include "hv/types.h"

#define HOST_MAX_HARTS    64
#define HOST_MAX_MEMORY   16
#define HOST_MAX_RESERVED 32

/* ISA extensions that change what Bulkhead or a guest does; bits of host.isa. */
enum isa_ext {
	ISA_F,
	ISA_D,
	ISA_C,
	ISA_V,
	ISA_H,
	ISA_SSTC,
	ISA_SVINVAL,
	ISA_SVNAPOT,
	ISA_SVPBMT,
	ISA_SVADU,
	ISA_SVADE,
	ISA_SMSTATEEN, /* or Ssstateen */
	ISA_SMAIA,
	ISA_SSAIA,
	ISA_ZICBOM,
	ISA_ZICBOP,
	ISA_ZICBOZ,
	ISA_ZIHPM,
	ISA_SSCOFPMF,
	ISA_ZAWRS,
	ISA_ZKR,
	ISA_COUNT
};

/* A set of ISA extensions: rows of hv/host_isa.c's table. */
struct host_isa {
	uint64_t rows[2];
};

struct host_hart {
	uint64_t id; /* mhartid, the "reg" of the cpu node */
	struct host_isa isa;
	int node;              /* its cpu node: offset in the host's device tree */
	uint32_t intc_phandle; /* its riscv,cpu-intc */
	uint32_t plic_context; /* S-mode context at the PLIC, or HOST_NONE */
	uint32_t aplic_idc;    /* IDC at the S-level APLIC in direct mode, or HOST_NONE */
	uint32_t imsic_index;  /* hart index of APLIC targets (group above hart), or HOST_NONE */
	uint32_t sswi;         /* its SETSSIP register at host.sswi, counted from 0, or HOST_NONE */
	uint64_t imsic;        /* its S-level interrupt file; guest file g is g pages above; or 0 */
};

#define HOST_NONE UINT32_MAX

#define HOST_IMSIC_SETS 4

struct host_uart {
	bool present;
	bool owned_by_bulkhead; /* the /chosen stdout-path device */
	struct range mmio;
	uint32_t reg_shift;
	uint32_t reg_io_width;
	uint32_t clock_hz;
	uint32_t irq;
	int node; /* offset in the host's device tree */
};

enum host_irqchip_kind { HOST_IRQ_NONE, HOST_IRQ_PLIC, HOST_IRQ_APLIC_DIRECT, HOST_IRQ_APLIC_MSI };

struct host_irqchip {
	enum host_irqchip_kind kind;
	uint32_t phandle;  /* of the wired controller (PLIC or S-level APLIC) */
	struct range mmio; /* the wired controller's registers */
	uint32_t nr_sources;
	int node;

	/* S-level IMSICs (APLIC_MSI only): riscv,imsics.yaml */
	struct range imsic[HOST_IMSIC_SETS]; /* a group of harts each */
	uint32_t nr_imsic;
	uint32_t imsic_phandle;
	uint32_t imsic_nr_ids;
	uint32_t imsic_guest_index_bits;
	uint32_t guest_files; /* of each hart: as its pages leave room for, and as the hart has */
	uint32_t imsic_hart_index_bits;
	uint32_t imsic_group_index_bits;
	uint32_t imsic_group_index_shift;
	int imsic_node;
};

struct host {
	const void *fdt; /* what points into it: host_dt_move() knows */
	size_t fdt_size; /* bytes */
	struct host_hart harts[HOST_MAX_HARTS];
	uint32_t nr_harts;
	struct range memory[HOST_MAX_MEMORY]; /* sorted, merged */
	uint32_t nr_memory;
	struct range reserved[HOST_MAX_RESERVED]; /* memreserve and /reserved-memory */
	uint32_t nr_reserved;
	uint64_t timebase_hz;
	uint64_t isa;             /* BIT(enum isa_ext): what every hart has */
	uint32_t mmu_levels;      /* 3, 4 or 5: the least mmu-type among the harts */
	uint32_t cbom_block_size; /* bytes; 0 when absent */
	uint32_t cboz_block_size;
	struct host_uart uart;
	struct host_irqchip irqchip;
	struct range sswi;    /* an ACLINT's SETSSIP registers; empty: none, or there are IMSICs */
	struct range initrd;  /* /chosen linux,initrd-start and -end: the bundle */
	const char *bootargs; /* /chosen bootargs, or NULL */
	const void *seed;     /* /chosen rng-seed: random bytes, or NULL */
	size_t seed_size;
};

#endif
