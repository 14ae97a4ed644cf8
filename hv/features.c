/* SPDX-License-Identifier: Apache-2.0 */
/* WARL registers are asked by writing and reading back (privileged specification, 2.3). */
#include "hv/features.h"

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/csr.h"
#include "hv/hart.h"
#include "hv/panic.h"

struct features features;

/* Writes a CSR that may not exist; true when it does. Uses the trap entry's fixup. */
#define csr_try_write(csr, value)                                                            \
	({                                                                                   \
		uint64_t failed_ = 1, at_;                                                   \
		__asm__ volatile("lla %1, 1f\n\t"                                            \
				 "sd %1, %2(tp)\n\t"                                         \
				 "csrw " CSR_STRING(csr) ", %3\n\t"                          \
							 "li %0, 0\n\t"                      \
							 "sd zero, %2(tp)\n\t"               \
							 ".balign 4\n"                       \
							 "1:"                                \
				 : "+&r"(failed_), "=&r"(at_)                                \
				 : "i"(offsetof(struct hart, fixup)), "r"((uint64_t)(value)) \
				 : "memory");                                                \
		!failed_;                                                                    \
	})

BOOT_CODE static bool hgatp_takes(unsigned int mode)
{
	csr_write(CSR_HGATP, 0);
	csr_write(CSR_HGATP, FIELD_PREP(ATP_MODE, mode));
	return FIELD_GET(ATP_MODE, csr_read(CSR_HGATP)) == mode;
}

BOOT_CODE static void probe_hgatp(void)
{
	unsigned int mode, last = 0;
	uint64_t bits;

	for (mode = ATP_MODE_SV39; mode <= ATP_MODE_SV57; mode++) {
		if (!hgatp_takes(mode))
			continue;
		features.gstage_modes |= BIT(mode);
		last = mode;
	}
	if (!last)
		panic("hgatp accepts none of Sv39x4, Sv48x4, Sv57x4");
	csr_write(CSR_HGATP, FIELD_PREP(ATP_MODE, last) | HGATP_VMID);
	bits = FIELD_GET(HGATP_VMID, csr_read(CSR_HGATP));
	for (features.vmid_bits = 0; bits & 1; bits >>= 1)
		features.vmid_bits++;
	csr_write(CSR_HGATP, 0);
	/* hfence.gvma, since the probe changed hgatp. */
	__asm__ volatile(".insn r 0x73, 0, 0x31, x0, x0, x0" ::: "memory");
}

BOOT_CODE static void probe_geilen(void)
{
	uint64_t bits;

	csr_write(CSR_HGEIE, ~UINT64_C(0));
	bits = csr_read(CSR_HGEIE) >> 1;
	csr_write(CSR_HGEIE, 0);
	for (features.geilen = 0; bits & 1; bits >>= 1)
		features.geilen++;
}

static bool isa_has(const struct host *host, enum isa_ext extension)
{
	return host->isa & BIT(extension);
}

BOOT_CODE void features_probe(const struct host *host)
{
	if (!isa_has(host, ISA_H) || !csr_try_write(CSR_HGATP, 0))
		panic("this machine's harts have no H extension, which a hypervisor needs; "
		      "on QEMU choose a CPU that has it, such as -cpu max");
	probe_hgatp();
	probe_geilen();
	csr_write(CSR_HEDELEG, ~UINT64_C(0));
	features.hedeleg = csr_read(CSR_HEDELEG);
	csr_write(CSR_HIDELEG, ~UINT64_C(0));
	features.hideleg = csr_read(CSR_HIDELEG);
	if (csr_try_write(CSR_HENVCFG, ~UINT64_C(0))) {
		features.henvcfg = csr_read(CSR_HENVCFG);
		csr_write(CSR_HENVCFG, 0);
	}
	features.sstc = isa_has(host, ISA_SSTC) && (features.henvcfg & ENVCFG_STCE);
	features.svinval = isa_has(host, ISA_SVINVAL);
	features.stateen = csr_try_write(CSR_HSTATEEN0, 0);
	features.aia = csr_try_write(CSR_HVICTL, 0);
	features.fp = isa_has(host, ISA_D);
	features.vector = isa_has(host, ISA_V);
}
