/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a configuration names, on the host's disk. */
#ifndef TOOLS_CHECKER_DISK_FILES_H
#define TOOLS_CHECKER_DISK_FILES_H

#include "hv/config_files.h"

#define DISK_FILES_DIRS 64

struct disk_files {
	struct config_files files;
	const char *dirs[DISK_FILES_DIRS]; /* searched in this order */
	unsigned nr_dirs;
};

void disk_files_init(struct disk_files *files);

/* Adds a folder to search. Returns false when there are too many. */
bool disk_files_add(struct disk_files *files, const char *dir);

/* The file's whole contents, eight-byte aligned and never freed, and its size; NULL on failure. */
void *disk_file_read(const char *path, size_t *size);

#endif
