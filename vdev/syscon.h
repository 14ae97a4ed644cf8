/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reset device of a guest that wants one instead of SBI: one 32-bit
 * register, "sifive,test1", "sifive,test0", "syscon", with which Linux's
 * syscon-poweroff and syscon-reboot drivers end the machine.
 */
#ifndef VDEV_SYSCON_H
#define VDEV_SYSCON_H

#include "vdev/vdev.h"

#define SYSCON_SIZE  0x1000
#define SYSCON_FAIL  0x3333 /* with an exit code in bits 31..16 */
#define SYSCON_PASS  0x5555 /* power off */
#define SYSCON_RESET 0x7777

enum syscon_end { SYSCON_END_POWEROFF, SYSCON_END_REBOOT, SYSCON_END_FAIL };

/* The guest asked for its end; code belongs to FAIL. Runs with the lock held: note it only. */
typedef void syscon_end_fn(void *ctx, enum syscon_end end, unsigned code);

struct syscon {
	struct vdev dev;
	syscon_end_fn *end;
	void *ctx;
};

void syscon_init(struct syscon *syscon, const char *name, gpa_t base, syscon_end_fn *end,
		 void *ctx);

#endif
