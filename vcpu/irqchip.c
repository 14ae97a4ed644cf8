/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three ways for a wired interrupt of the machine's to reach a guest:
 *  - PLIC and APLIC in direct mode: it exits, is claimed, raises the model's pin, and is
 *    completed at the machine's controller when the guest has completed it ("carried");
 *  - APLIC in MSI mode: the machine's own APLIC sends the guest's MSI into the vCPU's
 *    guest interrupt file, with no exit at all ("programmed").
 */
#include "vcpu/irqchip.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/csr.h"
#include "hv/features.h"
#include "hv/log.h"
#include "hv/mmio.h"
#include "vcpu/devices.h"
#include "vcpu/virq.h"
#include "vdev/aplic.h"
#include "vdev/plic.h"

#define SOURCES_LEAST 31 /* a few more than used, for the sake of overlays */

static void notify(void *ctx, unsigned context, bool pending)
{
	struct vm *vm = ctx;

	if (pending)
		vm->vcpus[context]->stats->external_irqs++;
	virq_set_line(vm->vcpus[context], VCPU_LINE_EXTERNAL, pending);
}

static struct vm_irq *find_irq(struct vm *vm, unsigned source)
{
	uint32_t i, j;

	for (i = 0; i < vm->config->nr_devices; i++) {
		struct vm_device *device = &vm->devices[i];

		for (j = 0; j < device->config->nr_irqs; j++) {
			if (device->irqs[j].host && device->irqs[j].guest == source)
				return &device->irqs[j];
		}
	}
	return NULL;
}

/* The model owes the completion of a carried source. */
static void complete(void *ctx, unsigned source)
{
	const struct vm_irq *irq = find_irq(ctx, source);

	if (irq)
		irq_complete(irq->host);
}

/* An emulated device's interrupt is a store into the vCPU's guest interrupt file. */
static void send_msi(void *ctx, unsigned hart, unsigned eiid)
{
	const struct vm *vm = ctx;

	mmio_write32(irq_imsic_file(vm->vcpus[hart]->hart->index, IRQCHIP_GUEST_FILE), eiid);
}

static const enum irq_trigger triggers[] = {
	[APLIC_DETACHED] = IRQ_NO_WIRE,   [APLIC_EDGE1] = IRQ_EDGE_RISING,
	[APLIC_EDGE0] = IRQ_EDGE_FALLING, [APLIC_LEVEL1] = IRQ_LEVEL_HIGH,
	[APLIC_LEVEL0] = IRQ_LEVEL_LOW,
};

static void program(void *ctx, unsigned source, const struct aplic_route *route)
{
	struct vm *vm = ctx;
	const struct vm_irq *irq = find_irq(vm, source);

	if (!irq)
		return;
	if (route->mode == APLIC_INACTIVE)
		irq_disable(irq->host);
	else
		irq_forward_msi(irq->host,
				&(const struct irq_route){ vm->vcpus[route->hart]->hart->index,
							   IRQCHIP_GUEST_FILE, route->eiid,
							   triggers[route->mode], route->enabled });
}

static void pend(void *ctx, unsigned source, bool pending)
{
	const struct vm_irq *irq = find_irq(ctx, source);

	if (irq)
		irq_set_pending(irq->host, pending);
}

static bool pending(void *ctx, unsigned source)
{
	const struct vm_irq *irq = find_irq(ctx, source);

	return irq && irq_pending(irq->host);
}

static bool input(void *ctx, unsigned source)
{
	const struct vm_irq *irq = find_irq(ctx, source);

	return irq && irq_input(irq->host);
}

static const struct plic_ops plic_ops = { .notify = notify, .eoi = complete };
static const struct aplic_ops direct_ops = {
	.notify = notify,
	.host_input = input,
	.eoi = complete,
};
/* A PLIC doesn't tell of its inputs. */
static const struct aplic_ops on_plic_ops = { .notify = notify, .eoi = complete };
static const struct aplic_ops msi_ops = {
	.msi = send_msi,
	.host_update = program,
	.host_pend = pend,
	.host_pending = pending,
	.host_input = input,
};

BOOT_CODE static unsigned int count_sources(const struct config_guest *guest)
{
	uint32_t highest = SOURCES_LEAST, i, j;

	for (i = 0; i < guest->nr_devices; i++) {
		for (j = 0; j < guest->devices[i].nr_irqs; j++)
			highest = MAX(highest, guest->devices[i].irqs[j].guest);
	}
	return MIN(highest, (uint32_t)PLIC_SOURCES_MAX);
}

BOOT_CODE static int make_plic(struct vm *vm, const struct config_device *device,
			       struct arena *arena, struct vdev **dev)
{
	struct plic_config config = {
		.name = device->name,
		.base = gpa(device->regions[0].gpa),
		.sources = count_sources(vm->config),
		.contexts = vm->config->nr_vcpus,
		.ops = &plic_ops,
		.ctx = vm,
	};
	struct plic *plic = arena_alloc(arena, sizeof(*plic), ARENA_ALIGN_MAX);
	void *memory = arena_alloc(arena, plic_bytes(config.sources, config.contexts), 8);

	if (!plic || !memory)
		return -ENOMEM;
	vm->plic = plic;
	*dev = &plic->dev;
	return plic_init(plic, &config, memory);
}

BOOT_CODE static bool has_imsics(const struct config_guest *guest)
{
	uint32_t i;

	for (i = 0; i < guest->nr_devices; i++) {
		if (guest->devices[i].kind == CONFIG_DEV_IMSIC)
			return true;
	}
	return false;
}

BOOT_CODE static const struct aplic_ops *ops_of_aplic(const struct vm *vm, bool msi)
{
	if (msi)
		return &msi_ops;
	return vm->host->irqchip.kind == HOST_IRQ_PLIC ? &on_plic_ops : &direct_ops;
}

BOOT_CODE static int make_aplic(struct vm *vm, const struct config_device *device,
				struct arena *arena, struct vdev **dev)
{
	bool msi = has_imsics(vm->config);
	struct aplic_config config = {
		.name = device->name,
		.base = gpa(device->regions[0].gpa),
		.sources = count_sources(vm->config),
		.harts = vm->config->nr_vcpus,
		.msi_mode = msi,
		.direct_mode = !msi,
		.ops = ops_of_aplic(vm, msi),
		.ctx = vm,
	};
	struct aplic *aplic = arena_alloc(arena, sizeof(*aplic), ARENA_ALIGN_MAX);
	void *memory = arena_alloc(arena, aplic_bytes(config.sources, config.harts), 8);

	if (!aplic || !memory)
		return -ENOMEM;
	vm->aplic = aplic;
	*dev = &aplic->dev;
	return aplic_init(aplic, &config, memory);
}

BOOT_CODE int irqchip_create(struct vm *vm, const struct config_device *config,
			     const struct host *host, struct arena *arena, struct vdev **dev)
{
	vm->host = host;
	if (config->kind == CONFIG_DEV_APLIC)
		return make_aplic(vm, config, arena, dev);
	return make_plic(vm, config, arena, dev);
}

BOOT_CODE int irqchip_map_imsics(struct vm *vm, const struct config_device *config,
				 const struct host *host)
{
	struct flush owed = flush_none();
	uint64_t at = config->regions[0].gpa;
	uint32_t i;
	int error = 0;

	for (i = 0; !error && i < vm->config->nr_vcpus; i++, at += PAGE_SIZE)
		error = gstage_map(&vm->gstage, gpa(at),
				   irq_imsic_page(host, vm->config->harts[i], IRQCHIP_GUEST_FILE),
				   PAGE_SIZE, GSTAGE_DEVICE, &owed);
	vm->guest_file = IRQCHIP_GUEST_FILE;
	return error;
}

struct irq_pin irqchip_pin(struct vm *vm, uint32_t source)
{
	if (vm->plic && source)
		return plic_pin(vm->plic, source);
	if (vm->aplic && source)
		return aplic_pin(vm->aplic, source);
	return (struct irq_pin){ 0 };
}

static void raise_pin(void *ctx, uint32_t source)
{
	const struct vm_irq *irq = ctx;

	(void)source;
	irq_pin_set(irqchip_pin(irq->device->vm, irq->guest), true);
}

/* The interrupt exits on the hart of the guest's first vCPU: no other guest is disturbed. */
BOOT_CODE static int carry(struct vm *vm, struct vm_irq *irq, enum irq_trigger trigger)
{
	int error = hart_set_irq_handler(irq->host, (struct irq_handler){ raise_pin, irq });

	if (!error)
		error = irq_enable(irq->host, vm->config->harts[0], trigger);
	return error;
}

BOOT_CODE int irqchip_forward(struct vm *vm, struct vm_irq *irq, enum irq_trigger trigger)
{
	int error;

	irq->programmed = vm->aplic && vm->guest_file;
	if (irq->programmed)
		return aplic_forward(vm->aplic, irq->guest, APLIC_PROGRAMMED);
	if (vm->plic)
		error = plic_forward(vm->plic, irq->guest);
	else if (vm->aplic)
		error = aplic_forward(vm->aplic, irq->guest, APLIC_CARRIED);
	else
		return 0;
	return error ? error : carry(vm, irq, trigger);
}

void irqchip_release(struct vm_irq *irq)
{
	if (!irq->host)
		return;
	/* Completing what is not claimed is harmless at every controller. */
	if (irq->programmed)
		irq_disable(irq->host);
	else
		irq_complete(irq->host);
}

static void clear_registers(uint64_t first, uint32_t identities)
{
	uint64_t i;

	/* On RV64 the even numbers hold 64 identities each; QEMU has none past the last. */
	for (i = 0; i <= identities / 64; i++) {
		csr_write(CSR_VSISELECT, first + 2 * i);
		csr_write(CSR_VSIREG, 0);
	}
}

void irqchip_reset_file(const struct vm *vm)
{
	if (!vm->guest_file)
		return;
	csr_write(CSR_VSISELECT, IMSIC_EIDELIVERY);
	csr_write(CSR_VSIREG, 0);
	csr_write(CSR_VSISELECT, IMSIC_EITHRESHOLD);
	csr_write(CSR_VSIREG, 0);
	clear_registers(IMSIC_EIE0, vm->host->irqchip.imsic_nr_ids);
	clear_registers(IMSIC_EIP0, vm->host->irqchip.imsic_nr_ids);
	csr_write(CSR_VSISELECT, 0);
}
