/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's devices: makes the models and the passthrough that its planned
 * configuration lists, wires their interrupts, and seals its bus.
 */
#ifndef VCPU_DEVICES_H
#define VCPU_DEVICES_H

#include "hv/timer_queue.h"
#include "vcpu/vm.h"

struct passed_kind;
struct vm_device;

/* A wired interrupt of the machine's that is the guest's. */
struct vm_irq {
	struct vm_device *device;
	uint32_t guest;  /* source at the guest's controller */
	uint32_t host;   /* source at the machine's; 0: none */
	bool programmed; /* the machine's APLIC sends it to the guest itself */
};

/*
 * A device's alarm: timers belong to a hart, and any vCPU may arm this one, so the hart of
 * the guest's first vCPU keeps it: however often it is armed, no other guest is disturbed.
 */
struct vm_alarm {
	struct hart *hart;
	struct hart_job job; /* sets the timer to deadline */
	struct timer_entry timer;
	uint64_t deadline; /* machine time; atomically */
	void (*expire)(struct vm_device *device);
};

struct vm_device {
	struct vm *vm;
	const struct config_device *config;
	struct vdev *dev;                 /* NULL for passthrough */
	struct flash_bank *flash;         /* passed through and written by the guest; else NULL */
	const struct passed_kind *passed; /* how another passed-through one is reset, or NULL */
	struct vm_irq irqs[CONFIG_MAX_IRQS];
	struct vm_alarm alarm;
};

/* At creation of the guest, on the first hart. 0; -ENOMEM; or what a model's init returns. */
int devices_create(struct vm *vm, const struct config *config, const struct host *host,
		   struct arena *arena);

/*
 * Puts every device at its power-on state and gives back what the guest holds of the
 * machine's interrupts. None of the guest's vCPUs runs. Its own first hart.
 */
void devices_reset(struct vm *vm);

#endif
