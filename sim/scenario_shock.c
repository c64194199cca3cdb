/* scenario_shock: reads what happens on dated days: capacity that is gone, ways that are closed, money that moves. */
#include <string.h>

#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/fx.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/scenario_int.h"

static const char *const kinds[] = {"capacity", "closed", "fx", NULL};

const struct json_field scenario_shock_fields[] = {
    {"kind", JSON_STRING, true, false, kinds, NULL,
     "capacity: a lane loses room; closed: a flow or a product is; fx: a currency's worth changes"},
    {"title", JSON_TEXTS, true, false, NULL, NULL, "one line, in two languages"},
    {"from", JSON_DATE, true, false, NULL, NULL, "first day"},
    {"to", JSON_DATE, true, false, NULL, NULL, "last day"},
    {"lane", JSON_STRING, false, false, NULL, NULL, "capacity: which lane"},
    {"flow", JSON_STRING, false, false, NULL, NULL, "closed: which flow; every one when missing"},
    {"product", JSON_STRING, false, false, NULL, NULL, "closed: which good; every one when missing"},
    {"transport", JSON_STRING, false, false, transport_ids + 1, NULL, "closed: only flows that go this way"},
    {"currency", JSON_STRING, false, false, NULL, NULL, "fx: which currency"},
    {"share", JSON_DECIMAL, false, false, NULL, NULL, "capacity: what is left of it; fx: factor on its worth"},
    {0}};

static uint16_t find_flow(const struct scenario_reader *r, const cJSON *node)
{
    const char *id = json_text(node, "flow", NULL), *names[FLOW_MAX];
    for (uint32_t i = 0; id && i < r->scenario->flows; i++) {
        if (strcmp(r->scenario->flow[i].id, id) == 0)
            return (uint16_t)(i + 1);
        names[i] = r->scenario->flow[i].id;
    }
    if (id)
        err_suggest(json_fail(r->json, json_get(node, "flow"), r->errs, ERR_UNKNOWN_VALUE, "no flow \"%s\"", id),
                         id, names, r->scenario->flows);
    return 0;
}

static uint32_t find_product(const struct scenario_reader *r, const cJSON *node)
{
    const char *sku = json_text(node, "product", NULL);
    uint32_t product = sku ? catalog_find(&r->book->catalog, sku, strlen(sku)) : 0;
    if (sku && !product)
        json_fail(r->json, json_get(node, "product"), r->errs, ERR_UNKNOWN_VALUE, "no \"%s\" in the catalogue", sku);
    return product;
}

static enum shock_kind kind_of(const char *id)
{
    for (unsigned i = 0; kinds[i]; i++)
        if (strcmp(kinds[i], id) == 0)
            return (enum shock_kind)(i + 1);
    return SHOCK_UNSET;
}

/* What a kind must say, and what it cannot. */
static void check_shock(const struct scenario_reader *r, const cJSON *node, const struct scenario_shock *shock)
{
    const char *need = shock->kind == SHOCK_CAPACITY ? "lane" : shock->kind == SHOCK_FX ? "currency" : NULL;
    if (need && !json_get(node, need))
        json_fail(r->json, node, r->errs, ERR_MISSING_NAME, "\"%s\" is missing", need);
    if (need && !json_get(node, "share"))
        json_fail(r->json, node, r->errs, ERR_MISSING_NAME, "\"share\" is missing");
    if (shock->kind == SHOCK_CLOSED && !shock->flow && !shock->product && !shock->transport)
        json_fail(r->json, node, r->errs, ERR_MISSING_NAME, "\"flow\", \"product\" or \"transport\" is missing");
    if (shock->kind == SHOCK_FX && strcmp(currency_code(shock->currency), "EUR") == 0)
        json_fail(r->json, json_get(node, "currency"), r->errs, ERR_RANGE,
                  "every rate is in euros: let the other currencies move");
    if (shock->from_day > shock->to_day)
        json_fail(r->json, json_get(node, "to"), r->errs, ERR_RANGE, "\"to\" is before \"from\"");
}

static void read_shock(const struct scenario_reader *r, const cJSON *node, struct scenario_shock *shock)
{
    const cJSON *title = json_get(node, "title");
    const char *from = json_text(node, "from", ""), *to = json_text(node, "to", "");
    const char *transport = json_text(node, "transport", "");
    *shock = (struct scenario_shock){.id = node->string, .title_en = json_text(title, "en", ""),
                                     .title_zh = json_text(title, "zh", "")};
    shock->kind = (uint8_t)kind_of(json_text(node, "kind", ""));
    bool is_dated = date_parse(from, strlen(from), &shock->from_day) && date_parse(to, strlen(to), &shock->to_day);
    check(is_dated); /* json_check has seen both */
    shock->lane = scenario_lane_find(r, node, "lane");
    shock->flow = find_flow(r, node);
    shock->product = find_product(r, node);
    shock->transport = (uint8_t)(*transport ? transport_find(transport) : TRANSPORT_UNSET);
    shock->currency = scenario_currency(r, node, "currency");
    shock->share_ppm = scenario_decimal(r, node, "share", 6, 0, 0, 1000000000);
    check_shock(r, node, shock);
}

/* A copy of the book's exchange rates, to be changed. */
static void copy_fx(const struct scenario_reader *r)
{
    struct scenario *s = r->scenario;
    const struct fx *base = &r->book->fx;
    struct fx *fx = arena_array(&s->arena, struct fx, 1);
    *fx = *base;
    for (unsigned currency = 1; currency < CURRENCY_MAX; currency++) {
        if (!base->per_eur[currency])
            continue;
        fx->per_eur[currency] = arena_array(&s->arena, int64_t, (uint32_t)fx->months);
        memcpy(fx->per_eur[currency], base->per_eur[currency], (size_t)fx->months * sizeof(int64_t));
    }
    s->fx = s->own_fx = fx;
}

void scenario_fx_scale(const struct scenario_reader *r, unsigned currency, int32_t from_month, int32_t to_month,
                       int64_t ppm)
{
    if (!r->scenario->own_fx)
        copy_fx(r);
    struct fx *fx = r->scenario->own_fx;
    int64_t *series = fx->per_eur[currency];
    for (int32_t i = 0; series && i < fx->months; i++) {
        int32_t month = fx->first_month + i;
        if (month >= from_month && month <= to_month && series[i])
            series[i] = money_scale(series[i], 1000000, ppm ? ppm : 1, ROUND_HALF_UP);
    }
}

void scenario_shocks_read(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *shocks = json_get(root, "shocks"), *item;
    int count = cJSON_GetArraySize(shocks);
    s->fx = &r->book->fx;
    if (count > SHOCK_MAX) {
        json_fail(r->json, shocks, r->errs, ERR_RANGE, "%d shocks, at most %d expected", count, SHOCK_MAX);
        return;
    }
    s->shock = arena_array(&s->arena, struct scenario_shock, (uint32_t)count + 1);
    cJSON_ArrayForEach(item, shocks) {
        struct scenario_shock *shock = &s->shock[s->shocks++];
        read_shock(r, item, shock);
        if (shock->kind == SHOCK_FX && shock->currency)
            scenario_fx_scale(r, shock->currency, date_month(shock->from_day), date_month(shock->to_day),
                              shock->share_ppm);
    }
}
