/* feed_uk: one commodity of the UK Integrated Online Tariff (JSON:API), as rows of a tariff: third-country duty,
 * suspensions, preferences, VAT. The duty is the sum of a measure's components, not the text beside them. */
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/err.h"
#include "core/json.h"
#include "core/money.h"
#include "core/text.h"
#include "sim/feed.h"

/* Measure types that become rows. Others that charge something are told of; the rest is about papers and controls. */
static const struct {
    const char *id, *kind, *en, *zh;
} types[] = {
    {"103", "mfn", "third country duty", "第三国关税"},
    {"112", "mfn", "autonomous tariff suspension", "自主暂停关税"},
    {"142", "pref", "tariff preference", "关税优惠"},
    {"305", "vat", "value added tax", "增值税"},
};
static const struct {
    const char *from, *to, *what;
} told[] = {
    {"551", "570", "trade defence"},
    {"695", "696", "additional duties"},
    {"143", "147", "preferences within quotas or for an end use"},
    {"122", "123", "non-preferential quotas"},
};

/* Duty expressions: to what a component is added. */
enum { PART_SUM, PART_LEAST, PART_MOST, PARTS };
static const char *const part_end[PARTS] = {"", "_min", "_max"};

struct amount {
    bool has_rate, has_specific;
    int64_t rate;     /* percent, 10^-7 */
    char specific[60]; /* "12.5 GBP/100kg" */
};

struct answer {
    struct json json;
    const cJSON *included;
    const char *hs;
    struct feed_table *table;
    const struct feed_source *from;
};

/* ---- JSON:API ---- */

static const cJSON *attributes(const cJSON *object)
{
    return json_get(object, "attributes");
}

/* What a relationship points to: an object, a list, or NULL. */
static const cJSON *related(const cJSON *object, const char *name)
{
    const cJSON *data = json_get(json_get(json_get(object, "relationships"), name), "data");
    return cJSON_IsObject(data) || cJSON_IsArray(data) ? data : NULL;
}

static const char *id_of(const cJSON *reference)
{
    return json_text(reference, "id", "");
}

/* The object that a reference means, NULL: it was not sent. */
static const cJSON *find(const struct answer *answer, const cJSON *reference)
{
    const char *type = json_text(reference, "type", ""), *id = id_of(reference);
    const cJSON *item;
    cJSON_ArrayForEach(item, answer->included)
        if (strcmp(id_of(item), id) == 0 && strcmp(json_text(item, "type", ""), type) == 0)
            return item;
    return NULL;
}

static void note(struct answer *answer, const char *id, const char *what, const char *detail)
{
    buf_printf(&answer->table->notes, "%s: measure %.30s: %s%s%.60s\n", answer->hs, id, what, *detail ? " " : "",
               detail);
}

/* ---- amounts ---- */

static const char *unit_of(const char *code)
{
    static const char *const units[][2] = {{"KGM", "kg"}, {"DTN", "100kg"}, {"TNE", "t"},
                                           {"LTR", "l"},  {"HLT", "hl"},    {"NAR", "piece"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i][0], code) == 0)
            return units[i][1];
    return NULL;
}

/* Where a component goes by its expression; -1: it cannot be said by a row. `now`: where the one before went. */
static int part_of(const char *expression, int now)
{
    static const struct {
        const char *id;
        int part;
    } parts[] = {{"01", PART_SUM}, {"15", PART_LEAST}, {"17", PART_MOST}, {"35", PART_MOST}};
    static const char *const more[] = {"04", "19", "20"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(parts[i].id, expression) == 0)
            return parts[i].part;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (strcmp(more[i], expression) == 0)
            return now;
    return -1;
}

/* Adds one component; what cannot be taken of it, or NULL. */
static const char *add_component(const struct answer *answer, const cJSON *component, struct amount *amount)
{
    const cJSON *value = json_get(component, "duty_amount");
    struct text written = value ? json_written(&answer->json, value) : (struct text){"", 0};
    const char *money = json_text(component, "monetary_unit_code", NULL);
    const char *code = json_text(component, "measurement_unit_code", NULL);
    int64_t number;
    if (!cJSON_IsNumber(value) || !decimal_parse(written.ptr, written.len, 7, &number) || number < 0)
        return "an amount that is no plain decimal";
    if (!money && !code) {
        if (amount->has_rate)
            return "two rates in one sum";
        amount->has_rate = true;
        amount->rate = number;
        return NULL;
    }
    const char *unit = code ? unit_of(code) : NULL;
    if (json_text(component, "measurement_unit_qualifier_code", NULL) || !unit || !money)
        return "a unit that rows of a tariff do not have";
    if (amount->has_specific || !currency_index(money))
        return amount->has_specific ? "two amounts in one sum" : "an unknown currency";
    struct buf text = {0};
    feed_decimal(&text, number, 7);
    snprintf(amount->specific, sizeof amount->specific, "%.30s %.3s/%s", buf_text(&text), money, unit);
    amount->has_specific = true;
    buf_finish(&text);
    return NULL;
}

/* "0.12", "7.5 GBP/hl", "0.1 + 2 GBP/kg" */
static void write_amount(const struct amount *amount, struct buf *out)
{
    if (amount->has_rate)
        feed_decimal(out, amount->rate, 9);
    buf_puts(out, amount->has_rate && amount->has_specific ? " + " : "");
    if (amount->has_specific)
        buf_puts(out, amount->specific);
}

/* The sums of a measure; what cannot be taken, or NULL. */
static const char *read_components(const struct answer *answer, const cJSON *measure, struct amount amount[PARTS])
{
    const cJSON *reference, *list = related(measure, "measure_components");
    int part = PART_SUM;
    cJSON_ArrayForEach(reference, list) {
        const cJSON *component = attributes(find(answer, reference));
        part = part_of(json_text(component, "duty_expression_id", ""), part);
        if (part < 0)
            return "a duty expression that rows of a tariff do not have";
        const char *wrong = add_component(answer, component, &amount[part]);
        if (wrong)
            return wrong;
    }
    return amount[PART_SUM].has_rate || amount[PART_SUM].has_specific ? NULL : "no amount";
}

/* ---- whom it concerns ---- */

static bool is_excluded(const cJSON *measure, const char *country)
{
    const cJSON *item, *list = related(measure, "excluded_countries");
    cJSON_ArrayForEach(item, list)
        if (strcmp(id_of(item), country) == 0)
            return true;
    return false;
}

struct row {
    const char *kind;
    char value[120], from[11], until[11], law[240];
};

static void put(struct answer *answer, const struct row *row, const char *origin)
{
    feed_row(answer->table, "GB", answer->hs, row->kind, origin, row->value, row->from, row->until, row->law,
             answer->from);
}

/* The members of a group, each a row of its own where some are excluded; else the group with its members. */
static void put_group(struct answer *answer, const cJSON *measure, const struct row *row, const cJSON *area)
{
    char group[32], at[40];
    bool is_whole = cJSON_GetArraySize(related(measure, "excluded_countries")) == 0;
    const cJSON *member, *list = related(area, "children_geographical_areas");
    snprintf(group, sizeof group, "UK%.20s", id_of(area));
    snprintf(at, sizeof at, "@%s", group);
    if (is_whole)
        put(answer, row, at);
    cJSON_ArrayForEach(member, list) {
        const char *country = id_of(member);
        if (!text_country(country, strlen(country)))
            continue;
        if (is_whole)
            feed_row(answer->table, "GB", "", "member", country, group, "2021-01-01", "", "UK Integrated Tariff: area",
                     answer->from);
        else if (!is_excluded(measure, country))
            put(answer, row, country);
    }
}

static void put_for_area(struct answer *answer, const cJSON *measure, const struct row *row)
{
    const cJSON *reference = related(measure, "geographical_area"), *area = find(answer, reference);
    const char *id = id_of(reference);
    bool is_all = strcmp(id, "1011") == 0 || strcmp(id, "1008") == 0;
    if (is_all && cJSON_GetArraySize(related(measure, "excluded_countries")) > 0)
        note(answer, id_of(measure), "for all countries but some: not taken", "");
    else if (is_all)
        put(answer, row, "");
    else if (strlen(id) == 2 && text_country(id, 2))
        put(answer, row, id);
    else if (area && related(area, "children_geographical_areas"))
        put_group(answer, measure, row, area);
    else
        note(answer, id_of(measure), "for an area that is not described: not taken:", id);
}

/* ---- measures ---- */

/* The days of a measure, as text; false when they are none. */
static bool read_days(const cJSON *facts, struct row *row)
{
    int32_t from, until;
    snprintf(row->from, sizeof row->from, "%.10s", json_text(facts, "effective_start_date", ""));
    snprintf(row->until, sizeof row->until, "%.10s", json_text(facts, "effective_end_date", ""));
    return date_parse(row->from, strlen(row->from), &from) &&
           (!*row->until || (date_parse(row->until, strlen(row->until), &until) && until >= from));
}

static void add_measure(struct answer *answer, const cJSON *measure, size_t type)
{
    struct amount amount[PARTS] = {0};
    const char *id = id_of(measure), *wrong = read_components(answer, measure, amount);
    struct row row = {0};
    if (related(measure, "additional_code"))
        wrong = "it depends on an additional code";
    if (!read_days(attributes(measure), &row))
        wrong = "no days on which it is in force";
    if (wrong) {
        note(answer, id, "not taken:", wrong);
        return;
    }
    snprintf(row.law, sizeof row.law, "英国综合税则：%s（措施 %.20s） | UK Integrated Tariff: %s (measure %.20s)",
             types[type].zh, id, types[type].en, id);
    for (int part = 0; part < PARTS; part++) {
        struct buf value = {0};
        char kind[20];
        write_amount(&amount[part], &value);
        snprintf(kind, sizeof kind, "%s%s", types[type].kind, part_end[part]);
        snprintf(row.value, sizeof row.value, "%s", buf_text(&value));
        row.kind = kind;
        if (value.length)
            put_for_area(answer, measure, &row);
        buf_finish(&value);
    }
}

static void tell_of(struct answer *answer, const cJSON *measure, const char *type)
{
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (strcmp(type, told[i].from) >= 0 && strcmp(type, told[i].to) <= 0)
            note(answer, id_of(measure), told[i].what, "(not taken)");
}

static void add_measures(struct answer *answer, const cJSON *data, const char *only)
{
    const cJSON *reference, *list = related(data, "import_measures");
    cJSON_ArrayForEach(reference, list) {
        const cJSON *measure = find(answer, reference);
        const char *type = id_of(related(measure, "measure_type"));
        if (!measure || (strcmp(type, only) != 0 && *only))
            continue;
        size_t known = 0;
        while (known < sizeof types / sizeof *types && strcmp(types[known].id, type) != 0)
            known++;
        if (*only)
            add_measure(answer, measure, known);
        else if (known == sizeof types / sizeof *types)
            tell_of(answer, measure, type);
    }
}

/* Is there VAT that depends on what the goods are for? Then no one rate is right. */
static bool has_choice_of_vat(const struct answer *answer, const cJSON *data)
{
    const cJSON *reference, *list = related(data, "import_measures");
    unsigned count = 0;
    cJSON_ArrayForEach(reference, list)
        count += strcmp(id_of(related(find(answer, reference), "measure_type")), "305") == 0;
    return count > 1;
}

int feed_uk_add(struct feed_table *table, const struct feed_source *from, const char *source, const char *bytes,
                size_t length, struct errs *errs)
{
    struct answer answer = {.table = table, .from = from};
    size_t before = table->count;
    int result = json_read_only(&answer.json, source, bytes, length, errs);
    const cJSON *data = result == 0 ? json_get(answer.json.root, "data") : NULL;
    answer.included = data ? json_get(answer.json.root, "included") : NULL;
    answer.hs = json_text(attributes(data), "goods_nomenclature_item_id", "");
    if (result == 0 && (strlen(answer.hs) != 10 || strspn(answer.hs, "0123456789") != 10 ||
                        !cJSON_IsArray(answer.included) || strcmp(json_text(data, "type", ""), "commodity") != 0)) {
        json_fail(&answer.json, answer.json.root, errs, ERR_SYNTAX, "this is no commodity of the UK tariff");
        result = -1;
    }
    if (result == 0) {
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
            if (strcmp(types[i].kind, "vat") == 0 && has_choice_of_vat(&answer, data))
                note(&answer, "305", "several rates of VAT: none taken", "");
            else
                add_measures(&answer, data, types[i].id);
        }
        add_measures(&answer, data, "");
        if (table->count == before) {
            json_fail(&answer.json, data, errs, ERR_NO_RATE, "no duty in it that can be taken");
            result = -1;
        }
    }
    json_finish(&answer.json);
    return result;
}
