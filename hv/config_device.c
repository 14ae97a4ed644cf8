/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one device's node. The usual places are those of QEMU's virt machine, which guests know. */
#include <string.h>

#include "hv/config_device.h"
#include "hv/edit_distance.h"
#include "hv/fmt.h"
#include "hv/stats_page.h"

#define MAX_SOURCE  1023
#define MAX_FLASH   MiB(64)
#define MAX_SECTORS 65536 /* what a CFI table can say */

const struct config_kind config_kinds[CONFIG_DEV_PASSTHROUGH + 1] = {
	[CONFIG_DEV_UART] = { .name = "uart",
			      .compatible = "ns16550a",
			      .also = "ns16550",
			      .gpa = 0x10000000,
			      .size = 0x100,
			      .min_size = 8,
			      .irq = 10 },
	[CONFIG_DEV_PLIC] = { .name = "plic",
			      .compatible = "sifive,plic-1.0.0",
			      .also = "riscv,plic0",
			      .gpa = 0xc000000,
			      .size = 0x600000,
			      .min_size = 0x201000 },
	[CONFIG_DEV_APLIC] = { .name = "aplic",
			       .compatible = "riscv,aplic",
			       .gpa = 0xd000000,
			       .size = 0x8000,
			       .min_size = 0x4000 },
	[CONFIG_DEV_IMSIC] = { .name = "imsic",
			       .compatible = "riscv,imsics",
			       .gpa = 0x28000000,
			       .size = 0x1000,
			       .min_size = 0x1000 },
	[CONFIG_DEV_RTC] = { .name = "rtc",
			     .compatible = "google,goldfish-rtc",
			     .gpa = 0x101000,
			     .size = 0x1000,
			     .min_size = 0x20,
			     .irq = 11 },
	[CONFIG_DEV_RESET] = { .name = "reset",
			       .compatible = "sifive,test1",
			       .also = "syscon",
			       .gpa = 0x100000,
			       .size = 0x1000,
			       .min_size = 4 },
	[CONFIG_DEV_WATCHDOG] = { .name = "watchdog",
				  .compatible = "allwinner,sun20i-d1-wdt",
				  .gpa = 0x102000,
				  .size = 0x1000,
				  .min_size = 0x20,
				  .irq = 12 },
	[CONFIG_DEV_FLASH] = { .name = "flash",
			       .compatible = "cfi-flash",
			       .gpa = 0x20000000,
			       .size = 0x2000000,
			       .min_size = 0x1000 },
	[CONFIG_DEV_WORD] = { .name = "word",
			      .compatible = "bulkhead,word",
			      .gpa = CONFIG_ANY,
			      .size = 4,
			      .min_size = 1 },
	[CONFIG_DEV_STATISTICS] = { .name = "statistics",
				    .compatible = "bulkhead,statistics",
				    .gpa = 0x103000,
				    .size = PAGE_SIZE, /* or more, for many vCPUs */
				    .min_size = PAGE_SIZE },
	[CONFIG_DEV_PASSTHROUGH] = { .name = "passthrough" },
};

const char *config_kind_name(enum config_device_kind kind)
{
	return config_kinds[kind].name;
}

bool config_device_is_irqchip(const struct config_device *device)
{
	return device->kind == CONFIG_DEV_PLIC || device->kind == CONFIG_DEV_APLIC;
}

static bool find_kind(struct dt_prop compatible, enum config_device_kind *kind)
{
	for (unsigned i = 0; i < CONFIG_DEV_PASSTHROUGH; i++) {
		const struct config_kind *row = &config_kinds[i];

		*kind = i;
		if (dt_list_contains(compatible, row->compatible) ||
		    (row->also && dt_list_contains(compatible, row->also)))
			return true;
	}
	return false;
}

static void report_kind(struct config_findings *f, struct config_place place,
			struct dt_prop compatible)
{
	const char *name = compatible.data;
	const char *best = NULL;
	unsigned nearest;

	if (!compatible.size || name[compatible.size - 1] != '\0') {
		config_finding(f, place, "is not a string\nwrite it as %s",
			       config_properties[P_COMPATIBLE].example);
		return;
	}
	nearest = edit_distance_limit(name) + 1;
	for (unsigned i = 0; i < CONFIG_DEV_PASSTHROUGH; i++) {
		unsigned d = edit_distance(name, config_kinds[i].compatible);

		if (d < nearest) {
			best = config_kinds[i].compatible;
			nearest = d;
		}
	}
	if (best)
		config_finding(f, place,
			       "\"%s\" is no device that Bulkhead emulates\n"
			       "did you mean \"%s\"?",
			       name, best);
	else
		config_finding(f, place,
			       "\"%s\" is no device that Bulkhead emulates\n"
			       "give the host's own with passthrough, or remove the node",
			       name);
}

/* What the node is: by its passthrough or its compatible. */
static bool read_kind(struct config_findings *f, struct config_place place,
		      enum config_device_kind *kind)
{
	const void *fdt = f->config->fdt;
	struct dt_prop compatible = dt_find(fdt, place.node, "compatible");

	if (dt_find(fdt, place.node, "passthrough").data) {
		*kind = CONFIG_DEV_PASSTHROUGH;
		return true;
	}
	if (compatible.data && find_kind(compatible, kind))
		return true;
	if (compatible.data) {
		place.property = "compatible";
		report_kind(f, place, compatible);
	} else {
		config_finding(f, place,
			       "does not say what it is\n"
			       "add compatible = \"...\"; for an emulated device, or "
			       "passthrough = \"/path\"; for one of the host's");
	}
	return false;
}

/* The number after the @ of a node's name; CONFIG_ANY when there is none. */
static uint64_t unit_address(const char *name)
{
	const char *at = strchr(name, '@');
	uint64_t value = 0;

	if (!at || !at[1])
		return CONFIG_ANY;
	for (at++; *at; at++) {
		unsigned digit = (unsigned)*at - '0';

		if (digit > 9)
			digit = ((unsigned)*at | 0x20) - 'a' + 10;
		if (digit > 15 || (digit > 9 && (unsigned)*at < 'A') || value >> 60)
			return CONFIG_ANY;
		value = value << 4 | digit;
	}
	return value;
}

static void read_given_regions(struct config_findings *f, struct config_place place,
			       const struct config_values *values, struct config_device *d)
{
	unsigned count = config_count(values, P_REG);
	uint64_t unit = unit_address(d->name);

	place.property = "reg";
	if (count > CONFIG_MAX_REGIONS || (count > 1 && d->kind != CONFIG_DEV_PASSTHROUGH)) {
		config_finding(f, place,
			       "has more ranges than such a device can have\n"
			       "give it %u",
			       d->kind == CONFIG_DEV_PASSTHROUGH ? CONFIG_MAX_REGIONS : 1);
		count = 1;
	}
	for (unsigned i = 0; i < count; i++) {
		struct range r = config_nth_range(values, P_REG, i);

		d->regions[i] = (struct config_region){ r.base, r.size, CONFIG_ANY };
	}
	d->nr_regions = count;
	if (unit != CONFIG_ANY && unit != d->regions[0].gpa)
		config_finding(f, place,
			       "begins at 0x%llx, but the node's name says 0x%llx\n"
			       "make them the same",
			       (unsigned long long)d->regions[0].gpa, (unsigned long long)unit);
}

/* Without "reg": the unit address, or the usual place; passthrough waits for the host's tree. */
static void read_regions(struct config_findings *f, struct config_place place,
			 const struct config_values *values, struct config_device *d)
{
	const struct config_kind *row = &config_kinds[d->kind];
	uint64_t base = unit_address(d->name);

	if (config_has(values, P_REG)) {
		read_given_regions(f, place, values, d);
		return;
	}
	if (d->kind == CONFIG_DEV_PASSTHROUGH) {
		d->regions[0].gpa = base;
		return;
	}
	if (base == CONFIG_ANY)
		base = row->gpa;
	if (base == CONFIG_ANY) {
		config_finding(f, place,
			       "does not say where it is\n"
			       "name it %s@ADDRESS, or add reg = <ADDRESS SIZE>;",
			       row->name);
		return;
	}
	d->regions[0] = (struct config_region){ base, row->size, CONFIG_ANY };
	d->nr_regions = 1;
}

static void read_interrupts(struct config_findings *f, struct config_place place,
			    const struct config_values *values, struct config_device *d)
{
	unsigned count = config_count(values, P_INTERRUPTS);
	unsigned limit = d->kind == CONFIG_DEV_PASSTHROUGH ? CONFIG_MAX_IRQS
			 : config_kinds[d->kind].irq       ? 1
							   : 0;

	d->nr_irqs = limit == 1;
	if (count == 0)
		return;
	place.property = "interrupts";
	if (limit == 0) {
		config_finding(f, place, "such a device has no interrupt\nremove it");
		return;
	}
	if (count > limit) {
		config_finding(f, place,
			       "has more numbers than such a device has interrupts\n"
			       "give it %u",
			       limit);
		count = limit;
	}
	for (unsigned i = 0; i < count; i++) {
		uint32_t n = dt_cell(values->props[P_INTERRUPTS], i);

		if (n == 0 || n > MAX_SOURCE)
			config_finding(f, place,
				       "%u is no interrupt's number\n"
				       "choose one from 1 to %u",
				       n, MAX_SOURCE);
		else
			d->irqs[i].guest = n;
	}
	d->nr_irqs = count;
}

static bool is_power_of_two(uint64_t n)
{
	return n && (n & (n - 1)) == 0;
}

/* Contents that are in the host's memory already. */
static void check_contents(struct config_findings *f, const struct config_guest *guest,
			   const struct config_device *d)
{
	const char *other = d->image ? "image" : d->passthrough ? "backing" : "refill";

	if (d->contents == CONFIG_ANY)
		return;
	if (!is_aligned(d->contents, PAGE_SIZE))
		config_finding(f, config_device_place(guest, d, "memory-host"),
			       "0x%llx is not the start of a page\nmake it a multiple of 0x1000",
			       (unsigned long long)d->contents);
	else if (d->nr_regions && !range_is_sound(d->contents, d->regions[0].size))
		config_finding(f, config_device_place(guest, d, "memory-host"),
			       "0x%llx reaches past the last address\nchoose a lower address",
			       (unsigned long long)d->contents);
	if (d->image || d->passthrough || d->refill)
		config_finding(
			f, config_device_place(guest, d, "memory-host"),
			"the contents are what that memory holds, but \"%s\" says otherwise\n"
			"remove one of them",
			other);
}

static void check_flash(struct config_findings *f, const struct config_guest *guest,
			struct config_device *d)
{
	uint64_t size = d->nr_regions ? d->regions[0].size : 0;

	check_contents(f, guest, d);

	if (d->bank_width != 1 && d->bank_width != 2 && d->bank_width != 4)
		config_finding(f, config_device_place(guest, d, "bank-width"),
			       "%u bytes is no width of a bank\nchoose 1, 2 or 4", d->bank_width);
	if (!is_power_of_two(d->sector_size) || d->sector_size < PAGE_SIZE)
		config_finding(f, config_device_place(guest, d, "sector-size"),
			       "0x%x is no size of a sector\n"
			       "choose a power of two, 0x1000 or more",
			       d->sector_size);
	else if (size % d->sector_size)
		config_finding(f, config_device_place(guest, d, "sector-size"),
			       "the bank's 0x%llx bytes are not whole sectors of 0x%x\n"
			       "make \"reg\" a multiple of it",
			       (unsigned long long)size, d->sector_size);
	else if (size && (!is_power_of_two(size) || size / d->sector_size < 2 ||
			  size / d->sector_size > MAX_SECTORS))
		config_finding(f, config_device_place(guest, d, "reg"),
			       "a bank can't have 0x%llx bytes in sectors of 0x%x\n"
			       "choose a power of two, and 2 to %u sectors",
			       (unsigned long long)size, d->sector_size, MAX_SECTORS);
	if (size > MAX_FLASH)
		config_finding(f, config_device_place(guest, d, "reg"),
			       "a bank of 0x%llx bytes is larger than Bulkhead's 0x%llx\n"
			       "use several banks",
			       (unsigned long long)size, (unsigned long long)MAX_FLASH);
}

static void check_word(struct config_findings *f, const struct config_guest *guest,
		       struct config_device *d)
{
	uint64_t size = d->nr_regions ? d->regions[0].size : 4;

	if (!is_power_of_two(size) || size > 8) {
		config_finding(f, config_device_place(guest, d, "reg"),
			       "a word can't have 0x%llx bytes\nchoose 1, 2, 4 or 8",
			       (unsigned long long)size);
		return;
	}
	if (d->nr_regions && !is_aligned(d->regions[0].gpa, size))
		config_finding(f, config_device_place(guest, d, "reg"),
			       "0x%llx is misaligned for a word of %llu bytes\n"
			       "choose a multiple of its size",
			       (unsigned long long)d->regions[0].gpa, (unsigned long long)size);
	if (size < 8 && d->value >> (size * 8))
		config_finding(f, config_device_place(guest, d, "value"),
			       "0x%llx does not fit in a word of %llu bytes\n"
			       "make the word larger or the value smaller",
			       (unsigned long long)d->value, (unsigned long long)size);
}

/* Whole pages, as many as the vCPUs' counters take. */
static void check_statistics(struct config_findings *f, const struct config_guest *guest,
			     const struct config_values *values, struct config_device *d)
{
	uint64_t size = stats_page_size(guest->nr_vcpus);

	if (d->nr_regions && !config_has(values, P_REG))
		d->regions[0].size = size;
	else if (d->nr_regions && d->regions[0].size != size)
		config_finding(f, config_device_place(guest, d, "reg"),
			       "0x%llx bytes are not what the counters of %u vCPUs take\n"
			       "give it 0x%llx, or leave \"reg\" out",
			       (unsigned long long)d->regions[0].size, guest->nr_vcpus,
			       (unsigned long long)size);
}

static void check_part(struct config_findings *f, const struct config_guest *guest,
		       const struct config_values *values, struct config_device *d)
{
	if (!config_has(values, P_PART))
		return;
	d->host_part = config_nth_range(values, P_PART, 0);
	if (config_count(values, P_PART) > 1 || d->host_part.size == 0)
		config_finding(f, config_device_place(guest, d, "part"),
			       "is not one offset and a size above 0\nwrite it as %s",
			       config_properties[P_PART].example);
	if (!is_aligned(d->host_part.base, PAGE_SIZE) || !is_aligned(d->host_part.size, PAGE_SIZE))
		config_finding(f, config_device_place(guest, d, "part"),
			       "is not whole pages\nmake both numbers multiples of 0x1000");
	if (!config_has(values, P_REGION))
		d->host_region = 0;
}

static void check_sources(struct config_findings *f, const struct config_guest *guest,
			  struct config_device *d)
{
	if (d->nr_sources > MAX_SOURCE)
		config_finding(f,
			       config_device_place(guest, d,
						   d->kind == CONFIG_DEV_PLIC
							   ? "riscv,ndev"
							   : "riscv,num-sources"),
			       "%u is more than a controller can have\nchoose %u or fewer",
			       d->nr_sources, MAX_SOURCE);
}

static void read_rest(const struct config_values *values, struct config_device *d)
{
	bool flash = d->kind == CONFIG_DEV_FLASH;

	d->passthrough = config_string(values, flash ? P_BACKING : P_PASSTHROUGH, NULL);
	d->host_node = -1;
	d->image = config_string(values, P_IMAGE, NULL);
	d->value = config_number(values, P_VALUE, 0);
	d->sector_size = config_u32(values, P_SECTOR_SIZE, flash ? (uint32_t)KiB(256) : 0);
	d->bank_width = config_u32(values, P_BANK_WIDTH, flash ? 4 : 0);
	d->read_only = config_has(values, P_READ_ONLY);
	d->refill = config_has(values, P_REFILL);
	d->contents = flash ? config_address(values, P_MEMORY_HOST, CONFIG_ANY) : CONFIG_ANY;
	d->nr_sources = config_u32(values, d->kind == CONFIG_DEV_PLIC ? P_NDEV : P_NUM_SOURCES, 0);
	d->host_region = config_u32(values, P_REGION, flash ? 0 : CONFIG_ALL_REGIONS);
	d->no_dma = config_has(values, P_NO_DMA);
}

bool config_device_read(struct config_findings *f, const struct config_guest *guest, int node,
			struct config_cells cells, struct config_device *d)
{
	struct config_place place = { guest->index, node, "" };
	struct config_values values;

	memset(d, 0, sizeof(*d));
	d->name = dt_name(f->config->fdt, node);
	d->node = node;
	d->name = config_check_name(f, place, d->name);
	if (!read_kind(f, place, &d->kind))
		return false;
	config_schema_read(f, place, SCOPE_DEVICE(d->kind), cells, &values);
	if (config_choice(&values, P_STATUS, 0) == 1)
		return false;
	read_rest(&values, d);
	read_regions(f, place, &values, d);
	read_interrupts(f, place, &values, d);
	if (d->kind == CONFIG_DEV_FLASH)
		check_flash(f, guest, d);
	else if (d->kind == CONFIG_DEV_WORD)
		check_word(f, guest, d);
	else if (d->kind == CONFIG_DEV_STATISTICS)
		check_statistics(f, guest, &values, d);
	else if (d->kind == CONFIG_DEV_PASSTHROUGH)
		check_part(f, guest, &values, d);
	else if (config_device_is_irqchip(d))
		check_sources(f, guest, d);
	return true;
}

void config_device_imply(const struct config_guest *guest, enum config_device_kind kind,
			 struct config_device *d)
{
	const struct config_kind *row = &config_kinds[kind];

	memset(d, 0, sizeof(*d));
	d->kind = kind;
	/* The table goes when the boot is over. */
	fmt_snprintf(d->implied_name, sizeof(d->implied_name), "%s", row->name);
	d->name = d->implied_name;
	d->node = guest->node;
	d->host_node = -1;
	d->implicit = true;
	d->regions[0] = (struct config_region){ row->gpa, row->size, CONFIG_ANY };
	d->nr_regions = 1;
}
