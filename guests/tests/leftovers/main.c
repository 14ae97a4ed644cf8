// SPDX-License-Identifier: Apache-2.0
/*
 * No guest, but what a careless boot loader would be: leaves the CSRs of HS-mode as they
 * are least welcome, and jumps to Bulkhead, which QEMU has put beside it.
 */
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"

#define BULKHEAD UINT64_C(0x82200000)
#define ALL      UINT64_MAX

void guest_main(uint64_t hart, const void *tree);

/* hvictl: an interrupt of its own for VS-mode, and accesses to its sip and sie trapped. */
#define HVICTL_VTI (UINT64_C(1) << 30)
#define HVICTL_IID (UINT64_C(2) << 16)

static void leave_aia(void)
{
	csr_write(CSR_HVIEN, ALL);
	csr_write(CSR_HVICTL, HVICTL_VTI | HVICTL_IID | 1);
	csr_write(CSR_VSISELECT, ALL);
}

void guest_main(uint64_t hart, const void *tree)
{
	void (*bulkhead)(uint64_t hart, const void *tree) = (void *)BULKHEAD;
	bool aia = dt_compatible(tree, DT_NONE, "riscv,imsics") != DT_NONE;

	csr_set(CSR_SSTATUS, SSTATUS_SUM | SSTATUS_MXR | SSTATUS_SPP | SSTATUS_SPIE | SSTATUS_FS);
	csr_write(CSR_SCOUNTEREN, ALL);
	csr_write(CSR_SENVCFG, ALL);
	csr_write(CSR_HSTATUS, HSTATUS_VTVM | HSTATUS_VTW | HSTATUS_VTSR | HSTATUS_HU);
	csr_write(CSR_HEDELEG, ALL);
	csr_write(CSR_HIDELEG, ALL);
	csr_write(CSR_HIE, ALL);
	csr_write(CSR_HVIP, ALL);
	csr_write(CSR_HGEIE, ALL);
	csr_write(CSR_HCOUNTEREN, ALL);
	csr_write(CSR_HTIMEDELTA, ALL);
	csr_write(CSR_VSSTATUS, ALL);
	csr_write(CSR_VSTVEC, 4);
	if (aia)
		leave_aia();
	bulkhead(hart, tree);
}
