// SPDX-License-Identifier: Apache-2.0
// sources: vdev/aplic.c vdev/aplic_source.c
/*
 * The APLIC model against a reference written down from the specification's
 * rules one source at a time. The first byte of the input may ask for a
 * carried source of the host: then the reference rests, and what is checked is
 * that the host's interrupt is never unmasked but when it was masked.
 */
#include <stdlib.h>
#include <string.h>

#include "vdev/aplic.h"

#define SOURCES 35
#define HARTS   2
#define CARRIED 34

struct reference_source {
	bool wire, pending, enabled;
	unsigned mode;
	uint32_t target;
};

static struct reference_source ref[SOURCES + 1];
static bool ref_ie, ref_dm, lines[HARTS];
static struct {
	bool delivery, force;
	unsigned threshold;
} ref_idc[HARTS];
static uint32_t ref_genmsi;
static uint64_t ref_sent, sent; /* sums over the MSIs of one step, in any order */
static bool with_carried, host_wire, host_masked;

static void check(bool sound)
{
	if (!sound)
		abort();
}

static uint64_t mix(unsigned hart, unsigned eiid)
{
	return (hart * 2048u + eiid + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void on_msi(void *ctx, unsigned hart, unsigned eiid)
{
	(void)ctx;
	check(hart < HARTS && eiid < 2048);
	sent += mix(hart, eiid);
}

static void on_notify(void *ctx, unsigned hart, bool pending)
{
	(void)ctx;
	check(lines[hart] != pending);
	lines[hart] = pending;
}

static bool on_input(void *ctx, unsigned source)
{
	(void)ctx;
	check(source == CARRIED);
	return host_wire;
}

static void on_eoi(void *ctx, unsigned source)
{
	(void)ctx;
	check(source == CARRIED && host_masked);
	host_masked = false;
}

static const struct aplic_ops ops = {
	.msi = on_msi, .notify = on_notify, .host_input = on_input, .eoi = on_eoi
};

static bool ref_input(unsigned i)
{
	return ref[i].mode >= 4 && ref[i].wire != (ref[i].mode % 2 == 1);
}

static bool is_level(unsigned i)
{
	return ref[i].mode >= 6;
}

/* What holds after every step: direct levels are copies; low levels not pending; MSIs sent. */
static void ref_settle(void)
{
	for (unsigned i = 1; i <= SOURCES; i++) {
		if (is_level(i) && (!ref_dm || !ref_input(i)))
			ref[i].pending = ref_input(i);
		if (!ref_dm || !ref_ie || !ref[i].pending || !ref[i].enabled)
			continue;
		ref[i].pending = false;
		if (ref[i].target >> 18 < HARTS)
			ref_sent += mix(ref[i].target >> 18, ref[i].target & 0x7ff);
	}
}

static unsigned ref_priority(unsigned i)
{
	return ref[i].target & 0xff ? ref[i].target & 0xff : 1;
}

static uint32_t ref_topi(unsigned hart)
{
	unsigned best = 0;

	for (unsigned i = 1; i <= SOURCES; i++) {
		if (!ref[i].pending || !ref[i].enabled || ref[i].target >> 18 != hart)
			continue;
		if (ref_idc[hart].threshold && ref_priority(i) >= ref_idc[hart].threshold)
			continue;
		if (!best || ref_priority(i) < ref_priority(best))
			best = i;
	}
	return best ? best << 16 | ref_priority(best) : 0;
}

static bool ref_active(uint64_t i)
{
	return i >= 1 && i <= SOURCES && ref[i].mode != 0;
}

static void ref_setip(uint64_t i)
{
	if (ref_active(i) && (!is_level((unsigned)i) || ref_input((unsigned)i)))
		ref[i].pending = true;
}

static void ref_clrip(uint64_t i)
{
	if (ref_active(i))
		ref[i].pending = false;
}

static void ref_enable(uint64_t i, bool enabled)
{
	if (ref_active(i))
		ref[i].enabled = enabled;
}

static void ref_wire(unsigned i, bool level)
{
	bool old;

	if (i < 1 || i > SOURCES)
		return;
	old = ref_input(i);
	ref[i].wire = level;
	if (!old && ref_input(i))
		ref[i].pending = true;
}

static void ref_mode(unsigned i, uint32_t value)
{
	unsigned mode = value & 0x400 || (value & 7) == 2 || (value & 7) == 3 ? 0 : value & 7;

	if (i > SOURCES || mode == ref[i].mode)
		return;
	ref[i].mode = mode;
	if (mode == 0)
		ref[i] = (struct reference_source){ .wire = ref[i].wire };
	else if (ref_input(i))
		ref[i].pending = true;
}

static void ref_write_idc(unsigned hart, unsigned reg, uint32_t value)
{
	if (hart >= HARTS)
		return;
	if (reg == 0)
		ref_idc[hart].delivery = value & 1;
	else if (reg == 4)
		ref_idc[hart].force = value & 1;
	else if (reg == 8)
		ref_idc[hart].threshold = value & 0xff;
}

static void ref_bits(unsigned offset, uint32_t value)
{
	for (unsigned i = 0; i < 32; i++) {
		unsigned source = offset % 0x80 * 8 + i;

		if (!(value >> i & 1))
			continue;
		if (offset / 0x80 == 0x1c00 / 0x80)
			ref_setip(source);
		else if (offset / 0x80 == 0x1d00 / 0x80)
			ref_clrip(source);
		else if (offset / 0x80 == 0x1e00 / 0x80)
			ref_enable(source, true);
		else if (offset / 0x80 == 0x1f00 / 0x80)
			ref_enable(source, false);
	}
}

static void ref_write_genmsi(uint32_t value)
{
	if (!ref_dm)
		return;
	ref_genmsi = value & 0xfffc07ff;
	if (value >> 18 < HARTS)
		ref_sent += mix(value >> 18, value & 0x7ff);
}

static void ref_write(unsigned offset, uint32_t value)
{
	if (offset == 0) {
		ref_ie = value & 0x100;
		ref_dm = value & 4;
	} else if (offset < 0x1000) {
		ref_mode(offset / 4, value);
	} else if (offset == 0x1cdc || offset == 0x2000) {
		ref_setip(value);
	} else if (offset == 0x2004) {
		ref_setip(__builtin_bswap32(value));
	} else if (offset == 0x1ddc) {
		ref_clrip(value);
	} else if (offset == 0x1edc) {
		ref_enable(value, true);
	} else if (offset == 0x1fdc) {
		ref_enable(value, false);
	} else if (offset == 0x3000) {
		ref_write_genmsi(value);
	} else if (offset >= 0x4000) {
		ref_write_idc((offset - 0x4000) / 32, offset % 32, value);
	} else if (offset > 0x3000) {
		if (ref_active((offset - 0x3000) / 4))
			ref[(offset - 0x3000) / 4].target = value;
	} else {
		ref_bits(offset, value);
	}
}

static uint32_t ref_read_bits(unsigned offset)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < 32; i++) {
		unsigned source = offset % 0x80 * 8 + i;
		bool bit = false;

		if (source < 1 || source > SOURCES)
			continue;
		if (offset / 0x80 == 0x1c00 / 0x80)
			bit = ref[source].pending;
		else if (offset / 0x80 == 0x1d00 / 0x80)
			bit = ref_input(source);
		else if (offset / 0x80 == 0x1e00 / 0x80)
			bit = ref[source].enabled;
		bits |= (uint32_t)bit << i;
	}
	return bits;
}

static uint32_t ref_claim(unsigned hart)
{
	uint32_t top = ref_topi(hart);

	if (!top)
		ref_idc[hart].force = false;
	else if (!is_level(top >> 16))
		ref[top >> 16].pending = false;
	return top;
}

static uint32_t ref_read_idc(unsigned hart, unsigned reg)
{
	if (hart >= HARTS)
		return 0;
	switch (reg) {
	case 0:
		return ref_idc[hart].delivery;
	case 4:
		return ref_idc[hart].force;
	case 8:
		return ref_idc[hart].threshold;
	case 0x18:
		return ref_topi(hart);
	case 0x1c:
		return ref_claim(hart);
	default:
		return 0;
	}
}

static uint32_t ref_read_target(unsigned i)
{
	if (!ref_active(i))
		return 0;
	if (ref_dm)
		return ref[i].target & 0xfffc07ff;
	return (ref[i].target & 0xfffc0000) | ref_priority(i);
}

static uint32_t ref_read(unsigned offset)
{
	if (offset == 0)
		return 0x80000000 | (uint32_t)ref_ie << 8 | (uint32_t)ref_dm << 2;
	if (offset < 0x1000)
		return offset / 4 <= SOURCES ? ref[offset / 4].mode : 0;
	if (offset >= 0x4000)
		return ref_read_idc((offset - 0x4000) / 32, offset % 32);
	if (offset > 0x3000)
		return ref_read_target((offset - 0x3000) / 4);
	if (offset == 0x3000)
		return ref_dm ? ref_genmsi : 0;
	return ref_read_bits(offset);
}

static unsigned offset_of(uint8_t a, uint8_t b)
{
	static const unsigned single[] = { 0,      0x1cdc, 0x1ddc, 0x1edc, 0x1fdc, 0x2000,
					   0x2004, 0x3000, 0x1bc8, 0x1c00, 0x1c04, 0x1d00,
					   0x1d04, 0x1e00, 0x1e04, 0x1f00, 0x1f04, 0x2ffc };

	switch (a % 4) {
	case 0:
		return single[b % ARRAY_SIZE(single)];
	case 1:
		return b % (SOURCES + 3) * 4u;
	case 2:
		return 0x3000 + b % (SOURCES + 3) * 4u;
	default:
		return 0x4000 + b % (HARTS + 1) * 32u + a / 4 % 8 * 4u;
	}
}

static uint32_t value_of(uint8_t kind, uint8_t value)
{
	switch (kind % 4) {
	case 0:
		return value;
	case 1:
		return value * 0x01010101u;
	case 2:
		return (uint32_t)(value & 3) << 18 | value;
	default:
		return (uint32_t)value << 2;
	}
}

static void carried_step(struct aplic *aplic, const uint8_t *in)
{
	host_wire = in[1] & 1;
	if (!host_wire || host_masked)
		return;
	host_masked = true;
	irq_pin_set(aplic_pin(aplic, CARRIED), true);
}

static void step(struct aplic *aplic, const uint8_t *in)
{
	unsigned offset = offset_of(in[1], in[2]);
	uint32_t value = value_of(in[0] / 4, in[3]);
	uint64_t got;

	switch (in[0] % 4) {
	case 0:
		check(!aplic->dev.ops->read(&aplic->dev, offset, 4, &got));
		check(with_carried ? got <= UINT32_MAX : got == ref_read(offset));
		break;
	case 1:
		check(!aplic->dev.ops->write(&aplic->dev, offset, 4, value));
		ref_write(offset, value);
		break;
	case 2:
		if (!with_carried || in[1] % 37 != CARRIED)
			irq_pin_set(aplic_pin(aplic, in[1] % 37), in[2] & 1);
		ref_wire(in[1] % 37, in[2] & 1);
		break;
	default:
		if (with_carried)
			carried_step(aplic, in);
		break;
	}
	ref_settle();
}

static void compare(void)
{
	if (with_carried)
		return;
	check(sent == ref_sent);
	for (unsigned i = 0; i < HARTS; i++)
		check(lines[i] == (!ref_dm && ref_ie && ref_idc[i].delivery &&
				   (ref_idc[i].force || ref_topi(i))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aplic_config config = { "aplic", gpa(0), SOURCES, HARTS, true, true, &ops, NULL };
	static struct aplic aplic;
	void *memory;

	if (size < 1)
		return 0;
	memory = malloc(aplic_bytes(SOURCES, HARTS));
	memset(ref, 0, sizeof(ref));
	memset(ref_idc, 0, sizeof(ref_idc));
	memset(lines, 0, sizeof(lines));
	ref_ie = ref_dm = host_wire = host_masked = false;
	ref_genmsi = 0;
	ref_sent = sent = 0;
	with_carried = data[0] & 1;
	check(!aplic_init(&aplic, &config, memory));
	if (with_carried)
		check(!aplic_forward(&aplic, CARRIED, APLIC_CARRIED));
	for (data++, size--; size >= 4; size -= 4, data += 4) {
		step(&aplic, data);
		compare();
	}
	aplic.dev.ops->reset(&aplic.dev);
	check(!host_masked && !lines[0] && !lines[1]);
	free(memory);
	return 0;
}
