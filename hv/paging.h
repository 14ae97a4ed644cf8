/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bulkhead's own address space: its image and its pool mapped one to one, the rest of
 * what it owns at addresses behind them, each part with
 * the permissions that it needs and never writable and executable at once. Guest
 * memory is not in it, but for the moment in which a hart loads a guest: then the
 * piece at hand appears in that hart's window.
 */
#ifndef HV_PAGING_H
#define HV_PAGING_H

#include "hv/host.h"
#include "hv/page_alloc.h"
#include "hv/riscv_regs.h"
#include "hv/types.h"

#define PAGING_READ    PTE_R
#define PAGING_WRITE   (PTE_R | PTE_W)
#define PAGING_EXECUTE (PTE_R | PTE_X)

/*
 * Builds the tables: the image, and pool, which begins with the image's boot part, read-write.
 * First hart, once. Panics when the pool is too small or the machine's satp can't reach its memory.
 */
void paging_init(const struct host *host, struct page_alloc *pages, struct range pool);

/* Uses the tables. First hart; the others do so in hart_entry, start.S. */
void paging_turn_on(void);

/* Maps physical, widened to whole pages; returns where it is. Panics when it can't. First hart. */
void *paging_map(struct range physical, uint64_t access);

/* Makes the boot's code and stack ordinary memory, read-write: nobody runs it now. First hart. */
void paging_end_boot(void);

/*
 * A stack of so many pages, above an address that is nobody's, its guard; returns its top. The
 * pages are nowhere else. Nobody may take addresses in it for physical ones. Panics when there
 * is no memory. First hart.
 */
void *paging_make_stack(unsigned int pages);

/* Bytes that one window can show at once. */
#define PAGING_WINDOW_SIZE MiB(512)

/*
 * Shows host memory to this hart in its window, read-write: a pointer to hpa for
 * size bytes, size at most PAGING_WINDOW_SIZE. NULL when there is no page for the tables, or
 * the window is open already. Only this hart may use the pointer.
 */
void *paging_window_open(hpa_t hpa, uint64_t size);

/* Closes this hart's window; its pointer is dead. */
void paging_window_close(void);

/* satp of this address space, for hart_entry in start.S. */
extern uint64_t hart_satp;

#endif
