// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/sbi.c vcpu/sbi_base.c vcpu/sbi_time.c vcpu/sbi_ipi.c vcpu/sbi_rfence.c
// sources: vcpu/sbi_hsm.c vcpu/sbi_srst.c vcpu/sbi_susp.c vcpu/sbi_dbcn.c vcpu/sbi_pmu.c
// sources: vcpu/sbi_fwft.c vcpu/sbi_sta.c vcpu/sbi_legacy.c vcpu/sbi_pmu_firmware.c vcpu/stats.c
/*
 * A guest that makes any SBI calls with any arguments in any order. Invariants: no
 * memory is touched but the guest's and Bulkhead's own, only registers a0 and a1
 * change, only the specification's error codes come back, states stay in range,
 * and no lock is left held.
 *
 * Input: calls of 1 byte (extension, function), then a byte for each argument that
 * says how the 8 bytes after it are used.
 */
#include <stdlib.h>

#include "tests/unit/sbi_fakes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

struct input {
	const uint8_t *data;
	size_t size;
};

static uint64_t take(struct input *input, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && input->size; i++, input->size--)
		value |= (uint64_t)*input->data++ << (8 * i);
	return value;
}

static const uint64_t ids[] = {
	0,
	1,
	2,
	3,
	4,
	5,
	6,
	7,
	8,
	SBI_EXT_BASE,
	SBI_EXT_TIME,
	SBI_EXT_IPI,
	SBI_EXT_RFENCE,
	SBI_EXT_HSM,
	SBI_EXT_SRST,
	SBI_EXT_SUSP,
	SBI_EXT_DBCN,
	SBI_EXT_PMU,
	SBI_EXT_FWFT,
	SBI_EXT_STA,
	SBI_EXT_CPPC,
	SBI_EXT_SSE,
	9,
	UINT64_MAX,
};

/* Values near what matters, so that deep checks are reached, and any value at all. */
static uint64_t take_argument(struct input *input)
{
	static const uint64_t anchors[] = {
		0, 1, RAM, RAM + RAM_SIZE, FLASH, UINT64_MAX, BIT(31), BIT(32), BIT(63), 0xf0000,
	};
	uint64_t how = take(input, 1);

	if (how < 64)
		return how;
	if (how < 192)
		return anchors[how % ARRAY_SIZE(anchors)] + (int8_t)take(input, 1);
	return take(input, 8);
}

static bool error_is_legal(int64_t error)
{
	return error <= SBI_SUCCESS && error >= SBI_ERR_DENIED_LOCKED;
}

static void check_state(const struct vcpu *vcpu)
{
	for (unsigned i = 0; i < FAKE_VCPUS; i++)
		CHECK(fake.vcpus[i].hsm <= SBI_HSM_STATE_RESUME_PENDING);
	CHECK(fake.vm.lock.next == fake.vm.lock.serving);
	CHECK(!fake.unlocked_walk);
	CHECK(fake.vm.nr_inside >= 1 && fake.vm.nr_inside <= FAKE_VCPUS);
	CHECK(vcpu->leave <= VCPU_LEAVE_VM);
	CHECK(vcpu->sbi.sta == SBI_NO_SHMEM ||
	      range_contains((struct range){ RAM, RAM_SIZE }, vcpu->sbi.sta, 64));
	CHECK(!(vcpu->sbi.pmu_configured & ~vcpu->sbi.pmu_valid));
	CHECK(!(fake.henvcfg & ~fake.henvcfg_writable) && (fake.henvcfg & ENVCFG_PBMTE));
	CHECK(fake.tx_count <= fake.tx_room);
}

static void check_result(const struct vcpu *vcpu, const uint64_t *before, enum sbi_outcome result)
{
	bool is_legacy = vcpu->gpr[VCPU_A7] <= SBI_EXT_LEGACY_SHUTDOWN;

	for (unsigned i = 0; i < 32; i++)
		CHECK(i == VCPU_A0 || i == VCPU_A1 || vcpu->gpr[i] == before[i]);
	CHECK(!is_legacy || vcpu->gpr[VCPU_A1] == before[VCPU_A1]);
	CHECK((result == SBI_LEAVE) == (vcpu->leave != VCPU_LEAVE_NONE));
	if (result == SBI_RETRY || result == SBI_FAULT)
		CHECK(vcpu->gpr[VCPU_A0] == before[VCPU_A0]);
	else if (!is_legacy)
		CHECK(error_is_legal((int64_t)vcpu->gpr[VCPU_A0]));
}

/* What the code that runs vCPUs would do next. */
static void settle(struct vcpu *vcpu, uint64_t choice)
{
	for (unsigned i = 1; i < FAKE_VCPUS; i++) {
		struct vcpu *other = &fake.vcpus[i];

		if (other->hsm == SBI_HSM_STATE_START_PENDING && (choice & BIT(i))) {
			CHECK(!(other->start_pc & 1));
			other->hsm = SBI_HSM_STATE_STARTED;
		} else if (other->hsm == SBI_HSM_STATE_STARTED && (choice & BIT(i + 4))) {
			other->hsm = SBI_HSM_STATE_STOPPED;
			fake.vm.nr_inside--;
		}
	}
	if (vcpu->leave == VCPU_LEAVE_STOP || vcpu->leave == VCPU_LEAVE_VM)
		sbi_reset(vcpu);
	if (fake.tx_count == fake.tx_room)
		fake.tx_count = 0;
	fake.vm.state = fake.ends > 3 ? VM_ENDING : VM_RUNNING;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct vcpu *vcpu = &fake.vcpus[0];

	fake_reset();
	fake.pmu = take(&input, 1) & 1;
	fake.tx_room = 300;
	fake.rx = "some input for the guest";
	while (input.size) {
		uint64_t choice = take(&input, 1);
		uint64_t id = ids[choice % ARRAY_SIZE(ids)];
		uint64_t function = take(&input, 1);
		uint64_t args[6], before[32];
		enum sbi_outcome result;

		for (unsigned i = 0; i < ARRAY_SIZE(args); i++)
			args[i] = take_argument(&input);
		fake_args(id, function < 250 ? function % 10 : take(&input, 8), args, 6);
		memcpy(before, vcpu->gpr, sizeof(before));
		result = fake_answer(vcpu);
		check_result(vcpu, before, result);
		check_state(vcpu);
		settle(vcpu, take(&input, 1));
	}
	return 0;
}
