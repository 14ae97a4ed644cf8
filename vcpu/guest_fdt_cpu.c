// SPDX-License-Identifier: Apache-2.0
/*
 * /cpus of a guest's device tree (riscv/cpus.yaml, riscv/extensions.yaml). A
 * vCPU has the extensions of its hart that are in the list below: those that a
 * guest can use without Bulkhead's doing, and those whose state Bulkhead keeps
 * and whose controls it sets. What the list does not know is not passed on.
 */
#include <libfdt.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/fmt.h"
#include "hv/host_isa.h"
#include "vcpu/guest_fdt_parts.h"

/* Of more than one letter, sorted. Zkr needs mseccfg, so it is not here. */
static const char *const allowed[] = {
	"ssaia",   "ssccptr", "sscounterenw", "sstc",    "sstvala",  "sstvecd",   "ssu64xl",
	"svade",   "svadu",   "svinval",      "svnapot", "svpbmt",   "svvptc",    "za64rs",
	"zaamo",   "zabha",   "zacas",        "zalrsc",  "zama16b",  "zawrs",     "zba",
	"zbb",     "zbc",     "zbkb",         "zbkc",    "zbkx",     "zbs",       "zca",
	"zcb",     "zcd",     "zcmop",        "zfa",     "zfbfmin",  "zfh",       "zfhmin",
	"zic64b",  "zicbom",  "zicbop",       "zicboz",  "ziccamoa", "ziccif",    "zicclsm",
	"ziccrse", "zicntr",  "zicond",       "zicsr",   "zifencei", "zihintntl", "zihintpause",
	"zihpm",   "zimop",   "zkn",          "zknd",    "zkne",     "zknh",      "zks",
	"zksed",   "zksh",    "zkt",          "zmmul",   "ztso",     "zvfbfmin",  "zvfbfwma",
	"zvfh",    "zvfhmin",
};

/* Families of vector extensions: they have no state but V's. */
static const char *const families[] = { "zve", "zvb", "zvk" };

/* Of one letter, in the order of riscv,isa. */
static const char letters[] = "imafdcbv";

#define CHOICE_MAX 256 /* extensions looked at; QEMU's fullest CPU has half of that */

/* Where an ISA string or list is read: at each extension in turn. */
struct isa {
	const char *text;
	size_t size; /* bytes at text, the last NUL included */
	size_t next;
	bool letters_left; /* within the letters after "rv64" */
};

/* riscv,isa-extensions, or else riscv,isa, of a cpu node; size 0: neither. */
static struct isa isa_of(const void *fdt, int cpu)
{
	int size;
	const char *text = fdt_getprop(fdt, cpu, "riscv,isa-extensions", &size);

	if (text && size > 0)
		return (struct isa){ text, (size_t)size, 0, false };
	text = fdt_getprop(fdt, cpu, "riscv,isa", &size);
	if (text && size > 5 && strncmp(text, "rv64", 4) == 0)
		return (struct isa){ text, (size_t)size, 4, true };
	return (struct isa){ "", 0, 0, false };
}

static bool ends_name(char c)
{
	return c == '\0' || c == '_';
}

/* The next extension's name and length; false at the end. */
static bool isa_next(struct isa *isa, const char **name, size_t *length)
{
	while (isa->next < isa->size && ends_name(isa->text[isa->next])) {
		isa->letters_left = false;
		isa->next++;
	}
	if (isa->next >= isa->size)
		return false;
	*name = isa->text + isa->next;
	*length = 1;
	while (!isa->letters_left && isa->next + *length < isa->size &&
	       !ends_name((*name)[*length]))
		(*length)++;
	isa->next += *length;
	return true;
}

/* As strcmp, of a NUL-ended name and one of length bytes. */
static int compare(const char *name, const char *other, size_t length)
{
	int order = strncmp(name, other, length);

	return order ? order : name[length] != '\0';
}

static bool in_family(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (strncmp(families[i], name, strlen(families[i])) == 0)
			return true;
	}
	return false;
}

static bool in_table(const char *name, size_t length)
{
	size_t low = 0, high = ARRAY_SIZE(allowed);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(allowed[middle], name, length);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return in_family(name);
}

static bool is_hidden(const struct tree *tree, const char *name, size_t length)
{
	for (unsigned i = 0; tree->hide >> i; i++) {
		if ((tree->hide & BIT(i)) && compare(host_isa_name(i), name, length) == 0)
			return true;
	}
	return compare("ssaia", name, length) == 0 && tree->guest->imsic >= tree->guest->nr_devices;
}

static bool is_allowed(const struct tree *tree, const char *name, size_t length)
{
	if (is_hidden(tree, name, length))
		return false;
	return length == 1 ? strchr(letters, *name) != NULL : in_table(name, length);
}

/* Extension n of the ISA is for the guest: bit n, for as many as there is room for. */
struct choice {
	uint64_t bits[CHOICE_MAX / 64];
};

static bool chosen(const struct choice *choice, unsigned n)
{
	return n < CHOICE_MAX && (choice->bits[n / 64] & BIT(n % 64));
}

static struct choice choose(const struct tree *tree, int cpu)
{
	struct isa isa = isa_of(tree->host->fdt, cpu);
	struct choice choice = { { 0 } };
	const char *name;
	size_t length;

	for (unsigned n = 0; n < CHOICE_MAX && isa_next(&isa, &name, &length); n++) {
		if (is_allowed(tree, name, length))
			choice.bits[n / 64] |= BIT(n % 64);
	}
	return choice;
}

static bool has_extension(const struct tree *tree, int cpu, const struct choice *choice,
			  const char *wanted)
{
	struct isa isa = isa_of(tree->host->fdt, cpu);
	const char *name;
	size_t length;

	for (unsigned n = 0; isa_next(&isa, &name, &length); n++) {
		if (compare(wanted, name, length) == 0)
			return chosen(choice, n);
	}
	return false;
}

/* Writes the chosen names, each followed by end, to text unless it is NULL; the bytes. */
static size_t write_names(const struct tree *tree, int cpu, const struct choice *choice,
			  size_t shortest, char end, char *text)
{
	struct isa isa = isa_of(tree->host->fdt, cpu);
	const char *name;
	size_t length, total = 0;

	for (unsigned n = 0; isa_next(&isa, &name, &length); n++) {
		if (length < shortest || !chosen(choice, n))
			continue;
		if (text) {
			memcpy(text + total, name, length);
			text[total + length] = end;
		}
		total += length + 1;
	}
	return total;
}

static void write_extensions(struct tree *tree, int cpu, const struct choice *choice)
{
	char *list =
		tree_room(tree, "riscv,isa-extensions", write_names(tree, cpu, choice, 1, 0, NULL));

	if (list)
		write_names(tree, cpu, choice, 1, 0, list);
}

/* "rv64imafdc", and for each longer name an underscore and the name, for older systems. */
static void write_isa(struct tree *tree, int cpu, const struct choice *choice)
{
	char head[16] = "rv64";
	size_t length = strlen(head);
	size_t rest = write_names(tree, cpu, choice, 2, '_', NULL);
	char *text;

	for (const char *letter = letters; *letter; letter++) {
		char name[2] = { *letter, 0 };

		if (has_extension(tree, cpu, choice, name))
			head[length++] = *letter;
	}
	if (rest)
		head[length++] = '_';
	/* The last name's underscore is the place of the NUL. */
	text = tree_room(tree, "riscv,isa", rest ? length + rest : length + 1);
	if (!text)
		return;
	memcpy(text, head, length);
	write_names(tree, cpu, choice, 2, '_', text + length);
	text[rest ? length + rest - 1 : length] = '\0';
}

static void copy_block_size(struct tree *tree, int cpu, const struct choice *choice,
			    const char *property, const char *extension)
{
	int size;
	const void *value = fdt_getprop(tree->host->fdt, cpu, property, &size);

	if (value && has_extension(tree, cpu, choice, extension))
		tree_bytes(tree, property, value, (size_t)size);
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

static void write_isa_properties(struct tree *tree, int cpu)
{
	struct choice choice = choose(tree, cpu);

	tree_string(tree, "riscv,isa-base", "rv64i");
	write_extensions(tree, cpu, &choice);
	write_isa(tree, cpu, &choice);
	copy_block_size(tree, cpu, &choice, "riscv,cbom-block-size", "zicbom");
	copy_block_size(tree, cpu, &choice, "riscv,cboz-block-size", "zicboz");
	copy_block_size(tree, cpu, &choice, "riscv,cbop-block-size", "zicbop");
}

static void write_cpu(struct tree *tree, uint32_t vcpu, int cpu)
{
	tree_begin_at(tree, "cpu", vcpu);
	tree_string(tree, "device_type", "cpu");
	tree_u32(tree, "reg", vcpu);
	tree_string(tree, "status", "okay");
	tree_string(tree, "compatible", "riscv");
	if (cpu >= 0)
		write_isa_properties(tree, cpu);
	write_mmu(tree);
	write_controller(tree, vcpu);
	tree_end(tree);
}

static uint64_t cpu_reg(const void *fdt, int node)
{
	int size;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &size);

	if (!reg || size < (int)sizeof(*reg))
		return UINT64_MAX;
	return size >= (int)sizeof(fdt64_t) ? (uint64_t)fdt32_ld(reg) << 32 | fdt32_ld(reg + 1)
					    : fdt32_ld(reg);
}

/* The host's cpu node of a hart, or a negative number. */
static int find_cpu(const void *fdt, uint64_t hart)
{
	int cpus = fdt_path_offset(fdt, "/cpus");
	int node;

	fdt_for_each_subnode (node, fdt, cpus) {
		if (strncmp(fdt_get_name(fdt, node, NULL), "cpu@", 4) == 0 &&
		    cpu_reg(fdt, node) == hart)
			return node;
	}
	return -1;
}

void tree_cpus(struct tree *tree)
{
	const struct config_guest *guest = tree->guest;

	tree_begin(tree, "cpus");
	tree_u32(tree, "#address-cells", 1);
	tree_u32(tree, "#size-cells", 0);
	tree_u32(tree, "timebase-frequency", (uint32_t)tree->host->timebase_hz);
	for (uint32_t i = 0; i < guest->nr_vcpus; i++) {
		uint64_t hart = tree->host->harts[guest->harts[i]].id;

		write_cpu(tree, i, find_cpu(tree->host->fdt, hart));
	}
	tree_end(tree);
}
