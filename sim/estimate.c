/* estimate: walks a flow's rows for an order or a shipment that does not exist yet. */
#include "sim/estimate.h"

#include "core/check.h"
#include "payment/settle.h"
#include "sim/account.h"
#include "sim/book.h"
#include "sim/flow.h"
#include "sim/levy.h"
#include "sim/refund.h"
#include "sim/port.h"

struct walk {
    int64_t cost, seconds;
};

/* A role that only some movers meet: an inspection. */
static int64_t chance_ppm(const struct world *w, const struct scenario_flow *flow, const struct flow_step *step)
{
    return step->queue == FLOW_OFFICERS ? port_inspect_ppm(w, flow, 1000000) : 1000000;
}

static int64_t mean_time(struct world *w, const struct mover *m, enum flow_role role)
{
    uint32_t row = role ? flow_row(w, m->flow, role) : 0;
    return row && w->scenario->sheet.row[row].t90_s ? quantile_mean(&w->scenario->sheet.duration[row]) : 0;
}

/* The prices of a step, by the chance that it is met. */
static int64_t walk_step(struct world *w, const struct mover *m, const struct flow_step *step, int64_t chance)
{
    int64_t price = 0, cost = 0;
    for (unsigned i = 0; i < FLOW_PRICES && step->price[i]; i++) {
        enum flow_role role = (enum flow_role)step->price[i];
        price += account_expect(w, m, role, NULL);
        int64_t sum = money_scale(price, chance, 1000000, ROUND_HALF_UP);
        account_note(w, (enum posting_kind)w->scenario->sheet.row[flow_row(w, m->flow, role)].kind, sum - cost);
        cost = sum;
    }
    return cost;
}

/* All prices of the mover's rows, and the mean time until it is delivered or put away. */
static struct walk walk_rows(struct world *w, const struct mover *m)
{
    const struct scenario_flow *flow = flow_of(w, m);
    struct walk walk = {0};
    bool is_under_way = true;
    for (const struct flow_step *step = flow_table_of(m); step->id; step++) {
        if (!flow_is_own(step, m))
            continue;
        int64_t chance = chance_ppm(w, flow, step);
        is_under_way = is_under_way && step->stamp != FLOW_STAMP(DELIVERED);
        walk.cost += walk_step(w, m, step, chance);
        if (is_under_way)
            walk.seconds += money_scale(mean_time(w, m, (enum flow_role)step->time), chance, 1000000, ROUND_HALF_UP);
    }
    return walk;
}

static int64_t interest(struct world *w, const struct mover *m, int64_t base, int64_t seconds)
{
    uint32_t row = flow_row(w, m->flow, ROLE_INTEREST);
    int64_t amount = row ? settle_interest(base, w->scenario->sheet.row[row].share_ppm, seconds) : 0;
    account_note(w, KIND_INTEREST, amount);
    return amount;
}

/* Somebody stands in for the charges, where the seller's grade asks for that. */
static int64_t guarantee(struct world *w, const struct mover *m, int64_t charges)
{
    struct account_load load = {m->units, m->gross_g, m->volume_cm3, 1, charges, w->scenario->base_currency};
    int64_t amount = port_asks_guarantee(w, m) ? account_expect(w, m, ROLE_GUARANTEE, &load) : 0;
    account_note(w, KIND_GUARANTEE, amount);
    return amount;
}

/* Goods as bought, with VAT where the flow buys at home. */
static int64_t purchase(struct world *w, const struct mover *m)
{
    const struct scenario_flow *flow = flow_of(w, m);
    int64_t vat = money_scale(m->cost_minor, flow->purchase_vat_ppm, 1000000, ROUND_HALF_UP);
    unsigned currency = flow_purchase_currency(flow, m->item);
    int64_t amount = account_base(w, m->cost_minor + vat, currency), goods = account_base(w, m->cost_minor, currency);
    account_note(w, KIND_GOODS, goods);
    account_note(w, KIND_INPUT_VAT, amount - goods);
    return amount;
}

uint32_t estimate_key(struct world *w, unsigned flow)
{
    struct civil civil = world_civil(w, w->day);
    uint32_t stretch = levy_stretch(w, flow, time_local_day(w->now, w->flow[flow].offset_to_s));
    return (uint32_t)(civil.year % 1000 * 12 + civil.month) << 16 | (stretch & UINT16_MAX);
}

static struct mover mover_of(const struct world *w, unsigned flow, unsigned item, int64_t units, enum subject_kind kind)
{
    const struct scenario_flow *f = w->flow[flow].flow;
    const struct product *product = &w->book->catalog.product[f->goods[item].product];
    return (struct mover){
        .flow = (uint16_t)flow, .market = w->flow[flow].market, .kind = (uint8_t)kind, .column = f->column,
        .channel = f->channel, .item = (uint8_t)item, .units = (uint32_t)units,
        .gross_g = product->gross_weight_g * units, .volume_cm3 = product->volume_cm3 * units,
        .cost_minor = f->goods[item].cost_minor * units};
}

void estimate_batch(struct world *w, unsigned flow, unsigned item, int64_t units, int64_t held_days)
{
    struct stock *stock = &w->flow[flow].stock[item];
    struct shipment s = {.m = mover_of(w, flow, item, units, SUBJECT_SHIPMENT)};
    bool is_taxed = s.m.channel != CHANNEL_BONDED; /* bonded goods are assessed order by order */
    int64_t charges = 0;
    struct walk walk = walk_rows(w, &s.m);
    stock->batch = units;
    stock->batch_cost = stock->batch_credit = 0;
    s.freight_base = account_expect(w, &s.m, ROLE_LINE_HAUL, NULL);
    s.insurance_base = account_expect(w, &s.m, ROLE_INSURANCE, NULL);
    if (is_taxed && !levy_expect_import(w, &s, &charges))
        return;
    if (is_taxed)
        stock->batch_credit = account_base(w, w->answer.total_of[CHARGE_VAT], w->answer.currency);
    struct account_load load = {units, s.m.gross_g, s.m.volume_cm3, held_days, 0, w->scenario->base_currency};
    int64_t goods = purchase(w, &s.m), storage = account_expect(w, &s.m, ROLE_STORAGE, &load);
    account_note(w, KIND_STORAGE, storage);
    if (is_taxed)
        charges += guarantee(w, &s.m, charges);
    stock->batch_cost = goods + charges + walk.cost - refund_expect(w, &s.m, 0) + storage +
                        interest(w, &s.m, goods, walk.seconds + held_days * DAY_SECONDS);
}

static struct estimate make(struct world *w, unsigned flow, unsigned item, uint32_t units)
{
    const struct scenario_flow *f = w->flow[flow].flow;
    const struct stock *stock = &w->flow[flow].stock[item];
    struct estimate e = {.key = estimate_key(w, flow)};
    struct order o = {.m = mover_of(w, flow, item, units, SUBJECT_ORDER), .lines = 1};
    bool is_stocked = channel_has_stock((enum channel)f->channel);
    int64_t charges;
    o.goods_minor = f->goods[item].price_minor * units;
    o.freight_minor = f->freight_minor;
    if (is_stocked)
        o.m.cost_minor = 0;
    if (!levy_expect_order(w, &o, &charges) || (is_stocked && stock->batch_cost == 0))
        return e;
    struct walk walk = walk_rows(w, &o.m);
    e.is_open = true;
    e.seconds = walk.seconds;
    e.cost = walk.cost + charges;
    if (!is_stocked || f->channel == CHANNEL_BONDED) /* else its import has paid for one */
        e.cost += guarantee(w, &o.m, charges);
    e.price = account_base(w, o.goods_minor + o.freight_minor + o.tax_minor, f->sale_currency);
    if (is_stocked) {
        e.cost += money_scale(stock->batch_cost - stock->batch_credit, units, stock->batch, ROUND_HALF_UP);
        return e;
    }
    int64_t goods = purchase(w, &o.m), clearance = account_expect(w, &o.m, ROLE_CLEARANCE, NULL);
    account_note(w, KIND_PRESENTATION, clearance);
    e.cost += goods - refund_expect(w, &o.m, o.goods_minor) + clearance +
              interest(w, &o.m, goods, walk.seconds);
    return e;
}

const struct estimate *estimate_order(struct world *w, unsigned flow, unsigned item, uint32_t units)
{
    /* the last slot of a good is for what is not kept */
    uint32_t slot = units <= ESTIMATES_KEPT ? units - 1 : ESTIMATES_KEPT;
    struct estimate *e = &w->flow[flow].estimate[item * (ESTIMATES_KEPT + 1) + slot];
    check(units > 0);
    if (slot == ESTIMATES_KEPT || e->key != estimate_key(w, flow))
        *e = make(w, flow, item, units);
    return e;
}

void estimate_forget(struct world *w, unsigned flow)
{
    const struct flow_state *state = &w->flow[flow];
    for (uint32_t i = 0; i < state->flow->goods_count * (ESTIMATES_KEPT + 1); i++)
        state->estimate[i].key = 0;
}
