/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a guest's device tree, written one after another. For vcpu/guest_fdt*.c only. */
#ifndef VCPU_GUEST_FDT_PARTS_H
#define VCPU_GUEST_FDT_PARTS_H

#include "vcpu/guest_fdt.h"

#define TREE_NAMES_SEEN 32

struct tree_name {
	const char *name;
	uint32_t offset; /* among the names */
};

/*
 * A tree being written. The first error sticks and turns what follows into nothing,
 * so that the writers below need no checks.
 */
struct tree {
	const struct host *host;
	const struct config_guest *guest;
	uint64_t hide;
	const char *why; /* what else is wrong, or NULL */
	/* guest_fdt_write.c's */
	int error; /* -ENOSPC, or 0 */
	uint8_t *room;
	uint32_t size;     /* bytes of the room */
	uint32_t at;       /* where the next token goes */
	uint32_t names_at; /* where the names gather */
	uint32_t names_size;
	struct tree_name seen[TREE_NAMES_SEEN];
};

/* Begins the tree in the size bytes at room. */
void tree_open(struct tree *tree, void *room, size_t size);
/* Ends it, with all nodes ended. 0, or -ENOSPC. */
int tree_close(struct tree *tree);

/* Phandles: one for each vCPU's controller, then one for each device. */
uint32_t tree_vcpu_phandle(uint32_t vcpu);
uint32_t tree_device_phandle(const struct tree *tree, const struct config_device *device);

/* begin: printf-like names are formatted by the caller. */
void tree_begin(struct tree *tree, const char *name);
void tree_begin_at(struct tree *tree, const char *name, uint64_t address);
void tree_end(struct tree *tree);
void tree_bytes(struct tree *tree, const char *name, const void *data, size_t size);
void tree_flag(struct tree *tree, const char *name);
void tree_u32(struct tree *tree, const char *name, uint32_t value);
void tree_u64(struct tree *tree, const char *name, uint64_t value);
void tree_string(struct tree *tree, const char *name, const char *text);
/* A property of size bytes for the caller to fill, or NULL after an error. */
void *tree_room(struct tree *tree, const char *name, size_t size);

/* /cpus: guest_fdt_cpu.c */
void tree_cpus(struct tree *tree);
/* /soc, and the nodes at the root that refer to it: guest_fdt_device.c */
void tree_devices(struct tree *tree);
/* A passthrough device's node, and the clocks that it names: guest_fdt_pass.c */
void tree_passthrough(struct tree *tree, const struct config_device *device);

/* "name@address" of a device's node in /soc; size bytes at text do for all but hostile names. */
void tree_device_name(const struct tree *tree, const struct config_device *device, char *text,
		      size_t size);
/* reg and interrupts of a device. */
void tree_windows(struct tree *tree, const struct config_device *device);

/* True when libfdt may read the tree of at most size bytes. */
bool tree_is_sound(const void *fdt, size_t size);
/* Puts the user's whole tree into the room. 0, or libfdt's error, with *why: guest_fdt_whole.c */
int tree_take_whole(const struct guest_fdt_facts *facts, void *room, size_t size, const char **why);
/* True when libfdt may apply the overlay fdt, a sound tree: guest_fdt_overlay.c */
bool tree_overlay_is_sound(const void *fdt);

#define TREE_NAME_MAX 96

#endif
