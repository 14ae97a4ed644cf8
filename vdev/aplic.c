/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers of the APLIC model (RISC-V AIA specification 1.0, 4.5 and
 * 4.8.1). Little-endian only: domaincfg.BE reads as zero. The addresses of
 * MSIs are the owner's business, so smsiaddrcfg and its kin are reserved here,
 * as they are in any supervisor-level domain. All accesses are 32 bits wide;
 * what is reserved reads as zero and ignores writes.
 */
#include <errno.h>
#include <string.h>

#include "vdev/aplic_source.h"

/* The memory map (table 4.1). */
#define DOMAINCFG     0x0000
#define SOURCECFG     0x0004
#define SOURCECFG_END 0x1000
#define SETIP         0x1c00
#define SETIPNUM      0x1cdc
#define IN_CLRIP      0x1d00
#define CLRIPNUM      0x1ddc
#define SETIE         0x1e00
#define SETIENUM      0x1edc
#define CLRIE         0x1f00
#define CLRIENUM      0x1fdc
#define ARRAY_BYTES   0x80
#define SETIPNUM_LE   0x2000
#define SETIPNUM_BE   0x2004
#define GENMSI        0x3000
#define TARGET        0x3004
#define TARGET_END    0x4000
#define IDCS          0x4000

#define IDC_BYTES  32
#define IDELIVERY  0x00
#define IFORCE     0x04
#define ITHRESHOLD 0x08
#define TOPI       0x18
#define CLAIMI     0x1c

#define DOMAIN_FIXED UINT32_C(0x80000000)
#define SOURCECFG_D  BIT(10)
#define SOURCECFG_SM GENMASK(2, 0)

static struct aplic *aplic_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct aplic, dev);
}

static uint32_t read_word(struct aplic *aplic, unsigned word,
			  bool (*bit)(struct aplic *aplic, unsigned source))
{
	uint32_t value = 0;

	for (unsigned i = 0; i < 32; i++) {
		if (bit(aplic, word * 32 + i))
			value |= (uint32_t)BIT(i);
	}
	return value;
}

static void enable(struct aplic *aplic, uint64_t source)
{
	aplic_source_set_enabled(aplic, source, true);
}

static void disable(struct aplic *aplic, uint64_t source)
{
	aplic_source_set_enabled(aplic, source, false);
}

static void write_word(struct aplic *aplic, unsigned word, uint32_t value,
		       void (*act)(struct aplic *aplic, uint64_t source))
{
	for (; value; value &= value - 1)
		act(aplic, word * 32 + (unsigned)__builtin_ctz(value));
}

/* DM is fixed where only one mode is offered. */
static uint32_t legal_domaincfg(const struct aplic *aplic, uint32_t value)
{
	if (!aplic->direct_mode)
		value |= (uint32_t)APLIC_DOMAIN_DM;
	if (!aplic->msi_mode)
		value &= (uint32_t)~APLIC_DOMAIN_DM;
	return value & (uint32_t)(APLIC_DOMAIN_IE | APLIC_DOMAIN_DM);
}

static void write_domaincfg(struct aplic *aplic, uint32_t value)
{
	uint32_t legal = legal_domaincfg(aplic, value);

	if (legal == aplic->domaincfg)
		return;
	aplic->domaincfg = legal;
	aplic_source_refresh_all(aplic);
}

static uint32_t read_sourcecfg(const struct aplic *aplic, unsigned source)
{
	return source <= aplic->sources ? aplic->source[source].mode : 0;
}

/* There is no child domain to delegate to. Delegation and reserved modes make a source inactive. */
static void write_sourcecfg(struct aplic *aplic, unsigned source, uint32_t value)
{
	unsigned mode = (unsigned)FIELD_GET(SOURCECFG_SM, value);

	if ((value & SOURCECFG_D) || mode == 2 || mode == 3)
		mode = APLIC_INACTIVE;
	aplic_source_set_mode(aplic, source, mode);
}

/* An extempore MSI goes out whatever IE says, and at once: Busy is never seen set. */
static void write_genmsi(struct aplic *aplic, uint32_t value)
{
	unsigned hart = (unsigned)FIELD_GET(APLIC_TARGET_HART, value);

	if (!aplic_source_msi_mode(aplic))
		return;
	aplic->genmsi = value & (uint32_t)(APLIC_TARGET_HART | APLIC_TARGET_EIID);
	if (hart < aplic->harts)
		aplic->ops->msi(aplic->ctx, hart, (unsigned)FIELD_GET(APLIC_TARGET_EIID, value));
}

static uint32_t read_idc(struct aplic *aplic, uint64_t offset)
{
	unsigned hart = (unsigned)((offset - IDCS) / IDC_BYTES);

	if (hart >= aplic->harts || !aplic->direct_mode)
		return 0;
	switch (offset % IDC_BYTES) {
	case IDELIVERY:
		return aplic->idc[hart].delivery;
	case IFORCE:
		return aplic->idc[hart].force;
	case ITHRESHOLD:
		return aplic->idc[hart].threshold;
	case TOPI:
		return aplic_source_topi(aplic, hart);
	case CLAIMI:
		return aplic_source_claim(aplic, hart);
	default:
		return 0;
	}
}

static void write_idc(struct aplic *aplic, uint64_t offset, uint32_t value)
{
	unsigned hart = (unsigned)((offset - IDCS) / IDC_BYTES);

	if (hart >= aplic->harts || !aplic->direct_mode)
		return;
	switch (offset % IDC_BYTES) {
	case IDELIVERY:
		aplic->idc[hart].delivery = value & 1;
		break;
	case IFORCE:
		aplic->idc[hart].force = value & 1;
		break;
	case ITHRESHOLD:
		aplic->idc[hart].threshold = (uint8_t)value;
		break;
	default:
		return;
	}
	aplic_source_refresh_hart(aplic, hart);
}

/* The bit arrays and their number registers, SETIP to CLRIENUM. */
static uint32_t read_array(struct aplic *aplic, uint64_t offset)
{
	unsigned word = (unsigned)(offset % ARRAY_BYTES) / 4;

	switch (align_down(offset, ARRAY_BYTES)) {
	case SETIP:
		return read_word(aplic, word, aplic_source_pending);
	case IN_CLRIP:
		return read_word(aplic, word, aplic_source_input);
	case SETIE:
		return aplic->enabled[word];
	default:
		return 0;
	}
}

static void write_array(struct aplic *aplic, uint64_t offset, uint32_t value)
{
	unsigned word = (unsigned)(offset % ARRAY_BYTES) / 4;

	switch (align_down(offset, ARRAY_BYTES)) {
	case SETIP:
		write_word(aplic, word, value, aplic_source_set_pending);
		break;
	case IN_CLRIP:
		write_word(aplic, word, value, aplic_source_clear_pending);
		break;
	case SETIE:
		write_word(aplic, word, value, enable);
		break;
	case CLRIE:
		write_word(aplic, word, value, disable);
		break;
	default:
		break;
	}
}

static uint32_t read_register(struct aplic *aplic, uint64_t offset)
{
	if (offset >= IDCS)
		return read_idc(aplic, offset);
	if (offset >= TARGET)
		return aplic_source_target(aplic, (unsigned)(offset - TARGET) / 4 + 1);
	if (offset == GENMSI)
		return aplic_source_msi_mode(aplic) ? aplic->genmsi : 0;
	if (offset == DOMAINCFG)
		return DOMAIN_FIXED | aplic->domaincfg;
	if (offset < SOURCECFG_END)
		return read_sourcecfg(aplic, (unsigned)(offset - SOURCECFG) / 4 + 1);
	return read_array(aplic, offset);
}

static void write_register(struct aplic *aplic, uint64_t offset, uint32_t value)
{
	if (offset >= IDCS)
		write_idc(aplic, offset, value);
	else if (offset >= TARGET)
		aplic_source_set_target(aplic, (unsigned)(offset - TARGET) / 4 + 1, value);
	else if (offset == GENMSI)
		write_genmsi(aplic, value);
	else if (offset == SETIPNUM || offset == SETIPNUM_LE)
		aplic_source_set_pending(aplic, value);
	else if (offset == SETIPNUM_BE)
		aplic_source_set_pending(aplic, __builtin_bswap32(value));
	else if (offset == CLRIPNUM)
		aplic_source_clear_pending(aplic, value);
	else if (offset == SETIENUM)
		enable(aplic, value);
	else if (offset == CLRIENUM)
		disable(aplic, value);
	else if (offset == DOMAINCFG)
		write_domaincfg(aplic, value);
	else if (offset < SOURCECFG_END)
		write_sourcecfg(aplic, (unsigned)(offset - SOURCECFG) / 4 + 1, value);
	else
		write_array(aplic, offset, value);
}

static int aplic_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	*value = read_register(aplic_of(dev), offset);
	return 0;
}

static int aplic_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	write_register(aplic_of(dev), offset, (uint32_t)value);
	return 0;
}

static void aplic_reset(struct vdev *dev)
{
	struct aplic *aplic = aplic_of(dev);

	aplic_source_reset(aplic);
	aplic->domaincfg = legal_domaincfg(aplic, 0);
	aplic->genmsi = 0;
}

static const struct vdev_ops aplic_vdev_ops = {
	.read = aplic_read,
	.write = aplic_write,
	.reset = aplic_reset,
};

static void set_level(struct irq_chip *chip, unsigned source, bool level)
{
	struct aplic *aplic = CONTAINER_OF(chip, struct aplic, chip);

	spin_lock(&aplic->dev.lock);
	aplic_source_set_wire(aplic, source, level);
	spin_unlock(&aplic->dev.lock);
}

static const struct irq_chip_ops chip_ops = { .set_level = set_level };

size_t aplic_bytes(unsigned sources, unsigned harts)
{
	if (sources < 1 || sources > APLIC_SOURCES_MAX || harts < 1 || harts > APLIC_HARTS_MAX)
		return 0;
	return (sources + 1) * sizeof(struct aplic_source) + harts * sizeof(struct aplic_idc);
}

static bool modes_are_sound(const struct aplic_config *config)
{
	if (!config->msi_mode && !config->direct_mode)
		return false;
	return (!config->msi_mode || config->ops->msi) &&
	       (!config->direct_mode || config->ops->notify);
}

int aplic_init(struct aplic *aplic, const struct aplic_config *config, void *memory)
{
	size_t bytes = aplic_bytes(config->sources, config->harts);

	if (!bytes || !modes_are_sound(config))
		return -EINVAL;
	memset(memory, 0, bytes);
	memset(aplic, 0, sizeof(*aplic));
	aplic->chip.ops = &chip_ops;
	aplic->ops = config->ops;
	aplic->ctx = config->ctx;
	aplic->sources = config->sources;
	aplic->harts = config->harts;
	aplic->msi_mode = config->msi_mode;
	aplic->direct_mode = config->direct_mode;
	aplic->source = memory;
	aplic->idc = (struct aplic_idc *)(aplic->source + config->sources + 1);
	aplic->domaincfg = legal_domaincfg(aplic, 0);
	vdev_init(&aplic->dev, &aplic_vdev_ops, config->name, config->base,
		  APLIC_MMIO_SIZE(config->harts));
	return 0;
}

struct irq_pin aplic_pin(struct aplic *aplic, unsigned source)
{
	return (struct irq_pin){ &aplic->chip, source };
}

int aplic_forward(struct aplic *aplic, unsigned source, enum aplic_forwarding how)
{
	const struct aplic_ops *ops = aplic->ops;
	uint32_t bit = (uint32_t)BIT(source % 32);

	if (source < 1 || source > aplic->sources || (aplic->msi_mode && !ops->host_input))
		return -EINVAL;
	if (how == APLIC_CARRIED) {
		if (!ops->eoi)
			return -EINVAL;
		aplic->carried[source / 32] |= bit;
		return 0;
	}
	if (aplic->direct_mode || !ops->host_update || !ops->host_pend || !ops->host_pending)
		return -EINVAL;
	aplic->programmed[source / 32] |= bit;
	return 0;
}
