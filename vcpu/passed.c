/* SPDX-License-Identifier: Apache-2.0 */
/* Known kinds are rows of a table: what to write where. */
#include "vcpu/passed.h"

#include <libfdt.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/log.h"
#include "hv/mmio.h"
#include "hv/paging.h"

#define WRITES_MAX 3

struct passed_kind {
	char compatible[24];
	struct {
		uint32_t offset, value;
	} writes[WRITES_MAX];
	unsigned int nr_writes;
};

static const struct passed_kind kinds[] = {
	/* Status: 0 resets the device (Virtual I/O Device 1.2, 4.2.2). */
	{ "virtio,mmio", { { 0x70, 0 } }, 1 },
	/* Its alarm, its interrupt's enable, its interrupt. */
	{ "google,goldfish-rtc", { { 0x14, 1 }, { 0x10, 0 }, { 0x1c, 1 } }, 3 },
};

BOOT_CODE const struct passed_kind *passed_kind(const void *fdt, int node)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (fdt_node_check_compatible(fdt, node, kinds[i].compatible) == 0)
			return &kinds[i];
	}
	return NULL;
}

static void reset_region(const struct passed_kind *kind, const struct config_region *region)
{
	uint8_t *registers = paging_window_open(hpa(region->hpa), region->size);

	if (!registers) {
		log_error("no page to reset the device at 0x%lx", region->hpa);
		return;
	}
	for (unsigned int i = 0; i < kind->nr_writes; i++)
		mmio_write32(registers + kind->writes[i].offset, kind->writes[i].value);
	paging_window_close();
}

void passed_reset(const struct passed_kind *kind, const struct config_device *config)
{
	if (!kind)
		return;
	for (uint32_t i = 0; i < config->nr_regions; i++)
		reset_region(kind, &config->regions[i]);
}
