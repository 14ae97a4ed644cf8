// SPDX-License-Identifier: Apache-2.0
// sources: hv/console.c hv/console_input.c hv/console_output.c hv/console_filter.c hv/fmt.c
// sources: hv/prompt.c hv/edit_distance.c hv/log.c
// Any keys, output, log lines and waits in any order, with the real prompt behind it: no
// sanitizer complains, what a guest reads is what was typed for it, and after enough time
// everything that may be shown has been shown.
#include <setjmp.h>

#include "hv/log.h"
#include "hv/prompt.h"
#include "tests/unit/console_fakes.h"

static struct prompt prompt;

static void nothing(struct prompt *p, int argc, char **argv)
{
	(void)argc;
	prompt_print(p, "%s\n", argv[0]);
}

static const struct prompt_command commands[] = {
	{ "guests", "", "state of every guest", nothing },
	{ "stop", "GUEST", "stop a guest", nothing },
};

static void write_own(void *ctx, const char *text, size_t length)
{
	(void)ctx;
	console_write_own(&fake.console, text, length);
}

static void to_prompt(void *ctx, uint8_t byte)
{
	(void)ctx;
	prompt_input(&prompt, byte);
}

static void redraw(void *ctx)
{
	(void)ctx;
	prompt_redraw(&prompt);
}

static void step(uint8_t what, uint8_t value)
{
	struct fake_guest *guest = &fake.guests[value % FAKE_GUESTS];

	switch (what % 6) {
	case 0:
		if (console_input_room(&fake.console))
			console_input(&fake.console, value);
		break;
	case 1:
		console_put(&guest->channel, value);
		break;
	case 2:
		console_put(&guest->channel, '\n');
		break;
	case 3:
		guest->takes = value;
		console_rx_ready(&guest->channel);
		break;
	case 4:
		fake.uart_takes = value % 20;
		fake_log("logged\n");
		break;
	default:
		fake_run(value);
		fake.nr_out = 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct console_ops ops;

	ops = fake_ops;
	ops.prompt_input = to_prompt;
	ops.prompt_redraw = redraw;
	log_reset();
	prompt_init(&prompt, commands, 2, write_own, NULL);
	if (size > 2000 || fake_setup(FAKE_GUESTS))
		return 0;
	fake.console.ops = &ops;
	for (size_t i = 0; i + 1 < size; i += 2) {
		step(data[i], data[i + 1]);
	}
	fake.uart_takes = 16;
	fake_run(5000);
	console_flush(&fake.console, 1);
	if (fake.console.stage_head != fake.console.stage_tail || ring_used(&fake.console.own.tx) ||
	    fake.want_room)
		abort();
	return 0;
}
