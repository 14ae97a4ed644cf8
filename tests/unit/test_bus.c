// SPDX-License-Identifier: Apache-2.0
// sources: vdev/bus.c
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "vdev/bus.h"

struct probe {
	struct vdev dev;
	uint64_t offset, value;
	unsigned size, resets;
	int answer;
	bool was_locked;
};

static int probe_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct probe *p = CONTAINER_OF(dev, struct probe, dev);

	p->offset = offset;
	p->size = size;
	p->was_locked = dev->lock.next != dev->lock.serving;
	*value = 0x1234;
	return p->answer;
}

static int probe_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct probe *p = CONTAINER_OF(dev, struct probe, dev);

	p->offset = offset;
	p->size = size;
	p->value = value;
	return p->answer;
}

static void probe_reset(struct vdev *dev)
{
	CONTAINER_OF(dev, struct probe, dev)->resets++;
}

static const struct vdev_ops probe_ops = { probe_read, probe_write, probe_reset };

static struct probe a, b, c;
static struct vdev *slots[3];
static struct bus bus;

static void place(struct probe *p, uint64_t base, uint64_t size)
{
	*p = (struct probe){ 0 };
	vdev_init(&p->dev, &probe_ops, "probe", gpa(base), size);
}

static int setup(void **state)
{
	(void)state;
	bus_init(&bus, slots, ARRAY_SIZE(slots));
	place(&a, 0x1000, 0x100);
	place(&b, 0x1100, 0x100);
	place(&c, UINT64_MAX - 0xff, 0x100);
	assert_int_equal(bus_add(&bus, &c.dev, NULL), 0);
	assert_int_equal(bus_add(&bus, &a.dev, NULL), 0);
	assert_int_equal(bus_add(&bus, &b.dev, NULL), 0);
	return 0;
}

static void finds_only_whole_ranges(void **state)
{
	(void)state;
	bus_seal(&bus);
	assert_null(bus_find(&bus, gpa(0xfff), 1));
	assert_ptr_equal(bus_find(&bus, gpa(0x1000), 1), &a.dev);
	assert_ptr_equal(bus_find(&bus, gpa(0x10f8), 8), &a.dev);
	assert_null(bus_find(&bus, gpa(0x10f9), 8));
	assert_ptr_equal(bus_find(&bus, gpa(0x1100), 4), &b.dev);
	assert_null(bus_find(&bus, gpa(0x11ff), 2));
	assert_null(bus_find(&bus, gpa(0x1200), 1));
	assert_ptr_equal(bus_find(&bus, gpa(UINT64_MAX), 1), &c.dev);
	assert_null(bus_find(&bus, gpa(UINT64_MAX), 2));
	assert_null(bus_find(&bus, gpa(0), 8));
}

static void refuses_what_it_must(void **state)
{
	struct probe d;
	struct vdev *other = NULL;

	(void)state;
	place(&d, 0x10ff, 2);
	assert_int_equal(bus_add(&bus, &d.dev, &other), -EEXIST);
	assert_ptr_equal(other, &a.dev);
	place(&d, 0x11ff, 1);
	assert_int_equal(bus_add(&bus, &d.dev, &other), -EEXIST);
	assert_ptr_equal(other, &b.dev);
	place(&d, 0xf00, 0x1000);
	assert_int_equal(bus_add(&bus, &d.dev, &other), -EEXIST);
	place(&d, 0x2000, 0);
	assert_int_equal(bus_add(&bus, &d.dev, NULL), -EINVAL);
	place(&d, UINT64_MAX, 2);
	assert_int_equal(bus_add(&bus, &d.dev, NULL), -EINVAL);
	place(&d, 0x2000, 1);
	assert_int_equal(bus_add(&bus, &d.dev, NULL), -ENOSPC);
	d.dev.ops = NULL;
	assert_int_equal(bus_add(&bus, &d.dev, NULL), -EINVAL);
	bus_seal(&bus);
	place(&d, 0x2000, 1);
	assert_int_equal(bus_add(&bus, &d.dev, NULL), -EBUSY);
}

static void reads_and_counts(void **state)
{
	struct vdev *last = NULL;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(bus_read(&bus, &last, gpa(0x1008), 8, &value), 0);
	assert_int_equal(value, 0x1234);
	assert_ptr_equal(last, &a.dev);
	assert_int_equal(a.offset, 8);
	assert_int_equal(a.size, 8);
	assert_true(a.was_locked);
	assert_int_equal(bus_read(&bus, &last, gpa(0x10ff), 1, &value), 0);
	assert_int_equal(bus_read(&bus, &last, gpa(0x10ff), 2, &value), -ENODEV);
	assert_int_equal(bus_read(&bus, &last, gpa(0xfff), 2, &value), -ENODEV);
	assert_int_equal(a.dev.reads[0], 1); /* 0x100 bytes: windows of 0x20 */
	assert_int_equal(a.dev.reads[7], 1);
	a.answer = -EINVAL;
	assert_int_equal(bus_read(&bus, &last, gpa(0x1000), 1, &value), -EINVAL);
	assert_int_equal(a.dev.refused, 1);
	assert_int_equal(a.dev.lock.next, a.dev.lock.serving);
}

/* The smallest windows that hold all registers, of which there may be fewer than bytes. */
static void windows_fit(void **state)
{
	static const struct {
		uint64_t size, span;
		unsigned shift;
	} cases[] = {
		{ 0x100, 8, 0 }, { 0x1000, 0x20, 2 }, { 0x100, 0, 5 },      { 0x600000, 0, 20 },
		{ 1, 0, 0 },     { 9, 0, 1 },         { 0x2000000, 0, 22 },
	};
	struct vdev *one[1];
	struct bus other;

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct probe p = { .answer = 0 };

		bus_init(&other, one, 1);
		vdev_init(&p.dev, &probe_ops, "probe", gpa(0), cases[i].size);
		p.dev.span = cases[i].span;
		assert_int_equal(bus_add(&other, &p.dev, NULL), 0);
		assert_int_equal(p.dev.window_shift, cases[i].shift);
		assert_int_equal(vdev_window(&p.dev, 0), 0);
		assert_true(vdev_window(&p.dev, UINT64_MAX) < VDEV_WINDOWS);
	}
}

static void writes_are_cut(void **state)
{
	struct vdev *last = &a.dev;

	(void)state;
	assert_int_equal(bus_write(&bus, &last, gpa(0x1104), 1, 0x1234567890abcdef), 0);
	assert_ptr_equal(last, &b.dev);
	assert_int_equal(b.value, 0xef);
	assert_int_equal(b.offset, 4);
	assert_int_equal(bus_write(&bus, &last, gpa(0x1108), 8, UINT64_MAX), 0);
	assert_true(b.value == UINT64_MAX);
	assert_int_equal(b.dev.writes[0], 2);
	b.answer = -EINVAL;
	assert_int_equal(bus_write(&bus, &last, gpa(0x1108), 4, 0), -EINVAL);
	assert_int_equal(b.dev.refused, 1);
	assert_int_equal(bus_write(&bus, &last, gpa(0x3000), 4, 0), -ENODEV);
}

/* What a device does in its reset must not outlive that of a controller before it on the bus. */
static void resets_all_twice(void **state)
{
	(void)state;
	bus_reset(&bus);
	assert_int_equal(a.resets, 2);
	assert_int_equal(b.resets, 2);
	assert_int_equal(c.resets, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finds_only_whole_ranges, setup),
		cmocka_unit_test_setup(refuses_what_it_must, setup),
		cmocka_unit_test_setup(reads_and_counts, setup),
		cmocka_unit_test_setup(writes_are_cut, setup),
		cmocka_unit_test_setup(windows_fit, setup),
		cmocka_unit_test_setup(resets_all_twice, setup),
	};

	return cmocka_run_group_tests_name("bus", tests, NULL, NULL);
}
