/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other harts: each sleeps until an IPI comes and answers it as it was told.
 */
#ifndef GUESTS_BENCH_SECOND_H
#define GUESTS_BENCH_SECOND_H

#include <stdint.h>

#define SECOND_MOST  3
#define SECOND_STACK 2048

enum second_order {
	SECOND_NOTHING, /* wakes and sleeps */
	SECOND_ANSWER,  /* sends an IPI back */
	SECOND_MSIS,    /* from now on waits for MSIs, and answers each by one */
	SECOND_STOP,    /* stops itself */
};

/* One of them. second_entry.S knows the first and the size. */
struct second {
	uint64_t began; /* time at its first instruction */
	uint64_t hart;  /* its id */
	uint32_t intc;  /* phandle of its interrupt controller */
	enum second_order order;
	uint8_t stack[SECOND_STACK] __attribute__((aligned(16)));
};

/* How many there are beside this hart, SECOND_MOST at most. */
unsigned second_count(void);

/* The one with this number, from 0; it's started by second_start. */
struct second *second_at(unsigned number);

/* Starts it and waits for its IPI. 0, or the SBI's error. */
long second_start(struct second *second);

/* Tells it to stop, and waits until it has. */
void second_stop(struct second *second);

/* Gives it an order for its next IPI. */
void second_order(struct second *second, enum second_order order);

/* Sends an IPI to a hart; waits for one and takes it away. */
void second_send(uint64_t hart);
void second_wait(void);

/* Waits for an MSI and takes it away. */
void second_wait_msi(void);

/* Asm: where it begins, a1 = its struct second. */
void second_entry(void);

#endif
