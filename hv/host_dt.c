/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's device tree. The scan collects harts, memory and candidates for
 * the UART and the interrupt controllers; what one node says about another (by
 * phandle or path) is resolved after it, from the few nodes kept.
 */
#include <errno.h>
#include <string.h>

#include <libfdt.h>

#include "hv/bits.h"
#include "hv/dt_scan.h"
#include "hv/host_dt.h"
#include "hv/host_isa.h"

#define MAX_CHIPS     12
#define MAX_CHIP_REGS 4
#define MAX_UARTS     4
#define S_EXTERNAL    9 /* the interrupt of S-level at a hart: scause 9 */

enum chip_kind { CHIP_PLIC, CHIP_APLIC, CHIP_IMSIC };

struct chip {
	enum chip_kind kind;
	int node;
	uint32_t phandle;
	struct range regs[MAX_CHIP_REGS];
	unsigned nr_regs;
	struct dt_prop parents; /* interrupts-extended */
	uint32_t msi_parent;
	uint32_t nr_sources; /* or identities of an IMSIC */
	uint32_t guest_bits, hart_bits, group_bits, group_shift;
};

struct uart_node {
	struct host_uart uart;
	uint32_t interrupt_parent;
	char path[DT_MAX_PATH];
};

struct parse {
	struct host *host;
	struct chip chips[MAX_CHIPS];
	unsigned nr_chips;
	struct uart_node uarts[MAX_UARTS];
	unsigned nr_uarts;
	const char *stdout_path;
	int cpu_node; /* the hart whose interrupt controller comes next */
	struct dt_prop last_isa;
	uint64_t last_isa_bits;
	const char *why;
};

static int fail(struct parse *p, int err, const char *why)
{
	p->why = why;
	return err;
}

static uint64_t hart_isa(struct parse *p, const struct dt_scan *scan)
{
	struct dt_prop list = dt_scan_prop(scan, DT_ISA_EXTENSIONS);
	struct dt_prop isa = list.data ? list : dt_scan_prop(scan, DT_ISA);

	if (p->last_isa.data && isa.size == p->last_isa.size &&
	    memcmp(isa.data, p->last_isa.data, isa.size) == 0)
		return p->last_isa_bits;
	p->last_isa = isa;
	p->last_isa_bits = host_isa_bits(isa.data, isa.size);
	return p->last_isa_bits;
}

static uint32_t hart_mmu_levels(const struct dt_scan *scan)
{
	struct dt_prop mmu = dt_scan_prop(scan, DT_MMU_TYPE);

	if (dt_list_contains(mmu, "riscv,sv57"))
		return 5;
	if (dt_list_contains(mmu, "riscv,sv48"))
		return 4;
	return dt_list_contains(mmu, "riscv,sv39") ? 3 : 0;
}

/* What all harts share is the least that any of them has. */
static void merge_hart(struct parse *p, const struct dt_scan *scan, uint32_t mmu_levels)
{
	struct host *host = p->host;
	uint64_t isa = hart_isa(p, scan);
	uint32_t cbom = dt_scan_u32(scan, DT_CBOM_BLOCK_SIZE, 0);
	uint32_t cboz = dt_scan_u32(scan, DT_CBOZ_BLOCK_SIZE, 0);

	if (host->nr_harts == 1) {
		host->isa = isa;
		host->mmu_levels = mmu_levels;
		host->cbom_block_size = cbom;
		host->cboz_block_size = cboz;
		return;
	}
	host->isa &= isa;
	host->mmu_levels = MIN(host->mmu_levels, mmu_levels);
	if (host->cbom_block_size != cbom)
		host->cbom_block_size = 0;
	if (host->cboz_block_size != cboz)
		host->cboz_block_size = 0;
}

static int visit_cpu(struct parse *p, const struct dt_scan *scan)
{
	struct host *host = p->host;
	struct dt_prop reg = dt_scan_prop(scan, DT_REG);
	uint32_t mmu_levels = hart_mmu_levels(scan);

	if (!host->timebase_hz)
		host->timebase_hz = dt_scan_u64(scan, DT_TIMEBASE_FREQUENCY, 0);
	if (scan->levels[scan->depth].disabled || mmu_levels == 0)
		return 0;
	if (reg.size != 4 && reg.size != 8)
		return fail(p, -EINVAL, "a cpu node has no \"reg\"");
	if (host->nr_harts == HOST_MAX_HARTS)
		return fail(p, -E2BIG, "it has more harts than Bulkhead can drive");
	host->harts[host->nr_harts++] = (struct host_hart){
		.id = dt_number(reg, 0, reg.size / 4),
		.plic_context = HOST_NONE,
		.aplic_idc = HOST_NONE,
		.imsic_index = HOST_NONE,
	};
	p->cpu_node = scan->levels[scan->depth].offset;
	merge_hart(p, scan, mmu_levels);
	return 0;
}

static int add_range(struct range *list, uint32_t *count, uint32_t limit, struct range r)
{
	if (r.size == 0)
		return 0;
	if (*count == limit)
		return -E2BIG;
	list[(*count)++] = r;
	return 0;
}

/* All "reg" entries of a memory or reserved-memory node. */
static int visit_memory(struct parse *p, const struct dt_scan *scan, struct range *list,
			uint32_t *count, uint32_t limit)
{
	struct range r;
	int err;

	for (unsigned i = 0; (err = dt_scan_reg(scan, i, &r)) == 0; i++) {
		if (add_range(list, count, limit, r))
			return fail(p, -E2BIG, "it has too many ranges of memory");
	}
	return err == -ENOENT ? 0 : fail(p, err, "it has memory at an impossible address");
}

static int visit_uart(struct parse *p, const struct dt_scan *scan)
{
	const struct dt_level *level = &scan->levels[scan->depth];
	bool dw = dt_scan_compatible(scan, "snps,dw-apb-uart");
	struct uart_node *u = &p->uarts[p->nr_uarts];

	if (p->nr_uarts == MAX_UARTS || dt_scan_reg(scan, 0, &u->uart.mmio) ||
	    dt_scan_path(scan, u->path, sizeof(u->path)))
		return 0;
	u->uart.present = true;
	u->uart.reg_shift = dt_scan_u32(scan, DT_REG_SHIFT, dw ? 2 : 0);
	u->uart.reg_io_width = dt_scan_u32(scan, DT_REG_IO_WIDTH, dw ? 4 : 1);
	u->uart.clock_hz = dt_scan_u32(scan, DT_CLOCK_FREQUENCY, 0);
	u->uart.irq = dt_scan_u32(scan, DT_INTERRUPTS, 0);
	u->uart.node = level->offset;
	u->interrupt_parent = level->interrupt_parent;
	if (u->uart.reg_shift <= 4)
		p->nr_uarts++;
	return 0;
}

static int visit_chip(struct parse *p, const struct dt_scan *scan, enum chip_kind kind)
{
	struct chip *c = &p->chips[p->nr_chips];
	bool plic = kind == CHIP_PLIC;

	if (p->nr_chips == MAX_CHIPS)
		return 0;
	*c = (struct chip){
		.kind = kind,
		.node = scan->levels[scan->depth].offset,
		.phandle = dt_scan_u32(scan, DT_PHANDLE, 0),
		.parents = dt_scan_prop(scan, DT_INTERRUPTS_EXTENDED),
		.msi_parent = dt_scan_u32(scan, DT_MSI_PARENT, 0),
		.guest_bits = dt_scan_u32(scan, DT_GUEST_INDEX_BITS, 0),
		.hart_bits = dt_scan_u32(scan, DT_HART_INDEX_BITS, HOST_NONE),
		.group_bits = dt_scan_u32(scan, DT_GROUP_INDEX_BITS, 0),
		.group_shift = dt_scan_u32(scan, DT_GROUP_INDEX_SHIFT, 2 * PAGE_SHIFT),
	};
	c->nr_sources = dt_scan_u32(scan,
				    plic                 ? DT_NDEV
				    : kind == CHIP_APLIC ? DT_NUM_SOURCES
							 : DT_NUM_IDS,
				    0);
	while (c->nr_regs < MAX_CHIP_REGS && !dt_scan_reg(scan, c->nr_regs, &c->regs[c->nr_regs]))
		c->nr_regs++;
	if (c->nr_regs)
		p->nr_chips++;
	return 0;
}

static int visit_chosen(struct parse *p, const struct dt_scan *scan)
{
	struct host *host = p->host;
	uint64_t start = dt_scan_u64(scan, DT_INITRD_START, 0);
	uint64_t end = dt_scan_u64(scan, DT_INITRD_END, 0);
	const char *bootargs = dt_scan_string(scan, DT_BOOTARGS);

	if (end > start)
		host->initrd = (struct range){ start, end - start };
	if (bootargs)
		host->bootargs = bootargs;
	p->stdout_path = dt_scan_string(scan, DT_STDOUT_PATH);
	return 0;
}

static int visit_device(struct parse *p, const struct dt_scan *scan)
{
	if (!dt_scan_prop(scan, DT_COMPATIBLE).data)
		return 0;
	if (dt_scan_prop(scan, DT_INTERRUPT_CONTROLLER).data) {
		if (dt_scan_compatible(scan, "riscv,plic0") ||
		    dt_scan_compatible(scan, "sifive,plic-1.0.0"))
			return visit_chip(p, scan, CHIP_PLIC);
		if (dt_scan_compatible(scan, "riscv,aplic"))
			return visit_chip(p, scan, CHIP_APLIC);
		if (dt_scan_compatible(scan, "riscv,imsics"))
			return visit_chip(p, scan, CHIP_IMSIC);
		return 0;
	}
	if (dt_scan_compatible(scan, "ns16550a") || dt_scan_compatible(scan, "ns16550") ||
	    dt_scan_compatible(scan, "snps,dw-apb-uart"))
		return visit_uart(p, scan);
	return 0;
}

/* Nodes below /cpus: harts and their interrupt controllers. */
static int visit_below_cpus(struct parse *p, const struct dt_scan *scan)
{
	const struct dt_level *level = &scan->levels[scan->depth];

	if (scan->depth == 2 && dt_list_contains(dt_scan_prop(scan, DT_DEVICE_TYPE), "cpu"))
		return visit_cpu(p, scan);
	if (scan->depth == 3 && level[-1].offset == p->cpu_node &&
	    dt_scan_compatible(scan, "riscv,cpu-intc"))
		p->host->harts[p->host->nr_harts - 1].intc_phandle =
			dt_scan_u32(scan, DT_PHANDLE, 0);
	return 0;
}

static int visit_below_root(struct parse *p, const struct dt_scan *scan)
{
	const char *name = scan->levels[1].name;

	if (strcmp(name, "cpus") == 0)
		p->host->timebase_hz = dt_scan_u64(scan, DT_TIMEBASE_FREQUENCY, 0);
	else if (strcmp(name, "chosen") == 0)
		return visit_chosen(p, scan);
	else if (dt_list_contains(dt_scan_prop(scan, DT_DEVICE_TYPE), "memory"))
		return scan->levels[1].disabled
			       ? 0
			       : visit_memory(p, scan, p->host->memory, &p->host->nr_memory,
					      HOST_MAX_MEMORY);
	return scan->levels[1].disabled ? 0 : visit_device(p, scan);
}

static int visit(void *context, const struct dt_scan *scan)
{
	struct parse *p = context;

	if (scan->depth == 0)
		return 0;
	if (scan->depth == 1)
		return visit_below_root(p, scan);
	if (strcmp(scan->levels[1].name, "cpus") == 0)
		return visit_below_cpus(p, scan);
	if (strcmp(scan->levels[1].name, "reserved-memory") == 0)
		return scan->depth != 2 ? 0
					: visit_memory(p, scan, p->host->reserved,
						       &p->host->nr_reserved, HOST_MAX_RESERVED);
	return scan->levels[scan->depth].disabled ? 0 : visit_device(p, scan);
}

static int add_reservations(struct parse *p)
{
	struct host *host = p->host;
	struct range r;

	for (unsigned i = 0; dt_scan_reservation(host->fdt, i, &r); i++) {
		if (!range_is_sound(r.base, r.size))
			return fail(p, -EINVAL, "it reserves memory at an impossible address");
		if (add_range(host->reserved, &host->nr_reserved, HOST_MAX_RESERVED, r))
			return fail(p, -E2BIG, "it reserves too many ranges of memory");
	}
	return 0;
}

/* Sorts the host's memory and joins what touches or overlaps. */
static void settle_memory(struct host *host)
{
	struct range *m = host->memory;
	uint32_t kept = 0;

	for (uint32_t i = 1; i < host->nr_memory; i++) {
		struct range r = m[i];
		uint32_t j = i;

		for (; j > 0 && m[j - 1].base > r.base; j--)
			m[j] = m[j - 1];
		m[j] = r;
	}
	for (uint32_t i = 1; i < host->nr_memory; i++) {
		uint64_t gap = m[i].base - m[kept].base;

		if (gap > m[kept].size)
			m[++kept] = m[i];
		else if (m[i].size > m[kept].size - gap)
			m[kept].size = gap + m[i].size;
	}
	host->nr_memory = host->nr_memory ? kept + 1 : 0;
}

static int settle_harts(struct parse *p)
{
	struct host_hart *h = p->host->harts;

	for (uint32_t i = 1; i < p->host->nr_harts; i++) {
		struct host_hart moved = h[i];
		uint32_t j = i;

		for (; j > 0 && h[j - 1].id > moved.id; j--)
			h[j] = h[j - 1];
		h[j] = moved;
		if (j > 0 && h[j - 1].id == moved.id)
			return fail(p, -EINVAL, "it has two harts of the same number");
	}
	return 0;
}

static const struct chip *find_chip(const struct parse *p, uint32_t phandle)
{
	for (unsigned i = 0; i < p->nr_chips; i++) {
		if (phandle && p->chips[i].phandle == phandle)
			return &p->chips[i];
	}
	return NULL;
}

/* True when one of the harts' S-level external interrupts is fed by it. */
static bool feeds_s_level(const struct chip *c)
{
	for (unsigned i = 0; (i + 2) * 4 <= c->parents.size; i += 2) {
		if (dt_cell(c->parents, i + 1) == S_EXTERNAL)
			return true;
	}
	return false;
}

static enum host_irqchip_kind chip_kind(const struct parse *p, const struct chip *c)
{
	const struct chip *imsic;

	if (c->kind == CHIP_IMSIC)
		return HOST_IRQ_NONE;
	if (c->kind == CHIP_PLIC)
		return feeds_s_level(c) ? HOST_IRQ_PLIC : HOST_IRQ_NONE;
	imsic = find_chip(p, c->msi_parent);
	if (imsic && imsic->kind == CHIP_IMSIC && feeds_s_level(imsic))
		return HOST_IRQ_APLIC_MSI;
	return feeds_s_level(c) ? HOST_IRQ_APLIC_DIRECT : HOST_IRQ_NONE;
}

/* The S-level controller that the UART hangs on, or else the first. */
static const struct chip *choose_chip(const struct parse *p, uint32_t wanted)
{
	const struct chip *c = find_chip(p, wanted);

	if (c && chip_kind(p, c) != HOST_IRQ_NONE)
		return c;
	for (unsigned i = 0; i < p->nr_chips; i++) {
		if (chip_kind(p, &p->chips[i]) != HOST_IRQ_NONE)
			return &p->chips[i];
	}
	return NULL;
}

/* Controllers list harts in order: the search starts where the last one ended. */
static struct host_hart *hart_of_intc(struct host *host, uint32_t phandle, uint32_t *hint)
{
	for (uint32_t n = 0; n < host->nr_harts; n++) {
		uint32_t i = *hint + n < host->nr_harts ? *hint + n : *hint + n - host->nr_harts;

		if (host->harts[i].intc_phandle == phandle) {
			*hint = i;
			return &host->harts[i];
		}
	}
	return NULL;
}

/* The interrupt file of position i among an IMSIC's harts: its register sets in order. */
static uint64_t imsic_file(const struct chip *imsic, uint64_t i)
{
	uint64_t stride = PAGE_SIZE << imsic->guest_bits;

	for (unsigned r = 0; r < imsic->nr_regs; r++) {
		uint64_t here = imsic->regs[r].size / stride;

		if (i < here)
			return imsic->regs[r].base + i * stride;
		i -= here;
	}
	return 0;
}

static void give_hart(struct host_irqchip *chip, const struct chip *c, struct host_hart *hart,
		      uint32_t i)
{
	uint64_t file;

	if (c->kind == CHIP_PLIC) {
		hart->plic_context = i;
	} else if (c->kind == CHIP_APLIC) {
		hart->aplic_idc = i;
	} else {
		file = imsic_file(c, i);
		hart->imsic = file;
		hart->imsic_index = !file ? HOST_NONE
					  : (uint32_t)((file >> chip->imsic_group_index_shift &
							(BIT(chip->imsic_group_index_bits) -
							 1)) << chip->imsic_hart_index_bits |
						       (file >> (PAGE_SHIFT + c->guest_bits) &
							(BIT(chip->imsic_hart_index_bits) - 1)));
	}
}

/* Tells each hart where it stands in the controller's list of S-level interrupts. */
static void number_harts(struct host *host, const struct chip *c)
{
	uint32_t hint = 0;

	for (uint32_t i = 0; (i * 2 + 2) * 4 <= c->parents.size; i++) {
		struct host_hart *hart;

		if (dt_cell(c->parents, i * 2 + 1) != S_EXTERNAL)
			continue;
		hart = hart_of_intc(host, dt_cell(c->parents, i * 2), &hint);
		if (hart)
			give_hart(&host->irqchip, c, hart, i);
	}
}

/* Bits that count to n: riscv,imsics.yaml's default for the hart index. */
static uint32_t index_bits(uint32_t n)
{
	uint32_t bits = 0;

	while (bits < 31 && BIT(bits) < n)
		bits++;
	return bits;
}

static int settle_imsic(struct parse *p, const struct chip *imsic)
{
	struct host_irqchip *chip = &p->host->irqchip;
	uint32_t hart_bits = imsic->hart_bits;

	if (hart_bits == HOST_NONE)
		hart_bits = index_bits(imsic->parents.size / 8);
	if (imsic->guest_bits > 7 || hart_bits > 15 || imsic->group_bits > 7 ||
	    imsic->group_shift > 55)
		return fail(p, -EINVAL, "its IMSIC has impossible index bits");
	chip->imsic = imsic->regs[0];
	chip->imsic_phandle = imsic->phandle;
	chip->imsic_nr_ids = imsic->nr_sources;
	chip->imsic_guest_index_bits = imsic->guest_bits;
	chip->guest_files = (uint32_t)BIT(imsic->guest_bits) - 1;
	chip->imsic_hart_index_bits = hart_bits;
	chip->imsic_group_index_bits = imsic->group_bits;
	chip->imsic_group_index_shift = imsic->group_shift;
	chip->imsic_node = imsic->node;
	number_harts(p->host, imsic);
	return 0;
}

static int settle_irqchip(struct parse *p, uint32_t wanted)
{
	struct host_irqchip *chip = &p->host->irqchip;
	const struct chip *c = choose_chip(p, wanted);

	if (!c)
		return 0;
	*chip = (struct host_irqchip){ .kind = chip_kind(p, c),
				       .phandle = c->phandle,
				       .mmio = c->regs[0],
				       .nr_sources = c->nr_sources,
				       .node = c->node,
				       .imsic_node = -1 };
	if (chip->nr_sources > 1023)
		return fail(p, -EINVAL,
			    "its interrupt controller has an impossible number of sources");
	if (chip->kind == HOST_IRQ_APLIC_MSI)
		return settle_imsic(p, find_chip(p, c->msi_parent));
	number_harts(p->host, c);
	return 0;
}

/* The path that stdout-path tells before its colon, perhaps through an alias; its length. */
static const char *stdout_node(const struct parse *p, size_t *length)
{
	const char *want = p->stdout_path ? p->stdout_path : "";
	const char *colon = strchr(want, ':');

	*length = colon ? (size_t)(colon - want) : strlen(want);
	if (*length == 0 || want[0] == '/')
		return want;
	want = fdt_get_alias_namelen(p->host->fdt, want, (int)*length);
	*length = want ? strlen(want) : 0;
	return want;
}

static const struct uart_node *choose_uart(const struct parse *p)
{
	size_t length;
	const char *path = stdout_node(p, &length);

	for (unsigned i = 0; length && i < p->nr_uarts; i++) {
		const char *mine = p->uarts[i].path;

		if (strlen(mine) == length && memcmp(mine, path, length) == 0)
			return &p->uarts[i];
	}
	return p->nr_uarts ? &p->uarts[0] : NULL;
}

static int settle(struct parse *p)
{
	struct host *host = p->host;
	const struct uart_node *uart = choose_uart(p);
	int err = add_reservations(p);

	if (err)
		return err;
	settle_memory(host);
	if (host->nr_harts == 0)
		return fail(p, -EINVAL, "it has no hart with an MMU");
	if (host->nr_memory == 0)
		return fail(p, -EINVAL, "it has no memory");
	if (host->timebase_hz == 0)
		return fail(p, -EINVAL, "it has no timebase-frequency");
	err = settle_harts(p);
	if (err)
		return err;
	if (uart) {
		host->uart = uart->uart;
		host->uart.owned_by_bulkhead = true;
	}
	return settle_irqchip(p, uart ? uart->interrupt_parent : 0);
}

int host_dt_parse(const void *fdt, size_t size, struct host *host, const char **why)
{
	struct parse p;
	int err;

	memset(host, 0, sizeof(*host));
	host->fdt = fdt;
	host->fdt_size = size;
	host->bootargs = "";
	p.host = host;
	p.nr_chips = 0;
	p.nr_uarts = 0;
	p.stdout_path = NULL;
	p.cpu_node = -1;
	p.last_isa = (struct dt_prop){ NULL, 0 };
	p.why = NULL;
	err = dt_scan(fdt, size, visit, &p, &p.why);
	if (!err)
		err = settle(&p);
	if (why && p.why)
		*why = p.why;
	return err;
}
