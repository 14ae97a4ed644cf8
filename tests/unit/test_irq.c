// SPDX-License-Identifier: Apache-2.0
// sources: hv/irq.c hv/irq_plic.c hv/irq_aplic.c hv/irq_sswi.c
// The front of the drivers, and the PLIC's.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/irq_fakes.h"

static void test_plic(void **state)
{
	(void)state;
	start(HOST_IRQ_PLIC);
	plic_wire(10, true);
	assert_int_equal(irq_claim(0), 0);
	assert_int_equal(irq_enable(10, 1, IRQ_LEVEL_HIGH), 0);
	assert_int_equal(irq_enable(35, 1, IRQ_LEVEL_HIGH), 0);
	assert_int_equal(irq_claim(0), 0);
	assert_int_equal(irq_claim(1), 10);
	assert_int_equal(irq_claim(1), 0);
	irq_complete(10);
	assert_int_equal(irq_claim(1), 10);
	plic_wire(10, false);
	irq_complete(10);
	assert_int_equal(irq_claim(1), 0);
	plic_wire(35, true);
	assert_int_equal(irq_claim(1), 35);
	assert_int_equal(irq_claim(2), 0);
}

static void test_plic_disable_in_service(void **state)
{
	(void)state;
	start(HOST_IRQ_PLIC);
	irq_enable(5, 0, IRQ_LEVEL_HIGH);
	irq_enable(6, 0, IRQ_LEVEL_HIGH);
	plic_wire(5, true);
	assert_int_equal(irq_claim(0), 5);
	irq_disable(5);
	assert_int_equal(irq_claim(0), 0);
	irq_complete(5);
	/* Its gateway was opened: another hart gets it. */
	irq_enable(5, 1, IRQ_LEVEL_HIGH);
	assert_int_equal(irq_claim(1), 5);
	plic_wire(6, true);
	assert_int_equal(irq_claim(0), 6);
}

/* As OpenSBI does when it starts a hart. */
static void test_plic_firmware_clears_enables(void **state)
{
	(void)state;
	start(HOST_IRQ_PLIC);
	irq_enable(10, 1, IRQ_LEVEL_HIGH);
	irq_enable(9, 0, IRQ_LEVEL_HIGH);
	chip.enable[3][0] = chip.enable[3][1] = 0;
	irq_init_hart(1);
	plic_wire(9, true);
	plic_wire(10, true);
	assert_int_equal(irq_claim(1), 10);
	assert_int_equal(irq_claim(1), 0);
	assert_int_equal(irq_claim(0), 9);
}

static void test_refusals(void **state)
{
	struct irq_route route = { 0, 1, 1, IRQ_LEVEL_HIGH, true };

	(void)state;
	start(HOST_IRQ_PLIC);
	assert_int_equal(irq_enable(0, 0, IRQ_LEVEL_HIGH), -EINVAL);
	assert_int_equal(irq_enable(SOURCES + 1, 0, IRQ_LEVEL_HIGH), -EINVAL);
	assert_int_equal(irq_enable(1, HARTS, IRQ_LEVEL_HIGH), -EINVAL);
	assert_int_equal(irq_enable(1, 2, IRQ_LEVEL_HIGH), -EINVAL);
	assert_int_equal(irq_disable(SOURCES + 1), -EINVAL);
	assert_int_equal(irq_forward_msi(1, &route), -ENOTSUP);
	irq_complete(SOURCES + 1);
	start(HOST_IRQ_APLIC_DIRECT);
	assert_int_equal(irq_enable(1, 2, IRQ_LEVEL_HIGH), -EINVAL);
	assert_int_equal(irq_claim(2), 0);
	start(HOST_IRQ_APLIC_MSI);
	assert_int_equal(irq_enable(1, 2, IRQ_LEVEL_HIGH), -EINVAL);
	route.hart = 2;
	assert_int_equal(irq_forward_msi(1, &route), -EINVAL);
	route.hart = HARTS;
	assert_int_equal(irq_forward_msi(1, &route), -EINVAL);
	route.hart = 0;
	assert_int_equal(irq_forward_msi(0, &route), -EINVAL);
	route.guest_file = 4;
	assert_int_equal(irq_forward_msi(1, &route), -EINVAL);
}

static void test_no_controller(void **state)
{
	const struct irq_registers registers = { .wired = wired };

	(void)state;
	memset(&host, 0, sizeof(host));
	assert_int_equal(irq_init(&host, &registers, sources), -ENODEV);
	assert_int_equal(irq_enable(1, 0, IRQ_LEVEL_HIGH), -EINVAL);
	assert_int_equal(irq_claim(0), 0);
	irq_init_hart(0);
	irq_complete(1);
	irq_set_pending(1, true);
	assert_false(irq_pending(1));
	assert_false(irq_input(1));
	assert_false(irq_send_ipi(0));
	assert_int_equal(ipi_hart, HOST_NONE);
	host.irqchip.kind = HOST_IRQ_APLIC_MSI;
	assert_int_equal(irq_init(&host, &registers, sources), -ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plic),
		cmocka_unit_test(test_plic_disable_in_service),
		cmocka_unit_test(test_plic_firmware_clears_enables),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_no_controller),
	};

	return cmocka_run_group_tests_name("irq", tests, NULL, NULL);
}
