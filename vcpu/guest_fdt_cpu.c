// SPDX-License-Identifier: Apache-2.0
/*
 * /cpus of a guest's device tree (riscv/cpus.yaml, riscv/extensions.yaml). A vCPU has the
 * extensions of its hart that hv/host_isa.c's table gives to guests. What the table does not
 * know is not passed on.
 */
#include <string.h>

#include "hv/bits.h"
#include "hv/dt.h"
#include "hv/fmt.h"
#include "hv/host_isa.h"
#include "vcpu/guest_fdt_parts.h"

/* Extensions of one letter, in the order of riscv,isa. */
static const char letters[] = "imafdcbv";

/* Writes the names longer than a letter, each with its NUL, to text if not NULL; the bytes. */
static size_t write_names(struct host_isa isa, char *text)
{
	size_t total = 0, length;
	unsigned row = 0;
	const char *name;

	while ((name = host_isa_next(isa, &row, &length))) {
		if (length == 1)
			continue;
		if (text)
			memcpy(text + total, name, length + 1);
		total += length + 1;
	}
	return total;
}

/* What the ISA's two properties are made of. */
struct isa_text {
	char letters[sizeof(letters)]; /* those that the set has */
	size_t nr_letters;
	const char *names; /* each with its NUL, in the first property */
	size_t names_size;
};

static void find_letters(struct host_isa isa, struct isa_text *text)
{
	for (const char *letter = letters; *letter; letter++) {
		const char name[2] = { *letter, '\0' };

		if (host_isa_has(isa, name))
			text->letters[text->nr_letters++] = *letter;
	}
}

static void write_extensions(struct tree *tree, struct host_isa isa, struct isa_text *text)
{
	size_t size = write_names(isa, NULL);
	char *list = tree_room(tree, "riscv,isa-extensions", 2 * text->nr_letters + size);

	if (!list)
		return;
	for (size_t i = 0; i < text->nr_letters; i++) {
		*list++ = text->letters[i];
		*list++ = '\0';
	}
	text->names = list;
	text->names_size = write_names(isa, list);
}

/* "rv64imafdc", and for each longer name an underscore and the name, for older systems. */
static void write_isa(struct tree *tree, const struct isa_text *text)
{
	size_t size = strlen("rv64") + text->nr_letters + 1 + text->names_size;
	char *to = tree_room(tree, "riscv,isa", size);

	if (!to)
		return;
	memcpy(to, "rv64", 4);
	memcpy(to + 4, text->letters, text->nr_letters);
	to += 4 + text->nr_letters;
	*to++ = text->names_size ? '_' : '\0';
	for (size_t i = 0; i + 1 < text->names_size; i++)
		*to++ = text->names[i] ? text->names[i] : '_';
	if (text->names_size)
		*to = '\0';
}

static void write_mmu(struct tree *tree)
{
	char text[16];

	if (!tree->host->mmu_levels)
		return;
	fmt_snprintf(text, sizeof(text), "riscv,sv%u", 12 + 9 * tree->host->mmu_levels);
	tree_string(tree, "mmu-type", text);
}

static void write_controller(struct tree *tree, uint32_t vcpu)
{
	tree_begin(tree, "interrupt-controller");
	tree_u32(tree, "#interrupt-cells", 1);
	tree_flag(tree, "interrupt-controller");
	tree_string(tree, "compatible", "riscv,cpu-intc");
	tree_u32(tree, "phandle", tree_vcpu_phandle(vcpu));
	tree_end(tree);
}

static void copy_block_size(struct tree *tree, int cpu, const char *property)
{
	struct dt_prop prop = dt_find(tree->host->fdt, cpu, property);

	if (prop.data)
		tree_bytes(tree, property, prop.data, prop.size);
}

static void write_isa_properties(struct tree *tree, const struct host_hart *hart)
{
	bool has_imsic = tree->guest->imsic < tree->guest->nr_devices;
	uint64_t hide = tree->hide | (has_imsic ? 0 : BIT(ISA_SSAIA));
	struct host_isa isa = host_isa_for_guest(hart->isa, hide);
	uint64_t bits = host_isa_bits(isa);
	struct isa_text text = { .nr_letters = 0 };

	tree_string(tree, "riscv,isa-base", "rv64i");
	find_letters(isa, &text);
	write_extensions(tree, isa, &text);
	write_isa(tree, &text);
	if (bits & BIT(ISA_ZICBOM))
		copy_block_size(tree, hart->node, "riscv,cbom-block-size");
	if (bits & BIT(ISA_ZICBOZ))
		copy_block_size(tree, hart->node, "riscv,cboz-block-size");
	if (bits & BIT(ISA_ZICBOP))
		copy_block_size(tree, hart->node, "riscv,cbop-block-size");
}

static void write_cpu(struct tree *tree, uint32_t vcpu, const struct host_hart *hart)
{
	tree_begin_at(tree, "cpu", vcpu);
	tree_string(tree, "device_type", "cpu");
	tree_u32(tree, "reg", vcpu);
	tree_string(tree, "status", "okay");
	tree_string(tree, "compatible", "riscv");
	write_isa_properties(tree, hart);
	write_mmu(tree);
	write_controller(tree, vcpu);
	tree_end(tree);
}

void tree_cpus(struct tree *tree)
{
	const struct config_guest *guest = tree->guest;

	tree_begin(tree, "cpus");
	tree_u32(tree, "#address-cells", 1);
	tree_u32(tree, "#size-cells", 0);
	tree_u32(tree, "timebase-frequency", (uint32_t)tree->host->timebase_hz);
	for (uint32_t i = 0; i < guest->nr_vcpus; i++)
		write_cpu(tree, i, &tree->host->harts[guest->harts[i]]);
	tree_end(tree);
}
