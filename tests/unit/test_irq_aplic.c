// SPDX-License-Identifier: Apache-2.0
// sources: hv/irq.c hv/irq_plic.c hv/irq_aplic.c hv/irq_sswi.c
// The APLIC's driver, with wires and with messages.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/irq_fakes.h"

static void test_aplic_direct_level(void **state)
{
	(void)state;
	start(HOST_IRQ_APLIC_DIRECT);
	assert_int_equal(chip.domaincfg, APLIC_DOMAINCFG_IE);
	assert_int_equal(chip.idelivery[1], 1);
	assert_int_equal(irq_enable(10, 1, IRQ_LEVEL_HIGH), 0);
	aplic_set_wire(10, true);
	assert_int_equal(irq_claim(0), 0);
	assert_int_equal(irq_claim(1), 10);
	assert_int_equal(irq_claim(1), 0);
	irq_complete(10);
	assert_int_equal(irq_claim(1), 10);
	aplic_set_wire(10, false);
	irq_complete(10);
	assert_int_equal(irq_claim(1), 0);
	irq_disable(10);
	aplic_set_wire(10, true);
	assert_int_equal(irq_claim(1), 0);
}

/* As QEMU 10 has it: still pending after its device was served while it was off. */
static void test_aplic_direct_stale(void **state)
{
	(void)state;
	start(HOST_IRQ_APLIC_DIRECT);
	irq_enable(10, 1, IRQ_LEVEL_HIGH);
	aplic_set_wire(10, true);
	assert_int_equal(irq_claim(1), 10);
	aplic_set_wire(10, false);
	chip.pending[10] = true;
	irq_complete(10);
	assert_int_equal(irq_claim(1), 0);
	assert_false(chip.pending[10]);
	aplic_set_wire(10, true);
	assert_int_equal(irq_claim(1), 10);
}

static void test_aplic_direct_edge(void **state)
{
	(void)state;
	start(HOST_IRQ_APLIC_DIRECT);
	irq_enable(7, 0, IRQ_EDGE_RISING);
	aplic_set_wire(7, true);
	assert_int_equal(irq_claim(0), 7);
	assert_int_equal(irq_claim(0), 0);
	/* An edge between claim and completion is not lost. */
	aplic_set_wire(7, false);
	aplic_set_wire(7, true);
	irq_complete(7);
	assert_int_equal(irq_claim(0), 7);
	irq_enable(8, 0, IRQ_LEVEL_LOW);
	assert_int_equal(irq_claim(0), 8);
}

static void test_aplic_msi_own(void **state)
{
	(void)state;
	start(HOST_IRQ_APLIC_MSI);
	assert_int_equal(irq_enable(10, 1, IRQ_LEVEL_HIGH), 0);
	assert_int_equal(irq_enable(11, 0, IRQ_EDGE_RISING), 0);
	aplic_set_wire(10, true);
	assert_int_equal(chip.nr_msis, 1);
	assert_int_equal(chip.msis[0] >> 18, 1);
	assert_int_equal(chip.msis[0] >> 12 & 0x3f, 0);
	assert_true((chip.msis[0] & 0x7ff) > IRQ_EIID_IPI);
	file[0] = chip.msis[0] & 0x7ff;
	file[1] = IRQ_EIID_IPI;
	file_count = 2;
	assert_int_equal(irq_claim(1), 10);
	assert_int_equal(irq_claim(1), 0);
	irq_complete(10);
	assert_int_equal(chip.nr_msis, 2);
	aplic_set_wire(10, false);
	irq_complete(10);
	assert_int_equal(chip.nr_msis, 2);
	aplic_set_wire(11, true);
	assert_int_equal(chip.nr_msis, 3);
	assert_int_not_equal(chip.msis[2] & 0x7ff, chip.msis[0] & 0x7ff);
	irq_disable(10);
	file[0] = chip.msis[0] & 0x7ff;
	file_count = 1;
	assert_int_equal(irq_claim(1), 0);
}

static void test_aplic_msi_forward(void **state)
{
	struct irq_route route = { 1, 2, 77, IRQ_LEVEL_HIGH, true };

	(void)state;
	start(HOST_IRQ_APLIC_MSI);
	aplic_set_wire(3, true);
	assert_int_equal(irq_forward_msi(3, &route), 0);
	/* High already: sent at once. */
	assert_int_equal(chip.nr_msis, 1);
	assert_int_equal(chip.msis[0], 1 << 18 | 2 << 12 | 77);
	assert_true(irq_input(3));
	irq_set_pending(3, true);
	assert_int_equal(chip.nr_msis, 2);
	assert_false(irq_pending(3));
	aplic_set_wire(3, false);
	assert_false(irq_input(3));
	irq_set_pending(3, true);
	assert_int_equal(chip.nr_msis, 2);
	irq_disable(3);
	aplic_set_wire(3, true);
	assert_int_equal(chip.nr_msis, 2);
}

/* What came while the source was masked, or on its way elsewhere, comes to where it goes now. */
static void test_aplic_msi_masked(void **state)
{
	struct irq_route route = { 1, 2, 0, IRQ_EDGE_RISING, false };

	(void)state;
	start(HOST_IRQ_APLIC_MSI);
	irq_enable(3, 0, IRQ_EDGE_RISING);
	assert_int_equal(irq_forward_msi(3, &route), 0);
	aplic_set_wire(3, true);
	assert_true(irq_pending(3));
	route.eiid = 9;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	assert_int_equal(chip.nr_msis, 0);
	assert_true(irq_pending(3));
	route.enabled = true;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	assert_int_equal(chip.nr_msis, 1);
	assert_int_equal(chip.msis[0], 1 << 18 | 2 << 12 | 9);
	route.eiid = 10;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	assert_int_equal(chip.nr_msis, 1);
	route.trigger = IRQ_NO_WIRE;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	aplic_set_wire(3, false);
	aplic_set_wire(3, true);
	assert_int_equal(chip.nr_msis, 1);
	irq_set_pending(3, true);
	assert_int_equal(chip.nr_msis, 2);
	assert_int_equal(chip.msis[1], 1 << 18 | 2 << 12 | 10);
	/* A level that was served is not sent again by a new route. */
	route.trigger = IRQ_LEVEL_HIGH;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	assert_int_equal(chip.nr_msis, 3);
	route.enabled = false;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	route.enabled = true;
	assert_int_equal(irq_forward_msi(3, &route), 0);
	assert_int_equal(chip.nr_msis, 3);
}

static void test_identities_run_out(void **state)
{
	(void)state;
	start(HOST_IRQ_APLIC_MSI);
	host.irqchip.imsic_nr_ids = 4;
	assert_int_equal(irq_enable(1, 0, IRQ_EDGE_RISING), 0);
	assert_int_equal(irq_enable(2, 0, IRQ_EDGE_RISING), 0);
	assert_int_equal(irq_enable(3, 0, IRQ_EDGE_RISING), 0);
	assert_int_equal(irq_enable(4, 0, IRQ_EDGE_RISING), -ENOSPC);
	irq_disable(2);
	assert_int_equal(irq_enable(4, 0, IRQ_EDGE_RISING), 0);
}

static void test_imsic_addresses(void **state)
{
	(void)state;
	start(HOST_IRQ_APLIC_MSI);
	assert_int_equal(irq_imsic_page(&host, 1, 0).v, 0x29000000);
	assert_int_equal(irq_imsic_page(&host, 1, 3).v, 0x29003000);
	assert_ptr_equal(irq_imsic_file(0, 3), &imsic[0][0x3000]);
	assert_ptr_equal(irq_imsic_file(1, 3), &imsic[1][0x3000]);
	assert_false(irq_send_ipi(2)); /* which has no file */
	assert_true(irq_send_ipi(1));
	assert_int_equal(ipi_hart, 1);
	ipi_hart = HOST_NONE;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aplic_direct_level),
		cmocka_unit_test(test_aplic_direct_stale),
		cmocka_unit_test(test_aplic_direct_edge),
		cmocka_unit_test(test_aplic_msi_own),
		cmocka_unit_test(test_aplic_msi_forward),
		cmocka_unit_test(test_aplic_msi_masked),
		cmocka_unit_test(test_identities_run_out),
		cmocka_unit_test(test_imsic_addresses),
	};

	return cmocka_run_group_tests_name("irq_aplic", tests, NULL, NULL);
}
