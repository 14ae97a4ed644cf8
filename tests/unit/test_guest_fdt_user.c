// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/guest_fdt.c vcpu/guest_fdt_cpu.c vcpu/guest_fdt_device.c vcpu/guest_fdt_pass.c
// sources: vcpu/guest_fdt_overlay.c vcpu/guest_fdt_whole.c vcpu/guest_fdt_write.c
// sources: hv/dt.c hv/host_isa.c hv/fmt.c
// libs: fdt
// What a user adds to a guest's device tree: an overlay, or a whole tree instead.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/guest_fdt_fixture.h"

/* Up to what its only fragment brings to target. */
static void begin_overlay(char *room, size_t size, const char *target)
{
	fdt_create(room, (int)size);
	fdt_finish_reservemap(room);
	fdt_begin_node(room, "");
	fdt_begin_node(room, "fragment@0");
	fdt_property_string(room, "target-path", target);
	fdt_begin_node(room, "__overlay__");
}

static void overlay_for(char *room, size_t size, const char *target)
{
	begin_overlay(room, size, target);
	fdt_property_string(room, "extra", "yes");
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_end_node(room);
	assert_int_equal(fdt_finish(room), 0);
}

static void overlays(void **state)
{
	struct fixture *f = *state;
	_Alignas(8) char overlay[512];
	const char *why;

	overlay_for(overlay, sizeof(overlay), "/chosen");
	f->facts.overlay = overlay;
	f->facts.overlay_size = fdt_totalsize(overlay);
	assert_string_equal(text(built(f), "/chosen", "extra"), "yes");
	overlay_for(overlay, sizeof(overlay), "/nowhere");
	f->facts.overlay_size = fdt_totalsize(overlay);
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
	assert_string_equal(why, "its overlay does not fit the device tree");
	overlay[0] ^= 1;
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
	assert_string_equal(why, "its overlay is damaged");
	f->facts.overlay_size = ROOM * 2;
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -ENOSPC);
}

/* An overlay whose node refers to another of its own, with a fixup at offset. */
static void overlay_with_reference(char *room, size_t size, uint32_t offset)
{
	begin_overlay(room, size, "/chosen");
	fdt_property_u32(room, "refers", 1);
	fdt_begin_node(room, "other");
	fdt_property_u32(room, "phandle", 1);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_begin_node(room, "__local_fixups__");
	fdt_begin_node(room, "fragment@0");
	fdt_begin_node(room, "__overlay__");
	fdt_property_u32(room, "refers", offset);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_end_node(room);
	fdt_begin_node(room, "after");
	fdt_end_node(room);
	fdt_end_node(room);
	assert_int_equal(fdt_finish(room), 0);
}

static void overlays_that_refer(void **state)
{
	struct fixture *f = *state;
	_Alignas(8) char overlay[512];
	const char *why;
	const void *fdt;

	f->facts.overlay = overlay;
	f->facts.overlay_size = sizeof(overlay);
	overlay_with_reference(overlay, sizeof(overlay), 0);
	fdt = built(f);
	assert_int_equal(cell(fdt, "/chosen", "refers", 0),
			 cell(fdt, "/chosen/other", "phandle", 0));
	overlay_with_reference(overlay, sizeof(overlay), 1);
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
	assert_string_equal(why, "its overlay is damaged");
}

static void whole_tree(void **state)
{
	struct fixture *f = *state;
	_Alignas(8) char whole[512];
	const char *why;

	assert_int_equal(fdt_create_empty_tree(whole, sizeof(whole)), 0);
	fdt_setprop_string(whole, 0, "model", "mine");
	f->facts.whole = whole;
	f->facts.whole_size = sizeof(whole);
	f->facts.ramdisk = (struct range){ 0x88000000, 0x1234 };
	assert_true(guest_fdt_build(&f->facts, f->room, ROOM, &why) > 0);
	assert_string_equal(text(f->room, "/", "model"), "mine");
	assert_string_equal(text(f->room, "/chosen", "bootargs"), "console=ttyS0");
	assert_int_equal(cell(f->room, "/chosen", "linux,initrd-start", 1), 0x88000000);
	f->facts.whole_size = 20;
	assert_int_equal(guest_fdt_build(&f->facts, f->room, ROOM, &why), -EINVAL);
}

/* A user's tree whose one memory node has these ranges, each of two cells and two. */
static int build_with_memory(struct fixture *f, const uint64_t *ranges, unsigned count)
{
	_Alignas(8) char whole[512];
	const char *why = NULL;
	fdt64_t reg[8];
	int node, result;

	for (unsigned i = 0; i < count; i++)
		reg[i] = cpu_to_fdt64(ranges[i]);
	assert_int_equal(fdt_create_empty_tree(whole, sizeof(whole)), 0);
	fdt_setprop_u32(whole, 0, "#address-cells", 2);
	fdt_setprop_u32(whole, 0, "#size-cells", 2);
	node = fdt_add_subnode(whole, 0, "memory");
	fdt_setprop_string(whole, node, "device_type", "memory");
	fdt_setprop(whole, node, "reg", reg, (int)(count * sizeof(*reg)));
	f->facts.whole = whole;
	f->facts.whole_size = sizeof(whole);
	result = guest_fdt_build(&f->facts, f->room, ROOM, &why);
	assert_true(result > 0 || strstr(why, "memory that its \"memory\" has not"));
	return result;
}

static void whole_tree_of_other_memory(void **state)
{
	struct fixture *f = *state;
	uint64_t base = f->guest.memory[0].gpa, size = f->guest.memory[0].size;
	const uint64_t same[] = { base, size }, parts[] = { base, 0x1000, base + 0x2000, 0x1000 };
	const uint64_t longer[] = { base, size + 1 }, below[] = { base - 1, 1 };
	const uint64_t second[] = { base, size, base + size, 0x1000 }, wraps[] = { base, -1ULL };

	assert_true(build_with_memory(f, same, 2) > 0);
	assert_true(build_with_memory(f, parts, 4) > 0);
	assert_int_equal(build_with_memory(f, longer, 2), -EINVAL);
	assert_int_equal(build_with_memory(f, below, 2), -EINVAL);
	assert_int_equal(build_with_memory(f, second, 4), -EINVAL);
	assert_int_equal(build_with_memory(f, wraps, 2), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(overlays, setup, teardown),
		cmocka_unit_test_setup_teardown(overlays_that_refer, setup, teardown),
		cmocka_unit_test_setup_teardown(whole_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(whole_tree_of_other_memory, setup, teardown),
	};

	return cmocka_run_group_tests_name("guest_fdt_user", tests, NULL, NULL);
}
