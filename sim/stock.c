/* stock: purchases, lots and the orders that wait for them. */
#include "sim/stock.h"

#include "core/check.h"
#include "core/date.h"
#include "logistics/warehouse.h"
#include "sim/account.h"
#include "sim/book.h"
#include "sim/sale.h"

_Static_assert((int)LOT_SUM_COUNT <= (int)LOT_SUMS_MAX, "a lot holds all sums of a shipment");

static struct stock *stock_of(const struct world *w, const struct mover *m)
{
    return &w->flow[m->flow].stock[m->item];
}

int64_t stock_batch(const struct scenario_flow *flow, const struct product *product, int64_t units)
{
    int64_t most = flow->batch_kg * 1000 / (product->gross_weight_g ? product->gross_weight_g : 1);
    int64_t batch = units < most ? units : most;
    return batch < 1 ? 1 : batch > UINT32_MAX ? UINT32_MAX : batch;
}

/* ---- buying ---- */

/* The market's share of a good, and where in the market its flow stands. */
static uint32_t weight_of(const struct scenario_market *market, unsigned flow, unsigned item)
{
    for (uint32_t k = 0; k < market->flows; k++)
        for (uint32_t good = 0; market->flow[k] == flow && good < market->goods_count; good++)
            if (market->goods[good].item[k] == item)
                return market->goods[good].weight;
    return 0;
}

/* Units that the stock expects to sell in `days` of the present month. */
static int64_t demand_of(struct world *w, unsigned flow, unsigned item, int64_t days)
{
    const struct market_state *state = &w->market[w->flow[flow].market];
    const struct scenario_market *market = state->market;
    int64_t month = world_civil(w, w->day).month, each = quantile_mean(&market->demand.units), out;
    int64_t orders_q16 = money_scale(state->per_day_q16 * days, market->demand.season[month - 1], 1000, ROUND_CEIL);
    orders_q16 = money_scale(orders_q16, w->flow[flow].stock[item].share, 65536, ROUND_CEIL);
    bool fits = money_scale2(orders_q16, each, 1000 * INT64_C(65536), weight_of(market, flow, item),
                             market->goods_weight, ROUND_CEIL, &out);
    check(fits);
    return out;
}

static void buy(struct world *w, unsigned flow_number, unsigned item, int64_t units)
{
    struct flow_state *state = &w->flow[flow_number];
    const struct flow_goods *goods = &state->flow->goods[item];
    const struct product *product = &w->book->catalog.product[goods->product];
    uint32_t slot = pool_take(&w->shipments);
    struct shipment *s = shipment_at(w, slot);
    uint32_t generation = s->m.generation;
    *s = (struct shipment){
        .m = {.number = world_number(w, ++w->shipped), .slot = slot, .generation = generation + 1,
              .draw = world_purchase(flow_number, item, state->stock[item].bought++),
              .flow = (uint16_t)flow_number, .kind = SUBJECT_SHIPMENT,
              .column = state->flow->column, .channel = state->flow->channel, .item = (uint8_t)item,
              .units = (uint32_t)units, .gross_g = product->gross_weight_g * units,
              .volume_cm3 = product->volume_cm3 * units, .cost_minor = goods->cost_minor * units},
        .state = SHIPMENT_MOVING, .left = units};
    state->stock[item].on_order += units;
    flow_enter(w, &s->m);
    flow_run(w, &s->m);
}

/* Units to have or have on order; asked anew in every month. */
static int64_t keep_of(struct world *w, unsigned flow, unsigned item)
{
    struct stock *stock = &w->flow[flow].stock[item];
    struct civil civil = world_civil(w, w->day);
    int32_t month = civil.year * 12 + civil.month;
    if (w->market[w->flow[flow].market].is_finished)
        return 0;
    if (stock->keep_month != month) {
        stock->keep_month = month;
        stock->keep = demand_of(w, flow, item, w->flow[flow].flow->cover_days);
    }
    return stock->keep;
}

void stock_review(struct world *w, unsigned flow, unsigned item)
{
    struct flow_state *state = &w->flow[flow];
    struct stock *stock = &state->stock[item];
    int64_t keep = keep_of(w, flow, item);
    int64_t have = stock->have + stock->on_order - stock->backlog, units;
    for (; !w->is_failed && (units = lot_reorder(have, keep, stock->batch)) > 0; have += units)
        buy(w, flow, item, units);
}

/* ---- acts of shipments ---- */

enum flow_verdict stock_buy(struct world *w, struct mover *m)
{
    shipment_of(m)->bought_at = w->now;
    account_purchase(w, m);
    return FLOW_ON;
}

static void hand_out(const struct world *w, const struct shipment *s)
{
    const struct mover *m = &s->m;
    const struct scenario_flow *flow = flow_of(w, m);
    bool is_stocked = s->state == SHIPMENT_STOCKED || s->state == SHIPMENT_EMPTIED;
    bool is_ended = s->state == SHIPMENT_EMPTIED || s->state == SHIPMENT_LOST;
    if (w->sink.shipment)
        w->sink.shipment(w->sink.self, &(struct shipment_record){
            .replication = w->replication, .number = m->number, .flow = flow->id, .channel = m->channel,
            .column = m->column, .state = s->state, .product = flow->goods[m->item].product, .units = m->units,
            .left = s->left, .gross_g = m->gross_g, .bought_at = s->bought_at,
            .stocked_at = is_stocked ? s->stocked_at : INT64_MIN, .ended_at = is_ended ? w->now : INT64_MIN,
            .sums = m->sums});
}

static void shipment_ends(struct world *w, struct shipment *s, enum shipment_state state)
{
    w->tally->shipments[state]++;
    s->state = (uint8_t)state;
    hand_out(w, s);
    s->m.generation++;
    s->m.number = 0;
    pool_give(&w->shipments, s->m.slot);
}

/* The first of the orders that wait, no longer in their list. */
static struct order *dequeue(const struct world *w, struct stock *stock)
{
    struct order *o = order_at(w, stock->waiting.first - 1);
    world_list_drop(&stock->waiting, &o->m);
    stock->backlog -= o->m.units;
    return o;
}

enum { LOSSES_MOST = 12 }; /* shipments in a row; then those who wait for their goods wait no longer */

static void give_up(struct world *w, struct stock *stock)
{
    while (stock->waiting.first)
        sale_cancel(w, dequeue(w, stock));
}

/* What was lost is bought again on the next day, all of a flow together. */
static void buy_tomorrow(struct world *w, unsigned flow)
{
    if (!w->flow[flow].is_restocked)
        kernel_push(w->kernel, (struct event){.time = w->now + DAY_SECONDS, .subject = flow, .kind = FLOW_RESTOCK,
                                              .column = COLUMN_UNSET});
    w->flow[flow].is_restocked = true;
}

enum flow_verdict stock_arrive(struct world *w, struct mover *m)
{
    struct shipment *s = shipment_of(m);
    if (!flow_loses(w, m, ROLE_LINE_HAUL))
        return FLOW_ON;
    struct stock *stock = stock_of(w, m);
    unsigned flow = m->flow;
    account_lose(w, m);
    for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        w->unallocated += m->sums.layer[layer];
    stock->on_order -= m->units;
    flow_add_hours(w, m);
    shipment_ends(w, s, SHIPMENT_LOST);
    if (++stock->lost >= LOSSES_MOST)
        give_up(w, stock);
    buy_tomorrow(w, flow);
    return FLOW_END;
}

/* ---- taking units ---- */

static void pay_storage(struct world *w, struct mover *payer, const struct shipment *lot, int64_t units)
{
    const struct product *product =
        &w->book->catalog.product[flow_of(w, payer)->goods[payer->item].product];
    int64_t days = (w->now - lot->stocked_at + DAY_SECONDS - 1) / DAY_SECONDS;
    struct account_load load = {units, product->gross_weight_g * units, product->volume_cm3 * units,
                                days < 1 ? 1 : days, 0, w->scenario->base_currency};
    account_price_of(w, payer, ROLE_STORAGE, &load, flow_of(w, payer)->seller);
}

static void take_from(struct world *w, struct order *o, struct shipment *lot, int64_t units)
{
    struct lot sums = {.units = lot->m.units, .left = lot->left};
    int64_t share[LOT_SUMS_MAX];
    for (int i = 0; i < LOT_SUM_COUNT; i++)
        sums.sum[i] = lot->sum[i];
    lot_take(&sums, units, share);
    for (int i = 0; i < LOT_SUM_COUNT; i++)
        lot->sum[i] = sums.sum[i];
    lot->left = sums.left;
    account_allocate(&o->m, share);
    o->taken_goods += share[LOT_GOODS];
    o->taken_credit += share[LOT_CREDIT];
    o->taken_refund += share[LOT_REFUND];
    o->m.awaits_refund = o->taken_refund != 0;
    o->wait_weight += share[LOT_GOODS];
    o->wait_sum += (w->now - lot->bought_at) / 3600 * share[LOT_GOODS];
    o->taken_at = w->now;
    if (w->sink.taken)
        w->sink.taken(w->sink.self, o->m.number, lot->m.number, units);
    pay_storage(w, &o->m, lot, units);
}

static void take(struct world *w, struct order *o)
{
    struct stock *stock = stock_of(w, &o->m);
    int64_t left = o->m.units;
    o->is_restockable = true;
    stock->have -= left;
    while (left > 0) {
        check(stock->lots.first);
        struct shipment *lot = shipment_at(w, stock->lots.first - 1);
        int64_t units = left < lot->left ? left : lot->left;
        take_from(w, o, lot, units);
        left -= units;
        if (lot->left == 0) {
            world_list_drop(&stock->lots, &lot->m);
            shipment_ends(w, lot, SHIPMENT_EMPTIED);
        }
    }
}

static void enqueue(const struct world *w, struct stock *stock, struct order *o)
{
    o->m.waits_since = w->now;
    world_list_add(&w->orders, &stock->waiting, &o->m);
    stock->backlog += o->m.units;
}

/* Serves the orders that wait, in their order, as far as the units reach. */
static void serve(struct world *w, struct stock *stock)
{
    while (stock->waiting.first) {
        struct order *o = order_at(w, stock->waiting.first - 1);
        if (o->m.units > stock->have)
            return;
        take(w, dequeue(w, stock));
        flow_wake(w, &o->m, o->m.waits_since);
    }
}

enum flow_verdict stock_put_away(struct world *w, struct mover *m)
{
    struct shipment *s = shipment_of(m);
    struct stock *stock = stock_of(w, m);
    s->state = SHIPMENT_STOCKED;
    s->stocked_at = w->now;
    s->sum[LOT_GOODS] = m->sums.goods;
    s->sum[LOT_LAW] = m->sums.layer[LAYER_LAW];
    s->sum[LOT_TRADE] = m->sums.layer[LAYER_TRADE];
    s->sum[LOT_LOGISTICS] = m->sums.layer[LAYER_LOGISTICS];
    w->tally->channel[m->channel].contracts++;
    flow_add_hours(w, m);
    world_list_add(&w->shipments, &stock->lots, m);
    stock->have += m->units;
    stock->on_order -= m->units;
    stock->lost = 0;
    m->units = (uint32_t)s->left;
    serve(w, stock);
    return FLOW_WAIT; /* a lot now: it ends when its last unit goes */
}

enum flow_verdict stock_reserve(struct world *w, struct mover *m)
{
    struct stock *stock = stock_of(w, m);
    bool is_there = stock->backlog == 0 && stock->have >= m->units;
    if (is_there)
        take(w, order_of(m));
    else
        enqueue(w, stock, order_of(m));
    stock_review(w, m->flow, m->item);
    return is_there ? FLOW_ON : FLOW_WAIT;
}

/* ---- coming back, and the end ---- */

void stock_restore(struct world *w, struct order *o)
{
    struct stock *stock = stock_of(w, &o->m);
    struct mover *m = &o->m;
    if (!stock->lots.last) { /* no lot is left: the units are written off rather than stored for nobody */
        account_write_off(w, m, KIND_LOSS, o->taken_goods);
        return;
    }
    struct shipment *lot = shipment_at(w, stock->lots.last - 1);
    lot->left += m->units;
    lot->sum[LOT_GOODS] += o->taken_goods;
    lot->sum[LOT_CREDIT] += o->taken_credit;
    lot->sum[LOT_REFUND] += o->taken_refund;
    o->taken_refund = 0;
    m->awaits_refund = false;
    stock->have += m->units;
    m->sums.goods -= o->taken_goods;
    m->sums.margin += o->taken_goods;
    if (!w->is_closed)
        serve(w, stock);
}

static void close_lot(struct world *w, struct shipment *s, int64_t end)
{
    w->now = s->state == SHIPMENT_STOCKED && s->stocked_at > end ? s->stocked_at : end; /* not before it was there */
    w->day = (int32_t)(w->now / DAY_SECONDS);
    int64_t goods = s->sum[LOT_GOODS];
    struct account_sums before = s->m.sums;
    if (s->state == SHIPMENT_STOCKED) {
        pay_storage(w, &s->m, s, s->left);
        account_interest(w, &s->m, goods, w->now - s->bought_at);
    } else {
        goods = s->m.sums.goods;
        before = (struct account_sums){0}; /* nothing of a moving shipment was allocated */
        flow_add_hours(w, &s->m);
    }
    for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        w->unallocated += s->m.sums.layer[layer] - before.layer[layer];
    if (s->state == SHIPMENT_STOCKED)
        w->unallocated += s->sum[LOT_LAW] + s->sum[LOT_TRADE] + s->sum[LOT_LOGISTICS];
    w->tally->stock += goods;
    w->tally->stock_of[flow_of(w, &s->m)->seller] += goods;
    w->tally->shipments[s->state]++;
    hand_out(w, s);
}

/* What is left is stored and financed until the period ends, or until the run was cut off; not until the last
 * event of whatever else happens in this world. */
void stock_close(struct world *w)
{
    int64_t end = ((int64_t)w->scenario->to_day + 1) * DAY_SECONDS;
    w->is_closed = true;
    for (uint32_t slot = 0; slot < w->shipments.used; slot++)
        if (shipment_at(w, slot)->m.number)
            close_lot(w, shipment_at(w, slot), w->until < end ? w->until : end);
}
