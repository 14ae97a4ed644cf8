/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between sbi.c and the files of the extensions: what a row of the table is, the
 * functions behind the rows, and the checks that several share. All run on the
 * vCPU's own hart with no lock held. Numbers and errors are SBI 3.0's.
 */
#ifndef VCPU_SBI_EXT_H
#define VCPU_SBI_EXT_H

#include "hv/bits.h"
#include "hv/sbi_defs.h"
#include "vcpu/sbi.h"
#include "vcpu/vm.h"

struct sbi_ret {
	int64_t error; /* SBI_SUCCESS or SBI_ERR_*; legacy calls: what a0 becomes */
	uint64_t value;
};

struct sbi_extension {
	const char *name;
	uint64_t id;
	uint32_t functions;     /* 0 .. functions - 1 exist */
	enum stats_sbi counter; /* of function 0; one for each follows */
	/* Handles a function that exists; arguments by vcpu_arg(). */
	struct sbi_ret (*call)(struct vcpu *vcpu, uint64_t function);
};

/* The extension with this id that is offered, or NULL. Legacy ones aren't in the table. */
const struct sbi_extension *sbi_find(uint64_t id);

/* Section 4 */
struct sbi_ret sbi_base_call(struct vcpu *vcpu, uint64_t function);

/* Section 6 */
struct sbi_ret sbi_time_call(struct vcpu *vcpu, uint64_t function);

/* Section 7. sbi_ipi_send: SBI_SUCCESS or SBI_ERR_INVALID_PARAM. */
struct sbi_ret sbi_ipi_call(struct vcpu *vcpu, uint64_t function);
int64_t sbi_ipi_send(struct vcpu *vcpu, uint64_t mask, uint64_t base);

/*
 * Section 8. sbi_rfence_fence: the first three functions, by the guest's registers.
 * sbi_rfence_instruction: fence.i; sbi_rfence_vma: sfence.vma for one
 * address space, or all (asid UINT64_MAX). vcpus: bits of vCPU ids that exist.
 * SBI_SUCCESS or SBI_ERR_INVALID_ADDRESS.
 */
struct sbi_ret sbi_rfence_call(struct vcpu *vcpu, uint64_t function);
int64_t sbi_rfence_fence(struct vcpu *vcpu, uint64_t function);
int64_t sbi_rfence_instruction(struct vcpu *vcpu, uint64_t vcpus);
int64_t sbi_rfence_vma(struct vcpu *vcpu, uint64_t vcpus, uint64_t start, uint64_t size,
		       uint64_t asid);

/* Section 9 */
struct sbi_ret sbi_hsm_call(struct vcpu *vcpu, uint64_t function);

/* Section 10 */
struct sbi_ret sbi_srst_call(struct vcpu *vcpu, uint64_t function);

/* Section 11. sbi_pmu_reset: no counter configured, those of the machine given back. */
struct sbi_ret sbi_pmu_call(struct vcpu *vcpu, uint64_t function);
void sbi_pmu_reset(struct vcpu *vcpu);

/* Section 12 */
struct sbi_ret sbi_dbcn_call(struct vcpu *vcpu, uint64_t function);

/* Section 13 */
struct sbi_ret sbi_susp_call(struct vcpu *vcpu, uint64_t function);

/* Section 16 */
struct sbi_ret sbi_sta_call(struct vcpu *vcpu, uint64_t function);

/* Section 18. sbi_fwft_reset: every feature at its default, none locked. */
struct sbi_ret sbi_fwft_call(struct vcpu *vcpu, uint64_t function);
void sbi_fwft_reset(struct vcpu *vcpu);

/* Section 5. id: 0 .. 8. What a0 becomes. */
int64_t sbi_legacy_call(struct vcpu *vcpu, uint64_t id);

static inline struct sbi_ret sbi_error(int64_t error)
{
	return (struct sbi_ret){ error, 0 };
}

static inline struct sbi_ret sbi_value(uint64_t value)
{
	return (struct sbi_ret){ SBI_SUCCESS, value };
}

/* Ends the call at hand with the vCPU leaving its guest. */
static inline void sbi_leave(struct vcpu *vcpu, enum vcpu_leave leave)
{
	vcpu->leave = leave;
	vcpu->sbi.outcome = SBI_LEAVE;
}

/* Section 3.1: a hart mask as bits of vCPU ids; false: it names one that doesn't exist. */
static inline bool sbi_hart_mask(const struct vm *vm, uint64_t mask, uint64_t base, uint64_t *vcpus)
{
	uint64_t all = UINT64_MAX >> (64 - vm->nr_vcpus);

	*vcpus = all;
	if (base == UINT64_MAX)
		return true;
	if (base >= vm->nr_vcpus || (mask & ~(all >> base)))
		return false;
	*vcpus = mask << base;
	return true;
}

/* Section 3.2: a range of shared memory, given in two halves, that is wholly the guest's RAM. */
bool sbi_shared_memory(const struct vcpu *vcpu, uint64_t low, uint64_t high, uint64_t size);

/* A guest physical address where a hart may start or resume. Takes vm->stage2_lock. */
bool sbi_start_address(const struct vcpu *vcpu, uint64_t address);

/* Not stopped, nor about to be: takes part in IPIs and remote fences. Any hart. */
static inline bool sbi_is_available(const struct vcpu *vcpu)
{
	uint32_t hsm = __atomic_load_n(&vcpu->hsm, __ATOMIC_ACQUIRE);

	return hsm != SBI_HSM_STATE_STOPPED && hsm != SBI_HSM_STATE_STOP_PENDING;
}

#endif
