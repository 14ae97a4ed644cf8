/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware under Bulkhead, called by the SBI: any of 0.1 (legacy calls only)
 * to 3.0. sbi_client_init() finds out once what it has; afterwards the functions
 * choose the newest call there is. All return 0 or a negative errno unless
 * said otherwise: -ENOTSUP when the firmware lacks the call. Any hart, no lock.
 * Harts are named by mhartid; mask bit n is hart base + n.
 */
#ifndef HV_SBI_CLIENT_H
#define HV_SBI_CLIENT_H

#include "hv/types.h"

struct sbi_client_result {
	long error; /* SBI_SUCCESS or SBI_ERR_* */
	long value;
};

/* What the firmware has. Constant after sbi_client_init(). */
struct sbi_client_features {
	uint32_t major, minor; /* of the specification; 0.1 when it has no BASE */
	uint64_t implementation, implementation_version;
	uint64_t mvendorid, marchid, mimpid;
	bool time, ipi, rfence, hsm, srst, dbcn, susp, pmu, fwft;
};

/* Any call: error in a0, value in a1 (SBI 3.0, chapter 3). */
struct sbi_client_result sbi_client_call(uint64_t extension, uint64_t function, uint64_t a0,
					 uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4);

/* The errno (0 or negative) that an SBI error code means here. */
int sbi_client_errno(long error);

/* Once, on the first hart, before anything else here. */
void sbi_client_init(void);

const struct sbi_client_features *sbi_client_features(void);

/* True when the firmware says that it has the extension. */
bool sbi_client_probe(uint64_t extension);

/* This hart's next timer interrupt, in time CSR units; UINT64_MAX: none. Clears one pending. */
void sbi_client_set_timer(uint64_t time);

int sbi_client_send_ipi(uint64_t mask, uint64_t base);

/*
 * A remote fence: function is SBI_RFENCE_*; id the ASID or VMID where the
 * function has one. start 0 and size UINT64_MAX: everything.
 */
int sbi_client_rfence(uint64_t function, uint64_t mask, uint64_t base, uint64_t start,
		      uint64_t size, uint64_t id);

/* Starts a stopped hart at the physical address entry, with a0 its id and a1 opaque. */
int sbi_client_hart_start(uint64_t hart, uint64_t entry, uint64_t opaque);

/* Stops this hart; returns only on an error. */
int sbi_client_hart_stop(void);

/* SBI_HSM_STATE_*, or a negative errno. */
int sbi_client_hart_status(uint64_t hart);

/* Retentive suspend of this hart until an interrupt. */
int sbi_client_hart_suspend(void);

/* Resets or shuts down the machine (SBI_SRST_TYPE_*, _REASON_*); returns only on an error. */
int sbi_client_system_reset(uint32_t type, uint32_t reason);

/* The firmware's console. bytes is at a virtual address equal to its physical one. */
uint32_t sbi_client_console_write(const uint8_t *bytes, uint32_t count); /* bytes taken */
int sbi_client_console_read(void);                                       /* a byte, or -1 */

#endif
