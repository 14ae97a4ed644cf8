/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one node of the host's tree says about another: stdout-path about the UART, the
 * UART about its interrupt controller, an APLIC about its IMSIC, controllers about harts.
 */
#include "hv/host_dt_links.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/irq_aplic.h"

/* The interrupts of S-level at a hart, as scause numbers them. */
#define S_SOFTWARE 1
#define S_EXTERNAL 9

/* AIA 1.0, 3.1 */
#define IMSIC_IDS_MIN 63
#define IMSIC_IDS_MAX 2047

/* PLIC 1.0: where a context's threshold and claim register lie, a page for each. */
#define PLIC_CONTEXT(n) (0x200000 + PAGE_SIZE * (n))

/* ACLINT 1.0, 4.2: the last word is reserved. */
#define SSWI_SIZE      0x4000
#define SSWI_REGISTERS 4095

static const struct chip *find_chip(const struct host_nodes *nodes, uint32_t phandle)
{
	for (unsigned i = 0; i < nodes->nr_chips; i++) {
		if (phandle && nodes->chips[i].phandle == phandle)
			return &nodes->chips[i];
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

static enum host_irqchip_kind chip_kind(const struct host_nodes *nodes, const struct chip *c)
{
	const struct chip *imsic;

	if (c->kind == CHIP_IMSIC || c->kind == CHIP_SSWI)
		return HOST_IRQ_NONE;
	if (c->kind == CHIP_PLIC)
		return feeds_s_level(c) ? HOST_IRQ_PLIC : HOST_IRQ_NONE;
	imsic = find_chip(nodes, c->msi_parent);
	if (imsic && imsic->kind == CHIP_IMSIC && feeds_s_level(imsic))
		return HOST_IRQ_APLIC_MSI;
	return feeds_s_level(c) ? HOST_IRQ_APLIC_DIRECT : HOST_IRQ_NONE;
}

/* The S-level controller that the UART hangs on, or else the first. */
static const struct chip *choose_chip(const struct host_nodes *nodes, uint32_t wanted)
{
	const struct chip *c = find_chip(nodes, wanted);

	if (c && chip_kind(nodes, c) != HOST_IRQ_NONE)
		return c;
	for (unsigned i = 0; i < nodes->nr_chips; i++) {
		if (chip_kind(nodes, &nodes->chips[i]) != HOST_IRQ_NONE)
			return &nodes->chips[i];
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
	} else if (c->kind == CHIP_SSWI) {
		hart->sswi = i;
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
	uint32_t wanted = c->kind == CHIP_SSWI ? S_SOFTWARE : S_EXTERNAL;
	uint32_t hint = 0;

	for (uint32_t i = 0; (i * 2 + 2) * 4 <= c->parents.size; i++) {
		struct host_hart *hart;

		if (dt_cell(c->parents, i * 2 + 1) != wanted)
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

static int settle_imsic(struct host *host, const struct chip *imsic, const char **why)
{
	struct host_irqchip *chip = &host->irqchip;
	uint32_t hart_bits = imsic->hart_bits;

	if (hart_bits == HOST_NONE)
		hart_bits = index_bits(imsic->parents.size / 8);
	if (imsic->guest_bits > 7 || hart_bits > 15 || imsic->group_bits > 7 ||
	    imsic->group_shift > 55) {
		*why = "its IMSIC has impossible index bits";
		return -EINVAL;
	}
	if (imsic->nr_sources < IMSIC_IDS_MIN || imsic->nr_sources > IMSIC_IDS_MAX) {
		*why = "its IMSIC has an impossible number of identities";
		return -EINVAL;
	}
	memcpy(chip->imsic, imsic->regs, sizeof(chip->imsic));
	chip->nr_imsic = imsic->nr_regs;
	chip->imsic_phandle = imsic->phandle;
	chip->imsic_nr_ids = imsic->nr_sources;
	chip->imsic_guest_index_bits = imsic->guest_bits;
	chip->guest_files = (uint32_t)BIT(imsic->guest_bits) - 1;
	chip->imsic_hart_index_bits = hart_bits;
	chip->imsic_group_index_bits = imsic->group_bits;
	chip->imsic_group_index_shift = imsic->group_shift;
	chip->imsic_node = imsic->node;
	number_harts(host, imsic);
	return 0;
}

/* Bytes of a PLIC or APLIC, up to the last of its harts' contexts (its IDCs in direct mode). */
static uint64_t registers_size(const struct chip *c)
{
	uint64_t entries = c->parents.size / (2 * DT_CELL);

	if (c->kind == CHIP_PLIC)
		return PLIC_CONTEXT(entries);
	return APLIC_IDC(entries);
}

static int settle_irqchip(struct host *host, const struct host_nodes *nodes, uint32_t wanted,
			  const char **why)
{
	struct host_irqchip *chip = &host->irqchip;
	const struct chip *c = choose_chip(nodes, wanted);

	if (!c)
		return 0;
	*chip = (struct host_irqchip){ .kind = chip_kind(nodes, c),
				       .phandle = c->phandle,
				       .mmio = c->regs[0],
				       .nr_sources = c->nr_sources,
				       .node = c->node,
				       .imsic_node = -1 };
	if (chip->nr_sources > 1023) {
		*why = "its interrupt controller has an impossible number of sources";
		return -EINVAL;
	}
	if (chip->mmio.size < registers_size(c)) {
		*why = "its interrupt controller's reg is too small for its harts";
		return -EINVAL;
	}
	if (chip->kind == HOST_IRQ_APLIC_MSI)
		return settle_imsic(host, find_chip(nodes, c->msi_parent), why);
	number_harts(host, c);
	return 0;
}

/* Nothing but registers, one for each entry of its list. */
static bool is_sound_sswi(const struct host *host, const struct chip *c)
{
	uint32_t entries = c->parents.size / (2 * DT_CELL);

	if (!is_aligned(c->regs[0].base, 4) || !entries || entries > SSWI_REGISTERS ||
	    c->regs[0].size / 4 < entries)
		return false;
	for (uint32_t i = 0; i < host->nr_memory; i++) {
		if (range_overlaps(host->memory[i], c->regs[0]))
			return false;
	}
	return true;
}

/* The first SSWI that is sound; harts that it does not name are interrupted otherwise. */
static void settle_sswi(struct host *host, const struct host_nodes *nodes)
{
	for (unsigned i = 0; i < nodes->nr_chips; i++) {
		const struct chip *c = &nodes->chips[i];

		if (c->kind != CHIP_SSWI || !is_sound_sswi(host, c))
			continue;
		host->sswi = (struct range){ c->regs[0].base, MIN(c->regs[0].size, SSWI_SIZE) };
		number_harts(host, c);
		return;
	}
}

/* What /aliases says for a name of length bytes, or NULL. */
static const char *find_alias(const void *fdt, const char *name, size_t length)
{
	int aliases = dt_child(fdt, 0, "aliases");
	struct dt_cursor cursor;

	if (aliases == DT_NO_NODE)
		return NULL;
	cursor = dt_properties(fdt, aliases);
	while (dt_next(&cursor)) {
		if (strlen(cursor.name) == length && memcmp(cursor.name, name, length) == 0)
			return dt_text(cursor.value);
	}
	return NULL;
}

/* The path that stdout-path tells before its colon, perhaps through an alias; its length. */
static const char *stdout_node(const void *fdt, const struct host_nodes *nodes, size_t *length)
{
	const char *want = nodes->stdout_path ? nodes->stdout_path : "";
	const char *colon = strchr(want, ':');

	*length = colon ? (size_t)(colon - want) : strlen(want);
	if (*length == 0 || want[0] == '/')
		return want;
	want = find_alias(fdt, want, *length);
	*length = want ? strlen(want) : 0;
	return want;
}

static const struct uart_node *choose_uart(const void *fdt, const struct host_nodes *nodes)
{
	size_t length;
	const char *path = stdout_node(fdt, nodes, &length);

	for (unsigned i = 0; length && i < nodes->nr_uarts; i++) {
		const char *mine = nodes->uarts[i].path;

		if (strlen(mine) == length && memcmp(mine, path, length) == 0)
			return &nodes->uarts[i];
	}
	return nodes->nr_uarts ? &nodes->uarts[0] : NULL;
}

int host_dt_links_settle(struct host *host, const struct host_nodes *nodes, const char **why)
{
	const struct uart_node *uart = choose_uart(host->fdt, nodes);
	int err;

	if (uart) {
		host->uart = uart->uart;
		host->uart.owned_by_bulkhead = true;
	}
	err = settle_irqchip(host, nodes, uart ? uart->interrupt_parent : 0, why);
	if (host->irqchip.kind != HOST_IRQ_APLIC_MSI)
		settle_sswi(host, nodes);
	return err;
}
