/* SPDX-License-Identifier: Apache-2.0 */
/* Looks devices up in the host's tree, which host_dt_parse() has found sound. */
#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/edit_distance.h"
#include "hv/host_device.h"

#define TRIGGERS 0xfu /* IRQ_TYPE_... of the APLIC binding: a bit for each enum irq_trigger */

struct find {
	const struct host *host;
	const char *path;
	struct host_device *device;
	char *nearest;
	unsigned distance;
};

struct overlap {
	struct range range;
	int except;
	host_device_fn each;
	void *context;
};

/* Kinds that are known to do no DMA; of any other one it must be feared. */
static const char *const no_dma[] = {
	"ns16550a",     "ns16550",     "snps,dw-apb-uart", "google,goldfish-rtc",
	"cfi-flash",    "syscon",      "snps,dw-wdt",      "sifive,gpio0",
	"sifive,uart0", "sifive,pwm0", "sifive,spi0",
};

/* Kinds through which a guest would stop or disturb everybody. */
static const struct {
	const char *compatible;
	const char *use;
} system_kinds[] = {
	{ "riscv,clint0", "it is the firmware's timer" },
	{ "riscv,aclint-mtimer", "it is the firmware's timer" },
	{ "riscv,aclint-mswi", "it interrupts any hart" },
	{ "riscv,aclint-sswi", "it interrupts any hart" },
	{ "riscv,iommu", "it is the machine's IOMMU" },
	{ "sifive,test0", "it powers off the whole machine" },
	{ "sifive,test1", "it powers off the whole machine" },
};

static bool does_no_dma(const struct dt_scan *scan)
{
	for (unsigned i = 0; i < ARRAY_SIZE(no_dma); i++) {
		if (dt_scan_compatible(scan, no_dma[i]))
			return true;
	}
	return false;
}

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	while (*text) {
		size_t n = 0;

		while (text[n] && text[n] != ' ')
			n++;
		if (n == length && !memcmp(text, word, n))
			return true;
		text += n + (text[n] == ' ');
	}
	return false;
}

bool host_device_boot_word(const struct host *host, const char *word)
{
	return host->bootargs && has_word(host->bootargs, word);
}

/* What a guest can never have, and why. */
static const char *system_use(const struct host *host, const struct dt_scan *scan)
{
	const char *top = scan->depth ? scan->levels[1].name : "";
	int node = scan->levels[scan->depth].offset;

	if (host->uart.owned_by_bulkhead && node == host->uart.node)
		return "it is the UART of Bulkhead's own console";
	if (dt_scan_prop(scan, DT_INTERRUPT_CONTROLLER).data)
		return "it is an interrupt controller of the machine";
	if (dt_list_contains(dt_scan_prop(scan, DT_DEVICE_TYPE), "memory") ||
	    strcmp(top, "reserved-memory") == 0)
		return "it is memory";
	if (strcmp(top, "cpus") == 0)
		return "it is a processor";
	for (unsigned i = 0; i < ARRAY_SIZE(system_kinds); i++) {
		if (dt_scan_compatible(scan, system_kinds[i].compatible))
			return system_kinds[i].use;
	}
	if (dt_scan_compatible(scan, "pci-host-ecam-generic") &&
	    host_device_boot_word(host, "channels"))
		return "its serial ports are the guests' channels, as the boot arguments say";
	return NULL;
}

static unsigned irq_cells(const struct host *host)
{
	return host->irqchip.kind == HOST_IRQ_PLIC ? 1 : 2;
}

static enum irq_trigger trigger_of(uint32_t type)
{
	return type & TRIGGERS ? (enum irq_trigger)__builtin_ctz(type & TRIGGERS) : IRQ_EDGE_RISING;
}

static void add_irq(struct host_device *d, struct dt_prop prop, unsigned at, unsigned cells)
{
	enum irq_trigger trigger = cells < 2 ? IRQ_LEVEL_HIGH : trigger_of(dt_cell(prop, at + 1));

	if (d->nr_irqs < HOST_DEVICE_IRQS)
		d->irqs[d->nr_irqs++] = (struct host_device_irq){ dt_cell(prop, at), trigger };
}

/* interrupts: the cells of the inherited parent. */
static void read_interrupts(const struct host *host, const struct dt_scan *scan,
			    struct host_device *d)
{
	struct dt_prop prop = dt_scan_prop(scan, DT_INTERRUPTS);
	unsigned cells = irq_cells(host);

	if (!prop.size)
		return;
	if (scan->levels[scan->depth].interrupt_parent != host->irqchip.phandle) {
		d->foreign_irq = true;
		return;
	}
	for (unsigned i = 0; (i + cells) * 4 <= prop.size; i += cells)
		add_irq(d, prop, i, cells);
}

/* interrupts-extended: each entry names its parent; entries of another one end what can be read. */
static void read_extended(const struct host *host, const struct dt_scan *scan,
			  struct host_device *d)
{
	struct dt_prop prop = dt_scan_prop(scan, DT_INTERRUPTS_EXTENDED);
	unsigned cells = irq_cells(host);

	for (unsigned i = 0; (i + 1 + cells) * 4 <= prop.size; i += 1 + cells) {
		if (dt_cell(prop, i) != host->irqchip.phandle) {
			d->foreign_irq = true;
			return;
		}
		add_irq(d, prop, i + 1, cells);
	}
}

static void describe(const struct host *host, const struct dt_scan *scan, struct host_device *d)
{
	int err = 0;

	memset(d, 0, sizeof(*d));
	d->node = scan->levels[scan->depth].offset;
	while (d->nr_regs < HOST_DEVICE_REGS && !err) {
		err = dt_scan_reg(scan, d->nr_regs, &d->regs[d->nr_regs]);
		if (!err)
			d->nr_regs++;
	}
	d->translated = err != -EINVAL;
	d->disabled = scan->levels[scan->depth].disabled;
	d->may_do_dma = !does_no_dma(scan);
	d->system = system_use(host, scan);
	if (dt_scan_prop(scan, DT_INTERRUPTS_EXTENDED).data)
		read_extended(host, scan, d);
	else
		read_interrupts(host, scan, d);
}

static void remember_nearest(struct find *f, const char *path)
{
	unsigned d = edit_distance(f->path, path);

	if (d >= f->distance)
		return;
	f->distance = d;
	memcpy(f->nearest, path, strlen(path) + 1);
}

static int visit_find(void *context, const struct dt_scan *scan)
{
	struct find *f = context;
	char path[DT_MAX_PATH];

	if (scan->depth == 0 || dt_scan_path(scan, path, sizeof(path)))
		return 0;
	if (strcmp(path, f->path) == 0) {
		describe(f->host, scan, f->device);
		return 1;
	}
	if (f->nearest && dt_scan_prop(scan, DT_REG).data && !system_use(f->host, scan))
		remember_nearest(f, path);
	return 0;
}

static int rescan(const struct host *host, dt_visit_fn visit, void *context)
{
	return dt_scan(host->fdt, host->fdt_size, visit, context, NULL);
}

int host_device_find(const struct host *host, const char *path, struct host_device *device,
		     char *nearest)
{
	struct find f = { host, path, device, NULL, UINT32_MAX };

	if (rescan(host, visit_find, &f) == 1)
		return 0;
	/* Only a path that is wrong is worth a second pass. */
	nearest[0] = '\0';
	f.nearest = nearest;
	f.distance = edit_distance_limit(path) + 1;
	rescan(host, visit_find, &f);
	return -ENOENT;
}

static int visit_overlap(void *context, const struct dt_scan *scan)
{
	struct overlap *o = context;
	char path[DT_MAX_PATH];
	struct range reg;

	if (scan->depth == 0 || scan->levels[scan->depth].disabled ||
	    scan->levels[scan->depth].offset == o->except || dt_scan_path(scan, path, sizeof(path)))
		return 0;
	for (unsigned i = 0; dt_scan_reg(scan, i, &reg) == 0; i++) {
		if (range_overlaps(reg, o->range))
			o->each(o->context, path, scan->levels[scan->depth].offset, reg);
	}
	return 0;
}

void host_device_overlaps(const struct host *host, struct range range, int except,
			  host_device_fn each, void *context)
{
	struct overlap o = { range, except, each, context };

	rescan(host, visit_overlap, &o);
}
