/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The suites, each a file; all run on the hart that booted, with its interrupts
 * off. A suite leaves no interrupt pending and no other hart started.
 */
#ifndef GUESTS_TESTS_SBI_SUITES_H
#define GUESTS_TESTS_SBI_SUITES_H

void suite_base(void);
void suite_time(void);
void suite_ipi(void);
void suite_rfence(void);
void suite_hsm(void);
void suite_susp(void);
void suite_srst(void);
void suite_dbcn(void);
void suite_pmu(void);
void suite_fwft(void);
void suite_sta(void);
void suite_legacy(void);

#endif
