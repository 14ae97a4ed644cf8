/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a planned configuration as the JSON that tools/checker/README.md describes. */
#ifndef TOOLS_CHECKER_PRINT_PLAN_H
#define TOOLS_CHECKER_PRINT_PLAN_H

#include "hv/config.h"

void print_plan(const struct config *config, const struct host *host);

#endif
