/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A byte ring between one producer and one consumer on different harts, without
 * a lock. head and tail run freely and wrap at 2^32; the ring's size is a power of
 * two, so that a position's place is its low bits. A store of one index releases
 * the bytes, a load of the other acquires them. Pure.
 */
#ifndef HV_RING_H
#define HV_RING_H

#include <errno.h>

#include "hv/types.h"

struct ring {
	uint8_t *bytes; /* constant */
	uint32_t size;  /* constant; a power of two */
	uint32_t head;  /* written by the producer: where the next byte goes */
	uint32_t tail;  /* written by the consumer: the oldest byte */
};

/* -EINVAL when size is not a power of two of at most 2^31. bytes must outlive the ring. */
static inline int ring_init(struct ring *ring, void *bytes, uint32_t size)
{
	if (!bytes || size == 0 || (size & (size - 1)) != 0)
		return -EINVAL;
	*ring = (struct ring){ .bytes = bytes, .size = size };
	return 0;
}

/* Bytes in it: at least so many for the consumer, at most so many for the producer. */
static inline uint32_t ring_used(const struct ring *ring)
{
	uint32_t tail = __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE);

	return __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) - tail;
}

static inline uint32_t ring_room(const struct ring *ring)
{
	return ring->size - ring_used(ring);
}

/* Producer. False when it is full. */
static inline bool ring_put(struct ring *ring, uint8_t byte)
{
	uint32_t head = ring->head;

	if (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) == ring->size)
		return false;
	ring->bytes[head & (ring->size - 1)] = byte;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
	return true;
}

/* Consumer. The byte at offset from the oldest; offset < ring_used(). */
static inline uint8_t ring_peek(const struct ring *ring, uint32_t offset)
{
	return ring->bytes[(ring->tail + offset) & (ring->size - 1)];
}

/* Consumer. Takes count bytes out; count <= ring_used(). */
static inline void ring_drop(struct ring *ring, uint32_t count)
{
	__atomic_store_n(&ring->tail, ring->tail + count, __ATOMIC_RELEASE);
}

/* Consumer. *bytes is the oldest part that lies in one piece; returns its length, 0 when empty. */
static inline uint32_t ring_piece(const struct ring *ring, const uint8_t **bytes)
{
	uint32_t used = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE) - ring->tail;
	uint32_t place = ring->tail & (ring->size - 1);

	*bytes = ring->bytes + place;
	return used < ring->size - place ? used : ring->size - place;
}

#endif
