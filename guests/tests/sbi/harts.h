/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harts of the device tree, and a second one to play with: it runs harts_serve()
 * on a stack of its own, does what it is told by a word in memory, and reports there.
 */
#ifndef GUESTS_TESTS_SBI_HARTS_H
#define GUESTS_TESTS_SBI_HARTS_H

#include <stdbool.h>
#include <stdint.h>

#define HARTS_NONE UINT64_MAX

/* What the second hart may be told. */
enum harts_order {
	HARTS_WAIT,
	HARTS_STOP,
	HARTS_SUSPEND,       /* retentive, until an IPI */
	HARTS_SUSPEND_RESET, /* non-retentive, the same */
	HARTS_TAKE_IPI,      /* wait for an IPI and clear it */
	HARTS_READ_TIME,
};

/* The second hart's view of itself. Its address is the opaque argument of its start. */
struct harts_report {
	uint64_t hart;   /* a0 at its entry */
	uint64_t satp;   /* there */
	uint64_t status; /* sstatus there */
	uint64_t entries;
	enum harts_order order; /* HARTS_WAIT again when it is done */
	long error;             /* of its last SBI call */
	uint64_t stack[512];
	uint64_t time; /* as it read it at last */
};

/* The lowest id that no hart of the device tree has. */
uint64_t harts_missing(void);

/* A hart other than this one, or HARTS_NONE. */
uint64_t harts_other(void);

/*
 * An address where a guest has no memory: what the device tree reserves for the firmware
 * itself, since some firmware knows no other such address; else one that no machine has.
 */
unsigned long harts_nowhere(void);

/* Asm: where the second hart begins (a0 hart id, a1 its report). */
void harts_entry(void);

/* Asm: the same for a hart that resumes; counts in a1's report and goes on. */
void harts_resume(void);

/* Asm: suspends this hart non-retentively; the error, or 0 when it has resumed with a0 = hart. */
long harts_suspend_here(uint64_t extension, uint64_t function, uint64_t type, uint64_t hart);

/* Asm: an ecall with a value in every register; the number of the first that changed, or 0. */
uint64_t harts_registers_kept(uint64_t extension, uint64_t function);

/* C: called by both entries. */
void harts_serve(struct harts_report *report);

/* Waits up to half a second for the word to have the value. */
bool harts_wait(const volatile uint32_t *word, uint32_t value);

/* The same for an HSM state of a hart. */
bool harts_wait_state(uint64_t hart, uint64_t state);

#endif
