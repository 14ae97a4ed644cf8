// SPDX-License-Identifier: Apache-2.0
/* What the other harts do, and finding them in the device tree. */
#include <stddef.h>

#include "guests/bench/imsic.h"
#include "guests/bench/second.h"
#include "guests/lib/csr.h"
#include "guests/lib/dt.h"
#include "guests/lib/machine.h"
#include "guests/lib/sbi.h"

#define SSIP (UINT64_C(1) << IRQ_SSI)
#define SEIP (UINT64_C(1) << IRQ_SEI)

_Static_assert(offsetof(struct second, began) == 0, "second_entry.S");
_Static_assert(offsetof(struct second, stack) + SECOND_STACK == 32 + 2048, "second_entry.S");

static struct second seconds[SECOND_MOST];

void second_main(struct second *second);

unsigned second_count(void)
{
	int cpus = dt_child_named(machine.tree, dt_next(machine.tree, DT_NONE), "cpus");
	uint64_t hart, size;
	unsigned count = 0;

	for (int node = dt_child(machine.tree, cpus, DT_NONE); node != DT_NONE;
	     node = dt_child(machine.tree, cpus, node)) {
		int intc = dt_child_named(machine.tree, node, "interrupt-controller");

		if (!dt_has_string(machine.tree, node, "device_type", "cpu") ||
		    !dt_reg(machine.tree, node, 0, &hart, &size) || hart == machine.hart ||
		    count == SECOND_MOST)
			continue;
		seconds[count].hart = hart;
		seconds[count].intc = dt_cell(machine.tree, intc, "phandle", 0, 0);
		count++;
	}
	return count;
}

struct second *second_at(unsigned number)
{
	return &seconds[number];
}

void second_send(uint64_t hart)
{
	sbi_call(SBI_EXT_IPI, SBI_IPI_SEND_IPI, 1, hart, 0);
}

void second_wait(void)
{
	csr_write(CSR_SIE, SSIP);
	while (!(csr_read(CSR_SIP) & SSIP))
		wait_for_interrupt();
	csr_clear(CSR_SIP, SSIP);
}

void second_wait_msi(void)
{
	csr_write(CSR_SIE, SEIP);
	while (!(csr_read(CSR_SIP) & SEIP))
		wait_for_interrupt();
	imsic_claim();
}

void second_order(struct second *second, enum second_order order)
{
	__atomic_store_n(&second->order, order, __ATOMIC_RELEASE);
}

static void answer_msis(const struct second *second)
{
	volatile uint32_t *back = imsic_file(machine.hart_intc);

	if (!back || !imsic_open(second->intc))
		return;
	for (;;) {
		second_wait_msi();
		*back = IMSIC_IPI;
	}
}

/* Called by second_entry.S. */
void second_main(struct second *second)
{
	csr_clear(CSR_SIP, SSIP);
	second_send(machine.hart);
	for (;;) {
		second_wait();
		switch (__atomic_load_n(&second->order, __ATOMIC_ACQUIRE)) {
		case SECOND_NOTHING:
			break;
		case SECOND_ANSWER:
			second_send(machine.hart);
			break;
		case SECOND_MSIS:
			answer_msis(second);
			break;
		case SECOND_STOP:
			sbi_call(SBI_EXT_HSM, SBI_HSM_HART_STOP, 0, 0, 0);
			break;
		}
	}
}

long second_start(struct second *second)
{
	struct sbi_result r = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_START, second->hart,
				       (unsigned long)second_entry, (unsigned long)second);

	if (!r.error)
		second_wait();
	return r.error;
}

void second_stop(struct second *second)
{
	struct sbi_result r;

	second_order(second, SECOND_STOP);
	second_send(second->hart);
	do
		r = sbi_call(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, second->hart, 0, 0);
	while (!r.error && r.value != SBI_HSM_STATE_STOPPED);
}
