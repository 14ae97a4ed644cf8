/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the flash model, the bank's contents and the G-stage. The bank is mapped
 * once, when its guest is made. A change of mode only closes or opens the leaves that
 * are there already: it needs no memory and can't fail. The contents are reached through
 * this hart's window, as guest memory is.
 */
#include "vcpu/flash.h"

#include <errno.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/features.h"
#include "hv/log.h"
#include "hv/paging.h"
#include "hv/panic.h"
#include "hv/sbi_client.h"
#include "stage2/fence.h"
#include "vcpu/flash_bank.h"
#include "vdev/cfi_flash.h"

#define ARRAY_ACCESS   (GSTAGE_READ | GSTAGE_EXEC)
#define COMMAND_ACCESS 0

#define MASK_BITS 64

_Static_assert(FLASH_HOST_BUSY == CFI_FLASH_BUSY, "one goes on as the other");

struct vm_flash {
	struct cfi_flash model;

	/* Constant after creation. */
	struct vm *vm;
	gpa_t base;
	hpa_t contents; /* memory, or the host's bank */
	uint64_t size;
	bool backed;            /* by the host's bank, of which this is the beginning */
	struct flash_bank bank; /* when backed; under the model's lock */
};

static struct vm_flash *flash_of(struct vm_device *device)
{
	struct cfi_flash *model = CONTAINER_OF(device->dev, struct cfi_flash, dev);

	return CONTAINER_OF(model, struct vm_flash, model);
}

static void *open_window(const struct vm_flash *flash, uint64_t offset, uint64_t size)
{
	return paging_window_open(hpa(flash->contents.v + offset), size);
}

static int flash_read(void *ctx, uint64_t offset, void *data, size_t size)
{
	const void *from = open_window(ctx, offset, size);

	if (!from)
		return -EFAULT;
	memcpy(data, from, size);
	paging_window_close();
	return 0;
}

static int flash_program(void *ctx, uint64_t offset, const void *data, size_t size)
{
	const struct vm_flash *flash = ctx;
	const uint8_t *from = data;
	uint8_t *to;
	size_t i;

	if (flash->backed)
		return flash_bank_program(&flash->bank, offset, data, size);
	to = open_window(flash, offset, size);
	if (!to)
		return -EFAULT;
	for (i = 0; i < size; i++)
		to[i] &= from[i];
	paging_window_close();
	return 0;
}

static int flash_erase(void *ctx, uint64_t offset, size_t size)
{
	struct vm_flash *flash = ctx;
	void *to;

	if (flash->backed)
		return flash_bank_erase(&flash->bank, offset, size);
	to = open_window(flash, offset, size);
	if (!to)
		return -EFAULT;
	memset(to, 0xff, size);
	paging_window_close();
	return 0;
}

/* Only a bank of the host's takes its time. */
static int flash_poll(void *ctx)
{
	struct vm_flash *flash = ctx;

	return flash_bank_poll(&flash->bank);
}

static int flash_suspend(void *ctx)
{
	struct vm_flash *flash = ctx;

	return flash_bank_suspend(&flash->bank);
}

static int flash_resume(void *ctx)
{
	struct vm_flash *flash = ctx;

	return flash_bank_resume(&flash->bank);
}

static int remote(void *context, const struct fence_sbi_call *call, uint64_t mask, uint64_t base)
{
	(void)context;
	return sbi_client_rfence(call->function, mask, base, call->start, call->size, call->vmid);
}

/* Does on every hart of the guest what the G-stage owes; this hart is one of them. */
static void fence(const struct vm *vm, const struct flush *owed)
{
	struct fence_op op = fence_plan(owed, (uint16_t)FIELD_GET(HGATP_VMID, vm->hgatp));
	uint64_t mask = 0, base = 0;
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		const struct hart *hart = vm->vcpus[i]->hart;

		if (hart == hart_this())
			continue;
		if (mask && (hart->id < base || hart->id - base >= MASK_BITS)) {
			fence_execute(&op, false, features.svinval, remote, NULL, mask, base);
			mask = 0;
		}
		if (!mask)
			base = hart->id;
		mask |= BIT(hart->id - base);
	}
	fence_execute(&op, true, features.svinval, remote, NULL, mask, base);
}

/* Under the bank's lock, until every hart of the guest has done the fence. */
static void set_array_mode(void *ctx, bool on)
{
	const struct vm_flash *flash = ctx;
	struct vm *vm = flash->vm;
	struct flush owed = flush_none();

	spin_lock(&vm->stage2_lock);
	if (gstage_protect(&vm->gstage, flash->base, flash->size,
			   on ? ARRAY_ACCESS : COMMAND_ACCESS, &owed))
		panic("a flash bank is not mapped");
	spin_unlock(&vm->stage2_lock);
	fence(vm, &owed);
}

static const struct cfi_flash_ops flash_ops = {
	.read = flash_read,
	.program = flash_program,
	.erase = flash_erase,
	.array_mode = set_array_mode,
	.poll = flash_poll,
	.suspend = flash_suspend,
	.resume = flash_resume,
};

BOOT_CODE static int init_model(struct vm_flash *flash, const struct config_device *config,
				struct arena *arena)
{
	struct cfi_flash_config bank = {
		.name = config->name,
		.base = flash->base,
		.size = flash->size,
		.sector_size = config->sector_size,
		.width = config->bank_width,
		.read_only = config->read_only,
		.ops = &flash_ops,
		.ctx = flash,
	};
	size_t size = cfi_flash_bytes(&bank);
	void *memory;

	if (!size)
		return -EINVAL;
	memory = arena_alloc(arena, size, sizeof(uint64_t));
	return memory ? cfi_flash_init(&flash->model, &bank, memory) : -ENOMEM;
}

/* Finds out what the host's bank is, and whether it can do what the guest's file says. */
BOOT_CODE static int open_backing(struct vm_flash *flash, const struct config_device *config,
				  const struct host *host)
{
	int error = flash_bank_init(&flash->bank, flash->contents, flash->size, host,
				    config->host_node);
	const char *name = flash->vm->name;

	flash->backed = true;
	if (error == -ENOMEM)
		return error;
	if (error)
		log_error("%s: %s: %s is no flash that Bulkhead can drive (error %d)", name,
			  config->name, config->passthrough, error);
	else if (config->sector_size % flash->bank.host.sector_size)
		log_error("%s: %s: the sectors of %s have 0x%lx bytes; set sector-size to that",
			  name, config->name, config->passthrough, flash->bank.host.sector_size);
	else
		return 0;
	return -ENODEV;
}

BOOT_CODE int flash_create(struct vm_device *device, const struct host *host, struct arena *arena)
{
	const struct config_device *config = device->config;
	struct vm_flash *flash = arena_alloc(arena, sizeof(*flash), ARENA_ALIGN_MAX);
	struct flush owed = flush_none();
	int error;

	if (!flash)
		return -ENOMEM;
	flash->vm = device->vm;
	flash->base = gpa(config->regions[0].gpa);
	flash->contents = hpa(config->regions[0].hpa);
	flash->size = config->regions[0].size;
	error = config->passthrough ? open_backing(flash, config, host) : 0;
	if (!error)
		error = init_model(flash, config, arena);
	if (error == -EINVAL)
		log_error("%s: %s: no flash has this size, sector size and width together",
			  device->vm->name, config->name);
	if (error)
		return error;
	device->dev = &flash->model.dev;
	/* Nothing has run in this address space yet: no flush is owed to any hart. */
	return gstage_map(&device->vm->gstage, flash->base, flash->contents, flash->size,
			  ARRAY_ACCESS, &owed);
}

int flash_fill(struct vm_device *device, const void *image, uint64_t size)
{
	const struct vm_flash *flash = flash_of(device);
	uint8_t *to;

	if (flash->backed)
		return 0;
	if (size > flash->size)
		return -ENOSPC;
	to = open_window(flash, 0, flash->size);
	if (!to)
		return -EFAULT;
	if (size)
		memcpy(to, image, size);
	memset(to + size, 0xff, flash->size - size);
	paging_window_close();
	return 0;
}
