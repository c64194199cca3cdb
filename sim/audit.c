/* audit: checks the identity of a run from its ledger, its tally and its orders. */
#include "sim/audit.h"

#include <inttypes.h>

#include "core/check.h"

static void unequal(struct errs *errs, const char *what, int64_t left, int64_t right)
{
    if (left != right)
        errs_add(errs, ERR_INTERNAL, "%s: %" PRId64 " against %" PRId64, what, left, right);
}

static void audit_currencies(const struct world *w, struct errs *errs)
{
    for (unsigned currency = 1; currency < currency_count(); currency++)
        unequal(errs, currency_code(currency), ledger_sum(&w->ledger, currency), 0);
}

/* What the orders were given and paid, against what the ledger says of the nodes. */
static void audit_nodes(const struct world *w, struct errs *errs)
{
    const struct tally *tally = w->tally;
    int64_t orders = 0;
    for (unsigned channel = 1; channel < CHANNEL_COUNT; channel++)
        for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
            orders += tally->channel[channel].ended.layer[layer];
    for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        orders += tally->open.layer[layer];
    unequal(errs, "Σ nodes = Σ orders + unallocated", tally_nodes(tally), orders + tally->unallocated);
}

static void audit_orders(const struct world *w, struct errs *errs)
{
    uint64_t states = 0;
    for (unsigned state = ORDER_OPEN; state < ORDER_STATE_COUNT; state++)
        states += w->tally->orders[state];
    unequal(errs, "orders placed = Σ states", (int64_t)w->placed, (int64_t)states);
}

int audit_world(const struct world *w, struct errs *errs)
{
    size_t before = errs->count + errs->dropped;
    check(w->is_closed);
    audit_currencies(w, errs);
    unequal(errs, "buyers paid = goods + nodes + margin", tally_difference(w->tally), 0);
    audit_nodes(w, errs);
    audit_orders(w, errs);
    return errs->count + errs->dropped == before ? 0 : -1;
}
