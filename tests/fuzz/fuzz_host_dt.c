// SPDX-License-Identifier: Apache-2.0
// sources: hv/dt.c hv/dt_scan.c hv/host_dt.c hv/host_dt_links.c
// sources: hv/host_isa.c hv/host_device.c hv/edit_distance.c
// libs: fdt
/*
 * A hostile device tree from the firmware: refused, or read into a machine that
 * makes sense, and then safe for libfdt and for looking devices up.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/host_device.h"
#include "hv/host_dt.h"

static void check(bool sound)
{
	if (!sound)
		abort();
}

/* What is stored there harms nobody. */
static void check_sswi(const struct host *host)
{
	for (uint32_t i = 0; i < host->nr_harts; i++) {
		uint32_t index = host->harts[i].sswi;

		check(index == HOST_NONE ||
		      range_contains((struct range){ 0, host->sswi.size }, 4 * (uint64_t)index, 4));
	}
	for (uint32_t i = 0; i < host->nr_memory; i++)
		check(!range_overlaps(host->memory[i], host->sswi));
}

static void check_host(const struct host *host)
{
	check(host->nr_harts > 0 && host->nr_harts <= HOST_MAX_HARTS);
	check(host->nr_memory > 0 && host->nr_memory <= HOST_MAX_MEMORY);
	check(host->nr_reserved <= HOST_MAX_RESERVED);
	check(host->mmu_levels >= 3 && host->mmu_levels <= 5);
	for (uint32_t i = 1; i < host->nr_harts; i++)
		check(host->harts[i - 1].id < host->harts[i].id);
	for (uint32_t i = 0; i < host->nr_memory; i++)
		check(range_is_sound(host->memory[i].base, host->memory[i].size));
	for (uint32_t i = 1; i < host->nr_memory; i++)
		check(host->memory[i].base - host->memory[i - 1].base > host->memory[i - 1].size);
	check_sswi(host);
}

static void ignore(void *context, const char *path, int node, struct range reg)
{
	(void)context;
	(void)node;
	check(path[0] == '/' && range_is_sound(reg.base, reg.size));
}

static void look_up(const struct host *host)
{
	char nearest[DT_MAX_PATH];
	struct host_device device;

	if (host_device_find(host, "/soc/virtio_mmio@10008000", &device, nearest) == 0)
		check(device.nr_regs <= HOST_DEVICE_REGS && device.nr_irqs <= HOST_DEVICE_IRQS);
	host_device_overlaps(host, (struct range){ 0, UINT64_MAX }, -1, ignore, NULL);
}

static void compare_properties(const void *fdt, int node)
{
	struct dt_cursor cursor = dt_properties(fdt, node);
	int property;

	fdt_for_each_property_offset (property, fdt, node) {
		const char *name;
		int size;
		const void *data = fdt_getprop_by_offset(fdt, property, &name, &size);

		check(dt_next(&cursor));
		check(cursor.value.data == data && cursor.value.size == (uint32_t)size);
		check(strcmp(cursor.name, name) == 0);
	}
	check(!dt_next(&cursor));
}

/* hv/dt.h and libfdt read the same of a tree that the scan has passed, within it, as ASan sees. */
static void compare_with_libfdt(const void *fdt)
{
	int depth = 0;

	for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(fdt, node, &depth)) {
		int child = DT_NO_NODE, other;

		check(strcmp(dt_name(fdt, node), fdt_get_name(fdt, node, NULL)) == 0);
		compare_properties(fdt, node);
		fdt_for_each_subnode (other, fdt, node) {
			child = dt_next_child(fdt, node, child);
			check(child == other);
		}
		check(dt_next_child(fdt, node, child) == DT_NO_NODE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct host host;
	void *fdt = malloc(size + 1);

	memcpy(fdt, data, size);
	if (host_dt_parse(fdt, size, &host, NULL) == 0) {
		check_host(&host);
		look_up(&host);
		compare_with_libfdt(fdt);
	}
	free(fdt);
	return 0;
}
