/* scenario_market: reads how many orders come, and which flows may serve them. */
#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/scenario_int.h"

/* ---- what a file may hold ---- */

static const struct json_field knot_fields[] = {
    {"per_mille", JSON_INTEGER, true, false, NULL, NULL, "so many of 1000 orders are not above"},
    {"units", JSON_DECIMAL, true, false, NULL, NULL, "this many units; between the points it is linear"},
    {0}};

const struct json_field scenario_demand_fields[] = {
    {"per_day", JSON_DECIMAL, true, false, NULL, NULL, "orders a day, the mean over a year"},
    {"season", JSON_ARRAY, false, false, NULL, NULL, "12 numbers, January first: per mille of the mean"},
    {"weekdays", JSON_ARRAY, false, false, NULL, NULL, "7 numbers, Monday first: per mille of the mean"},
    {"hours", JSON_ARRAY, false, false, NULL, NULL,
     "24 numbers, from midnight at the first flow's destination: per mille of the mean"},
    {"units", JSON_ARRAY, false, false, NULL, knot_fields, "how many units an order asks for; 1 when missing"},
    {"buyers", JSON_INTEGER, false, false, NULL, NULL, "how many different people order; 1000 when missing"},
    {"from", JSON_DATE, false, false, NULL, NULL, "first day of this demand; the scenario's when missing"},
    {"to", JSON_DATE, false, false, NULL, NULL, "last day of this demand; the scenario's when missing"},
    {0}};

static const struct json_field market_good_fields[] = {
    {"weight", JSON_INTEGER, false, false, NULL, NULL, "share of the orders, relative; 1 when missing"},
    {"reference", JSON_DECIMAL, false, false, NULL, NULL,
     "price per unit with tax at which all buy, base currency; with an elasticity"},
    {0}};

static const char *const measures[] = {"cost", "price", NULL};

const struct json_field scenario_market_fields[] = {
    {"flows", JSON_ARRAY, true, false, NULL, NULL, "ids of the flows among which each order is given to one"},
    {"demand", JSON_OBJECT, true, false, NULL, scenario_demand_fields, "how many orders come, and how big they are"},
    {"goods", JSON_MAP, true, false, NULL, market_good_fields, "what is asked for, by sku of the catalogue"},
    {"day", JSON_DECIMAL, false, false, NULL, NULL, "what a day of waiting is worth to an order, base currency"},
    {"scale", JSON_DECIMAL, false, false, NULL, NULL,
     "spread of the choice (logit), base currency; the cheapest way is taken when missing"},
    {"like", JSON_STRING, false, false, NULL, NULL, "another market: this one is a copy, its own members laid over"},
    {"cell", JSON_STRING, false, false, NULL, NULL, "markets of different cells share nothing, and run side by side"},
    {"elasticity", JSON_DECIMAL, false, false, NULL, NULL, "of the number of orders by the price; 0 when missing"},
    {"by", JSON_STRING, false, false, measures, NULL,
     "cost: a seller takes the way that costs it least; price: buyers take what they pay least for; cost when missing"},
    {0}};

/* ---- demand ---- */

/* A list of so many whole numbers between `least` and `most`; true when it is there. */
static bool read_shares(const struct scenario_reader *r, const cJSON *demand, const char *name, unsigned count,
                        uint32_t least, uint32_t most, uint32_t *out)
{
    const cJSON *list = json_get(demand, name);
    unsigned found = 0;
    for (unsigned i = 0; i < count; i++)
        out[i] = 1000;
    if (!list)
        return false;
    for (const cJSON *item = list->child; item; item = item->next, found++) {
        bool is_sound = cJSON_IsNumber(item) && item->valuedouble >= least && item->valuedouble <= most;
        if (!is_sound)
            json_fail(r->json, item, r->errs, ERR_RANGE, "a whole number between %u and %u expected", least, most);
        else if (found < count)
            out[found] = (uint32_t)item->valuedouble;
    }
    if (found != count)
        json_fail(r->json, list, r->errs, ERR_RANGE, "\"%s\" has %u numbers, %u expected", name, found, count);
    return true;
}

static void read_week(const struct scenario_reader *r, const cJSON *demand, struct scenario_demand *out)
{
    enum { MOST = 10000 };
    uint32_t day[7], hour[24];
    bool has_days = read_shares(r, demand, "weekdays", 7, 0, MOST, day);
    bool has_hours = read_shares(r, demand, "hours", 24, 0, MOST, hour);
    if (!has_days && !has_hours)
        return;
    demand_week_of(&out->week, day, hour);
    if (out->week.sum == 0)
        json_fail(r->json, demand, r->errs, ERR_RANGE, "there is no hour of the week in which orders come");
}

static void read_units(const struct scenario_reader *r, const cJSON *demand, struct scenario_demand *out)
{
    const cJSON *units = json_get(demand, "units");
    int32_t per_mille[QUANTILE_POINTS] = {0};
    int64_t value[QUANTILE_POINTS] = {1000};
    size_t count = 0;
    for (const cJSON *knot = units ? units->child : NULL; knot; knot = knot->next, count++) {
        if (count == QUANTILE_POINTS) {
            json_fail(r->json, knot, r->errs, ERR_RANGE, "more than %d points", QUANTILE_POINTS);
            return;
        }
        int32_t least = count ? per_mille[count - 1] + 1 : 0;
        int64_t low = count ? value[count - 1] : 0;
        per_mille[count] = (int32_t)scenario_integer(r, knot, "per_mille", 0, least, count ? 1000 : 0);
        value[count] = scenario_decimal(r, knot, "units", 3, 1000, low, 1000000000);
        if (per_mille[count] < least)
            return;
    }
    if (units && (count == 0 || per_mille[count - 1] != 1000))
        json_fail(r->json, units, r->errs, ERR_RANGE, "the points begin at per_mille 0 and end at 1000");
    else
        quantile_knots(&out->units, per_mille, value, count ? count : 1);
}

static int32_t read_day(const cJSON *demand, const char *name)
{
    const char *text = json_text(demand, name, "");
    int32_t day;
    return date_parse(text, strlen(text), &day) ? day : DAY_UNSET;
}

void scenario_demand_read(const struct scenario_reader *r, const cJSON *demand, struct scenario_demand *out)
{
    enum { DIGITS = 6 };
    int64_t per_day = scenario_decimal(r, demand, "per_day", DIGITS, 0, 1, INT64_C(10000000000000));
    out->per_day_q16 = money_scale(per_day, 65536, 1000000, ROUND_HALF_UP);
    if (demand && out->per_day_q16 == 0)
        out->per_day_q16 = 1;
    out->buyers = (uint32_t)scenario_integer(r, demand, "buyers", 1000, 1, 1000000000);
    out->from_day = read_day(demand, "from");
    out->to_day = read_day(demand, "to");
    if (out->from_day != DAY_UNSET && out->to_day != DAY_UNSET && out->from_day > out->to_day)
        json_fail(r->json, json_get(demand, "to"), r->errs, ERR_RANGE, "\"to\" is before \"from\"");
    read_shares(r, demand, "season", SEASON_MONTHS, 1, 100000, out->season);
    read_week(r, demand, out);
    read_units(r, demand, out);
}

/* ---- markets ---- */

static void read_member(const struct scenario_reader *r, const cJSON *item, struct scenario_market *market)
{
    struct scenario *s = r->scenario;
    const char *id = cJSON_IsString(item) ? item->valuestring : "";
    uint16_t at = 0;
    while (at < s->flows && strcmp(s->flow[at].id, id) != 0)
        at++;
    if (at == s->flows) {
        const char *names[FLOW_MAX];
        for (uint32_t i = 0; i < s->flows; i++)
            names[i] = s->flow[i].id;
        err_suggest(json_fail(r->json, item, r->errs, ERR_UNKNOWN_VALUE, "no flow \"%s\"", id), id, names,
                         s->flows);
    } else if (s->flow[at].has_demand || s->flow[at].in_market) {
        json_fail(r->json, item, r->errs, ERR_DUPLICATE, "flow \"%s\" has its orders from elsewhere already", id);
    } else if (market->flows == MARKET_FLOWS_MAX) {
        json_fail(r->json, item, r->errs, ERR_RANGE, "a market has at most %d flows", MARKET_FLOWS_MAX);
    } else {
        s->flow[at].in_market = true;
        market->flow[market->flows++] = at;
    }
}

uint8_t scenario_item(const struct scenario_flow *flow, uint32_t product)
{
    for (uint32_t i = 0; i < flow->goods_count; i++)
        if (flow->goods[i].product == product)
            return (uint8_t)i;
    return MARKET_NOT_CARRIED;
}

static void read_asked(const struct scenario_reader *r, const cJSON *node, struct scenario_market *market)
{
    unsigned digits = currency_digits(r->scenario->base_currency);
    uint32_t product = catalog_find(&r->book->catalog, node->string, strlen(node->string)), at = market->goods_count;
    bool is_carried = false;
    for (uint32_t k = 0; k < market->flows; k++) {
        market->goods[at].item[k] = scenario_item(&r->scenario->flow[market->flow[k]], product);
        is_carried = is_carried || market->goods[at].item[k] != MARKET_NOT_CARRIED;
    }
    if (!product || !is_carried) {
        json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "no flow of the market carries \"%s\"",
                       node->string);
        return;
    }
    market->goods[at].weight = (uint32_t)scenario_integer(r, node, "weight", 1, 1, 1000000);
    market->goods[at].reference_minor =
        scenario_decimal(r, node, "reference", digits, 0, 1, INT64_C(1000000000000));
    market->goods_weight += market->goods[at].weight;
    market->goods_count++;
}

/* Index of a cell by its name, a new one where it is not yet known. */
static uint32_t cell_of(struct scenario *s, const cJSON *node)
{
    const char *name = json_text(node, "cell", "");
    uint32_t at = 0;
    while (at < s->cells && strcmp(s->cell[at], name) != 0)
        at++;
    s->cell[at] = name;
    if (at == s->cells)
        s->cells++;
    return at;
}

static void read_market(const struct scenario_reader *r, const cJSON *node)
{
    struct scenario_market *market = &r->scenario->market[r->scenario->markets++];
    const cJSON *flows = json_get(node, "flows"), *item, *goods = json_get(node, "goods");
    unsigned digits = r->scenario->base_currency ? currency_digits(r->scenario->base_currency) : 2;
    market->id = node->string;
    market->cell = cell_of(r->scenario, node);
    cJSON_ArrayForEach(item, flows) read_member(r, item, market);
    if (cJSON_GetArraySize(flows) == 0)
        json_fail(r->json, flows, r->errs, ERR_RANGE, "a market has at least one flow");
    if (cJSON_GetArraySize(goods) == 0 || cJSON_GetArraySize(goods) > FLOW_GOODS_MAX)
        json_fail(r->json, goods, r->errs, ERR_RANGE, "a market has 1 to %d goods", FLOW_GOODS_MAX);
    else if (r->scenario->base_currency)
        cJSON_ArrayForEach(item, goods) read_asked(r, item, market);
    scenario_demand_read(r, json_get(node, "demand"), &market->demand);
    market->day_minor = scenario_decimal(r, node, "day", digits, 0, 0, INT64_C(1000000000));
    market->scale_minor = scenario_decimal(r, node, "scale", digits, 0, 0, INT64_C(1000000000));
    market->elasticity_milli = scenario_decimal(r, node, "elasticity", 3, 0, 0, 20000);
    market->by_price = strcmp(json_text(node, "by", measures[0]), "price") == 0;
}

/* A flow that has its own demand, or that replays, is a market of one. */
static void add_own_market(struct scenario *s, uint16_t at, const cJSON *node)
{
    const struct scenario_flow *flow = &s->flow[at];
    struct scenario_market *market = &s->market[s->markets++];
    market->id = flow->id;
    market->cell = cell_of(s, node);
    market->flow[0] = at;
    market->flows = 1;
    market->demand = flow->demand;
    market->goods_count = flow->goods_count;
    market->goods_weight = flow->goods_weight;
    for (uint32_t i = 0; i < flow->goods_count; i++) {
        market->goods[i].weight = flow->goods[i].weight;
        market->goods[i].item[0] = (uint8_t)i;
    }
}

/* Cells share no lane and no port. */
static void check_cells(const struct scenario_reader *r, const cJSON *flows)
{
    const struct scenario *s = r->scenario;
    uint32_t lane[LANE_MAX + 1] = {0}, port[PORTS_MAX] = {0}; /* cell + 1 that uses it */
    for (uint32_t m = 0; m < s->markets; m++)
        for (uint32_t k = 0; k < s->market[m].flows; k++) {
            const struct scenario_flow *flow = &s->flow[s->market[m].flow[k]];
            uint32_t cell = s->market[m].cell + 1;
            const cJSON *node = json_get(flows, flow->id);
            if (flow->lane && lane[flow->lane] && lane[flow->lane] != cell)
                json_fail(r->json, json_get(node, "lane"), r->errs, ERR_RANGE, "two cells share the lane \"%s\"",
                          s->lane[flow->lane - 1].id);
            if (port[flow->port] && port[flow->port] != cell)
                json_fail(r->json, json_get(node, "port"), r->errs, ERR_RANGE, "two cells share the port \"%s\"",
                          s->port[flow->port]);
            lane[flow->lane] = port[flow->port] = cell;
        }
}

void scenario_markets_read(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *markets = json_get(root, "markets"), *flows = json_get(root, "flows"), *item;
    int count = cJSON_GetArraySize(markets);
    if (count > MARKET_MAX || (count && scenario_replays(s))) {
        json_fail(r->json, markets, r->errs, ERR_RANGE, "at most %d markets, and none in a replay", MARKET_MAX);
        return;
    }
    s->market = arena_array(&s->arena, struct scenario_market, (uint32_t)count + s->flows);
    cJSON_ArrayForEach(item, markets) read_market(r, item);
    uint16_t at = 0;
    cJSON_ArrayForEach(item, flows) {
        if (at == s->flows)
            return;
        const struct scenario_flow *flow = &s->flow[at];
        if (flow->has_demand || scenario_replays(s))
            add_own_market(s, at, item);
        else if (!flow->in_market)
            json_fail(r->json, item, r->errs, ERR_MISSING_NAME,
                      "\"demand\" is missing in flow \"%s\", and no market gives it orders", flow->id);
        at++;
    }
    check_cells(r, flows);
}
