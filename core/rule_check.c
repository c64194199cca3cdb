/* rule_check: the shape of a rule pack, and of a reform's part of one; what its formulas mean is rule_load's. */
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/rule_int.h"

static const char *const levels[] = {"line", "order", NULL};
static const char *const days[] = {"sale", "entry", NULL};
static const char *const debtors[] = {"seller", "buyer", "carrier", "marketplace", "importer", "supplier", NULL};
#define X(id, name) #name,
static const char *const charges[] = {CHARGE_KINDS(X) NULL};
#undef X
#define X(id, name, status) name,
static const char *const codes[] = {ERR_CODES(X) NULL};
#undef X

static const struct json_field value_fields[] = {
    {"value", JSON_ANY, true, false, NULL, NULL, "a decimal string, a word, a list of words; \"none\": not in force"},
    {"unit", JSON_STRING, false, false, NULL, NULL, "rate, number, CNY, CNY/kg, kg, bool, symbol, list, day"},
    {"law", JSON_ANY, false, false, NULL, NULL, "the instrument, as text or {zh, en}"},
    {"source", JSON_STRING, false, false, NULL, NULL, "where it was read"},
    {"confidence", JSON_STRING, false, false, tariff_confidences, NULL,
     "high, medium, low, assumed, conflict, unverified"},
    {"note", JSON_ANY, false, false, NULL, NULL, "for readers"},
    {0}};

static const struct json_field step_fields[] = {
    {"is", JSON_STRING, false, false, NULL, NULL, "a formula"},
    {"when", JSON_STRING, false, false, NULL, NULL, "a condition"},
    {"per", JSON_STRING, false, false, levels, NULL, "line or order"},
    {"round", JSON_STRING, false, false, round_mode_ids + 1, NULL, "half_up half_even down up floor ceil"},
    {"to", JSON_DECIMAL, false, false, NULL, NULL, "the unit that is rounded to"},
    {"charge", JSON_STRING, false, false, charges, NULL, "the kind of charge"},
    {"base", JSON_STRING, false, false, NULL, NULL, "for the explanation"},
    {"rate", JSON_STRING, false, false, NULL, NULL, "for the explanation"},
    {"treasury", JSON_STRING, false, false, NULL, NULL, "whose money it is"},
    {"debtor", JSON_STRING, false, false, debtors, NULL, "who owes it"},
    {"collector", JSON_STRING, false, false, NULL, NULL, "who collects it"},
    {"due", JSON_STRING, false, false, NULL, NULL, "sale, entry, or a delay"},
    {"reads", JSON_STRING, false, false, days, NULL, "sale or entry, where not the pack's"},
    {"missing", JSON_STRING, false, false, codes, NULL, "error code for a missing tariff row"},
    {"title", JSON_TEXTS, false, false, NULL, NULL, "for people"},
    {"note", JSON_ANY, false, false, NULL, NULL, "for readers"},
    {"zero", JSON_ANY, false, false, NULL, NULL, "why the charge is zero: {en, zh}, or a list of {when, en, zh}"},
    {"refuse", JSON_STRING, false, false, NULL, NULL, "code of a refusal"},
    {"instead", JSON_STRING, false, false, form_ids + 1, NULL, "form that is open"},
    {"message", JSON_TEXTS, false, false, NULL, NULL, "of a refusal"},
    {"regime", JSON_STRING, false, false, NULL, NULL, "id of the regime when the condition holds"},
    {"error", JSON_STRING, false, false, codes, NULL, "code of what must be known to go on"},
    {"allowance", JSON_STRING, false, false, NULL, NULL, "formula of a yearly limit"},
    {"used", JSON_STRING, false, false, NULL, NULL, "formula of what is used of it"},
    {"after", JSON_STRING, false, false, NULL, NULL, "step that this one follows, where a patch inserts it"},
    {0}};

static const struct json_field pack_fields[] = {
    {"schema_version", JSON_INTEGER, true, false, NULL, NULL, "1"},
    {"id", JSON_STRING, true, false, NULL, NULL, "place.topic"},
    {"extends", JSON_STRING, false, false, NULL, NULL, "id of the pack that this one patches"},
    {"abstract", JSON_BOOL, false, false, NULL, NULL, "only to be extended"},
    {"place", JSON_STRING, true, false, NULL, NULL, "ISO 3166-1 alpha-2, or EU"},
    {"currency", JSON_STRING, false, false, NULL, NULL, "ISO 4217"},
    {"title", JSON_TEXTS, true, false, NULL, NULL, "for people"},
    {"note", JSON_ANY, false, false, NULL, NULL, "for readers"},
    {"form", JSON_ARRAY, false, false, NULL, NULL, "forms of trade that it governs"},
    {"from", JSON_DATE, false, true, NULL, NULL, "first day"},
    {"until", JSON_DATE, false, true, NULL, NULL, "last day"},
    {"kept_until", JSON_DATE, false, false, NULL, NULL, "day up to which the law was followed"},
    {"reads", JSON_STRING, false, false, days, NULL, "entry or sale"},
    {"regime", JSON_STRING, false, false, NULL, NULL, "id that the answer names"},
    {"parameters", JSON_OBJECT, false, false, NULL, NULL, "values by first day"},
    {"steps", JSON_OBJECT, false, false, NULL, NULL, "in order"},
    {0}};

const struct json_field *rule_pack_fields(void) { return pack_fields; }
const struct json_field *rule_step_fields(void) { return step_fields; }

/* The same names, where a patch need not give them all, and may delete. */
static size_t check_patch(const struct json *json, const cJSON *object, const struct json_field *fields,
                          const char *what, struct errs *errs)
{
    struct json_field open[sizeof step_fields / sizeof *step_fields + sizeof pack_fields / sizeof *pack_fields];
    size_t count = 0;
    for (; fields[count].name; count++) {
        open[count] = fields[count];
        open[count].required = false;
        open[count].nullable = true;
    }
    open[count] = (struct json_field){0};
    return json_check(json, object, open, what, errs);
}

/* The values of a parameter; a pack (not a patch) must say of each where it comes from. */
static void check_parameter(const struct json *json, const cJSON *parameter, bool is_patch, struct errs *errs)
{
    static const char *const origins[] = {"law", "source", "confidence"};
    const cJSON *entry;
    cJSON_ArrayForEach(entry, parameter) {
        if (!entry->string || strcmp(entry->string, "title") == 0 || cJSON_IsNull(entry))
            continue;
        if ((is_patch ? check_patch : json_check)(json, entry, value_fields, "a value", errs) != 0)
            continue;
        for (size_t i = 0; !is_patch && i < sizeof origins / sizeof *origins; i++)
            if (!json_get(entry, origins[i]))
                err_help(json_fail(json, entry, errs, ERR_MISSING_NAME, "\"%s\" is missing in a value", origins[i]),
                         "every value of a pack says its \"law\", \"source\" and \"confidence\"");
    }
}

static void check_forms(const struct json *json, const cJSON *list, struct errs *errs)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        const char *text = cJSON_IsString(item) ? item->valuestring : "";
        if (form_find(text) != FORM_UNSET)
            continue;
        struct err *err = json_fail(json, item, errs, ERR_UNKNOWN_VALUE, "unknown form of trade \"%s\"", text);
        if (!err_suggest(err, text, form_ids + 1, FORM_COUNT - 1))
            err_help(err, "known are: retail, parcel, general, domestic, trader, manufacturer, exempt, "
                          "1210, 9610, 9710, 9810, 1039, 0110");
    }
}

static void check_period(const struct json *json, const cJSON *pack, struct errs *errs)
{
    const char *from = json_text(pack, "from", ""), *until = json_text(pack, "until", "");
    int32_t first, last;
    if (date_parse(from, strlen(from), &first) && date_parse(until, strlen(until), &last) && last < first)
        err_help(json_fail(json, json_get(pack, "until"), errs, ERR_INTERVAL, "\"until\" is before \"from\""),
                 "the last day, on or after %s", from);
}

void rule_check_pack(const struct json *json, const cJSON *pack, bool is_reform, struct errs *errs)
{
    bool is_patch = is_reform || json_get(pack, "extends");
    const cJSON *node;
    if ((is_reform ? check_patch : json_check)(json, pack, pack_fields, "a rule pack", errs) != 0)
        return;
    int64_t version = json_integer(pack, "schema_version", 1);
    if (version != 1)
        err_help(json_fail(json, json_get(pack, "schema_version"), errs, ERR_RANGE, "\"schema_version\" must be 1"),
                 "this program reads packs of version 1 only");
    check_period(json, pack, errs);
    check_forms(json, json_get(pack, "form"), errs);
    cJSON_ArrayForEach(node, json_get(pack, "parameters"))
        check_parameter(json, node, is_reform, errs);
    cJSON_ArrayForEach(node, json_get(pack, "steps"))
        if (!cJSON_IsNull(node))
            (is_patch ? check_patch : json_check)(json, node, step_fields, "a step", errs);
}

/* ---- parameters that a reform adds ---- */

static bool is_read(const struct pack *pack, uint32_t parameter)
{
    for (uint32_t i = 1; i < pack->exprs; i++) {
        const struct expr *e = &pack->expr[i];
        bool is_family = e->op == EXPR_PICK; /* any of its members */
        if (is_family || ((e->op == EXPR_PARAMETER || e->op == EXPR_IN_FORCE) && e->ref == parameter))
            return true;
    }
    return false;
}

/* One that no formula reads changes nothing: a misspelt name of one that is there. */
void rule_check_reform(const struct json *json, const cJSON *reform, const struct pack *pack, struct errs *errs)
{
    const cJSON *node;
    const char **names = memory_take((pack->parameters + 1) * sizeof *names);
    cJSON_ArrayForEach(node, json_get(reform, "parameters")) {
        size_t count = 0;
        bool is_useful = false;
        for (uint32_t i = 0; i < pack->parameters; i++) {
            bool is_same = strcmp(pack->parameter[i].name, node->string) == 0;
            is_useful = is_useful || (is_same && is_read(pack, i));
            if (!is_same)
                names[count++] = pack->parameter[i].name;
        }
        if (is_useful)
            continue;
        struct err *err = json_fail_name(json, node, errs, ERR_UNKNOWN_NAME,
                                         "no formula of %s reads a parameter \"%s\"", pack->id, node->string);
        if (!err_suggest(err, node->string, names, count))
            err_help(err, "its parameters stand in rules/%.2s and in what it extends", pack->id);
    }
    memory_release(names);
}
