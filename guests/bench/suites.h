/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is measured, a file each. On one hart everything but suite_harts; with
 * more, that one alone, since all harts' instructions make the time pass.
 */
#ifndef GUESTS_BENCH_SUITES_H
#define GUESTS_BENCH_SUITES_H

/* SBI calls that concern this hart alone. */
void suite_calls(void);

/* From an interrupt's cause to its handler. */
void suite_interrupts(void);

/* First touches of memory, and loops over it. */
void suite_memory(void);

/* The UART: its registers, its interrupt, and bytes of output by it and by the SBI. */
void suite_console(void);

/* What one hart does to another. */
void suite_harts(void);

#endif
