/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hart loop, jobs, kicks, and the machine's interrupts. Every hart enables
 * its software, timer and external interrupt in sie and keeps sstatus.SIE off:
 * so they end wfi and exit from guests, and interrupt nothing else.
 */
#include "hv/hart.h"

#include <errno.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/csr.h"
#include "hv/irq.h"
#include "hv/log.h"
#include "hv/paging.h"
#include "hv/panic.h"
#include "hv/sbi_client.h"
#include "hv/timer.h"

#define STACK_PAGES 2
#define HART_ALIGN  64 /* a cache line */
#define CLAIMS_MAX  16 /* interrupts answered in one go; more come as the next exit */

/* From start.S: where a hart enters that HSM started. */
extern char hart_entry[];

static struct {
	/* Constant after boot. */
	struct hart *harts[HOST_MAX_HARTS];
	uint32_t nr_harts;
	struct irq_handler *handlers;
	uint32_t nr_sources;
	void (*boot)(void);
	/* Any hart, atomically. */
	uint64_t strays;
} harts;

/* One page a hart holds its struct hart above and its trap stack below. */
BOOT_CODE static struct hart *make_hart(uint32_t index, uint64_t id)
{
	char *top = paging_make_stack(1);
	struct hart *hart = (struct hart *)align_down((uintptr_t)top - sizeof(*hart), HART_ALIGN);

	hart->id = id;
	hart->index = index;
	hart->stack = (uint64_t)(uintptr_t)paging_make_stack(STACK_PAGES);
	hart->trap_stack = (uint64_t)(uintptr_t)hart;
	hart->jobs_end = &hart->jobs;
	return hart;
}

BOOT_CODE void hart_init(const struct host *host, struct arena *arena)
{
	uint32_t i;

	for (i = 0; i < host->nr_harts; i++)
		harts.harts[i] = make_hart(i, host->harts[i].id);
	harts.nr_harts = host->nr_harts;
	harts.nr_sources = irq_sources(host);
	harts.handlers = arena_alloc(arena, (harts.nr_sources + 1) * sizeof(*harts.handlers),
				     sizeof(void *));
	if (!harts.handlers)
		panic("no memory for the table of interrupt handlers");
}

BOOT_CODE void hart_set_boot(void (*boot)(void))
{
	harts.boot = boot;
}

struct hart *hart_at(uint32_t index)
{
	return harts.harts[index];
}

/* False: it is the other already, for good. */
static bool settle(struct hart *hart, enum hart_presence presence)
{
	enum hart_presence awaited = HART_AWAITED;

	return __atomic_compare_exchange_n(&hart->presence, &awaited, presence, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void lose(struct hart *hart)
{
	if (settle(hart, HART_MISSING))
		log_error("hart %lu does not start: no guest can run on it", hart->id);
}

void hart_start_others(void)
{
	const struct hart *self = hart_this();
	uint32_t i;
	int error;

	for (i = 0; i < harts.nr_harts; i++) {
		struct hart *hart = harts.harts[i];

		if (hart == self)
			continue;
		error = sbi_client_hart_start(hart->id, (uint64_t)(uintptr_t)hart_entry,
					      (uint64_t)(uintptr_t)hart);
		if (error)
			lose(hart);
	}
}

static enum hart_presence presence(const struct hart *hart)
{
	return __atomic_load_n(&hart->presence, __ATOMIC_ACQUIRE);
}

bool hart_await(const struct hart *hart, uint64_t ticks)
{
	uint64_t end = timer_now() + ticks;

	while (presence(hart) == HART_AWAITED && timer_now() < end)
		;
	return presence(hart) == HART_ONLINE;
}

bool hart_all_told(void)
{
	uint32_t i;

	for (i = 0; i < harts.nr_harts; i++) {
		if (presence(harts.harts[i]) == HART_AWAITED)
			return false;
	}
	return true;
}

void hart_lose_late(void)
{
	uint32_t i;

	for (i = 0; i < harts.nr_harts; i++)
		lose(harts.harts[i]);
}

void hart_kick(struct hart *hart)
{
	if (!irq_send_ipi(hart->index))
		sbi_client_send_ipi(1, hart->id);
}

void hart_post(struct hart *hart, struct hart_job *job)
{
	bool fresh;

	spin_lock(&hart->lock);
	fresh = !job->queued;
	if (fresh) {
		job->queued = true;
		job->next = NULL;
		*hart->jobs_end = job;
		hart->jobs_end = &job->next;
	}
	spin_unlock(&hart->lock);
	if (fresh && hart != hart_this())
		hart_kick(hart);
}

static struct hart_job *next_job(struct hart *hart)
{
	struct hart_job *job;

	spin_lock(&hart->lock);
	job = hart->jobs;
	if (job) {
		hart->jobs = job->next;
		if (!hart->jobs)
			hart->jobs_end = &hart->jobs;
		job->queued = false;
	}
	spin_unlock(&hart->lock);
	return job;
}

void hart_run_jobs(void)
{
	struct hart *hart = hart_this();
	struct hart_job *job;

	while ((job = next_job(hart)))
		job->run(job);
}

int hart_set_irq_handler(uint32_t source, struct irq_handler handler)
{
	if (!source || source > harts.nr_sources)
		return -EINVAL;
	if (harts.handlers[source].handle)
		return -EBUSY;
	harts.handlers[source] = handler;
	return 0;
}

uint32_t hart_irq_owners(void)
{
	uint32_t owners = 0, source;

	for (source = 1; source <= harts.nr_sources; source++)
		owners += harts.handlers[source].handle != NULL;
	return owners;
}

uint64_t hart_stray_interrupts(void)
{
	return __atomic_load_n(&harts.strays, __ATOMIC_RELAXED);
}

static void external_interrupt(const struct hart *hart)
{
	unsigned int i;

	for (i = 0; i < CLAIMS_MAX; i++) {
		uint32_t source = irq_claim(hart->index);
		const struct irq_handler *handler = &harts.handlers[source];

		if (!source)
			return;
		if (handler->handle) {
			handler->handle(handler->ctx, source);
			continue;
		}
		__atomic_fetch_add(&harts.strays, 1, __ATOMIC_RELAXED);
		irq_complete(source);
		irq_disable(source);
	}
}

void hart_interrupt(uint64_t number)
{
	switch (number) {
	case IRQ_SSI:
		csr_clear(CSR_SIP, BIT(IRQ_SSI));
		break;
	case IRQ_STI:
		timer_interrupt();
		break;
	case IRQ_SEI:
		external_interrupt(hart_this());
		break;
	}
	/*
	 * A kick is taken before what its sender wrote is read: what another writes later brings
	 * a kick of its own, that this one did not swallow.
	 */
	__asm__ volatile("fence iorw, iorw" ::: "memory");
}

void hart_wait(void)
{
	uint64_t pending;

	__asm__ volatile("wfi" ::: "memory");
	pending = csr_read(CSR_SIP);
	if (pending & BIT(IRQ_SSI))
		hart_interrupt(IRQ_SSI);
	if (pending & BIT(IRQ_STI))
		hart_interrupt(IRQ_STI);
	if (pending & BIT(IRQ_SEI))
		hart_interrupt(IRQ_SEI);
}

_Noreturn void hart_main(void)
{
	struct hart *hart = hart_this();
	void (*boot)(void) = harts.boot;

	timer_init_hart();
	harts.boot = NULL;
	if (boot)
		boot();
	irq_init_hart(hart->index);
	while (!settle(hart, HART_ONLINE))
		__asm__ volatile("wfi");
	csr_write(CSR_SIE, BIT(IRQ_SSI) | BIT(IRQ_STI) | BIT(IRQ_SEI));
	for (;;) {
		hart_run_jobs();
		if (!hart_has_jobs())
			hart_wait();
	}
}
