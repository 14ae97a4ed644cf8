/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of files, and where a kernel goes, which its header tells. */
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

/* The contents of the first file of that name, to be freed; NULL when there is none. */
static void *find_file(struct config_files *files, const char *name, size_t *size)
{
	struct disk_files *disk = CONTAINER_OF(files, struct disk_files, files);
	char path[PATH_LIMIT];
	void *data = NULL;

	for (unsigned i = 0; !data && i < disk->nr_dirs; i++) {
		/* An absolute name is in no folder. */
		snprintf(path, sizeof(path), "%s/%s", *name == '/' ? "" : disk->dirs[i], name);
		data = disk_file_read(path, size);
	}
	return data;
}

static int file_size(struct config_files *files, const struct config_guest *guest, const char *name,
		     uint64_t *size)
{
	size_t length;
	void *data = find_file(files, name, &length);

	(void)guest;
	if (!data)
		return -ENOENT;
	*size = length;
	free(data);
	return 0;
}

static int kernel_place(struct config_files *files, const struct config_guest *guest,
			struct range ranges[CONFIG_FILES_RANGES], const char **why)
{
	struct image image;
	size_t size;
	void *data = find_file(files, guest->kernel, &size);
	int count = -EINVAL;

	*why = "can't be read";
	if (data && !image_parse(data, size, guest->memory[0].gpa, guest->load, guest->entry,
				 &image, why)) {
		count = (int)image.nr_segments;
		for (int i = 0; i < count; i++)
			ranges[i] = (struct range){ image.segments[i].gpa,
						    image.segments[i].memory_size };
	}
	free(data);
	return count;
}

_Static_assert(CONFIG_FILES_RANGES == IMAGE_SEGMENTS, "as many as an image can have");

void disk_files_init(struct disk_files *files)
{
	memset(files, 0, sizeof(*files));
	files->files.size = file_size;
	files->files.place = kernel_place;
}
