/* SPDX-License-Identifier: Apache-2.0 */
/* The timer queue: see hv/timer_queue.h. A doubly linked list, soonest first. */
#include "hv/timer_queue.h"

static void insert(struct timer_queue *queue, struct timer_entry *entry)
{
	struct timer_entry *previous = NULL, *next = queue->first;

	while (next && next->deadline <= entry->deadline) {
		previous = next;
		next = next->next;
	}
	entry->previous = previous;
	entry->next = next;
	if (next)
		next->previous = entry;
	if (previous)
		previous->next = entry;
	else
		queue->first = entry;
	entry->queued = true;
}

void timer_queue_cancel(struct timer_queue *queue, struct timer_entry *entry)
{
	if (!entry->queued)
		return;
	if (entry->next)
		entry->next->previous = entry->previous;
	if (entry->previous)
		entry->previous->next = entry->next;
	else
		queue->first = entry->next;
	entry->queued = false;
}

void timer_queue_set(struct timer_queue *queue, struct timer_entry *entry, uint64_t deadline)
{
	timer_queue_cancel(queue, entry);
	entry->deadline = deadline;
	if (deadline != TIMER_QUEUE_NEVER)
		insert(queue, entry);
}

uint64_t timer_queue_next(const struct timer_queue *queue)
{
	return queue->first ? queue->first->deadline : TIMER_QUEUE_NEVER;
}

/* How many entries are due. */
static unsigned count_due(const struct timer_queue *queue, uint64_t now)
{
	unsigned count = 0;

	for (const struct timer_entry *e = queue->first; e && e->deadline <= now; e = e->next)
		count++;
	return count;
}

void timer_queue_run(struct timer_queue *queue, uint64_t now)
{
	/* One by one: an expire() may set or cancel any other entry. */
	for (unsigned left = count_due(queue, now); left > 0; left--) {
		struct timer_entry *entry = queue->first;

		if (!entry || entry->deadline > now)
			return;
		timer_queue_cancel(queue, entry);
		entry->expire(entry);
	}
}
