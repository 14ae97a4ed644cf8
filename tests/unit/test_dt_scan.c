/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/dt_scan.c hv/dt.c
// libs: fdt
/* What the scan must refuse, so that hv/dt.h can read what it lets pass without checks. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/dt_scan.h"

#define RESERVATIONS_AT 40
#define TREE_AT         56
#define PATIENCE        10 /* seconds */

static _Alignas(8) char fdt[1024];

static int reg_error;

static void put(size_t *at, uint32_t cell)
{
	*(fdt32_t *)(fdt + *at) = cpu_to_fdt32(cell);
	*at += DT_CELL;
}

/* A tree of a root alone, behind so many gaps; its name's padding is a property's token. */
static void make_root(unsigned gaps)
{
	size_t at = TREE_AT, header = 0;

	memset(fdt, 0, sizeof(fdt));
	while (gaps--)
		put(&at, DT_NOP);
	put(&at, DT_BEGIN_NODE);
	put(&at, DT_PROP);
	put(&at, DT_END_NODE);
	put(&at, DT_END);
	put(&header, DT_MAGIC);
	put(&header, (uint32_t)at);
	put(&header, TREE_AT);
	put(&header, (uint32_t)at);
	put(&header, RESERVATIONS_AT);
	put(&header, 17);
	put(&header, 16);
	put(&header, 0);
	put(&header, 0);
	put(&header, (uint32_t)at - TREE_AT);
}

/* hv/dt.h takes the root to be at 0, and would take a gap there for its token and name. */
static void test_root_is_first(void **state)
{
	const char *why = NULL;

	(void)state;
	make_root(0);
	assert_int_equal(dt_scan(fdt, sizeof(fdt), NULL, NULL, NULL), 0);
	assert_null(dt_find(fdt, 0, "any").data);
	make_root(1);
	assert_int_equal(dt_scan(fdt, sizeof(fdt), NULL, NULL, &why), -EINVAL);
	assert_non_null(why);
}

static void begin_bus(const char *name, uint32_t address_cells, uint32_t size_cells)
{
	fdt_begin_node(fdt, name);
	fdt_property_u32(fdt, "#address-cells", address_cells);
	fdt_property_u32(fdt, "#size-cells", size_cells);
}

static int visit(void *context, const struct dt_scan *scan)
{
	struct range reg;

	(void)context;
	if (scan->depth == 3)
		reg_error = dt_scan_reg(scan, 0, &reg);
	return 0;
}

/* A bus whose windows are of no cells at all: an endless list of them. */
static void test_windows_of_no_cells(void **state)
{
	(void)state;
	fdt_create(fdt, sizeof(fdt));
	fdt_finish_reservemap(fdt);
	begin_bus("", 0, 0);
	begin_bus("outer", 0, 0);
	fdt_property_u32(fdt, "ranges", 0);
	begin_bus("inner", 1, 1);
	fdt_property(fdt, "ranges", "", 0);
	fdt_begin_node(fdt, "device");
	fdt_property_u64(fdt, "reg", 0x100000000010);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
	assert_int_equal(fdt_finish(fdt), 0);
	reg_error = 0;
	alarm(PATIENCE);
	assert_int_equal(dt_scan(fdt, sizeof(fdt), visit, NULL, NULL), 0);
	alarm(0);
	assert_int_equal(reg_error, -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_is_first),
		cmocka_unit_test(test_windows_of_no_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
