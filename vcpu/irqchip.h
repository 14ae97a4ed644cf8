/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's interrupt controllers: a PLIC model; an APLIC model in direct mode;
 * or an APLIC model in MSI mode with one hardware guest interrupt file for each
 * vCPU, so that neither delivery nor claim exits (AIA 1.0, chapters 3 and 4).
 */
#ifndef VCPU_IRQCHIP_H
#define VCPU_IRQCHIP_H

#include "hv/config.h"
#include "hv/irq.h"
#include "vcpu/vm.h"
#include "vdev/irq.h"

/* The guest interrupt file that a vCPU owns on its hart: one vCPU a hart, so the first. */
#define IRQCHIP_GUEST_FILE 1

/*
 * Makes the wired controller that config describes for vm, and what it needs, into *dev.
 * At creation of the guest, before its other devices. 0; -ENOMEM; -ENODEV: an APLIC in MSI
 * mode on a machine without guest interrupt files.
 */
int irqchip_create(struct vm *vm, const struct config_device *config, const struct host *host,
		   struct arena *arena, struct vdev **dev);

/* Maps the guest interrupt files of all vCPUs where config puts the guest's IMSICs. */
int irqchip_map_imsics(struct vm *vm, const struct config_device *config, const struct host *host);

/* The wire into a source of the guest's controller; one that leads nowhere if it has none. */
struct irq_pin irqchip_pin(struct vm *vm, uint32_t source);

/*
 * Makes the machine's source irq->host the guest's irq->guest. irq must outlive the guest. 0;
 * -EBUSY: somebody has it; what the models' forward functions return.
 */
int irqchip_forward(struct vm *vm, struct vm_irq *irq, enum irq_trigger trigger);

/* Gives back a forwarded source that a guest, now over, may hold. */
void irqchip_release(struct vm_irq *irq);

/* Empties this hart's guest interrupt file, for a vCPU's reset; VGEIN must select it. */
void irqchip_reset_file(const struct vm *vm);

#endif
