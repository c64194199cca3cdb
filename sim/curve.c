/* curve: asks for estimates flow by flow, with goods and freight as an axis has them. */
#include "sim/curve.h"

#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/wide.h"
#include "sim/account.h"
#include "sim/estimate.h"
#include "sim/levy.h"
#include "sim/stock.h"
#include "sim/world_int.h"

static const struct {
    const char *id, *name[3]; /* by enum lang */
    int64_t most;
} axes[CURVE_AXIS_COUNT] = {
    {"", {"", "", ""}, 0},
#define X(id, name, most, en, zh) {#name, {"", en, zh}, most},
    CURVE_AXES(X)
#undef X
};

const char *curve_axis_id(enum curve_axis axis) { return axes[axis].id; }
const char *curve_axis_name(enum curve_axis axis, enum lang lang) { return axes[axis].name[lang]; }
int64_t curve_axis_most(enum curve_axis axis) { return axes[axis].most; }

enum curve_axis curve_axis_find(const char *id)
{
    enum curve_axis axis = CURVE_AXIS_COUNT;
    while (--axis > CURVE_AXIS_UNSET && strcmp(axes[axis].id, id) != 0)
        continue;
    return axis;
}

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

/* ---- the copies ---- */

/* The law, the tables and the scenario are shared with the originals, except what an axis changes. */
static void copy_book(struct curve *curve, const struct book *book)
{
    const struct catalog *catalog = &book->catalog;
    curve->book = *book;
    curve->was = &catalog->product[curve->product];
    curve->book.catalog.product = arena_array(&curve->arena, struct product, catalog->count + 1);
    memcpy(curve->book.catalog.product, catalog->product, (catalog->count + 1) * sizeof *catalog->product);
}

static void copy_scenario(struct curve *curve, const struct scenario *scenario)
{
    curve->own = *scenario;
    curve->own.flow = arena_array(&curve->arena, struct scenario_flow, scenario->flows);
    memcpy(curve->own.flow, scenario->flow, scenario->flows * sizeof *scenario->flow);
    sheet_copy(&curve->own.sheet, &scenario->sheet, &curve->arena);
}

int curve_open(struct curve *curve, const struct scenario *scenario, const struct book *book, enum curve_mode mode,
               const char *market, const char *sku, int32_t day, struct errs *errs)
{
    *curve = (struct curve){.scenario = scenario, .mode = mode, .axis = CURVE_OVER_QUANTITY};
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
    copy_book(curve, book);
    copy_scenario(curve, scenario);
    curve->world = world_create(&curve->own, &curve->book, 1, 1, 0, NULL);
    curve->world->now = (int64_t)day * DAY_SECONDS;
    curve->world->day = day;
    return 0;
}

void curve_over(struct curve *curve, enum curve_axis axis)
{
    check(axis > CURVE_AXIS_UNSET && axis < CURVE_AXIS_COUNT);
    curve->axis = axis;
}

void curve_close(struct curve *curve)
{
    world_destroy(curve->world);
    arena_finish(&curve->arena);
    curve->world = NULL;
}

/* ---- the axes ---- */

/* The same price everywhere, in each flow's currency; what the goods cost goes with it. */
static void set_value(struct curve *curve, int64_t whole)
{
    struct world *w = curve->world;
    int64_t base = whole * currency_unit(curve->own.base_currency);
    for (unsigned way = 0; way < curve->ways; way++) {
        const struct flow_goods *was = &curve->scenario->flow[curve->flow[way]].goods[curve->item[way]];
        struct flow_goods *goods = &curve->own.flow[curve->flow[way]].goods[curve->item[way]];
        unsigned currency = curve->own.flow[curve->flow[way]].sale_currency;
        int64_t price = account_convert(w, base, curve->own.base_currency, currency);
        goods->price_minor = price < 1 ? 1 : price;
        goods->cost_minor = money_scale(was->cost_minor, goods->price_minor, was->price_minor, ROUND_HALF_UP);
    }
}

static void set_weight(struct curve *curve, int64_t gross_g)
{
    struct world *w = curve->world;
    struct product *product = &curve->book.catalog.product[curve->product];
    const struct product *was = curve->was;
    int64_t from = was->gross_weight_g < 1 ? 1 : was->gross_weight_g;
    product->gross_weight_g = gross_g;
    product->net_weight_g = money_scale(was->net_weight_g, gross_g, from, ROUND_HALF_UP);
    product->volume_cm3 = money_scale(was->volume_cm3, gross_g, from, ROUND_HALF_UP);
    if (was->volume_ml >= 0)
        product->volume_ml = money_scale(was->volume_ml, gross_g, from, ROUND_HALF_UP);
    for (unsigned way = 0; way < curve->ways; way++) {
        struct flow_state *state = &w->flow[curve->flow[way]];
        const struct flow_goods *goods = &state->flow->goods[curve->item[way]];
        state->line_from[curve->item[way]] = levy_goods(w, goods, state->flow->from);
        state->line_to[curve->item[way]] = levy_goods(w, goods, state->flow->to);
    }
}

/* A row of the line haul, and those that it names in turn. */
static void set_row(struct curve *curve, const char *id, int64_t percent, unsigned depth)
{
    uint32_t at = *id && depth ? sheet_find(&curve->own.sheet, id, curve->world->day) : 0;
    if (!at)
        return;
    struct sheet_row row = curve->scenario->sheet.row[at];
    int64_t *amount[] = {&row.fixed, &row.per_unit, &row.per_kg, &row.per_cbm, &row.least, &row.most, &row.t10_s,
                         &row.t90_s};
    for (size_t i = 0; i < sizeof amount / sizeof *amount; i++)
        *amount[i] = money_scale(*amount[i], percent, 100, ROUND_HALF_UP);
    sheet_put(&curve->own.sheet, &row);
    set_row(curve, row.or_id, percent, depth - 1);
}

static void set_distance(struct curve *curve, int64_t percent)
{
    enum { ROWS = 4 }; /* from a row to another that is taken where it is cheaper */
    for (unsigned way = 0; way < curve->ways; way++) {
        const char *id = curve->scenario->flow[curve->flow[way]].role[ROLE_LINE_HAUL];
        set_row(curve, id ? id : "", percent, ROWS);
    }
}

static void set_point(struct curve *curve, int64_t quantity)
{
    check(quantity >= 1 && quantity <= CURVE_MOST);
    switch (curve->axis) {
    case CURVE_OVER_VALUE: set_value(curve, quantity); break;
    case CURVE_OVER_WEIGHT: set_weight(curve, quantity); break;
    case CURVE_OVER_DISTANCE: set_distance(curve, quantity); break;
    default: break;
    }
}

/* ---- costs ---- */

/* A cost as a fraction: of all that is not rounded. */
struct ratio {
    wide num;
    int64_t den;
};

/* Of an order; the batch's share is not rounded, so that ways cross once and not at every cent. */
static struct ratio exact_cost(const struct curve *curve, unsigned way, const struct estimate *estimate, uint32_t units)
{
    const struct flow_state *state = &curve->world->flow[curve->flow[way]];
    const struct stock *stock = &state->stock[curve->item[way]];
    int64_t batch = stock->batch, net = stock->batch_cost - stock->batch_credit;
    if (!channel_has_stock((enum channel)state->flow->channel))
        return (struct ratio){estimate->cost, 1};
    int64_t rest = estimate->cost - money_scale(net, units, batch, ROUND_HALF_UP);
    return (struct ratio){(wide)rest * batch + (wide)net * units, batch};
}

static bool is_less(struct ratio a, struct ratio b)
{
    return a.num * b.den < b.num * a.den;
}

static uint32_t units_of(const struct curve *curve, int64_t quantity)
{
    bool is_all = curve->axis == CURVE_OVER_QUANTITY && curve->mode == CURVE_ORDER;
    return is_all ? (uint32_t)quantity : curve->usual;
}

/* What an order costs by a way; `batch_parts`, `parts`: NULL, or what is bought ahead, and the order, consist of. */
static const struct estimate *ask(struct curve *curve, unsigned way, int64_t quantity, int64_t *batch_parts,
                                  int64_t *parts)
{
    struct world *w = curve->world;
    unsigned flow = curve->flow[way], item = curve->item[way];
    const struct scenario_flow *f = w->flow[flow].flow;
    const struct product *product = &curve->book.catalog.product[curve->product];
    int64_t batch = curve->axis == CURVE_OVER_QUANTITY ? quantity : stock_batch(f, product, CURVE_MOST);
    w->parts = batch_parts;
    if (channel_has_stock((enum channel)f->channel)) /* as if it had just bought so many */
        estimate_batch(w, flow, item, batch, f->cover_days / 2);
    estimate_forget(w, flow);
    w->parts = parts;
    const struct estimate *estimate = estimate_order(w, flow, item, units_of(curve, quantity));
    w->parts = NULL;
    return estimate;
}

static bool is_sound(const struct curve *curve, struct errs *errs)
{
    const struct err *error = world_error(curve->world);
    if (error)
        errs_copy(errs, error);
    return !error;
}

bool curve_at(struct curve *curve, int64_t quantity, struct curve_point *point, struct errs *errs)
{
    uint32_t units = units_of(curve, quantity);
    struct ratio least = {0, 1};
    set_point(curve, quantity);
    point->quantity = quantity;
    point->best = curve->ways;
    for (unsigned way = 0; way < curve->ways; way++) {
        const struct estimate *estimate = ask(curve, way, quantity, NULL, NULL);
        struct ratio exact = exact_cost(curve, way, estimate, units);
        point->is_open[way] = estimate->is_open;
        point->cost[way] = money_scale(estimate->cost, 1, units, ROUND_HALF_UP);
        if (!point->is_open[way] || (point->best < curve->ways && !is_less(exact, least)))
            continue;
        point->best = way;
        least = exact;
    }
    return is_sound(curve, errs);
}

/* ---- what it consists of ---- */

bool curve_parts(struct curve *curve, int64_t quantity, unsigned way, int64_t parts[KIND_COUNT], struct errs *errs)
{
    int64_t batch[KIND_COUNT] = {0}, order[KIND_COUNT] = {0};
    set_point(curve, quantity);
    const struct estimate *estimate = ask(curve, way, quantity, batch, order);
    const struct stock *stock = &curve->world->flow[curve->flow[way]].stock[curve->item[way]];
    int64_t units = units_of(curve, quantity);
    memset(parts, 0, KIND_COUNT * sizeof *parts);
    if (!is_sound(curve, errs) || !estimate->is_open)
        return false;
    if (channel_has_stock((enum channel)curve->own.flow[curve->flow[way]].channel))
        batch[KIND_VAT_CREDIT] -= stock->batch_credit;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        parts[kind] = money_scale(order[kind], 100, units, ROUND_HALF_UP) +
                      (batch[kind] ? money_scale(batch[kind], 100, stock->batch, ROUND_HALF_UP) : 0);
    return true;
}

/* The kinds by which `to` gains most on `from` between two quantities. */
static void find_drivers(int64_t low[2][KIND_COUNT], int64_t high[2][KIND_COUNT], struct curve_crossing *crossing)
{
    for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
        int64_t gain = (high[0][kind] - high[1][kind]) - (low[0][kind] - low[1][kind]);
        if (gain <= 0)
            continue;
        unsigned at = crossing->drivers;
        for (; at > 0 && crossing->change[at - 1] < gain; at--)
            if (at < CURVE_DRIVERS) {
                crossing->kind[at] = crossing->kind[at - 1];
                crossing->change[at] = crossing->change[at - 1];
            }
        if (at == CURVE_DRIVERS)
            continue;
        crossing->kind[at] = (uint8_t)kind;
        crossing->change[at] = gain;
        if (crossing->drivers < CURVE_DRIVERS)
            crossing->drivers++;
    }
}

/* Both ways where both are open. */
static bool ask_both(struct curve *curve, const struct curve_crossing *crossing, int64_t quantity,
                     int64_t parts[2][KIND_COUNT], struct errs *errs)
{
    bool is_from = curve_parts(curve, quantity, crossing->from, parts[0], errs);
    return curve_parts(curve, quantity, crossing->to, parts[1], errs) && is_from;
}

int curve_explain(struct curve *curve, int64_t most, struct curve_crossing *crossing, struct errs *errs)
{
    int64_t low[2][KIND_COUNT], high[2][KIND_COUNT], beside[KIND_COUNT];
    int64_t at = crossing->at;
    crossing->drivers = 0;
    crossing->low = at - 1;
    crossing->high = at;
    crossing->closes = crossing->from < curve->ways && !curve_parts(curve, at, crossing->from, beside, errs);
    crossing->opens = crossing->to < curve->ways && !curve_parts(curve, at - 1, crossing->to, beside, errs);
    if (crossing->closes || crossing->opens || crossing->from == curve->ways || crossing->to == curve->ways)
        return errs->count ? -1 : 0;
    if (at / 2 >= 1 && at / 2 < at - 1 && ask_both(curve, crossing, at / 2, low, errs))
        crossing->low = at / 2;
    else
        ask_both(curve, crossing, at - 1, low, errs);
    if (at < most && ask_both(curve, crossing, at * 2 < most ? at * 2 : most, high, errs))
        crossing->high = at * 2 < most ? at * 2 : most;
    else
        ask_both(curve, crossing, at, high, errs);
    find_drivers(low, high, crossing);
    return errs->count ? -1 : 0;
}
