/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's interrupt is claimed when it exits, made pending in the guest's
 * PLIC model, and completed when the guest completes it; in between the machine's
 * controller keeps it quiet. It is routed to the hart of the guest's first vCPU,
 * so that no other guest is disturbed.
 */
#include "vcpu/passthrough.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "vdev/plic.h"

static void forward(void *ctx, uint32_t source)
{
	struct vm_irq *irq = ctx;

	(void)source;
	irq_pin_set(plic_pin(irq->device->vm->plic, irq->guest), true);
}

static int take_interrupt(struct vm_device *device, struct vm_irq *irq,
			  const struct config_irq *config)
{
	struct vm *vm = device->vm;
	int error;

	*irq = (struct vm_irq){ device, config->guest, config->host };
	if (!vm->plic || !config->host)
		return 0;
	error = plic_forward(vm->plic, config->guest);
	if (!error)
		error = hart_set_irq_handler(config->host, (struct irq_handler){ forward, irq });
	if (!error)
		error = irq_enable(config->host, vm->config->harts[0],
				   config->level ? IRQ_LEVEL_HIGH : IRQ_EDGE_RISING);
	return error;
}

int passthrough_create(struct vm_device *device)
{
	const struct config_device *config = device->config;
	struct flush owed = flush_none();
	uint32_t i;
	int error = 0;

	for (i = 0; !error && i < config->nr_regions; i++)
		error = gstage_map(&device->vm->gstage, gpa(config->regions[i].gpa),
				   hpa(config->regions[i].hpa),
				   align_up(config->regions[i].size, PAGE_SIZE), GSTAGE_DEVICE,
				   &owed);
	for (i = 0; !error && i < config->nr_irqs; i++)
		error = take_interrupt(device, &device->irqs[i], &config->irqs[i]);
	if (error)
		log_error("%s: %s: %s can't be passed through (error %d)", device->vm->name,
			  config->name, config->passthrough, error);
	return error;
}

void passthrough_eoi(void *ctx, unsigned source)
{
	struct vm *vm = ctx;
	uint32_t i, j;

	for (i = 0; i < vm->config->nr_devices; i++) {
		struct vm_device *device = &vm->devices[i];

		for (j = 0; j < device->config->nr_irqs; j++) {
			if (device->irqs[j].host && device->irqs[j].guest == source)
				irq_complete(device->irqs[j].host);
		}
	}
}

void passthrough_quiesce(struct vm_device *device)
{
	uint32_t i;

	/* Completing what is not claimed is harmless at every controller. */
	for (i = 0; i < device->config->nr_irqs; i++) {
		if (device->irqs[i].host)
			irq_complete(device->irqs[i].host);
	}
}
