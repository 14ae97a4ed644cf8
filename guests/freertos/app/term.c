/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal's two rings. Output: the writing task moves head, the interrupt
 * moves tail and refills the UART's FIFO. Input: a queue from interrupt to task.
 */
#include <stdbool.h>

#include "FreeRTOS.h"
#include "queue.h"
#include "semphr.h"
#include "task.h"

#include "guests/freertos/app/term.h"
#include "guests/lib/console.h"
#include "guests/lib/intc.h"
#include "guests/lib/uart.h"

#define OUT_SIZE   2048 /* a power of two */
#define IN_SIZE    256
#define POLL_TICKS 10

static struct {
	bool interrupts; /* else the console is polled */
	QueueHandle_t in;
	SemaphoreHandle_t space; /* given when the output ring is half empty again */
	volatile uint32_t overruns;
	volatile bool sending; /* the transmit interrupt is on */
	volatile uint32_t head;
	volatile uint32_t tail;
	char out[OUT_SIZE];
} term;

static uint32_t filled(void)
{
	return term.head - term.tail;
}

static void receive(BaseType_t *woken)
{
	for (int c = uart_get(); c >= 0; c = uart_get()) {
		char byte = (char)c;

		if (xQueueSendFromISR(term.in, &byte, woken) != pdTRUE)
			term.overruns++;
	}
}

static void refill(BaseType_t *woken)
{
	for (int i = 0; i < UART_FIFO && filled(); i++) {
		uart_send(term.out[term.tail % OUT_SIZE]);
		term.tail++;
	}
	if (!filled()) {
		term.sending = false;
		uart_interrupts(true, false);
	}
	if (filled() <= OUT_SIZE / 2)
		xSemaphoreGiveFromISR(term.space, woken);
}

static void on_interrupt(void *context)
{
	BaseType_t woken = pdFALSE;

	(void)context;
	for (enum uart_event event = uart_pending(); event != UART_NOTHING;
	     event = uart_pending()) {
		if (event == UART_RECEIVED)
			receive(&woken);
		if (event == UART_SENDABLE)
			refill(&woken);
	}
	portYIELD_FROM_ISR(woken);
}

const char *term_init(void)
{
	const char *error;

	term.in = xQueueCreate(IN_SIZE, 1);
	term.space = xSemaphoreCreateBinary();
	configASSERT(term.in && term.space);
	if (!uart_base())
		return NULL;
	error = intc_attach(uart_node(), on_interrupt, NULL);
	term.interrupts = !error;
	if (!error)
		uart_interrupts(true, false);
	return error;
}

void term_flush(void)
{
	taskENTER_CRITICAL();
	if (term.interrupts && filled() && !term.sending) {
		term.sending = true;
		uart_interrupts(true, true);
	}
	taskEXIT_CRITICAL();
}

static void put_byte(char c)
{
	while (filled() == OUT_SIZE) {
		term_flush();
		xSemaphoreTake(term.space, POLL_TICKS);
	}
	term.out[term.head % OUT_SIZE] = c;
	term.head++;
}

void term_put(char c)
{
	if (!term.interrupts) {
		console_put(c);
		return;
	}
	if (c == '\n')
		put_byte('\r');
	put_byte(c);
}

void term_drain(void)
{
	while (filled()) {
		term_flush();
		vTaskDelay(1);
	}
	vTaskDelay(2);
}

char term_get(void)
{
	char byte;
	int c;

	if (term.interrupts) {
		while (xQueueReceive(term.in, &byte, portMAX_DELAY) != pdTRUE)
			;
		return byte;
	}
	for (c = console_get(); c < 0; c = console_get())
		vTaskDelay(POLL_TICKS);
	return (char)c;
}

uint32_t term_overruns(void)
{
	return term.overruns;
}
