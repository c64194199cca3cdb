/* scenario: the document: patches laid over it, its table of members, its own prices, and what its demand comes to. */
#include "sim/scenario.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/ledger.h"
#include "core/tariff.h"
#include "core/wide.h"
#include "sim/book.h"
#include "sim/reform.h"
#include "sim/replay.h"
#include "sim/scenario_int.h"

/* ---- what a scenario may hold ---- */

#define TEXT_FIELD(name, note) {name, JSON_STRING, false, false, NULL, NULL, note}
#define INTEGER_FIELD(name, note) {name, JSON_INTEGER, false, false, NULL, NULL, note}
#define DECIMAL_FIELD(name, note) {name, JSON_DECIMAL, false, false, NULL, NULL, note}

static const char *const scales[] = {"demand", "period", NULL};

static const struct json_field period_fields[] = {
    {"from", JSON_DATE, true, false, NULL, NULL, "first day on which orders are placed"},
    {"to", JSON_DATE, true, false, NULL, NULL, "last day on which orders are placed"},
    {0}};

static const struct json_field limit_fields[] = {
    {"scales", JSON_STRING, true, false, scales, NULL, "what a limit of orders changes"},
    INTEGER_FIELD("most_per_day", "demand is not scaled beyond; then the period grows"),
    {0}};

static const struct json_field price_fields[] = {
    TEXT_FIELD("party", "who is paid"),
    TEXT_FIELD("kind", "what for, a kind of posting"),
    TEXT_FIELD("currency", "of the amounts, ISO 4217"),
    DECIMAL_FIELD("fixed", "per order or shipment, or per started capacity_kg"),
    DECIMAL_FIELD("per_unit", "per sales unit"),
    DECIMAL_FIELD("per_kg", "per kg of paid weight"),
    DECIMAL_FIELD("per_cbm", "per cubic metre; storage: and day"),
    DECIMAL_FIELD("share", "of the amount that the price is for, 0 to 1; interest: a year"),
    DECIMAL_FIELD("least", "at least"),
    DECIMAL_FIELD("most", "at most"),
    INTEGER_FIELD("capacity_kg", "of one container or truck"),
    DECIMAL_FIELD("first_kg", "weight that \"fixed\" covers"),
    DECIMAL_FIELD("step_kg", "the weight beyond is paid by started steps of this"),
    DECIMAL_FIELD("min_kg", "at least this weight is paid"),
    INTEGER_FIELD("divisor", "cm3 that are paid as one kg where that is more than the weight"),
    TEXT_FIELD("fuel", "row whose share is the fuel surcharge"),
    DECIMAL_FIELD("t10_h", "hours below which 10 % of the durations lie"),
    DECIMAL_FIELD("t90_h", "hours below which 90 % of the durations lie"),
    DECIMAL_FIELD("loss", "share that is lost on the way, 0 to 1"),
    TEXT_FIELD("or", "another row that is taken where it is cheaper"),
    {"confidence", JSON_STRING, false, false, tariff_confidences, NULL, "how sure the figures are"},
    TEXT_FIELD("source", "where the figures come from"),
    {0}};

static const struct json_field figure_fields[] = {
    {"confidence", JSON_STRING, true, false, tariff_confidences, NULL, "how sure the figures are"},
    {"source", JSON_STRING, true, false, NULL, NULL, "where the figures come from"},
    {0}};

static const struct json_field replay_fields[] = {
    {"columns", JSON_OBJECT, true, false, NULL, replay_columns, "which column of the orders holds what"},
    {"countries", JSON_STRING, true, false, NULL, NULL, "table of country names, CSV: name,code"},
    {"keywords", JSON_STRING, true, false, NULL, NULL, "table of goods by words of their description, CSV"},
    {"postage", JSON_ARRAY, false, false, NULL, NULL, "articles that are freight"},
    {"manual", JSON_ARRAY, false, false, NULL, NULL, "articles that are no goods"},
    {0}};

const struct json_field scenario_fields[] = {
    {"schema_version", JSON_INTEGER, true, false, NULL, NULL, "1"},
    {"id", JSON_STRING, true, false, NULL, NULL, "name of the scenario"},
    {"title", JSON_TEXTS, true, false, NULL, NULL, "one line, in two languages"},
    {"about", JSON_TEXTS, false, false, NULL, NULL, "a few sentences, in two languages"},
    {"home", JSON_STRING, true, false, NULL, NULL, "the country from which columns are seen, two letters"},
    {"base_currency", JSON_STRING, true, false, NULL, NULL, "of all totals, ISO 4217"},
    {"period", JSON_OBJECT, true, false, NULL, period_fields, "when orders are placed"},
    {"as_of", JSON_DATE, false, true, NULL, NULL, "the law of this day for every order; null: of its own"},
    {"law_of", JSON_OBJECT, false, false, NULL, NULL, "the law of a day for a place: {\"CN\": \"2019-04-01\"}"},
    {"limit", JSON_OBJECT, false, false, NULL, limit_fields, "what --limit changes"},
    {"flows", JSON_MAP, true, false, NULL, scenario_flow_fields, "flows of goods, by id"},
    {"markets", JSON_MAP, false, false, NULL, scenario_market_fields, "buyers whom several flows may serve, by id"},
    {"lanes", JSON_MAP, false, false, NULL, scenario_lane_fields, "departures of carriers, by id"},
    {"ports", JSON_MAP, false, false, NULL, scenario_port_fields, "customs' staff and hours, by the port's id"},
    {"credit", JSON_OBJECT, false, false, NULL, scenario_credit_fields, "what customs thinks of firms"},
    {"firms", JSON_MAP, false, false, NULL, scenario_firm_fields, "grades of sellers, by their id as parties"},
    {"shocks", JSON_MAP, false, false, NULL, scenario_shock_fields, "what happens from a day to a day, by id"},
    {"prices", JSON_MAP, false, false, NULL, price_fields, "price-list rows of its own, or changes of rows, by id"},
    {"factors", JSON_OBJECT, false, false, NULL, NULL,
     "on all prices of a kind of posting, on a currency's worth, or on customs' officers: {\"freight\": \"2\", "
     "\"CNY\": {\"2025-03-01\": \"1.1\"}, \"officers\": \"0.5\"}; by days: from each on"},
    {"figures", JSON_MAP, false, false, NULL, figure_fields, "where figures come from, by their JSON pointer"},
    {"outside", JSON_OBJECT, false, true, NULL, scenario_outside_fields, "a real endpoint that decides one step"},
    {"replay", JSON_OBJECT, false, false, NULL, replay_fields, "how a user's orders are read"},
    {0}};

/* ---- numbers and names with their bounds ---- */

static void fail_range(const struct scenario_reader *r, const cJSON *node, const char *name, unsigned digits,
                       int64_t low, int64_t high)
{
    struct buf range = {0};
    for (; digits > 0 && low % 10 == 0 && high % 10 == 0; digits--) {
        low /= 10;
        high /= 10;
    }
    buf_puts(&range, "between ");
    buf_decimal(&range, low, digits);
    buf_puts(&range, " and ");
    buf_decimal(&range, high, digits);
    json_fail(r->json, node, r->errs, ERR_RANGE, "\"%s\" must be %s", name, buf_text(&range));
    buf_finish(&range);
}

int64_t scenario_integer(const struct scenario_reader *r, const cJSON *object, const char *name, int64_t fallback,
                         int64_t low, int64_t high)
{
    const cJSON *node = json_get(object, name);
    if (!cJSON_IsNumber(node))
        return fallback;
    int64_t value = (int64_t)node->valuedouble;
    if (value >= low && value <= high)
        return value;
    fail_range(r, node, name, 0, low, high);
    return fallback;
}

int64_t scenario_decimal(const struct scenario_reader *r, const cJSON *object, const char *name, unsigned digits,
                         int64_t fallback, int64_t low, int64_t high)
{
    const cJSON *node = json_get(object, name);
    int64_t value = fallback;
    if (!cJSON_IsString(node))
        return fallback;
    if (!decimal_parse(node->valuestring, strlen(node->valuestring), digits, &value)) {
        json_fail(r->json, node, r->errs, ERR_RANGE, "\"%s\" has more than %u decimals, or is too large", name,
                  digits);
        return fallback;
    }
    if (value >= low && value <= high)
        return value;
    fail_range(r, node, name, digits, low, high);
    return fallback;
}

uint32_t scenario_share(const struct scenario_reader *r, const cJSON *object, const char *name)
{
    return (uint32_t)scenario_decimal(r, object, name, 6, 0, 0, 1000000);
}

uint8_t scenario_currency(const struct scenario_reader *r, const cJSON *object, const char *name)
{
    const cJSON *node = json_get(object, name);
    if (!cJSON_IsString(node))
        return 0;
    unsigned currency = currency_index(node->valuestring);
    if (!currency) {
        struct err *err =
            json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "unknown currency \"%s\"", node->valuestring);
        currency_help(err, node->valuestring);
    }
    return (uint8_t)currency;
}

uint16_t scenario_country(const struct scenario_reader *r, const cJSON *object, const char *name)
{
    const cJSON *node = json_get(object, name);
    if (!cJSON_IsString(node))
        return 0;
    uint16_t country = text_country(node->valuestring, strlen(node->valuestring));
    if (!text_is_country(country))
        text_help_country(json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "\"%s\" is no country: \"%s\"", name,
                                    node->valuestring),
                          node->valuestring, strlen(node->valuestring));
    return country;
}

/* ---- prices of its own ---- */

static void lay_amounts(const struct scenario_reader *r, const cJSON *node, struct sheet_row *row)
{
    const int64_t most = INT64_C(100000000000000000);
    unsigned digits = currency_digits(row->currency) + SHEET_FINE_DIGITS;
    row->fixed = scenario_decimal(r, node, "fixed", digits, row->fixed, 0, most);
    row->per_unit = scenario_decimal(r, node, "per_unit", digits, row->per_unit, 0, most);
    row->per_kg = scenario_decimal(r, node, "per_kg", digits, row->per_kg, 0, most);
    row->per_cbm = scenario_decimal(r, node, "per_cbm", digits, row->per_cbm, 0, most);
    row->share_ppm = scenario_decimal(r, node, "share", 6, row->share_ppm, 0, 1000000);
    row->least = scenario_decimal(r, node, "least", digits, row->least, 0, most);
    row->most = scenario_decimal(r, node, "most", digits, row->most, 0, most);
    row->loss_ppm = (uint32_t)scenario_decimal(r, node, "loss", 6, row->loss_ppm, 0, 1000000);
    row->t10_s = scenario_decimal(r, node, "t10_h", 2, row->t10_s / 36, 0, 8784000) * 36;
    row->t90_s = scenario_decimal(r, node, "t90_h", 2, row->t90_s / 36, 0, 8784000) * 36;
    if (row->t10_s > row->t90_s)
        json_fail(r->json, node, r->errs, ERR_RANGE, "t10_h is above t90_h");
}

static void lay_weights(const struct scenario_reader *r, const cJSON *node, struct sheet_row *row)
{
    const int64_t most = 1000000000;
    row->capacity_kg = scenario_integer(r, node, "capacity_kg", row->capacity_kg, 0, most);
    row->first_g = scenario_decimal(r, node, "first_kg", 3, row->first_g, 0, most);
    row->step_g = scenario_decimal(r, node, "step_kg", 3, row->step_g, 0, most);
    row->min_g = scenario_decimal(r, node, "min_kg", 3, row->min_g, 0, most);
    row->divisor = scenario_integer(r, node, "divisor", row->divisor, 0, most);
    row->fuel_id = json_text(node, "fuel", row->fuel_id);
}

static void lay_kind(const struct scenario_reader *r, const cJSON *node, struct sheet_row *row)
{
    const char *id = json_text(node, "kind", NULL);
    if (!id)
        return;
    uint8_t kind = (uint8_t)kind_find(id);
    row->kind = kind ? kind : row->kind ? row->kind : KIND_FREIGHT; /* something, so that reading goes on */
    if (kind)
        return;
    const char *names[KIND_COUNT];
    for (int i = 1; i < KIND_COUNT; i++)
        names[i - 1] = kind_id((enum posting_kind)i);
    struct err *err =
        json_fail(r->json, json_get(node, "kind"), r->errs, ERR_UNKNOWN_VALUE, "unknown kind of posting \"%s\"", id);
    err_suggest(err, id, names, KIND_COUNT - 1);
}

/* The members that are given replace those of the row; amounts are read in its new currency. */
static void lay_price(const struct scenario_reader *r, const cJSON *node, struct sheet_row *row)
{
    uint8_t currency = scenario_currency(r, node, "currency");
    row->currency = currency ? currency : row->currency;
    row->party = json_text(node, "party", row->party);
    row->or_id = json_text(node, "or", row->or_id);
    row->confidence = json_text(node, "confidence", row->confidence);
    row->source = json_text(node, "source", row->source);
    lay_kind(r, node, row);
    lay_weights(r, node, row);
    if (row->currency)
        lay_amounts(r, node, row);
}

static bool is_whole_price(const struct scenario_reader *r, const cJSON *node)
{
    static const char *const needed[] = {"party", "kind", "currency"};
    for (int i = 0; i < 3; i++)
        if (!json_get(node, needed[i])) {
            json_fail(r->json, node, r->errs, ERR_MISSING_NAME, "\"%s\" is missing in the new price row \"%s\"",
                      needed[i], node->string);
            return false;
        }
    return true;
}

static void read_price(const struct scenario_reader *r, const cJSON *node)
{
    struct sheet *sheet = &r->scenario->sheet;
    if (!sheet_known(sheet, node->string)) {
        struct sheet_row row = {.id = node->string, .until_day = DAY_MAX, .party = "", .or_id = "", .fuel_id = "",
                                .confidence = "assumed", .source = r->json->source};
        if (is_whole_price(r, node))
            lay_price(r, node, &row);
        if (row.currency && row.kind)
            sheet_put(sheet, &row);
        return;
    }
    size_t before = r->errs->count;
    for (uint32_t i = 1; i <= sheet->count && r->errs->count == before; i++) {
        struct sheet_row row = sheet->row[i];
        if (strcmp(row.id, node->string) != 0)
            continue;
        lay_price(r, node, &row);
        sheet_put(sheet, &row);
    }
}

/* ---- the whole ---- */

enum { LAST_YEAR = 2999 };

static void read_period(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *period = json_get(root, "period");
    const char *from = json_text(period, "from", ""), *to = json_text(period, "to", "");
    const char *as_of = json_text(root, "as_of", "");
    if (date_parse(from, strlen(from), &s->from_day) && date_parse(to, strlen(to), &s->to_day) &&
        s->from_day > s->to_day)
        json_fail(r->json, json_get(period, "to"), r->errs, ERR_RANGE, "\"to\" is before \"from\"");
    if (s->to_day > date_day(LAST_YEAR, 12, 31)) /* what is sent then must still arrive on a day of the calendar */
        err_help(json_fail(r->json, json_get(period, "to"), r->errs, ERR_RANGE, "the period ends too late"),
                 "%d is the last year", LAST_YEAR);
    if (!date_parse(as_of, strlen(as_of), &s->law_day))
        s->law_day = DAY_UNSET;
}

static void read_law_of(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *law_of = json_get(root, "law_of"), *node;
    cJSON_ArrayForEach(node, law_of) {
        struct scenario_law law = {.place = text_country(node->string, strlen(node->string))};
        const char *text = cJSON_IsString(node) ? node->valuestring : "";
        if (!rule_has_place(r->book->rules, law.place))
            err_help(json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "no law of a place \"%s\"",
                                    node->string),
                     "two capital letters, like CN or EU; tradeloom rules list");
        else if (!date_parse(text, strlen(text), &law.day))
            err_help(json_fail(r->json, node, r->errs, ERR_WRONG_TYPE, "\"%s\" must be a day", node->string),
                     "YYYY-MM-DD, like \"2026-07-01\"");
        else if (s->laws == LAW_OF_MAX)
            json_fail(r->json, law_of, r->errs, ERR_RANGE, "more than %d places with a day", LAW_OF_MAX);
        else
            s->law_of[s->laws++] = law;
    }
}

static void read_limit(const struct scenario_reader *r, const cJSON *root)
{
    const cJSON *limit = json_get(root, "limit");
    const char *scale = json_text(limit, "scales", "demand");
    r->scenario->limit_scales = strcmp(scale, "period") == 0 ? LIMIT_PERIOD : LIMIT_DEMAND;
    r->scenario->most_per_day = (uint64_t)scenario_integer(r, limit, "most_per_day", 0, 1, 1000000000);
    r->scenario->demand_q16 = 65536;
    r->scenario->last_day = r->scenario->to_day;
}

static void read_head(const struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *title = json_get(root, "title");
    scenario_integer(r, root, "schema_version", 1, 1, 1);
    s->id = json_text(root, "id", "");
    s->title_en = json_text(title, "en", "");
    s->title_zh = json_text(title, "zh", "");
    s->home = scenario_country(r, root, "home");
    s->base_currency = scenario_currency(r, root, "base_currency");
    read_period(r, root);
    read_law_of(r, root);
    read_limit(r, root);
}

static void read_flows(struct scenario_reader *r, const cJSON *root)
{
    struct scenario *s = r->scenario;
    const cJSON *flows = json_get(root, "flows");
    int count = cJSON_GetArraySize(flows);
    int most = scenario_replays(s) ? 1 : FLOW_MAX;
    if (count < 1 || count > most) {
        json_fail(r->json, flows, r->errs, ERR_RANGE, "%d flows, 1 to %d expected", count, most);
        return;
    }
    scenario_lanes_read(r, root);
    s->flow = arena_array(&s->arena, struct scenario_flow, count);
    for (const cJSON *flow = flows->child; flow; flow = flow->next)
        scenario_flow_read(r, flow, &s->flow[s->flows++]);
    scenario_markets_read(r, root);
    scenario_shocks_read(r, root);
    scenario_ports_read(r, root);
    scenario_credit_read(r, root);
    scenario_factors_read(r, root);
    scenario_outside_read(r, root);
}

/* The node that a JSON pointer (RFC 6901, no escapes) names, NULL when there is none. */
static const cJSON *node_at(const cJSON *root, const char *pointer)
{
    while (root && *pointer == '/') {
        size_t length = strcspn(++pointer, "/");
        const cJSON *child = root->child;
        for (size_t index = 0; child; child = child->next, index++) {
            char number[24];
            snprintf(number, sizeof number, "%zu", index);
            const char *name = child->string ? child->string : number;
            if (strlen(name) == length && memcmp(name, pointer, length) == 0)
                break;
        }
        root = child;
        pointer += length;
    }
    return *pointer ? NULL : root;
}

static void check_figures(const struct scenario_reader *r, const cJSON *root)
{
    const cJSON *figures = json_get(root, "figures");
    for (const cJSON *figure = figures ? figures->child : NULL; figure; figure = figure->next)
        if (figure->string[0] != '/' || !node_at(root, figure->string))
            json_fail_name(r->json, figure, r->errs, ERR_UNKNOWN_NAME, "\"%s\" leads nowhere in this scenario",
                           figure->string);
}

static void read_document(struct scenario_reader *r, bool is_patched)
{
    struct scenario *s = r->scenario;
    const cJSON *root = r->json->root, *prices = json_get(root, "prices");
    read_head(r, root);
    sheet_copy(&s->sheet, &r->book->sheet, &s->arena);
    for (const cJSON *price = prices ? prices->child : NULL; price; price = price->next)
        read_price(r, price);
    read_flows(r, root);
    if (!is_patched)
        check_figures(r, root);
}

static void hash_document(struct scenario *s)
{
    char *text = cJSON_PrintUnformatted(s->json.root);
    check(text);
    sha256(text, strlen(text), s->hash);
    cJSON_free(text);
}

/* ---- patches ---- */

struct layers {
    struct json base;
    struct json *patch;
    size_t patches;
};

static int read_patch(struct json *json, const struct scenario_patch *patch, struct errs *errs)
{
    if (json_read(json, patch->source, patch->bytes, patch->length, errs) != 0)
        return -1;
    if (!cJSON_IsObject(json->root)) {
        json_fail(json, json->root, errs, ERR_WRONG_TYPE, "a change of a scenario must be an object {…}");
        return -1;
    }
    if (json_integer(json->root, "schema_version", 1) != 1) {
        err_help(json_fail(json, json_get(json->root, "schema_version"), errs, ERR_RANGE,
                           "\"schema_version\" must be 1"),
                 "this program reads reforms of version 1 only");
        return -1;
    }
    for (const struct json_field *own = reform_fields; own->name; own++) /* and the rest of it of the scenario */
        cJSON_DeleteItemFromObjectCaseSensitive(json->root, own->name);
    return 0;
}

/* The merged document is written out and read again, so that each of its values has a place. */
static int merge(struct scenario *s, struct layers *layers, struct errs *errs)
{
    cJSON *merged = cJSON_Duplicate(layers->base.root, true);
    check(merged);
    for (size_t i = 0; i < layers->patches; i++)
        check(json_merge(merged, layers->patch[i].root) == merged);
    if (scenario_like_expand(merged, errs) != 0) {
        cJSON_Delete(merged);
        return -1;
    }
    char *text = cJSON_Print(merged);
    check(text);
    size_t length = strlen(text);
    const char *bytes = arena_copy(&s->arena, text, length);
    cJSON_free(text);
    cJSON_Delete(merged);
    return json_read(&s->json, layers->base.source, bytes, length, errs);
}

/* Shows a mistake of the merged document where it was written: in the last layer that has its place. */
static void settle_place(const struct layers *layers, struct err *err)
{
    for (size_t i = layers->patches + 1; i-- > 0;) {
        const struct json *json = i ? &layers->patch[i - 1] : &layers->base;
        char like[sizeof err->pointer];
        const cJSON *node = node_at(json->root, err->pointer);
        struct errs place = {0};
        if (!node && scenario_like_pointer(json->root, err->pointer, like, sizeof like))
            node = node_at(layers->base.root, like);
        if (!node)
            continue;
        const char *shown = err->excerpt + err->excerpt_column; /* behind the quote that opens a name or text */
        size_t length = node->string ? strlen(node->string) : 0;
        bool is_name = length && strncmp(shown, node->string, length) == 0 && shown[length] == '"';
        struct err *found = is_name
                                ? json_fail_name(json, node, &place, (int)err->code, "%s", err->message)
                                : json_fail(json, node, &place, (int)err->code, "%s", err->message);
        memcpy(found->help, err->help, sizeof found->help);
        *err = *found;
        return;
    }
}

static int read_layers(struct layers *layers, const char *source, const char *bytes, size_t length,
                       const struct scenario_patch *patch, struct errs *errs)
{
    int result = json_read(&layers->base, source, bytes, length, errs);
    if (result == 0 && !cJSON_IsObject(layers->base.root)) {
        json_fail(&layers->base, layers->base.root, errs, ERR_WRONG_TYPE, "a scenario must be an object {…}");
        result = -1;
    }
    for (size_t i = 0; i < layers->patches; i++)
        if (read_patch(&layers->patch[i], &patch[i], errs) != 0)
            result = -1;
    return result;
}

/* What patches name of what a run may leave unread. */
static void note_change(struct scenario *s, const char *section, const char *name)
{
    for (uint32_t i = 0; i < s->changes; i++)
        if (strcmp(s->change[i].section, section) == 0 && strcmp(s->change[i].name, name) == 0)
            return;
    if (s->changes < SCENARIO_CHANGES_MAX)
        s->change[s->changes++] = (struct scenario_change){section, arena_copy(&s->arena, name, strlen(name))};
}

static void note_changes(struct scenario *s, const struct layers *layers)
{
    static const char *const sections[] = {"flows", "prices", "ports", "factors"};
    const cJSON *node;
    for (size_t i = 0; i < layers->patches; i++)
        for (size_t k = 0; k < sizeof sections / sizeof *sections; k++)
            cJSON_ArrayForEach(node, json_get(layers->patch[i].root, sections[k]))
                if (!cJSON_IsNull(node))
                    note_change(s, sections[k], node->string);
}

static void read_merged(struct scenario *s, const struct book *book, struct layers *layers, struct errs *errs)
{
    size_t first = errs->count;
    bool is_whole = layers->patches == 0 && !scenario_like_used(layers->base.root);
    struct scenario_reader r = {s, book, &s->json, errs};
    if (is_whole) {
        s->json = layers->base;
        layers->base = (struct json){0};
    } else if (merge(s, layers, errs) != 0) {
        for (size_t i = first; i < errs->count; i++)
            settle_place(layers, &errs->item[i]);
        return;
    }
    if (json_check(&s->json, s->json.root, scenario_fields, "the scenario", errs) == 0)
        read_document(&r, layers->patches > 0);
    for (size_t i = first; !is_whole && i < errs->count; i++)
        settle_place(layers, &errs->item[i]);
    note_changes(s, layers);
    hash_document(s);
}

struct scenario *scenario_load(const struct book *book, const char *source, const char *bytes, size_t length,
                               const struct scenario_patch *patch, size_t patches, struct errs *errs)
{
    size_t before = errs->count + errs->dropped;
    struct scenario *s = memory_take(sizeof *s);
    struct layers layers = {.patch = arena_array(&s->arena, struct json, patches + 1), .patches = patches};
    if (read_layers(&layers, source, bytes, length, patch, errs) == 0)
        read_merged(s, book, &layers, errs);
    json_finish(&layers.base);
    for (size_t i = 0; i < patches; i++)
        json_finish(&layers.patch[i]);
    if (errs->count + errs->dropped == before)
        return s;
    scenario_free(s);
    return NULL;
}

void scenario_free(struct scenario *scenario)
{
    if (!scenario)
        return;
    json_finish(&scenario->json);
    arena_finish(&scenario->arena);
    memory_release(scenario);
}

/* ---- how much comes ---- */

bool scenario_replays(const struct scenario *scenario)
{
    return json_get(scenario->json.root, "replay") != NULL;
}

void scenario_follow(struct scenario *scenario, const struct replay *replay)
{
    scenario->replay = replay;
    if (replay->orders == 0)
        return;
    scenario->from_day = time_local_day(replay->order[0].time, 0);
    scenario->to_day = time_local_day(replay->order[replay->orders - 1].time, 0);
}

int32_t scenario_law_day(const struct scenario *scenario, const struct book *book, uint16_t place)
{
    for (uint32_t i = 0; i < scenario->laws; i++) {
        uint16_t of = scenario->law_of[i].place;
        if (of == place || of == rule_union(book->rules, place))
            return scenario->law_of[i].day;
    }
    return scenario->law_day;
}

/* Orders over the period as written, in 2^-16 / 1000. */
static wide demand_sum(const struct scenario *s)
{
    wide sum = 0;
    for (int32_t day = s->from_day; day <= s->to_day; day++) {
        int32_t month = date_civil(day).month - 1;
        for (uint32_t m = 0; m < s->markets; m++) {
            const struct scenario_demand *demand = &s->market[m].demand;
            if ((demand->from_day == DAY_UNSET || day >= demand->from_day) &&
                (demand->to_day == DAY_UNSET || day <= demand->to_day))
                sum += (wide)demand->per_day_q16 * demand->season[month];
        }
    }
    return sum;
}

uint64_t scenario_expected(const struct scenario *scenario)
{
    const wide unit = (wide)65536 * 1000;
    if (scenario->replay)
        return scenario->replay->orders;
    return (uint64_t)((demand_sum(scenario) * scenario->demand_q16 / 65536 + unit / 2) / unit);
}

uint64_t scenario_planned(const struct scenario *scenario)
{
    return scenario->limit && !scenario->replay ? scenario->limit : scenario_expected(scenario);
}

static int32_t day_after(int32_t from, wide days)
{
    wide day = (wide)from + (days > 0 ? days - 1 : 0);
    return day > DAY_MAX ? DAY_MAX : (int32_t)day;
}

void scenario_limit(struct scenario *scenario, uint64_t orders)
{
    scenario->limit = orders;
    if (scenario->replay)
        return;
    scenario->to_day = scenario->last_day; /* a limit may follow another */
    scenario->demand_q16 = 65536;
    wide demand = demand_sum(scenario), days = (wide)scenario->to_day - scenario->from_day + 1;
    wide wanted = (wide)orders * 65536 * 1000;
    if (demand == 0)
        return;
    if (scenario->limit_scales == LIMIT_PERIOD) {
        scenario->to_day = day_after(scenario->from_day, (wanted * days + demand - 1) / demand);
        return;
    }
    wide most = (wide)scenario->most_per_day * days * 65536 * 1000;
    wide scaled = most && wanted > most ? most : wanted;
    wide factor = (scaled * 65536 + demand - 1) / demand;
    check(factor <= INT64_MAX);
    scenario->demand_q16 = factor ? (int64_t)factor : 1;
    scenario->to_day = day_after(scenario->from_day, (wanted * days + scaled - 1) / scaled);
}

static bool is_used(const struct scenario *s, const char *id)
{
    for (uint32_t f = 0; f < s->flows; f++)
        for (enum flow_role role = 1; role < ROLE_COUNT; role++)
            if (s->flow[f].role[role] && strcmp(s->flow[f].role[role], id) == 0)
                return true;
    return false;
}

uint32_t scenario_assumed(const struct scenario *scenario)
{
    uint32_t assumed = 0;
    const cJSON *figures = json_get(scenario->json.root, "figures");
    for (const cJSON *figure = figures ? figures->child : NULL; figure; figure = figure->next)
        assumed += strcmp(json_text(figure, "confidence", ""), "assumed") == 0;
    for (uint32_t i = 1; i <= scenario->sheet.count; i++)
        assumed += strcmp(scenario->sheet.row[i].confidence, "assumed") == 0 &&
                   is_used(scenario, scenario->sheet.row[i].id);
    return assumed;
}
