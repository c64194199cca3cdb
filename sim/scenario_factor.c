/* scenario_factor: reads factors on prices, by what they are paid for, on a currency's worth, and on customs' staff. */
#include <string.h>

#include "core/date.h"
#include "core/err.h"
#include "core/fx.h"
#include "sim/book.h"
#include "sim/scenario_int.h"

enum { PPM = 1000000, PARTS_MAX = 64 };
static const char officers[] = "officers";

/* A factor, and from which day on it holds: until the next one does. */
struct part {
    int32_t from_day;
    int64_t ppm;
};

struct factor {
    struct part part[PARTS_MAX];
    unsigned parts;
};

static void scale(int64_t *amount, int64_t ppm)
{
    *amount = money_scale(*amount, ppm, PPM, ROUND_HALF_UP);
}

static void scale_row(struct sheet_row *row, int64_t ppm)
{
    scale(&row->fixed, ppm);
    scale(&row->per_unit, ppm);
    scale(&row->per_kg, ppm);
    scale(&row->per_cbm, ppm);
    scale(&row->share_ppm, ppm);
    scale(&row->least, ppm);
    scale(&row->most, ppm);
}

static int32_t last_day(const struct factor *factor, unsigned i)
{
    return i + 1 < factor->parts ? factor->part[i + 1].from_day - 1 : INT32_MAX;
}

/* Cuts a row at the days on which its price changes. */
static void cut_row(struct sheet *sheet, uint32_t at, const struct factor *factor)
{
    const struct sheet_row base = sheet->row[at];
    for (unsigned i = 0; i < factor->parts; i++) {
        struct sheet_row row = base;
        int32_t until = last_day(factor, i);
        row.from_day = base.from_day > factor->part[i].from_day ? base.from_day : factor->part[i].from_day;
        row.until_day = base.until_day < until ? base.until_day : until;
        if (row.from_day > row.until_day)
            continue;
        if (row.from_day > base.from_day && sheet->row[at].until_day >= row.from_day)
            sheet->row[at].until_day = row.from_day - 1;
        scale_row(&row, factor->part[i].ppm);
        sheet_put(sheet, &row);
    }
}

/* False when no price is of that kind. */
static bool scale_kind(struct sheet *sheet, enum posting_kind kind, const struct factor *factor)
{
    uint32_t count = sheet->count;
    bool is_known = false;
    for (uint32_t i = 1; kind && i <= count; i++)
        if (sheet->row[i].kind == kind) {
            cut_row(sheet, i, factor);
            is_known = true;
        }
    return is_known;
}

/* Rates are those of months: of the first one that begins on the day or later. */
static void scale_currency(const struct scenario_reader *r, unsigned currency, const struct factor *factor)
{
    for (unsigned i = 0; i < factor->parts; i++) {
        int32_t from = factor->part[i].from_day, until = last_day(factor, i);
        scenario_fx_scale(r, currency, from == INT32_MIN ? INT32_MIN : date_month(from - 1) + 1,
                          until == INT32_MAX ? INT32_MAX : date_month(until), factor->part[i].ppm);
    }
}

static void scale_officers(struct scenario *s, int64_t ppm)
{
    s->officers_ppm = ppm;
    for (uint32_t i = 0; i < PORTS_MAX; i++) {
        int64_t rest = money_scale(s->staff[i].officers, ppm, PPM, ROUND_HALF_UP);
        if (s->staff[i].officers)
            s->staff[i].officers = rest < 1 ? 1 : (uint32_t)rest;
    }
}

static void fail_name(const struct scenario_reader *r, const cJSON *node)
{
    const char *names[KIND_COUNT];
    for (unsigned kind = 1; kind < KIND_COUNT; kind++)
        names[kind - 1] = kind_id((enum posting_kind)kind);
    names[KIND_COUNT - 1] = officers;
    struct err *err =
        json_fail_name(r->json, node, r->errs, ERR_UNKNOWN_NAME, "no prices of kind \"%s\"", node->string);
    if (!err_suggest(err, node->string, names, KIND_COUNT))
        err_help(err, "a kind of posting, like freight or last_mile, a currency but the euro, or officers");
}

static bool read_ppm(const struct scenario_reader *r, const cJSON *node, int64_t *ppm)
{
    const char *text = cJSON_IsString(node) ? node->valuestring : "";
    if (decimal_parse(text, strlen(text), 6, ppm) && *ppm >= 0 && *ppm <= INT64_C(1000) * PPM)
        return true;
    err_help(json_fail(r->json, node, r->errs, ERR_RANGE, "\"%s\" must be a factor from 0 to 1000", node->string),
             "a decimal as text, like \"0.5\", or such by days: {\"2025-03-01\": \"0.5\"}");
    return false;
}

/* One factor, or several by the days from which they hold, in their order. */
static bool read_factor(const struct scenario_reader *r, const cJSON *node, struct factor *factor)
{
    const cJSON *item;
    *factor = (struct factor){.part = {{INT32_MIN, PPM}}};
    if (!cJSON_IsObject(node) || strcmp(node->string, officers) == 0) {
        factor->parts = 1;
        return read_ppm(r, node, &factor->part[0].ppm);
    }
    cJSON_ArrayForEach(item, node) {
        struct part *part = &factor->part[factor->parts];
        if (factor->parts == PARTS_MAX || !date_parse(item->string, strlen(item->string), &part->from_day) ||
            (factor->parts > 0 && part[-1].from_day >= part->from_day)) {
            json_fail_name(r->json, item, r->errs, ERR_RANGE, "\"%s\" must be a day behind those before it, at most %d",
                           item->string, PARTS_MAX);
            return false;
        }
        if (!read_ppm(r, item, &part->ppm))
            return false;
        factor->parts++;
    }
    return true;
}

void scenario_factors_read(const struct scenario_reader *r, const cJSON *root)
{
    const cJSON *factors = json_get(root, "factors"), *node;
    struct scenario *s = r->scenario;
    s->officers_ppm = PPM;
    cJSON_ArrayForEach(node, factors) {
        unsigned currency = currency_index(node->string);
        struct factor factor;
        if (!read_factor(r, node, &factor))
            continue;
        if (strcmp(node->string, officers) == 0)
            scale_officers(s, factor.part[0].ppm);
        else if (currency && strcmp(node->string, "EUR") != 0)
            scale_currency(r, currency, &factor);
        else if (!scale_kind(&s->sheet, kind_find(node->string), &factor))
            fail_name(r, node);
    }
}
