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

#include "hv/arena.h"
#include "hv/config.h"
#include "hv/console.h"
#include "hv/spinlock.h"
#include "hv/table_pages.h"
#include "stage2/gstage.h"
#include "stage2/guestmem.h"
#include "vcpu/vcpu.h"
#include "vdev/bus.h"

struct aplic;
struct plic;
struct uart16550;
struct vm_device;
struct vm_irq;

enum vm_state { VM_CREATED, VM_LOADING, VM_RUNNING, VM_ENDING, VM_STOPPED, VM_REFUSED };

/* Why a guest ends, or ended. */
enum vm_end {
	VM_END_NONE,
	VM_END_SHUTDOWN, /* its own SRST shutdown, reason none */
	VM_END_FAILURE,  /* its own SRST shutdown, reason system failure */
	VM_END_REBOOT,   /* its own cold or warm reboot */
	VM_END_CRASH,    /* it can't go on; a report was logged */
	VM_END_WATCHDOG,
	VM_END_STOP,    /* the operator's word */
	VM_END_RESTART, /* the operator's word */
};

#define VM_CONSOLE_INPUT 64 /* bytes typed that wait for a DBCN read */

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
	struct console_channel *console; /* NULL: output goes nowhere, and is counted */
	struct channel *channel;         /* its own, instead; or NULL */
	struct uart16550 *uart;          /* the console's, or NULL */
	struct plic *plic;               /* or NULL */
	struct aplic *aplic;             /* or NULL */
	uint32_t guest_file;             /* guest interrupt file of each vCPU; 0: none */
	const struct host *host;
	struct vm_device *devices; /* [config->nr_devices], as the configuration's */
	uint64_t hgatp;
	struct stats_page *stats_page; /* its vCPUs' counters, if its file lets it read them */

	/* Set at each start, constant while it runs. */
	uint64_t time_delta; /* htimedelta */

	/* Under lock. */
	struct spinlock lock;
	enum vm_state state;
	enum vm_end end;
	uint32_t nr_inside; /* vCPUs started and not yet parked */
	struct hart_job load_job;
	uint32_t restarts; /* after crashes and watchdogs, since the operator's last start */
	uint32_t starts;   /* all of them */
	/* Written by the first vCPU's hart at each start, and by the last one out. */
	uint64_t begun;       /* when this life began, in ticks */
	uint32_t short_lives; /* that ended by themselves within a second, in a row */

	/* Guards the G-stage's leaves once the guest runs; nests inside every device's lock. */
	struct spinlock stage2_lock;

	/* Under console_lock, which nests inside every device's. */
	struct spinlock console_lock;
	uint8_t input[VM_CONSOLE_INPUT];
	uint32_t input_head, input_count;
	uint64_t output_dropped;
};

/* Output of the guest by SBI, or by its UART: how many bytes were taken. Any hart of the guest. */
uint32_t vm_console_put(struct vm *vm, const uint8_t *bytes, uint32_t count);

/* The same of one byte, for the UART; ctx is the guest. */
bool vm_console_put_byte(void *ctx, uint8_t byte);

/* Input for the guest by SBI: how many bytes there were. Any hart of the guest. */
uint32_t vm_console_get(struct vm *vm, uint8_t *bytes, uint32_t count);

/*
 * What a guest is made of. arena keeps the guest's objects for good; tables serves its G-stage.
 * Returns the guest, in state VM_CREATED, or NULL after logging what could not be had.
 * First hart, at boot; the configuration has been planned.
 */
struct vm *vm_create(const struct config *config, uint32_t index, const struct host *host,
		     struct arena *arena, struct table_pages *tables, uint16_t vmid);

/* Gives the guest its console: a place at the shared one, or a channel of its own. At boot. */
void vm_set_console(struct vm *vm, struct console_channel *console, struct channel *channel);

/* The guest took input: there may be room for more. Any hart of the guest. */
void vm_console_rx_ready(struct vm *vm);

/* The console's side (struct console_guest_ops); ctx is the struct vm. */
uint32_t vm_console_rx(void *ctx, const uint8_t *bytes, uint32_t count);
void vm_console_tx_room(void *ctx);

/*
 * Asks the guest to end for the given reason: the first reason wins. Every vCPU
 * is kicked out of the guest; the caller's own vCPU, if it is one of them, must
 * leave with VCPU_LEAVE_VM. Any hart; takes vm->lock.
 */
void vm_request_end(struct vm *vm, enum vm_end end);

#endif
