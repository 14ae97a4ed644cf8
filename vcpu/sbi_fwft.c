// SPDX-License-Identifier: Apache-2.0
/*
 * SBI 3.0, section 18: FWFT. All but one of the standard features are fields of
 * henvcfg, which a vCPU that owns its hart can have as it likes; a feature is
 * supported when its field holds what is written. Misaligned-exception delegation
 * is the machine's: it may be read, and set to what it is.
 */
#include "hv/riscv_regs.h"
#include "vcpu/hw.h"
#include "vcpu/sbi_ext.h"

enum feature {
	FEATURE_MISALIGNED_EXC_DELEG,
	FEATURE_LANDING_PAD,
	FEATURE_SHADOW_STACK,
	FEATURE_DOUBLE_TRAP,
	FEATURE_PTE_AD_HW_UPDATING,
	FEATURE_POINTER_MASKING_PMLEN,
	FEATURES, /* the rest is reserved, or a platform's own */
};

#define FLAG_LOCK BIT(0)

/* henvcfg.PMM and the pointer-masking lengths that it can give */
#define PMM_7  2
#define PMM_16 3

/* A field of 0 is a feature that no machine has: of double traps, injection knows nothing. */
static const uint64_t fields[FEATURES] = {
	[FEATURE_LANDING_PAD] = ENVCFG_LPE,
	[FEATURE_SHADOW_STACK] = ENVCFG_SSE,
	[FEATURE_PTE_AD_HW_UPDATING] = ENVCFG_ADUE,
	[FEATURE_POINTER_MASKING_PMLEN] = ENVCFG_PMM,
};

/* Puts value into a field; false, and the field as it was, when it doesn't hold it. */
static bool write_field(uint64_t field, uint64_t value)
{
	uint64_t before = hw_update_henvcfg(0, 0) & field;

	if ((hw_update_henvcfg(field, value) & field) == value)
		return true;
	hw_update_henvcfg(field, before);
	return false;
}

static uint64_t read_feature(enum feature feature)
{
	static const uint8_t pmlen[] = { 0, 0, 7, 16 };
	uint64_t field = fields[feature];
	uint64_t value;

	if (feature == FEATURE_MISALIGNED_EXC_DELEG)
		return hw_misaligned_delegated();
	value = FIELD_GET(field, hw_update_henvcfg(0, 0));
	return feature == FEATURE_POINTER_MASKING_PMLEN ? pmlen[value] : value;
}

/* Lengths up to 7, then up to 16: the least that is long enough and that the machine has. */
static bool write_pmlen(uint64_t length)
{
	if (length == 0)
		return write_field(ENVCFG_PMM, 0);
	if (length <= 7 && write_field(ENVCFG_PMM, FIELD_PREP(ENVCFG_PMM, PMM_7)))
		return true;
	return write_field(ENVCFG_PMM, FIELD_PREP(ENVCFG_PMM, PMM_16));
}

static bool write_value(enum feature feature, uint64_t value)
{
	uint64_t field = fields[feature];

	if (feature == FEATURE_POINTER_MASKING_PMLEN)
		return write_pmlen(value);
	return write_field(field, FIELD_PREP(field, value));
}

/* Whether the machine has the feature: it can be on. */
static bool is_supported(enum feature feature)
{
	uint64_t field = fields[feature];
	uint64_t before = hw_update_henvcfg(0, 0) & field;
	bool supported = field && write_value(feature, 1);

	hw_update_henvcfg(field, before);
	return supported;
}

static int64_t write_feature(enum feature feature, uint64_t value)
{
	uint64_t largest = feature == FEATURE_POINTER_MASKING_PMLEN ? 16 : 1;
	bool done;

	if (value > largest)
		return SBI_ERR_INVALID_PARAM;
	if (feature == FEATURE_MISALIGNED_EXC_DELEG)
		return value == hw_misaligned_delegated() ? SBI_SUCCESS : SBI_ERR_DENIED;
	done = write_value(feature, value);
	/* Translations may be cached as they were made before: A and D bits, shadow-stack pages. */
	hw_fence_vvma(0, UINT64_MAX, UINT64_MAX);
	return done ? SBI_SUCCESS : SBI_ERR_INVALID_PARAM;
}

/* SBI_SUCCESS when the feature may be read and, lock apart, written. */
static int64_t check_feature(uint32_t feature)
{
	if (feature >= FEATURES)
		return SBI_ERR_DENIED;
	if (feature != FEATURE_MISALIGNED_EXC_DELEG && !is_supported(feature))
		return SBI_ERR_NOT_SUPPORTED;
	return SBI_SUCCESS;
}

static int64_t set(struct vcpu *vcpu, uint32_t feature, uint64_t value, uint64_t flags)
{
	int64_t error = check_feature(feature);

	if (error)
		return error;
	if (flags & ~FLAG_LOCK)
		return SBI_ERR_INVALID_PARAM;
	if (vcpu->sbi.fwft_locked & BIT(feature))
		return SBI_ERR_DENIED_LOCKED;
	error = write_feature(feature, value);
	if (error == SBI_SUCCESS && (flags & FLAG_LOCK))
		vcpu->sbi.fwft_locked |= BIT(feature);
	return error;
}

static struct sbi_ret get(uint32_t feature)
{
	int64_t error = check_feature(feature);

	if (error)
		return sbi_error(error);
	return sbi_value(read_feature(feature));
}

/* The feature is 32 bits; the rest of the register doesn't count. */
struct sbi_ret sbi_fwft_call(struct vcpu *vcpu, uint64_t function)
{
	uint32_t feature = (uint32_t)vcpu_arg(vcpu, 0);

	if (function == SBI_FWFT_SET)
		return sbi_error(set(vcpu, feature, vcpu_arg(vcpu, 1), vcpu_arg(vcpu, 2)));
	return get(feature);
}

void sbi_fwft_reset(struct vcpu *vcpu)
{
	uint64_t clear = 0;

	for (unsigned i = 0; i < FEATURES; i++)
		clear |= fields[i];
	hw_update_henvcfg(clear, 0);
	vcpu->sbi.fwft_locked = 0;
}
