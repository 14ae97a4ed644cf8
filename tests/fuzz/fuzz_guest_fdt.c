// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/guest_fdt.c vcpu/guest_fdt_cpu.c vcpu/guest_fdt_device.c vcpu/guest_fdt_pass.c
// sources: vcpu/guest_fdt_overlay.c vcpu/guest_fdt_whole.c vcpu/guest_fdt_write.c
// sources: hv/dt.c hv/host_isa.c hv/fmt.c
// libs: fdt
/*
 * A user's whole device tree and overlay, both any bytes: the first two say how
 * long the tree is, the rest of what follows it is the overlay. Without a tree of the user's
 * the overlay meets the generated one. What comes out is sound.
 */
#include <libfdt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "vcpu/guest_fdt.h"

#define ROOM 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *aligned_copy(const void *data, size_t size)
{
	void *copy = aligned_alloc(8, align_up(size + 1, 8));

	memcpy(copy, data, size);
	return copy;
}

static void build(const uint8_t *whole, size_t whole_size, const uint8_t *overlay, size_t size)
{
	static uint32_t harts[1];
	struct host host = { 0 };
	struct config_guest guest = { .name = "linux", .harts = harts, .bootargs = "quiet" };
	struct guest_fdt_facts facts = { .host = &host, .guest = &guest };
	void *tree = aligned_copy(whole, whole_size), *room = aligned_alloc(8, ROOM);
	const char *why;
	int result;

	guest.memory[0].size = GiB(4);
	guest.nr_memory = 1;
	facts.ramdisk = (struct range){ 0x80000000, 0x1000 };
	facts.whole = whole_size ? tree : NULL;
	facts.whole_size = whole_size;
	facts.overlay = size ? overlay : NULL;
	facts.overlay_size = size;
	result = guest_fdt_build(&facts, room, ROOM, &why);
	if (result >= 0 && fdt_check_full(room, (size_t)result) != 0)
		abort();
	free(room);
	free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length;

	if (size < 2)
		return 0;
	length = MIN((size_t)(data[0] | data[1] << 8), size - 2);
	build(data + 2, length, data + 2 + length, size - 2 - length);
	return 0;
}
