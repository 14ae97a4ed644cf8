/* SPDX-License-Identifier: Apache-2.0 */
/* The time and the alarm that device models live by: vdev/clock.h on the machine's timer. */
#ifndef VCPU_ALARM_H
#define VCPU_ALARM_H

#include "vcpu/devices.h"
#include "vdev/clock.h"

/*
 * A clock of nanoseconds since the machine's time began, whose alarm calls expire(device) on the
 * hart of the guest's first vCPU. At creation of the guest.
 */
struct vdev_clock alarm_clock(struct vm_device *device, const struct host *host,
			      void (*expire)(struct vm_device *device));

/*
 * What to add to that clock, of which there is one by then, to get the wall's, in nanoseconds
 * since 1970: read from the machine's own "google,goldfish-rtc"; 0 where it has none. First hart,
 * at boot.
 */
uint64_t alarm_wall_offset(const struct host *host);

#endif
