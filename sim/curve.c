/* curve: asks for estimates at a quantity, flow by flow. */
#include "sim/curve.h"

#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/wide.h"
#include "sim/book.h"
#include "sim/estimate.h"
#include "sim/world_int.h"

static const struct scenario_market *find_market(const struct scenario *s, const char *id, struct errs *errs)
{
    const char *names[MARKET_MAX + FLOW_MAX];
    if (!id)
        return s->market[0].flows > 1 ? &s->market[0] : NULL;
    for (uint32_t i = 0; i < s->markets; i++) {
        if (strcmp(s->market[i].id, id) == 0)
            return &s->market[i];
        names[i] = s->market[i].id;
    }
    struct err *err = errs_add(errs, ERR_UNKNOWN_VALUE, "no market \"%.60s\" in this scenario", id);
    err_suggest(err, id, names, s->markets);
    return NULL;
}

static void add_way(struct curve *curve, uint16_t flow)
{
    uint8_t item = scenario_item(&curve->scenario->flow[flow], curve->product);
    if (item == MARKET_NOT_CARRIED)
        return;
    curve->flow[curve->ways] = flow;
    curve->item[curve->ways++] = item;
}

static void add_ways(struct curve *curve, const struct scenario_market *market)
{
    for (uint32_t i = 0; i < (market ? market->flows : curve->scenario->flows); i++)
        add_way(curve, market ? market->flow[i] : (uint16_t)i);
    const struct scenario_market *usual = market ? market : &curve->scenario->market[0];
    int64_t units = quantile_mean(&usual->demand.units) / 1000;
    curve->usual = units < 1 ? 1 : (uint32_t)units;
}

int curve_open(struct curve *curve, const struct scenario *scenario, const struct book *book, enum curve_mode mode,
               const char *market, const char *sku, int32_t day, struct errs *errs)
{
    *curve = (struct curve){.scenario = scenario, .mode = mode};
    const struct scenario_market *found = find_market(scenario, market, errs);
    if (market && !found)
        return -1;
    const struct scenario_flow *first = &scenario->flow[found ? found->flow[0] : 0];
    if (first->goods_count == 0) {
        errs_add(errs, ERR_UNKNOWN_VALUE, "the scenario has no goods of its own: it replays orders");
        return -1;
    }
    curve->product = sku ? catalog_find(&book->catalog, sku, strlen(sku)) : first->goods[0].product;
    add_ways(curve, found);
    if (curve->ways == 0) {
        struct err *err = errs_add(errs, ERR_UNKNOWN_VALUE, "no flow carries \"%.60s\"", sku ? sku : "");
        err_suggest(err, sku ? sku : "", book->catalog.names.name + 1, book->catalog.count);
        return -1;
    }
    curve->world = world_create(scenario, book, 1, 1, 0, NULL);
    curve->world->now = (int64_t)day * DAY_SECONDS;
    curve->world->day = day;
    return 0;
}

void curve_close(struct curve *curve)
{
    world_destroy(curve->world);
    curve->world = NULL;
}

/* Cost of an order times the units of a batch: not rounded, so that ways cross once and not at every cent. */
static wide exact_cost(const struct curve *curve, unsigned way, const struct estimate *estimate, uint32_t units)
{
    const struct flow_state *state = &curve->world->flow[curve->flow[way]];
    const struct stock *stock = &state->stock[curve->item[way]];
    int64_t quantity = stock->batch, net = stock->batch_cost - stock->batch_credit;
    if (!channel_has_stock((enum channel)state->flow->channel))
        return estimate->cost;
    int64_t rest = estimate->cost - money_scale(net, units, quantity, ROUND_HALF_UP);
    return (wide)rest * quantity + (wide)net * units;
}

static void way_at(struct curve *curve, unsigned way, struct curve_point *point, wide *exact)
{
    struct world *w = curve->world;
    unsigned flow = curve->flow[way], item = curve->item[way];
    uint32_t units = curve->mode == CURVE_ORDER ? (uint32_t)point->quantity : curve->usual;
    if (channel_has_stock((enum channel)w->flow[flow].flow->channel)) /* as if it had just bought so many */
        estimate_batch(w, flow, item, point->quantity, w->flow[flow].flow->cover_days / 2);
    estimate_forget(w, flow);
    const struct estimate *estimate = estimate_order(w, flow, item, units);
    point->is_open[way] = estimate->is_open;
    point->cost[way] = money_scale(estimate->cost, 1, units, ROUND_HALF_UP);
    *exact = exact_cost(curve, way, estimate, units);
    if (!channel_has_stock((enum channel)w->flow[flow].flow->channel))
        *exact *= point->quantity;
}

bool curve_at(struct curve *curve, int64_t quantity, struct curve_point *point, struct errs *errs)
{
    check(quantity >= 1 && quantity <= 1000000);
    point->quantity = quantity;
    point->best = curve->ways;
    wide least = 0, exact = 0;
    for (unsigned way = 0; way < curve->ways; way++) {
        way_at(curve, way, point, &exact);
        if (!point->is_open[way] || (point->best < curve->ways && exact >= least))
            continue;
        point->best = way;
        least = exact;
    }
    const struct err *error = world_error(curve->world);
    if (error)
        errs_copy(errs, error);
    return !error;
}
