/* SPDX-License-Identifier: Apache-2.0 */
// sources: stage2/fence.c
/* The planner: what is fenced covers what was owed, and harts get the calls they should. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hv/sbi_defs.h"
#include "stage2/fence.h"

static struct {
	unsigned int local;
	unsigned int remote;
	struct fence_op last_op;
	struct fence_sbi_call last_call;
	uint64_t mask;
	uint64_t base;
	int result;
} seen;

void fence_local(const struct fence_op *op, bool svinval)
{
	(void)svinval;
	seen.local++;
	seen.last_op = *op;
}

static int remote(void *context, const struct fence_sbi_call *call, uint64_t mask,
		  uint64_t mask_base)
{
	assert_ptr_equal(context, &seen);
	seen.remote++;
	seen.last_call = *call;
	seen.mask = mask;
	seen.base = mask_base;
	return seen.result;
}

static int execute(const struct fence_op *op, bool here, uint64_t mask)
{
	return fence_execute(op, here, false, remote, &seen, mask, 3);
}

static int set_up(void **state)
{
	(void)state;
	seen.local = seen.remote = 0;
	seen.result = 0;
	return 0;
}

static void test_owed_adds_up(void **state)
{
	struct flush owed = flush_none(), more = flush_none();

	(void)state;
	flush_merge(&owed, &more);
	assert_int_equal(owed.kind, FLUSH_NONE);
	flush_add_range(&more, MiB(4), MiB(2), MiB(2));
	flush_merge(&owed, &more);
	flush_add_range(&owed, 4096, 4096, 4096);
	assert_int_equal(owed.range.base, 4096);
	assert_int_equal(owed.range.size, MiB(6) - 4096);
	assert_int_equal(owed.stride, 4096);
	flush_add_all(&more);
	flush_merge(&owed, &more);
	assert_int_equal(owed.kind, FLUSH_ALL);
	flush_add_range(&owed, 0, 4096, 4096);
	assert_int_equal(owed.kind, FLUSH_ALL);
}

static void test_nothing_owed(void **state)
{
	struct flush owed = flush_none();
	struct fence_op op = fence_plan(&owed, 5);

	(void)state;
	assert_int_equal(op.kind, FENCE_NOTHING);
	assert_int_equal(execute(&op, true, 1), 0);
	assert_int_equal(seen.local + seen.remote, 0);
}

static void test_range_or_vmid(void **state)
{
	(void)state;
	for (uint64_t pages = 1; pages < 100; pages++) {
		struct flush owed = flush_none();
		struct fence_op op;

		flush_add_range(&owed, 0x5000, pages * 4096, 4096);
		op = fence_plan(&owed, 9);
		assert_int_equal(op.vmid, 9);
		assert_int_equal(op.kind,
				 pages <= FENCE_PAGES_MAX ? FENCE_GVMA_RANGE : FENCE_GVMA_VMID);
		if (pages <= FENCE_PAGES_MAX)
			assert_int_equal(op.range.size, pages * 4096);
	}
}

/* A stride of large pages covers both ends, wherever in a page they lie. */
static void test_large_strides(void **state)
{
	struct flush owed = flush_none();
	struct fence_op op;

	(void)state;
	flush_add_range(&owed, MiB(2), GiB(2), GiB(1));
	op = fence_plan(&owed, 1);
	assert_int_equal(op.kind, FENCE_GVMA_RANGE);
	assert_int_equal(op.range.base, 0);
	assert_int_equal(op.range.size, GiB(3));
	assert_int_equal(op.stride, GiB(1));
}

static void test_all(void **state)
{
	struct flush owed = { .kind = FLUSH_ALL };
	struct fence_op op = fence_plan(&owed, 0x3fff);

	(void)state;
	assert_int_equal(op.kind, FENCE_GVMA_VMID);
	assert_int_equal(op.vmid, 0x3fff);
}

static void test_sbi_calls(void **state)
{
	static const struct {
		struct fence_op op;
		struct fence_sbi_call call;
	} rows[] = {
		{ { FENCE_GVMA, 0, { 0, 0 }, 0 }, { SBI_RFENCE_HFENCE_GVMA, 0, UINT64_MAX, 0 } },
		{ { FENCE_GVMA_VMID, 3, { 0, 0 }, 0 },
		  { SBI_RFENCE_HFENCE_GVMA_VMID, 0, UINT64_MAX, 3 } },
		{ { FENCE_GVMA_RANGE, 3, { 4096, 8192 }, 4096 },
		  { SBI_RFENCE_HFENCE_GVMA_VMID, 4096, 8192, 3 } },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fence_sbi_call call = fence_sbi_call(&rows[i].op);

		assert_int_equal(call.function, rows[i].call.function);
		assert_int_equal(call.start, rows[i].call.start);
		assert_int_equal(call.size, rows[i].call.size);
		assert_int_equal(call.vmid, rows[i].call.vmid);
	}
}

static void test_execute_reaches_harts(void **state)
{
	const struct fence_op op = { .kind = FENCE_GVMA_VMID, .vmid = 7 };

	(void)state;
	assert_int_equal(execute(&op, true, 0), 0);
	assert_int_equal(seen.local, 1);
	assert_int_equal(seen.remote, 0);
	assert_int_equal(execute(&op, false, 0x5), 0);
	assert_int_equal(seen.local, 1);
	assert_int_equal(seen.remote, 1);
	assert_int_equal(seen.mask, 5);
	assert_int_equal(seen.base, 3);
	assert_int_equal(seen.last_call.function, SBI_RFENCE_HFENCE_GVMA_VMID);
}

static void test_execute_reports_errors(void **state)
{
	const struct fence_op op = { .kind = FENCE_GVMA_VMID, .vmid = 7 };

	(void)state;
	seen.result = -EIO;
	assert_int_equal(execute(&op, true, 1), -EIO);
	assert_int_equal(seen.local, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_owed_adds_up, set_up),
		cmocka_unit_test_setup(test_nothing_owed, set_up),
		cmocka_unit_test_setup(test_range_or_vmid, set_up),
		cmocka_unit_test_setup(test_large_strides, set_up),
		cmocka_unit_test_setup(test_all, set_up),
		cmocka_unit_test_setup(test_sbi_calls, set_up),
		cmocka_unit_test_setup(test_execute_reaches_harts, set_up),
		cmocka_unit_test_setup(test_execute_reports_errors, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
