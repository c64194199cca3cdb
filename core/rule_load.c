/* rule_load: reads packs, lays patches over them, and checks every name, type and unit before they may run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/date.h"
#include "core/buf.h"
#include "core/node.h"
#include "core/rule_int.h"

/* One object that says something of a pack: a pack file, or the part of a reform that names it. */
struct source {
    struct json *json;
    const cJSON *object;
    const char *id;
    bool reform;
    uint32_t next; /* more general source of the same pack, by index + 1; 0: none */
};

enum { EXTENDS_MAX = 8 };

struct loader {
    struct rulebook *book;
    struct errs *errs;
    struct json *json; /* [files] */
    uint32_t jsons;
    struct source *source;
    uint32_t sources, room;
    bool has_reforms;
};

/* ---- sources ---- */

static void source_add(struct loader *l, struct source source)
{
    if (l->sources == l->room) {
        uint32_t room = l->room ? l->room * 2 : 64;
        l->source = memory_resize(l->source, l->room * sizeof *l->source, room * sizeof *l->source);
        l->room = room;
    }
    l->source[l->sources++] = source;
    l->has_reforms = l->has_reforms || source.reform;
}

static void read_pack_file(struct loader *l, const struct rule_file *file)
{
    struct json *json = &l->json[l->jsons++]; /* finished with the loader, sound or not */
    if (json_read(json, file->source, file->bytes, file->length, l->errs) != 0)
        return;
    size_t before = l->errs->count + l->errs->dropped;
    rule_check_pack(json, json->root, false, l->errs);
    if (l->errs->count + l->errs->dropped == before)
        source_add(l, (struct source){json, json->root, json_text(json->root, "id", ""), false, 0});
}

static void read_reform_file(struct loader *l, const struct rule_file *file)
{
    struct json *json = &l->json[l->jsons++]; /* finished with the loader, sound or not */
    if (json_read(json, file->source, file->bytes, file->length, l->errs) != 0)
        return;
    const cJSON *pack;
    const cJSON *rules = file->is_undone ? NULL : json_get(json->root, "rules");
    if (rules && !cJSON_IsObject(rules))
        err_help(json_fail(json, rules, l->errs, ERR_WRONG_TYPE, "\"rules\" must be an object {…}"),
                 "by ids of packs: {\"cn.import.cbec\": {\"parameters\": …}}");
    cJSON_ArrayForEach(pack, rules) {
        size_t before = l->errs->count + l->errs->dropped;
        rule_check_pack(json, pack, true, l->errs);
        if (l->errs->count + l->errs->dropped == before)
            source_add(l, (struct source){json, pack, pack->string, true, 0});
    }
}

/* The node at section.name.field in the most special source that has it. */
static const cJSON *locate(struct loader *l, uint32_t at, const char *section, const char *name,
                           const char *field, struct json **json)
{
    for (uint32_t i = at + 1; i != 0; i = l->source[i - 1].next) {
        const cJSON *node = json_get(json_get(l->source[i - 1].object, section), name);
        if (node && field && cJSON_IsObject(node))
            node = json_get(node, field);
        if (node) {
            *json = l->source[i - 1].json;
            return node;
        }
    }
    *json = l->source[at].json;
    return NULL;
}

/* The reform that said it last, NULL: what counts is a pack's. */
static const struct source *reform_of(const struct loader *l, uint32_t at, const char *section, const char *name,
                                      const char *field)
{
    for (uint32_t i = l->has_reforms ? at + 1 : 0; i != 0; i = l->source[i - 1].next) {
        const struct source *source = &l->source[i - 1];
        const cJSON *node = json_get(json_get(source->object, section), name);
        if (field ? json_get(node, field) != NULL : node != NULL)
            return source->reform ? source : NULL;
    }
    return NULL;
}

/* ---- parameters ---- */

struct building {
    struct loader *loader;
    uint32_t source;
    struct pack *pack;
};

static struct err *fail_at(struct building *b, const char *section, const char *name,
                           const char *field, int code, const char *message)
{
    struct json *json;
    const cJSON *node = locate(b->loader, b->source, section, name, field, &json);
    struct err *err = json_fail(json, node, b->loader->errs, code, "%s: %s", b->pack->id, message);
    if (!node)
        snprintf(err->pointer, sizeof err->pointer, "/%s/%s/%s", section, name, field ? field : "");
    err_tame(err->pointer);
    return err;
}

static const char *keep(struct building *b, const char *text)
{
    return text ? arena_copy(&b->loader->book->arena, text, strlen(text)) : NULL;
}

static void keep_texts(struct building *b, const cJSON *object, const char *name, const char *out[3])
{
    const cJSON *texts = json_get(object, name);
    out[LANG_EN] = keep(b, json_text(texts, "en", NULL));
    out[LANG_ZH] = keep(b, json_text(texts, "zh", NULL));
}

static bool read_list(struct building *b, const cJSON *value, struct parameter_value *out)
{
    int n = cJSON_GetArraySize(value);
    uint32_t *list = arena_array(&b->loader->book->arena, uint32_t, n + 1);
    const cJSON *item;
    if (!cJSON_IsArray(value))
        return false;
    cJSON_ArrayForEach(item, value) {
        if (!cJSON_IsString(item))
            return false;
        list[out->list_count++] =
            names_add(&b->loader->book->names, item->valuestring, strlen(item->valuestring));
    }
    out->list = list;
    return true;
}

static bool read_value(struct building *b, uint8_t type, const cJSON *value, struct parameter_value *out)
{
    if (type == TYPE_LIST)
        return read_list(b, value, out);
    if (!cJSON_IsString(value))
        return false;
    const char *text = value->valuestring;
    size_t length = strlen(text);
    out->text = keep(b, text);
    switch (type) {
    case TYPE_NUMBER: return rational_parse(text, length, &out->number);
    case TYPE_DAY: return date_parse(text, length, &out->day);
    case TYPE_SYMBOL:
        out->symbol = names_add(&b->loader->book->names, text, length);
        return length > 0;
    default:
        out->number = (struct rational){strcmp(text, "true") == 0, 1};
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    }
}

static int by_from(const void *a, const void *b)
{
    const struct parameter_value *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

static void read_interval(struct building *b, struct parameter *parameter, const cJSON *entry)
{
    struct loader *l = b->loader;
    struct parameter_value v = {.in_force = !cJSON_IsNull(entry) && strcmp(json_text(entry, "value", ""), "none") != 0};
    struct json *json;
    const cJSON *node = locate(l, b->source, "parameters", parameter->name, entry->string, &json);
    if (!date_parse(entry->string, strlen(entry->string), &v.from)) {
        err_help(json_fail_name(json, node, l->errs, ERR_INTERVAL, "\"%s\" is no day YYYY-MM-DD", entry->string),
                 "a parameter's values are named by the first day on which they hold");
        return;
    }
    if (v.in_force) {
        struct rule_unit unit;
        uint8_t type;
        const char *unit_text = json_text(entry, "unit", NULL);
        if (!unit_text)
            unit_text = parameter->unit_text; /* a reform may give the value alone */
        if (!unit_text || !unit_parse(l->book, b->pack, unit_text, &type, &unit)) {
            const cJSON *where = unit_text ? json_get(node, "unit") : node;
            err_help(json_fail(json, where ? where : node, l->errs, unit_text ? ERR_UNKNOWN_VALUE : ERR_MISSING_NAME,
                               unit_text ? "unknown unit \"%s\"" : "a value needs its \"unit\"", unit_text),
                     "rate, number, CNY, CNY/kg, kg, l, piece, bool, symbol, list, day");
            return;
        }
        if (parameter->type && (parameter->type != type || memcmp(&unit, &parameter->unit, sizeof unit) != 0)) {
            err_help(json_fail(json, json_get(node, "unit"), l->errs, ERR_UNIT,
                               "unit \"%s\" differs from \"%s\" of the other days", unit_text, parameter->unit_text),
                     "give the parameter of the other unit a name of its own");
            return;
        }
        parameter->type = type;
        parameter->unit = unit;
        parameter->unit_text = keep(b, unit_text);
        if (!read_value(b, type, json_get(entry, "value"), &v)) {
            struct err *err = json_fail(json, json_get(node, "value"), l->errs, ERR_WRONG_TYPE,
                                        "not a value of unit \"%s\"", unit_text);
            err_help(err, "%s", type == TYPE_LIST   ? "a list of texts: [\"2203\", \"2204-2208\"]"
                                : type == TYPE_DAY  ? "a day as text: \"2026-07-01\""
                                : type == TYPE_BOOL ? "\"true\" or \"false\", as text"
                                : type == TYPE_SYMBOL ? "a word, as text"
                                                      : "write decimals as text, a rate as a fraction: \"0.13\"");
            return;
        }
        const cJSON *law = json_get(entry, "law");
        v.law_zh = keep(b, cJSON_IsString(law) ? law->valuestring : json_text(law, "zh", ""));
        v.law_en = keep(b, cJSON_IsString(law) ? law->valuestring : json_text(law, "en", v.law_zh));
        v.confidence = keep(b, json_text(entry, "confidence", "assumed"));
    }
    const struct source *reform = reform_of(l, b->source, "parameters", parameter->name, entry->string);
    if (reform)
        v.watch = rule_watch_on(l->book, DAY_UNSET, "%s.%s@%s", reform->id, parameter->name, entry->string);
    parameter->value[parameter->values++] = v;
}

/* Of a parameter that is never in force: as some entry has it all the same. */
static void read_type(struct building *b, struct parameter *parameter, const cJSON *node)
{
    const cJSON *entry;
    parameter->type = TYPE_NUMBER;
    cJSON_ArrayForEach(entry, node) {
        const char *unit = json_text(entry, "unit", NULL);
        if (unit && unit_parse(b->loader->book, b->pack, unit, &parameter->type, &parameter->unit))
            return;
    }
}

static void read_parameters(struct building *b, const cJSON *parameters)
{
    struct pack *pack = b->pack;
    int n = cJSON_GetArraySize(parameters);
    pack->parameter = arena_array(&b->loader->book->arena, struct parameter, n + 1);
    const cJSON *node, *entry;
    cJSON_ArrayForEach(node, parameters) {
        struct parameter *p = &pack->parameter[pack->parameters++];
        p->name = keep(b, node->string);
        p->value = arena_array(&b->loader->book->arena, struct parameter_value,
                               cJSON_GetArraySize(node) + 1);
        if (!cJSON_IsObject(node) || cJSON_GetArraySize(node) == 0) {
            fail_at(b, "parameters", p->name, NULL, ERR_WRONG_TYPE, "a parameter is an object keyed by first days");
            continue;
        }
        keep_texts(b, node, "title", p->title);
        cJSON_ArrayForEach(entry, node)
            if (strcmp(entry->string, "title") != 0)
                read_interval(b, p, entry);
        qsort(p->value, p->values, sizeof *p->value, by_from);
        if (p->type == TYPE_UNSET)
            read_type(b, p, node);
    }
}

/* ---- steps ---- */

static uint16_t read_formula(struct building *b, const char *step, const char *field, const char *text,
                             uint8_t level, uint8_t type)
{
    struct pack *pack = b->pack;
    struct formula_error error;
    uint16_t e = formula_parse(b->loader->book, pack, text, level, pack->steps, &error);
    if (e != 0 && type != TYPE_UNSET && pack->expr[e].type != type) {
        error = (struct formula_error){.width = strlen(text), .code = ERR_WRONG_TYPE};
        snprintf(error.message, sizeof error.message, "%s", type == TYPE_BOOL ? "a condition must be true or false"
                                                                              : "an amount or rate must be a number");
        e = 0;
    }
    if (e == 0 && error.code != ERR_NONE) {
        struct json *json;
        const cJSON *node = locate(b->loader, b->source, "steps", step, field, &json);
        struct err *err = json_fail_inside(json, node, error.at, error.width ? error.width : 1, b->loader->errs,
                                           (int)error.code, "%s: %s", pack->id, error.message);
        err_help(err, "%s", error.help);
    }
    return e;
}

static void read_value_step(struct building *b, const cJSON *node, struct step *step)
{
    const char *per = json_text(node, "per", "order"), *name = step->name;
    step->level = strcmp(per, "line") == 0 ? LEVEL_LINE : LEVEL_ORDER;
    step->is_text = keep(b, json_text(node, "is", ""));
    step->is = read_formula(b, name, "is", step->is_text, step->level, TYPE_UNSET);
    const char *mode = json_text(node, "round", NULL), *to = json_text(node, "to", "0.01");
    if (mode) {
        step->round = (uint8_t)round_mode_find(mode);
        if (!rational_parse(to, strlen(to), &step->to) || step->to.num <= 0)
            fail_at(b, "steps", name, "to", ERR_RANGE, "\"to\" must be above zero");
    }
    const char *charge = json_text(node, "charge", NULL);
    if (charge) {
        step->charge = (uint8_t)charge_find(charge);
        if (step->round == ROUND_UNSET && charge_is_amount(step->charge))
            err_help(fail_at(b, "steps", name, "charge", ERR_MISSING_NAME, "a charge must say how it is rounded"),
                     "\"round\": \"half_up\", \"to\": \"0.01\"");
    }
    if (strstr(step->is_text, "spread(") && step->is && b->pack->expr[step->is].op != EXPR_SPREAD)
        fail_at(b, "steps", name, "is", ERR_FORMULA, "spread() must be the whole formula of its step");
}

static uint16_t missing_code(const char *name)
{
    for (uint16_t code = 1; name && code < ERR_COUNT; code++)
        if (strcmp(err_name((enum err_code)code), name) == 0)
            return code;
    return 0;
}

static void read_outcome_step(struct building *b, const cJSON *node, struct step *step)
{
    const char *allowance = json_text(node, "allowance", NULL), *error = json_text(node, "error", NULL);
    step->level = error && strcmp(json_text(node, "per", "order"), "line") == 0 ? LEVEL_LINE : LEVEL_ORDER;
    step->refuse = keep(b, json_text(node, "refuse", NULL));
    step->instead = keep(b, json_text(node, "instead", NULL));
    step->regime = keep(b, json_text(node, "regime", NULL));
    step->kind = step->refuse ? STEP_REFUSE : step->regime ? STEP_REGIME : error ? STEP_ERROR : STEP_ALLOWANCE;
    keep_texts(b, node, "message", step->message);
    if (step->kind == STEP_ALLOWANCE) {
        step->is_text = keep(b, allowance);
        step->is = read_formula(b, step->name, "allowance", allowance, LEVEL_ORDER, TYPE_NUMBER);
        step->used = read_formula(b, step->name, "used", json_text(node, "used", "annual_used"),
                                  LEVEL_ORDER, TYPE_NUMBER);
    } else if (!json_get(node, "when")) {
        fail_at(b, "steps", step->name, NULL, ERR_MISSING_NAME, "this step needs a \"when\"");
    }
}

static void read_reason(struct building *b, const cJSON *node, struct step *step)
{
    struct reason *reason = &step->reason[step->reasons++];
    const char *when = json_text(node, "when", NULL);
    reason->text[LANG_EN] = keep(b, json_text(node, "en", NULL));
    reason->text[LANG_ZH] = keep(b, json_text(node, "zh", NULL));
    if (!reason->text[LANG_EN] || !reason->text[LANG_ZH])
        fail_at(b, "steps", step->name, "zero", ERR_MISSING_NAME, "a reason is {en, zh}");
    if (when)
        reason->when = read_formula(b, step->name, "zero", when, step->level, TYPE_BOOL);
}

/* Why the charge is zero: one text, or a list of texts with conditions. */
static void read_reasons(struct building *b, const cJSON *zero, struct step *step)
{
    int count = cJSON_IsArray(zero) ? cJSON_GetArraySize(zero) : 1;
    const cJSON *node;
    if (!zero)
        return;
    step->reason = arena_array(&b->loader->book->arena, struct reason, count + 1);
    if (cJSON_IsArray(zero))
        cJSON_ArrayForEach(node, zero)
            read_reason(b, node, step);
    else
        read_reason(b, zero, step);
}

static void read_step(struct building *b, const cJSON *node)
{
    struct pack *pack = b->pack;
    struct step *step = &pack->step[pack->steps];
    const struct source *reform = reform_of(b->loader, b->source, "steps", node->string, NULL);
    step->name = keep(b, node->string);
    if (reform)
        step->watch = rule_watch_on(b->loader->book, DAY_UNSET, "%s.steps.%s", reform->id, step->name);
    bool value = json_get(node, "is") != NULL;
    const char *error = json_text(node, "error", NULL);
    bool outcome = json_get(node, "refuse") || json_get(node, "regime") || json_get(node, "allowance") || error;
    if (!cJSON_IsObject(node) || value == outcome) {
        fail_at(b, "steps", step->name, NULL, ERR_MISSING_NAME,
                "a step has one of \"is\", \"refuse\", \"regime\", \"allowance\", \"error\"");
        return;
    }
    step->kind = STEP_VALUE;
    if (value)
        read_value_step(b, node, step);
    else
        read_outcome_step(b, node, step);
    step->when_text = keep(b, json_text(node, "when", NULL));
    if (step->when_text)
        step->when = read_formula(b, step->name, "when", step->when_text, step->level, TYPE_BOOL);
    const char *reads = json_text(node, "reads", NULL);
    step->reads_other = reads && (strcmp(reads, "sale") == 0) != pack->reads_sale;
    step->missing = missing_code(json_text(node, "missing", error));
    step->treasury = keep(b, json_text(node, "treasury", NULL));
    step->debtor = keep(b, json_text(node, "debtor", NULL));
    step->collector = keep(b, json_text(node, "collector", NULL));
    step->due = keep(b, json_text(node, "due", NULL));
    step->base_text = keep(b, json_text(node, "base", NULL));
    step->rate_text = keep(b, json_text(node, "rate", NULL));
    keep_texts(b, node, "title", step->title);
    pack->steps++;
    read_reasons(b, json_get(node, "zero"), step);
    if (step->base_text)
        step->base = read_formula(b, step->name, "base", step->base_text, step->level, TYPE_NUMBER);
    if (step->rate_text)
        step->rate = read_formula(b, step->name, "rate", step->rate_text, step->level, TYPE_NUMBER);
}

static void fail_after(struct building *b, const char *name, const char *after, const cJSON **order, int count)
{
    struct err *err = fail_at(b, "steps", name, "after", ERR_UNKNOWN_NAME,
                              "no step of the name in \"after\" stands before");
    const char **names = memory_take(((size_t)count + 1) * sizeof *names);
    for (int i = 0; i < count; i++)
        names[i] = order[i]->string;
    if (!err_suggest(err, after, names, (size_t)count))
        err_help(err, "name a step that stands above");
    memory_release(names);
}

/* Steps in their order, with those that say `after` behind the step they name. */
static void read_steps(struct building *b, cJSON *steps)
{
    int n = cJSON_GetArraySize(steps);
    b->pack->step = arena_array(&b->loader->book->arena, struct step, n + 1);
    const cJSON **order = arena_array(&b->loader->book->arena, const cJSON *, n + 1);
    int count = 0;
    const cJSON *node;
    cJSON_ArrayForEach(node, steps) {
        const char *after = json_text(node, "after", NULL);
        int at = count;
        for (int i = 0; after && i < count; i++)
            if (strcmp(order[i]->string, after) == 0)
                at = i + 1;
        if (after && at == count && (count == 0 || strcmp(order[count - 1]->string, after) != 0))
            fail_after(b, node->string, after, order, count);
        memmove(order + at + 1, order + at, (size_t)(count - at) * sizeof *order);
        order[at] = node;
        count++;
    }
    for (int i = 0; i < count; i++)
        read_step(b, order[i]);
}

static void make_segments(struct rulebook *book, struct pack *pack)
{
    pack->segment = arena_array(&book->arena, struct segment, pack->steps + 1);
    for (uint32_t i = 0; i < pack->steps; i++) {
        const struct step *step = &pack->step[i];
        bool spread = step->is && pack->expr[step->is].op == EXPR_SPREAD;
        struct segment *last = pack->segments ? &pack->segment[pack->segments - 1] : NULL;
        if (last && last->level == step->level && !last->spread && !spread)
            last->end = (uint16_t)(i + 1);
        else
            pack->segment[pack->segments++] =
                (struct segment){step->level, spread, (uint16_t)i, (uint16_t)(i + 1)};
    }
}

/* The rates of exchange among them: a tariff may ask for them. */
static void note_facts(struct rulebook *book, struct pack *pack)
{
    bool is_read[ORDER_FACT_COUNT] = {[FACT_FX_USD] = true, [FACT_FX_EUR] = true};
    for (uint32_t i = 1; i < pack->exprs; i++)
        if (pack->expr[i].op == EXPR_ORDER_FACT)
            is_read[pack->expr[i].ref] = true;
    pack->fact = arena_take(&book->arena, ORDER_FACT_COUNT);
    for (uint8_t f = 0; f < ORDER_FACT_COUNT; f++)
        if (is_read[f])
            pack->fact[pack->facts++] = f;
}

static void note_results(struct rulebook *book, struct pack *pack)
{
    pack->charge_step = arena_array(&book->arena, uint16_t, pack->steps + 1);
    pack->value_step = pack->allowance_step = -1;
    for (uint32_t i = 0; i < pack->steps; i++) {
        const struct step *step = &pack->step[i];
        if (step->charge)
            pack->charge_step[pack->charge_steps++] = (uint16_t)i;
        if (step->kind == STEP_ALLOWANCE)
            pack->allowance_step = (int)i;
        if (step->kind == STEP_VALUE && step->level == LEVEL_ORDER && strcmp(step->name, "value") == 0)
            pack->value_step = (int)i;
    }
}

/* ---- packs ---- */

static void read_forms(struct building *b, const cJSON *forms)
{
    const cJSON *form;
    cJSON_ArrayForEach(form, forms)
        b->pack->forms |= 1u << form_find(form->valuestring);
}

/* At a name of the pack itself, in the most special source that has it. */
static void fail_head(struct building *b, const char *name, const char *message, const char *help)
{
    struct loader *l = b->loader;
    const struct source *source = &l->source[b->source];
    while (source->next && !json_get(source->object, name))
        source = &l->source[source->next - 1];
    const cJSON *node = json_get(source->object, name);
    err_help(json_fail(source->json, node ? node : source->object, l->errs, node ? ERR_UNKNOWN_VALUE : ERR_MISSING_NAME,
                       "%s: %s", b->pack->id, message),
             "%s", help);
}

static int32_t read_day(const cJSON *object, const char *name, int32_t fallback)
{
    int32_t day;
    const char *text = json_text(object, name, NULL);
    return text && date_parse(text, strlen(text), &day) ? day : fallback;
}

/* All of a pack but its steps. */
static void read_head(struct loader *l, uint32_t source, const cJSON *merged, struct pack *pack)
{
    struct building b = {l, source, pack};
    const char *place = json_text(merged, "place", ""), *currency = json_text(merged, "currency", "");
    pack->id = keep(&b, l->source[source].id);
    pack->place_text = keep(&b, place);
    pack->place = text_country(place, strlen(place));
    pack->currency = (uint8_t)currency_index(currency);
    pack->unit = pack->currency ? currency_unit(pack->currency) : 1;
    pack->reads_sale = strcmp(json_text(merged, "reads", "entry"), "sale") == 0;
    pack->abstract_ = json_bool(merged, "abstract", false);
    pack->regime = keep(&b, json_text(merged, "regime", pack->id));
    pack->from = read_day(merged, "from", date_day(1900, 1, 1));
    pack->until = read_day(merged, "until", DAY_MAX);
    pack->kept_until = read_day(merged, "kept_until", DAY_UNSET);
    keep_texts(&b, merged, "title", pack->title);
    if (!pack->place)
        fail_head(&b, "place", "a pack needs a place", "two capital letters of ISO 3166-1, or EU");
    if (!pack->currency)
        fail_head(&b, "currency", "a pack needs a currency that is known", "a code of ISO 4217, like \"CNY\"");
    read_forms(&b, json_get(merged, "form"));
    read_parameters(&b, json_get(merged, "parameters"));
}

/* The last source with an id; 0: none, else index + 1. */
static uint32_t find_source(const struct loader *l, const char *id)
{
    for (uint32_t i = l->sources; i-- > 0;)
        if (strcmp(l->source[i].id, id) == 0)
            return i + 1;
    return 0;
}

/* Says which pack was meant. */
static void fail_id(const struct loader *l, struct err *err, const char *id)
{
    const char **names = memory_take((l->sources + 1) * sizeof *names);
    size_t count = 0;
    for (uint32_t i = 0; i < l->sources; i++)
        if (!l->source[i].reform && strcmp(l->source[i].id, id) != 0)
            names[count++] = l->source[i].id;
    if (!err_suggest(err, id, names, count))
        err_help(err, "ids are those of the files in rules/, like cn.import.cbec");
    memory_release(names);
}

/* A pack's document is merged in two parts: its steps are long, and members of a union share them. */
enum part { PART_HEAD, PART_STEPS };

static cJSON *copy_part(const cJSON *object, enum part part)
{
    cJSON *copy = cJSON_CreateObject();
    const cJSON *node;
    cJSON_ArrayForEach(node, object)
        if ((strcmp(node->string, "steps") == 0) == (part == PART_STEPS))
            cJSON_AddItemToObject(copy, node->string, cJSON_Duplicate(node, true));
    return copy;
}

/* The pack that a source names to stand on, by index + 1; 0 with an error when there is none. */
static uint32_t base_of(struct loader *l, const struct source *source, const char *extends, int depth)
{
    const cJSON *node = json_get(source->object, "extends");
    uint32_t base = find_source(l, extends);
    if (depth >= EXTENDS_MAX) {
        err_help(json_fail(source->json, node, l->errs, ERR_DEPTH, "a pack extends itself, or too many others"),
                 "a chain has at most %d packs", EXTENDS_MAX);
        return 0;
    }
    if (base == 0)
        fail_id(l, json_fail(source->json, node, l->errs, ERR_UNKNOWN_VALUE, "no pack \"%s\" to extend", extends),
                extends);
    return base;
}

/* A part of the pack whose most special source is `at`, with everything below it merged in. */
static cJSON *merge_pack(struct loader *l, uint32_t at, int depth, enum part part, uint16_t *base_place)
{
    struct source *source = &l->source[at];
    cJSON *below = NULL;
    for (uint32_t i = at; i-- > 0 && !below;) {
        if (strcmp(l->source[i].id, source->id) == 0) {
            source->next = i + 1;
            below = merge_pack(l, i, depth, part, base_place);
        }
    }
    const char *extends = json_text(source->object, "extends", NULL);
    if (!below && extends) {
        uint32_t base = base_of(l, source, extends, depth);
        if (base == 0)
            return NULL;
        source->next = base;
        below = merge_pack(l, base - 1, depth + 1, part, base_place);
        if (!below)
            return NULL;
        if (part == PART_HEAD) {
            const char *place = json_text(below, "place", "");
            *base_place = text_country(place, strlen(place));
            cJSON_DeleteItemFromObjectCaseSensitive(below, "abstract");
        }
    }
    if (!below && source->reform) { /* the head is read first, and not the steps when it fails */
        fail_id(l, json_fail_name(source->json, source->object, l->errs, ERR_UNKNOWN_NAME,
                                  "no pack \"%s\" to change", source->id), source->id);
        return NULL;
    }
    cJSON *own = copy_part(source->object, part);
    if (!below)
        return own;
    cJSON *merged = json_merge(below, own);
    cJSON_Delete(own);
    return merged;
}

/* ---- steps that a union's members share ---- */

/* The id that the pack of a source extends, when no source of the pack says anything of steps; else NULL. */
static const char *borrowed_steps(const struct loader *l, uint32_t at)
{
    const char *extends = NULL;
    for (uint32_t i = 0; i <= at; i++) {
        const struct source *source = &l->source[i];
        if (strcmp(source->id, l->source[at].id) != 0)
            continue;
        if (json_get(source->object, "steps"))
            return NULL;
        extends = json_text(source->object, "extends", extends);
    }
    return extends;
}

static bool same_parameters(const struct pack *a, const struct pack *b)
{
    bool is_same = a->parameters == b->parameters;
    for (uint32_t i = 0; i < a->parameters && is_same; i++) {
        const struct parameter *x = &a->parameter[i], *y = &b->parameter[i];
        is_same = strcmp(x->name, y->name) == 0 && x->type == y->type &&
                  memcmp(&x->unit, &y->unit, sizeof x->unit) == 0;
    }
    return is_same;
}

/* Takes the steps of a pack that stands on the same base with the same names: formulas know no values. */
static bool share_steps(struct rulebook *book, struct pack *pack)
{
    for (uint32_t i = 0; pack->borrowed && i < book->packs; i++) {
        const struct pack *other = &book->pack[i];
        if (other == pack || !other->borrowed || strcmp(other->borrowed, pack->borrowed) != 0 ||
            other->currency != pack->currency || other->reads_sale != pack->reads_sale ||
            other->steps == 0 || !same_parameters(other, pack))
            continue;
        pack->step = other->step;
        pack->steps = other->steps;
        pack->expr = other->expr;
        pack->exprs = other->exprs;
        pack->notes = other->notes;
        pack->is_sharing = true;
        return true;
    }
    return false;
}

static void build_pack(struct loader *l, uint32_t source)
{
    struct rulebook *book = l->book;
    uint16_t base_place = 0;
    const struct source *own = &l->source[source];
    cJSON *head = merge_pack(l, source, 0, PART_HEAD, &base_place);
    if (!head)
        return;
    struct pack *pack = &book->pack[book->packs++];
    pack->base_place = base_place;
    pack->borrowed = borrowed_steps(l, source);
    read_head(l, source, head, pack);
    if (!pack->abstract_ && !share_steps(book, pack)) {
        cJSON *steps = merge_pack(l, source, 0, PART_STEPS, &base_place);
        struct building b = {l, source, pack};
        read_steps(&b, cJSON_GetObjectItemCaseSensitive(steps, "steps"));
        cJSON_Delete(steps);
    }
    if (!pack->abstract_)
        rule_check_reform(own->json, own->reform ? own->object : NULL, pack, l->errs);
    make_segments(book, pack);
    note_results(book, pack);
    note_facts(book, pack);
    cJSON_Delete(head);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct pack *)a)->id, ((const struct pack *)b)->id);
}

static void build_packs(struct loader *l)
{
    struct rulebook *book = l->book;
    book->pack = arena_array(&book->arena, struct pack, l->sources + 1);
    for (uint32_t i = 0; i < l->sources; i++) {
        if (find_source(l, l->source[i].id) == i + 1)
            build_pack(l, i);
    }
    for (uint32_t i = 0; i < book->packs; i++)
        book->pack[i].borrowed = NULL; /* it points into a document that ends with the loader */
    qsort(book->pack, book->packs, sizeof *book->pack, by_id);
}

/* ---- the book ---- */

struct rulebook *rulebook_load(const struct rule_file *packs, size_t pack_count,
                               const struct rule_file *tariffs, size_t tariff_count,
                               const struct rule_file *reforms, size_t reform_count,
                               struct errs *errs)
{
    struct rulebook *book = memory_take(sizeof *book);
    size_t before = errs->count + errs->dropped;
    names_init(&book->names, &book->arena);
    names_init(&book->bases, &book->arena);
    book->place_at = arena_array(&book->arena, uint16_t, PLACES + 1);
    book->tariff = (struct tariff){.names = &book->names, .arena = &book->arena};
    struct loader l = {.book = book, .errs = errs};
    l.json = memory_take((pack_count + reform_count + 1) * sizeof *l.json);
    for (size_t i = 0; i < pack_count; i++)
        read_pack_file(&l, &packs[i]);
    for (size_t i = 0; i < reform_count; i++)
        read_reform_file(&l, &reforms[i]);
    for (size_t i = 0; i < tariff_count; i++)
        tariff_load(&book->tariff, tariff_place(tariffs[i].source), tariffs[i].source,
                    tariffs[i].bytes, tariffs[i].length, errs);
    build_packs(&l);
    for (size_t i = 0; i < reform_count; i++)
        if (json_get(l.json[pack_count + i].root, "law_of"))
            rule_law(book, &l.json[pack_count + i], reforms[i].is_undone, errs);
    rule_make_places(book);
    for (uint32_t i = 0; i < l.jsons; i++)
        json_finish(&l.json[i]);
    memory_release(l.json);
    memory_release(l.source);
    if (errs->count + errs->dropped == before)
        return book;
    rulebook_free(book);
    return NULL;
}

void rulebook_free(struct rulebook *book)
{
    if (!book)
        return;
    for (uint32_t i = 0; i < book->packs; i++)
        if (!book->pack[i].is_sharing)
            memory_release(book->pack[i].expr);
    arena_finish(&book->arena);
    memory_release(book);
}
