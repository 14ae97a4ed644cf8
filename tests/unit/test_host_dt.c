/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/dt.c hv/dt_scan.c hv/host_dt.c hv/host_dt_links.c
// sources: hv/host_isa.c hv/host_device.c hv/edit_distance.c
// libs: fdt
/* The host's device tree: an invented board, and QEMU's machines with ISA strings cut short. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/edit_distance.h"
#include "hv/host_device.h"
#include "hv/host_dt.h"
#include "hv/host_isa.h"
#include "tests/unit/tree_file.h"

static struct tree_file tree;
static struct host host;

static void parse(const char *name)
{
	tree_file_read(&tree, name);
	assert_int_equal(host_dt_parse(tree.data, tree.size, &host, NULL), 0);
}

static int look_up(const char *path, struct host_device *device, char *nearest)
{
	return host_device_find(&host, path, device, nearest);
}

static void test_board(void **state)
{
	(void)state;
	parse("host_dt/board.dtb");
	assert_int_equal(host.nr_harts, 4); /* the one without an MMU is no guest's */
	assert_int_equal(host.harts[0].id, 1);
	assert_int_equal(host.harts[3].id, 4);
	assert_int_equal(host.harts[0].plic_context, 2);
	assert_int_equal(host.harts[3].plic_context, 8);
	assert_int_equal(host.mmu_levels, 3);
	assert_int_equal(host.timebase_hz, 10000000);
	assert_true(host.isa & BIT(ISA_H));
	assert_true(host.isa & BIT(ISA_SSTC));
	assert_false(host.isa & BIT(ISA_V)); /* one hart only */
	assert_int_equal(host.nr_memory, 1);
	assert_int_equal(host.memory[0].base, 0x80000000);
	assert_int_equal(host.nr_reserved, 1);
	assert_int_equal(host.reserved[0].size, 0x80000);
	assert_int_equal(host.irqchip.kind, HOST_IRQ_PLIC);
	assert_int_equal(host.irqchip.nr_sources, 40);
}

/* stdout-path names an alias and a speed. */
static void test_console(void **state)
{
	(void)state;
	parse("host_dt/board.dtb");
	assert_true(host.uart.present);
	assert_int_equal(host.uart.mmio.base, 0x10000000);
	assert_int_equal(host.uart.irq, 10);
	assert_int_equal(host.uart.clock_hz, 3686400);
}

/* The tree is read elsewhere from now on: what points into it follows. */
static void test_move(void **state)
{
	static const char there[64];

	(void)state;
	parse("host_dt/board.dtb");
	host.bootargs = host.fdt;
	host.seed = (const char *)host.fdt + 40;
	host_dt_move(&host, there);
	assert_ptr_equal(host.fdt, there);
	assert_ptr_equal(host.bootargs, there);
	assert_ptr_equal(host.seed, there + 40);
	host.bootargs = NULL;
	host.seed = NULL;
	host_dt_move(&host, tree.data);
	assert_null(host.bootargs);
	assert_null(host.seed);
}

static void test_plic(void **state)
{
	(void)state;
	parse("host_dt/plic1.dtb");
	assert_int_equal(host.nr_harts, 1);
	assert_int_equal(host.mmu_levels, 5);
	assert_int_equal(host.irqchip.kind, HOST_IRQ_PLIC);
	assert_int_equal(host.harts[0].plic_context, 1);
	assert_int_equal(host.harts[0].imsic_index, HOST_NONE);
}

static void test_aplic(void **state)
{
	(void)state;
	parse("host_dt/aplic4.dtb");
	assert_int_equal(host.irqchip.kind, HOST_IRQ_APLIC_DIRECT);
	assert_int_equal(host.irqchip.nr_sources, 96);
	assert_int_equal(host.harts[3].aplic_idc, 3);
}

/* Two sockets: an IMSIC of two groups, each with its register set. */
static void test_imsic(void **state)
{
	(void)state;
	parse("host_dt/imsicnuma.dtb");
	assert_int_equal(host.irqchip.kind, HOST_IRQ_APLIC_MSI);
	assert_int_equal(host.irqchip.imsic_guest_index_bits, 1);
	assert_int_equal(host.irqchip.guest_files, 1);
	assert_int_equal(host.irqchip.imsic_group_index_bits, 1);
	assert_int_equal(host.irqchip.nr_imsic, 2);
	assert_int_equal(host.irqchip.imsic[1].base, 0x29000000);
	assert_int_equal(host.harts[1].imsic, 0x28002000);
	assert_int_equal(host.harts[2].imsic, 0x29000000);
	assert_int_equal(host.harts[2].imsic_index, 2);
	assert_int_equal(host.nr_memory, 1); /* two nodes that touch */
	assert_int_equal(host.memory[0].size, 0x80000000);
}

static void test_imsic_unsound(void **state)
{
	static const uint32_t identities[] = { 0, 62, 2048, UINT32_MAX };
	const char *why = NULL;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(identities); i++) {
		int node;

		tree_file_read(&tree, "host_dt/imsicnuma.dtb");
		node = fdt_path_offset(tree.data, "/soc/interrupt-controller@28000000");
		assert_true(node > 0);
		fdt_setprop_inplace_u32(tree.data, node, "riscv,num-ids", identities[i]);
		assert_int_equal(host_dt_parse(tree.data, tree.size, &host, &why), -EINVAL);
		assert_string_equal(why, "its IMSIC has an impossible number of identities");
	}
}

/* With another size of the interrupt controller's registers, the last cell of its reg. */
static int parse_registers(const char *name, uint32_t size, const char **why)
{
	uint32_t *reg;
	int length;

	parse(name);
	reg = fdt_getprop_w(tree.data, host.irqchip.node, "reg", &length);
	assert_non_null(reg);
	reg[length / sizeof(*reg) - 1] = cpu_to_fdt32(size);
	return host_dt_parse(tree.data, tree.size, &host, why);
}

/* As many as the list of harts is long: nine contexts here, four IDCs there. */
static void test_registers(void **state)
{
	const char *why = NULL;

	(void)state;
	assert_int_equal(parse_registers("host_dt/board.dtb", 0x209000, &why), 0);
	assert_int_equal(parse_registers("host_dt/board.dtb", 0x208fff, &why), -EINVAL);
	assert_string_equal(why, "its interrupt controller's reg is too small for its harts");
	assert_int_equal(parse_registers("host_dt/aplic4.dtb", 0x4080, &why), 0);
	assert_int_equal(parse_registers("host_dt/aplic4.dtb", 0x407f, &why), -EINVAL);
}

/* The board with one more node, an SSWI; the harts 1 to 4 have the phandles 3 to 6. */
static void add_sswi(const char *name, uint32_t base, uint32_t size, const uint32_t *parents,
		     unsigned count)
{
	uint32_t reg[] = { cpu_to_fdt32(0), cpu_to_fdt32(base), cpu_to_fdt32(0),
			   cpu_to_fdt32(size) };
	int node = fdt_add_subnode(tree.data, 0, name);

	assert_true(node > 0);
	assert_int_equal(fdt_setprop(tree.data, node, "reg", reg, sizeof(reg)), 0);
	assert_int_equal(fdt_setprop_string(tree.data, node, "compatible", "riscv,aclint-sswi"), 0);
	assert_int_equal(fdt_setprop(tree.data, node, "interrupt-controller", NULL, 0), 0);
	assert_int_equal(fdt_setprop(tree.data, node, "interrupts-extended", NULL, 0), 0);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(
			fdt_appendprop_u32(tree.data, node, "interrupts-extended", parents[i]), 0);
}

static void begin_board(void)
{
	tree_file_read(&tree, "host_dt/board.dtb");
	assert_int_equal(fdt_open_into(tree.data, tree.data, sizeof(tree.data)), 0);
}

static void parse_tree(void)
{
	assert_int_equal(host_dt_parse(tree.data, sizeof(tree.data), &host, NULL), 0);
	assert_int_equal(host.irqchip.kind, HOST_IRQ_PLIC);
}

static void assert_sswi(uint64_t base, uint32_t first, uint32_t second, uint32_t third,
			uint32_t fourth)
{
	uint32_t wanted[] = { first, second, third, fourth };

	parse_tree();
	assert_int_equal(host.sswi.base, base);
	for (unsigned i = 0; i < ARRAY_SIZE(wanted); i++)
		assert_int_equal(host.harts[i].sswi, wanted[i]);
}

#define NONE HOST_NONE

/* A hart's register is told by its place in the list, not by its number. */
static void test_sswi(void **state)
{
	static const uint32_t parents[] = { 6, 1, 5, 1, 2, 1, 4, 1, 3, 1 };
	struct host_device d;
	char nearest[DT_MAX_PATH];

	(void)state;
	begin_board();
	add_sswi("sswi@2f00000", 0x2f00000, 0x8000, parents, ARRAY_SIZE(parents));
	assert_sswi(0x2f00000, 4, 3, 1, 0);
	assert_int_equal(host.sswi.size, 0x4000);
	assert_int_equal(look_up("/sswi@2f00000", &d, nearest), 0);
	assert_non_null(d.system);
	parse("host_dt/aclint3.dtb");
	assert_int_equal(host.sswi.base, 0x2f00000);
	assert_int_equal(host.harts[2].sswi, 2);
	parse("host_dt/plic1.dtb");
	assert_int_equal(host.sswi.size, 0);
	assert_int_equal(host.harts[0].sswi, HOST_NONE);
}

/* Harts that are left out, another interrupt of a hart's, one who is no hart, half an entry. */
static void test_sswi_in_part(void **state)
{
	static const uint32_t few[] = { 4, 1 }, mixed[] = { 3, 9, 4, 3, 99, 1, 6, 1, 5 };

	(void)state;
	begin_board();
	add_sswi("sswi@2f00000", 0x2f00000, 0x4000, few, ARRAY_SIZE(few));
	assert_sswi(0x2f00000, NONE, 0, NONE, NONE);
	begin_board();
	add_sswi("sswi@2f00000", 0x2f00000, 0x4000, mixed, ARRAY_SIZE(mixed));
	assert_sswi(0x2f00000, NONE, NONE, NONE, 3);
}

/* Fewer registers than harts, out of line, in memory, disabled: another one is taken, or none. */
static void test_sswi_unsound(void **state)
{
	static const uint32_t parents[] = { 3, 1, 4, 1 };
	static const struct range bad[] = {
		{ 0x2f00000, 7 },       { 0x2f00000, 0 },       { 0x2f00002, 0x4000 },
		{ 0x7ffffffc, 0x4000 }, { 0x9fffc000, 0x4000 },
	};
	int node;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		begin_board();
		add_sswi("bad", (uint32_t)bad[i].base, (uint32_t)bad[i].size, parents,
			 ARRAY_SIZE(parents));
		assert_sswi(0, NONE, NONE, NONE, NONE);
		assert_int_equal(host.sswi.size, 0);
		add_sswi("good", 0x3000000, 8, parents, ARRAY_SIZE(parents));
		assert_sswi(0x3000000, 0, 1, NONE, NONE);
	}
	node = fdt_path_offset(tree.data, "/good");
	assert_int_equal(fdt_setprop_string(tree.data, node, "status", "disabled"), 0);
	assert_sswi(0, NONE, NONE, NONE, NONE);
}

/* Where there are IMSICs, they interrupt harts. */
static void test_sswi_beside_imsic(void **state)
{
	static const uint32_t parents[] = { 2, 1, 4, 1 };

	(void)state;
	tree_file_read(&tree, "host_dt/imsicnuma.dtb");
	assert_int_equal(fdt_open_into(tree.data, tree.data, sizeof(tree.data)), 0);
	add_sswi("sswi@2f00000", 0x2f00000, 0x4000, parents, ARRAY_SIZE(parents));
	assert_int_equal(host_dt_parse(tree.data, sizeof(tree.data), &host, NULL), 0);
	assert_int_equal(host.irqchip.kind, HOST_IRQ_APLIC_MSI);
	assert_int_equal(host.sswi.size, 0);
}

/* A tree cut anywhere, with its header saying so or not, is refused and never overread. */
static void test_cut(void **state)
{
	(void)state;
	tree_file_read(&tree, "host_dt/board.dtb");
	for (size_t size = 0; size < tree.size; size++) {
		void *cut = malloc(size + 1);

		memcpy(cut, tree.data, size);
		assert_int_equal(host_dt_parse(cut, size, &host, NULL), -EINVAL);
		if (size >= 8) {
			fdt_set_totalsize(cut, size);
			assert_true(host_dt_parse(cut, size, &host, NULL) < 0 ||
				    size >= fdt_off_dt_strings(cut) + fdt_size_dt_strings(cut));
		}
		free(cut);
	}
}

/* Why a tree is refused is told. */
static void test_why(void **state)
{
	const char *why = NULL;

	(void)state;
	tree_file_read(&tree, "host_dt/board.dtb");
	tree.data[0] ^= 1;
	assert_int_equal(host_dt_parse(tree.data, tree.size, &host, &why), -EINVAL);
	assert_string_equal(why, "it is not a device tree");
}

static uint64_t isa(const char *text)
{
	return host_isa_bits(host_isa_read(text, strlen(text) + 1));
}

static void test_isa(void **state)
{
	static const char list[] = "i\0m\0h\0zicboz\0ssstateen\0zicbozzz";

	(void)state;
	assert_int_equal(isa("rv64imafdch_zicbom_sstc"), BIT(ISA_F) | BIT(ISA_D) | BIT(ISA_C) |
								 BIT(ISA_H) | BIT(ISA_ZICBOM) |
								 BIT(ISA_SSTC));
	assert_int_equal(isa("rv64gcv"), BIT(ISA_F) | BIT(ISA_D) | BIT(ISA_C) | BIT(ISA_V));
	assert_int_equal(host_isa_bits(host_isa_read(list, sizeof(list))),
			 BIT(ISA_H) | BIT(ISA_ZICBOZ) | BIT(ISA_SMSTATEEN));
	assert_int_equal(host_isa_bits(host_isa_read(NULL, 0)), 0);
	assert_int_equal(host_isa_bits(host_isa_read("rv64h", 5)), 0); /* not ended */
	assert_string_equal(host_isa_name(ISA_SVPBMT), "svpbmt");
}

/* Whatever the order of the names, each is found; what comes out is in order. */
static void test_isa_order(void **state)
{
	static const char text[] = "rv64imafdcbvh_zvkt_zba_svvptc_ssaia_zaamox_zkr_zicbom";
	struct host_isa all = host_isa_read(text, sizeof(text));
	struct host_isa guests = host_isa_for_guest(all, BIT(ISA_SVPBMT) | BIT(ISA_ZICBOM));
	static const char *const names[] = { "a", "b", "c",   "d",    "f",     "i",
					     "m", "v", "zba", "zvkt", "ssaia", "svvptc" };
	unsigned row = 0;
	size_t length;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
		assert_true(host_isa_has(guests, names[i]));
		assert_string_equal(host_isa_next(guests, &row, &length), names[i]);
	}
	assert_null(host_isa_next(guests, &row, &length));
	assert_true(host_isa_has(all, "zkr"));
	assert_false(host_isa_has(guests, "zkr"));
	assert_false(host_isa_has(all, "zb"));
	assert_false(host_isa_has(all, "zzz"));
	assert_false(host_isa_has(all, ""));
}

/* The table is sorted: every extension with a name for Bulkhead is found by it. */
static void test_isa_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ISA_COUNT; i++) {
		const char *name = host_isa_name(i);

		assert_int_equal(host_isa_bits(host_isa_read(name, strlen(name) + 1)), BIT(i));
	}
}

static void test_device(void **state)
{
	char nearest[DT_MAX_PATH];
	struct host_device d;

	(void)state;
	parse("host_dt/board.dtb");
	assert_int_equal(look_up("/bus/ethernet@10003000", &d, nearest), 0);
	assert_int_equal(d.nr_regs, 2);
	assert_int_equal(d.regs[1].base, 0x10004000);
	assert_int_equal(d.nr_irqs, 2);
	assert_int_equal(d.irqs[1].source, 15);
	assert_int_equal(d.irqs[1].trigger, IRQ_LEVEL_HIGH);
	assert_true(d.may_do_dma && !d.system && !d.disabled);
	assert_int_equal(look_up("/bus/timer@10007000", &d, nearest), 0);
	assert_true(d.foreign_irq);
	assert_int_equal(look_up("/bus/ghost@30000000", &d, nearest), 0);
	assert_false(d.translated);
	assert_int_equal(look_up("/bus/serial@10000000", &d, nearest), 0);
	assert_non_null(d.system);
	assert_int_equal(look_up("/bus/ethernet@10003001", &d, nearest), -ENOENT);
	assert_string_equal(nearest, "/bus/ethernet@10003000");
}

/* What an APLIC's second cell says, and a cell of nothing. */
static void test_triggers(void **state)
{
	static const enum irq_trigger triggers[] = {
		[0] = IRQ_EDGE_RISING, [1] = IRQ_EDGE_RISING, [2] = IRQ_EDGE_FALLING,
		[4] = IRQ_LEVEL_HIGH,  [8] = IRQ_LEVEL_LOW,
	};
	char nearest[DT_MAX_PATH];
	struct host_device d;

	(void)state;
	for (uint32_t type = 0; type <= 8; type = type ? 2 * type : 1) {
		fdt32_t cells[] = { cpu_to_fdt32(11), cpu_to_fdt32(type) };
		int rtc;

		tree_file_read(&tree, "host_dt/imsicnuma.dtb");
		rtc = fdt_path_offset(tree.data, "/soc/rtc@101000");
		assert_int_equal(
			fdt_setprop_inplace(tree.data, rtc, "interrupts", cells, sizeof(cells)), 0);
		assert_int_equal(host_dt_parse(tree.data, tree.size, &host, NULL), 0);
		assert_int_equal(look_up("/soc/rtc@101000", &d, nearest), 0);
		assert_int_equal(d.irqs[0].trigger, triggers[type]);
	}
}

static void count_overlap(void *context, const char *path, int node, struct range reg)
{
	(void)node;
	assert_int_equal(reg.base, 0x10002800);
	assert_string_equal(path, "/bus/pwm@10002800");
	++*(int *)context;
}

static void test_overlaps(void **state)
{
	char nearest[DT_MAX_PATH];
	struct host_device d;
	int count = 0;

	(void)state;
	parse("host_dt/board.dtb");
	assert_int_equal(look_up("/bus/gpio@10002000", &d, nearest), 0);
	host_device_overlaps(&host, (struct range){ 0x10002000, PAGE_SIZE }, d.node, count_overlap,
			     &count);
	assert_int_equal(count, 1);
}

static void test_edit_distance(void **state)
{
	char far[80];

	(void)state;
	memset(far, 'x', sizeof(far));
	far[79] = '\0';
	assert_int_equal(edit_distance("vcpus", "vcpus"), 0);
	assert_int_equal(edit_distance("vcpu", "vcpus"), 1);
	assert_int_equal(edit_distance("kitten", "sitting"), 3);
	assert_int_equal(edit_distance("", "abc"), 3);
	assert_int_equal(edit_distance("vpcus", "vcpus"), 1);
	assert_int_equal(edit_distance("ab", "ba"), 1);
	assert_int_equal(edit_distance(far, "x"), EDIT_DISTANCE_FAR);
	assert_int_equal(edit_distance_limit("vcpus"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_board),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_plic),
		cmocka_unit_test(test_aplic),
		cmocka_unit_test(test_imsic),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_isa),
		cmocka_unit_test(test_isa_order),
		cmocka_unit_test(test_isa_names),
		cmocka_unit_test(test_triggers),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_overlaps),
		cmocka_unit_test(test_edit_distance),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_sswi),
		cmocka_unit_test(test_sswi_in_part),
		cmocka_unit_test(test_imsic_unsound),
		cmocka_unit_test(test_sswi_unsound),
		cmocka_unit_test(test_sswi_beside_imsic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
