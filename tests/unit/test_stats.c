// SPDX-License-Identifier: Apache-2.0
// sources: vcpu/stats.c
/* The counters' readers: totals, reset, text and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "hv/fmt.h"
#include "vcpu/stats.h"
#include "vcpu/vm.h"

static struct vm vm;
static struct vcpu vcpus[2];
static struct stats_page_vcpu counters[2];
static struct vcpu *pointers[2] = { &vcpus[0], &vcpus[1] };
static char text[16384];

size_t fmt_snprintf(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(to, size, format, args);
	va_end(args);
	assert_true(length >= 0 && (size_t)length < size); /* no name is cut */
	return (size_t)length;
}

static void put(struct stats_out *out, const char *piece)
{
	(void)out;
	assert_true(strlen(text) + strlen(piece) < sizeof(text));
	strcat(text, piece);
}

static struct stats_out out = { put };

/* A UART of eight registers, and a device that nobody touched. */
static struct vdev uart, rtc;
static struct vdev *devices[] = { &uart, &rtc };

static int setup(void **state)
{
	(void)state;
	memset(vcpus, 0, sizeof(vcpus));
	memset(counters, 0, sizeof(counters));
	vcpus[0].stats = &counters[0];
	vcpus[1].stats = &counters[1];
	uart = (struct vdev){
		.name = "serial@10000000", .reads[5] = 3, .writes[0] = 4, .refused = 1
	};
	rtc = (struct vdev){ .name = "rtc", .window_shift = 2 };
	vm = (struct vm){ .name = "linux",
			  .nr_vcpus = 2,
			  .vcpus = pointers,
			  .bus = { .devices = devices, .count = 2 } };
	vcpus[1].id = 1;
	text[0] = 0;
	return 0;
}

static void causes_stay_in_their_rows(void **state)
{
	struct stats_page_vcpu *stats = vcpus[0].stats;

	(void)state;
	stats_exception(stats, stats_exception_row(21));
	stats_exception(stats, stats_exception_row(24));
	stats_exception(stats, stats_exception_row(UINT64_MAX));
	stats->interrupts[stats_interrupt_row(5)]++;
	assert_int_equal(stats->exceptions[21], 1);
	assert_int_equal(stats->exceptions[23], 2);
	assert_int_equal(stats->interrupts[5], 1);
	assert_true(stats_interrupt_row(UINT64_MAX) < STATS_INTERRUPTS);
	assert_int_equal(stats_page_exits(stats), 4);
}

/* Time goes with the cause, and the longest stay is kept. */
static void time_goes_with_the_cause(void **state)
{
	struct stats_page_vcpu *stats = vcpus[0].stats;

	(void)state;
	stats_ticks(stats, &stats->exception_ticks[21], 12);
	stats_ticks(stats, &stats->interrupt_ticks[5], 30);
	stats_ticks(stats, &stats->interrupt_ticks[5], 1);
	stats_ticks(stats, &stats->work_ticks, 2);
	assert_int_equal(stats->exception_ticks[21], 12);
	assert_int_equal(stats->interrupt_ticks[5], 31);
	assert_int_equal(stats->work_ticks, 2);
	assert_int_equal(stats->longest, 30);
	assert_int_equal(stats_page_ticks(stats), 45);
	assert_int_equal(stats_page_exits(stats), 0);
}

/* An SBI call counts once, whichever way it took. */
static void sbi_calls_count_once(void **state)
{
	struct stats_page_vcpu *stats = vcpus[0].stats;

	(void)state;
	stats_sbi_call(stats, STATS_SBI_TIME, 3);
	stats_sbi_call(stats, STATS_SBI_TIME, 1);
	stats->sbi[STATS_SBI_HSM] = 1;
	stats_exception(stats, stats_exception_row(10));
	assert_int_equal(stats->sbi[STATS_SBI_TIME], 2);
	assert_int_equal(stats->sbi_ticks[STATS_SBI_TIME], 4);
	assert_int_equal(stats->longest, 3);
	assert_int_equal(stats_page_exits(stats), 3);
	assert_int_equal(stats_page_ticks(stats), 4);
	assert_int_equal(stats->exceptions[10], 0);
}

static void reset_begins_at_zero(void **state)
{
	struct stats_page_vcpu *stats = vcpus[1].stats;

	(void)state;
	stats->sbi[STATS_SBI_IPI] = 3;
	stats->work_ticks = 5;
	stats->longest = 4;
	stats_reset(&vm);
	assert_int_equal(stats_since_reset(&vcpus[1]).sbi[STATS_SBI_IPI], 0);
	stats->sbi[STATS_SBI_IPI]++;
	assert_int_equal(stats_since_reset(&vcpus[1]).sbi[STATS_SBI_IPI], 1);
	assert_int_equal(stats_since_reset(&vcpus[1]).work_ticks, 0);
	assert_int_equal(stats_since_reset(&vcpus[1]).longest, 4); /* a maximum has no difference */
	assert_int_equal(uart.reads[5] + uart.writes[0] + uart.refused, 0);
	assert_int_equal(uart.lock.next, uart.lock.serving);
	assert_int_equal(stats->sbi[STATS_SBI_IPI], 4); /* firmware counters go on */
}

static void lines_for_people(void **state)
{
	(void)state;
	vcpus[0].stats->exceptions[21] = 7;
	vcpus[0].stats->sbi[STATS_SBI_DBCN] = 2;
	vcpus[0].stats->sbi_ticks[STATS_SBI_DBCN] = 5;
	vcpus[0].stats->exception_ticks[21] = 99;
	vcpus[0].stats->longest = 98;
	stats_print(&vm, &out);
	assert_string_equal(text,
			    "vCPU 0: 9 exits, 104 ticks outside the guest, at most 98 at a time\n"
			    "  environment call from VS-mode               2            5 ticks\n"
			    "  load guest-page fault                       7           99 ticks\n"
			    "  DBCN console_write                          2            5 ticks\n"
			    "vCPU 1: 0 exits, 0 ticks outside the guest, at most 0 at a time\n"
			    "serial@10000000: accesses 7, refused 1\n"
			    "  from 0x0                   0 reads            4 writes\n"
			    "  from 0x5                   3 reads            0 writes\n");
}

static void json(void **state)
{
	(void)state;
	vm.nr_vcpus = 1;
	vcpus[0].stats->exceptions[21] = 7;
	vcpus[0].stats->exception_ticks[21] = 70;
	vcpus[0].stats->interrupts[5] = 1;
	vcpus[0].stats->sbi[STATS_SBI_TIME] = UINT64_MAX;
	vcpus[0].stats->sbi[STATS_SBI_UNKNOWN] = 2;
	vcpus[0].stats->sbi_ticks[STATS_SBI_UNKNOWN] = 8;
	stats_json(&vm, &out);
	assert_non_null(strstr(text, "{\"guest\":\"linux\",\"vcpus\":[{\"vcpu\":0,\"exits\":"));
	assert_non_null(strstr(text, "\"load guest-page fault\":7"));
	assert_non_null(strstr(text, "\"exception ticks\":{\"environment call from VS-mode\":8,"
				     "\"load guest-page fault\":70}"));
	assert_non_null(strstr(text, ",\"interrupts\":{\"supervisor timer interrupt\":1}"));
	assert_non_null(strstr(text,
			       "\"sbi\":{\"TIME set_timer\":18446744073709551615,"
			       "\"SBI not offered\":2},\"sbi ticks\":{\"SBI not offered\":8}"));
	assert_non_null(strstr(text,
			       ",\"devices\":[{\"device\":\"serial@10000000\",\"accesses\":7,"
			       "\"refused\":1,\"from\":{\"0x0\":[0,4],\"0x5\":[3,0]}},"
			       "{\"device\":\"rtc\",\"accesses\":0,\"refused\":0,\"from\":{}}]}"));
	assert_string_equal(text + strlen(text) - 5, "{}}]}");
	assert_null(strchr(text, '\n'));
}

/* As a guest reads it: by what the head says, and nothing from another layout. */
static void a_page_for_the_guest(void **state)
{
	static uint64_t words[2 * 4096 / sizeof(uint64_t)];
	struct stats_page *page = (struct stats_page *)words;

	(void)state;
	assert_int_equal(stats_page_size(1), 4096);
	assert_int_equal(stats_page_size(2), 4096);
	assert_int_equal(stats_page_size(3), sizeof(words));
	assert_int_equal(stats_page_size(4), sizeof(words));
	stats_init_page(page, 4, 10000000);
	assert_memory_equal(page, "BHKDSTAT", 8);
	assert_true(page->size <= sizeof(words));
	for (uint32_t i = 0; i < 4; i++) {
		struct stats_page_vcpu *slice = stats_in_page(page, i);

		assert_ptr_equal(stats_page_slice(page, i), slice);
		assert_true((char *)(slice + 1) <= (char *)page + page->size);
		slice->sbi[STATS_SBI_UNKNOWN] = i;
		slice->external_irqs = 100;
	}
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(stats_page_exits(stats_page_slice(page, i)), i);
	assert_null(stats_page_slice(page, 4));
	page->version++;
	assert_null(stats_page_slice(page, 0));
	page->version--;
	page->magic = 0;
	assert_null(stats_page_slice(page, 0));
}

/* Every row has a name, so that no line of the largest counters is cut. */
static void every_name_fits(void **state)
{
	uint64_t *all = (uint64_t *)vcpus[0].stats;

	(void)state;
	for (unsigned i = 0; i < STATS_SBI_NEXT; i++)
		assert_string_not_equal(stats_sbi_name(i), "reserved");
	assert_string_equal(stats_sbi_name(STATS_SBI_NEXT), "reserved");
	assert_string_equal(stats_sbi_name(STATS_SBI_UNKNOWN), "SBI not offered");
	assert_string_equal(stats_sbi_name(STATS_SBI_ROWS), "reserved");
	assert_string_equal(stats_sbi_name(STATS_SBI_PMU + 8), "PMU event_get_info");
	assert_string_equal(stats_sbi_name(STATS_SBI_STA), "STA steal_time_set_shmem");
	assert_string_equal(stats_exception_name(99), "reserved");
	for (unsigned i = 0; i < sizeof(*vcpus[0].stats) / sizeof(*all); i++)
		all[i] = UINT64_MAX / 1000;
	stats_print(&vm, &out);
	text[0] = 0;
	stats_json(&vm, &out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(causes_stay_in_their_rows, setup),
		cmocka_unit_test_setup(time_goes_with_the_cause, setup),
		cmocka_unit_test_setup(sbi_calls_count_once, setup),
		cmocka_unit_test_setup(reset_begins_at_zero, setup),
		cmocka_unit_test_setup(lines_for_people, setup),
		cmocka_unit_test_setup(json, setup),
		cmocka_unit_test_setup(a_page_for_the_guest, setup),
		cmocka_unit_test_setup(every_name_fits, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
