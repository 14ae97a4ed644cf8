/* SPDX-License-Identifier: Apache-2.0 */
/*
 * APLIC and IMSIC (RISC-V Advanced Interrupt Architecture 1.0, chapters 3 and 4)
 * for one hart: direct delivery through its IDC, or MSIs to its interrupt file,
 * where each source keeps its own number as its identity.
 */
#include <stddef.h>

#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/intc.h"
#include "guests/lib/machine.h"

#define DOMAINCFG          0x0
#define DOMAINCFG_IE       (UINT32_C(1) << 8)
#define DOMAINCFG_DM       (UINT32_C(1) << 2)
#define SOURCECFG(source)  (4 * (uint64_t)(source))
#define SETIPNUM           0x1cdc
#define SETIENUM           0x1edc
#define CLRIENUM           0x1fdc
#define TARGET(source)     (0x3000 + 4 * (uint64_t)(source))
#define TARGET_HART(index) ((uint32_t)(index) << 18)
#define IDELIVERY(index)   (0x4000 + 0x20 * (uint64_t)(index))
#define ITHRESHOLD(index)  (0x4008 + 0x20 * (uint64_t)(index))
#define CLAIMI(index)      (0x401c + 0x20 * (uint64_t)(index))

enum source_mode { RISING = 4, FALLING = 5, HIGH = 6, LOW = 7 };

#define IDENTITIES 256 /* as many as a guest's sources need; IMSICs have 64 to 2048 */

static uint64_t base;
static uint64_t level[IDENTITIES / 64]; /* a bit for each level source */
static int hart_index;

static volatile uint32_t *reg(uint64_t offset)
{
	return (volatile uint32_t *)(base + offset);
}

static enum source_mode mode_of(uint32_t flags)
{
	static const enum source_mode modes[] = {
		[1] = RISING, [2] = FALLING, [4] = HIGH, [8] = LOW
	};

	return flags < sizeof(modes) / sizeof(modes[0]) && modes[flags] ? modes[flags] : HIGH;
}

static const char *domain_init(int node, uint32_t mode)
{
	uint32_t sources = dt_cell(machine.tree, node, "riscv,num-sources", 0, 0);
	uint64_t size;

	if (!dt_reg(machine.tree, node, 0, &base, &size))
		return "no registers in the APLIC's node";
	for (uint32_t source = 1; source <= sources; source++)
		*reg(CLRIENUM) = source;
	*reg(DOMAINCFG) = DOMAINCFG_IE | mode;
	return NULL;
}

static void source_enable(uint32_t source, uint32_t flags, uint32_t target)
{
	*reg(SOURCECFG(source)) = mode_of(flags);
	*reg(TARGET(source)) = TARGET_HART(hart_index) | target;
	*reg(SETIENUM) = source;
}

static const char *direct_init(int node)
{
	const char *error;

	hart_index = intc_place(node);
	if (hart_index < 0)
		return "no place for this hart in the APLIC";
	error = domain_init(node, 0);
	if (error)
		return error;
	*reg(ITHRESHOLD(hart_index)) = 0;
	*reg(IDELIVERY(hart_index)) = 1;
	return NULL;
}

static void direct_enable(uint32_t source, uint32_t flags)
{
	source_enable(source, flags, 1);
}

static uint32_t direct_claim(void)
{
	return *reg(CLAIMI(hart_index)) >> 16;
}

/* An edge was cleared by the claim, a level by its device. */
static void direct_complete(uint32_t source)
{
	(void)source;
}

static void imsic_write(uint64_t index, uint64_t value)
{
	csr_write(CSR_SISELECT, index);
	csr_write(CSR_SIREG, value);
}

static const char *msi_init(int node)
{
	int imsic = dt_phandle(machine.tree, dt_cell(machine.tree, node, "msi-parent", 0, 0));

	hart_index = imsic == DT_NONE ? -1 : intc_place(imsic);
	if (hart_index < 0)
		return "no place for this hart in the IMSIC";
	for (unsigned word = 0; word < IDENTITIES / 64; word++)
		imsic_write(IMSIC_EIE0 + 2 * word, 0);
	imsic_write(IMSIC_EITHRESHOLD, 0);
	imsic_write(IMSIC_EIDELIVERY, 1);
	return domain_init(node, DOMAINCFG_DM);
}

static void msi_enable(uint32_t source, uint32_t flags)
{
	enum source_mode mode = mode_of(flags);

	if (source >= IDENTITIES)
		return;
	if (mode == HIGH || mode == LOW)
		level[source / 64] |= UINT64_C(1) << source % 64;
	csr_write(CSR_SISELECT, IMSIC_EIE0 + 2 * (source / 64));
	csr_set(CSR_SIREG, UINT64_C(1) << source % 64);
	source_enable(source, flags, source);
}

static uint32_t msi_claim(void)
{
	return (uint32_t)(csr_swap(CSR_STOPEI, 0) >> 16);
}

/*
 * An MSI takes a level source's pending bit away whatever the level does. This
 * sets it again if, and only if, the level is still there (AIA, 4.9.2).
 */
static void msi_complete(uint32_t source)
{
	if (level[source / 64] >> source % 64 & 1)
		*reg(SETIPNUM) = source;
}

const struct intc_ops aplic_direct_ops = {
	.name = "APLIC",
	.init = direct_init,
	.enable = direct_enable,
	.claim = direct_claim,
	.complete = direct_complete,
};

const struct intc_ops aplic_msi_ops = {
	.name = "APLIC with IMSIC",
	.init = msi_init,
	.enable = msi_enable,
	.claim = msi_claim,
	.complete = msi_complete,
};
