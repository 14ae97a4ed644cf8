/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's two ways to its console channel: its UART model and SBI DBCN. Both
 * end in one ring; console_lock makes them one producer.
 */
#include "hv/console.h"

#include "hv/bits.h"
#include "hv/channels.h"
#include "vcpu/vm.h"
#include "vdev/uart16550.h"

/* Under console_lock. */
static inline bool put(struct vm *vm, uint8_t byte)
{
	if (vm->channel)
		return channel_put(vm->channel, byte);
	if (vm->console)
		return console_put(vm->console, byte);
	vm->output_dropped++;
	return true;
}

bool vm_console_put_byte(void *ctx, uint8_t byte)
{
	struct vm *vm = ctx;
	bool taken;

	spin_lock(&vm->console_lock);
	taken = put(vm, byte);
	spin_unlock(&vm->console_lock);
	return taken;
}

uint32_t vm_console_put(struct vm *vm, const uint8_t *bytes, uint32_t count)
{
	uint32_t n = 0;

	spin_lock(&vm->console_lock);
	while (n < count && put(vm, bytes[n]))
		n++;
	spin_unlock(&vm->console_lock);
	return n;
}

static bool take_from_input(struct vm *vm, uint8_t *byte)
{
	bool there;

	spin_lock(&vm->console_lock);
	there = vm->input_count != 0;
	if (there) {
		*byte = vm->input[vm->input_head];
		vm->input_head = (vm->input_head + 1) % VM_CONSOLE_INPUT;
		vm->input_count--;
	}
	spin_unlock(&vm->console_lock);
	return there;
}

void vm_console_rx_ready(struct vm *vm)
{
	if (vm->channel)
		channels_rx_ready();
	else if (vm->console)
		console_rx_ready(vm->console);
}

uint32_t vm_console_get(struct vm *vm, uint8_t *bytes, uint32_t count)
{
	uint32_t n = 0;

	while (n < count &&
	       (vm->uart ? uart16550_rx_take(vm->uart, &bytes[n]) : take_from_input(vm, &bytes[n])))
		n++;
	if (n)
		vm_console_rx_ready(vm);
	return n;
}

uint32_t vm_console_rx(void *ctx, const uint8_t *bytes, uint32_t count)
{
	struct vm *vm = ctx;
	uint32_t n;

	if (vm->uart)
		return uart16550_rx_push(vm->uart, bytes, count);
	spin_lock(&vm->console_lock);
	for (n = 0; n < count && vm->input_count < VM_CONSOLE_INPUT; n++) {
		vm->input[(vm->input_head + vm->input_count) % VM_CONSOLE_INPUT] = bytes[n];
		vm->input_count++;
	}
	spin_unlock(&vm->console_lock);
	return n;
}

void vm_console_tx_room(void *ctx)
{
	struct vm *vm = ctx;

	if (vm->uart)
		uart16550_tx_ready(vm->uart);
}

void vm_set_console(struct vm *vm, struct console_channel *console, struct channel *channel)
{
	vm->console = console;
	vm->channel = channel;
}
