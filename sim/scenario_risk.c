/* scenario_risk: reads what customs thinks of firms, and how often orders hide something. */
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "sim/book.h"
#include "sim/scenario_int.h"

#define DECIMAL_FIELD(name, note) {name, JSON_DECIMAL, false, false, NULL, NULL, note}
#define INTEGER_FIELD(name, note) {name, JSON_INTEGER, false, false, NULL, NULL, note}

static const char *const grades[] = {
#define X(id, name, en, zh) #name,
    CREDIT_GRADES(X)
#undef X
    NULL};

static const struct json_field grade_fields[] = {
    DECIMAL_FIELD("inspect", "factor on the rate of inspection; 1 when missing"),
    {"guarantee", JSON_BOOL, false, false, NULL, NULL, "is a guarantee asked for an order's charges (role guarantee)?"},
    {0}};

static const struct json_field by_grade_fields[] = {
#define X(id, name, en, zh) {#name, JSON_OBJECT, false, false, NULL, grade_fields, en},
    CREDIT_GRADES(X)
#undef X
    {0}};

const struct json_field scenario_credit_fields[] = {
    {"grades", JSON_OBJECT, false, false, NULL, by_grade_fields, "what a grade means"},
    INTEGER_FIELD("down_after", "so many catches lower the grade; 0 or missing: none do"),
    INTEGER_FIELD("up_after", "so many inspections in a row that find nothing raise it; 0 or missing: none do"),
    DECIMAL_FIELD("price", "goods declared at nothing are looked at so many times more often; 0 when missing"),
    DECIMAL_FIELD("history", "and those of a firm at which every inspection found something; 0 when missing"),
    {0}};

const struct json_field scenario_firm_fields[] = {
    {"grade", JSON_STRING, true, false, grades, NULL, "at the beginning; regular is that of all others"},
    {0}};

#define SHARES                                                                                     \
    DECIMAL_FIELD("rate", "share of the orders"), DECIMAL_FIELD("found", "share of the inspections that see it")
static const struct json_field part_fields[] = {
    SHARES, DECIMAL_FIELD("least", "the least share of the truth that is declared; 0.2 when missing"),
    DECIMAL_FIELD("most", "the greatest; 0.6 when missing"), {0}};
static const struct json_field code_fields[] = {
    SHARES, {"as", JSON_STRING, true, false, NULL, NULL, "sku of the catalogue whose code is declared"}, {0}};
static const struct json_field split_fields[] = {
    SHARES, {"above", JSON_DECIMAL, true, false, NULL, NULL, "orders of more are split, in the flow's currency"}, {0}};
static const struct json_field share_fields[] = {SHARES, {0}};

const struct json_field scenario_irregular_fields[] = {
    {"undervalued", JSON_OBJECT, false, false, NULL, part_fields, "a share of the price is declared"},
    {"wrong_code", JSON_OBJECT, false, false, NULL, code_fields, "the code of other goods is declared"},
    {"split", JSON_OBJECT, false, false, NULL, split_fields, "big orders come as several small ones"},
    {"borrowed", JSON_OBJECT, false, false, NULL, share_fields, "another buyer's allowance is used"},
    {"fake", JSON_OBJECT, false, false, NULL, share_fields, "nobody buys: no money, and the goods come back"},
    {"wrong_weight", JSON_OBJECT, false, false, NULL, part_fields, "a share of the weight is declared"},
    DECIMAL_FIELD("fine", "times the charges that were evaded; 0 when missing"),
    DECIMAL_FIELD("fine_least", "at least, in the base currency; 0 when missing"),
    {0}};

/* ---- firms ---- */

static void read_grades(const struct scenario_reader *r, const cJSON *node, struct credit_rules *rules)
{
    for (unsigned grade = CREDIT_UNSET + 1; grade < CREDIT_GRADE_COUNT; grade++) {
        const cJSON *one = json_get(node, grades[grade - 1]);
        rules->grade[grade].inspect_ppm = scenario_decimal(r, one, "inspect", 6, 1000000, 0, 1000000000);
        rules->grade[grade].asks_guarantee = json_bool(one, "guarantee", false);
    }
}

static void read_firm(const struct scenario_reader *r, const cJSON *node)
{
    const struct parties *list = &r->book->parties;
    uint16_t party = parties_find(list, node->string, strlen(node->string));
    if (!party) {
        struct err *err = json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "no party \"%s\"", node->string);
        err_suggest(err, node->string, list->names.name + 1, list->count);
        return;
    }
    r->scenario->grade[party] = (uint8_t)credit_grade_find(json_text(node, "grade", ""));
}

/* A grade that moves is shared by all flows of its firm, and cells share nothing. */
static void check_cells(const struct scenario_reader *r, const cJSON *node)
{
    const struct scenario *s = r->scenario;
    uint32_t cell[PARTY_MAX] = {0}; /* + 1 */
    for (uint32_t m = 0; m < s->markets; m++)
        for (uint32_t k = 0; k < s->market[m].flows; k++) {
            uint16_t seller = s->flow[s->market[m].flow[k]].seller;
            if (cell[seller] && cell[seller] != s->market[m].cell + 1)
                json_fail_name(r->json, node, r->errs, ERR_RANGE, "two cells share the seller \"%s\"",
                               r->book->parties.party[seller].id);
            cell[seller] = s->market[m].cell + 1;
        }
}

void scenario_credit_read(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *node = json_get(root, "credit"), *firms = json_get(root, "firms"), *item;
    struct credit_rules *rules = &s->credit;
    s->has_credit = node || firms;
    if (!s->has_credit)
        return;
    memset(s->grade, CREDIT_REGULAR, sizeof s->grade);
    read_grades(r, json_get(node, "grades"), rules);
    rules->down_after = (uint32_t)scenario_integer(r, node, "down_after", 0, 0, 1000000000);
    rules->up_after = (uint32_t)scenario_integer(r, node, "up_after", 0, 0, 1000000000);
    rules->price_ppm = scenario_decimal(r, node, "price", 6, 0, 0, 1000000000);
    rules->history_ppm = scenario_decimal(r, node, "history", 6, 0, 0, 1000000000);
    cJSON_ArrayForEach(item, firms) read_firm(r, item);
    check_cells(r, node ? node : firms);
}

/* ---- orders that hide something ---- */

static void read_rule(const struct scenario_reader *r, const cJSON *node, struct irregular_rule *rule)
{
    rule->rate_ppm = scenario_share(r, node, "rate");
    rule->found_ppm = scenario_share(r, node, "found");
    rule->least_ppm = (uint32_t)scenario_decimal(r, node, "least", 6, 200000, 1, 1000000);
    rule->most_ppm = (uint32_t)scenario_decimal(r, node, "most", 6, 600000, 1, 1000000);
    if (rule->least_ppm > rule->most_ppm)
        json_fail(r->json, node, r->errs, ERR_RANGE, "\"least\" is above \"most\"");
}

static void read_code(const struct scenario_reader *r, const cJSON *node, const struct scenario_flow *flow,
                      struct scenario_irregular *out)
{
    const struct catalog *catalog = &r->book->catalog;
    const char *sku = json_text(node, "as", NULL);
    uint32_t product = sku ? catalog_find(catalog, sku, strlen(sku)) : 0;
    if (!sku)
        return;
    if (!product) {
        struct err *err = json_fail(r->json, json_get(node, "as"), r->errs, ERR_UNKNOWN_VALUE,
                                    "no product \"%s\" in the catalogue", sku);
        err_suggest(err, sku, catalog->names.name + 1, catalog->count);
        return;
    }
    const char *code = book_code(r->book, &catalog->product[product], flow->to);
    if (*code == '\0')
        json_fail(r->json, json_get(node, "as"), r->errs, ERR_UNKNOWN_CODE,
                  "\"%s\" has no commodity code at its destination", sku);
    snprintf(out->code, sizeof out->code, "%s", code);
}

void scenario_irregular_read(const struct scenario_reader *r, const cJSON *flow_node, struct scenario_flow *flow)
{
    const cJSON *node = json_get(flow_node, "irregular");
    uint64_t sum = 0;
    if (!node || !flow->sale_currency || !r->scenario->base_currency)
        return;
    struct scenario_irregular *out = arena_array(&r->scenario->arena, struct scenario_irregular, 1);
    flow->irregular = out;
    for (unsigned kind = IRREGULAR_NONE + 1; kind < IRREGULAR_COUNT; kind++) {
        read_rule(r, json_get(node, irregular_id((enum irregular_kind)kind)), &out->rule[kind]);
        sum += out->rule[kind].rate_ppm;
    }
    if (sum > 1000000)
        json_fail(r->json, node, r->errs, ERR_RANGE, "the rates add up to more than 1");
    if (flow->column == COLUMN_GENERAL_TRADE || flow->channel == CHANNEL_OVERSEAS_WAREHOUSE ||
        scenario_replays(r->scenario))
        json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_NAME, "customs sees no order of this flow");
    read_code(r, json_get(node, "wrong_code"), flow, out);
    out->above_minor = scenario_decimal(r, json_get(node, "split"), "above", currency_digits(flow->sale_currency), 0, 0,
                                        INT64_C(1000000000000));
    out->fine_ppm = scenario_decimal(r, node, "fine", 6, 0, 0, 1000000000);
    out->fine_least = scenario_decimal(r, node, "fine_least", currency_digits(r->scenario->base_currency), 0, 0,
                                       INT64_C(1000000000000));
}
