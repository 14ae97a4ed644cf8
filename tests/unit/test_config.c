/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/arena.c hv/page_alloc.c hv/fmt.c hv/dt.c hv/dt_scan.c hv/edit_distance.c
// sources: hv/host_device.c hv/frame_pool.c hv/config_parse.c hv/config_device.c
// sources: hv/config_schema.c
// sources: hv/config_table.c hv/config_report.c hv/config_passthrough.c hv/config_irqs.c
// sources: hv/config_memory.c hv/config_check.c hv/config_plan.c hv/config_files.c
// sources: hv/host_dt.c hv/host_dt_links.c hv/host_isa.c
// libs: fdt
/* What is read and planned from sound configurations; tests/config/broken/ has the others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/config_device.h"
#include "hv/config_files.h"
#include "hv/config_parse.h"
#include "hv/config_plan.h"
#include "hv/host_dt.h"
#include "tests/unit/tree_file.h"

#define AREA_SIZE MiB(1)

static const struct range taken[] = { { 0x80200000, 0x200000 } };

static struct tree_file system_tree, host_tree;
static struct page_alloc pages;
static struct arena arena;
static struct config config;
static struct host host;
static unsigned errors, warnings;
static _Alignas(4096) char area[AREA_SIZE];
static _Alignas(8) char lent[KiB(64)];

static void count(struct config_report *report, const struct config_error *error)
{
	(void)report;
	if (error->warning)
		warnings++;
	else
		errors++;
}

static struct config_report report = { count };

static void start(uint64_t area_size)
{
	errors = warnings = 0;
	assert_int_equal(page_alloc_init(&pages, area, hpa(0), area_size), 0);
	arena_init(&arena, &pages, PAGE_OWNER_CONFIG);
}

static int read_system(const char *name)
{
	start(AREA_SIZE);
	tree_file_read(&system_tree, name);
	return config_parse(system_tree.data, system_tree.size, &arena, &config, &report);
}

static int plan_on(const char *machine)
{
	tree_file_read(&host_tree, machine);
	assert_int_equal(host_dt_parse(host_tree.data, host_tree.size, &host, NULL), 0);
	return config_plan(&config, &host, taken, ARRAY_SIZE(taken), &arena, &report);
}

static void test_parse(void **state)
{
	const struct config_guest *linux_guest, *rtos;

	(void)state;
	assert_int_equal(read_system("config/linux-freertos.dtb"), 0);
	assert_int_equal(config.nr_guests, 2);
	linux_guest = &config.guests[0];
	rtos = &config.guests[1];
	assert_string_equal(linux_guest->name, "linux");
	assert_int_equal(linux_guest->nr_vcpus, 2);
	assert_string_equal(linux_guest->kernel, "linux/Image");
	assert_string_equal(linux_guest->bootargs, "console=ttyS0");
	assert_int_equal(linux_guest->load, CONFIG_ANY);
	assert_int_equal(linux_guest->memory[0].hpa, CONFIG_ANY);
	assert_int_equal(linux_guest->console, 0);
	assert_int_equal(linux_guest->max_restarts, 3);
	assert_true(linux_guest->autostart && linux_guest->delegate_illegal);
	assert_false(linux_guest->real_time);
	assert_true(rtos->real_time);
	assert_int_equal(rtos->entry, 0x80200000);
	assert_true(config.colour);
}

static void test_plan(void **state)
{
	const struct config_guest *g;

	(void)state;
	assert_int_equal(read_system("config/linux-freertos.dtb"), 0);
	assert_int_equal(plan_on("host_dt/board.dtb"), 0);
	g = &config.guests[0];
	assert_int_equal(g->harts[0], 0);
	assert_int_equal(g->harts[1], 1);
	assert_int_equal(config.guests[1].harts[0], 2);
	assert_int_equal(config.housekeeping, 3);
	assert_true(is_aligned(g->memory[0].hpa, MiB(2)));
	assert_int_equal(g->devices[g->irqchip].kind, CONFIG_DEV_PLIC);
	assert_true(g->devices[g->irqchip].implicit);
	assert_int_equal(g->devices[0].irqs[0].guest, 10);
	assert_int_equal(g->devices[0].irqs[0].host, 0);
	assert_false(g->refused || config.guests[1].refused || config.refused);
}

static struct config_device *device_of(struct config_guest *g, uint32_t index)
{
	return index == CONFIG_NO_DEVICE ? NULL : &g->devices[index];
}

/* The first guest's own two nodes for interrupt files, in front of the rest. */
static void describe_aia(struct config_guest *g)
{
	memmove(&g->devices[2], &g->devices[0], g->nr_devices * sizeof(g->devices[0]));
	config_device_imply(g, CONFIG_DEV_IMSIC, &g->devices[0]);
	config_device_imply(g, CONFIG_DEV_APLIC, &g->devices[1]);
	g->devices[1].implicit = false;
	g->nr_devices += 2;
	g->imsic = 0;
	g->irqchip = 1;
	g->console += 2;
}

static struct config_guest *fall_back(enum config_irqchip choice, bool described,
				      enum config_irqchip fallback, const char *machine)
{
	struct config_guest *g;

	assert_int_equal(read_system("config/linux-freertos.dtb"), 0);
	g = &config.guests[0];
	g->irqchip_choice = choice;
	g->irqchip_fallback = fallback;
	if (described)
		describe_aia(g);
	config.nr_guests = 1;
	assert_int_equal(plan_on(machine), 0);
	assert_int_equal(g->devices[g->console].kind, CONFIG_DEV_UART);
	assert_int_equal(g->devices[g->console].irqs[0].guest, 10);
	return g;
}

static void test_guest_files(void **state)
{
	struct config_guest *g;

	(void)state;
	for (int described = 0; described < 2; described++) {
		g = fall_back(described ? CONFIG_IRQCHIP_AUTO : CONFIG_IRQCHIP_AIA, described,
			      CONFIG_IRQCHIP_PLIC, "host_dt/imsicnuma.dtb");
		assert_int_equal(warnings, 0);
		assert_int_equal(device_of(g, g->imsic)->kind, CONFIG_DEV_IMSIC);
		assert_int_equal(device_of(g, g->irqchip)->kind, CONFIG_DEV_APLIC);
	}
}

/* A machine without guest interrupt files: told once, whether the file describes them or not. */
static void test_fallback(void **state)
{
	struct config_guest *g;

	(void)state;
	for (int described = 0; described < 2; described++) {
		enum config_irqchip choice = described ? CONFIG_IRQCHIP_AUTO : CONFIG_IRQCHIP_AIA;

		g = fall_back(choice, described, CONFIG_IRQCHIP_PLIC, "host_dt/board.dtb");
		assert_int_equal(warnings, 1);
		assert_null(device_of(g, g->imsic));
		assert_int_equal(device_of(g, g->irqchip)->kind, CONFIG_DEV_PLIC);
		assert_true(device_of(g, g->irqchip)->implicit);
		g = fall_back(choice, described, CONFIG_IRQCHIP_APLIC, "host_dt/board.dtb");
		assert_int_equal(warnings, 1);
		assert_null(device_of(g, g->imsic));
		assert_int_equal(device_of(g, g->irqchip)->kind, CONFIG_DEV_APLIC);
		assert_int_equal(device_of(g, g->irqchip)->implicit, !described);
	}
}

/* What a file leaves open is no wish: nothing is told. */
static void test_fallback_of_no_wish(void **state)
{
	struct config_guest *g;

	(void)state;
	g = fall_back(CONFIG_IRQCHIP_AUTO, false, CONFIG_IRQCHIP_APLIC, "host_dt/board.dtb");
	assert_int_equal(warnings, 0);
	assert_int_equal(device_of(g, g->irqchip)->kind, CONFIG_DEV_APLIC);
}

/* The same files on the same machine give the same plan. */
static void test_plan_again(void **state)
{
	uint64_t first;

	(void)state;
	read_system("config/linux-freertos.dtb");
	plan_on("host_dt/board.dtb");
	first = config.guests[1].memory[0].hpa;
	read_system("config/linux-freertos.dtb");
	plan_on("host_dt/board.dtb");
	assert_int_equal(config.guests[1].memory[0].hpa, first);
}

/* A guest that can't be had is refused; the other one is planned all the same. Being
 * real-time on the only hart, it leaves none for Bulkhead's own work, which is told too. */
static void test_refusal(void **state)
{
	(void)state;
	assert_int_equal(read_system("config/linux-freertos.dtb"), 0);
	assert_int_equal(plan_on("host_dt/plic1.dtb"), 2);
	assert_true(config.guests[0].refused && config.refused);
	assert_false(config.guests[1].refused);
	assert_int_equal(config.guests[1].harts[0], 0);
}

static void test_every_error(void **state)
{
	int planned;

	(void)state;
	assert_int_equal(read_system("config/many-at-once.dtb"), 5);
	assert_int_equal(errors, 5);
	assert_true(config.guests[0].refused && config.guests[1].refused);
	assert_false(config.refused);
	planned = plan_on("host_dt/board.dtb");
	assert_int_equal(errors, 5 + planned);
}

static void test_passthrough(void **state)
{
	const struct config_device *d;

	(void)state;
	assert_int_equal(read_system("config/flash-passthrough.dtb"), 0);
	assert_int_equal(plan_on("host_dt/board.dtb"), 0);
	d = &config.guests[0].devices[1];
	assert_int_equal(d->kind, CONFIG_DEV_PASSTHROUGH);
	assert_int_equal(d->nr_regions, 1); /* of two: region = <1> */
	assert_int_equal(d->regions[0].gpa, 0x22000000);
	assert_int_equal(d->regions[0].hpa, 0x22000000);
	assert_true(d->host_node > 0);
}

/* However much there is: the plan is whole, or it is refused. */
static void test_no_memory(void **state)
{
	uint64_t size = 0;
	int err;

	(void)state;
	tree_file_read(&system_tree, "config/linux-freertos.dtb");
	do {
		start(2 * PAGE_SIZE); /* a page, and the page allocator's own */
		assert_non_null(page_alloc_take(&pages, 0, PAGE_OWNER_CONFIG));
		size += 8;
		memset(lent, 0, size);
		arena_add(&arena, lent, size);
		err = config_parse(system_tree.data, system_tree.size, &arena, &config, &report);
		assert_in_range(err + ENOMEM, 0, ENOMEM);
		if (!err)
			err = plan_on("host_dt/board.dtb");
	} while (err == -ENOMEM && size < sizeof(lent));
	assert_int_equal(err, 0);
	assert_int_equal(config.guests[0].nr_vcpus, 2);
	assert_int_equal(config.guests[1].nr_vcpus, 1);
	assert_true(size > 1024);
}

/* A name that would do something to a terminal is not kept, nor a constant in its stead. */
static void test_bad_name(void **state)
{
	char *name;

	(void)state;
	read_system("config/linux-freertos.dtb");
	name = (char *)system_tree.data + (config.guests[1].name - (char *)system_tree.data);
	assert_string_equal(name, "freertos");
	name[3] = 0x1b;
	start(AREA_SIZE);
	assert_int_equal(config_parse(system_tree.data, system_tree.size, &arena, &config, &report),
			 1);
	assert_true(config.guests[1].refused);
	assert_ptr_equal(config.guests[1].name, name + 4);
}

static void test_no_tree(void **state)
{
	(void)state;
	start(AREA_SIZE);
	tree_file_read(&system_tree, "config/u-boot.dtb");
	assert_int_equal(
		config_parse(system_tree.data, system_tree.size - 1, &arena, &config, &report),
		-EINVAL);
}

static int file_size(struct config_files *files, const struct config_guest *guest, const char *name,
		     uint64_t *size)
{
	(void)files;
	*size = name == guest->kernel ? GiB(1) : 1;
	return name == guest->ramdisk ? -ENOENT : 0;
}

static int kernel_place(struct config_files *files, const struct config_guest *guest,
			struct range ranges[CONFIG_FILES_RANGES], const char **why)
{
	(void)files;
	(void)why;
	ranges[0] = (struct range){ guest->memory[0].gpa, PAGE_SIZE };
	ranges[1] = (struct range){ guest->memory[0].gpa + PAGE_SIZE, GiB(1) };
	return 2;
}

static void test_files(void **state)
{
	struct config_files files = { file_size, kernel_place };

	(void)state;
	read_system("config/linux-freertos.dtb");
	assert_int_equal(config_check_files(&config, &files, &report), 3);
	assert_true(config.guests[0].refused && config.guests[1].refused);
}

static int small_file(struct config_files *files, const struct config_guest *guest,
		      const char *name, uint64_t *size)
{
	(void)files;
	(void)guest;
	(void)name;
	*size = PAGE_SIZE;
	return 0;
}

static int second_range(struct config_files *files, const struct config_guest *guest,
			struct range ranges[CONFIG_FILES_RANGES], const char **why)
{
	(void)files;
	(void)why;
	ranges[0] = (struct range){ guest->memory[1].gpa, PAGE_SIZE };
	return 1;
}

/* A kernel where one range of memory ends and the next begins. */
static void test_kernel_between_ranges(void **state)
{
	struct config_files files = { small_file, second_range };
	struct config_memory *memory;

	(void)state;
	read_system("config/linux-freertos.dtb");
	config.nr_guests = 1;
	memory = config.guests[0].memory;
	memory[0].size = MiB(16);
	memory[1] = memory[0];
	memory[1].gpa += MiB(16);
	config.guests[0].nr_memory = 2;
	assert_int_equal(config_check_files(&config, &files, &report), 0);
	config.guests[0].nr_memory = 1;
	assert_int_equal(config_check_files(&config, &files, &report), 1);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(config_action_name(CONFIG_SYSTEM_RESET), "system-reset");
	for (unsigned i = 0; i <= CONFIG_DEV_PASSTHROUGH; i++)
		assert_non_null(config_kind_name(i));
	for (unsigned i = 0; i < P_COUNT; i++) {
		assert_non_null(config_properties[i].name);
		assert_non_null(config_properties[i].example);
		assert_non_null(config_properties[i].fallback);
	}
}

/* No compiler lets such names pass, but a bundle need not come from one. */
static void test_hostile_names(void **state)
{
	static const char *const paths[] = { "/guests/linux", "/guests/freertos/serial@10000000" };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(paths); i++) {
		int node;
		char *name;

		start(AREA_SIZE);
		tree_file_read(&system_tree, "config/linux-freertos.dtb");
		node = fdt_path_offset(system_tree.data, paths[i]);
		assert_true(node > 0);
		name = (char *)(uintptr_t)fdt_get_name(system_tree.data, node, NULL);
		name[1] = '\033';
		assert_int_equal(
			config_parse(system_tree.data, system_tree.size, &arena, &config, &report),
			1);
		assert_int_equal(errors, 1);
		assert_true(config.guests[i].refused);
		assert_null(strchr(config.guests[i].name, '\033'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_guest_files),
		cmocka_unit_test(test_fallback),
		cmocka_unit_test(test_fallback_of_no_wish),
		cmocka_unit_test(test_plan_again),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_every_error),
		cmocka_unit_test(test_passthrough),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_bad_name),
		cmocka_unit_test(test_no_tree),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_kernel_between_ranges),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
