/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's life: start, end, the policy of its file, restart. The states are
 * in vcpu/vm.h. A restart reuses everything that the guest's creation allocated.
 */
#ifndef VCPU_LIFE_H
#define VCPU_LIFE_H

#include "vcpu/vm.h"

/* What life needs of main.c. */
struct life_ops {
	/* Fills the guest's memory and says where vCPU 0 starts. 0, or -E after logging why not. */
	int (*load)(struct vm *vm, uint64_t *pc, uint64_t *opaque);
	/* A guest is loaded and about to run; called on its first hart. */
	void (*begun)(struct vm *vm);
	/* A guest is down for good, for now; called on the hart that saw it. */
	void (*stopped)(struct vm *vm);
	/* on-crash and its fellows said "system-reset"; stopped() of the same guest follows. */
	void (*system_reset)(void);
};

/* Once, before any guest starts. ops is kept. */
void life_init(const struct life_ops *ops);

/*
 * Starts a guest that is created or stopped, on its own first hart. 0; -EBUSY: it is
 * running, loading or ending; -EINVAL: it was refused. Any hart; takes vm->lock.
 */
int life_start(struct vm *vm);

/*
 * Starts those of the guests whose turn it is: of one start-order at once, when all of lower ones
 * have begun, or can't. At boot, and when a guest has begun or stopped. Any hart, and any two at
 * once.
 */
void life_start_next(struct vm *const *vms, uint32_t count);

/*
 * Some hart is missing: a guest that waits for it to be loaded is refused, and a vCPU that
 * was to start on it is stopped again. Any hart; takes vm->lock.
 */
void life_lose_harts(struct vm *vm);

/* The vCPU has left its guest and will not enter it by itself. Its own hart; takes vm->lock. */
void life_parked(struct vcpu *vcpu);

/*
 * False for most of the lives of a guest that ends at once again and again: of those the 1st,
 * 2nd, 4th, 8th ... are told of, or its lines would push all others out of the log. The guest's
 * own harts.
 */
bool life_is_told(const struct vm *vm);

/* Names for reports: "running"; "crash". */
const char *life_state_name(enum vm_state state);
const char *life_end_name(enum vm_end end);

#endif
