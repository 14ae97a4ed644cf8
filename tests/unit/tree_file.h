/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a compiled device tree of the fuzzers' corpus; tests run at the project's top. */
#ifndef TESTS_UNIT_TREE_FILE_H
#define TESTS_UNIT_TREE_FILE_H

#include <stdio.h>

#define TREE_FILE_MAX 16384

struct tree_file {
	_Alignas(8) unsigned char data[TREE_FILE_MAX];
	size_t size;
};

/* name is below tests/fuzz/corpus/. Fails the test when it can't be read. */
static inline void tree_file_read(struct tree_file *tree, const char *name)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", name);
	file = fopen(path, "rb");
	assert_non_null(file);
	tree->size = fread(tree->data, 1, sizeof(tree->data), file);
	fclose(file);
	assert_in_range(tree->size, 1, sizeof(tree->data) - 1);
}

#endif
