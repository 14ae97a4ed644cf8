/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vCPU code asks of the hardware: thin functions without decisions,
 * bound in hw.c, replaced by fakes in the host's unit tests. All act on the hart
 * that runs vcpu unless said otherwise; none takes a lock.
 */
#ifndef VCPU_HW_H
#define VCPU_HW_H

#include "vcpu/vcpu.h"

/* True when the calling hart is the one that vcpu runs on, and is in vcpu's exit. Any hart. */
bool hw_is_here(const struct vcpu *vcpu);

/* Sets VSSIP for the vCPU that runs here. */
void hw_raise_ssip(void);

/* Clears it (legacy clear_ipi); returns whether it was set. */
bool hw_clear_ssip(void);

/* Makes hvip.VSTIP and hvip.VSEIP follow vcpu->lines, leaving VSSIP as it is. */
void hw_sync_lines(struct vcpu *vcpu);

/*
 * Acts on vcpu->requests: raises VSSIP, updates the lines; sets vcpu->leave when
 * the guest is to end. The vCPU's own hart.
 */
void hw_take_requests(struct vcpu *vcpu);

/* Makes the next sret enter the guest at vcpu->pc, in VU-mode if vcpu->user. */
void hw_set_return(struct vcpu *vcpu);

/* The guest's time: time + htimedelta. */
uint64_t hw_guest_time(const struct vcpu *vcpu);

/* Programs the guest's next timer interrupt, in guest time; also clears a pending one. */
void hw_set_timer(struct vcpu *vcpu, uint64_t deadline);

/* The deadline of hw_set_timer() has come; machines or guests without Sstc. */
void hw_timer_expired(struct vcpu *vcpu);

/* Makes vcpu's hart exit and look at vcpu->requests. Any hart. */
void hw_kick(struct vcpu *vcpu);

/* Executes fence.i here. */
void hw_fence_i(void);

/*
 * hfence.vvma here, in the VMID at hand: all (size UINT64_MAX), or [start, start + size) of
 * guest virtual addresses, which isn't empty and doesn't wrap; for one address-space id, or every
 * one (asid UINT64_MAX).
 */
void hw_fence_vvma(uint64_t start, uint64_t size, uint64_t asid);

/* The same two on other harts: the vCPUs of vcpu->vm whose bit (vCPU id) is set in vcpus. */
void hw_remote_fence_i(struct vcpu *vcpu, uint64_t vcpus);
void hw_remote_fence_vvma(struct vcpu *vcpu, uint64_t vcpus, uint64_t start, uint64_t size,
			  uint64_t asid);

/*
 * Copies between a buffer of Bulkhead's and the guest's memory at a guest
 * physical address. 0, or -EFAULT when the range is not wholly the guest's RAM:
 * then nothing was copied.
 */
int hw_guest_read(struct vcpu *vcpu, void *to, gpa_t from, uint64_t size);
int hw_guest_write(struct vcpu *vcpu, gpa_t to, const void *from, uint64_t size);

/*
 * In enter.S. Fetch a half-word as the guest would (HLVX.HU); load or store a byte as it would
 * (HLV.BU, HSV.B). 0; 1 when that faults: scause, stval and htval then tell the guest's fault,
 * and sepc, sstatus.SPP and hstatus.SPV are lost: full path only, which restores them.
 */
int hw_fetch_half(uint64_t gva, uint16_t *out);
int hw_load_byte(uint64_t gva, uint8_t *out);
int hw_store_byte(uint64_t gva, uint8_t value);

/* In enter.S. FP registers, or vector registers, to 0; their state in sstatus must be on. */
void hw_clear_fp(void);
void hw_clear_vector(void);

/*
 * Reads 8 bytes at a guest virtual address as VS-mode would, whatever its
 * alignment. 0, or -EFAULT with what VS-mode would have taken in *fault.
 */
int hw_guest_load(uint64_t gva, uint64_t *value, struct vcpu_fault *fault);

/*
 * The console of vcpu's guest, for SBI calls. Both may take or give fewer bytes than
 * asked, also none, and never wait; they return how many. They find their own locks.
 */
uint32_t hw_console_put(struct vcpu *vcpu, const uint8_t *bytes, uint32_t count);
uint32_t hw_console_get(struct vcpu *vcpu, uint8_t *bytes, uint32_t count);

/* Clears, then sets bits of henvcfg; returns what it reads afterwards (WARL). */
uint64_t hw_update_henvcfg(uint64_t clear, uint64_t set);

/* Calls the PMU extension of the machine's own firmware: its error and, in *value, its value. */
int64_t hw_firmware_pmu(uint64_t function, const uint64_t args[5], uint64_t *value);

/* True when misaligned accesses of the guest trap into it, not into the firmware. */
bool hw_misaligned_delegated(void);

/* Bits of hcounteren: the counters that a guest may read; bit n is CSR_CYCLE + n. */
uint64_t hw_counters_enabled(void);

/* The machine's identity as the firmware tells it; which: SBI_BASE_GET_MVENDORID to _MIMPID. */
uint64_t hw_machine_id(unsigned which);

#endif
