/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guests' own channels: when Bulkhead's boot arguments (/chosen bootargs) have the
 * word "channels" (hv/host_device.h), each further serial port of the machine (hv/pci.h) becomes
 * the console of one guest, in order, apart from the console that the others share.
 */
#ifndef HV_CHANNELS_H
#define HV_CHANNELS_H

#include "hv/arena.h"
#include "hv/hart.h"
#include "hv/serial.h"

#define CHANNELS_MAX 16

struct channel;

/* Finds the ports. First hart, at boot, before the guests are made; for a machine that wants it. */
void channels_init(const struct host *host, struct arena *arena);

/* The next port that nobody has, for ops; NULL: none is left. At boot. */
struct channel *channels_take(const struct serial_ops *ops, void *ctx);

/* Has the housekeeping hart take the ports' interrupts; shared: it is a guest's too. At boot. */
void channels_start(struct hart *housekeeping, bool shared);

/* As serial_put(). */
bool channel_put(struct channel *channel, uint8_t byte);

/* A guest has room for input again. Any hart. */
void channels_rx_ready(void);

#endif
