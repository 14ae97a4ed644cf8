/* SPDX-License-Identifier: Apache-2.0 */
/*
 * APLIC sources: wire, pending bit, delivery. A change of a source's wire,
 * pending bit, enable or target ends in deliver(), which sends the MSI or
 * recomputes the target hart's interrupt; nothing is pending, enabled and
 * unsent in MSI mode outside of these functions.
 *
 * A carried level source stays high here from the host's interrupt until a
 * sample finds the host's wire low, or, where the host can't tell, until the first
 * sample after its claim; then the owner gets its eoi. A carried
 * edge gets it once its pending bit is gone. A programmed source has no wire
 * and no pending bit here at all.
 */
#include "vdev/aplic_source.h"

static bool test_bit(const uint32_t *words, unsigned bit)
{
	return words[bit / 32] & BIT(bit % 32);
}

static void put_bit(uint32_t *words, unsigned bit, bool value)
{
	words[bit / 32] &= (uint32_t)~BIT(bit % 32);
	words[bit / 32] |= (uint32_t)value << bit % 32;
}

bool aplic_source_is_active(const struct aplic *aplic, uint64_t source)
{
	return source >= 1 && source <= aplic->sources &&
	       aplic->source[source].mode != APLIC_INACTIVE;
}

static bool is_level(const struct aplic *aplic, unsigned source)
{
	return aplic->source[source].mode >= APLIC_LEVEL1;
}

static bool is_edge(const struct aplic *aplic, unsigned source)
{
	return !is_level(aplic, source) && aplic->source[source].mode >= APLIC_EDGE1;
}

/* The owner of a carried source has seen to polarity: its pin is high when active. */
static bool rectified(const struct aplic *aplic, unsigned source)
{
	unsigned mode = aplic->source[source].mode;
	bool inverted = (mode & 1) && !test_bit(aplic->carried, source);

	return mode >= APLIC_EDGE1 && test_bit(aplic->wire, source) != inverted;
}

static unsigned target_hart(const struct aplic *aplic, unsigned source)
{
	return (unsigned)FIELD_GET(APLIC_TARGET_HART, aplic->source[source].target);
}

static uint32_t priority(const struct aplic *aplic, unsigned source)
{
	uint32_t number = (uint32_t)FIELD_GET(APLIC_TARGET_IPRIO, aplic->source[source].target);

	return MAX(number, 1u);
}

/* A carried edge is over when its pending bit is gone: the host may send the next. */
static void settle(struct aplic *aplic, unsigned source)
{
	if (!test_bit(aplic->owed, source) || !is_edge(aplic, source) ||
	    test_bit(aplic->pending, source))
		return;
	put_bit(aplic->owed, source, false);
	aplic->ops->eoi(aplic->ctx, source);
}

static void send(struct aplic *aplic, unsigned source)
{
	uint32_t target = aplic->source[source].target;

	put_bit(aplic->pending, source, false);
	if (target_hart(aplic, source) < aplic->harts)
		aplic->ops->msi(aplic->ctx, target_hart(aplic, source),
				(unsigned)FIELD_GET(APLIC_TARGET_EIID, target));
}

static bool may_send(const struct aplic *aplic, unsigned source)
{
	return (aplic->domaincfg & APLIC_DOMAIN_IE) && test_bit(aplic->pending, source) &&
	       test_bit(aplic->enabled, source);
}

static void deliver(struct aplic *aplic, unsigned source)
{
	if (!aplic_source_msi_mode(aplic))
		aplic_source_refresh_hart(aplic, target_hart(aplic, source));
	else if (may_send(aplic, source))
		send(aplic, source);
	settle(aplic, source);
}

/* 4.7: what the rectified input does to the pending bit when it goes from old to new. */
static void input_changed(struct aplic *aplic, unsigned source, bool old, bool new)
{
	if (is_level(aplic, source)) {
		if (!new || !old)
			put_bit(aplic->pending, source, new);
	} else if (!old && new) {
		put_bit(aplic->pending, source, true);
	}
	/* A carried edge is a moment, not a level. */
	if (is_edge(aplic, source) && test_bit(aplic->carried, source))
		put_bit(aplic->wire, source, false);
	deliver(aplic, source);
}

static void change_wire(struct aplic *aplic, unsigned source, bool level)
{
	bool old = rectified(aplic, source);

	put_bit(aplic->wire, source, level);
	input_changed(aplic, source, old, rectified(aplic, source));
}

void aplic_source_set_wire(struct aplic *aplic, unsigned source, bool level)
{
	if (source < 1 || source > aplic->sources || test_bit(aplic->programmed, source))
		return;
	if (test_bit(aplic->carried, source)) {
		if (!level)
			return;
		put_bit(aplic->owed, source, true);
		put_bit(aplic->claimed, source, false);
	}
	change_wire(aplic, source, level);
}

static bool has_let_go(const struct aplic *aplic, unsigned source)
{
	if (!aplic->ops->host_input)
		return test_bit(aplic->claimed, source);
	return !aplic->ops->host_input(aplic->ctx, source);
}

/* A carried level source that the device has let go of is over. */
static void sample(struct aplic *aplic, unsigned source)
{
	if (!test_bit(aplic->owed, source) || !is_level(aplic, source) ||
	    !has_let_go(aplic, source))
		return;
	put_bit(aplic->owed, source, false);
	change_wire(aplic, source, false);
	aplic->ops->eoi(aplic->ctx, source);
}

static void sample_all(struct aplic *aplic)
{
	for (unsigned w = 0; w <= aplic->sources / 32; w++) {
		for (uint32_t left = aplic->owed[w]; left; left &= left - 1)
			sample(aplic, w * 32 + (unsigned)__builtin_ctz(left));
	}
}

/* Programmed: tells the owner what the guest wants of source now. */
static void update_host(struct aplic *aplic, unsigned source)
{
	bool exists = target_hart(aplic, source) < aplic->harts;
	struct aplic_route route = {
		.mode = aplic->source[source].mode,
		.hart = exists ? target_hart(aplic, source) : 0,
		.eiid = (unsigned)FIELD_GET(APLIC_TARGET_EIID, aplic->source[source].target),
	};

	route.enabled =
		(aplic->domaincfg & APLIC_DOMAIN_IE) && test_bit(aplic->enabled, source) && exists;
	aplic->ops->host_update(aplic->ctx, source, &route);
}

static void update(struct aplic *aplic, unsigned source)
{
	if (test_bit(aplic->programmed, source))
		update_host(aplic, source);
	else
		deliver(aplic, source);
}

bool aplic_source_pending(struct aplic *aplic, unsigned source)
{
	if (!aplic_source_is_active(aplic, source))
		return false;
	if (test_bit(aplic->programmed, source))
		return aplic->ops->host_pending(aplic->ctx, source);
	sample(aplic, source);
	return test_bit(aplic->pending, source);
}

bool aplic_source_input(struct aplic *aplic, unsigned source)
{
	if (!aplic_source_is_active(aplic, source))
		return false;
	if (test_bit(aplic->programmed, source))
		return aplic->source[source].mode >= APLIC_EDGE1 &&
		       aplic->ops->host_input(aplic->ctx, source);
	sample(aplic, source);
	return rectified(aplic, source);
}

void aplic_source_set_pending(struct aplic *aplic, uint64_t number)
{
	unsigned source = (unsigned)number;

	if (!aplic_source_is_active(aplic, number))
		return;
	if (test_bit(aplic->programmed, source)) {
		aplic->ops->host_pend(aplic->ctx, source, true);
		return;
	}
	sample(aplic, source);
	/* A level's bit follows its input, but in MSI mode this is the way to send it once more. */
	if (is_level(aplic, source) && !rectified(aplic, source))
		return;
	put_bit(aplic->pending, source, true);
	deliver(aplic, source);
}

void aplic_source_clear_pending(struct aplic *aplic, uint64_t number)
{
	unsigned source = (unsigned)number;

	if (!aplic_source_is_active(aplic, number))
		return;
	if (test_bit(aplic->programmed, source)) {
		aplic->ops->host_pend(aplic->ctx, source, false);
		return;
	}
	if (is_level(aplic, source) && !aplic_source_msi_mode(aplic))
		return;
	put_bit(aplic->pending, source, false);
	deliver(aplic, source);
}

void aplic_source_set_enabled(struct aplic *aplic, uint64_t number, bool enabled)
{
	unsigned source = (unsigned)number;

	if (!aplic_source_is_active(aplic, number) || test_bit(aplic->enabled, source) == enabled)
		return;
	put_bit(aplic->enabled, source, enabled);
	update(aplic, source);
}

static void make_inactive(struct aplic *aplic, unsigned source)
{
	unsigned hart = target_hart(aplic, source);

	put_bit(aplic->pending, source, false);
	put_bit(aplic->enabled, source, false);
	aplic->source[source].target = 0;
	aplic_source_refresh_hart(aplic, hart);
}

/* 4.5.2: a new mode may make the source pending when its input is high: so it does here. */
void aplic_source_set_mode(struct aplic *aplic, unsigned source, enum aplic_mode mode)
{
	if (source < 1 || source > aplic->sources || aplic->source[source].mode == mode)
		return;
	aplic->source[source].mode = (uint8_t)mode;
	if (mode == APLIC_INACTIVE)
		make_inactive(aplic, source);
	if (test_bit(aplic->programmed, source))
		update_host(aplic, source);
	else
		input_changed(aplic, source, false, rectified(aplic, source));
}

void aplic_source_set_target(struct aplic *aplic, unsigned source, uint32_t target)
{
	unsigned old;

	if (!aplic_source_is_active(aplic, source) || aplic->source[source].target == target)
		return;
	old = target_hart(aplic, source);
	aplic->source[source].target = target;
	aplic_source_refresh_hart(aplic, old);
	update(aplic, source);
}

uint32_t aplic_source_target(const struct aplic *aplic, unsigned source)
{
	uint32_t target;

	if (!aplic_source_is_active(aplic, source))
		return 0;
	target = aplic->source[source].target;
	if (aplic_source_msi_mode(aplic))
		return target & (uint32_t)(APLIC_TARGET_HART | APLIC_TARGET_EIID);
	return (target & (uint32_t)APLIC_TARGET_HART) | priority(aplic, source);
}

/* The bits of sources that are pending and enabled; zero where there are none for sure. */
static uint32_t ready_word(const struct aplic *aplic, unsigned word)
{
	return aplic->pending[word] & aplic->enabled[word];
}

/* 4.8.1.5, without sampling. */
static uint32_t top_of(const struct aplic *aplic, unsigned hart)
{
	uint32_t threshold = aplic->idc[hart].threshold;
	uint32_t limit = threshold ? threshold : 256, best = 0;

	for (unsigned w = 0; w <= aplic->sources / 32; w++) {
		for (uint32_t left = ready_word(aplic, w); left; left &= left - 1) {
			unsigned source = w * 32 + (unsigned)__builtin_ctz(left);

			if (target_hart(aplic, source) != hart || priority(aplic, source) >= limit)
				continue;
			limit = priority(aplic, source);
			best = source << 16 | limit;
		}
	}
	return best;
}

void aplic_source_refresh_hart(struct aplic *aplic, unsigned hart)
{
	struct aplic_idc *idc;
	bool on;

	if (hart >= aplic->harts || !aplic->direct_mode)
		return;
	idc = &aplic->idc[hart];
	on = !aplic_source_msi_mode(aplic) && (aplic->domaincfg & APLIC_DOMAIN_IE) &&
	     idc->delivery && (idc->force || top_of(aplic, hart));
	if (on == idc->notified)
		return;
	idc->notified = on;
	aplic->ops->notify(aplic->ctx, hart, on);
}

uint32_t aplic_source_topi(struct aplic *aplic, unsigned hart)
{
	sample_all(aplic);
	return top_of(aplic, hart);
}

uint32_t aplic_source_claim(struct aplic *aplic, unsigned hart)
{
	uint32_t top = aplic_source_topi(aplic, hart);
	unsigned source = top >> 16;

	if (!top) {
		aplic->idc[hart].force = 0;
		aplic_source_refresh_hart(aplic, hart);
	} else if (is_level(aplic, source)) {
		put_bit(aplic->claimed, source, true);
	} else {
		put_bit(aplic->pending, source, false);
		deliver(aplic, source);
	}
	return top;
}

void aplic_source_refresh_all(struct aplic *aplic)
{
	for (unsigned i = 1; i <= aplic->sources; i++) {
		if (!aplic_source_is_active(aplic, i))
			continue;
		/* In direct mode a level's pending bit is a copy of its input. */
		if (is_level(aplic, i) && !aplic_source_msi_mode(aplic))
			put_bit(aplic->pending, i, rectified(aplic, i));
		update(aplic, i);
	}
	for (unsigned i = 0; i < aplic->harts; i++)
		aplic_source_refresh_hart(aplic, i);
}

/* A host's interrupt that the guest had in hand is given back. */
static void drop_carried(struct aplic *aplic, unsigned source)
{
	if (!test_bit(aplic->owed, source))
		return;
	put_bit(aplic->owed, source, false);
	put_bit(aplic->wire, source, false);
	aplic->ops->eoi(aplic->ctx, source);
}

void aplic_source_reset(struct aplic *aplic)
{
	for (unsigned i = 0; i < aplic->harts; i++) {
		aplic->idc[i].delivery = aplic->idc[i].force = aplic->idc[i].threshold = 0;
		aplic_source_refresh_hart(aplic, i);
	}
	for (unsigned i = 1; i <= aplic->sources; i++) {
		aplic_source_set_mode(aplic, i, APLIC_INACTIVE);
		drop_carried(aplic, i);
	}
}
