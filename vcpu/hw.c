/* SPDX-License-Identifier: Apache-2.0 */
/* The hardware's side of vcpu/hw.h: CSRs, fences, and the firmware's calls; no decisions. */
#include "vcpu/hw.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/csr.h"
#include "hv/features.h"
#include "hv/sbi_client.h"
#include "hv/sbi_defs.h"
#include "hv/timer.h"
#include "stage2/fence.h"
#include "stage2/guestmem.h"
#include "vcpu/virq.h"
#include "vcpu/vm.h"

bool hw_is_here(const struct vcpu *vcpu)
{
	return hart_this()->vcpu == vcpu;
}

void hw_kick(struct vcpu *vcpu)
{
	/* A vCPU whose hart is this one, out of the guest, looks before it goes back in. */
	if (vcpu->hart != hart_this())
		hart_kick(vcpu->hart);
}

void hw_raise_ssip(void)
{
	csr_set(CSR_HVIP, BIT(IRQ_VSSI));
}

bool hw_clear_ssip(void)
{
	uint64_t old = csr_read(CSR_HVIP);

	csr_clear(CSR_HVIP, BIT(IRQ_VSSI));
	return old & BIT(IRQ_VSSI);
}

void hw_sync_lines(struct vcpu *vcpu)
{
	uint64_t lines = __atomic_load_n(&vcpu->lines, __ATOMIC_ACQUIRE);

	csr_write(CSR_HVIP, virq_hvip(csr_read(CSR_HVIP), lines));
}

void hw_take_requests(struct vcpu *vcpu)
{
	uint64_t requests;

	if (!__atomic_load_n(&vcpu->requests, __ATOMIC_RELAXED))
		return;
	/* The guest's end stays asked for until its next start. */
	requests = __atomic_fetch_and(&vcpu->requests, VCPU_REQUEST_VM_END, __ATOMIC_ACQ_REL);
	if (requests & VCPU_REQUEST_SSIP) {
		vcpu->stats->ipis_received++;
		hw_raise_ssip();
	}
	if (requests & VCPU_REQUEST_IRQ)
		hw_sync_lines(vcpu);
	if (requests & VCPU_REQUEST_VM_END)
		vcpu->leave = VCPU_LEAVE_VM;
}

void hw_set_return(struct vcpu *vcpu)
{
	vcpu->mode_lost = false;
	csr_write(CSR_SEPC, vcpu->pc);
	csr_set(CSR_HSTATUS, HSTATUS_SPV);
	if (vcpu->user)
		csr_clear(CSR_SSTATUS, SSTATUS_SPP);
	else
		csr_set(CSR_SSTATUS, SSTATUS_SPP);
	csr_clear(CSR_SSTATUS, SSTATUS_SPIE);
}

uint64_t hw_guest_time(const struct vcpu *vcpu)
{
	return timer_now() + vcpu->vm->time_delta;
}

/* Without Sstc: the deadline in the machine's time, saturating. */
static uint64_t machine_deadline(const struct vcpu *vcpu, uint64_t deadline)
{
	uint64_t shift = -vcpu->vm->time_delta;

	return deadline > UINT64_MAX - shift ? TIMER_QUEUE_NEVER : deadline + shift;
}

void hw_set_timer(struct vcpu *vcpu, uint64_t deadline)
{
	if (vcpu->sstc) {
		csr_write(CSR_VSTIMECMP, deadline);
		return;
	}
	if (__atomic_fetch_and(&vcpu->lines, ~VCPU_LINE_TIMER, __ATOMIC_ACQ_REL) & VCPU_LINE_TIMER)
		hw_sync_lines(vcpu);
	timer_set(&vcpu->timer, machine_deadline(vcpu, deadline));
}

void hw_timer_expired(struct vcpu *vcpu)
{
	vcpu->stats->timer_irqs++;
	__atomic_fetch_or(&vcpu->lines, VCPU_LINE_TIMER, __ATOMIC_ACQ_REL);
	hw_sync_lines(vcpu);
}

void hw_fence_i(void)
{
	__asm__ volatile("fence.i" ::: "memory");
}

/* hfence.vvma of an address, or of all (0), in an address space, or in all. */
#define HFENCE_VVMA(address, asid) ".insn r 0x73, 0, 0x11, x0, " address ", " asid

static void fence_everything(uint64_t asid)
{
	if (asid == UINT64_MAX)
		__asm__ volatile(HFENCE_VVMA("x0", "x0")::: "memory");
	else
		__asm__ volatile(HFENCE_VVMA("x0", "%0")::"r"(asid) : "memory");
}

/* Without stage2's plan: guests ask for this one often, and each instruction is theirs. */
void hw_fence_vvma(uint64_t start, uint64_t size, uint64_t asid)
{
	uint64_t last = start + (size - 1);

	if (size > FENCE_PAGES_MAX * PAGE_SIZE) {
		fence_everything(asid);
		return;
	}
	for (uint64_t at = align_down(start, PAGE_SIZE);; at += PAGE_SIZE) {
		if (asid == UINT64_MAX)
			__asm__ volatile(HFENCE_VVMA("%0", "x0")::"r"(at) : "memory");
		else
			__asm__ volatile(HFENCE_VVMA("%0", "%1")::"r"(at), "r"(asid) : "memory");
		if (last - at < PAGE_SIZE)
			break;
	}
}

/* Calls the firmware for the harts of a set of vCPUs, in windows of 64 hart ids. */
static void remote_fence(const struct vcpu *vcpu, uint64_t vcpus, uint64_t function, uint64_t start,
			 uint64_t size, uint64_t id)
{
	const struct vm *vm = vcpu->vm;
	uint64_t mask = 0, base = 0;
	uint32_t i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		uint64_t hart = vm->vcpus[i]->hart->id;

		if (!(vcpus & BIT(i)))
			continue;
		if (mask && (hart < base || hart - base > 63)) {
			sbi_client_rfence(function, mask, base, start, size, id);
			mask = 0;
		}
		if (!mask)
			base = hart;
		mask |= BIT(hart - base);
	}
	if (mask)
		sbi_client_rfence(function, mask, base, start, size, id);
}

void hw_remote_fence_i(struct vcpu *vcpu, uint64_t vcpus)
{
	remote_fence(vcpu, vcpus, SBI_RFENCE_FENCE_I, 0, 0, 0);
}

void hw_remote_fence_vvma(struct vcpu *vcpu, uint64_t vcpus, uint64_t start, uint64_t size,
			  uint64_t asid)
{
	if (asid == UINT64_MAX)
		remote_fence(vcpu, vcpus, SBI_RFENCE_HFENCE_VVMA, start, size, 0);
	else
		remote_fence(vcpu, vcpus, SBI_RFENCE_HFENCE_VVMA_ASID, start, size, asid);
}

/*
 * HLV and HSV go through both stages; with vsatp bare a guest physical address is what
 * they take, and stage 2 checks it once more.
 */
int hw_guest_read(struct vcpu *vcpu, void *to, gpa_t from, uint64_t size)
{
	uint8_t *bytes = to;
	uint64_t vsatp, i;
	hpa_t where;
	int failed = 0;

	if (guestmem_translate(&vcpu->vm->memory, from, size, &where))
		return -EFAULT;
	vsatp = csr_swap(CSR_VSATP, 0);
	for (i = 0; i < size && !failed; i++)
		failed = hw_load_byte(from.v + i, &bytes[i]);
	csr_write(CSR_VSATP, vsatp);
	vcpu->mode_lost |= failed;
	return failed ? -EFAULT : 0;
}

int hw_guest_write(struct vcpu *vcpu, gpa_t to, const void *from, uint64_t size)
{
	const uint8_t *bytes = from;
	uint64_t vsatp, i;
	hpa_t where;
	int failed = 0;

	if (guestmem_translate(&vcpu->vm->memory, to, size, &where))
		return -EFAULT;
	vsatp = csr_swap(CSR_VSATP, 0);
	for (i = 0; i < size && !failed; i++)
		failed = hw_store_byte(to.v + i, bytes[i]);
	csr_write(CSR_VSATP, vsatp);
	vcpu->mode_lost |= failed;
	return failed ? -EFAULT : 0;
}

uint64_t hw_machine_id(unsigned which)
{
	const struct sbi_client_features *firmware = sbi_client_features();

	switch (which) {
	case SBI_BASE_GET_MVENDORID:
		return firmware->mvendorid;
	case SBI_BASE_GET_MARCHID:
		return firmware->marchid;
	default:
		return firmware->mimpid;
	}
}

int hw_guest_load(uint64_t gva, uint64_t *value, struct vcpu_fault *fault)
{
	unsigned int i;
	uint8_t byte;

	*value = 0;
	for (i = 0; i < sizeof(*value); i++) {
		if (hw_load_byte(gva + i, &byte)) {
			fault->cause = csr_read(CSR_SCAUSE) == CAUSE_LOAD_PAGE ? CAUSE_LOAD_PAGE
									       : CAUSE_LOAD_ACCESS;
			fault->value = gva + i;
			return -EFAULT;
		}
		*value |= (uint64_t)byte << (8 * i);
	}
	return 0;
}

uint32_t hw_console_put(struct vcpu *vcpu, const uint8_t *bytes, uint32_t count)
{
	return vm_console_put(vcpu->vm, bytes, count);
}

uint32_t hw_console_get(struct vcpu *vcpu, uint8_t *bytes, uint32_t count)
{
	return vm_console_get(vcpu->vm, bytes, count);
}

uint64_t hw_update_henvcfg(uint64_t clear, uint64_t set)
{
	if (!features.henvcfg)
		return 0;
	csr_clear(CSR_HENVCFG, clear);
	csr_set(CSR_HENVCFG, set);
	return csr_read(CSR_HENVCFG);
}

int64_t hw_firmware_pmu(uint64_t function, const uint64_t args[5], uint64_t *value)
{
	struct sbi_client_result result;

	if (!sbi_client_features()->pmu)
		return SBI_ERR_NOT_SUPPORTED;
	result =
		sbi_client_call(SBI_EXT_PMU, function, args[0], args[1], args[2], args[3], args[4]);
	*value = (uint64_t)result.value;
	return result.error;
}

bool hw_misaligned_delegated(void)
{
	uint64_t causes = BIT(CAUSE_LOAD_MISALIGNED) | BIT(CAUSE_STORE_MISALIGNED);
	struct sbi_client_result firmware;

	if (!sbi_client_features()->fwft || (csr_read(CSR_HEDELEG) & causes) != causes)
		return false;
	firmware = sbi_client_call(SBI_EXT_FWFT, SBI_FWFT_GET, 0, 0, 0, 0, 0);
	return firmware.error == SBI_SUCCESS && firmware.value == 1;
}

uint64_t hw_counters_enabled(void)
{
	return csr_read(CSR_HCOUNTEREN);
}
