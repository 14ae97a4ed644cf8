/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ticket lock: fair, so that no hart waits for ever while others hand it
 * round. Bulkhead runs with interrupts off, so one kind of lock is enough.
 * The order in which locks nest stands in docs/locking.md. Pure: on the host
 * the same code runs on the host's atomics.
 */
#ifndef HV_SPINLOCK_H
#define HV_SPINLOCK_H

#include <stdint.h>

struct spinlock {
	uint32_t next;    /* the ticket that the next comer draws */
	uint32_t serving; /* the ticket that holds the lock */
};

static inline void spin_lock(struct spinlock *lock)
{
	uint32_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != ticket)
		;
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->serving, lock->serving + 1, __ATOMIC_RELEASE);
}

#endif
