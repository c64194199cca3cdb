/* warehouse: lots of one good that wait to be sold, and what each unit of a lot has cost so far.
 *
 * A lot keeps the sums of what was paid for the units that are still there; taking units takes their share
 * of every sum, cut to whole minor units; what the cuts leave stays with the units behind, so that the
 * shares of all units add up to the sums exactly and differ by one minor unit at most. */
#ifndef WAREHOUSE_H
#define WAREHOUSE_H

#include <stdint.h>

enum { LOT_SUMS_MAX = 8 };

struct lot {
    int64_t sum[LOT_SUMS_MAX]; /* base minor units of the units that are left */
    int64_t units, left;       /* bought; still there */
};

/* Moves the share of `units` (1 … left) out of the lot into `share`. */
void lot_take(struct lot *lot, int64_t units, int64_t share[LOT_SUMS_MAX]);
/* Units to buy so that `have` is not below `keep`: 0, or one batch. */
int64_t lot_reorder(int64_t have, int64_t keep, int64_t batch);

#endif
