/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 16550A model (PC16550D data sheet, National Semiconductor, 1995).
 * Time doesn't pass in it: a byte sent is at once in the sink or waits for it,
 * and the character timeout of the receive FIFO has always elapsed, so bytes
 * below the trigger level interrupt as a timeout does, right after the push
 * that brought them. lsr's DR, THRE and TEMT, and the interrupt pin, are
 * recomputed after every change, by update(), and nowhere else.
 * OUT2 doesn't gate the interrupt: only PCs wire it so.
 */
#include <errno.h>

#include "vdev/uart16550.h"
#include "vdev/uart16550_regs.h"

static struct uart16550 *uart_of(struct vdev *dev)
{
	return CONTAINER_OF(dev, struct uart16550, dev);
}

static unsigned fifo_size(const struct uart16550 *uart)
{
	return uart->fcr & FCR_ENABLE ? UART16550_FIFO : 1;
}

static bool in_loopback(const struct uart16550 *uart)
{
	return uart->mcr & MCR_LOOP;
}

static unsigned trigger_level(const struct uart16550 *uart)
{
	static const uint8_t levels[] = { 1, 4, 8, 14 };

	return uart->fcr & FCR_ENABLE ? levels[FIELD_GET(FCR_TRIGGER, uart->fcr)] : 1;
}

/* The highest interrupt that is pending and enabled, as in IIR (data sheet, table IV). */
static unsigned interrupt_id(const struct uart16550 *uart)
{
	if ((uart->ier & IER_ELSI) && (uart->lsr & LSR_OE))
		return IIR_LINE;
	if ((uart->ier & IER_ERBFI) && uart->rx_count)
		return uart->rx_count >= trigger_level(uart) ? IIR_DATA : IIR_TIMEOUT;
	if ((uart->ier & IER_ETBEI) && uart->thre_pending)
		return IIR_THRE;
	if ((uart->ier & IER_EDSSI) && (uart->msr & MSR_DELTAS))
		return IIR_MODEM;
	return IIR_NONE;
}

static void update_irq(struct uart16550 *uart)
{
	bool level = interrupt_id(uart) != IIR_NONE;

	if (level == uart->irq_level)
		return;
	uart->irq_level = level;
	irq_pin_set(uart->irq, level);
}

static void update(struct uart16550 *uart)
{
	uart->lsr &= LSR_OE;
	if (uart->rx_count)
		uart->lsr |= LSR_DR;
	if (!uart->tx_count)
		uart->lsr |= LSR_THRE | LSR_TEMT;
	update_irq(uart);
}

static unsigned rx_room(const struct uart16550 *uart)
{
	return fifo_size(uart) - uart->rx_count;
}

/* There must be room. */
static void rx_append(struct uart16550 *uart, uint8_t byte)
{
	unsigned slot = (uart->rx_head + uart->rx_count) % UART16550_FIFO;

	uart->rx[slot] = byte;
	uart->rx_count++;
}

/* A producer that was turned away hears of room once there is a worthwhile amount of it. */
static void tell_rx_taken(struct uart16550 *uart)
{
	if (!uart->starved || in_loopback(uart) || rx_room(uart) * 2 < fifo_size(uart))
		return;
	uart->starved = false;
	if (uart->ops->rx_taken)
		uart->ops->rx_taken(uart->ctx);
}

static void rx_clear(struct uart16550 *uart)
{
	uart->rx_count = 0;
	uart->lsr &= (uint8_t)~LSR_OE;
}

static uint8_t read_rbr(struct uart16550 *uart)
{
	/* An empty FIFO gives the last byte again, as the shift register of the chip does. */
	uint8_t byte = uart->rx[uart->rx_head];

	if (!uart->rx_count)
		return byte;
	if (uart->rx_count > 1)
		uart->rx_head = (uart->rx_head + 1) % UART16550_FIFO;
	uart->rx_count--;
	update(uart);
	tell_rx_taken(uart);
	return byte;
}

static uint8_t read_iir(struct uart16550 *uart)
{
	unsigned id = interrupt_id(uart);

	/* Only the interrupt that this read reports is answered by it (8.6). */
	if (id == IIR_THRE) {
		uart->thre_pending = false;
		update_irq(uart);
	}
	return (uint8_t)(id | (uart->fcr & FCR_ENABLE ? IIR_FIFO_ON : 0));
}

/* Reading LSR answers what is latched in it. */
static uint8_t read_lsr(struct uart16550 *uart)
{
	uint8_t lsr = uart->lsr;

	uart->lsr &= (uint8_t)~LSR_OE;
	update(uart);
	return lsr;
}

static uint8_t read_msr(struct uart16550 *uart)
{
	uint8_t msr = uart->msr;

	if (msr & MSR_DELTAS) {
		uart->msr &= (uint8_t)~MSR_DELTAS;
		update_irq(uart);
	}
	return msr;
}

static uint8_t read_register(struct uart16550 *uart, int number)
{
	bool dlab = uart->lcr & LCR_DLAB;

	switch (number) {
	case RBR_THR_DLL:
		return dlab ? uart->dll : read_rbr(uart);
	case IER_DLM:
		return dlab ? uart->dlm : uart->ier;
	case IIR_FCR:
		return read_iir(uart);
	case LCR:
		return uart->lcr;
	case MCR:
		return uart->mcr;
	case LSR:
		return read_lsr(uart);
	case MSR:
		return read_msr(uart);
	case SCR:
		return uart->scr;
	default:
		return 0;
	}
}

/* What the modem lines are: in loopback our own outputs, else a peer that is always there. */
static uint8_t modem_lines(const struct uart16550 *uart)
{
	if (!in_loopback(uart))
		return MSR_CTS | MSR_DSR | MSR_DCD;
	return (uint8_t)((uart->mcr & MCR_RTS ? MSR_CTS : 0) | (uart->mcr & MCR_DTR ? MSR_DSR : 0) |
			 (uart->mcr & MCR_OUT1 ? MSR_RI : 0) |
			 (uart->mcr & MCR_OUT2 ? MSR_DCD : 0));
}

static void write_mcr(struct uart16550 *uart, uint8_t value)
{
	uint8_t old = uart->msr, lines;

	uart->mcr = value & MCR_MASK;
	lines = modem_lines(uart);
	uart->msr = (old & MSR_DELTAS) | lines;
	if ((old ^ lines) & MSR_CTS)
		uart->msr |= MSR_DCTS;
	if ((old ^ lines) & MSR_DSR)
		uart->msr |= MSR_DDSR;
	if (old & ~lines & MSR_RI)
		uart->msr |= MSR_TERI;
	if ((old ^ lines) & MSR_DCD)
		uart->msr |= MSR_DDCD;
	tell_rx_taken(uart);
	update_irq(uart);
}

/*
 * In loopback the sent byte is received. A full FIFO overruns, and keeps what it has; without
 * FIFOs the byte before is lost (8.4).
 */
static void loop_byte(struct uart16550 *uart, uint8_t byte)
{
	if (!rx_room(uart)) {
		uart->lsr |= LSR_OE;
		if (uart->fcr & FCR_ENABLE)
			return;
		uart->rx_count = 0;
	}
	rx_append(uart, byte);
}

/* A driver that honours THRE never meets a full FIFO; from one that doesn't, bytes are refused. */
static void send_byte(struct uart16550 *uart, uint8_t byte)
{
	if (!uart->tx_count && uart->ops->put(uart->ctx, byte))
		return;
	if (uart->tx_count >= fifo_size(uart)) {
		uart->dev.refused++;
		return;
	}
	uart->tx[(uart->tx_head + uart->tx_count) % UART16550_FIFO] = byte;
	uart->tx_count++;
}

static void write_thr(struct uart16550 *uart, uint8_t byte)
{
	if (in_loopback(uart))
		loop_byte(uart, byte);
	else
		send_byte(uart, byte);
	uart->thre_pending = !uart->tx_count;
	update(uart);
}

static void write_ier(struct uart16550 *uart, uint8_t value)
{
	uint8_t rising = value & ~uart->ier;

	uart->ier = value & IER_MASK;
	/* Enabling the THRE interrupt with THR empty raises it at once (8.7); Linux tests so. */
	if ((rising & IER_ETBEI) && !uart->tx_count)
		uart->thre_pending = true;
	update_irq(uart);
}

/*
 * Bytes that wait for the sink are as good as on the line, so clearing the
 * transmit FIFO doesn't take them back: a driver that opens the port must not
 * eat the boot messages before it.
 */
static void write_fcr(struct uart16550 *uart, uint8_t value)
{
	bool switched = (value ^ uart->fcr) & FCR_ENABLE;

	/* The other bits count only together with the enable bit (8.5). */
	uart->fcr = value;
	if (switched || ((value & FCR_ENABLE) && (value & FCR_CLEAR_RX)))
		rx_clear(uart);
	if ((switched || ((value & FCR_ENABLE) && (value & FCR_CLEAR_TX))) && !uart->tx_count)
		uart->thre_pending = true;
	update(uart);
	tell_rx_taken(uart);
}

static void write_register(struct uart16550 *uart, int number, uint8_t value)
{
	bool dlab = uart->lcr & LCR_DLAB;

	switch (number) {
	case RBR_THR_DLL:
		if (dlab)
			uart->dll = value;
		else
			write_thr(uart, value);
		break;
	case IER_DLM:
		if (dlab)
			uart->dlm = value;
		else
			write_ier(uart, value);
		break;
	case IIR_FCR:
		write_fcr(uart, value);
		break;
	case LCR:
		uart->lcr = value;
		break;
	case MCR:
		write_mcr(uart, value);
		break;
	case SCR:
		uart->scr = value;
		break;
	default: /* LSR and MSR are for reading */
		break;
	}
}

/*
 * The register that an access means, or -EINVAL. An access may be as wide as
 * the distance to the next register; between and after registers lies NOTHING.
 */
static int register_at(const struct uart16550 *uart, uint64_t offset, unsigned size)
{
	if ((size >> uart->reg_shift) > 1 || (offset & (size - 1)))
		return -EINVAL;
	if (offset & (BIT(uart->reg_shift) - 1) || offset >> uart->reg_shift > SCR)
		return NOTHING;
	return (int)(offset >> uart->reg_shift);
}

static __attribute__((noinline)) int read_any(struct uart16550 *uart, uint64_t offset,
					      unsigned size, uint64_t *value)
{
	int number = register_at(uart, offset, size);

	if (number < 0)
		return number;
	*value = read_register(uart, number);
	return 0;
}

/* A console that polls reads little but LSR: that path is kept short. */
static int uart_read(struct vdev *dev, uint64_t offset, unsigned size, uint64_t *value)
{
	struct uart16550 *uart = uart_of(dev);

	if (offset != uart->lsr_offset || size != 1 || (uart->lsr & LSR_OE))
		return read_any(uart, offset, size, value);
	*value = uart->lsr;
	return 0;
}

static __attribute__((noinline)) int write_any(struct uart16550 *uart, uint64_t offset,
					       unsigned size, uint64_t value)
{
	int number = register_at(uart, offset, size);

	if (number < 0)
		return number;
	write_register(uart, number, (uint8_t)value);
	return 0;
}

/* THR holds a byte that the sink can be asked to take at once. */
static bool is_plain_byte(const struct uart16550 *uart, uint64_t offset, unsigned size)
{
	return offset == RBR_THR_DLL && size == 1 && !(uart->lcr & LCR_DLAB) &&
	       !in_loopback(uart) && !uart->tx_count;
}

/* And it writes little but THR: LSR stays as it is when the sink takes the byte. */
static int uart_write(struct vdev *dev, uint64_t offset, unsigned size, uint64_t value)
{
	struct uart16550 *uart = uart_of(dev);

	if (!is_plain_byte(uart, offset, size) || !uart->ops->put(uart->ctx, (uint8_t)value))
		return write_any(uart, offset, size, value);
	uart->thre_pending = true;
	if (uart->ier & IER_ETBEI)
		update_irq(uart);
	return 0;
}

/* Master reset (table II). What waits for the sink stays: the last words of a guest are read. */
static void uart_reset(struct vdev *dev)
{
	struct uart16550 *uart = uart_of(dev);

	uart->ier = uart->fcr = uart->lcr = uart->mcr = uart->scr = 0;
	uart->dll = uart->dlm = 0;
	uart->msr = modem_lines(uart);
	uart->thre_pending = false;
	rx_clear(uart);
	update(uart);
	tell_rx_taken(uart);
}

static const struct vdev_ops uart_ops = {
	.read = uart_read,
	.write = uart_write,
	.reset = uart_reset,
};

int uart16550_init(struct uart16550 *uart, const struct uart16550_config *config)
{
	if (config->reg_shift > 2 || config->size < UINT64_C(8) << config->reg_shift)
		return -EINVAL;
	*uart = (struct uart16550){
		.ops = config->ops,
		.ctx = config->ctx,
		.irq = config->irq,
		.reg_shift = config->reg_shift,
		.lsr_offset = (uint64_t)LSR << config->reg_shift,
	};
	vdev_init(&uart->dev, &uart_ops, config->name, config->base, config->size);
	uart->dev.span = UINT64_C(8) << config->reg_shift;
	uart_reset(&uart->dev);
	return 0;
}

/* What a producer that wants to push count bytes may push; remembers one that has more. */
static unsigned room_for(struct uart16550 *uart, unsigned count)
{
	unsigned room = in_loopback(uart) ? 0 : rx_room(uart);

	if (room < count)
		uart->starved = true;
	return MIN(room, count);
}

unsigned uart16550_rx_push(struct uart16550 *uart, const uint8_t *bytes, unsigned count)
{
	unsigned taken;

	spin_lock(&uart->dev.lock);
	taken = room_for(uart, count);
	for (unsigned i = 0; i < taken; i++)
		rx_append(uart, bytes[i]);
	update(uart);
	spin_unlock(&uart->dev.lock);
	return taken;
}

bool uart16550_rx_take(struct uart16550 *uart, uint8_t *byte)
{
	bool there;

	spin_lock(&uart->dev.lock);
	there = uart->rx_count != 0;
	if (there)
		*byte = read_rbr(uart);
	spin_unlock(&uart->dev.lock);
	return there;
}

void uart16550_tx_ready(struct uart16550 *uart)
{
	bool waited;

	spin_lock(&uart->dev.lock);
	waited = uart->tx_count;
	while (uart->tx_count && uart->ops->put(uart->ctx, uart->tx[uart->tx_head])) {
		uart->tx_head = (uart->tx_head + 1) % UART16550_FIFO;
		uart->tx_count--;
	}
	if (waited && !uart->tx_count) {
		uart->thre_pending = true;
		update(uart);
	}
	spin_unlock(&uart->dev.lock);
}
