/* warehouse: takes units out of lots. */
#include "logistics/warehouse.h"

#include "core/check.h"
#include "core/wide.h"

/* sum * units / left, cut toward zero */
static int64_t share_of(int64_t sum, int64_t units, int64_t left)
{
    wide product = (wide)sum * units;
    return wide_fits(product) ? (int64_t)product / left : (int64_t)(product / left);
}

void lot_take(struct lot *lot, int64_t units, int64_t share[LOT_SUMS_MAX])
{
    check(units > 0 && units <= lot->left);
    for (int i = 0; i < LOT_SUMS_MAX; i++) {
        share[i] = lot->sum[i] ? share_of(lot->sum[i], units, lot->left) : 0;
        lot->sum[i] -= share[i];
    }
    lot->left -= units;
}

int64_t lot_reorder(int64_t have, int64_t keep, int64_t batch)
{
    check(batch > 0);
    return have < keep ? batch : 0;
}
