/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine for the tests of the SBI: everything below vcpu/sbi*.c, remembering
 * what was asked of it. A guest of four vCPUs, of which the test runs vCPU 0;
 * vCPUs 0 and 1 are started, 2 and 3 stopped. Included by one file of a program.
 */
#ifndef TESTS_SBI_FAKES_H
#define TESTS_SBI_FAKES_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hv/bits.h"
#include "hv/fmt.h"
#include "hv/riscv_regs.h"
#include "vcpu/hw.h"
#include "vcpu/sbi.h"
#include "vcpu/sbi_ext.h"
#include "vcpu/vm.h"

#define FAKE_VCPUS    4
#define RAM           UINT64_C(0x80000000)
#define RAM_SIZE      KiB(64)
#define FLASH         UINT64_C(0x20000000) /* executable, no RAM */
#define FLASH_SIZE    KiB(64)
#define FAKE_COUNTERS 5 /* of the firmware: cycle, (none), instret, hpm3, a firmware counter */

static struct {
	struct vm vm;
	struct vcpu vcpus[FAKE_VCPUS];
	struct vcpu *pointers[FAKE_VCPUS];
	struct stats_page_vcpu stats[FAKE_VCPUS];
	struct hart harts[FAKE_VCPUS];
	uint8_t ram[RAM_SIZE];

	unsigned raised, kicks[FAKE_VCPUS];
	bool ssip;
	uint64_t deadline;
	unsigned timers;

	unsigned fence_is, fences, remote_fence_is, remote_fences;
	uint64_t start, size, asid, remote; /* of the last fence */

	unsigned posts;
	struct hart_job *posted;
	enum vm_end end;
	unsigned ends;

	uint8_t tx[8192];
	uint32_t tx_count, tx_room;
	const char *rx;

	uint64_t henvcfg, henvcfg_writable;
	bool short_masks; /* henvcfg.PMM keeps what it has when 3 is written */
	bool misaligned;
	bool pmu;
	uint64_t pmu_event[FAKE_COUNTERS];
	bool pmu_started[FAKE_COUNTERS];
	uint64_t pmu_flags, pmu_value;
	unsigned pmu_calls;
	bool unlocked_walk; /* the G-stage was walked without vm.stage2_lock */
} fake;

static inline void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.vm.name = "guest";
	fake.vm.nr_vcpus = FAKE_VCPUS;
	fake.vm.vcpus = fake.pointers;
	fake.vm.state = VM_RUNNING;
	fake.vm.nr_inside = 2;
	for (uint32_t i = 0; i < FAKE_VCPUS; i++) {
		fake.pointers[i] = &fake.vcpus[i];
		fake.vcpus[i].vm = &fake.vm;
		fake.vcpus[i].id = i;
		fake.vcpus[i].stats = &fake.stats[i];
		fake.vcpus[i].hart = &fake.harts[i];
		fake.vcpus[i].hsm = i < 2 ? SBI_HSM_STATE_STARTED : SBI_HSM_STATE_STOPPED;
	}
	fake.tx_room = sizeof(fake.tx);
	fake.rx = "";
	fake.henvcfg_writable = ENVCFG_LPE | ENVCFG_ADUE | ENVCFG_PMM | ENVCFG_PBMTE;
	fake.henvcfg = ENVCFG_PBMTE;
	fake.pmu = true;
	sbi_reset(&fake.vcpus[0]);
}

void hw_raise_ssip(void)
{
	fake.raised++;
	fake.ssip = true;
}

bool hw_clear_ssip(void)
{
	bool was = fake.ssip;

	fake.ssip = false;
	return was;
}

void hw_set_timer(struct vcpu *vcpu, uint64_t deadline)
{
	(void)vcpu;
	fake.timers++;
	fake.deadline = deadline;
}

void hw_kick(struct vcpu *vcpu)
{
	fake.kicks[vcpu->id]++;
}

void hw_fence_i(void)
{
	fake.fence_is++;
}

void hw_fence_vvma(uint64_t start, uint64_t size, uint64_t asid)
{
	fake.fences++;
	fake.start = start;
	fake.size = size;
	fake.asid = asid;
}

void hw_remote_fence_i(struct vcpu *vcpu, uint64_t vcpus)
{
	(void)vcpu;
	fake.remote_fence_is++;
	fake.remote = vcpus;
}

void hw_remote_fence_vvma(struct vcpu *vcpu, uint64_t vcpus, uint64_t start, uint64_t size,
			  uint64_t asid)
{
	(void)vcpu;
	fake.remote_fences++;
	fake.remote = vcpus;
	fake.start = start;
	fake.size = size;
	fake.asid = asid;
}

int guestmem_translate(const struct guestmem *gm, gpa_t gpa, uint64_t size, hpa_t *hpa)
{
	(void)gm;
	*hpa = (hpa_t){ gpa.v };
	return range_contains((struct range){ RAM, RAM_SIZE }, gpa.v, size) ? 0 : -EFAULT;
}

int gstage_translate(const struct gstage *gs, gpa_t gpa, hpa_t *hpa, uint64_t *access)
{
	(void)gs;
	if (fake.vm.stage2_lock.next == fake.vm.stage2_lock.serving)
		fake.unlocked_walk = true;
	*hpa = (hpa_t){ gpa.v };
	*access = GSTAGE_READ | GSTAGE_EXEC;
	return range_contains((struct range){ FLASH, FLASH_SIZE }, gpa.v, 1) ? 0 : -ENOENT;
}

int hw_guest_read(struct vcpu *vcpu, void *to, gpa_t from, uint64_t size)
{
	hpa_t hpa;

	if (guestmem_translate(&vcpu->vm->memory, from, size, &hpa))
		return -EFAULT;
	memcpy(to, &fake.ram[from.v - RAM], size);
	return 0;
}

int hw_guest_write(struct vcpu *vcpu, gpa_t to, const void *from, uint64_t size)
{
	hpa_t hpa;

	if (guestmem_translate(&vcpu->vm->memory, to, size, &hpa))
		return -EFAULT;
	memcpy(&fake.ram[to.v - RAM], from, size);
	return 0;
}

/* Guest virtual addresses are physical ones. */
int hw_guest_load(uint64_t gva, uint64_t *value, struct vcpu_fault *fault)
{
	if (hw_guest_read(&fake.vcpus[0], value, gpa(gva), sizeof(*value)) == 0)
		return 0;
	*fault = (struct vcpu_fault){ CAUSE_LOAD_PAGE, gva };
	return -EFAULT;
}

uint32_t hw_console_put(struct vcpu *vcpu, const uint8_t *bytes, uint32_t count)
{
	(void)vcpu;
	count = MIN(count, fake.tx_room - fake.tx_count);
	memcpy(&fake.tx[fake.tx_count], bytes, count);
	fake.tx_count += count;
	return count;
}

uint32_t hw_console_get(struct vcpu *vcpu, uint8_t *bytes, uint32_t count)
{
	(void)vcpu;
	count = (uint32_t)MIN(count, strlen(fake.rx));
	memcpy(bytes, fake.rx, count);
	fake.rx += count;
	return count;
}

uint64_t hw_update_henvcfg(uint64_t clear, uint64_t set)
{
	uint64_t value = ((fake.henvcfg & ~clear) | set) & fake.henvcfg_writable;

	if (fake.short_masks && (value & ENVCFG_PMM) == ENVCFG_PMM)
		value = (value & ~ENVCFG_PMM) | (fake.henvcfg & ENVCFG_PMM);
	fake.henvcfg = value;
	return fake.henvcfg;
}

bool hw_misaligned_delegated(void)
{
	return fake.misaligned;
}

uint64_t hw_counters_enabled(void)
{
	return BIT(0) | BIT(1) | BIT(2) | BIT(3);
}

uint64_t hw_machine_id(unsigned which)
{
	return 0x1000 + which;
}

void hart_post(struct hart *hart, struct hart_job *job)
{
	(void)hart;
	fake.posts++;
	fake.posted = job;
}

void vm_request_end(struct vm *vm, enum vm_end end)
{
	(void)vm;
	fake.ends++;
	fake.end = end;
}

size_t fmt_snprintf(char *text, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, size, format, args);
	va_end(args);
	return (size_t)length;
}

static inline int64_t fake_pmu_match(const uint64_t args[5], uint64_t *value)
{
	uint64_t event = args[3];

	fake.pmu_flags = args[2];
	for (unsigned i = 0; i < FAKE_COUNTERS; i++) {
		bool fits = (i == 0 && event == 1) || (i == 2 && event == 2) ||
			    (i == 3 && (event == 1 || event >> 16 == 2));

		if (!(args[1] & BIT(i)) || !fits || fake.pmu_event[i])
			continue;
		fake.pmu_event[i] = event;
		fake.pmu_started[i] = args[2] & BIT(2);
		*value = i;
		return SBI_SUCCESS;
	}
	return SBI_ERR_NOT_SUPPORTED;
}

static inline int64_t fake_pmu_start(const uint64_t args[5])
{
	int64_t error = SBI_SUCCESS;

	fake.pmu_value = args[3];
	for (unsigned i = 0; i < FAKE_COUNTERS; i++) {
		if (!(args[1] & BIT(i)))
			continue;
		if (fake.pmu_started[i])
			error = SBI_ERR_ALREADY_STARTED;
		fake.pmu_started[i] = true;
	}
	return error;
}

static inline int64_t fake_pmu_stop(const uint64_t args[5])
{
	int64_t error = SBI_SUCCESS;

	for (unsigned i = 0; i < FAKE_COUNTERS; i++) {
		if (!(args[1] & BIT(i)))
			continue;
		if (!fake.pmu_started[i])
			error = SBI_ERR_ALREADY_STOPPED;
		fake.pmu_started[i] = false;
		if (args[2] & BIT(0))
			fake.pmu_event[i] = 0;
	}
	return error;
}

int64_t hw_firmware_pmu(uint64_t function, const uint64_t args[5], uint64_t *value)
{
	fake.pmu_calls++;
	if (!fake.pmu)
		return SBI_ERR_NOT_SUPPORTED;
	switch (function) {
	case 0:
		*value = FAKE_COUNTERS;
		return SBI_SUCCESS;
	case 1:
		if (args[0] == 1 || args[0] >= FAKE_COUNTERS)
			return SBI_ERR_INVALID_PARAM;
		*value = args[0] == 4 ? BIT(63) : (CSR_CYCLE + args[0]) | 63 << 12;
		return SBI_SUCCESS;
	case 2:
		return fake_pmu_match(args, value);
	case 3:
		return fake_pmu_start(args);
	case 4:
		return fake_pmu_stop(args);
	default:
		return SBI_ERR_NOT_SUPPORTED;
	}
}

/* Where the call leaves: what sbi_call() returned. */
static enum sbi_outcome outcome __attribute__((unused));

/* Puts a call's registers into vCPU 0; a0 and a1 get values that no call returns. */
static inline struct vcpu *fake_args(uint64_t id, uint64_t function, const uint64_t *args,
				     unsigned count)
{
	struct vcpu *vcpu = &fake.vcpus[0];

	memset(&vcpu->gpr[VCPU_A0], 0, 6 * sizeof(uint64_t));
	memcpy(&vcpu->gpr[VCPU_A0], args, count * sizeof(uint64_t));
	vcpu->gpr[VCPU_A6] = function;
	vcpu->gpr[VCPU_A7] = id;
	vcpu->leave = VCPU_LEAVE_NONE;
	return vcpu;
}

/* As the exit code answers a call: the short way first, and counted. */
static inline enum sbi_outcome fake_answer(struct vcpu *vcpu)
{
	int row = sbi_fast(vcpu);

	if (row == SBI_NOT_FAST)
		return sbi_call(vcpu);
	stats_sbi_call(vcpu->stats, (uint64_t)row, 0);
	return SBI_DONE;
}

/* A call of vCPU 0. */
static inline struct sbi_ret fake_call(uint64_t id, uint64_t function, const uint64_t *args,
				       unsigned count)
{
	struct vcpu *vcpu = fake_args(id, function, args, count);

	outcome = fake_answer(vcpu);
	return (struct sbi_ret){ (int64_t)vcpu->gpr[VCPU_A0], vcpu->gpr[VCPU_A1] };
}

/* SBI(extension, function, arguments...) */
#define SBI(id, function, ...)                                              \
	fake_call(id, function, (const uint64_t[]){ 0, ##__VA_ARGS__ } + 1, \
		  sizeof((const uint64_t[]){ 0, ##__VA_ARGS__ }) / sizeof(uint64_t) - 1)

#define ASSERT_ERROR(ret, expected) assert_int_equal((ret).error, expected)
#define ASSERT_VALUE(ret, expected)                        \
	do {                                               \
		struct sbi_ret ret_ = (ret);               \
                                                           \
		assert_int_equal(ret_.error, SBI_SUCCESS); \
		assert_int_equal(ret_.value, expected);    \
	} while (0)

#endif
