/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statistics page: what Bulkhead has counted of a guest's exits, for that guest to
 * read without an exit (docs/statistics.md). Bulkhead counts in these very structures. The
 * header stands alone, so that any guest's program can include a copy.
 *
 * The page is described by a node of the guest's device tree that is compatible with
 * STATS_PAGE_COMPATIBLE. It is ordinary memory, which the guest can't write. Each vCPU has a
 * slice, all of whose members are counters of 64 bits that only grow, from Bulkhead's start on
 * and through the guest's restarts.
 *
 * A load of 64 bits never sees half a change. A vCPU that reads its own slice sees all of
 * every exit before the load. Where several counters must be of one moment: read
 * stats_page_exits() before and after them, and again if the two differ.
 */
#ifndef HV_STATS_PAGE_H
#define HV_STATS_PAGE_H

#include <stdint.h>

#define STATS_PAGE_COMPATIBLE "bulkhead,statistics"
#define STATS_PAGE_MAGIC      UINT64_C(0x54415453444b4842) /* the bytes "BHKDSTAT" */
#define STATS_PAGE_VERSION    2                            /* another has another layout */

#define STATS_EXCEPTIONS 24 /* by cause, 0 .. 23; above: with the last */
#define STATS_INTERRUPTS 16

/*
 * Where each SBI extension's counters begin in .sbi: one for each function. Numbers once given
 * stay; new ones come behind.
 */
enum stats_sbi {
	STATS_SBI_LEGACY = 0, /* by extension id: 0 .. 8 */
	STATS_SBI_BASE = 9,
	STATS_SBI_TIME = 16,
	STATS_SBI_IPI = 17,
	STATS_SBI_RFENCE = 18,
	STATS_SBI_HSM = 25,
	STATS_SBI_SRST = 29,
	STATS_SBI_SUSP = 30,
	STATS_SBI_DBCN = 31,
	STATS_SBI_PMU = 34,
	STATS_SBI_FWFT = 43,
	STATS_SBI_STA = 45,
	STATS_SBI_NEXT = 46,    /* the first that is free */
	STATS_SBI_UNKNOWN = 63, /* an extension or function that isn't offered */
	STATS_SBI_ROWS = 64,
};

/* A vCPU's slice. Ticks are the timebase's. */
struct stats_page_vcpu {
	/* Exits, each counted in one place: an SBI call in .sbi and not in exceptions[10]. */
	uint64_t exceptions[STATS_EXCEPTIONS];
	uint64_t interrupts[STATS_INTERRUPTS]; /* of the machine's: they exit, and are answered */
	uint64_t sbi[STATS_SBI_ROWS];
	/* Ticks outside the guest, by what the exit was for: in the same places. */
	uint64_t exception_ticks[STATS_EXCEPTIONS];
	uint64_t interrupt_ticks[STATS_INTERRUPTS];
	uint64_t sbi_ticks[STATS_SBI_ROWS];
	uint64_t work_ticks;       /* with Bulkhead's own work, exits that let it begin included */
	uint64_t longest;          /* the most ticks outside at a time */
	uint64_t injected;         /* faults given to the guest */
	uint64_t refused;          /* accesses to addresses that are not its own */
	uint64_t ipis;             /* it sent to other vCPUs */
	uint64_t ipis_received;    /* from other vCPUs; several at once count once */
	uint64_t fence_i_sent;     /* to other vCPUs, one for each */
	uint64_t sfence_sent;      /* the same */
	uint64_t sfence_asid_sent; /* the same */
	uint64_t timer_irqs;       /* timer interrupts injected */
	uint64_t external_irqs;    /* external interrupts injected */
};

/* The page's first bytes. Constant. */
struct stats_page {
	uint64_t magic;      /* STATS_PAGE_MAGIC */
	uint32_t version;    /* STATS_PAGE_VERSION */
	uint32_t size;       /* bytes of it all, to the last slice's end */
	uint32_t nr_vcpus;   /* slices */
	uint32_t first;      /* bytes from here to vCPU 0's slice */
	uint32_t stride;     /* bytes from one slice to the next */
	uint32_t slice_size; /* bytes of a slice in use: a later Bulkhead may append counters */
	uint64_t timebase;   /* ticks a second */
	uint64_t reserved[3];
};

/* Multiples of 64, so that no two vCPUs' counters share a cache line. */
#define STATS_PAGE_FIRST  64
#define STATS_PAGE_STRIDE 1792

/* Bytes of a page, or several, for so many vCPUs. */
static inline uint64_t stats_page_size(uint32_t nr_vcpus)
{
	return (STATS_PAGE_FIRST + (uint64_t)nr_vcpus * STATS_PAGE_STRIDE + 4095) & ~UINT64_C(4095);
}

/* The slice of a vCPU; 0 (NULL) when this is no such page, has another layout, or no such vCPU. */
static inline const volatile struct stats_page_vcpu *stats_page_slice(const volatile void *page,
								      uint32_t vcpu)
{
	const volatile struct stats_page *head = (const volatile struct stats_page *)page;

	if (head->magic != STATS_PAGE_MAGIC || head->version != STATS_PAGE_VERSION ||
	    vcpu >= head->nr_vcpus)
		return 0;
	return (const volatile struct stats_page_vcpu *)((const volatile char *)page + head->first +
							 (uint64_t)vcpu * head->stride);
}

static inline uint64_t stats_page_sum(const volatile uint64_t *counters, uint32_t count)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += counters[i];
	return sum;
}

/* All exits of a slice. */
static inline uint64_t stats_page_exits(const volatile struct stats_page_vcpu *slice)
{
	return stats_page_sum(slice->exceptions, STATS_EXCEPTIONS) +
	       stats_page_sum(slice->interrupts, STATS_INTERRUPTS) +
	       stats_page_sum(slice->sbi, STATS_SBI_ROWS);
}

/* All ticks outside the guest. */
static inline uint64_t stats_page_ticks(const volatile struct stats_page_vcpu *slice)
{
	return stats_page_sum(slice->exception_ticks, STATS_EXCEPTIONS) +
	       stats_page_sum(slice->interrupt_ticks, STATS_INTERRUPTS) +
	       stats_page_sum(slice->sbi_ticks, STATS_SBI_ROWS) + slice->work_ticks;
}

#endif
