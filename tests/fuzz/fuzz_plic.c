// SPDX-License-Identifier: Apache-2.0
// sources: vdev/plic.c
/*
 * The PLIC model against a reference that keeps a plain struct a source and
 * searches it all every time. Input: a byte of operation, then its operands.
 */
#include <stdlib.h>
#include <string.h>

#include "vdev/plic.h"

#define SOURCES  67
#define CONTEXTS 3

struct reference_source {
	bool level, pending, claimed, forwarded;
	unsigned priority;
	bool enable[CONTEXTS];
};

static struct reference_source ref[SOURCES + 1];
static unsigned ref_threshold[CONTEXTS], ref_eois, eois;
static bool lines[CONTEXTS];

static void check(bool sound)
{
	if (!sound)
		abort();
}

static void on_notify(void *ctx, unsigned context, bool pending)
{
	(void)ctx;
	check(lines[context] != pending);
	lines[context] = pending;
}

static void on_eoi(void *ctx, unsigned source)
{
	(void)ctx;
	check(ref[source].forwarded);
	eois++;
}

static const struct plic_ops ops = { on_notify, on_eoi };

static void ref_gateways(void)
{
	for (unsigned i = 1; i <= SOURCES; i++) {
		if (ref[i].level && !ref[i].claimed)
			ref[i].pending = true;
	}
}

static unsigned ref_best(unsigned context)
{
	unsigned best = 0;

	for (unsigned i = SOURCES; i >= 1; i--) {
		if (ref[i].pending && ref[i].enable[context] && ref[i].priority &&
		    ref[i].priority >= ref[best].priority)
			best = i;
	}
	return best;
}

static unsigned ref_claim(unsigned context)
{
	unsigned best = ref_best(context);

	if (best) {
		ref[best].pending = false;
		ref[best].claimed = true;
	}
	return best;
}

static void ref_complete(unsigned context, uint64_t source)
{
	if (source < 1 || source > SOURCES || !ref[source].enable[context])
		return;
	if (ref[source].claimed && ref[source].forwarded) {
		ref[source].level = false;
		ref_eois++;
	}
	ref[source].claimed = false;
}

static void ref_write(uint64_t offset, uint32_t value)
{
	uint64_t context =
		offset >= 0x200000 ? (offset - 0x200000) / 0x1000 : (offset - 0x2000) / 0x80;

	if (offset < 0x1000) {
		if (offset && offset / 4 <= SOURCES)
			ref[offset / 4].priority = value & 7;
	} else if (offset < 0x2000 || context >= CONTEXTS) {
		return;
	} else if (offset < 0x200000) {
		for (unsigned i = 0; i < 32; i++) {
			uint64_t source = (offset - 0x2000) % 0x80 * 8 + i;

			if (source >= 1 && source <= SOURCES)
				ref[source].enable[context] = value >> i & 1;
		}
	} else if (offset % 0x1000 == 0) {
		ref_threshold[context] = value & 7;
	} else if (offset % 0x1000 == 4) {
		ref_complete((unsigned)context, value);
	}
}

static uint32_t ref_read(uint64_t offset)
{
	uint64_t context =
		offset >= 0x200000 ? (offset - 0x200000) / 0x1000 : (offset - 0x2000) / 0x80;
	uint32_t bits = 0;

	if (offset < 0x1000)
		return offset / 4 <= SOURCES ? ref[offset / 4].priority : 0;
	if (offset >= 0x2000 && context >= CONTEXTS)
		return 0;
	if (offset >= 0x200000) {
		if (offset % 0x1000 == 0)
			return ref_threshold[context];
		return offset % 0x1000 == 4 ? ref_claim((unsigned)context) : 0;
	}
	for (unsigned i = 0; i < 32; i++) {
		uint64_t source =
			(offset < 0x2000 ? offset - 0x1000 : (offset - 0x2000) % 0x80) * 8 + i;

		if (source >= 1 && source <= SOURCES &&
		    (offset < 0x2000 ? ref[source].pending : ref[source].enable[context]))
			bits |= UINT32_C(1) << i;
	}
	return bits;
}

/* Small inputs reach all that matters: one byte picks a register of any kind. */
static uint64_t offset_of(uint8_t a, uint8_t b)
{
	switch (a >> 6) {
	case 0:
		return (b % (SOURCES + 3)) * 4u;
	case 1:
		return 0x1000 + b % 8 * 4u;
	case 2:
		return 0x2000 + 0x80u * (a % (CONTEXTS + 1)) + b % 5 * 4u;
	default:
		return 0x200000 + 0x1000u * (a % (CONTEXTS + 1)) + b % 3 * 4u;
	}
}

static void step(struct plic *plic, const uint8_t *in)
{
	uint64_t offset = offset_of(in[1], in[2]), value;
	uint32_t data = (uint32_t)in[3] * ((in[0] >> 4) ? 0x01010101 : 1);
	unsigned source = in[1] % (SOURCES + 2);

	switch (in[0] % 4) {
	case 0:
		check(!plic->dev.ops->read(&plic->dev, offset, 4, &value));
		check(value == ref_read(offset));
		break;
	case 1:
		check(!plic->dev.ops->write(&plic->dev, offset, 4, data));
		ref_write(offset, data);
		break;
	case 2:
		irq_pin_set(plic_pin(plic, source), in[2] & 1);
		if (source >= 1 && source <= SOURCES)
			ref[source].level = in[2] & 1;
		break;
	default:
		if (in[2] == 0xff)
			irq_pin_set(plic_pin(plic, SOURCES + 1 + in[1] * 256), true);
		break;
	}
	ref_gateways();
}

static void compare(void)
{
	check(eois == ref_eois);
	for (unsigned i = 0; i < CONTEXTS; i++) {
		unsigned best = ref_best(i);

		check(lines[i] == (best && ref[best].priority > ref_threshold[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plic_config config = { "plic", gpa(0), SOURCES, CONTEXTS, &ops, NULL };
	void *memory = malloc(plic_bytes(SOURCES, CONTEXTS));
	struct plic plic;

	memset(ref, 0, sizeof(ref));
	memset(ref_threshold, 0, sizeof(ref_threshold));
	memset(lines, 0, sizeof(lines));
	eois = ref_eois = 0;
	check(!plic_init(&plic, &config, memory));
	for (unsigned i = 3; i <= SOURCES; i += 16) {
		check(!plic_forward(&plic, i));
		ref[i].forwarded = true;
	}
	for (; size >= 4; size -= 4, data += 4) {
		step(&plic, data);
		compare();
	}
	free(memory);
	return 0;
}
