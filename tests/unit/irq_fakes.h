/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's interrupt controllers in a few lines each, written after the specification (PLIC
 * 1.0; AIA 1.0, chapter 4), and a machine of three harts that has one. Include after cmocka.h.
 */
#ifndef TESTS_UNIT_IRQ_FAKES_H
#define TESTS_UNIT_IRQ_FAKES_H

#include "hv/bits.h"
#include "hv/irq.h"
#include "hv/irq_aplic.h"
#include "hv/irq_imsic.h"
#include "hv/mmio.h"

#define SOURCES 40
#define HARTS   3

static struct host host;
static uint8_t wired[0x400000], imsic[2][0x4000];
static struct irq_source sources[SOURCES + 1];

/* The controllers' insides, for whichever is played. */
static struct {
	bool level[SOURCES + 1]; /* the wire */
	bool pending[SOURCES + 1];
	bool claimed[SOURCES + 1];
	uint32_t priority[SOURCES + 1], config[SOURCES + 1], target[SOURCES + 1];
	bool enabled[SOURCES + 1]; /* APLIC */
	uint32_t enable[8][2];     /* PLIC: a context, 32 sources a word */
	uint32_t threshold[8], idelivery[8], ithreshold[8], iforce[8];
	uint32_t domaincfg;
	uint32_t msis[64], nr_msis; /* APLIC in MSI mode: targets sent to */
} chip;

static bool plic_wants(unsigned context, unsigned source)
{
	return (chip.enable[context][source / 32] >> (source % 32) & 1) && chip.pending[source] &&
	       chip.priority[source] > chip.threshold[context];
}

static void plic_gateway(unsigned source)
{
	if (chip.level[source] && !chip.claimed[source])
		chip.pending[source] = true;
}

static uint32_t plic_read(size_t offset)
{
	if (offset >= 0x200000 && offset % 0x1000 == 4) {
		unsigned context = (unsigned)(offset - 0x200000) / 0x1000;

		for (unsigned i = 1; i <= SOURCES; i++) {
			if (plic_wants(context, i)) {
				chip.pending[i] = false;
				chip.claimed[i] = true;
				return i;
			}
		}
		return 0;
	}
	assert_in_range(offset, 0x2000, 0x2000 + 8 * 0x80 - 1);
	return chip.enable[(offset - 0x2000) / 0x80][offset % 0x80 / 4];
}

static void plic_write(size_t offset, uint32_t value)
{
	if (offset < 0x1000) {
		assert_in_range(offset / 4, 1, SOURCES);
		chip.priority[offset / 4] = value;
	} else if (offset < 0x200000) {
		chip.enable[(offset - 0x2000) / 0x80][offset % 0x80 / 4] = value;
	} else if (offset % 0x1000 == 0) {
		chip.threshold[(offset - 0x200000) / 0x1000] = value;
	} else {
		unsigned context = (unsigned)(offset - 0x200000) / 0x1000;

		/* Ignored unless enabled for this context. */
		if (chip.enable[context][value / 32] >> (value % 32) & 1) {
			chip.claimed[value] = false;
			plic_gateway(value);
		}
	}
}

static bool aplic_is_level(unsigned source)
{
	return chip.config[source] == APLIC_SM_LEVEL1 || chip.config[source] == APLIC_SM_LEVEL0;
}

static bool aplic_rectified(unsigned source)
{
	bool inverted = chip.config[source] & 1;

	return chip.config[source] >= APLIC_SM_EDGE1 && chip.level[source] != inverted;
}

static void aplic_send(unsigned source)
{
	if (!(chip.domaincfg & APLIC_DOMAINCFG_DM) || !(chip.domaincfg & APLIC_DOMAINCFG_IE) ||
	    !chip.pending[source] || !chip.enabled[source])
		return;
	chip.pending[source] = false;
	chip.msis[chip.nr_msis++ % 64] = chip.target[source];
}

static inline void aplic_set_wire(unsigned source, bool level)
{
	bool before = aplic_rectified(source);

	chip.level[source] = level;
	if (!before && aplic_rectified(source))
		chip.pending[source] = true;
	else if (aplic_is_level(source) && !aplic_rectified(source))
		chip.pending[source] = false;
	aplic_send(source);
}

static uint32_t aplic_claim(unsigned idc)
{
	for (unsigned i = 1; i <= SOURCES; i++) {
		if (!chip.pending[i] || !chip.enabled[i] || chip.target[i] >> 18 != idc ||
		    !chip.idelivery[idc])
			continue;
		/* A level source stays pending for as long as its wire says so (4.7). */
		chip.pending[i] = aplic_is_level(i) && aplic_rectified(i);
		return i << 16 | (chip.target[i] & 0xff);
	}
	return 0;
}

/* 32 sources' bits of setip or in_clrip. */
static uint32_t aplic_bits(unsigned word, bool inputs)
{
	uint32_t bits = 0;

	for (unsigned i = 1; i <= SOURCES; i++) {
		if (i / 32 == word && (inputs ? aplic_rectified(i) : chip.pending[i]))
			bits |= UINT32_C(1) << (i % 32);
	}
	return bits;
}

static uint32_t aplic_read(size_t offset)
{
	if (offset >= APLIC_IN_CLRIP(0) && offset < APLIC_IN_CLRIP(32))
		return aplic_bits((unsigned)(offset - APLIC_IN_CLRIP(0)) / 4, true);
	if (offset < 0x1000)
		return chip.config[offset / 4];
	if (offset >= APLIC_SETIP(0) && offset < APLIC_SETIP(32))
		return aplic_bits((unsigned)(offset - APLIC_SETIP(0)) / 4, false);
	assert_true(offset >= 0x4000 && offset % 32 == 0x1c);
	return aplic_claim((unsigned)(offset - 0x4000) / 32);
}

static void aplic_idc_write(size_t offset, uint32_t value)
{
	unsigned idc = (unsigned)(offset - 0x4000) / 32;

	if (offset % 32 == 0)
		chip.idelivery[idc] = value;
	else if (offset % 32 == 4)
		chip.iforce[idc] = value;
	else
		chip.ithreshold[idc] = value;
}

static void aplic_configure(unsigned source, uint32_t value)
{
	chip.config[source] = value;
	if (value == APLIC_SM_INACTIVE)
		chip.target[source] = chip.pending[source] = chip.enabled[source] = false;
	else if (aplic_is_level(source) && !(chip.domaincfg & APLIC_DOMAINCFG_DM))
		chip.pending[source] = aplic_rectified(source);
}

static void aplic_write(size_t offset, uint32_t value)
{
	if (offset == APLIC_DOMAINCFG) {
		chip.domaincfg = value;
	} else if (offset < 0x1000) {
		aplic_configure((unsigned)offset / 4, value);
	} else if (offset == APLIC_SETIENUM || offset == APLIC_CLRIENUM) {
		if (chip.config[value] != APLIC_SM_INACTIVE)
			chip.enabled[value] = offset == APLIC_SETIENUM;
		aplic_send(value);
	} else if (offset == APLIC_SETIPNUM_LE) {
		if (chip.config[value] != APLIC_SM_INACTIVE &&
		    (!aplic_is_level(value) || aplic_rectified(value)))
			chip.pending[value] = true;
		aplic_send(value);
	} else if (offset == APLIC_CLRIPNUM) {
		chip.pending[value] = false;
	} else if (offset < 0x4000) {
		assert_true(offset > 0x3000);
		if (chip.config[(offset - 0x3000) / 4] != APLIC_SM_INACTIVE)
			chip.target[(offset - 0x3000) / 4] = value;
	} else {
		aplic_idc_write(offset, value);
	}
}

uint64_t mmio_fake_read(const volatile void *address, unsigned size)
{
	size_t offset = (size_t)((const volatile uint8_t *)address - wired);

	assert_int_equal(size, 4);
	assert_true(offset < sizeof(wired));
	return host.irqchip.kind == HOST_IRQ_PLIC ? plic_read(offset) : aplic_read(offset);
}

void mmio_fake_write(volatile void *address, unsigned size, uint64_t value)
{
	size_t offset = (size_t)((volatile uint8_t *)address - wired);

	assert_int_equal(size, 4);
	assert_true(offset < sizeof(wired));
	if (host.irqchip.kind == HOST_IRQ_PLIC)
		plic_write(offset, (uint32_t)value);
	else
		aplic_write(offset, (uint32_t)value);
}

/* The hart's own interrupt file is CSRs: played here. */
static uint32_t file[8], file_count, ipi_hart = HOST_NONE;

void irq_imsic_init_hart(uint32_t hart)
{
	(void)hart;
}

uint32_t irq_imsic_claim(void)
{
	return file_count ? file[--file_count] : 0;
}

void irq_imsic_send_ipi(uint32_t hart)
{
	ipi_hart = hart;
}

static void start(enum host_irqchip_kind kind)
{
	const struct irq_registers registers = { wired, { imsic[0], imsic[1] }, NULL };

	memset(&host, 0, sizeof(host));
	memset(&chip, 0xff, sizeof(chip));
	memset(chip.level, 0, sizeof(chip.level));
	memset(chip.pending, 0, sizeof(chip.pending));
	memset(chip.claimed, 0, sizeof(chip.claimed));
	memset(chip.enabled, 0, sizeof(chip.enabled));
	chip.nr_msis = 0;
	file_count = 0;
	host.nr_harts = HARTS;
	host.irqchip.kind = kind;
	host.irqchip.nr_sources = SOURCES;
	host.irqchip.imsic_nr_ids = 255;
	host.irqchip.imsic_guest_index_bits = 2;
	host.irqchip.imsic[0] = (struct range){ 0x28000000, 0x4000 };
	host.irqchip.imsic[1] = (struct range){ 0x29000000, 0x4000 };
	host.irqchip.nr_imsic = kind == HOST_IRQ_APLIC_MSI ? 2 : 0;
	for (uint32_t i = 0; i < HARTS; i++) {
		host.harts[i].plic_context = 2 * i + 1;
		host.harts[i].aplic_idc = i;
		host.harts[i].imsic_index = i;
		host.harts[i].imsic = 0x28000000 + i * 0x1000000;
	}
	host.harts[2].plic_context = HOST_NONE;
	host.harts[2].aplic_idc = HOST_NONE;
	host.harts[2].imsic_index = HOST_NONE;
	memset(sources, 0, sizeof(sources));
	assert_int_equal(irq_init(&host, &registers, sources), 0);
	irq_init_hart(0);
	irq_init_hart(1);
	irq_init_hart(2);
}

static inline void plic_wire(unsigned source, bool level)
{
	chip.level[source] = level;
	plic_gateway(source);
}

#endif
