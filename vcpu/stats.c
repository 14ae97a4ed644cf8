// SPDX-License-Identifier: Apache-2.0
/*
 * Reads a guest's counters: for people, as JSON for the host tool, and from zero
 * again after a reset. Every counter is a uint64_t of struct stats_page_vcpu, so that
 * what is common to all treats the struct as an array.
 */
#include "vcpu/stats.h"

#include <string.h>

#include "hv/bits.h"
#include "hv/boot.h"
#include "hv/fmt.h"
#include "hv/riscv_regs.h"
#include "vcpu/vm.h"

#define PIECE    96
#define COUNTERS (sizeof(struct stats_page_vcpu) / sizeof(uint64_t))

_Static_assert(sizeof(struct stats_page_vcpu) == COUNTERS * sizeof(uint64_t),
	       "every member is a counter");
_Static_assert(sizeof(struct stats_page_vcpu) <= STATS_PAGE_STRIDE, "a slice fits its place");
_Static_assert(sizeof(struct stats_page) <= STATS_PAGE_FIRST, "the header fits its place");

static const char *const exception_names[STATS_EXCEPTIONS] = {
	[0] = "instruction address misaligned",
	[1] = "instruction access fault",
	[2] = "illegal instruction",
	[3] = "breakpoint",
	[4] = "load address misaligned",
	[5] = "load access fault",
	[6] = "store address misaligned",
	[7] = "store access fault",
	[8] = "environment call from VU-mode",
	[9] = "environment call from HS-mode",
	[10] = "environment call from VS-mode",
	[11] = "environment call from M-mode",
	[12] = "instruction page fault",
	[13] = "load page fault",
	[15] = "store page fault",
	[16] = "double trap",
	[18] = "software check",
	[19] = "hardware error",
	[20] = "instruction guest-page fault",
	[21] = "load guest-page fault",
	[22] = "virtual instruction",
	[23] = "store guest-page fault",
};

static const char *const interrupt_names[STATS_INTERRUPTS] = {
	[1] = "supervisor software interrupt", [2] = "VS software interrupt",
	[5] = "supervisor timer interrupt",    [6] = "VS timer interrupt",
	[9] = "supervisor external interrupt", [10] = "VS external interrupt",
	[12] = "guest external interrupt",     [13] = "counter overflow interrupt",
};

static const char *const sbi_names[STATS_SBI_ROWS] = {
	"legacy set_timer",
	"legacy console_putchar",
	"legacy console_getchar",
	"legacy clear_ipi",
	"legacy send_ipi",
	"legacy remote_fence_i",
	"legacy remote_sfence_vma",
	"legacy remote_sfence_vma_asid",
	"legacy shutdown",
	"BASE get_spec_version",
	"BASE get_impl_id",
	"BASE get_impl_version",
	"BASE probe_extension",
	"BASE get_mvendorid",
	"BASE get_marchid",
	"BASE get_mimpid",
	"TIME set_timer",
	"IPI send_ipi",
	"RFENCE remote_fence_i",
	"RFENCE remote_sfence_vma",
	"RFENCE remote_sfence_vma_asid",
	"RFENCE remote_hfence_gvma_vmid",
	"RFENCE remote_hfence_gvma",
	"RFENCE remote_hfence_vvma_asid",
	"RFENCE remote_hfence_vvma",
	"HSM hart_start",
	"HSM hart_stop",
	"HSM hart_get_status",
	"HSM hart_suspend",
	"SRST system_reset",
	"SUSP system_suspend",
	"DBCN console_write",
	"DBCN console_read",
	"DBCN console_write_byte",
	"PMU num_counters",
	"PMU counter_get_info",
	"PMU counter_config_matching",
	"PMU counter_start",
	"PMU counter_stop",
	"PMU counter_fw_read",
	"PMU counter_fw_read_hi",
	"PMU snapshot_set_shmem",
	"PMU event_get_info",
	"FWFT fwft_set",
	"FWFT fwft_get",
	"STA steal_time_set_shmem",
	[STATS_SBI_UNKNOWN] = "SBI not offered",
};

/* Counters that are no exits. */
static const struct {
	const char *name;
	size_t offset;
} other_counters[] = {
	{ "faults given to the guest", offsetof(struct stats_page_vcpu, injected) },
	{ "accesses refused", offsetof(struct stats_page_vcpu, refused) },
	{ "IPIs sent", offsetof(struct stats_page_vcpu, ipis) },
	{ "IPIs received", offsetof(struct stats_page_vcpu, ipis_received) },
	{ "fence.i sent", offsetof(struct stats_page_vcpu, fence_i_sent) },
	{ "sfence.vma sent", offsetof(struct stats_page_vcpu, sfence_sent) },
	{ "sfence.vma with ASID sent", offsetof(struct stats_page_vcpu, sfence_asid_sent) },
	{ "timer interrupts given", offsetof(struct stats_page_vcpu, timer_irqs) },
	{ "external interrupts given", offsetof(struct stats_page_vcpu, external_irqs) },
	{ "ticks for Bulkhead's own work", offsetof(struct stats_page_vcpu, work_ticks) },
};

static const char *name_of(const char *const *names, unsigned count, unsigned index)
{
	return index < count && names[index] ? names[index] : "reserved";
}

const char *stats_exception_name(unsigned cause)
{
	return name_of(exception_names, STATS_EXCEPTIONS, cause);
}

const char *stats_interrupt_name(unsigned cause)
{
	return name_of(interrupt_names, STATS_INTERRUPTS, cause);
}

const char *stats_sbi_name(unsigned row)
{
	return name_of(sbi_names, STATS_SBI_ROWS, row);
}

BOOT_CODE void stats_init_page(struct stats_page *page, uint32_t nr_vcpus, uint64_t timebase)
{
	*page = (struct stats_page){
		.magic = STATS_PAGE_MAGIC,
		.version = STATS_PAGE_VERSION,
		.size = STATS_PAGE_FIRST + nr_vcpus * STATS_PAGE_STRIDE,
		.nr_vcpus = nr_vcpus,
		.first = STATS_PAGE_FIRST,
		.stride = STATS_PAGE_STRIDE,
		.slice_size = sizeof(struct stats_page_vcpu),
		.timebase = timebase,
	};
}

BOOT_CODE struct stats_page_vcpu *stats_in_page(struct stats_page *page, uint32_t vcpu)
{
	return (struct stats_page_vcpu *)((char *)page + STATS_PAGE_FIRST +
					  vcpu * STATS_PAGE_STRIDE);
}

/* Another hart may be counting: every counter is read and written whole. */
static void read_counters(uint64_t *to, const struct vcpu *vcpu)
{
	const uint64_t *from = (const uint64_t *)vcpu->stats;

	for (unsigned i = 0; i < COUNTERS; i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

struct stats_page_vcpu stats_since_reset(const struct vcpu *vcpu)
{
	const uint64_t *base = (const uint64_t *)&vcpu->stats_base;
	struct stats_page_vcpu stats;
	uint64_t *counters = (uint64_t *)&stats, longest;

	read_counters(counters, vcpu);
	longest = stats.longest;
	for (unsigned i = 0; i < COUNTERS; i++)
		counters[i] -= base[i];
	stats.longest = longest;
	return stats;
}

static void reset_device(struct vdev *dev)
{
	spin_lock(&dev->lock);
	memset(dev->reads, 0, sizeof(dev->reads));
	memset(dev->writes, 0, sizeof(dev->writes));
	dev->refused = 0;
	spin_unlock(&dev->lock);
}

void stats_reset(struct vm *vm)
{
	for (uint32_t i = 0; i < vm->nr_vcpus; i++)
		read_counters((uint64_t *)&vm->vcpus[i]->stats_base, vm->vcpus[i]);
	for (unsigned i = 0; i < vm->bus.count; i++)
		reset_device(vm->bus.devices[i]);
}

static uint64_t other_value(const struct stats_page_vcpu *stats, unsigned index)
{
	return *(const uint64_t *)((const char *)stats + other_counters[index].offset);
}

/* For these readers all SBI calls together are an exception, too. */
static void sum_calls(struct stats_page_vcpu *stats)
{
	stats->exceptions[CAUSE_ECALL_VS] = stats_page_sum(stats->sbi, STATS_SBI_ROWS);
	stats->exception_ticks[CAUSE_ECALL_VS] = stats_page_sum(stats->sbi_ticks, STATS_SBI_ROWS);
}

static void print_row(struct stats_out *out, const char *name, uint64_t value)
{
	char text[PIECE];

	if (value == 0)
		return;
	fmt_snprintf(text, sizeof(text), "  %-32s %12llu\n", name, (unsigned long long)value);
	out->put(out, text);
}

static void print_timed_rows(struct stats_out *out, const char *(*name)(unsigned),
			     const uint64_t *counters, const uint64_t *ticks, unsigned count)
{
	char text[PIECE];

	for (unsigned i = 0; i < count; i++) {
		if (counters[i] == 0)
			continue;
		fmt_snprintf(text, sizeof(text), "  %-32s %12llu %12llu ticks\n", name(i),
			     (unsigned long long)counters[i], (unsigned long long)ticks[i]);
		out->put(out, text);
	}
}

static void print_head(struct stats_out *out, uint32_t id, const struct stats_page_vcpu *stats)
{
	char text[PIECE];

	fmt_snprintf(text, sizeof(text), "vCPU %u: %llu exits, %llu ticks outside the guest", id,
		     (unsigned long long)stats_page_exits(stats),
		     (unsigned long long)stats_page_ticks(stats));
	out->put(out, text);
	fmt_snprintf(text, sizeof(text), ", at most %llu at a time\n",
		     (unsigned long long)stats->longest);
	out->put(out, text);
}

static void print_vcpu(const struct vcpu *vcpu, struct stats_out *out)
{
	struct stats_page_vcpu stats = stats_since_reset(vcpu);

	print_head(out, vcpu->id, &stats);
	sum_calls(&stats);
	print_timed_rows(out, stats_exception_name, stats.exceptions, stats.exception_ticks,
			 STATS_EXCEPTIONS);
	print_timed_rows(out, stats_interrupt_name, stats.interrupts, stats.interrupt_ticks,
			 STATS_INTERRUPTS);
	print_timed_rows(out, stats_sbi_name, stats.sbi, stats.sbi_ticks, STATS_SBI_ROWS);
	for (unsigned i = 0; i < ARRAY_SIZE(other_counters); i++)
		print_row(out, other_counters[i].name, other_value(&stats, i));
}

/* A picture of a device's counters. */
struct device_counts {
	uint64_t reads[VDEV_WINDOWS];
	uint64_t writes[VDEV_WINDOWS];
	uint64_t refused, all;
};

static struct device_counts count_device(const struct vdev *dev)
{
	struct device_counts counts;

	counts.refused = __atomic_load_n(&dev->refused, __ATOMIC_RELAXED);
	counts.all = 0;
	for (unsigned i = 0; i < VDEV_WINDOWS; i++) {
		counts.reads[i] = __atomic_load_n(&dev->reads[i], __ATOMIC_RELAXED);
		counts.writes[i] = __atomic_load_n(&dev->writes[i], __ATOMIC_RELAXED);
		counts.all += counts.reads[i] + counts.writes[i];
	}
	return counts;
}

static void print_window(struct stats_out *out, uint64_t offset, uint64_t reads, uint64_t writes)
{
	char text[PIECE];

	if (reads + writes == 0)
		return;
	fmt_snprintf(text, sizeof(text), "  from 0x%-8llx %12llu reads %12llu writes\n",
		     (unsigned long long)offset, (unsigned long long)reads,
		     (unsigned long long)writes);
	out->put(out, text);
}

static void print_device(const struct vdev *dev, struct stats_out *out)
{
	struct device_counts counts = count_device(dev);
	char text[PIECE];

	if (counts.all == 0)
		return;
	out->put(out, dev->name);
	fmt_snprintf(text, sizeof(text), ": accesses %llu, refused %llu\n",
		     (unsigned long long)counts.all, (unsigned long long)counts.refused);
	out->put(out, text);
	for (unsigned i = 0; i < VDEV_WINDOWS; i++)
		print_window(out, (uint64_t)i << dev->window_shift, counts.reads[i],
			     counts.writes[i]);
}

void stats_print(const struct vm *vm, struct stats_out *out)
{
	for (uint32_t i = 0; i < vm->nr_vcpus; i++)
		print_vcpu(vm->vcpus[i], out);
	for (unsigned i = 0; i < vm->bus.count; i++)
		print_device(vm->bus.devices[i], out);
}

static void json_number(struct stats_out *out, const char *before, const char *name, uint64_t value)
{
	char text[PIECE];

	fmt_snprintf(text, sizeof(text), "%s\"%s\":%llu", before, name, (unsigned long long)value);
	out->put(out, text);
}

/* An object of the counters that aren't 0. */
static void json_group(struct stats_out *out, const char *group, const char *(*name)(unsigned),
		       const uint64_t *counters, unsigned count)
{
	const char *before = "";

	out->put(out, ",\"");
	out->put(out, group);
	out->put(out, "\":{");
	for (unsigned i = 0; i < count; i++) {
		if (counters[i] == 0)
			continue;
		json_number(out, before, name(i), counters[i]);
		before = ",";
	}
	out->put(out, "}");
}

static void json_vcpu(const struct vcpu *vcpu, struct stats_out *out)
{
	struct stats_page_vcpu stats = stats_since_reset(vcpu);

	json_number(out, "{", "vcpu", vcpu->id);
	json_number(out, ",", "exits", stats_page_exits(&stats));
	json_number(out, ",", "ticks outside", stats_page_ticks(&stats));
	json_number(out, ",", "most ticks at a time", stats.longest);
	sum_calls(&stats);
	json_group(out, "exceptions", stats_exception_name, stats.exceptions, STATS_EXCEPTIONS);
	json_group(out, "exception ticks", stats_exception_name, stats.exception_ticks,
		   STATS_EXCEPTIONS);
	json_group(out, "interrupts", stats_interrupt_name, stats.interrupts, STATS_INTERRUPTS);
	json_group(out, "interrupt ticks", stats_interrupt_name, stats.interrupt_ticks,
		   STATS_INTERRUPTS);
	json_group(out, "sbi", stats_sbi_name, stats.sbi, STATS_SBI_ROWS);
	json_group(out, "sbi ticks", stats_sbi_name, stats.sbi_ticks, STATS_SBI_ROWS);
	for (unsigned i = 0; i < ARRAY_SIZE(other_counters); i++)
		json_number(out, ",", other_counters[i].name, other_value(&stats, i));
	out->put(out, "}");
}

/* [reads, writes] of each window that was accessed. */
static void json_windows(struct stats_out *out, const struct vdev *dev,
			 const struct device_counts *counts)
{
	const char *before = "";
	char text[PIECE];

	out->put(out, ",\"from\":{");
	for (unsigned i = 0; i < VDEV_WINDOWS; i++) {
		if (counts->reads[i] + counts->writes[i] == 0)
			continue;
		fmt_snprintf(text, sizeof(text), "%s\"0x%llx\":[%llu,%llu]", before,
			     (unsigned long long)i << dev->window_shift,
			     (unsigned long long)counts->reads[i],
			     (unsigned long long)counts->writes[i]);
		out->put(out, text);
		before = ",";
	}
	out->put(out, "}");
}

static void json_device(const struct vdev *dev, struct stats_out *out)
{
	struct device_counts counts = count_device(dev);

	out->put(out, "{\"device\":\"");
	out->put(out, dev->name);
	out->put(out, "\"");
	json_number(out, ",", "accesses", counts.all);
	json_number(out, ",", "refused", counts.refused);
	json_windows(out, dev, &counts);
	out->put(out, "}");
}

/* Guests' and devices' names are identifiers of the configuration: none needs an escape. */
void stats_json(const struct vm *vm, struct stats_out *out)
{
	out->put(out, "{\"guest\":\"");
	out->put(out, vm->name);
	out->put(out, "\",\"vcpus\":[");
	for (uint32_t i = 0; i < vm->nr_vcpus; i++) {
		if (i)
			out->put(out, ",");
		json_vcpu(vm->vcpus[i], out);
	}
	out->put(out, "],\"devices\":[");
	for (unsigned i = 0; i < vm->bus.count; i++) {
		if (i)
			out->put(out, ",");
		json_device(vm->bus.devices[i], out);
	}
	out->put(out, "]}");
}
