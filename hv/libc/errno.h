/* SPDX-License-Identifier: Apache-2.0 */
/* The error numbers that Bulkhead's functions return, negated. Host builds use the system's own. */
#ifndef HV_LIBC_ERRNO_H
#define HV_LIBC_ERRNO_H

#define EPERM     1
#define ENOENT    2
#define EIO       5
#define E2BIG     7
#define EAGAIN    11
#define ENOMEM    12
#define EACCES    13
#define EFAULT    14
#define EBUSY     16
#define EEXIST    17
#define ENODEV    19
#define EINVAL    22
#define ENOSPC    28
#define ERANGE    34
#define EOVERFLOW 75
#define ENOTSUP   95

#endif
