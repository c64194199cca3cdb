/* sale: arrivals, payment, delivery, returns, settlement, and the end of an order. */
#include "sim/sale.h"

#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "payment/collect.h"
#include "sim/account.h"
#include "sim/book.h"
#include "sim/breach.h"
#include "sim/levy.h"
#include "sim/outside.h"
#include "sim/port.h"
#include "sim/replay.h"
#include "sim/stock.h"

/* ---- the beginning ---- */

static void size_up(const struct world *w, struct order *o)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    const struct flow_goods *goods = &flow->goods[o->m.item];
    const struct product *product = &w->book->catalog.product[goods->product];
    o->lines = 1;
    o->m.gross_g = product->gross_weight_g * o->m.units;
    o->m.volume_cm3 = product->volume_cm3 * o->m.units;
    o->goods_minor = goods->price_minor * o->m.units;
    o->freight_minor = flow->freight_minor;
    if (!channel_has_stock((enum channel)flow->channel))
        o->m.cost_minor = goods->cost_minor * o->m.units;
}

static void size_up_replay(struct order *o, const struct replay_order *replay)
{
    o->lines = replay->lines;
    o->m.units = 0;
    for (uint32_t i = 0; i < replay->lines; i++) {
        const struct replay_line *line = &replay->line[i];
        o->m.units += line->quantity;
        o->m.gross_g += line->weight_g * line->quantity;
        o->m.volume_cm3 += line->volume_cm3 * line->quantity;
        o->m.cost_minor += line->cost_minor;
    }
    o->goods_minor = replay->goods_minor;
    o->freight_minor = replay->freight_minor;
    o->buyer = (uint32_t)replay->buyer;
}

static struct order *new_order(struct world *w, unsigned market, unsigned flow, uint64_t draw)
{
    uint32_t slot = pool_take(&w->orders);
    struct order *o = order_at(w, slot);
    uint32_t generation = o->m.generation + 1;
    memset(o, 0, sizeof *o);
    o->m = (struct mover){.number = world_number(w, ++w->placed), .slot = slot, .generation = generation, .draw = draw,
                          .market = (uint16_t)market, .flow = (uint16_t)flow, .kind = SUBJECT_ORDER,
                          .column = w->flow[flow].flow->column, .channel = w->flow[flow].flow->channel};
    o->state = ORDER_OPEN;
    o->placed_at = w->now;
    memset(o->stamp_s, -1, sizeof o->stamp_s);
    o->stamp_s[TIME_PLACED] = 0;
    w->tally->placed_of[o->m.column]++;
    if (w->tally->first_day == DAY_UNSET)
        w->tally->first_day = w->day;
    w->tally->last_day = w->day;
    return o;
}

static void start(struct world *w, struct order *o)
{
    flow_enter(w, &o->m);
    flow_run(w, &o->m);
}

static void begin(struct world *w, const struct mover *asked, uint32_t part, uint32_t units, uint32_t buyer,
                  enum irregular_kind kind)
{
    uint64_t draw = world_arrival(asked->market, (uint32_t)asked->draw, part);
    struct order *o = new_order(w, asked->market, asked->flow, draw);
    o->m.item = asked->item;
    o->m.units = units;
    o->buyer = buyer;
    size_up(w, o);
    if (kind)
        breach_begin(w, o, kind);
    start(w, o);
}

/* Another order may be placed, though the next buyer is already on the way. */
static bool has_room(const struct market_state *market, uint32_t part)
{
    return part < UINT8_MAX && (!market->quota || market->placed + 1 < market->quota);
}

/* One purchase as several orders of `each` units; the market has counted the first of them. */
static void begin_split(struct world *w, const struct mover *asked, uint32_t units, uint32_t each, uint32_t buyer)
{
    struct market_state *market = &w->market[asked->market];
    for (uint32_t part = 0, left = units; left > 0 && !w->is_failed; part++) {
        uint32_t now = left > each && has_room(market, part) ? each : left;
        left -= now;
        market->placed += left > 0;
        begin(w, asked, part, now, buyer, IRREGULAR_SPLIT);
    }
}

void sale_begin(struct world *w, unsigned market, unsigned flow, unsigned item, uint32_t draw, uint32_t units,
                uint32_t buyer)
{
    struct mover asked = {.draw = world_arrival(market, draw, 0), .market = (uint16_t)market, .flow = (uint16_t)flow,
                          .kind = SUBJECT_ORDER, .item = (uint8_t)item};
    enum irregular_kind kind = breach_kind(w, &asked);
    uint32_t each = kind == IRREGULAR_SPLIT ? breach_part(w, &asked, units) : units;
    if (each < units)
        begin_split(w, &asked, units, each, buyer);
    else
        begin(w, &asked, 0, units, buyer, kind == IRREGULAR_SPLIT ? IRREGULAR_NONE : kind);
}

void sale_replay(struct world *w)
{
    struct order *o = new_order(w, 0, 0, world_arrival(0, (uint32_t)w->replayed, 0));
    o->replay = (uint32_t)++w->replayed;
    size_up_replay(o, &w->scenario->replay->order[o->replay - 1]);
    start(w, o);
}

/* ---- money of the buyer ---- */

enum flow_verdict sale_place(struct world *w, struct mover *m)
{
    enum outside_word word = outside_ask(w, order_of(m), OUTSIDE_ADDRESS);
    if (word == OUTSIDE_WAITS)
        return FLOW_WAIT;
    if (word != OUTSIDE_DECLINES)
        return FLOW_ON;
    sale_close(w, order_of(m), ORDER_CANCELLED);
    return FLOW_END;
}

enum flow_verdict sale_pay(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    const struct scenario_flow *flow = flow_of(w, m);
    if (o->tries == 0 && !o->word)
        levy_bill(w, o);
    if (w->is_failed)
        return FLOW_END;
    enum outside_word word = outside_ask(w, o, OUTSIDE_PAYMENT);
    if (word == OUTSIDE_WAITS)
        return FLOW_WAIT;
    if (word == OUTSIDE_NOBODY ? collect_declines(flow->decline_ppm, world_draw(w, m, DRAW_DECLINE, o->tries))
                               : word == OUTSIDE_DECLINES) {
        w->later_s = collect_retry_s(++o->tries);
        if (w->later_s >= 0)
            return FLOW_LATER;
        levy_restore(w, o);
        sale_close(w, o, ORDER_CANCELLED);
        return FLOW_END;
    }
    if (o->irregular == IRREGULAR_FAKE)
        return FLOW_ON; /* whatever was paid went round in a circle */
    o->is_billed = true;
    account_post(w, m, KIND_PRICE, flow->buyer, flow->seller, flow->sale_currency,
                 o->goods_minor + o->freight_minor, 0);
    account_post(w, m, KIND_TAX_COLLECTED, flow->buyer, flow->seller, flow->sale_currency, o->tax_minor, 0);
    return FLOW_ON;
}

/* Gives back goods and freight as named, and the tax on the goods that came back. */
static void refund(struct world *w, struct order *o, int64_t goods_minor, int64_t freight_minor)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    int64_t tax = o->tax_minor;
    if (!o->is_billed)
        return;
    if (goods_minor != o->goods_minor)
        tax = money_scale(tax, goods_minor, o->goods_minor, ROUND_HALF_UP);
    account_post(w, &o->m, KIND_REFUND, flow->seller, flow->buyer, flow->sale_currency,
                 goods_minor + freight_minor, 0);
    account_post(w, &o->m, KIND_TAX_COLLECTED, flow->seller, flow->buyer, flow->sale_currency, tax, 0);
}

enum flow_verdict sale_purchase(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    account_purchase(w, m);
    o->taken_at = w->now;
    o->wait_weight = m->sums.goods;
    return FLOW_ON;
}

/* ---- goods that do not arrive ---- */

void sale_cancel(struct world *w, struct order *o)
{
    levy_restore(w, o);
    refund(w, o, o->goods_minor, o->freight_minor);
    sale_close(w, o, ORDER_CANCELLED);
}

/* Units go back into stock where there is one; elsewhere they are gone. */
static void goods_back(struct world *w, struct order *o, enum posting_kind loss)
{
    if (loss == KIND_LOSS && o->is_restockable)
        stock_restore(w, o);
    else
        account_write_off(w, &o->m, loss, o->m.sums.goods > 0 ? o->m.sums.goods : 0);
}

enum flow_verdict sale_refuse(struct world *w, struct order *o, enum clear_finding finding)
{
    check(finding == CLEAR_SENT_BACK || finding == CLEAR_SEIZED);
    levy_restore(w, o);
    refund(w, o, o->goods_minor, o->freight_minor);
    if (finding == CLEAR_SENT_BACK && o->stamp_s[TIME_DISPATCHED] >= 0)
        account_price(w, &o->m, ROLE_RETURN, flow_of(w, &o->m)->seller);
    if (o->m.sums.goods > 0)
        goods_back(w, o, finding == CLEAR_SEIZED ? KIND_SEIZED : KIND_LOSS);
    sale_close(w, o, ORDER_REFUSED);
    return FLOW_END;
}

static enum flow_verdict lose(struct world *w, struct order *o)
{
    levy_restore(w, o);
    refund(w, o, o->goods_minor, o->freight_minor);
    account_lose(w, &o->m);
    sale_close(w, o, ORDER_LOST);
    return FLOW_END;
}

enum flow_verdict sale_hand_over(struct world *w, struct mover *m)
{
    return flow_loses(w, m, ROLE_LINE_HAUL) ? lose(w, order_of(m)) : FLOW_ON;
}

static enum flow_verdict come_back(struct world *w, struct order *o)
{
    levy_restore(w, o);
    account_price(w, &o->m, ROLE_RETURN, flow_of(w, &o->m)->seller);
    refund(w, o, o->goods_minor, 0);
    goods_back(w, o, KIND_LOSS);
    sale_close(w, o, ORDER_RETURNED);
    return FLOW_END;
}

enum flow_verdict sale_deliver(struct world *w, struct mover *m)
{
    if (flow_loses(w, m, ROLE_LAST_MILE))
        return lose(w, order_of(m));
    if (rng_chance_ppm(world_draw(w, m, DRAW_DOOR, 0), flow_of(w, m)->door_refusal_ppm))
        return come_back(w, order_of(m));
    return FLOW_ON;
}

/* Some of a replayed invoice came back: that share of goods and tax. */
static enum flow_verdict come_back_partly(struct world *w, struct order *o, const struct replay_order *replay)
{
    int64_t goods = o->m.sums.goods;
    refund(w, o, replay->returned_minor, 0);
    account_write_off(w, &o->m, KIND_LOSS,
                      money_scale(goods, replay->returned_units, o->m.units, ROUND_HALF_UP));
    o->returned_minor = replay->returned_minor;
    return FLOW_ON;
}

enum { RETURN_WINDOW_S = 7 * DAY_SECONDS }; /* no reason needed within seven days: assumed everywhere */

enum flow_verdict sale_return(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    const struct replay_order *replay = world_replayed(w, o);
    int64_t delivered = o->placed_at + o->stamp_s[TIME_DELIVERED], at;
    if (replay ? replay->return_time == INT64_MIN
               : o->irregular != IRREGULAR_FAKE &&
                     !rng_chance_ppm(world_draw(w, m, DRAW_RETURN, 0), flow_of(w, m)->return_ppm))
        return FLOW_ON;
    at = replay ? replay->return_time
                : delivered + (int64_t)rng_below(world_draw(w, m, DRAW_RETURN_TIME, 0), RETURN_WINDOW_S);
    w->later_s = at - w->now;
    if (w->later_s > 0)
        return FLOW_AT;
    return replay && !replay->returned_all ? come_back_partly(w, o, replay) : come_back(w, o);
}

/* ---- settlement ---- */

/* What the exchange rate did between payment and settlement. */
static void revalue(struct world *w, struct order *o)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    unsigned base = w->scenario->base_currency;
    uint32_t row = flow_row(w, o->m.flow, ROLE_SPREAD);
    if (flow->sale_currency == base || !row)
        return;
    int64_t amount = o->goods_minor + o->freight_minor + o->tax_minor - o->returned_minor;
    int32_t paid_day = (int32_t)((o->placed_at + o->stamp_s[TIME_PAID]) / DAY_SECONDS);
    int64_t then = fx_convert(w->scenario->fx, amount, flow->sale_currency, base, paid_day);
    account_post(w, &o->m, KIND_REVALUATION, flow->seller, w->row_party[row], base,
                 then - account_base(w, amount, flow->sale_currency), row);
}

static void dispute(struct world *w, struct order *o)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    if (o->returned_minor || !rng_chance_ppm(world_draw(w, &o->m, DRAW_CHARGEBACK, 0), flow->chargeback_ppm))
        return;
    refund(w, o, o->goods_minor, o->freight_minor); /* the whole payment, tax and all */
    account_price(w, &o->m, ROLE_CHARGEBACK, flow->seller);
}

enum flow_verdict sale_settle(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    int64_t waited_s = w->now - o->taken_at;
    if (o->wait_weight > 0)
        account_interest(w, m, o->wait_weight, waited_s + o->wait_sum / o->wait_weight * 3600);
    revalue(w, o);
    dispute(w, o);
    return FLOW_ON;
}

/* ---- the end ---- */

static int64_t time_of(const struct order *o, unsigned time)
{
    return o->stamp_s[time] < 0 ? INT64_MIN : o->placed_at + o->stamp_s[time];
}

static void hand_out(const struct world *w, const struct order *o)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    const struct replay_order *replay = world_replayed(w, o);
    struct order_record r = {
        .replication = w->replication, .number = o->m.number, .arrival = o->m.draw, .flow = flow->id,
        .reference = replay ? replay->reference : NULL, .channel = o->m.channel, .column = o->m.column,
        .state = o->state, .from = flow->from, .to = replay ? replay->to : flow->to,
        .product = replay ? 0 : flow->goods[o->m.item].product, .units = o->m.units, .lines = o->lines,
        .market = o->m.market, .buyer = o->buyer,
        .declared_buyer = o->irregular == IRREGULAR_BORROWED ? o->lender : o->buyer,
        .declared_ppm = o->declared_ppm ? o->declared_ppm : 1000000, .is_inspected = o->is_inspected,
        .gross_g = o->m.gross_g, .volume_cm3 = o->m.volume_cm3, .currency = flow->sale_currency,
        .goods_price = o->goods_minor, .freight = o->freight_minor, .tax = o->tax_minor,
        .paid = o->is_billed ? o->goods_minor + o->freight_minor + o->tax_minor : 0,
        .regime = o->regime ? rule_ref_regime(w->book->rules, o->regime) : NULL,
        .refusal = o->refusal ? rule_ref_refusal(w->book->rules, o->refusal) : NULL,
        .fault = o->fault, .irregular = o->irregular, .is_found = o->is_found,
        .fault_code = declare_fault_code((enum declare_fault)o->fault, o->m.column == COLUMN_EXPORT_RETAIL),
        .charge_currency = o->charge_currency, .sums = o->m.sums};
    r.landed = r.sums.goods + r.sums.layer[LAYER_LAW] + r.sums.layer[LAYER_TRADE] + r.sums.layer[LAYER_LOGISTICS];
    memcpy(r.charge, o->charge, sizeof o->charge);
    for (unsigned time = 0; time < ORDER_TIME_COUNT; time++)
        r.time[time] = time_of(o, time);
    for (enum declare_document document = DECLARE_ORDER; document < DECLARE_LIST; document++)
        r.sent_at[document] = o->stamp_s[TIME_DECLARED] < 0 ? INT64_MIN : port_sent_at(w, o, document);
    for (unsigned layer = 0; layer < LAYER_COUNT; layer++) {
        r.spent_s[layer] = o->m.spent_s[layer];
        r.waited_s[layer] = o->m.waited_s[layer];
    }
    w->sink.order(w->sink.self, &r);
}

static void count(struct world *w, const struct order *o)
{
    const struct mover *m = &o->m;
    struct channel_tally *channel = &w->tally->channel[m->channel];
    w->tally->orders[o->state]++;
    channel->orders[o->state]++;
    if (o->state == ORDER_OPEN) {
        account_sums_merge(&w->tally->open, &m->sums);
        return;
    }
    channel->units += m->units;
    account_sums_merge(&channel->ended, &m->sums);
    if (o->state == ORDER_DELIVERED)
        hours_add(&channel->lead, o->stamp_s[TIME_DELIVERED], 0);
    flow_add_hours(w, m);
}

void sale_close(struct world *w, struct order *o, enum order_state state)
{
    o->state = (uint8_t)state;
    if (state != ORDER_OPEN)
        o->stamp_s[TIME_ENDED] = (int32_t)(w->now - o->placed_at);
    digest_word(&w->digest, o->m.number << 8 | state);
    digest_word(&w->digest, (uint64_t)o->m.sums.margin);
    count(w, o);
    if (w->sink.due && state != ORDER_OPEN)
        levy_tell(w, o);
    if (w->sink.order)
        hand_out(w, o);
    if (state == ORDER_OPEN)
        return;
    w->ended++;
    o->m.number = 0;
    o->m.generation++;
    pool_give(&w->orders, o->m.slot);
}

enum flow_verdict sale_end(struct world *w, struct mover *m)
{
    sale_close(w, order_of(m), ORDER_DELIVERED);
    return FLOW_END;
}
