/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PLIC model (RISC-V PLIC specification 1.0). A gateway passes its level
 * on as a pending bit, and shuts from the claim until the completion; then it
 * looks at the level again. A pending bit stays when the level falls before
 * the claim (chapter 3). What a context's interrupt is to be is recomputed
 * from the bits (refresh), never kept by counting, so it can't drift.
 */
#include <errno.h>
#include <string.h>

#include "vdev/plic.h"

/* The memory map (chapter 4); a context has a page of its own from CONTEXTS on. */
#define PENDING       0x1000
#define ENABLE        0x2000
#define ENABLE_STRIDE 0x80
#define CONTEXTS      0x200000
#define CONTEXT_SHIFT 12
#define THRESHOLD     0x0
#define CLAIM         0x4

#define WORD_BITS 64

static struct plic *plic_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct plic, dev);
}

static bool has_source(const struct plic *plic, uint64_t source)
{
	return source >= 1 && source <= plic->sources;
}

static bool test_bit(const uint64_t *words, unsigned bit)
{
	return words[bit / WORD_BITS] & BIT(bit % WORD_BITS);
}

static void set_bit(uint64_t *words, unsigned bit)
{
	words[bit / WORD_BITS] |= BIT(bit % WORD_BITS);
}

static void clear_bit(uint64_t *words, unsigned bit)
{
	words[bit / WORD_BITS] &= ~BIT(bit % WORD_BITS);
}

static uint64_t *enable_of(const struct plic *plic, unsigned context)
{
	return plic->enable + (size_t)context * plic->words;
}

/* The enabled pending source of the highest priority, of equals the lowest number; or 0. */
static unsigned best_source(const struct plic *plic, unsigned context)
{
	const uint64_t *enable = enable_of(plic, context);
	unsigned best = 0, best_priority = 0;

	for (unsigned w = 0; w < plic->words; w++) {
		for (uint64_t left = plic->pending[w] & enable[w]; left; left &= left - 1) {
			unsigned source = w * WORD_BITS + (unsigned)__builtin_ctzl(left);

			if (plic->priority[source] > best_priority) {
				best = source;
				best_priority = plic->priority[source];
			}
		}
	}
	return best;
}

static void tell(struct plic *plic, unsigned context, bool pending)
{
	if (plic->notified[context] == pending)
		return;
	plic->notified[context] = pending;
	plic->ops->notify(plic->ctx, context, pending);
}

/* priority[0] is 0, so no source means no interrupt. */
static void refresh(struct plic *plic, unsigned context)
{
	unsigned best = best_source(plic, context);

	tell(plic, context, plic->priority[best] > plic->threshold[context]);
}

static void refresh_all(struct plic *plic)
{
	for (unsigned i = 0; i < plic->contexts; i++)
		refresh(plic, i);
}

/* The pending bit of source is gone: only contexts that enable it can change. */
static void refresh_of(struct plic *plic, unsigned source)
{
	for (unsigned i = 0; i < plic->contexts; i++) {
		if (test_bit(enable_of(plic, i), source))
			refresh(plic, i);
	}
}

/* One more pending bit can only turn interrupts on. */
static void make_pending(struct plic *plic, unsigned source)
{
	if (test_bit(plic->pending, source))
		return;
	set_bit(plic->pending, source);
	for (unsigned i = 0; i < plic->contexts; i++) {
		if (test_bit(enable_of(plic, i), source) &&
		    plic->priority[source] > plic->threshold[i])
			tell(plic, i, true);
	}
}

static void gateway(struct plic *plic, unsigned source)
{
	if (test_bit(plic->level, source) && !test_bit(plic->claimed, source))
		make_pending(plic, source);
}

static void set_level(struct irq_chip *chip, unsigned source, bool level)
{
	struct plic *plic = CONTAINER_OF(chip, struct plic, chip);

	if (!has_source(plic, source))
		return;
	spin_lock(&plic->dev.lock);
	if (level)
		set_bit(plic->level, source);
	else
		clear_bit(plic->level, source);
	gateway(plic, source);
	spin_unlock(&plic->dev.lock);
}

/* Chapter 9: the threshold doesn't count here. */
static unsigned claim(struct plic *plic, unsigned context)
{
	unsigned source = best_source(plic, context);

	if (!source)
		return 0;
	clear_bit(plic->pending, source);
	set_bit(plic->claimed, source);
	refresh_of(plic, source);
	return source;
}

/* The owner of a forwarded source may have the next host interrupt from now on. */
static void end_forwarded(struct plic *plic, unsigned source)
{
	clear_bit(plic->level, source);
	plic->ops->eoi(plic->ctx, source);
}

/* Chapter 10: silently ignored for a source that the context hasn't enabled. */
static void complete(struct plic *plic, unsigned context, uint64_t value)
{
	unsigned source = (unsigned)value;

	if (!has_source(plic, value) || !test_bit(enable_of(plic, context), source) ||
	    !test_bit(plic->claimed, source))
		return;
	clear_bit(plic->claimed, source);
	if (test_bit(plic->forwarded, source))
		end_forwarded(plic, source);
	gateway(plic, source);
}

/* A 32-bit half of a bit array; index counts halves. Past the array it is zero. */
static uint32_t read_half(const struct plic *plic, const uint64_t *words, uint64_t index)
{
	if (index / 2 >= plic->words)
		return 0;
	return (uint32_t)(words[index / 2] >> (32 * (index % 2)));
}

/* Bits of sources that don't exist, and of source 0, stay zero. */
static void write_enable(struct plic *plic, unsigned context, uint64_t index, uint64_t value)
{
	unsigned shift = 32 * (index % 2), last = plic->sources;
	uint64_t *word, allowed = ~UINT64_C(0);

	if (index / 2 >= plic->words)
		return;
	if (index / 2 == last / WORD_BITS)
		allowed = GENMASK(last % WORD_BITS, 0);
	if (index / 2 == 0)
		allowed &= ~BIT(0);
	word = enable_of(plic, context) + index / 2;
	*word = ((*word & ~(GENMASK(31, 0) << shift)) | value << shift) & allowed;
	refresh(plic, context);
}

static uint32_t read_context(struct plic *plic, uint64_t offset)
{
	uint64_t context = (offset - CONTEXTS) >> CONTEXT_SHIFT;

	if (context >= plic->contexts)
		return 0;
	switch (offset & GENMASK(CONTEXT_SHIFT - 1, 0)) {
	case THRESHOLD:
		return plic->threshold[context];
	case CLAIM:
		return claim(plic, (unsigned)context);
	default:
		return 0;
	}
}

static void write_context(struct plic *plic, uint64_t offset, uint64_t value)
{
	uint64_t context = (offset - CONTEXTS) >> CONTEXT_SHIFT;

	if (context >= plic->contexts)
		return;
	switch (offset & GENMASK(CONTEXT_SHIFT - 1, 0)) {
	case THRESHOLD:
		plic->threshold[context] = value & PLIC_PRIORITY_MAX;
		refresh(plic, (unsigned)context);
		break;
	case CLAIM:
		complete(plic, (unsigned)context, value);
		break;
	default:
		break;
	}
}

/* What is reserved, or for a source or context that doesn't exist, reads as zero. */
static uint32_t read_source(const struct plic *plic, uint64_t offset)
{
	uint64_t context = (offset - ENABLE) / ENABLE_STRIDE;

	if (offset < PENDING)
		return has_source(plic, offset / 4) ? plic->priority[offset / 4] : 0;
	if (offset < ENABLE)
		return read_half(plic, plic->pending, (offset - PENDING) / 4);
	if (context >= plic->contexts)
		return 0;
	return read_half(plic, enable_of(plic, (unsigned)context), offset % ENABLE_STRIDE / 4);
}

static void write_source(struct plic *plic, uint64_t offset, uint64_t value)
{
	uint64_t context = (offset - ENABLE) / ENABLE_STRIDE;

	if (offset < PENDING && has_source(plic, offset / 4)) {
		plic->priority[offset / 4] = value & PLIC_PRIORITY_MAX;
		refresh_all(plic);
	} else if (offset >= ENABLE && context < plic->contexts) {
		write_enable(plic, (unsigned)context, offset % ENABLE_STRIDE / 4, value);
	}
}

static int plic_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct plic *plic = plic_of(dev);

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	if (offset >= CONTEXTS)
		*value = read_context(plic, offset);
	else
		*value = read_source(plic, offset);
	return 0;
}

static int plic_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct plic *plic = plic_of(dev);

	if (size != 4 || !is_aligned(offset, 4))
		return -EINVAL;
	if (offset >= CONTEXTS)
		write_context(plic, offset, value);
	else
		write_source(plic, offset, value);
	return 0;
}

/* The wires keep their levels; a host's interrupt that the guest had in hand is given back. */
static void plic_reset(struct vdev *dev)
{
	struct plic *plic = plic_of(dev);

	memset(plic->pending, 0, plic->words * sizeof(uint64_t));
	memset(plic->claimed, 0, plic->words * sizeof(uint64_t));
	memset(plic->enable, 0, (size_t)plic->contexts * plic->words * sizeof(uint64_t));
	memset(plic->priority, 0, plic->sources + 1);
	memset(plic->threshold, 0, plic->contexts);
	refresh_all(plic);
	for (unsigned i = 1; i <= plic->sources; i++) {
		if (test_bit(plic->forwarded, i) && test_bit(plic->level, i))
			end_forwarded(plic, i);
		gateway(plic, i);
	}
}

static const struct vdev_ops plic_vdev_ops = {
	.read = plic_read,
	.write = plic_write,
	.reset = plic_reset,
};

static const struct irq_chip_ops chip_ops = { .set_level = set_level };

size_t plic_bytes(unsigned sources, unsigned contexts)
{
	size_t words = sources / WORD_BITS + 1;

	if (sources < 1 || sources > PLIC_SOURCES_MAX)
		return 0;
	if (contexts < 1 || contexts > PLIC_CONTEXTS_MAX)
		return 0;
	return (4 + contexts) * words * sizeof(uint64_t) +
	       align_up(sources + 1 + 2 * (uint64_t)contexts, sizeof(uint64_t));
}

static void lay_out(struct plic *plic, uint64_t *memory)
{
	plic->level = memory;
	plic->pending = plic->level + plic->words;
	plic->claimed = plic->pending + plic->words;
	plic->forwarded = plic->claimed + plic->words;
	plic->enable = plic->forwarded + plic->words;
	plic->priority = (uint8_t *)(plic->enable + (size_t)plic->contexts * plic->words);
	plic->threshold = plic->priority + plic->sources + 1;
	plic->notified = plic->threshold + plic->contexts;
}

int plic_init(struct plic *plic, const struct plic_config *config, void *memory)
{
	size_t bytes = plic_bytes(config->sources, config->contexts);

	if (!bytes)
		return -EINVAL;
	memset(memory, 0, bytes);
	*plic = (struct plic){
		.chip = { &chip_ops },
		.ops = config->ops,
		.ctx = config->ctx,
		.sources = config->sources,
		.contexts = config->contexts,
		.words = config->sources / WORD_BITS + 1,
	};
	vdev_init(&plic->dev, &plic_vdev_ops, config->name, config->base,
		  PLIC_MMIO_SIZE(config->contexts));
	lay_out(plic, memory);
	return 0;
}

struct irq_pin plic_pin(struct plic *plic, unsigned source)
{
	return (struct irq_pin){ &plic->chip, source };
}

int plic_forward(struct plic *plic, unsigned source)
{
	if (!has_source(plic, source) || !plic->ops->eoi)
		return -EINVAL;
	set_bit(plic->forwarded, source);
	return 0;
}
