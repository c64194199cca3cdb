/* request: the table of what a request may hold, and its reading: an order for customs/assess, or every mistake. */
#include "sim/request.h"

#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/err.h"
#include "sim/book.h"

/* ---- the shape of a request ---- */

static const char *const forms[] = {"retail", "parcel", "general", "domestic", "1210", "9610",
                                    "9710",   "9810",   "1039",    "0110",     NULL};
static const char *const drawback_forms[] = {"trader", "manufacturer", "exempt", NULL};
static const char *const refund_classes[] = {"1", "2", "3", "4", NULL};

static const struct json_field buyer_fields[] = {
    {"annual_used", JSON_DECIMAL, false, false, NULL, NULL, "used of a yearly allowance, destination currency"},
    {"business", JSON_BOOL, false, false, NULL, NULL, "the buyer is a business"},
    {"id", JSON_STRING, false, false, NULL, NULL, "who it is, for a ledger of allowances"},
    {0}};

static const struct json_field export_fields[] = {
    {"customs", JSON_STRING, false, false, NULL, NULL, "district where it is declared, two digits: 53 for Shenzhen"},
    {"pilot_zone", JSON_BOOL, false, false, NULL, NULL, "declared in a comprehensive pilot zone"},
    {"refund", JSON_BOOL, false, false, NULL, NULL, "a refund of VAT is claimed; true when missing"},
    {"restricted", JSON_BOOL, false, false, NULL, NULL, "needs a licence or an inspection, or bears export duty"},
    {"warehouse", JSON_BOOL, false, false, NULL, NULL, "goes into a warehouse abroad, not to a buyer"},
    {"zone", JSON_BOOL, false, false, NULL, NULL, "lies in a customs zone"},
    {"market", JSON_BOOL, false, false, NULL, NULL, "bought in a listed market, without an invoice of VAT"},
    {0}};

static const struct json_field line_fields[] = {
    {"hs", JSON_STRING, false, false, NULL, NULL, "commodity code, 6 to 10 digits"},
    {"sku", JSON_STRING, false, false, NULL, NULL, "of the catalogue, in place of hs"},
    {"description", JSON_STRING, false, false, NULL, NULL, "what it is"},
    {"origin", JSON_STRING, false, false, NULL, NULL, "country of origin, two letters"},
    {"quantity", JSON_DECIMAL, false, false, NULL, NULL, "number of sales units"},
    {"unit_price", JSON_DECIMAL, true, false, NULL, NULL, "per sales unit, without destination taxes"},
    {"net_weight_kg", JSON_DECIMAL, false, false, NULL, NULL, "per sales unit"},
    {"volume_l", JSON_DECIMAL, false, false, NULL, NULL, "per sales unit"},
    {"pieces", JSON_DECIMAL, false, false, NULL, NULL, "per sales unit"},
    {"strength_vol", JSON_DECIMAL, false, false, NULL, NULL, "alcohol, % vol"},
    {0}};

static const struct json_field order_fields[] = {
    {"id", JSON_STRING, false, false, NULL, NULL, "echoed"},
    {"date", JSON_DATE, true, false, NULL, NULL, "day of the sale"},
    {"entry_date", JSON_DATE, false, false, NULL, NULL, "day the declaration is accepted"},
    {"from", JSON_STRING, true, false, NULL, NULL, "country of dispatch, two letters"},
    {"to", JSON_STRING, true, false, NULL, NULL, "destination: DE, US-NY"},
    {"form", JSON_STRING, false, false, forms, NULL, "form of trade"},
    {"transport", JSON_STRING, false, false, transport_ids + 1, NULL, "how it arrives"},
    {"incoterm", JSON_STRING, false, false, incoterm_ids + 1, NULL, "who owes import charges"},
    {"schemes", JSON_ARRAY, false, false, NULL, NULL, "schemes that the seller uses"},
    {"preference", JSON_BOOL, false, false, NULL, NULL, "a proof of preferential origin is presented"},
    {"currency", JSON_STRING, true, false, NULL, NULL, "of every amount, ISO 4217"},
    {"fx", JSON_OBJECT, false, false, NULL, NULL, "{\"USDCNY\": \"7.1234\"}: 1 USD = 7.1234 CNY"},
    {"freight", JSON_DECIMAL, false, false, NULL, NULL, "of the whole order"},
    {"insurance", JSON_DECIMAL, false, false, NULL, NULL, "of the whole order"},
    {"discount", JSON_DECIMAL, false, false, NULL, NULL, "open to every buyer; lowers the value"},
    {"coupon", JSON_DECIMAL, false, false, NULL, NULL, "paid by points; lowers nothing"},
    {"credit", JSON_DECIMAL, false, false, NULL, NULL, "domestic only: tax the seller may deduct"},
    {"buyer", JSON_OBJECT, false, false, NULL, buyer_fields, "what is known of the buyer"},
    {"export", JSON_OBJECT, false, false, NULL, export_fields, "how it leaves: what a mode of supervision asks"},
    {"lines", JSON_ARRAY, true, false, NULL, line_fields, "what is sold, at least one"},
    {0}};

static const struct json_field drawback_fields[] = {
    {"id", JSON_STRING, false, false, NULL, NULL, "echoed"},
    {"date", JSON_DATE, true, false, NULL, NULL, "day of export"},
    {"from", JSON_STRING, false, false, NULL, NULL, "country of export, default CN"},
    {"hs", JSON_STRING, true, false, NULL, NULL, "commodity code, 4 to 10 digits"},
    {"currency", JSON_STRING, true, false, NULL, NULL, "of every amount, ISO 4217"},
    {"fx", JSON_OBJECT, false, false, NULL, NULL, "{\"USDCNY\": \"7.1234\"}: 1 USD = 7.1234 CNY"},
    {"form", JSON_STRING, true, false, drawback_forms, NULL, "who exports"},
    {"purchase_price_with_vat", JSON_DECIMAL, false, false, NULL, NULL, "trader: the supplier's invoice"},
    {"invoice_rate", JSON_DECIMAL, false, false, NULL, NULL, "trader: VAT rate of that invoice"},
    {"fob", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer, exempt: revenue free on board"},
    {"input_vat", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer"},
    {"domestic_output_vat", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer"},
    {"credit_brought_forward", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer"},
    {"taxfree_materials", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer"},
    {"levy_rate", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer: in place of the table's"},
    {"refund_rate", JSON_DECIMAL, false, false, NULL, NULL, "manufacturer: in place of the table's"},
    {"small_profit", JSON_BOOL, false, false, NULL, NULL, "exempt: a small low-profit firm"},
    {"refund_class", JSON_STRING, false, false, refund_classes, NULL, "trader, manufacturer: in the tax office's book"},
    {"unsold", JSON_BOOL, false, false, NULL, NULL, "trader, manufacturer: left for a warehouse abroad, not sold yet"},
    {0}};

const struct json_field *request_fields(enum request_kind kind)
{
    return kind == REQUEST_DRAWBACK ? drawback_fields : order_fields;
}

/* ---- reading ---- */

enum { AMOUNT_DIGITS = 6 }; /* an amount may be finer than the minor unit: insurance as a share of the price */

struct reader {
    const struct book *book;
    const struct json *json;
    struct errs *errs;
    struct request *request;
};

static const struct {
    const char *name;
    enum order_flag flag;
} schemes[] = {
    {"ioss", FLAG_IOSS},
    {"special_arrangements", FLAG_SPECIAL_ARRANGEMENTS},
    {"marketplace", FLAG_MARKETPLACE},
    {"remessa_conforme", FLAG_REMESSA_CONFORME},
    {"gst_registered", FLAG_GST_REGISTERED},
    {"voec", FLAG_VOEC},
};
enum { SCHEMES = sizeof schemes / sizeof *schemes };

/* A decimal in units of 10^-digits, not negative; `fallback` when it is absent. */
static int64_t read_amount(struct reader *r, const cJSON *object, const char *name, unsigned digits,
                           int64_t fallback)
{
    const char *text = json_text(object, name, NULL);
    int64_t value = fallback;
    if (!text)
        return fallback;
    if (text[0] != '-' && decimal_parse(text, strlen(text), digits, &value))
        return value;
    const char *point = strchr(text, '.');
    bool is_negative = text[0] == '-', is_long = point && strlen(point + 1) > digits;
    struct err *err = json_fail(r->json, json_get(object, name), r->errs, ERR_RANGE,
                                is_negative ? "\"%s\" is below zero"
                                : is_long   ? "\"%s\" has more than %u decimals"
                                            : "\"%s\" is too large to be kept with %u decimals",
                                name, digits);
    if (is_negative)
        err_help(err, "amounts and quantities are stated without sign; a price cut is a \"discount\"");
    else if (is_long)
        err_help(err, "round it: %.*s", (int)(point - text) + 1 + (int)digits - (digits == 0), text);
    return fallback;
}

static uint16_t read_country(struct reader *r, const cJSON *object, const char *name, uint16_t fallback)
{
    const char *text = json_text(object, name, NULL);
    if (!text)
        return fallback;
    uint16_t country = text_country(text, strlen(text));
    if (!text_is_country(country))
        text_help_country(json_fail(r->json, json_get(object, name), r->errs, ERR_UNKNOWN_VALUE,
                               "\"%s\" is no country: \"%s\"", name, text),
                     text, strlen(text));
    return country;
}

static uint8_t read_currency(struct reader *r)
{
    const char *text = json_text(r->json->root, "currency", "");
    unsigned currency = currency_index(text);
    if (!currency)
        currency_help(json_fail(r->json, json_get(r->json->root, "currency"), r->errs, ERR_UNKNOWN_VALUE,
                                "unknown currency \"%s\"", text),
                      text);
    return (uint8_t)currency;
}

static int32_t read_day(const struct reader *r, const char *name, int32_t fallback)
{
    const char *text = json_text(r->json->root, name, NULL);
    int32_t day = fallback;
    if (text)
        date_parse(text, strlen(text), &day);
    return day;
}

/* "US-NY" to US and NY. */
static void read_destination(struct reader *r)
{
    const cJSON *node = json_get(r->json->root, "to");
    const char *text = node->valuestring, *dash = strchr(text, '-');
    size_t length = dash ? (size_t)(dash - text) : strlen(text), sub = dash ? strlen(dash + 1) : 0;
    r->request->order.to = text_country(text, length);
    if (!text_is_country(r->request->order.to)) {
        text_help_country(json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "\"to\" is no place: \"%s\"", text),
                     text, length);
        return;
    }
    bool is_sound = !dash || (sub >= 1 && sub <= 3);
    for (size_t i = 0; i < sub && is_sound; i++)
        is_sound = (dash[1 + i] >= 'A' && dash[1 + i] <= 'Z') || (dash[1 + i] >= '0' && dash[1 + i] <= '9');
    if (!is_sound)
        err_help(json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "\"to\" names no subdivision: \"%s\"", text),
                 "ISO 3166-2, like \"US-NY\" or \"BR-SP\"");
    else if (dash)
        memcpy(r->request->order.sub, dash + 1, sub);
}

uint32_t request_schemes(const struct json *json, const cJSON *list, struct errs *errs)
{
    const char *names[SCHEMES];
    uint32_t flags = 0;
    for (size_t i = 0; i < SCHEMES; i++)
        names[i] = schemes[i].name;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        const char *text = cJSON_IsString(item) ? item->valuestring : NULL;
        size_t at = 0;
        if (!text) {
            err_help(json_fail(json, item, errs, ERR_WRONG_TYPE, "a scheme must be a text"), "like \"ioss\"");
            continue;
        }
        while (at < SCHEMES && strcmp(names[at], text) != 0)
            at++;
        if (at < SCHEMES) {
            flags |= 1u << schemes[at].flag;
            continue;
        }
        struct err *err = json_fail(json, item, errs, ERR_UNKNOWN_SCHEME, "unknown scheme \"%s\"", text);
        if (!err_suggest(err, text, names, SCHEMES))
            err_help(err, "known are: ioss, special_arrangements, marketplace, remessa_conforme, gst_registered, voec");
    }
    return flags;
}

static void read_rates(struct reader *r)
{
    const cJSON *fx = json_get(r->json->root, "fx"), *item;
    struct assess_rate *rate = arena_array(&r->request->arena, struct assess_rate, cJSON_GetArraySize(fx) + 1);
    r->request->order.rate = rate;
    cJSON_ArrayForEach(item, fx) {
        char from[4] = "", to[4] = "";
        struct rational value = {0, 1};
        bool is_pair = strlen(item->string) == 6;
        if (is_pair) {
            memcpy(from, item->string, 3);
            memcpy(to, item->string + 3, 3);
        }
        if (!is_pair || !currency_index(from) || !currency_index(to)) {
            err_help(json_fail_name(r->json, item, r->errs, ERR_UNKNOWN_VALUE,
                                    "\"%s\" is no pair of currencies", item->string),
                     "\"USDCNY\": \"7.1234\" says that 1 USD is 7.1234 CNY");
        } else if (!cJSON_IsString(item) ||
                   !rational_parse(item->valuestring, strlen(item->valuestring), &value) || value.num <= 0) {
            err_help(json_fail(r->json, item, r->errs, cJSON_IsString(item) ? ERR_RANGE : ERR_WRONG_TYPE,
                               "a rate of exchange must be a decimal number as text, above zero"),
                     "like \"%s\": \"7.1234\"", item->string);
        } else {
            rate[r->request->order.rates++] = (struct assess_rate){currency_index(from), currency_index(to), value};
        }
    }
}

static bool is_code(const char *text, size_t least)
{
    size_t length = strspn(text, "0123456789");
    return text[length] == '\0' && length >= least && length <= 10;
}

/* No code at all; one with the dots that tariffs print in it is told without them. */
static void fail_code(struct reader *r, const cJSON *node, size_t least)
{
    const char *text = node->valuestring;
    char digits[16] = "";
    size_t used = 0;
    for (; *text && used < 11; text++)
        if (*text >= '0' && *text <= '9')
            digits[used++] = *text;
    struct err *err = json_fail(r->json, node, r->errs, ERR_BAD_REQUEST,
                                "a commodity code has %zu to 10 digits: \"%s\"",
                                least, node->valuestring);
    bool is_dotted = strspn(node->valuestring, "0123456789. ") == strlen(node->valuestring);
    if (is_dotted && is_code(digits, least))
        err_help(err, "digits alone: \"%s\"", digits);
    else
        err_help(err, "a code of the Harmonized System, like \"392690\"");
}

static void read_code(struct reader *r, const cJSON *item, struct assess_line *line)
{
    const char *hs = json_text(item, "hs", NULL), *sku = json_text(item, "sku", NULL);
    if ((hs != NULL) == (sku != NULL)) {
        struct err *err = json_fail(r->json, item, r->errs, ERR_BAD_REQUEST,
                                    hs ? "a line has both \"hs\" and \"sku\"" : "a line needs \"hs\" or \"sku\"");
        err_help(err, hs ? "leave one of them out" : "\"hs\": its commodity code, 6 to 10 digits");
        return;
    }
    if (hs) {
        if (is_code(hs, 6))
            snprintf(line->hs, sizeof line->hs, "%s", hs);
        else
            fail_code(r, json_get(item, "hs"), 6);
        return;
    }
    const struct catalog *catalog = &r->book->catalog;
    uint32_t product = catalog_find(catalog, sku, strlen(sku));
    if (!product) {
        struct err *err = json_fail(r->json, json_get(item, "sku"), r->errs, ERR_UNKNOWN_CODE,
                                    "no \"%s\" in the catalogue", sku);
        if (!catalog->count || !err_suggest(err, sku, catalog->names.name + 1, catalog->count))
            err_help(err, "goods of your own: --catalog FILE; or give \"hs\" in place of \"sku\"");
        return;
    }
    const struct product *p = &catalog->product[product];
    if (!book_code(r->book, p, r->request->order.to)[0])
        err_help(json_fail(r->json, json_get(item, "sku"), r->errs, ERR_UNKNOWN_CODE,
                           "the catalogue has no commodity code of \"%s\" for this destination", sku),
                 "give \"hs\" in place of \"sku\"");
    snprintf(line->hs, sizeof line->hs, "%s", book_code(r->book, p, r->request->order.to));
    line->origin = p->origin;
    line->weight = p->net_weight_g * 1000;
    line->volume = p->volume_ml >= 0 ? p->volume_ml * 1000 : -1;
    line->pieces = p->pieces > 1 ? p->pieces * 1000000 : -1; /* one piece is the sales unit itself */
}

/* A price in as few digits as it is written with, so that the order's price need not be cut. */
static void read_price(struct reader *r, const cJSON *item, struct assess_line *line)
{
    const char *text = json_text(item, "unit_price", "0"), *point = strchr(text, '.');
    size_t digits = point ? strlen(point + 1) : 0;
    line->price_digits = (uint8_t)(digits > 9 ? 9 : digits);
    line->price = read_amount(r, item, "unit_price", line->price_digits, 0);
}

static void read_line(struct reader *r, const cJSON *item, struct names *descriptions,
                      struct assess_line *line)
{
    *line = (struct assess_line){.weight = -1, .volume = -1, .pieces = -1};
    read_code(r, item, line);
    read_price(r, item, line);
    line->origin = read_country(r, item, "origin", line->origin);
    line->quantity = read_amount(r, item, "quantity", 6, 1000000);
    line->weight = read_amount(r, item, "net_weight_kg", 6, line->weight);
    line->volume = read_amount(r, item, "volume_l", 6, line->volume);
    bool is_measured = json_get(item, "net_weight_kg") || json_get(item, "volume_l");
    line->pieces = read_amount(r, item, "pieces", 6, is_measured ? -1 : line->pieces);
    line->strength = read_amount(r, item, "strength_vol", 6, -1);
    const char *description = json_text(item, "description", "");
    line->description = descriptions ? names_add(descriptions, description, strlen(description)) : 0;
    if (line->quantity == 0)
        err_help(json_fail(r->json, json_get(item, "quantity"), r->errs, ERR_RANGE, "\"quantity\" is zero"),
                 "leave the line out, or the name \"quantity\" for one unit");
}

static void read_lines(struct reader *r)
{
    const cJSON *list = json_get(r->json->root, "lines"), *item;
    int count = cJSON_GetArraySize(list);
    if (count == 0 || count > RULE_LINES_MAX) {
        json_fail(r->json, list, r->errs, ERR_BAD_REQUEST, "an order has 1 to %d lines, not %d", RULE_LINES_MAX,
                  count);
        return;
    }
    struct assess_line *line = arena_array(&r->request->arena, struct assess_line, count);
    struct names descriptions;
    names_init(&descriptions, &r->request->arena);
    r->request->order.line = line;
    cJSON_ArrayForEach(item, list)
        read_line(r, item, count > 1 ? &descriptions : NULL, &line[r->request->order.lines++]);
}

static void read_export(struct reader *r, const cJSON *export)
{
    static const struct {
        const char *name;
        enum order_flag flag;
        bool otherwise;
    } truths[] = {{"pilot_zone", FLAG_PILOT_ZONE, false}, {"refund", FLAG_CLAIMS_REFUND, true},
                  {"restricted", FLAG_RESTRICTED, false}, {"warehouse", FLAG_TO_WAREHOUSE, false},
                  {"zone", FLAG_FROM_ZONE, false},        {"market", FLAG_FROM_MARKET, false}};
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
        r->request->order.flags |= (uint32_t)json_bool(export, truths[i].name, truths[i].otherwise) << truths[i].flag;
    const char *customs = json_text(export, "customs", "");
    memset(r->request->customs, 0, sizeof r->request->customs);
    if (*customs && (strlen(customs) != 2 || strspn(customs, "0123456789") != 2))
        err_help(json_fail(r->json, json_get(export, "customs"), r->errs, ERR_UNKNOWN_VALUE,
                           "\"customs\" is no district: \"%s\"", customs),
                 "the first two digits of the customs code: 53 for Shenzhen");
    else
        memcpy(r->request->customs, customs, strlen(customs));
}

struct assess_order request_mode(const struct request *request, enum form form)
{
    struct assess_order order = request->order;
    order.form = (uint8_t)form;
    order.to = order.from;
    memcpy(order.sub, request->customs, sizeof order.sub);
    return order;
}

static void read_order(struct reader *r)
{
    const cJSON *root = r->json->root, *buyer = json_get(root, "buyer");
    struct assess_order *order = &r->request->order;
    order->from = read_country(r, root, "from", 0);
    read_destination(r);
    order->form = (uint8_t)form_find(json_text(root, "form", "retail"));
    order->transport = (uint8_t)transport_find(json_text(root, "transport", "express"));
    order->incoterm = (uint8_t)incoterm_find(json_text(root, "incoterm", "DAP"));
    order->entry_day = read_day(r, "entry_date", DAY_UNSET);
    order->flags |= request_schemes(r->json, json_get(root, "schemes"), r->errs);
    order->flags |= (uint32_t)json_bool(root, "preference", false) << FLAG_PREFERENCE;
    order->flags |= (uint32_t)json_bool(buyer, "business", false) << FLAG_BUSINESS;
    read_export(r, json_get(root, "export"));
    unsigned digits = order->currency ? currency_digits(order->currency) : 2;
    order->fine = (uint8_t)(AMOUNT_DIGITS - digits);
    order->freight = read_amount(r, root, "freight", AMOUNT_DIGITS, -1);
    order->insurance = read_amount(r, root, "insurance", AMOUNT_DIGITS, -1);
    order->discount = read_amount(r, root, "discount", AMOUNT_DIGITS, 0);
    order->coupon = read_amount(r, root, "coupon", AMOUNT_DIGITS, 0);
    order->credit = read_amount(r, root, "credit", AMOUNT_DIGITS, 0);
    unsigned currency = rule_currency(r->book->rules, order->to);
    order->annual_used = read_amount(r, buyer, "annual_used", currency ? currency_digits(currency) : 2, 0);
    const char *who = json_text(buyer, "id", NULL);
    r->request->buyer = who ? arena_copy(&r->request->arena, who, strlen(who)) : NULL;
    r->request->has_used = json_get(buyer, "annual_used") != NULL;
    if (order->form == FORM_DOMESTIC && order->from != order->to)
        err_help(json_fail(r->json, json_get(root, "from"), r->errs, ERR_BAD_REQUEST,
                           "a domestic sale has the same \"from\" and \"to\""),
                 "a sale across the border is retail, parcel or general");
    read_lines(r);
}

/* An amount of a drawback request: converted to the currency of the law by assess's own rate is not
 * possible for facts beyond the order's, so the request must be in that currency. */
static void read_drawback(struct reader *r)
{
    static const struct {
        const char *name;
        enum order_fact fact;
        int flag; /* -1: none */
    } amounts[] = {
        {"purchase_price_with_vat", FACT_PURCHASE_GROSS, -1}, {"fob", FACT_FOB, -1},
        {"input_vat", FACT_INPUT_VAT, -1}, {"domestic_output_vat", FACT_OUTPUT_VAT, -1},
        {"credit_brought_forward", FACT_BROUGHT_FORWARD, -1}, {"taxfree_materials", FACT_TAXFREE_MATERIALS, -1},
        {"levy_rate", FACT_LEVY_GIVEN, FLAG_HAS_LEVY}, {"refund_rate", FACT_REFUND_GIVEN, FLAG_HAS_REFUND},
        {"invoice_rate", FACT_INVOICE_RATE, FLAG_HAS_INVOICE_RATE},
    };
    const cJSON *root = r->json->root;
    struct assess_order *order = &r->request->order;
    order->from = order->to = read_country(r, root, "from", text_country("CN", 2));
    order->form = (uint8_t)form_find(json_text(root, "form", ""));
    order->transport = TRANSPORT_EXPRESS;
    order->incoterm = INCOTERM_DAP;
    order->entry_day = DAY_UNSET;
    order->freight = order->insurance = -1;
    order->flags |= (uint32_t)json_bool(root, "small_profit", false) << FLAG_SMALL_PROFIT;
    order->flags |= (uint32_t)json_bool(root, "unsold", false) << FLAG_UNSOLD;
    order->given[FACT_REFUND_CLASS] = read_amount(r, root, "refund_class", 6, 0);
    unsigned digits = order->currency ? currency_digits(order->currency) : 2;
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        bool is_rate = amounts[i].flag >= 0;
        order->given[amounts[i].fact] = read_amount(r, root, amounts[i].name, is_rate ? 6 : digits, 0);
        if (is_rate && json_get(root, amounts[i].name))
            order->flags |= 1u << amounts[i].flag;
    }
    const char *need = order->form == FORM_TRADER ? "purchase_price_with_vat" : "fob";
    if (!json_get(root, need))
        err_help(json_fail(r->json, json_get(root, "form"), r->errs, ERR_MISSING_NAME,
                           "\"%s\" is missing for this form", need),
                 order->form == FORM_TRADER ? "what the supplier invoiced, VAT included" : "the revenue free on board");
    struct assess_line *line = arena_array(&r->request->arena, struct assess_line, 1);
    const char *hs = json_text(root, "hs", "");
    *line = (struct assess_line){.quantity = 1000000, .weight = -1, .volume = -1, .pieces = -1, .strength = -1};
    if (is_code(hs, 4))
        snprintf(line->hs, sizeof line->hs, "%s", hs);
    else
        fail_code(r, json_get(root, "hs"), 4);
    order->line = line;
    order->lines = 1;
    unsigned currency = rule_currency(r->book->rules, order->to);
    if (currency && order->currency && currency != order->currency)
        err_help(json_fail(r->json, json_get(root, "currency"), r->errs, ERR_BAD_REQUEST,
                           "a drawback is asked for in %s", currency_code(currency)),
                 "convert the amounts first");
}

bool request_read(struct request *request, enum request_kind kind, const struct book *book,
                  const struct json *json, struct errs *errs)
{
    struct reader r = {.book = book, .json = json, .errs = errs, .request = request};
    size_t before = errs->count;
    arena_reset(&request->arena);
    request->order = (struct assess_order){.fx_sale_day = DAY_UNSET, .fx_entry_day = DAY_UNSET};
    if (json_check(json, json->root, request_fields(kind), "a request", errs) != 0)
        return false;
    request->order.currency = read_currency(&r);
    request->order.sale_day = read_day(&r, "date", DAY_UNSET);
    read_rates(&r);
    if (kind == REQUEST_DRAWBACK)
        read_drawback(&r);
    else
        read_order(&r);
    return errs->count == before;
}

void request_finish(struct request *request)
{
    arena_finish(&request->arena);
}
