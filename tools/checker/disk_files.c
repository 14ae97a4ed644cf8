/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of files; of a kernel, the memory that it asks for, which its header tells. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hv/bits.h"
#include "tools/checker/disk_files.h"
#include "vcpu/image.h"

#define PATH_LIMIT 4096

void *disk_file_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = NULL;
	long length;

	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0 &&
	    (data = aligned_alloc(64, align_up((uint64_t)length + 1, 64)))) {
		rewind(file);
		*size = fread(data, 1, (size_t)length, file);
	}
	fclose(file);
	return data;
}

bool disk_files_add(struct disk_files *files, const char *dir)
{
	if (files->nr_dirs == DISK_FILES_DIRS)
		return false;
	files->dirs[files->nr_dirs++] = dir;
	return true;
}

/* Bytes from the first to the last that the kernel takes in a guest's memory. */
static uint64_t kernel_span(const void *data, uint64_t size)
{
	uint64_t first = UINT64_MAX, last = 0;
	struct image image;
	const char *why;

	if (image_parse(data, size, 0, IMAGE_ANY, IMAGE_ANY, &image, &why))
		return size;
	for (unsigned i = 0; i < image.nr_segments; i++) {
		const struct image_segment *s = &image.segments[i];

		first = MIN(first, s->gpa);
		last = MAX(last, s->gpa + s->memory_size);
	}
	return last > first ? last - first : size;
}

static int file_size(struct config_files *files, const struct config_guest *guest, const char *name,
		     uint64_t *size)
{
	struct disk_files *disk = CONTAINER_OF(files, struct disk_files, files);
	char path[PATH_LIMIT];

	for (unsigned i = 0; i < disk->nr_dirs; i++) {
		size_t length;
		void *data;

		/* An absolute name is in no folder. */
		snprintf(path, sizeof(path), "%s/%s", *name == '/' ? "" : disk->dirs[i], name);
		data = disk_file_read(path, &length);
		if (!data)
			continue;
		*size = name == guest->kernel ? kernel_span(data, length) : length;
		free(data);
		return 0;
	}
	return -ENOENT;
}

void disk_files_init(struct disk_files *files)
{
	memset(files, 0, sizeof(*files));
	files->files.size = file_size;
}
