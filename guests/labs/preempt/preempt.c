// SPDX-License-Identifier: Apache-2.0
/*
 * Lab 4, preempt: three threads that never yield. The timer's tick alone takes
 * the hart from one and gives it to the next. A trap leaves the whole state of
 * the thread in a frame and goes on with whatever the frame says at its end, so a
 * switch is two copies: the frame to the old thread, the new thread's to the frame.
 */
#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/timer.h"
#include "guests/lib/trap.h"

#define THREADS   3
#define TICKS     100
#define TICK_HZ   1000
#define STACK     4096
#define STIE      (UINT64_C(1) << IRQ_STI)
#define TIMER_IRQ (SCAUSE_INTERRUPT | IRQ_STI)

struct thread {
	struct frame frame;
	uint64_t ticks; /* how many ended while it ran */
	uint64_t work;  /* counted by the thread itself */
	uint8_t stack[STACK] __attribute__((aligned(16)));
};

void guest_main(uint64_t hart, const void *tree);

static struct thread threads[THREADS];
static unsigned current;
static uint64_t ticks;

static void thread_main(volatile uint64_t *work)
{
	for (;;)
		(*work)++;
}

/* From now on, not from the last tick: a late tick would take its time from the next thread. */
static void set_next_tick(void)
{
	timer_set(timer_now() + machine.timebase / TICK_HZ);
}

static void finish(void)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (unsigned i = 0; i < THREADS; i++) {
		const struct thread *t = &threads[i];

		print("preempt: thread %u: %lu ticks, %s\n", i, t->ticks,
		      t->work ? "worked" : "never ran");
		least = t->ticks < least ? t->ticks : least;
		most = t->ticks > most ? t->ticks : most;
		if (!t->work)
			trap_panic("preempt: thread %u never ran", i);
	}
	print("preempt: %lu ticks, %s within one\n", ticks,
	      most - least <= 1 ? "fair" : "NOT fair");
	sbi_shutdown(most - least <= 1 ? SBI_SRST_REASON_NONE : SBI_SRST_REASON_SYSTEM_FAILURE);
}

static void tick(struct frame *frame, uint64_t cause, uint64_t value)
{
	if (cause != TIMER_IRQ)
		trap_fatal(frame, cause, value);
	threads[current].ticks++;
	if (++ticks == TICKS)
		finish();
	set_next_tick();
	threads[current].frame = *frame;
	current = (current + 1) % THREADS;
	*frame = threads[current].frame;
}

/* As a trap would have left it just before its first instruction, interrupts on. */
static void make_thread(struct thread *t)
{
	uint64_t gp;

	asm("mv %0, gp" : "=r"(gp));
	t->frame.pc = (uint64_t)thread_main;
	t->frame.x[2] = (uint64_t)&t->stack[STACK];
	t->frame.x[3] = gp;
	t->frame.x[10] = (uint64_t)&t->work;
	t->frame.status = csr_read(CSR_SSTATUS) | SSTATUS_SPP | SSTATUS_SPIE;
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("preempt: %s", wrong);
	timer_init();
	for (unsigned i = 0; i < THREADS; i++)
		make_thread(&threads[i]);
	print("preempt: %u threads, %u ticks of 1 ms by %s\n", THREADS, TICKS, timer_name());
	trap_set_handler(tick);
	set_next_tick();
	csr_write(CSR_SIE, STIE);
	csr_set(CSR_SSTATUS, SSTATUS_SIE);
	/* This goes on as thread 0: the first tick keeps what runs here as its frame. */
	thread_main(&threads[0].work);
}
