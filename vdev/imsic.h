/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One IMSIC interrupt file (RISC-V AIA specification 1.0, chapter 3) of a
 * vCPU that has none in hardware: its MMIO page is a device on the bus, its
 * registers are reached by the vCPU's trapped CSR accesses.
 */
#ifndef VDEV_IMSIC_H
#define VDEV_IMSIC_H

#include "vdev/vdev.h"

#define IMSIC_MMIO_SIZE 0x1000
#define IMSIC_IDS_MAX   255

/* siselect values of the file's registers. */
#define IMSIC_EIDELIVERY  0x70
#define IMSIC_EITHRESHOLD 0x72
#define IMSIC_EIP0        0x80
#define IMSIC_EIE0        0xc0

/* The vCPU's external interrupt goes on or off; only on change. Runs with the lock held. */
typedef void imsic_notify_fn(void *ctx, bool pending);

struct imsic {
	struct vdev dev; /* its lock guards all that isn't constant */

	/* Constant after init. */
	imsic_notify_fn *notify;
	void *ctx;
	unsigned ids; /* the highest identity */

	uint64_t eip[4], eie[4];
	uint64_t eidelivery, eithreshold;
	bool notified;
};

/* A file at power-on. -EINVAL: ids isn't 63, 127, 191 or 255. */
int imsic_init(struct imsic *imsic, const char *name, gpa_t base, unsigned ids,
	       imsic_notify_fn *notify, void *ctx);

/* An MSI from an emulated device or APLIC; an identity that isn't implemented is ignored. */
void imsic_msi(struct imsic *imsic, unsigned id);

/*
 * The access of sireg with siselect = select: *old gets the register, whose
 * bits in mask become value's, in one step (mask 0 only reads).
 * -EINVAL: RV64 has no such register in the file (the guest's access is illegal).
 */
int imsic_access(struct imsic *imsic, unsigned select, uint64_t *old, uint64_t value,
		 uint64_t mask);

/* The value of stopei; with claim (a write to stopei) the reported identity's pending bit goes. */
uint32_t imsic_topei(struct imsic *imsic, bool claim);

#endif
