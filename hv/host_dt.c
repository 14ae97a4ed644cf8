/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's device tree. The scan collects harts, memory and candidates for
 * the UART and the interrupt controllers; hv/host_dt_links.c resolves what one node
 * says about another, from the few nodes kept.
 */
#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/host_dt.h"
#include "hv/host_dt_links.h"
#include "hv/host_isa.h"

struct parse {
	struct host *host;
	struct host_nodes nodes;
	int cpu_node; /* the hart whose interrupt controller comes next */
	struct dt_prop last_isa;
	struct host_isa last_isa_set;
	const char *why;
};

static int fail(struct parse *p, int err, const char *why)
{
	p->why = why;
	return err;
}

static struct host_isa hart_isa(struct parse *p, const struct dt_scan *scan)
{
	struct dt_prop list = dt_scan_prop(scan, DT_ISA_EXTENSIONS);
	struct dt_prop isa = list.data ? list : dt_scan_prop(scan, DT_ISA);

	if (p->last_isa.data && isa.size == p->last_isa.size &&
	    memcmp(isa.data, p->last_isa.data, isa.size) == 0)
		return p->last_isa_set;
	p->last_isa = isa;
	p->last_isa_set = host_isa_read(isa.data, isa.size);
	return p->last_isa_set;
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
static void merge_hart(struct host *host, const struct dt_scan *scan, struct host_isa set,
		       uint32_t mmu_levels)
{
	uint64_t isa = host_isa_bits(set);
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
	struct host_isa isa;

	if (!host->timebase_hz)
		host->timebase_hz = dt_scan_u64(scan, DT_TIMEBASE_FREQUENCY, 0);
	if (scan->levels[scan->depth].disabled || mmu_levels == 0)
		return 0;
	if (reg.size != 4 && reg.size != 8)
		return fail(p, -EINVAL, "a cpu node has no \"reg\"");
	if (host->nr_harts == HOST_MAX_HARTS)
		return fail(p, -E2BIG, "it has more harts than Bulkhead can drive");
	isa = hart_isa(p, scan);
	host->harts[host->nr_harts++] = (struct host_hart){
		.id = dt_number(reg, 0, reg.size / 4),
		.isa = isa,
		.node = scan->levels[scan->depth].offset,
		.plic_context = HOST_NONE,
		.aplic_idc = HOST_NONE,
		.imsic_index = HOST_NONE,
		.sswi = HOST_NONE,
	};
	p->cpu_node = scan->levels[scan->depth].offset;
	merge_hart(host, scan, isa, mmu_levels);
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

static int visit_uart(struct host_nodes *p, const struct dt_scan *scan)
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

static int visit_chip(struct host_nodes *p, const struct dt_scan *scan, enum chip_kind kind)
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
	struct dt_prop seed = dt_scan_prop(scan, DT_RNG_SEED);

	if (end > start)
		host->initrd = (struct range){ start, end - start };
	host->bootargs = dt_scan_string(scan, DT_BOOTARGS);
	host->seed = seed.data;
	host->seed_size = seed.size;
	p->nodes.stdout_path = dt_scan_string(scan, DT_STDOUT_PATH);
	return 0;
}

static const struct {
	const char *compatible;
	bool is_uart;
	enum chip_kind chip;
} kinds[] = {
	{ "riscv,plic0", false, CHIP_PLIC },
	{ "sifive,plic-1.0.0", false, CHIP_PLIC },
	{ "riscv,aplic", false, CHIP_APLIC },
	{ "riscv,imsics", false, CHIP_IMSIC },
	{ "riscv,aclint-sswi", false, CHIP_SSWI },
	{ "ns16550a", true, 0 },
	{ "ns16550", true, 0 },
	{ "snps,dw-apb-uart", true, 0 },
};

/* The row of kinds for a device, or their number. */
static unsigned find_kind(struct dt_prop compatible)
{
	const char *name = NULL;

	while ((name = dt_next_string(compatible, name))) {
		for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
			if (kinds[i].compatible[0] == name[0] &&
			    strcmp(kinds[i].compatible, name) == 0)
				return i;
		}
	}
	return ARRAY_SIZE(kinds);
}

static int visit_device(struct host_nodes *p, const struct dt_scan *scan)
{
	unsigned kind = find_kind(dt_scan_prop(scan, DT_COMPATIBLE));
	bool is_chip = dt_scan_prop(scan, DT_INTERRUPT_CONTROLLER).data;

	if (kind == ARRAY_SIZE(kinds) || kinds[kind].is_uart == is_chip)
		return 0;
	return is_chip ? visit_chip(p, scan, kinds[kind].chip) : visit_uart(p, scan);
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
	return scan->levels[1].disabled ? 0 : visit_device(&p->nodes, scan);
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
	return scan->levels[scan->depth].disabled ? 0 : visit_device(&p->nodes, scan);
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

static int settle(struct parse *p)
{
	struct host *host = p->host;
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
	return host_dt_links_settle(host, &p->nodes, &p->why);
}

int host_dt_parse(const void *fdt, size_t size, struct host *host, const char **why)
{
	struct parse p;
	int err;

	memset(host, 0, sizeof(*host));
	host->fdt = fdt;
	host->fdt_size = size;
	p.host = host;
	p.nodes.nr_chips = 0;
	p.nodes.nr_uarts = 0;
	p.nodes.stdout_path = NULL;
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

void host_dt_move(struct host *host, const void *fdt)
{
	const char *from = host->fdt, *to = fdt;

	host->fdt = to;
	if (host->bootargs)
		host->bootargs = to + (host->bootargs - from);
	if (host->seed)
		host->seed = to + ((const char *)host->seed - from);
}
