/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the files that a configuration names. Pure. */
#ifndef HV_CONFIG_FILES_H
#define HV_CONFIG_FILES_H

#include "hv/config.h"

#define CONFIG_FILES_RANGES 8 /* that a kernel goes to, at most */

/* What is asked about a guest's files. */
struct config_files {
	/*
	 * Size in bytes of the file name, which property of node uses for the guest.
	 * Returns 0, or -ENOENT when there is no such file.
	 */
	int (*size)(struct config_files *files, const struct config_guest *guest, const char *name,
		    uint64_t *size);
	/*
	 * Where the guest's kernel goes, whose file is there and whose memory is not empty.
	 * Returns the number of ranges, guest physical, or -EINVAL with what is wrong with it.
	 */
	int (*place)(struct config_files *files, const struct config_guest *guest,
		     struct range ranges[CONFIG_FILES_RANGES], const char **why);
};

/*
 * Checks that each guest's files are there and fit in its memory or flash.
 * Needs config_parse only. Returns the number of errors reported.
 */
int config_check_files(struct config *config, struct config_files *files,
		       struct config_report *report);

#endif
