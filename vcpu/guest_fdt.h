/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the device tree that a guest is handed, out of its planned configuration
 * and the machine's tree: the guest sees a machine that has what the guest has,
 * and nothing else. vCPU n is "cpu@n" with hart id n. Pure: tools/bulkhead show
 * prints what this makes.
 */
#ifndef VCPU_GUEST_FDT_H
#define VCPU_GUEST_FDT_H

#include "hv/config.h"
#include "hv/host.h"

struct guest_fdt_facts {
	const struct host *host;
	const struct config_guest *guest; /* planned */
	struct range ramdisk;             /* guest physical; size 0: none */
	uint64_t hide;                    /* BIT(enum isa_ext) that the guest must not see */
	const void *seed;                 /* random bytes for its kernel; or NULL */
	size_t seed_size;

	const void *whole; /* the user's whole tree instead, hostile, eight-byte aligned; or NULL */
	size_t whole_size;
	const void *overlay; /* applied at the end, hostile; or NULL */
	size_t overlay_size;
};

/*
 * Writes the tree to the size bytes at room (eight-byte aligned). Returns the bytes that it
 * takes; or, with *why, -ENOSPC: the room is too small; -EINVAL: the user's tree or overlay is
 * damaged or does not fit the tree; -ENOTSUP: a passthrough device needs another one.
 */
int guest_fdt_build(const struct guest_fdt_facts *facts, void *room, size_t size, const char **why);

#endif
