/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the work, so that what a slow device makes of it counts. */
#include "hv/rest.h"

#include "hv/bits.h"
#include "hv/boot.h"

#define SHARE    4  /* so many times as long as it worked */
#define MAX_MS   20 /* a key that is typed shows soon, whatever others do */
#define MIN_PART 4  /* of a millisecond: work has its price, also when it finds little to do */

static void over(struct timer_entry *entry)
{
	rest_request(CONTAINER_OF(entry, struct rest, over));
}

BOOT_CODE void rest_init(struct rest *rest, const struct rest_ops *ops, uint64_t ms)
{
	*rest = (struct rest){ .ops = ops, .ms = ms, .over = { .expire = over } };
}

void rest_work(struct rest *rest)
{
	uint64_t begin = rest->ops->now(), end, length;

	rest->ops->work();
	end = rest->ops->now();
	length = MAX(SHARE * (end - begin), rest->ms / MIN_PART);
	rest->until = end + MIN(length, MAX_MS * rest->ms);
}

void rest_request(struct rest *rest)
{
	if (rest->ops->now() < rest->until)
		rest->ops->set_timer(&rest->over, rest->until);
	else
		rest_work(rest);
}
