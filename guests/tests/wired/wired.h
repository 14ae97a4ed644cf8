/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the checks of both delivery modes share: the APLIC's registers, and the clock whose
 * interrupt is the wire that they pull.
 */
#ifndef GUESTS_TESTS_WIRED_H
#define GUESTS_TESTS_WIRED_H

#include <stdbool.h>
#include <stdint.h>

#define DOMAINCFG         0x0
#define DOMAINCFG_IE      (UINT32_C(1) << 8)
#define DOMAINCFG_DM      (UINT32_C(1) << 2)
#define SOURCECFG(source) (4 * (uint64_t)(source))
#define SETIP(source)     (0x1c00 + (uint64_t)(source) / 32 * 4)
#define SETIPNUM          0x1cdc
#define IN_CLRIP(source)  (0x1d00 + (uint64_t)(source) / 32 * 4)
#define CLRIPNUM          0x1ddc
#define SETIE(source)     (0x1e00 + (uint64_t)(source) / 32 * 4)
#define SETIENUM          0x1edc
#define CLRIE(source)     (0x1f00 + (uint64_t)(source) / 32 * 4)
#define CLRIENUM          0x1fdc
#define SETIPNUM_LE       0x2000
#define SETIPNUM_BE       0x2004
#define GENMSI            0x3000
#define TARGET(source)    (0x3000 + 4 * (uint64_t)(source))
#define TARGET_HART(hart) ((uint32_t)(hart) << 18)

enum source_mode { INACTIVE, DETACHED, EDGE1 = 4, EDGE0, LEVEL1, LEVEL0 };

extern uint32_t wire; /* the clock's source */
extern uint32_t here; /* this hart's number at the APLIC */

void check(const char *name, bool good);

uint32_t in(uint64_t offset);
void out(uint64_t offset, uint32_t value);

/* The wire's bit of a register that holds 32 sources' bits. */
bool bit(uint64_t offset);
void set_bit(uint64_t offset);

/* The wire, up or down, is what the clock's alarm has come, or was cleared. */
void pull(void);
void let_go(void);

/* Pulls a moment later, and suspends the hart until then; what the SBI says of that. */
long sleep_until_pulled(void);

/* The wire as a source of this mode, off and without a past. */
void configure(enum source_mode mode);

void check_msi(void);
void check_direct(void);

#endif
