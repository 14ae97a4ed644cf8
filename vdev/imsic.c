/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An IMSIC interrupt file (RISC-V AIA specification 1.0, chapter 3). A lower
 * identity has the higher priority. eidelivery offers 0 and 1 alone, as guest
 * interrupt files do. Invariant: bit 0 and the bits above ids are zero in eip
 * and eie.
 */
#include <errno.h>

#include "vdev/imsic.h"

#define SETEIPNUM_LE    0x0
#define SETEIPNUM_BE    0x4
#define THRESHOLD_MASK  GENMASK(7, 0)
#define FIRST_RESERVED  0x70
#define ARRAY_REGISTERS 64

static struct imsic *imsic_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct imsic, dev);
}

/* The best identity that is pending, enabled and under the threshold; or 0. */
static unsigned top(const struct imsic *imsic)
{
	for (unsigned w = 0; w <= imsic->ids / 64; w++) {
		uint64_t ready = imsic->eip[w] & imsic->eie[w];
		unsigned id = w * 64 + (ready ? (unsigned)__builtin_ctzl(ready) : 0);

		if (ready)
			return !imsic->eithreshold || id < imsic->eithreshold ? id : 0;
	}
	return 0;
}

static void refresh(struct imsic *imsic)
{
	bool on = imsic->eidelivery && top(imsic);

	if (on == imsic->notified)
		return;
	imsic->notified = on;
	imsic->notify(imsic->ctx, on);
}

static void set_pending(struct imsic *imsic, uint64_t id)
{
	if (id < 1 || id > imsic->ids)
		return;
	imsic->eip[id / 64] |= BIT(id % 64);
	refresh(imsic);
}

static int imsic_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	(void)dev;
	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	*value = 0;
	return 0;
}

static int imsic_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct imsic *imsic = imsic_of(dev);

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	if (offset == SETEIPNUM_LE)
		set_pending(imsic, value);
	else if (offset == SETEIPNUM_BE)
		set_pending(imsic, __builtin_bswap32((uint32_t)value));
	return 0;
}

static void imsic_reset(struct vdev *dev)
{
	struct imsic *imsic = imsic_of(dev);

	for (unsigned w = 0; w < ARRAY_SIZE(imsic->eip); w++)
		imsic->eip[w] = imsic->eie[w] = 0;
	imsic->eidelivery = imsic->eithreshold = 0;
	refresh(imsic);
}

static const struct vdev_ops imsic_ops = {
	.read = imsic_read,
	.write = imsic_write,
	.reset = imsic_reset,
};

int imsic_init(struct imsic *imsic, const char *name, gpa_t base, unsigned ids,
	       imsic_notify_fn *notify, void *ctx)
{
	if (ids % 64 != 63 || ids > IMSIC_IDS_MAX)
		return -EINVAL;
	*imsic = (struct imsic){ .notify = notify, .ctx = ctx, .ids = ids };
	vdev_init(&imsic->dev, &imsic_ops, name, base, IMSIC_MMIO_SIZE);
	return 0;
}

void imsic_msi(struct imsic *imsic, unsigned id)
{
	spin_lock(&imsic->dev.lock);
	set_pending(imsic, id);
	spin_unlock(&imsic->dev.lock);
}

/* The word of eip or eie that select means, or NULL where no identity is implemented. */
static uint64_t *array_word(struct imsic *imsic, unsigned select)
{
	unsigned word = (select % ARRAY_REGISTERS) / 2;

	if (word > imsic->ids / 64)
		return NULL;
	return select < IMSIC_EIE0 ? &imsic->eip[word] : &imsic->eie[word];
}

/*
 * The register of an even select; NULL: it is read-only zero (3.7, table).
 * *writable gets the bits that may change.
 */
static uint64_t *register_at(struct imsic *imsic, unsigned select, uint64_t *writable)
{
	switch (select) {
	case IMSIC_EIDELIVERY:
		*writable = 1;
		return &imsic->eidelivery;
	case IMSIC_EITHRESHOLD:
		*writable = THRESHOLD_MASK;
		return &imsic->eithreshold;
	case IMSIC_EIP0:
	case IMSIC_EIE0:
		*writable = ~BIT(0);
		return array_word(imsic, select);
	default:
		*writable = ~UINT64_C(0);
		return select < IMSIC_EIP0 ? NULL : array_word(imsic, select);
	}
}

int imsic_access(struct imsic *imsic, unsigned select, uint64_t *old, uint64_t value, uint64_t mask)
{
	uint64_t *reg, writable;

	if (select < FIRST_RESERVED || select >= IMSIC_EIE0 + ARRAY_REGISTERS)
		return -EINVAL;
	/* 3.8.3, 3.8.4: the odd words don't exist for RV64. */
	if (select >= IMSIC_EIP0 && select % 2)
		return -EINVAL;
	spin_lock(&imsic->dev.lock);
	reg = register_at(imsic, select, &writable);
	*old = reg ? *reg : 0;
	if (reg && mask) {
		*reg = ((*reg & ~mask) | (value & mask)) & writable;
		refresh(imsic);
	}
	spin_unlock(&imsic->dev.lock);
	return 0;
}

uint32_t imsic_topei(struct imsic *imsic, bool claim)
{
	unsigned id;

	spin_lock(&imsic->dev.lock);
	id = top(imsic);
	if (id && claim) {
		imsic->eip[id / 64] &= ~BIT(id % 64);
		refresh(imsic);
	}
	spin_unlock(&imsic->dev.lock);
	return id << 16 | id;
}
