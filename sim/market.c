/* market: arrivals, the choice of a way, and the plan of stocks. */
#include "sim/market.h"

#include "core/check.h"
#include "core/date.h"
#include "sim/book.h"
#include "sim/estimate.h"
#include "sim/flow.h"
#include "sim/port.h"
#include "sim/replay.h"
#include "sim/sale.h"
#include "sim/stock.h"
#include "trade/choice.h"
#include "trade/demand.h"

/* ---- arrivals ---- */

static uint64_t arrival_draw(const struct world *w, unsigned market, uint64_t arrival, uint32_t purpose)
{
    return rng_bits(w->key, (uint64_t)market << 32 | arrival, purpose, 0);
}

static bool schedule_replay(struct world *w, int64_t *time)
{
    const struct replay *replay = w->scenario->replay;
    if (w->replayed >= replay->orders || (w->scenario->limit && w->replayed >= w->scenario->limit))
        return false;
    *time = replay->order[w->replayed].time;
    return true;
}

enum { TRIES_PER_ORDER = 64 }; /* so many buyers may find no way for each who does, before a limit gives up */

static bool is_full(const struct world *w, const struct market_state *state)
{
    if (!w->scenario->limit)
        return false;
    return state->placed >= state->quota || state->arrived >= state->quota * TRIES_PER_ORDER;
}

static bool schedule_demand(struct world *w, unsigned number, int64_t *time)
{
    struct market_state *state = &w->market[number];
    const struct scenario_demand *demand = &state->market->demand;
    int64_t to_day = demand->to_day == DAY_UNSET ? w->scenario->to_day : demand->to_day;
    if (state->per_day_q16 <= 0 || is_full(w, state))
        return false;
    int32_t day = (int32_t)((state->next_q10 >> 10) / DAY_SECONDS);
    uint32_t season = demand->season[world_civil(w, day).month - 1];
    int64_t gap = demand_gap_q10(arrival_draw(w, number, state->arrived, DRAW_GAP), state->per_day_q16, season);
    if (demand->week.sum) {
        int64_t offset_s = date_offset_s(w->scenario->flow[state->market->flow[0]].to);
        gap = demand_stretch_q10(&demand->week, state->next_q10 + offset_s * 1024, gap);
    }
    state->next_q10 += gap;
    *time = state->next_q10 >> 10;
    return w->scenario->limit || *time < (to_day + 1) * DAY_SECONDS;
}

void market_schedule(struct world *w, unsigned market)
{
    int64_t time;
    bool more = w->scenario->replay ? market == 0 && schedule_replay(w, &time) : schedule_demand(w, market, &time);
    w->market[market].is_finished = !more;
    if (more)
        kernel_push(w->kernel, (struct event){.time = time < w->now ? w->now : time, .subject = market,
                                              .kind = FLOW_ARRIVAL, .priority = 3, .column = COLUMN_UNSET});
}

/* ---- which way ---- */

struct asked {
    unsigned market, good;
    uint64_t arrival;
    uint32_t units, buyer;
};

static bool has_stock(const struct world *w, unsigned flow, unsigned item, uint32_t units)
{
    const struct stock *stock = &w->flow[flow].stock[item];
    return !channel_has_stock((enum channel)w->flow[flow].flow->channel) ||
           (stock->backlog == 0 && stock->have >= units);
}

/* Is a flow closed to a good today? */
static bool is_closed(const struct world *w, unsigned number, unsigned item)
{
    const struct scenario_flow *flow = w->flow[number].flow;
    if (port_bars(w, flow))
        return true;
    for (uint32_t i = 0; i < w->scenario->shocks; i++) {
        const struct scenario_shock *shock = &w->scenario->shock[i];
        if (shock->kind == SHOCK_CLOSED && w->day >= shock->from_day && w->day <= shock->to_day &&
            (!shock->flow || shock->flow == number + 1) &&
            (!shock->product || shock->product == flow->goods[item].product) &&
            (!shock->transport || shock->transport == flow->transport))
            return true;
    }
    return false;
}

/* What is compared: the cost or the price, with what the time is worth. */
static int64_t weight_of(const struct scenario_market *market, const struct estimate *estimate)
{
    return (market->by_price ? estimate->price : estimate->cost) +
           money_scale(market->day_minor, estimate->seconds, DAY_SECONDS, ROUND_HALF_UP);
}

static void weigh(struct world *w, const struct asked *asked, struct choice_way *way, const struct estimate **estimate)
{
    const struct scenario_market *market = w->market[asked->market].market;
    for (uint32_t k = 0; k < market->flows; k++) {
        unsigned item = market->goods[asked->good].item[k];
        way[k] = (struct choice_way){0};
        if (item == MARKET_NOT_CARRIED)
            continue;
        estimate[k] = estimate_order(w, market->flow[k], item, asked->units);
        way[k].is_open = estimate[k]->is_open && has_stock(w, market->flow[k], item, asked->units) &&
                         !is_closed(w, market->flow[k], item);
        way[k].cost = weight_of(market, estimate[k]);
    }
}

static bool is_bought(const struct world *w, const struct asked *asked, const struct estimate *estimate)
{
    const struct scenario_market *market = w->market[asked->market].market;
    return choice_buys(estimate->price / asked->units, market->goods[asked->good].reference_minor,
                       market->elasticity_milli, arrival_draw(w, asked->market, asked->arrival, DRAW_BUYS));
}

static void report(const struct world *w, const struct asked *asked, const struct choice_way *way,
                   const struct estimate *const *estimate, const uint32_t *share, unsigned chosen)
{
    const struct scenario_market *market = w->market[asked->market].market;
    struct world_way out[MARKET_FLOWS_MAX];
    for (uint32_t k = 0; k < market->flows; k++)
        out[k] = (struct world_way){.flow = w->flow[market->flow[k]].flow->id, .is_open = way[k].is_open,
                                    .is_chosen = k == chosen, .cost = estimate[k] ? estimate[k]->cost : 0,
                                    .weighed = way[k].cost, .seconds = estimate[k] ? estimate[k]->seconds : 0,
                                    .share = share[k]};
    w->sink.choice(w->sink.self, world_number(w, w->placed + 1), out, market->flows);
}

/* The flow (of the market) that takes the order; count of flows when nobody does, or the buyer finds it dear. */
static unsigned choose(struct world *w, const struct asked *asked)
{
    const struct scenario_market *market = w->market[asked->market].market;
    const struct estimate *estimate[MARKET_FLOWS_MAX] = {NULL};
    struct choice_way way[MARKET_FLOWS_MAX];
    uint32_t share[MARKET_FLOWS_MAX];
    if (market->flows == 1 && market->elasticity_milli == 0)
        return is_closed(w, market->flow[0], market->goods[asked->good].item[0]) ? 1 : 0;
    weigh(w, asked, way, estimate);
    choice_shares(way, market->flows, market->scale_minor, share);
    unsigned chosen = choice_pick(share, market->flows, arrival_draw(w, asked->market, asked->arrival, DRAW_WAY));
    if (w->is_failed || chosen == market->flows || !is_bought(w, asked, estimate[chosen]))
        return market->flows;
    if (w->sink.choice)
        report(w, asked, way, estimate, share, chosen);
    return chosen;
}

static unsigned pick_good(const struct world *w, unsigned number, uint64_t arrival)
{
    const struct scenario_market *market = w->market[number].market;
    uint32_t weight[FLOW_GOODS_MAX];
    if (market->goods_count < 2)
        return 0;
    for (uint32_t i = 0; i < market->goods_count; i++)
        weight[i] = market->goods[i].weight;
    return demand_pick(weight, market->goods_count, market->goods_weight, arrival_draw(w, number, arrival, DRAW_ITEM));
}

static bool is_due(struct world *w, unsigned market)
{
    const struct market_state *state = &w->market[market];
    return state->market->flows > 1 && state->reviewed != estimate_key(w, state->market->flow[0]);
}

void market_arrive(struct world *w, unsigned number)
{
    struct market_state *state = &w->market[number];
    const struct scenario_market *market = state->market;
    struct asked asked = {.market = number, .arrival = state->arrived++};
    if (w->scenario->replay) {
        state->placed++;
        sale_replay(w);
        market_schedule(w, number); /* the order behind the one that has arrived */
        return;
    }
    if (is_due(w, number))
        market_review(w, number);
    asked.good = pick_good(w, number, asked.arrival);
    asked.units = demand_units(&market->demand.units, arrival_draw(w, number, asked.arrival, DRAW_UNITS));
    asked.buyer = (uint32_t)rng_below(arrival_draw(w, number, asked.arrival, DRAW_BUYER), state->buyers);
    if (state->use)
        __builtin_prefetch(&state->use[asked.buyer], 1); /* looked at when the bill is made */
    unsigned chosen = choose(w, &asked);
    state->placed += chosen < market->flows;
    market_schedule(w, number);
    if (chosen < market->flows && !w->is_failed)
        sale_begin(w, number, market->flow[chosen], market->goods[asked.good].item[chosen],
                   (uint32_t)asked.arrival, asked.units, asked.buyer);
}

/* ---- plans ---- */

/* Units of a good that its market asks for in a day, 2^-16. */
static int64_t units_a_day_q16(struct world *w, const struct market_state *state, unsigned good)
{
    const struct scenario_market *market = state->market;
    int64_t season = market->demand.season[world_civil(w, w->day).month - 1], out;
    int64_t orders = money_scale(state->per_day_q16, season, 1000, ROUND_CEIL);
    bool fits = money_scale2(orders, quantile_mean(&market->demand.units), 1000, market->goods[good].weight,
                             market->goods_weight, ROUND_CEIL, &out);
    check(fits);
    return out;
}

/* Batch and its cost for the share of the market that the stock expects. */
static void plan_stock(struct world *w, unsigned flow, unsigned item, int64_t units_q16)
{
    const struct scenario_flow *f = w->flow[flow].flow;
    const struct product *product = &w->book->catalog.product[f->goods[item].product];
    struct stock *stock = &w->flow[flow].stock[item];
    int64_t expected = money_scale(units_q16, stock->share, 65536, ROUND_CEIL);
    int64_t batch = money_scale(expected, f->cover_days, 65536, ROUND_CEIL);
    stock->keep_month = 0;
    estimate_batch(w, flow, item, stock_batch(f, product, batch), f->cover_days / 2);
}

enum { ROUNDS = 4 }; /* shares follow costs, and costs follow shares */

static void review_good(struct world *w, struct market_state *state, unsigned good)
{
    const struct scenario_market *market = state->market;
    int64_t units = units_a_day_q16(w, state, good), typical = quantile_mean(&market->demand.units) / 1000;
    uint32_t share[MARKET_FLOWS_MAX];
    for (int round = 0; round < ROUNDS && !w->is_failed; round++) {
        struct choice_way way[MARKET_FLOWS_MAX] = {{0}};
        for (uint32_t k = 0; k < market->flows; k++) {
            unsigned flow = market->flow[k], item = market->goods[good].item[k];
            if (item == MARKET_NOT_CARRIED)
                continue;
            struct stock *stock = &w->flow[flow].stock[item];
            stock->share = round ? share[k] : 65536;
            if (channel_has_stock((enum channel)w->flow[flow].flow->channel))
                plan_stock(w, flow, item, units);
            estimate_forget(w, flow);
            const struct estimate *e = estimate_order(w, flow, item, (uint32_t)(typical < 1 ? 1 : typical));
            way[k] = (struct choice_way){weight_of(market, e), e->is_open && !is_closed(w, flow, item)};
        }
        choice_shares(way, market->flows, market->scale_minor, share);
    }
    for (uint32_t k = 0; k < market->flows && !w->is_failed; k++)
        if (market->goods[good].item[k] != MARKET_NOT_CARRIED)
            w->flow[market->flow[k]].stock[market->goods[good].item[k]].share = share[k];
}

void market_review(struct world *w, unsigned number)
{
    struct market_state *state = &w->market[number];
    const struct scenario_market *market = state->market;
    for (uint32_t good = 0; good < market->goods_count; good++)
        review_good(w, state, good);
    for (uint32_t k = 0; k < market->flows; k++)
        estimate_forget(w, market->flow[k]);
    state->reviewed = estimate_key(w, market->flow[0]);
}
