/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nanoseconds and ticks convert by division, rounding so that an alarm never
 * comes early by more than the model tolerates: an early expiry is harmless.
 */
#include "vcpu/alarm.h"

#include <libfdt.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/mmio.h"
#include "hv/paging.h"
#include "hv/timer.h"

#define NS_PER_S UINT64_C(1000000000)

static uint64_t timebase_hz; /* from the first alarm_clock() on */

static uint64_t ns_of(uint64_t ticks)
{
	return ticks / timebase_hz * NS_PER_S + ticks % timebase_hz * NS_PER_S / timebase_hz;
}

static uint64_t ticks_of(uint64_t ns)
{
	return ns / NS_PER_S * timebase_hz + ns % NS_PER_S * timebase_hz / NS_PER_S + 1;
}

static uint64_t clock_now_ns(void *ctx)
{
	(void)ctx;
	return ns_of(timer_now());
}

static void clock_arm_ns(void *ctx, uint64_t deadline)
{
	struct vm_device *device = ctx;
	uint64_t ticks = deadline == VDEV_CLOCK_NEVER ? TIMER_QUEUE_NEVER : ticks_of(deadline);

	__atomic_store_n(&device->alarm.deadline, ticks, __ATOMIC_RELEASE);
	hart_post(device->alarm.hart, &device->alarm.job);
}

static const struct vdev_clock_ops clock_ops = { clock_now_ns, clock_arm_ns };

static void set_timer(struct hart_job *job)
{
	struct vm_alarm *alarm = CONTAINER_OF(job, struct vm_alarm, job);

	timer_set(&alarm->timer, __atomic_load_n(&alarm->deadline, __ATOMIC_ACQUIRE));
}

static void expired(struct timer_entry *entry)
{
	struct vm_alarm *alarm = CONTAINER_OF(entry, struct vm_alarm, timer);

	alarm->expire(CONTAINER_OF(alarm, struct vm_device, alarm));
}

BOOT_CODE struct vdev_clock alarm_clock(struct vm_device *device, const struct host *host,
					void (*expire)(struct vm_device *device))
{
	timebase_hz = host->timebase_hz;
	device->alarm.hart = hart_at(device->vm->config->harts[0]);
	device->alarm.job.run = set_timer;
	device->alarm.timer.expire = expired;
	device->alarm.expire = expire;
	return (struct vdev_clock){ &clock_ops, device };
}

/* Where the machine's own clock is; base 0 when it has none. */
static struct range find_rtc(const void *fdt)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "google,goldfish-rtc");
	int length = 0;
	const fdt64_t *reg = node < 0 ? NULL : fdt_getprop(fdt, node, "reg", &length);

	if (!reg || length < (int)(2 * sizeof(*reg)))
		return (struct range){ 0, 0 };
	return (struct range){ fdt64_to_cpu(reg[0]), fdt64_to_cpu(reg[1]) };
}

BOOT_CODE uint64_t alarm_wall_offset(const struct host *host)
{
	static uint64_t offset;
	static bool known;
	struct range rtc;

	if (known)
		return offset;
	known = true;
	rtc = find_rtc(host->fdt);
	if (rtc.base && rtc.size >= 8) {
		volatile uint32_t *registers = paging_map(rtc, PAGING_WRITE);
		uint64_t low = registers[0]; /* latches the high half */

		offset = ((uint64_t)registers[1] << 32 | low) - clock_now_ns(NULL);
	}
	return offset;
}
