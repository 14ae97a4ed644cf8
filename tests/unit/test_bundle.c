// SPDX-License-Identifier: Apache-2.0
// sources: hv/bundle.c hv/bundle_open.c hv/dt.c hv/dt_scan.c hv/sha256.c hv/fmt.c
// libs: fdt
/* The bundle's reader, on bundles built here and on damaged copies of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <errno.h>
#include <libfdt.h>

#include "hv/bundle_open.h"
#include "hv/sha256.h"

#define SIZE 4096

static const char kernel_data[] = "the kernel";
static const char after_tree[] = "kept after the tree";

struct fixture {
	_Alignas(8) uint8_t data[SIZE];
	size_t size;
};

static void add_hash(void *fdt, const void *data, size_t size)
{
	struct sha256 hash;
	uint8_t digest[SHA256_SIZE];

	sha256_init(&hash);
	sha256_update(&hash, data, size);
	sha256_final(&hash, digest);
	assert_int_equal(fdt_begin_node(fdt, "hash-1"), 0);
	assert_int_equal(fdt_property_string(fdt, "algo", "sha256"), 0);
	assert_int_equal(fdt_property(fdt, "value", digest, sizeof(digest)), 0);
	assert_int_equal(fdt_end_node(fdt), 0);
}

static void add_images(void *fdt)
{
	fdt_begin_node(fdt, "images");
	fdt_begin_node(fdt, "system");
	fdt_property(fdt, "data", "dtb", 4);
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "image-1");
	fdt_property(fdt, "data", kernel_data, sizeof(kernel_data));
	add_hash(fdt, kernel_data, sizeof(kernel_data));
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "image-2");
	fdt_property_u32(fdt, "data-offset", 0);
	fdt_property_u32(fdt, "data-size", sizeof(after_tree));
	add_hash(fdt, after_tree, sizeof(after_tree));
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "image-3");
	fdt_property_u32(fdt, "data-position", SIZE - 8);
	fdt_property_u32(fdt, "data-size", 9);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
}

static void add_configurations(void *fdt)
{
	fdt_begin_node(fdt, "configurations");
	fdt_begin_node(fdt, "bulkhead");
	fdt_property_string(fdt, "fdt", "system");
	fdt_end_node(fdt);
	fdt_begin_node(fdt, "guest-linux");
	fdt_property_string(fdt, "kernel", "image-1");
	fdt_property_string(fdt, "ramdisk", "image-2");
	fdt_property_string(fdt, "overlay", "image-3");
	fdt_property_string(fdt, "dtb", "image-4");
	fdt_property(fdt, "flash-20000000", "no end", 6);
	fdt_end_node(fdt);
	fdt_end_node(fdt);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	uint8_t *end;

	fdt_create(f->data, SIZE);
	fdt_finish_reservemap(f->data);
	fdt_begin_node(f->data, "");
	add_images(f->data);
	add_configurations(f->data);
	fdt_end_node(f->data);
	assert_int_equal(fdt_finish(f->data), 0);
	end = f->data + ((fdt_totalsize(f->data) + 3) & ~3u);
	memcpy(end, after_tree, sizeof(after_tree));
	f->size = (size_t)(end - f->data) + sizeof(after_tree);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static struct bundle opened(struct fixture *f)
{
	struct bundle bundle;
	const char *why;

	assert_int_equal(bundle_open(f->data, f->size, &bundle, &why), 0);
	assert_null(why);
	return bundle;
}

static void finds_images(void **state)
{
	struct bundle bundle = opened(*state);
	struct bundle_image image;

	assert_int_equal(bundle_system(&bundle, &image), 0);
	assert_int_equal(image.size, 4);
	assert_int_equal(bundle_verify(&image), -EINVAL);
	assert_int_equal(bundle_image(&bundle, "linux", "kernel", &image), 0);
	assert_string_equal(image.data, kernel_data);
	assert_string_equal(image.name, "image-1");
	assert_int_equal(bundle_verify(&image), 0);
	assert_int_equal(bundle_image(&bundle, "linux", "ramdisk", &image), 0);
	assert_int_equal(image.size, sizeof(after_tree));
	assert_int_equal(bundle_verify(&image), 0);
}

static void refuses_what_is_not_there(void **state)
{
	struct bundle bundle = opened(*state);
	struct bundle_image image;
	char longest[200];

	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	assert_int_equal(bundle_image(&bundle, "rtos", "kernel", &image), -ENOENT);
	assert_int_equal(bundle_image(&bundle, longest, "kernel", &image), -ENOENT);
	assert_int_equal(bundle_image(&bundle, "linux", "flash-0", &image), -ENOENT);
	assert_int_equal(bundle_image(&bundle, "linux", "overlay", &image), -EINVAL);
	assert_int_equal(bundle_image(&bundle, "linux", "dtb", &image), -EINVAL);
	assert_int_equal(bundle_image(&bundle, "linux", "flash-20000000", &image), -EINVAL);
}

static void a_flipped_bit_is_seen(void **state)
{
	struct fixture *f = *state;
	struct bundle bundle = opened(f);
	struct bundle_image image;

	assert_int_equal(bundle_image(&bundle, "linux", "ramdisk", &image), 0);
	f->data[(const uint8_t *)image.data - f->data] ^= 1;
	assert_int_equal(bundle_verify(&image), -EIO);
	assert_int_equal(bundle_image(&bundle, "linux", "kernel", &image), 0);
	assert_int_equal(bundle_verify(&image), 0);
}

static void refuses_what_is_no_bundle(void **state)
{
	struct fixture *f = *state;
	struct bundle bundle;
	const char *why;

	assert_int_equal(bundle_open(f->data, 10, &bundle, &why), -EINVAL);
	assert_string_equal(why, "it is not a device tree");
	assert_int_equal(bundle_open(f->data + 1, f->size, &bundle, &why), -EINVAL);
	assert_int_equal(bundle_open(f->data, 200, &bundle, &why), -EINVAL);
	assert_string_equal(why, "it is cut off");
	assert_int_equal(fdt_create_empty_tree(f->data, SIZE), 0);
	assert_int_equal(bundle_open(f->data, SIZE, &bundle, &why), -EINVAL);
	assert_string_equal(why, "it has no /images or no /configurations");
}

/* No single damaged byte makes a read leave the bundle: the sanitizers watch. */
static void any_damaged_byte_is_survived(void **state)
{
	struct fixture *f = *state;
	size_t size = f->size;
	uint8_t *copy = aligned_alloc(8, (size + 7) & ~(size_t)7);

	for (size_t i = 0; i < size * 4; i++) {
		static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x3f };
		struct bundle bundle;
		struct bundle_image image;
		const char *why;

		memcpy(copy, f->data, size);
		copy[i / 4] ^= masks[i % 4];
		if (bundle_open(copy, size, &bundle, &why) != 0)
			continue;
		if (bundle_image(&bundle, "linux", "kernel", &image) == 0)
			bundle_verify(&image);
		if (bundle_image(&bundle, "linux", "ramdisk", &image) == 0)
			bundle_verify(&image);
	}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_images, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_not_there, setup, teardown),
		cmocka_unit_test_setup_teardown(a_flipped_bit_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_bundle, setup, teardown),
		cmocka_unit_test_setup_teardown(any_damaged_byte_is_survived, setup, teardown),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
