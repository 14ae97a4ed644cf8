/* SPDX-License-Identifier: Apache-2.0 */
/* The bound half of the host's flash (contract in flash_bank.h): bus cycles and the clock. */
#include "vcpu/flash_bank.h"

#include <errno.h>
#include <libfdt.h>

#include "hv/boot.h"
#include "hv/csr.h"
#include "hv/mmio.h"
#include "hv/paging.h"
#include "hv/timer.h"

/* A bank while it is open in this hart's window. */
struct open_bank {
	uint8_t *at;
	unsigned width;
};

static uint32_t bus_read(void *ctx, uint64_t offset)
{
	const struct open_bank *bank = ctx;

	switch (bank->width) {
	case 1:
		return mmio_read8(bank->at + offset);
	case 2:
		return mmio_read16(bank->at + offset);
	default:
		return mmio_read32(bank->at + offset);
	}
}

static void bus_write(void *ctx, uint64_t offset, uint32_t value)
{
	const struct open_bank *bank = ctx;

	switch (bank->width) {
	case 1:
		mmio_write8(bank->at + offset, (uint8_t)value);
		break;
	case 2:
		mmio_write16(bank->at + offset, (uint16_t)value);
		break;
	default:
		mmio_write32(bank->at + offset, value);
		break;
	}
}

static uint64_t clock_deadline(void *ctx, uint64_t microseconds)
{
	(void)ctx;
	return csr_read(CSR_TIME) + timer_us(microseconds);
}

static bool clock_is_past(void *ctx, uint64_t deadline)
{
	(void)ctx;
	return csr_read(CSR_TIME) > deadline;
}

static const struct flash_host_ops bank_ops = {
	.read = bus_read,
	.write = bus_write,
	.deadline = clock_deadline,
	.is_past = clock_is_past,
};

static struct open_bank open_window(const struct flash_bank *bank, unsigned width)
{
	return (struct open_bank){ paging_window_open(bank->at, bank->size), width };
}

/* The bank's width, as its node tells. */
BOOT_CODE static unsigned width_of(const struct host *host, int node)
{
	int size;
	const fdt32_t *width = fdt_getprop(host->fdt, node, "bank-width", &size);

	return width && size == sizeof(*width) ? fdt32_ld(width) : 0;
}

BOOT_CODE int flash_bank_init(struct flash_bank *bank, hpa_t at, uint64_t size,
			      const struct host *host, int node)
{
	struct open_bank open;
	int error;

	bank->at = at;
	bank->size = size;
	open = open_window(bank, width_of(host, node));
	if (!open.at)
		return -ENOMEM;
	error = flash_host_probe(&bank->host, &bank_ops, &open, open.width);
	paging_window_close();
	return error;
}

int flash_bank_program(const struct flash_bank *bank, uint64_t offset, const void *data,
		       size_t size)
{
	struct open_bank open = open_window(bank, bank->host.width);
	int error;

	if (!open.at)
		return -EFAULT;
	error = flash_host_program(&bank->host, &open, offset, data, size);
	paging_window_close();
	return error;
}

/* Through all sectors that are done at once, as an emulated chip's are. */
static int poll(struct flash_bank *bank, struct open_bank *open)
{
	uint64_t next;
	int result;

	do {
		result = flash_host_erase_poll(&bank->host, open, &bank->erasure);
		next = bank->erasure.offset + bank->host.sector_size;
		if (!result && next < bank->erase_end)
			flash_host_erase_begin(&bank->host, open, next, &bank->erasure);
	} while (!result && next < bank->erase_end);
	return result;
}

int flash_bank_erase(struct flash_bank *bank, uint64_t offset, uint64_t size)
{
	struct open_bank open = open_window(bank, bank->host.width);
	int result;

	if (!open.at)
		return -EFAULT;
	bank->erase_end = offset + size;
	flash_host_erase_begin(&bank->host, &open, offset, &bank->erasure);
	result = poll(bank, &open);
	paging_window_close();
	return result;
}

int flash_bank_poll(struct flash_bank *bank)
{
	struct open_bank open = open_window(bank, bank->host.width);
	int result;

	if (!open.at)
		return -EFAULT;
	result = poll(bank, &open);
	paging_window_close();
	return result;
}

int flash_bank_suspend(struct flash_bank *bank)
{
	struct open_bank open = open_window(bank, bank->host.width);
	int result;

	if (!open.at)
		return FLASH_HOST_BUSY;
	result = flash_host_erase_suspend(&bank->host, &open, &bank->erasure);
	paging_window_close();
	return result;
}

int flash_bank_resume(struct flash_bank *bank)
{
	struct open_bank open = open_window(bank, bank->host.width);

	if (!open.at)
		return -EFAULT;
	flash_host_erase_resume(&bank->host, &open, &bank->erasure);
	paging_window_close();
	return FLASH_HOST_BUSY;
}

int flash_bank_recover(const struct flash_bank *bank)
{
	struct open_bank open = open_window(bank, bank->host.width);
	int error;

	if (!open.at)
		return -EFAULT;
	error = flash_host_recover(&bank->host, &open, bank->size - bank->host.width);
	paging_window_close();
	return error;
}
