/* scenario_factor: reads factors on prices, by what they are paid for, and on customs' staff. */
#include <string.h>

#include "core/err.h"
#include "sim/scenario_int.h"

enum { PPM = 1000000 };
static const char officers[] = "officers";

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
        err_help(err, "a kind of posting, like freight or last_mile, or officers");
}

void scenario_factors_read(const struct scenario_reader *r, const cJSON *root)
{
    const cJSON *factors = json_get(root, "factors"), *node;
    struct scenario *s = r->scenario;
    s->officers_ppm = PPM;
    cJSON_ArrayForEach(node, factors) {
        enum posting_kind kind = kind_find(node->string);
        bool is_staff = strcmp(node->string, officers) == 0, is_known = is_staff;
        int64_t ppm = 0;
        const char *text = cJSON_IsString(node) ? node->valuestring : "";
        if (!decimal_parse(text, strlen(text), 6, &ppm) || ppm < 0 || ppm > INT64_C(1000) * PPM) {
            err_help(json_fail(r->json, node, r->errs, ERR_RANGE, "\"%s\" must be a factor from 0 to 1000",
                               node->string),
                     "a decimal as text, like \"0.5\"");
            continue;
        }
        if (is_staff)
            scale_officers(s, ppm);
        for (uint32_t i = 1; !is_staff && kind && i <= s->sheet.count; i++)
            if (s->sheet.row[i].kind == kind) {
                scale_row(&s->sheet.row[i], ppm);
                is_known = true;
            }
        if (!is_known)
            fail_name(r, node);
    }
}
