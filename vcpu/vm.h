/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest: its vCPUs, its physical address space, its bus and its life.
 *
 *   created -> loading -> running -> ending -> stopped
 *                 ^                     |         |
 *                 +------ restart ------+---------+
 *
 * A guest ends when every vCPU has left; the last one to leave runs the policy
 * of the guest's file. struct vm is made once at boot and used again by every
 * restart: nothing is allocated or freed in between.
 */
#ifndef VCPU_VM_H
#define VCPU_VM_H

#include "hv/config.h"
#include "hv/spinlock.h"
#include "stage2/gstage.h"
#include "stage2/guestmem.h"
#include "vcpu/vcpu.h"
#include "vdev/bus.h"

enum vm_state { VM_CREATED, VM_LOADING, VM_RUNNING, VM_ENDING, VM_STOPPED, VM_REFUSED };

/* Why a guest ends, or ended. */
enum vm_end {
	VM_END_NONE,
	VM_END_SHUTDOWN, /* its own SRST shutdown, reason none */
	VM_END_FAILURE,	 /* its own SRST shutdown, reason system failure */
	VM_END_REBOOT,	 /* its own cold or warm reboot */
	VM_END_CRASH,	 /* it can't go on; a report was logged */
	VM_END_WATCHDOG,
	VM_END_STOP,	 /* the operator's word */
	VM_END_RESTART,	 /* the operator's word */
};

struct console_channel;

struct vm {
	/* Constant after creation. */
	const struct config_guest *config;
	const char *name;
	uint32_t index;
	uint32_t nr_vcpus;
	struct vcpu **vcpus;
	struct gstage gstage;
	struct guestmem memory;
	struct bus bus;
	struct console_channel *console;
	uint64_t hgatp;

	/* Set at each start, constant while it runs. */
	uint64_t time_delta; /* htimedelta */

	/* Under lock. */
	struct spinlock lock;
	enum vm_state state;
	enum vm_end end;
	uint32_t nr_inside;  /* vCPUs started and not yet parked */
	uint32_t restarts;   /* after crashes and watchdogs, since the operator's last start */
	uint32_t starts;     /* all of them */
};

/*
 * Asks the guest to end for the given reason: the first reason wins. Every vCPU
 * is kicked out of the guest; the caller's own vCPU, if it is one of them, must
 * leave with VCPU_LEAVE_VM. Any hart; takes vm->lock.
 */
void vm_request_end(struct vm *vm, enum vm_end end);

#endif
