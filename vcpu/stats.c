// SPDX-License-Identifier: Apache-2.0
/*
 * Reads a guest's counters: for people, as JSON for the host tool, and from zero
 * again after a reset. Every counter is a uint64_t of struct vcpu_stats, so that
 * what is common to all treats the struct as an array.
 */
#include "vcpu/stats.h"

#include "hv/bits.h"
#include "hv/fmt.h"
#include "hv/riscv_regs.h"
#include "vcpu/vm.h"

#define PIECE 80

_Static_assert(sizeof(struct vcpu_stats) == STATS_COUNTERS * sizeof(uint64_t),
	       "every member of struct vcpu_stats is a counter");

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
	"SBI not offered",
};

/* Counters that are no exits. */
static const struct {
	const char *name;
	size_t offset;
} other_counters[] = {
	{ "faults given to the guest", offsetof(struct vcpu_stats, injected) },
	{ "accesses refused", offsetof(struct vcpu_stats, refused) },
	{ "IPIs sent", offsetof(struct vcpu_stats, ipis) },
	{ "IPIs received", offsetof(struct vcpu_stats, ipis_received) },
	{ "remote fences", offsetof(struct vcpu_stats, fences) },
	{ "fence.i sent", offsetof(struct vcpu_stats, fence_i_sent) },
	{ "sfence.vma sent", offsetof(struct vcpu_stats, sfence_sent) },
	{ "sfence.vma with ASID sent", offsetof(struct vcpu_stats, sfence_asid_sent) },
	{ "timer interrupts given", offsetof(struct vcpu_stats, timer_irqs) },
	{ "external interrupts given", offsetof(struct vcpu_stats, external_irqs) },
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

static uint64_t sum(const uint64_t *counters, unsigned count)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < count; i++)
		total += counters[i];
	return total;
}

/* SBI calls count in .sbi whole; what exceptions[10] has of them is left out. */
uint64_t stats_exits(const struct vcpu_stats *stats)
{
	return sum(stats->exceptions, STATS_EXCEPTIONS) - stats->exceptions[CAUSE_ECALL_VS] +
	       sum(stats->interrupts, STATS_INTERRUPTS) + sum(stats->sbi, STATS_SBI_ROWS);
}

/* Another hart may be counting: every counter is read and written whole. */
static void read_counters(uint64_t *to, const struct vcpu *vcpu)
{
	const uint64_t *from = (const uint64_t *)&vcpu->stats;

	for (unsigned i = 0; i < STATS_COUNTERS; i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

struct vcpu_stats stats_since_reset(const struct vcpu *vcpu)
{
	const uint64_t *base = (const uint64_t *)&vcpu->stats_base;
	struct vcpu_stats stats;
	uint64_t *counters = (uint64_t *)&stats;

	read_counters(counters, vcpu);
	for (unsigned i = 0; i < STATS_COUNTERS; i++)
		counters[i] -= base[i];
	stats.exceptions[CAUSE_ECALL_VS] = sum(stats.sbi, STATS_SBI_ROWS);
	return stats;
}

void stats_reset(struct vm *vm)
{
	for (uint32_t i = 0; i < vm->nr_vcpus; i++)
		read_counters((uint64_t *)&vm->vcpus[i]->stats_base, vm->vcpus[i]);
}

static uint64_t other_value(const struct vcpu_stats *stats, unsigned index)
{
	return *(const uint64_t *)((const char *)stats + other_counters[index].offset);
}

static void print_row(struct stats_out *out, const char *name, uint64_t value)
{
	char text[PIECE];

	if (value == 0)
		return;
	fmt_snprintf(text, sizeof(text), "  %-32s %12llu\n", name, (unsigned long long)value);
	out->put(out, text);
}

static void print_vcpu(const struct vcpu *vcpu, struct stats_out *out)
{
	struct vcpu_stats stats = stats_since_reset(vcpu);
	uint64_t exits =
		sum(stats.exceptions, STATS_EXCEPTIONS) + sum(stats.interrupts, STATS_INTERRUPTS);
	char text[PIECE];

	fmt_snprintf(text, sizeof(text), "vCPU %u: %llu exits, %llu ticks outside the guest\n",
		     vcpu->id, (unsigned long long)exits, (unsigned long long)stats.time);
	out->put(out, text);
	for (unsigned i = 0; i < STATS_EXCEPTIONS; i++)
		print_row(out, stats_exception_name(i), stats.exceptions[i]);
	for (unsigned i = 0; i < STATS_INTERRUPTS; i++)
		print_row(out, stats_interrupt_name(i), stats.interrupts[i]);
	for (unsigned i = 0; i < STATS_SBI_ROWS; i++)
		print_row(out, stats_sbi_name(i), stats.sbi[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(other_counters); i++)
		print_row(out, other_counters[i].name, other_value(&stats, i));
}

void stats_print(const struct vm *vm, struct stats_out *out)
{
	for (uint32_t i = 0; i < vm->nr_vcpus; i++)
		print_vcpu(vm->vcpus[i], out);
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
	struct vcpu_stats stats = stats_since_reset(vcpu);

	json_number(out, "{", "vcpu", vcpu->id);
	json_number(out, ",", "exits",
		    sum(stats.exceptions, STATS_EXCEPTIONS) +
			    sum(stats.interrupts, STATS_INTERRUPTS));
	json_number(out, ",", "ticks outside", stats.time);
	json_group(out, "exceptions", stats_exception_name, stats.exceptions, STATS_EXCEPTIONS);
	json_group(out, "interrupts", stats_interrupt_name, stats.interrupts, STATS_INTERRUPTS);
	json_group(out, "sbi", stats_sbi_name, stats.sbi, STATS_SBI_ROWS);
	for (unsigned i = 0; i < ARRAY_SIZE(other_counters); i++)
		json_number(out, ",", other_counters[i].name, other_value(&stats, i));
	out->put(out, "}");
}

/* Guests' names are identifiers of the configuration: nothing in them needs an escape. */
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
	out->put(out, "]}");
}
