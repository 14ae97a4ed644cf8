/* SPDX-License-Identifier: Apache-2.0 */
/* Bulkhead's version, the one place that knows it. Host-safe, also fit for the assembler. */
#ifndef HV_VERSION_H
#define HV_VERSION_H

#define VERSION_MAJOR  0
#define VERSION_MINOR  1
#define VERSION_STRING "0.1"

#endif
