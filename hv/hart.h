/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harts that Bulkhead runs on. Each has its struct hart (in tp while in
 * HS-mode), a stack with a guard page, and a queue of jobs: the way in which one
 * hart asks another to do something. A hart with nothing to do waits in wfi with
 * its interrupt sources enabled; HS-mode itself runs with interrupts off.
 */
#ifndef HV_HART_H
#define HV_HART_H

#include "hv/arena.h"
#include "hv/host.h"
#include "hv/spinlock.h"
#include "hv/timer_queue.h"
#include "hv/types.h"

struct vcpu;

/* Work for a hart. Embed it; the poster owns the memory until run() begins. */
struct hart_job {
	void (*run)(struct hart_job *job);
	struct hart_job *next;
	bool queued;
};

enum hart_presence {
	HART_AWAITED,
	HART_ONLINE,  /* takes jobs */
	HART_MISSING, /* did not come: jobs stay undone */
};

struct hart {
	/* Touched by assembly: offsets are generated. */
	struct vcpu *vcpu;   /* whose guest registers a trap from V=1 saves into */
	uint64_t trap_stack; /* top of the stack for Bulkhead's own traps */
	uint64_t trap_t0;    /* a register's rest while the trap entry has no stack yet */
	uint64_t fixup;      /* where to go on when a guarded access faults; 0: none */
	uint64_t stack;      /* top of its stack */

	/* Constant after start. */
	uint64_t id;    /* mhartid */
	uint32_t index; /* in host.harts */

	/* Its own. */
	struct timer_queue timers; /* hv/timer.h */
	struct range window;       /* what its window shows: hv/paging.h */

	/* Under lock. */
	struct spinlock lock;
	struct hart_job *jobs; /* oldest first */
	struct hart_job **jobs_end;

	/* Any hart, atomically. Changes once: whoever comes after it was given up stays out. */
	enum hart_presence presence;
};

/* The hart that executes this. HS-mode code only. */
static inline struct hart *hart_this(void)
{
	struct hart *hart;

	__asm__("mv %0, tp" : "=r"(hart));
	return hart;
}

/*
 * Makes a struct hart and stacks for every hart of the machine. First hart, once,
 * with paging on. Panics when the pool is too small.
 */
void hart_init(const struct host *host, struct arena *arena);

/* Starts every other hart by SBI HSM; they take jobs soon after. First hart, with paging on. */
void hart_start_others(void);

/* Waits until hart takes jobs, so many ticks of the timebase at most; whether it does. */
bool hart_await(const struct hart *hart, uint64_t ticks);

/* True when every hart takes jobs or is missing. Any hart. */
bool hart_all_told(void);

/* Whoever doesn't take jobs now is missing, which the log tells. Any hart. */
void hart_lose_late(void);

static inline bool hart_is_missing(const struct hart *hart)
{
	return __atomic_load_n(&hart->presence, __ATOMIC_ACQUIRE) == HART_MISSING;
}

/* The hart at an index of host.harts, below host.nr_harts. Any hart, any time after hart_init(). */
struct hart *hart_at(uint32_t index);

/*
 * Queues job on hart and wakes it. A job that is queued already stays queued
 * once. Any hart; takes hart->lock; the hart may be running a guest: it runs the
 * job at its next exit to the hart loop (hart_run_jobs()).
 */
void hart_post(struct hart *hart, struct hart_job *job);

/* Sends hart an interrupt, so that it leaves its guest or its wfi. Any hart. */
void hart_kick(struct hart *hart);

/* Runs the jobs queued on this hart until there are none. No lock may be held. */
void hart_run_jobs(void);

/* True when this hart has a job waiting. */
static inline bool hart_has_jobs(void)
{
	return __atomic_load_n(&hart_this()->jobs, __ATOMIC_RELAXED) != NULL;
}

/* Waits for an interrupt of the machine's and answers it; may return without one. */
void hart_wait(void);

/* Answers a supervisor interrupt (IRQ_SSI, _STI, _SEI) that this hart has pending. */
void hart_interrupt(uint64_t number);

/* Where a hart begins: the hart loop. Called by hart_entry in start.S; boot() on the first hart. */
_Noreturn void hart_main(void);

/* What the first hart does before its loop; given by main.c. */
void hart_set_boot(void (*boot)(void));

/* Who answers a wired interrupt of the machine's. */
struct irq_handler {
	void (*handle)(void *ctx, uint32_t source);
	void *ctx;
};

/*
 * Registers the handler of a source, on whichever hart irq_enable() routes it to. The
 * handler, or whoever it hands the source to, calls irq_complete(). Before the source is enabled.
 * -EINVAL: no such source; -EBUSY: it has a handler.
 */
int hart_set_irq_handler(uint32_t source, struct irq_handler handler);

/* How many of the machine's sources have a handler. Any hart. */
uint32_t hart_irq_owners(void);

/* Interrupts of the machine's that had no handler: counted, and their source shut off. Any hart. */
uint64_t hart_stray_interrupts(void);

#endif
