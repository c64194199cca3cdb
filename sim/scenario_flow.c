/* scenario_flow: one flow of goods: its table of members, checked and resolved against goods, parties and prices. */
#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/ledger.h"
#include "sim/book.h"
#include "sim/request.h"
#include "sim/scenario_int.h"

/* ---- what a flow may hold ---- */

#define TEXT_FIELD(name, note) {name, JSON_STRING, false, false, NULL, NULL, note}
#define NEEDED_TEXT(name, note) {name, JSON_STRING, true, false, NULL, NULL, note}
#define INTEGER_FIELD(name, note) {name, JSON_INTEGER, false, false, NULL, NULL, note}
#define DECIMAL_FIELD(name, note) {name, JSON_DECIMAL, false, false, NULL, NULL, note}

static const char *const channels[] = {
#define X(id, name, column, en, zh) #name,
    CHANNELS(X)
#undef X
    NULL};
static const char *const refund_forms[] = {"trader", "exempt", NULL};

static const struct json_field party_fields[] = {
    NEEDED_TEXT("seller", "holds title and sells, an id of the list of parties"),
    NEEDED_TEXT("supplier", "sells to the seller"),
    NEEDED_TEXT("buyer", "who buys"),
    {0}};

static const struct json_field good_fields[] = {
    INTEGER_FIELD("weight", "share of the orders, relative; 1 when missing"),
    DECIMAL_FIELD("cost", "purchase price per unit without tax; as in the catalogue when missing"),
    TEXT_FIELD("purchase_currency", "of the cost"),
    {"price", JSON_DECIMAL, true, false, NULL, NULL, "list price per unit without tax, in the flow's currency"},
    {0}};

static const struct json_field role_fields[] = {
#define X(id, name) {#name, JSON_STRING, false, true, NULL, NULL, "id of a price-list row"},
    FLOW_ROLES(X)
#undef X
    {0}};

static const struct json_field stock_fields[] = {
    {"batch_kg", JSON_INTEGER, true, false, NULL, NULL, "gross weight of one shipment into stock"},
    INTEGER_FIELD("cover_days", "stock on hand and on order lasts so many days; 30 when missing"),
    INTEGER_FIELD("lead_days", "buying starts so many days before the period; 60 when missing"),
    {0}};

static const struct json_field staff_fields[] = {
    INTEGER_FIELD("officers_per_1000", "customs officers for 1,000 orders a day, at least one; 1 when missing"),
    INTEGER_FIELD("pickers_per_1000", "pickers for 1,000 orders a day, at least one; 8 when missing"),
    {0}};

static const struct json_field delay_fields[] = {
    INTEGER_FIELD("tax_after_days", "tax is paid so many days after release"),
    INTEGER_FIELD("tax_monthly_day", "instead: taxes of a month are paid together on this day of the next, 1 to 28"),
    INTEGER_FIELD("drawback_after_days", "the refund arrives so many days after export"),
    {0}};

static const struct json_field rate_fields[] = {
    DECIMAL_FIELD("decline", "attempts to pay that are declined"),
    DECIMAL_FIELD("mismatch", "declarations whose documents do not agree at first"),
    DECIMAL_FIELD("inspect", "declarations that are inspected"),
    DECIMAL_FIELD("catch", "inspections that find something"),
    DECIMAL_FIELD("seize", "catches that end in seizure rather than return"),
    DECIMAL_FIELD("return", "deliveries that come back"),
    DECIMAL_FIELD("door_refusal", "deliveries that the buyer refuses at the door"),
    DECIMAL_FIELD("chargeback", "payments that are disputed"),
    DECIMAL_FIELD("purchase_vat", "VAT on a purchase at home"),
    {0}};

static const struct json_field document_delay_fields[] = {
    DECIMAL_FIELD("t10_h", "hours below which 10 % of the delays lie"),
    {"t90_h", JSON_DECIMAL, true, false, NULL, NULL, "hours below which 90 % of the delays lie"},
    {0}};

static const struct json_field document_fields[] = {
    {"order", JSON_OBJECT, false, false, NULL, document_delay_fields, "the marketplace's, after the payment"},
    {"payment", JSON_OBJECT, false, false, NULL, document_delay_fields, "the payment platform's, after the payment"},
    {"waybill", JSON_OBJECT, false, false, NULL, document_delay_fields, "the carrier's, after it has the number"},
    {"list", JSON_OBJECT, false, false, NULL, document_delay_fields, "the broker's, after the last of the three"},
    DECIMAL_FIELD("tolerance", "by which amounts may differ, in the flow's currency; 0 when missing"),
    {0}};

const struct json_field scenario_flow_fields[] = {
    {"channel", JSON_STRING, true, false, channels, NULL, "how an order is delivered"},
    NEEDED_TEXT("from", "country of dispatch, two letters"),
    {"to", JSON_STRING, true, true, NULL, NULL, "destination, two letters; null: the replayed orders say it"},
    {"transport", JSON_STRING, false, false, transport_ids + 1, NULL, "as the law sees it; the channel's when missing"},
    NEEDED_TEXT("currency", "of prices and freight, ISO 4217"),
    TEXT_FIELD("purchase_currency", "of purchases; the home's base currency when missing"),
    {"to_state", JSON_STRING, false, false, NULL, NULL, "state of the destination: NY, SP"},
    {"incoterm", JSON_STRING, false, false, incoterm_ids + 1, NULL, "who owes import charges; DAP when missing"},
    {"schemes", JSON_ARRAY, false, false, NULL, NULL, "what the seller is registered for: ioss, marketplace, …"},
    {"preference", JSON_BOOL, false, false, NULL, NULL, "a proof of preferential origin is presented"},
    {"refund_form", JSON_STRING, false, true, refund_forms, NULL, "how an export claims its VAT; null: not at all"},
    INTEGER_FIELD("refund_class", "of the exporter, 1 to 4: the law's days go on top of drawback_after_days"),
    {"parties", JSON_OBJECT, true, false, NULL, party_fields, "who sells to whom"},
    NEEDED_TEXT("port", "where customs sees the goods; any id"),
    TEXT_FIELD("like", "another flow, of which this one is a copy with its own members laid over"),
    TEXT_FIELD("cell", "with a demand of its own: flows of different cells share nothing, and run side by side"),
    TEXT_FIELD("lane", "departures that the line haul waits for, of \"lanes\""),
    {"goods", JSON_MAP, false, false, NULL, good_fields, "what is sold, by sku of the catalogue"},
    DECIMAL_FIELD("freight", "charged to the buyer per order"),
    {"demand", JSON_OBJECT, false, false, NULL, scenario_demand_fields, "how many orders come, and how big they are"},
    {"roles", JSON_OBJECT, true, false, NULL, role_fields, "which price-list row each service and delay takes"},
    {"stock", JSON_OBJECT, false, false, NULL, stock_fields, "how stock is bought"},
    {"staff", JSON_OBJECT, false, false, NULL, staff_fields, "who works in the queues"},
    {"documents", JSON_OBJECT, false, false, NULL, document_fields, "when each party sends its message to customs"},
    {"delays", JSON_OBJECT, false, false, NULL, delay_fields, "what waits for an office"},
    DECIMAL_FIELD("risk", "factor on the rate of inspection for this lane and channel; 1 when missing"),
    {"irregular", JSON_OBJECT, false, false, NULL, scenario_irregular_fields, "orders that hide something"},
    {"rates", JSON_OBJECT, false, false, NULL, rate_fields, "shares, 0 to 1"},
    {0}};

/* What a role pays for: the layer of the rows that it may name. */
static const uint8_t role_layer[ROLE_COUNT] = {
    [ROLE_TRANSFER] = LAYER_TRADE,      [ROLE_SUPPLY] = LAYER_LOGISTICS,
    [ROLE_PICKUP] = LAYER_LOGISTICS,    [ROLE_LINE_HAUL] = LAYER_LOGISTICS,
    [ROLE_HANDLING] = LAYER_LOGISTICS,  [ROLE_INSURANCE] = LAYER_LOGISTICS,
    [ROLE_ENTRY] = LAYER_LAW,           [ROLE_INLAND] = LAYER_LOGISTICS,
    [ROLE_STORAGE] = LAYER_LOGISTICS,   [ROLE_INTEREST] = LAYER_TRADE,
    [ROLE_PAYMENT] = LAYER_TRADE,       [ROLE_SPREAD] = LAYER_TRADE,
    [ROLE_COMMISSION] = LAYER_TRADE,    [ROLE_LIST] = LAYER_LAW,
    [ROLE_INSPECT] = LAYER_LAW,         [ROLE_PICK] = LAYER_LOGISTICS,
    [ROLE_LAST_MILE] = LAYER_LOGISTICS, [ROLE_RETURN] = LAYER_LOGISTICS,
    [ROLE_CLEARANCE] = LAYER_LAW,       [ROLE_CHARGEBACK] = LAYER_TRADE,    [ROLE_GUARANTEE] = LAYER_LAW};

static const char *const role_ids[ROLE_COUNT] = {
    "",
#define X(id, name) #name,
    FLOW_ROLES(X)
#undef X
};

/* ---- place and people ---- */

static enum transport usual_transport(enum channel channel)
{
    switch (channel) {
    case CHANNEL_BONDED:
        return TRANSPORT_BONDED;
    case CHANNEL_CONTAINER:
    case CHANNEL_OVERSEAS_WAREHOUSE:
        return TRANSPORT_SEA;
    case CHANNEL_DIRECT_MAIL:
    case CHANNEL_BULK_AIR:
        return TRANSPORT_AIR;
    case CHANNEL_EXPRESS:
    case CHANNEL_LINE:
        return TRANSPORT_EXPRESS;
    default:
        return TRANSPORT_POST;
    }
}

/* Retail out of home is export retail, into home import retail; business trade either way is general trade;
 * with neither end at home it is export retail seen from the country of dispatch. */
static enum column column_of(const struct scenario *s, const struct scenario_flow *flow)
{
    if (channel_column(flow->channel) == COLUMN_GENERAL_TRADE)
        return COLUMN_GENERAL_TRADE;
    return flow->to == s->home && flow->from != s->home ? COLUMN_IMPORT_RETAIL : COLUMN_EXPORT_RETAIL;
}

static void read_state(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const char *state = json_text(node, "to_state", "");
    size_t length = strspn(state, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    if (state[length] || length >= sizeof flow->to_sub)
        json_fail(r->json, json_get(node, "to_state"), r->errs, ERR_RANGE, "a state is up to three capitals, like NY");
    else
        memcpy(flow->to_sub, state, length);
}

static void read_place(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const char *transport = json_text(node, "transport", "");
    flow->channel = (uint8_t)channel_find(json_text(node, "channel", ""));
    flow->from = scenario_country(r, node, "from");
    flow->to = scenario_country(r, node, "to");
    flow->transport = (uint8_t)(*transport ? transport_find(transport) : usual_transport(flow->channel));
    flow->column = (uint8_t)column_of(r->scenario, flow);
    flow->incoterm = (uint8_t)incoterm_find(json_text(node, "incoterm", "DAP"));
    flow->schemes = request_schemes(r->json, json_get(node, "schemes"), r->errs);
    read_state(r, node, flow);
    flow->preference = json_bool(node, "preference", false);
    flow->refund_form = (uint8_t)form_find(json_text(node, "refund_form", ""));
    flow->refund_class = (uint8_t)scenario_integer(r, node, "refund_class", 0, 1, 4);
    if (flow->from && flow->from == flow->to)
        json_fail(r->json, json_get(node, "to"), r->errs, ERR_RANGE, "\"from\" and \"to\" are the same country");
    if (!flow->to && cJSON_IsNull(json_get(node, "to")) && !scenario_replays(r->scenario))
        json_fail(r->json, json_get(node, "to"), r->errs, ERR_WRONG_TYPE,
                  "\"to\" may be null only where orders are replayed");
    if (flow->channel == CHANNEL_BONDED && flow->to && flow->to != r->scenario->home)
        json_fail(r->json, json_get(node, "to"), r->errs, ERR_RANGE, "bonded stock is sold at home");
}

static uint16_t read_party(const struct scenario_reader *r, const cJSON *parties, const char *name, enum side side)
{
    const struct parties *list = &r->book->parties;
    const char *id = json_text(parties, name, "");
    uint16_t party = parties_find(list, id, strlen(id));
    if (!party) {
        struct err *err = json_fail(r->json, json_get(parties, name), r->errs, ERR_UNKNOWN_VALUE,
                                    "no party \"%s\"", id);
        err_suggest(err, id, list->names.name + 1, list->count);
    } else if (list->party[party].side != side) {
        json_fail(r->json, json_get(parties, name), r->errs, ERR_UNKNOWN_VALUE, "party \"%s\" cannot be the %s",
                  id, name);
    }
    return party;
}

static uint16_t read_port(const struct scenario_reader *r, const cJSON *node)
{
    struct scenario *s = r->scenario;
    const char *id = json_text(node, "port", "");
    for (uint16_t port = 1; port <= s->ports; port++)
        if (strcmp(s->port[port], id) == 0)
            return port;
    if (*id == '\0' || s->ports + 1 == sizeof s->port / sizeof *s->port) {
        json_fail(r->json, json_get(node, "port"), r->errs, ERR_RANGE,
                  *id ? "more than 31 ports" : "a port has a name");
        return 0;
    }
    s->port[++s->ports] = id;
    return (uint16_t)s->ports;
}

/* ---- goods and demand ---- */

static uint32_t find_good(const struct scenario_reader *r, const cJSON *node)
{
    const struct catalog *catalog = &r->book->catalog;
    uint32_t product = catalog_find(catalog, node->string, strlen(node->string));
    if (!product) {
        struct err *err = json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_VALUE,
                                         "no product \"%s\" in the catalogue", node->string);
        err_suggest(err, node->string, catalog->names.name + 1, catalog->count);
    }
    return product;
}

static void read_good(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    struct flow_goods *goods = &flow->goods[flow->goods_count];
    goods->product = find_good(r, node);
    if (!goods->product || !flow->sale_currency)
        return;
    const struct product *product = &r->book->catalog.product[goods->product];
    uint8_t currency = scenario_currency(r, node, "purchase_currency");
    bool has_cost = json_get(node, "cost") != NULL;
    goods->purchase_currency = currency ? currency : has_cost ? flow->purchase_currency : product->currency;
    if (!goods->purchase_currency)
        return;
    goods->cost_minor = scenario_decimal(r, node, "cost", currency_digits(goods->purchase_currency),
                                         product->cost_minor, 1, INT64_C(1000000000000));
    goods->price_minor = scenario_decimal(r, node, "price", currency_digits(flow->sale_currency), 0, 1,
                                          INT64_C(1000000000000));
    goods->weight = (uint32_t)scenario_integer(r, node, "weight", 1, 1, 1000000);
    flow->goods_weight += goods->weight;
    flow->goods_count++;
    if (flow->to && *book_code(r->book, product, flow->to) == '\0')
        json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_CODE, "\"%s\" has no commodity code at its destination",
                       node->string);
}

static void read_goods(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *goods = json_get(node, "goods");
    int count = cJSON_GetArraySize(goods);
    bool is_replay = scenario_replays(r->scenario);
    if ((count == 0 && !is_replay) || count > FLOW_GOODS_MAX) {
        json_fail(r->json, goods ? goods : node, r->errs, ERR_RANGE, "a flow has 1 to %d goods", FLOW_GOODS_MAX);
        return;
    }
    for (const cJSON *good = goods ? goods->child : NULL; good; good = good->next)
        read_good(r, good, flow);
}

static void read_demand(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *demand = json_get(node, "demand");
    flow->has_demand = demand != NULL;
    scenario_demand_read(r, demand, &flow->demand);
}

/* ---- services ---- */

static void suggest_row(struct err *err, const char *id, const struct sheet *sheet)
{
    struct arena scratch = {0};
    const char **names = arena_array(&scratch, const char *, sheet->count + 1);
    for (uint32_t i = 0; i < sheet->count; i++)
        names[i] = sheet->row[i + 1].id;
    err_suggest(err, id, names, sheet->count);
    arena_finish(&scratch);
}

/* Amounts in this currency can be turned into the base currency from the first day on. */
static void check_rate(const struct scenario_reader *r, const cJSON *node, unsigned currency, int32_t day)
{
    struct rational rate;
    bool stale = false;
    char date[11];
    if (!currency || !r->scenario->base_currency ||
        fx_rate(&r->book->fx, currency, r->scenario->base_currency, day, &rate, &stale))
        return;
    date_write(day, date);
    json_fail(r->json, node, r->errs, ERR_NO_FX, "no exchange rate of %s on %s", currency_code(currency), date);
}

static void check_fuel(const struct scenario_reader *r, const cJSON *node, const struct sheet_row *row, int32_t day)
{
    char date[11];
    if (!*row->fuel_id || sheet_find(&r->scenario->sheet, row->fuel_id, day))
        return;
    date_write(day, date);
    json_fail(r->json, node, r->errs, ERR_INTERVAL, "the fuel surcharge \"%s\" of \"%s\" does not hold on %s",
              row->fuel_id, row->id, date);
}

static void check_row(const struct scenario_reader *r, const cJSON *node, uint32_t row, int32_t day,
                      enum flow_role role)
{
    const struct sheet_row *found = &r->scenario->sheet.row[row];
    if (!parties_find(&r->book->parties, found->party, strlen(found->party)))
        json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "price row \"%s\" pays \"%s\", who is no party",
                  found->id, found->party);
    if ((uint8_t)kind_layer(found->kind) != role_layer[role])
        json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "price row \"%s\" is for %s, which is %s and not %s",
                  found->id, kind_id(found->kind), layer_id(kind_layer(found->kind)),
                  layer_id((enum layer)role_layer[role]));
    check_rate(r, node, found->currency, day);
    check_fuel(r, node, found, day);
}

/* The row must hold from the first purchase to the last order. */
static void check_days(const struct scenario_reader *r, const cJSON *node, const struct scenario_flow *flow,
                       enum flow_role role)
{
    const struct scenario *s = r->scenario;
    int32_t days[] = {s->from_day - flow->lead_days, s->to_day};
    size_t before = r->errs->count;
    for (int i = 0; i < 2 && r->errs->count == before; i++) {
        char date[11];
        uint32_t row = sheet_find(&s->sheet, node->valuestring, days[i]);
        if (row) {
            check_row(r, node, row, days[i], role);
            continue;
        }
        date_write(days[i], date);
        json_fail(r->json, node, r->errs, ERR_INTERVAL, "price row \"%s\" does not hold on %s", node->valuestring,
                  date);
    }
}

static void read_roles(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *roles = json_get(node, "roles");
    for (enum flow_role role = 1; role < ROLE_COUNT; role++) {
        const cJSON *item = json_get(roles, role_ids[role]);
        if (!cJSON_IsString(item))
            continue;
        flow->role[role] = item->valuestring;
        if (sheet_known(&r->scenario->sheet, item->valuestring)) {
            check_days(r, item, flow, role);
            continue;
        }
        struct err *err = json_fail(r->json, item, r->errs, ERR_UNKNOWN_VALUE, "no price row \"%s\"",
                                    item->valuestring);
        suggest_row(err, item->valuestring, &r->scenario->sheet);
    }
}

static void read_stock(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *stock = json_get(node, "stock");
    flow->batch_kg = scenario_integer(r, stock, "batch_kg", 0, 1, 1000000000);
    flow->cover_days = (int32_t)scenario_integer(r, stock, "cover_days", 30, 0, 3650);
    bool has_stock = channel_has_stock((enum channel)flow->channel);
    flow->lead_days = (int32_t)scenario_integer(r, stock, "lead_days", has_stock ? 60 : 0, 0, 3650);
    if (has_stock && !stock)
        json_fail(r->json, node, r->errs, ERR_MISSING_NAME, "\"stock\" is missing: %s sells out of stock",
                  channel_id(flow->channel));
    if (!has_stock && stock)
        json_fail_name(r->json, stock, r->errs, ERR_UNKNOWN_NAME, "%s keeps no stock", channel_id(flow->channel));
}

static void read_work(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *staff = json_get(node, "staff"), *delays = json_get(node, "delays"), *rates = json_get(node, "rates");
    flow->officers_per_1000 = (uint32_t)scenario_integer(r, staff, "officers_per_1000", 1, 0, 1000000);
    flow->pickers_per_1000 = (uint32_t)scenario_integer(r, staff, "pickers_per_1000", 8, 0, 1000000);
    flow->tax_after_days = (int32_t)scenario_integer(r, delays, "tax_after_days", 0, 0, 3650);
    flow->tax_monthly_day = (int32_t)scenario_integer(r, delays, "tax_monthly_day", 0, 1, 28);
    if (flow->tax_monthly_day && flow->tax_after_days)
        json_fail_name(r->json, json_get(delays, "tax_monthly_day"), r->errs, ERR_RANGE,
                       "taxes are paid so many days after release, or by the month");
    flow->drawback_after_days = (int32_t)scenario_integer(r, delays, "drawback_after_days", 0, 0, 3650);
    flow->decline_ppm = scenario_share(r, rates, "decline");
    flow->mismatch_ppm = scenario_share(r, rates, "mismatch");
    flow->inspect_ppm = scenario_share(r, rates, "inspect");
    flow->catch_ppm = scenario_share(r, rates, "catch");
    flow->seize_ppm = scenario_share(r, rates, "seize");
    flow->return_ppm = scenario_share(r, rates, "return");
    flow->door_refusal_ppm = scenario_share(r, rates, "door_refusal");
    flow->chargeback_ppm = scenario_share(r, rates, "chargeback");
    flow->purchase_vat_ppm = scenario_share(r, rates, "purchase_vat");
}

static const struct quantile *read_delay(const struct scenario_reader *r, const cJSON *node)
{
    int64_t t90_s = scenario_decimal(r, node, "t90_h", 2, 0, 0, 8784000) * 36;
    int64_t t10_s = scenario_decimal(r, node, "t10_h", 2, t90_s / 36, 0, 8784000) * 36;
    if (t90_s == 0)
        return NULL;
    if (t10_s > t90_s)
        json_fail(r->json, node, r->errs, ERR_RANGE, "t10_h is above t90_h");
    struct quantile *delay = arena_array(&r->scenario->arena, struct quantile, 1);
    sheet_duration(delay, t10_s, t90_s);
    return delay;
}

static void read_documents(const struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *documents = json_get(node, "documents");
    for (enum declare_document i = DECLARE_ORDER; i < DECLARE_DOCUMENTS; i++) {
        flow->document[i] = read_delay(r, json_get(documents, declare_document_id(i)));
        flow->has_documents = flow->has_documents || flow->document[i];
    }
    if (flow->sale_currency)
        flow->tolerance_minor = scenario_decimal(r, documents, "tolerance", currency_digits(flow->sale_currency), 0, 0,
                                                 INT64_C(1000000000));
}

static void check_rates(const struct scenario_reader *r, const cJSON *node, const struct scenario_flow *flow)
{
    int32_t first = r->scenario->from_day - flow->lead_days;
    check_rate(r, json_get(node, "currency"), flow->sale_currency, first);
    const cJSON *goods = json_get(node, "goods");
    for (uint32_t i = 0; i < flow->goods_count; i++)
        check_rate(r, goods, flow->goods[i].purchase_currency, first);
}

void scenario_flow_read(struct scenario_reader *r, const cJSON *node, struct scenario_flow *flow)
{
    const cJSON *parties = json_get(node, "parties");
    flow->id = node->string;
    read_place(r, node, flow);
    flow->sale_currency = scenario_currency(r, node, "currency");
    flow->purchase_currency = scenario_currency(r, node, "purchase_currency");
    if (!flow->purchase_currency)
        flow->purchase_currency = r->scenario->base_currency;
    flow->seller = read_party(r, parties, "seller", SIDE_HOLDER);
    flow->supplier = read_party(r, parties, "supplier", SIDE_OUTSIDE);
    flow->buyer = read_party(r, parties, "buyer", SIDE_BUYER);
    flow->port = read_port(r, node);
    flow->lane = scenario_lane_find(r, node, "lane");
    read_goods(r, node, flow);
    if (flow->sale_currency)
        flow->freight_minor = scenario_decimal(r, node, "freight", currency_digits(flow->sale_currency), 0, 0,
                                               INT64_C(1000000000000));
    read_demand(r, node, flow);
    read_stock(r, node, flow);
    read_roles(r, node, flow);
    read_documents(r, node, flow);
    scenario_irregular_read(r, node, flow);
    flow->risk_ppm = scenario_decimal(r, node, "risk", 6, 1000000, 0, 1000000000);
    read_work(r, node, flow);
    check_rates(r, node, flow);
}
