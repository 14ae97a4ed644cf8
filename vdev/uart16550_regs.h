/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the 16550A and their bits, by the PC16550D data sheet's names. */
#ifndef VDEV_UART16550_REGS_H
#define VDEV_UART16550_REGS_H

#include "hv/bits.h"

/* Register numbers, in order. */
enum { RBR_THR_DLL, IER_DLM, IIR_FCR, LCR, MCR, LSR, MSR, SCR, NOTHING };

#define IER_ERBFI BIT(0)
#define IER_ETBEI BIT(1)
#define IER_ELSI  BIT(2)
#define IER_EDSSI BIT(3)
#define IER_MASK  GENMASK(3, 0)

#define IIR_NONE    0x1
#define IIR_MODEM   0x0
#define IIR_THRE    0x2
#define IIR_DATA    0x4
#define IIR_LINE    0x6
#define IIR_TIMEOUT 0xc
#define IIR_FIFO_ON 0xc0

#define FCR_ENABLE   BIT(0)
#define FCR_CLEAR_RX BIT(1)
#define FCR_CLEAR_TX BIT(2)
#define FCR_TRIGGER  GENMASK(7, 6)

#define LCR_DLAB BIT(7)

#define MCR_DTR  BIT(0)
#define MCR_RTS  BIT(1)
#define MCR_OUT1 BIT(2)
#define MCR_OUT2 BIT(3)
#define MCR_LOOP BIT(4)
#define MCR_MASK GENMASK(4, 0)

#define LSR_DR   BIT(0)
#define LSR_OE   BIT(1)
#define LSR_THRE BIT(5)
#define LSR_TEMT BIT(6)

#define MSR_DCTS   BIT(0)
#define MSR_DDSR   BIT(1)
#define MSR_TERI   BIT(2)
#define MSR_DDCD   BIT(3)
#define MSR_DELTAS GENMASK(3, 0)
#define MSR_CTS    BIT(4)
#define MSR_DSR    BIT(5)
#define MSR_RI     BIT(6)
#define MSR_DCD    BIT(7)

#endif
