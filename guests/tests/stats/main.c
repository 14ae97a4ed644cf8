// SPDX-License-Identifier: Apache-2.0
/*
 * A guest that holds its statistics page against what it does itself: every exit is
 * counted once, in its place; reading takes none; and whatever else it tries on the page is
 * its own fault, and counted. Its second vCPU runs at the end alone.
 */
#include <stdbool.h>
#include <stddef.h>

#include "guests/lib/console.h"
#include "guests/lib/csr.h"
#include "guests/lib/machine.h"
#include "guests/lib/print.h"
#include "guests/lib/sbi.h"
#include "guests/lib/stats.h"
#include "guests/lib/trap.h"
#include "guests/lib/uart.h"

#define READS 1000
#define CALLS 10
#define WAITS 10000000

void guest_main(uint64_t hart, const void *tree);

static const volatile struct stats_page *page;
static const volatile struct stats_page_vcpu *own;
static uint64_t page_size;
static unsigned failed;

/* The last trap, and where the guest goes on after one that is not at an instruction of 4 bytes. */
static uint64_t cause, value, resume;

static void check(const char *name, bool good)
{
	failed += !good;
	print("%s %s\n", good ? "PASS" : "FAIL", name);
}

static void note_trap(struct frame *frame, uint64_t trap_cause, uint64_t trap_value)
{
	cause = trap_cause;
	value = trap_value;
	frame->pc = resume ? resume : frame->pc + 4;
	resume = 0;
}

static void head(void)
{
	uint64_t size = page->first + (uint64_t)page->nr_vcpus * page->stride;

	check("head: magic", page->magic == STATS_PAGE_MAGIC);
	check("head: version", page->version == STATS_PAGE_VERSION);
	check("head: size", page->size == size && page_size == stats_page_size(page->nr_vcpus));
	check("head: a slice fits",
	      sizeof(*own) == page->slice_size && page->slice_size <= page->stride);
	check("head: timebase", page->timebase == machine.timebase);
	check("head: no slice for a vCPU more", !stats_page_slice(page, page->nr_vcpus));
}

/* Nothing but the counters, and none of a vCPU that never ran. */
static void rest_is_empty(void)
{
	const volatile uint64_t *words = (const volatile uint64_t *)page;
	uint64_t first = (page->first + page->slice_size) / sizeof(*words), used = 0;

	for (uint64_t i = first; i < page_size / sizeof(*words); i++)
		used += words[i] != 0;
	check("nothing else is in the page", used == 0);
}

/* What a check prints is exits, too: so everything is read before the first one. */
static void reading_is_free(void)
{
	uint64_t exits = stats_page_exits(own), ticks = stats_page_ticks(own);

	for (unsigned i = 0; i < READS; i++)
		stats_page_exits(own);
	exits = stats_page_exits(own) - exits;
	ticks = stats_page_ticks(own) - ticks;
	check("reading takes no exit", exits == 0);
	check("reading takes no time", ticks == 0);
}

static void calls_are_counted(const char *name, unsigned row, unsigned long extension,
			      unsigned long function)
{
	uint64_t exits = stats_page_exits(own), calls = own->sbi[row];
	uint64_t all_ticks = stats_page_ticks(own), ticks = own->sbi_ticks[row];

	for (unsigned i = 0; i < CALLS; i++)
		sbi_call(extension, function, 0, 0, 0);
	calls = own->sbi[row] - calls;
	exits = stats_page_exits(own) - exits;
	ticks = own->sbi_ticks[row] - ticks;
	all_ticks = stats_page_ticks(own) - all_ticks;
	check(name, calls == CALLS && exits == CALLS);
	check("and timed where they are counted", ticks > 0 && ticks == all_ticks);
}

static void loads_are_counted(void)
{
	const volatile uint8_t *scratch = (const volatile uint8_t *)uart_base() + 7;
	uint64_t exits = stats_page_exits(own), faults = own->exceptions[CAUSE_LOAD_GUEST_PAGE];
	uint64_t ticks = own->exception_ticks[CAUSE_LOAD_GUEST_PAGE];

	for (unsigned i = 0; i < READS; i++)
		*scratch;
	faults = own->exceptions[CAUSE_LOAD_GUEST_PAGE] - faults;
	exits = stats_page_exits(own) - exits;
	ticks = own->exception_ticks[CAUSE_LOAD_GUEST_PAGE] - ticks;
	check("loads from a device", faults == READS && exits == READS);
	check("loads from a device take time", ticks > 0);
	check("the longest is one of them all",
	      own->longest > 0 && own->longest <= stats_page_ticks(own));
}

/* True when the attempt was this guest's own fault, counted once, and nothing changed. */
static bool was_refused(uint64_t expected, uint64_t exits, uint64_t refused, uint64_t injected)
{
	return cause == expected && stats_page_exits(own) == exits + 1 &&
	       own->refused == refused + 1 && own->injected == injected + 1 &&
	       page->magic == STATS_PAGE_MAGIC;
}

#define ATTEMPT(name, expected, ...)                                                             \
	do {                                                                                     \
		uint64_t exits_ = stats_page_exits(own), refused_ = own->refused;                \
		uint64_t injected_ = own->injected;                                              \
		cause = value = 0;                                                               \
		asm volatile(".option push\n.option norvc\n" __VA_ARGS__ "\n.option pop"         \
			     :                                                                   \
			     : "r"(page), "r"((const volatile char *)page + page_size), "r"(own) \
			     : "t0", "memory");                                                  \
		check(name, was_refused(expected, exits_, refused_, injected_));                 \
	} while (0)

static void the_page_is_read_only(void)
{
	ATTEMPT("a store to the head", CAUSE_STORE_ACCESS, "sd zero, 0(%0)");
	ATTEMPT("a store to a counter", CAUSE_STORE_ACCESS, "sd zero, 0(%2)");
	ATTEMPT("a byte to the last byte", CAUSE_STORE_ACCESS, "sb zero, -1(%1)");
	ATTEMPT("an atomic", CAUSE_STORE_ACCESS, "amoadd.d t0, zero, (%2)");
	ATTEMPT("a load behind the page", CAUSE_LOAD_ACCESS, "ld t0, 0(%1)");
	check("stval is the address", value == (uint64_t)page + page_size);
}

static void the_page_is_no_code(void)
{
	uint64_t exits = stats_page_exits(own), refused = own->refused, injected = own->injected;

	cause = 0;
	asm volatile("la t0, 1f\n"
		     "sd t0, %0\n"
		     "jr %1\n"
		     "1:"
		     : "=m"(resume)
		     : "r"(page)
		     : "t0", "memory");
	check("a jump into the page", was_refused(CAUSE_FETCH_ACCESS, exits, refused, injected));
}

/* Where the second vCPU waits for its end. */
void second_entry(void);
asm(".text\n.balign 4\nsecond_entry: wfi\nj second_entry\n");

static bool start_second(void)
{
	struct sbi_result r;

	if (sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, 1, (unsigned long)second_entry, 0).error)
		return false;
	for (unsigned i = 0; i < WAITS; i++) {
		r = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, 1, 0, 0);
		if (r.error || r.value == SBI_HSM_STATE_STARTED)
			return !r.error;
	}
	return false;
}

/* It waits for the other hart, which the firmware fences without an exit. */
static void remote_fences_take_time(void)
{
	const volatile struct stats_page_vcpu *second = stats_page_slice(page, 1);
	uint64_t ticks, exits, sent, other;

	if (!start_second()) {
		check("the second vCPU starts", false);
		return;
	}
	ticks = own->sbi_ticks[STATS_SBI_RFENCE];
	exits = stats_page_exits(own);
	sent = own->fence_i_sent;
	other = stats_page_exits(second);
	for (unsigned i = 0; i < CALLS; i++)
		sbi_call(SBI_EXT_RFENCE, SBI_RFENCE_FENCE_I, 2, 0, 0);
	ticks = own->sbi_ticks[STATS_SBI_RFENCE] - ticks;
	exits = stats_page_exits(own) - exits;
	sent = own->fence_i_sent - sent;
	other = stats_page_exits(second) - other;
	check("remote fences", exits == CALLS && sent == CALLS);
	check("remote fences take time", ticks > 0);
	check("remote fences take no exit of the other", other == 0);
}

void guest_main(uint64_t hart, const void *tree)
{
	const char *wrong;

	console_init(tree);
	wrong = machine_init(hart, tree);
	if (wrong)
		trap_panic("stats: %s", wrong);
	page = stats_page(&page_size);
	own = stats_own();
	if (!own)
		trap_panic("stats: no statistics page in the device tree");
	trap_set_handler(note_trap);
	head();
	reading_is_free();
	calls_are_counted("short calls", STATS_SBI_BASE + SBI_BASE_GET_IMPL_ID, SBI_EXT_BASE,
			  SBI_BASE_GET_IMPL_ID);
	calls_are_counted("long calls", STATS_SBI_HSM + SBI_HSM_HART_GET_STATUS, SBI_EXT_HSM,
			  SBI_HSM_HART_GET_STATUS);
	calls_are_counted("calls that are not offered", STATS_SBI_UNKNOWN, 0x0a0b0c0d, 0);
	loads_are_counted();
	the_page_is_read_only();
	the_page_is_no_code();
	rest_is_empty();
	remote_fences_take_time();
	print("stats: %u failed, %lu exits so far\n", failed, stats_page_exits(own));
	sbi_shutdown(failed ? SBI_SRST_REASON_SYSTEM_FAILURE : SBI_SRST_REASON_NONE);
}
