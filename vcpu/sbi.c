// SPDX-License-Identifier: Apache-2.0
/*
 * Dispatch of the guests' SBI calls: the table of extensions, the short way for
 * the common calls, and the checks that extensions share. A call that no row
 * knows returns SBI_ERR_NOT_SUPPORTED and is counted.
 */
#include "vcpu/sbi.h"

#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

#define LEGACY_LAST SBI_EXT_LEGACY_SHUTDOWN

static const struct sbi_extension extensions[] = {
	{ "BASE", SBI_EXT_BASE, 7, STATS_SBI_BASE, sbi_base_call },
	{ "TIME", SBI_EXT_TIME, 1, STATS_SBI_TIME, sbi_time_call },
	{ "IPI", SBI_EXT_IPI, 1, STATS_SBI_IPI, sbi_ipi_call },
	{ "RFENCE", SBI_EXT_RFENCE, 7, STATS_SBI_RFENCE, sbi_rfence_call },
	{ "HSM", SBI_EXT_HSM, 4, STATS_SBI_HSM, sbi_hsm_call },
	{ "SRST", SBI_EXT_SRST, 1, STATS_SBI_SRST, sbi_srst_call },
	{ "SUSP", SBI_EXT_SUSP, 1, STATS_SBI_SUSP, sbi_susp_call },
	{ "DBCN", SBI_EXT_DBCN, 3, STATS_SBI_DBCN, sbi_dbcn_call },
	{ "PMU", SBI_EXT_PMU, 9, STATS_SBI_PMU, sbi_pmu_call },
	{ "FWFT", SBI_EXT_FWFT, 2, STATS_SBI_FWFT, sbi_fwft_call },
	{ "STA", SBI_EXT_STA, 1, STATS_SBI_STA, sbi_sta_call },
};

const struct sbi_extension *sbi_find(uint64_t id)
{
	for (unsigned i = 0; i < ARRAY_SIZE(extensions); i++) {
		if (extensions[i].id == id)
			return &extensions[i];
	}
	return NULL;
}

static void finish(struct vcpu *vcpu, struct sbi_ret ret)
{
	vcpu->gpr[VCPU_A0] = (uint64_t)ret.error;
	vcpu->gpr[VCPU_A1] = ret.value;
}

/*
 * The short way. Each extension's is a function of its own and not inlined, so that
 * none pays for registers that another saves; docs/performance.md counts them.
 */
#define SHORT_WAY static __attribute__((noinline)) int

SHORT_WAY fast_base(struct vcpu *vcpu, uint64_t function)
{
	uint64_t value = SBI_SPEC_VERSION;

	if (function > SBI_BASE_GET_IMPL_VERSION)
		return SBI_NOT_FAST;
	if (function == SBI_BASE_GET_IMPL_ID)
		value = SBI_IMPLEMENTATION_ID;
	else if (function == SBI_BASE_GET_IMPL_VERSION)
		value = SBI_IMPLEMENTATION_VERSION;
	finish(vcpu, sbi_value(value));
	return STATS_SBI_BASE + (int)function;
}

SHORT_WAY fast_time(struct vcpu *vcpu, uint64_t function)
{
	uint64_t deadline = vcpu_arg(vcpu, 0);

	if (function != SBI_TIME_SET_TIMER)
		return SBI_NOT_FAST;
	finish(vcpu, sbi_error(SBI_SUCCESS));
	hw_set_timer(vcpu, deadline);
	return STATS_SBI_TIME;
}

/* What guests older than the extensions call; it leaves a1 alone (section 5). */
SHORT_WAY fast_legacy_timer(struct vcpu *vcpu)
{
	uint64_t deadline = vcpu_arg(vcpu, 0);

	vcpu->gpr[VCPU_A0] = SBI_SUCCESS;
	hw_set_timer(vcpu, deadline);
	return STATS_SBI_LEGACY + SBI_EXT_LEGACY_SET_TIMER;
}

SHORT_WAY fast_ipi(struct vcpu *vcpu, uint64_t function)
{
	if (function != SBI_IPI_SEND_IPI)
		return SBI_NOT_FAST;
	finish(vcpu, sbi_error(sbi_ipi_send(vcpu, vcpu_arg(vcpu, 0), vcpu_arg(vcpu, 1))));
	return STATS_SBI_IPI;
}

SHORT_WAY fast_rfence(struct vcpu *vcpu, uint64_t function)
{
	if (function > SBI_RFENCE_SFENCE_VMA_ASID)
		return SBI_NOT_FAST;
	vcpu->gpr[VCPU_A0] = (uint64_t)sbi_rfence_fence(vcpu, function);
	vcpu->gpr[VCPU_A1] = 0;
	return STATS_SBI_RFENCE + (int)function;
}

int sbi_fast(struct vcpu *vcpu)
{
	uint64_t function = vcpu->gpr[VCPU_A6];
	uint64_t id = vcpu->gpr[VCPU_A7];

	if (id == SBI_EXT_BASE)
		return fast_base(vcpu, function);
	switch (id) {
	case SBI_EXT_TIME:
		return fast_time(vcpu, function);
	case SBI_EXT_IPI:
		return fast_ipi(vcpu, function);
	case SBI_EXT_RFENCE:
		return fast_rfence(vcpu, function);
	case SBI_EXT_LEGACY_SET_TIMER:
		return fast_legacy_timer(vcpu);
	default:
		return SBI_NOT_FAST;
	}
}

static void count(struct vcpu *vcpu, uint64_t row)
{
	vcpu->sbi.row = (uint32_t)row;
	vcpu->stats->sbi[row]++;
}

static void call_legacy(struct vcpu *vcpu, uint64_t id)
{
	int64_t a0;

	count(vcpu, STATS_SBI_LEGACY + id);
	a0 = sbi_legacy_call(vcpu, id);
	if (vcpu->sbi.outcome == SBI_DONE)
		vcpu->gpr[VCPU_A0] = (uint64_t)a0;
}

enum sbi_outcome sbi_call(struct vcpu *vcpu)
{
	uint64_t id = vcpu->gpr[VCPU_A7];
	uint64_t function = vcpu->gpr[VCPU_A6];
	const struct sbi_extension *extension;
	struct sbi_ret ret = { SBI_ERR_NOT_SUPPORTED, 0 };

	vcpu->sbi.outcome = SBI_DONE;
	if (id <= LEGACY_LAST) {
		call_legacy(vcpu, id);
		return vcpu->sbi.outcome;
	}
	extension = sbi_find(id);
	if (extension && function < extension->functions) {
		count(vcpu, extension->counter + function);
		ret = extension->call(vcpu, function);
	} else {
		count(vcpu, STATS_SBI_UNKNOWN);
	}
	if (vcpu->sbi.outcome == SBI_DONE || vcpu->sbi.outcome == SBI_LEAVE)
		finish(vcpu, ret);
	return vcpu->sbi.outcome;
}

void sbi_reset(struct vcpu *vcpu)
{
	sbi_fwft_reset(vcpu);
	sbi_pmu_reset(vcpu);
	vcpu->sbi.sta = SBI_NO_SHMEM;
}

bool sbi_shared_memory(const struct vcpu *vcpu, uint64_t low, uint64_t high, uint64_t size)
{
	hpa_t hpa;

	return high == 0 && guestmem_translate(&vcpu->vm->memory, gpa(low), size, &hpa) == 0;
}

/*
 * RAM, or anything else that the G-stage lets the guest execute, such as flash, which
 * remaps itself under vm->stage2_lock.
 */
bool sbi_start_address(const struct vcpu *vcpu, uint64_t address)
{
	struct vm *vm = vcpu->vm;
	uint64_t access = 0;
	hpa_t hpa;
	int error;

	if (address & 1)
		return false;
	if (guestmem_translate(&vm->memory, gpa(address), 2, &hpa) == 0)
		return true;
	spin_lock(&vm->stage2_lock);
	error = gstage_translate(&vm->gstage, gpa(address), &hpa, &access);
	spin_unlock(&vm->stage2_lock);
	return error == 0 && (access & GSTAGE_EXEC);
}
