/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this guest may be told to do. The first kind comes back, having counted what went
 * wrong with attempt_wrong(); the second never does.
 */
#ifndef GUESTS_TESTS_HOSTILE_CASES_H
#define GUESTS_TESTS_HOSTILE_CASES_H

/* memory.c: whatever is not its own, at and over its edges, its devices with every width. */
void case_addresses(void);
void case_edges(void);
void case_devices(void);
void case_paging(void);

/* instructions.c: every CSR; privileged and memory-ordering encodings; random ones. */
void case_csrs(void);
void case_system(void);
void case_compressed(void);
void case_random(void);

/* calls.c: every SBI extension and function with extreme and random arguments. */
void case_sbi(void);

/* storms.c: many of the same. */
void case_ipis(void);
void case_timers(void);
void case_harts(void);
void case_both(void);
void case_wakes(void);
void case_irqs(void);
void case_flood(void);
void case_terminal(void);

/* wires.c: its interrupt controller, with others' harts and identities. */
void case_wires(void);

/* races.c: two vCPUs. */
void case_races(void);

/* lives.c: what a life leaves to the next. */
void case_lives(void);
void case_ends(void);

/* ends.c: these don't come back. */
void case_no_vector(void);
void case_bad_root(void);
void case_stack(void);
void case_wfi(void);
void case_spin(void);
void case_reboot(void);
void case_all_stop(void);
void case_jump(void);

#endif
