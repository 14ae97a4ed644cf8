/* SPDX-License-Identifier: Apache-2.0 */
// sources: hv/dt.c
// libs: fdt
/* Reading a sound tree without checks, where libfdt has left gaps in it too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "hv/bits.h"
#include "hv/dt.h"

static _Alignas(8) char fdt[1024];

static void node(const char *name, const char *property)
{
	fdt_begin_node(fdt, name);
	fdt_property_u32(fdt, "gone", 1);
	fdt_property_string(fdt, property, name);
	fdt_begin_node(fdt, "inner");
	fdt_property_u32(fdt, "reg", 7);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
}

/* Three nodes; then the first property of each and all of "two" become gaps. */
static int make(void **state)
{
	(void)state;
	fdt_create(fdt, sizeof(fdt));
	fdt_finish_reservemap(fdt);
	fdt_begin_node(fdt, "");
	fdt_property_u64(fdt, "wide", 0x1122334455667788);
	node("one", "a");
	node("two", "b");
	node("three@10", "ab");
	fdt_end_node(fdt);
	fdt_finish(fdt);
	fdt_nop_property(fdt, fdt_path_offset(fdt, "/one"), "gone");
	fdt_nop_property(fdt, fdt_path_offset(fdt, "/three@10"), "gone");
	fdt_nop_node(fdt, fdt_path_offset(fdt, "/two"));
	return 0;
}

static void children(void **state)
{
	int one = dt_child(fdt, 0, "one"), three = dt_child(fdt, 0, "three@10"), child;
	unsigned count = 0;

	(void)state;
	assert_int_equal(one, fdt_path_offset(fdt, "/one"));
	assert_int_equal(three, fdt_path_offset(fdt, "/three@10"));
	assert_string_equal(dt_name(fdt, three), "three@10");
	assert_string_equal(dt_name(fdt, 0), "");
	assert_int_equal(dt_child(fdt, 0, "two"), DT_NO_NODE);
	assert_int_equal(dt_child(fdt, 0, "three"), DT_NO_NODE);
	assert_int_equal(dt_child(fdt, 0, "inner"), DT_NO_NODE);
	assert_int_equal(dt_child(fdt, dt_child(fdt, one, "inner"), "inner"), DT_NO_NODE);
	dt_for_each_child (child, fdt, 0)
		count++;
	assert_int_equal(count, 2);
}

static void properties(void **state)
{
	int three = dt_child(fdt, 0, "three@10");
	struct dt_cursor cursor = dt_properties(fdt, three);
	struct dt_prop wide = dt_find(fdt, 0, "wide");

	(void)state;
	assert_true(dt_next(&cursor));
	assert_string_equal(cursor.name, "ab");
	assert_string_equal(dt_text(cursor.value), "three@10");
	assert_false(dt_next(&cursor));
	assert_false(dt_next(&cursor));
	assert_null(dt_find(fdt, three, "a").data);
	assert_null(dt_find(fdt, three, "gone").data);
	assert_null(dt_find(fdt, three, "reg").data); /* that of the node below */
	assert_int_equal(dt_cell(wide, 1), 0x55667788);
	assert_int_equal(dt_number(wide, 0, 2), 0x1122334455667788);
	assert_int_equal(dt_number(wide, 0, 0), 0);
}

static void strings(void **state)
{
	static const char text[] = "a\0\0bc\0d";
	struct dt_prop list = { text, sizeof(text) }, cut = { text, sizeof(text) - 1 };
	const char *s = NULL;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		static const char *const expected[] = { "a", "", "bc", "d" };

		s = dt_next_string(list, s);
		assert_string_equal(s, expected[i]);
	}
	assert_null(dt_next_string(list, s));
	assert_true(dt_list_contains(list, "d"));
	assert_true(dt_list_contains(list, ""));
	assert_false(dt_list_contains(list, "b"));
	assert_false(dt_list_contains(cut, "d")); /* it does not end */
	assert_false(dt_list_contains((struct dt_prop){ NULL, 0 }, ""));
	assert_null(dt_text(list));
	assert_null(dt_text((struct dt_prop){ text, 1 }));
	assert_null(dt_text((struct dt_prop){ text, 0 }));
	assert_string_equal(dt_text((struct dt_prop){ text, 2 }), "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(children, make),
		cmocka_unit_test_setup(properties, make),
		cmocka_unit_test(strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
