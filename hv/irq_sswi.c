/* SPDX-License-Identifier: Apache-2.0 */
/* See hv/irq_sswi.h. What host tells of the registers was checked by hv/host_dt_links.c. */
#include "hv/irq_sswi.h"

#include "hv/boot.h"
#include "hv/mmio.h"

/* 4.3: a 1 sends the interrupt, an edge; a 0 does nothing; reads give 0. */
#define SETSSIP(index) (4 * (size_t)(index))

/* Constant after boot. */
static struct {
	const struct host *host;
	volatile uint8_t *registers;
} sswi;

BOOT_CODE void irq_sswi_init(const struct host *host, void *registers)
{
	sswi.host = host;
	sswi.registers = registers;
}

bool irq_sswi_send(uint32_t hart)
{
	uint32_t index;

	if (!sswi.registers)
		return false;
	index = sswi.host->harts[hart].sswi;
	if (index == HOST_NONE)
		return false;
	mmio_write32(sswi.registers + SETSSIP(index), 1);
	return true;
}
