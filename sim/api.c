/* api: a table of verbs; each reads its request by a table of fields. */
#include "sim/api.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/json.h"
#include "core/rule_json.h"
#include "core/rule_list.h"
#include "core/text.h"
#include "sim/batch.h"
#include "sim/book.h"
#include "sim/changes.h"
#include "sim/compare.h"
#include "sim/data.h"
#include "sim/journey.h"
#include "sim/lesson.h"
#include "sim/out_compare.h"
#include "sim/out_json.h"
#include "sim/out_names.h"
#include "sim/out_summary.h"
#include "sim/quote.h"
#include "sim/replay.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/setting.h"
#include "sim/stats.h"

#define REPLICATIONS_MAX 1000000

struct api {
    const struct book *book;
    struct quote order, drawback;
    atomic_bool is_stopped;
};

struct api *api_create(const struct book *book)
{
    struct api *api = memory_take(sizeof *api);
    api->book = book;
    quote_init(&api->order, book, REQUEST_ORDER);
    quote_init(&api->drawback, book, REQUEST_DRAWBACK);
    return api;
}

void api_destroy(struct api *api)
{
    if (!api)
        return;
    quote_finish(&api->order);
    quote_finish(&api->drawback);
    memory_release(api);
}

void api_stop(struct api *api)
{
    atomic_store(&api->is_stopped, true);
}

void api_continue(struct api *api)
{
    atomic_store(&api->is_stopped, false);
}

/* One call. */
struct api_call {
    struct api *api;
    struct json json;   /* the request */
    struct arena arena; /* lives as long as the call */
    struct errs errs;
    struct buf *out;
};

/* ---- quotes ---- */

static void answer_quote(struct api_call *call, struct quote *quote, const struct json *request, struct buf *out)
{
    call->errs.count = call->errs.dropped = 0;
    quote_answer(quote, request, &call->errs, out);
}

/* A list of requests is answered by a list; each answer tells of its own errors. */
static void answer_quotes(struct api_call *call, struct quote *quote)
{
    const cJSON *item;
    const char *join = "[";
    cJSON_ArrayForEach(item, call->json.root) {
        struct text written = json_written(&call->json, item);
        struct json one;
        buf_puts(call->out, join);
        join = ",";
        call->errs.count = call->errs.dropped = 0;
        if (json_read_only(&one, "request", written.ptr, written.len, &call->errs) == 0)
            answer_quote(call, quote, &one, call->out);
        else
            quote_refuse(quote, &one, &call->errs, call->out);
        json_finish(&one);
    }
    buf_puts(call->out, *join == '[' ? "[]\n" : "]\n");
    call->errs.count = 0;
}

static int ask(struct api_call *call, struct quote *quote)
{
    quote->view = QUOTE_JSON;
    quote->all_forms = false;
    if (cJSON_IsArray(call->json.root))
        answer_quotes(call, quote);
    else
        answer_quote(call, quote, &call->json, call->out);
    return 0;
}

static int call_quote(struct api_call *call)
{
    return ask(call, &call->api->order);
}

static int call_drawback(struct api_call *call)
{
    return ask(call, &call->api->drawback);
}

static int call_forms(struct api_call *call)
{
    struct quote *quote = &call->api->order;
    quote->view = QUOTE_JSON;
    quote->all_forms = true;
    answer_quote(call, quote, &call->json, call->out);
    return 0;
}

/* The answer for a person, in each language. */
static int call_explain(struct api_call *call)
{
    static const char *const names[] = {[LANG_EN] = "{\"en\":", [LANG_ZH] = ",\"zh\":"};
    struct quote *quote = &call->api->order;
    struct buf text = {0};
    int result = 0;
    quote->all_forms = false;
    quote->view = QUOTE_TEXT;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH && result == 0; lang++) {
        buf_clear(&text);
        quote->lang = lang;
        answer_quote(call, quote, &call->json, &text);
        result = call->errs.count ? -1 : 0;
        if (result == 0) {
            buf_puts(call->out, names[lang]);
            buf_json_string(call->out, text.data, text.length);
        }
    }
    if (result == 0)
        buf_puts(call->out, "}\n");
    buf_finish(&text);
    return result;
}

/* ---- what is to be simulated ---- */

#define RUN_FIELDS                                                                                                     \
    {.name = "scenario", .type = JSON_ANY, .required = true, .note = "the name of a built-in one, or a scenario"},     \
    {.name = "seed", .type = JSON_INTEGER, .note = "of all random draws; 1"},                                          \
    {.name = "replications", .type = JSON_INTEGER, .note = "how often, each with draws of its own; 1"},                \
    {.name = "limit", .type = JSON_INTEGER, .note = "place exactly so many orders"},                                   \
    {.name = "until", .type = JSON_DATE, .note = "stop after this day"},                                               \
    {.name = "as_of", .type = JSON_DATE, .note = "the law of this day for every order"},                               \
    {.name = "set", .type = JSON_OBJECT, .note = "{\"PATH\": VALUE}, a rule: {\"rules.PACK.PARAMETER@DATE\": VALUE}"}, \
    {.name = "reform", .type = JSON_ANY, .note = "a merge patch over rules and scenario, or a list of them"},          \
    {.name = "orders", .type = JSON_STRING, .note = "orders to replay: the text of a CSV file"},                       \
    {.name = "map", .type = JSON_STRING, .note = "NAME=COLUMN,...: which column of the orders holds what"}

static const struct json_field run_fields[] = {RUN_FIELDS, {0}};

struct plan {
    struct changes changes;
    struct book own;         /* where reforms change the law */
    const struct book *book;
    struct scenario *scenario;
    struct replay *replay;
    uint64_t seed;
    uint32_t replications;
    int64_t until;
    const char *last; /* the day of `until`, NULL: none */
};

static int64_t number(struct api_call *call, const char *name, int64_t fallback, int64_t least, int64_t most)
{
    const cJSON *node = json_get(call->json.root, name);
    int64_t value = json_integer(call->json.root, name, fallback);
    if (node && (value < least || value > most))
        json_fail(&call->json, node, &call->errs, ERR_RANGE, "from %lld to %lld", (long long)least, (long long)most);
    return value;
}

static int32_t day(struct api_call *call, const char *name)
{
    const char *text = json_text(call->json.root, name, NULL);
    int32_t found = DAY_UNSET;
    if (text && !date_parse(text, strlen(text), &found))
        json_fail(&call->json, json_get(call->json.root, name), &call->errs, ERR_WRONG_TYPE,
                  "a day is YYYY-MM-DD");
    return found;
}

static bool has_room(struct api_call *call, const struct plan *plan, const cJSON *node)
{
    if (changes_fit(&plan->changes, 1))
        return true;
    json_fail(&call->json, node, &call->errs, ERR_RANGE, "more than %d changes", CHANGES_MAX);
    return false;
}

/* "path": value, "rules.pack.parameter@day": value, as --set writes it. */
static void add_setting(struct api_call *call, struct plan *plan, const cJSON *member)
{
    struct buf words = {0};
    struct text value = cJSON_IsString(member) ? text_of(member->valuestring) : json_written(&call->json, member);
    if (!has_room(call, plan, member))
        return;
    setting_words(member->string, value.ptr, value.len, &words);
    changes_set(&plan->changes, buf_text(&words), member->string, &call->arena, &call->errs);
    buf_finish(&words);
}

static void add_reform(struct api_call *call, struct plan *plan, const cJSON *node)
{
    struct text text = json_written(&call->json, node);
    if (!has_room(call, plan, node))
        return;
    if (!cJSON_IsObject(node)) {
        json_fail(&call->json, node, &call->errs, ERR_WRONG_TYPE, "a reform is an object");
        return;
    }
    struct reform reform = {.id = "reform", .source = "reform", .bytes = text.ptr, .length = text.len};
    changes_reform(&plan->changes, &reform, REFORM_AFTER, &call->errs);
}

static void read_plan(struct api_call *call, struct plan *plan, uint32_t replications)
{
    const cJSON *root = call->json.root, *set = json_get(root, "set"), *reform = json_get(root, "reform"), *item;
    int32_t last = day(call, "until");
    plan->seed = (uint64_t)number(call, "seed", 1, 0, INT64_C(1) << 53);
    plan->replications = (uint32_t)number(call, "replications", replications, 1, REPLICATIONS_MAX);
    plan->last = json_text(root, "until", NULL);
    plan->until = last == DAY_UNSET ? INT64_MAX : ((int64_t)last + 1) * DAY_SECONDS - 1;
    if (cJSON_IsArray(reform)) {
        cJSON_ArrayForEach(item, reform) add_reform(call, plan, item);
    } else if (reform) {
        add_reform(call, plan, reform);
    }
    cJSON_ArrayForEach(item, set) add_setting(call, plan, item);
}

/* ---- scenarios ---- */

static const struct data_span *built_in(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "scenarios/%.100s.json", name);
    return data_find(path);
}

/* Calls `take` with the name of each built-in scenario. */
static void each_scenario(void (*take)(void *self, const char *name, const struct data_span *span), void *self)
{
    char name[64];
    for (size_t i = 0; i < data_count; i++) {
        const char *path = data_spans[i].path, *end = strrchr(path, '.');
        if (strncmp(path, "scenarios/", 10) != 0 || strcmp(end, ".json") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(end - path - 10), path + 10);
        take(self, name, &data_spans[i]);
    }
}

struct name_list {
    struct arena *arena;
    const char *name[CHANGES_MAX];
    size_t count;
};

static void add_name(void *self, const char *name, const struct data_span *span)
{
    struct name_list *list = self;
    (void)span;
    if (list->count < CHANGES_MAX)
        list->name[list->count++] = arena_copy(list->arena, name, strlen(name));
}

/* The one that a member names; NULL with an error. */
static const struct data_span *named_scenario(struct api_call *call, const cJSON *node)
{
    const struct data_span *span = cJSON_IsString(node) ? built_in(node->valuestring) : NULL;
    if (!span) {
        struct name_list list = {.arena = &call->arena};
        struct err *err = json_fail(&call->json, node, &call->errs, ERR_UNKNOWN_VALUE, "no built-in scenario");
        each_scenario(add_name, &list);
        if (cJSON_IsString(node))
            err_suggest(err, node->valuestring, list.name, list.count);
    }
    return span;
}

static void load_scenario(struct api_call *call, struct plan *plan)
{
    const cJSON *node = json_get(call->json.root, "scenario");
    struct text text = {0};
    const char *source = "scenario";
    if (cJSON_IsObject(node)) {
        text = json_written(&call->json, node);
    } else {
        const struct data_span *span = named_scenario(call, node);
        if (!span)
            return;
        source = span->path;
        text = (struct text){span->start, (size_t)(span->end - span->start)};
    }
    plan->scenario = scenario_load(plan->book, source, text.ptr, text.len, plan->changes.patch,
                                   plan->changes.patches, &call->errs);
}

static void load_orders(struct api_call *call, struct plan *plan)
{
    const cJSON *root = call->json.root, *orders = json_get(root, "orders");
    bool replays = scenario_replays(plan->scenario);
    if (!orders && !replays)
        return;
    if (!orders || !replays) {
        json_fail(&call->json, orders ? orders : json_get(root, "scenario"), &call->errs, ERR_BAD_REQUEST,
                  replays ? "this scenario replays orders: give them as \"orders\""
                          : "this scenario replays no orders");
        return;
    }
    plan->replay = replay_load(plan->book, plan->scenario, json_text(root, "map", NULL), "orders",
                               orders->valuestring, strlen(orders->valuestring), &call->errs);
    if (plan->replay)
        scenario_follow(plan->scenario, plan->replay);
}

/* Loads what a plan says, once its changes are read. */
static void load_plan(struct api_call *call, struct plan *plan)
{
    int32_t law_day = day(call, "as_of");
    int64_t limit = number(call, "limit", 0, 1, INT64_MAX / 1000000);
    plan->book = plan->changes.overlays ? &plan->own : call->api->book;
    if (call->errs.count == 0 && plan->changes.overlays)
        book_extend(&plan->own, call->api->book, plan->changes.overlay, plan->changes.overlays, &call->errs);
    if (call->errs.count == 0)
        load_scenario(call, plan);
    if (call->errs.count == 0)
        load_orders(call, plan);
    if (call->errs.count)
        return;
    if (law_day != DAY_UNSET)
        plan->scenario->law_day = law_day;
    if (limit)
        scenario_limit(plan->scenario, (uint64_t)limit);
}

static void finish_plan(struct plan *plan)
{
    replay_free(plan->replay);
    scenario_free(plan->scenario);
    book_finish(&plan->own);
}

/* ---- runs ---- */

static int run_batch(void *self, struct batch *batch, struct errs *errs)
{
    const struct api_call *call = self;
    return batch_run_here(batch, &call->api->is_stopped, errs);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int call_run(struct api_call *call)
{
    struct plan *plan = arena_take(&call->arena, sizeof *plan);
    struct batch batch = {0};
    int64_t begun_ms = now_ms();
    if (json_check(&call->json, call->json.root, run_fields, "the request", &call->errs) == 0) {
        read_plan(call, plan, 1);
        load_plan(call, plan);
    }
    if (call->errs.count == 0) {
        batch = (struct batch){.scenario = plan->scenario, .book = plan->book, .seed = plan->seed,
                               .replications = plan->replications, .until = plan->until};
        run_batch(call, &batch, &call->errs);
    }
    if (call->errs.count == 0) {
        struct run run = {.scenario = plan->scenario, .book = plan->book, .tally = batch.tally, .seed = plan->seed,
                          .replications = plan->replications, .complete = true, .until = plan->last, .jobs = 1,
                          .wall_ms = now_ms() - begun_ms};
        out_summary(&run, call->out);
    }
    batch_finish(&batch);
    finish_plan(plan);
    return call->errs.count ? -1 : 0;
}

/* ---- comparisons ---- */

static const struct json_field compare_fields[] = {
    RUN_FIELDS,
    {.name = "reforms", .type = JSON_OBJECT, .required = true, .note = "{\"NAME\": a merge patch, as `reform`}"},
    {.name = "modes", .type = JSON_ARRAY, .note = "static, dynamic: behaviour held fixed, or responding; both"},
    {.name = "warm_up_days", .type = JSON_INTEGER, .note = "orders of the first days do not count"},
    {0},
};

/* A plan like another one with a reform laid over everything else. */
static void plan_reform(struct api_call *call, const struct plan *base, const cJSON *reform, struct plan *plan)
{
    *plan = (struct plan){.changes = base->changes, .seed = base->seed, .replications = base->replications,
                          .until = base->until, .last = base->last};
    add_reform(call, plan, reform);
    if (call->errs.count == 0)
        load_plan(call, plan);
}

static void read_modes(struct api_call *call, bool *wants)
{
    const cJSON *list = json_get(call->json.root, "modes"), *item;
    for (enum compare_mode mode = COMPARE_STATIC; mode < COMPARE_MODES; mode++)
        wants[mode] = !list;
    cJSON_ArrayForEach(item, list) {
        enum compare_mode mode = COMPARE_STATIC;
        while (mode < COMPARE_MODES && !(cJSON_IsString(item) && strcmp(item->valuestring, compare_mode_id(mode)) == 0))
            mode++;
        if (mode < COMPARE_MODES)
            wants[mode] = true;
        else
            json_fail(&call->json, item, &call->errs, ERR_UNKNOWN_VALUE, "static or dynamic");
    }
}

/* The baseline stands first in `plan`, the reforms behind it. */
static void compare_plans(struct api_call *call, struct plan *plan, size_t laws)
{
    struct compare compare = {.scenario = plan->scenario, .book = plan->book, .laws = laws, .is_paired = true,
                              .seed = plan->seed, .replications = plan->replications, .until = plan->until,
                              .jobs = 1, .run = run_batch, .self = call};
    const cJSON *reform = json_get(call->json.root, "reforms")->child;
    compare.law = arena_array(&call->arena, struct compare_law, laws + 1);
    compare.warm_up_days = (int32_t)number(call, "warm_up_days", 0, 0, 36500);
    read_modes(call, compare.wants);
    for (size_t i = 0; i < laws; i++, reform = reform->next) {
        const cJSON *title = json_get(reform, "title");
        compare.law[i] = (struct compare_law){
            .id = reform->string, .book = plan[i + 1].book, .scenario = plan[i + 1].scenario,
            .title_en = json_text(title, "en", NULL), .title_zh = json_text(title, "zh", NULL)};
    }
    if (call->errs.count == 0 && compare_run(&compare, &call->errs) == 0)
        out_compare(&compare, call->out);
    compare_finish(&compare);
}

static int call_compare(struct api_call *call)
{
    const cJSON *root = call->json.root, *reform;
    if (json_check(&call->json, root, compare_fields, "the request", &call->errs))
        return -1;
    const cJSON *reforms = json_get(root, "reforms");
    size_t laws = (size_t)cJSON_GetArraySize(reforms), count = 1;
    if (laws == 0 || laws > CHANGES_MAX)
        json_fail(&call->json, reforms, &call->errs, ERR_RANGE, "from 1 to %d reforms", CHANGES_MAX);
    if (call->errs.count)
        return -1;
    struct plan *plan = arena_array(&call->arena, struct plan, laws + 1);
    read_plan(call, plan, 10);
    load_plan(call, plan);
    cJSON_ArrayForEach(reform, reforms)
        if (call->errs.count == 0)
            plan_reform(call, &plan[0], reform, &plan[count++]);
    if (call->errs.count == 0)
        compare_plans(call, plan, laws);
    for (size_t i = 0; i < count; i++)
        finish_plan(&plan[i]);
    return call->errs.count ? -1 : 0;
}

/* ---- one order, looked at ---- */

static const struct json_field journey_fields[] = {
    {.name = "scenario", .type = JSON_ANY, .required = true, .note = "the name of a built-in one"},
    {.name = "flow", .type = JSON_STRING, .required = true, .note = "of the scenario"},
    {.name = "sku", .type = JSON_STRING, .required = true, .note = "one of the flow's goods"},
    {.name = "units", .type = JSON_INTEGER, .note = "how many are ordered; 1"},
    {.name = "price", .type = JSON_DECIMAL, .note = "of a unit, sale currency; the scenario's when missing"},
    {.name = "date", .type = JSON_DATE, .required = true, .note = "day of the sale"},
    {.name = "seed", .type = JSON_INTEGER, .note = "of the draws of times"},
    {.name = "set", .type = JSON_OBJECT, .note = "as in a run"},
    {.name = "reform", .type = JSON_ANY, .note = "as in a run"},
    {0},
};

static void patch_journey(struct api_call *call, struct plan *plan)
{
    const cJSON *root = call->json.root;
    const struct data_span *span = named_scenario(call, json_get(root, "scenario"));
    struct journey journey = {
        .flow = json_text(root, "flow", ""), .sku = json_text(root, "sku", ""), .price = json_text(root, "price", NULL),
        .units = (uint32_t)number(call, "units", 1, 1, 100000), .day = day(call, "date")};
    struct buf patch = {0};
    struct json scenario;
    if (!span || call->errs.count)
        return;
    json_read_only(&scenario, span->path, span->start, (size_t)(span->end - span->start), &call->errs);
    if (journey_patch(&journey, &scenario, &patch, &call->errs))
        changes_patch(&plan->changes, "", "journey", arena_copy(&call->arena, patch.data, patch.length), patch.length);
    json_finish(&scenario);
    buf_finish(&patch);
}

static int call_journey(struct api_call *call)
{
    struct plan *plan = arena_take(&call->arena, sizeof *plan);
    if (json_check(&call->json, call->json.root, journey_fields, "the request", &call->errs))
        return -1;
    patch_journey(call, plan);
    if (call->errs.count == 0)
        read_plan(call, plan, 1);
    load_plan(call, plan);
    if (call->errs.count == 0) {
        scenario_limit(plan->scenario, 1);
        journey_tell(plan->scenario, plan->book, plan->seed, call->out, &call->errs);
    }
    finish_plan(plan);
    return call->errs.count ? -1 : 0;
}

static int call_routes(struct api_call *call)
{
    journey_routes(call->api->book, call->out);
    return 0;
}

/* ---- what there is ---- */

static const struct json_field rules_fields[] = {
    {.name = "id", .type = JSON_STRING, .note = "a pack: its values and steps; without: the list of packs"},
    {.name = "place", .type = JSON_STRING, .note = "only this place, two letters"},
    {.name = "on", .type = JSON_DATE, .note = "only what is in force on this day"},
    {0},
};

static int call_rules(struct api_call *call)
{
    const struct rulebook *rules = call->api->book->rules;
    const cJSON *root = call->json.root;
    if (json_check(&call->json, root, rules_fields, "the request", &call->errs))
        return -1;
    const char *id = json_text(root, "id", NULL), *text = json_text(root, "place", NULL);
    int32_t on = day(call, "on");
    uint16_t place = text ? text_country(text, strlen(text)) : 0;
    if (text && !place)
        json_fail(&call->json, json_get(root, "place"), &call->errs, ERR_UNKNOWN_VALUE, "two capital letters");
    if (call->errs.count)
        return -1;
    if (!id) {
        rule_list_json(rules, place, on, call->out);
        return 0;
    }
    if (rule_show_json(rules, id, on, call->out))
        return 0;
    struct err *err = json_fail(&call->json, json_get(root, "id"), &call->errs, ERR_UNKNOWN_VALUE, "no such pack");
    const char *nearest = rule_nearest(rules, id);
    if (nearest)
        err_help(err, "did you mean \"%s\"?", nearest);
    return -1;
}

static const struct json_field scenarios_fields[] = {
    {.name = "id", .type = JSON_STRING, .note = "the scenario as it is written; without: the list of all"},
    {0},
};

struct scenario_list {
    struct api_call *call;
    const char *join;
};

static void add_scenario(void *self, const char *name, const struct data_span *span)
{
    struct scenario_list *list = self;
    struct json json;
    if (json_read_only(&json, span->path, span->start, (size_t)(span->end - span->start), &list->call->errs) == 0) {
        const cJSON *title = json_get(json.root, "title"), *period = json_get(json.root, "period");
        struct text words = title ? json_written(&json, title) : text_of("null");
        struct text days = period ? json_written(&json, period) : text_of("null");
        buf_printf(list->call->out, "%s{\"id\":\"%s\",\"title\":%.*s,\"period\":%.*s,\"replays\":%s}", list->join,
                   name, (int)words.len, words.ptr, (int)days.len, days.ptr,
                   json_get(json.root, "replay") ? "true" : "false");
        list->join = ",\n";
    }
    json_finish(&json);
}

static int call_scenarios(struct api_call *call)
{
    struct scenario_list list = {call, ""};
    if (json_check(&call->json, call->json.root, scenarios_fields, "the request", &call->errs))
        return -1;
    const cJSON *id = json_get(call->json.root, "id");
    if (id) {
        const struct data_span *span = named_scenario(call, id);
        if (span)
            buf_add(call->out, span->start, (size_t)(span->end - span->start));
        return span ? 0 : -1;
    }
    buf_puts(call->out, "{\"scenarios\":[");
    each_scenario(add_scenario, &list);
    buf_puts(call->out, "]}\n");
    return 0;
}

/* ---- lessons ---- */

static const struct json_field lessons_fields[] = {
    {.name = "id", .type = JSON_STRING, .note = "a lesson: what is asked; without: the list of all"},
    {0},
};
static const struct json_field reveal_fields[] = {
    {.name = "id", .type = JSON_STRING, .required = true, .note = "the lesson"},
    {0},
};

static int call_lessons(struct api_call *call)
{
    if (json_check(&call->json, call->json.root, lessons_fields, "the request", &call->errs))
        return -1;
    const char *id = json_text(call->json.root, "id", NULL);
    if (!id) {
        lesson_list_json(call->out);
        return 0;
    }
    struct lesson *lesson = lesson_named(id, &call->errs);
    if (lesson)
        lesson_ask_json(lesson, call->out);
    lesson_free(lesson);
    return lesson ? 0 : -1;
}

static int call_reveal(struct api_call *call)
{
    struct lesson_outcome outcome = {0};
    if (json_check(&call->json, call->json.root, reveal_fields, "the request", &call->errs))
        return -1;
    struct lesson *lesson = lesson_named(json_text(call->json.root, "id", ""), &call->errs);
    int result = lesson ? lesson_run(lesson, call->api, &outcome, &call->errs) : -1;
    if (result == 0)
        lesson_reveal_json(lesson, &outcome, call->out);
    lesson_outcome_finish(&outcome);
    lesson_free(lesson);
    return result;
}

/* ---- the program ---- */

static int call_names(struct api_call *call)
{
    struct out_json json = {.out = call->out};
    out_names(&json, NULL, call->api->book);
    return 0;
}

static int call_version(struct api_call *call)
{
    const struct book *book = call->api->book;
    buf_printf(call->out, "{\"program\":\"tradeloom\",\"version\":\"%s\",\"data\":\"%s\",\"rules\":\"%s\"}\n",
               TRADELOOM_VERSION, book->hash, book->law_hash);
    return 0;
}

/* ---- the call ---- */

const struct api_verb api_verbs[] = {
    {"quote", "what an order owes and why; a list of orders is answered by a list", call_quote},
    {"forms", "an order declared in each form, side by side", call_forms},
    {"explain", "the answer to an order for a person, in English and Chinese", call_explain},
    {"drawback", "what an export earns back", call_drawback},
    {"run", "simulate; the answer is the summary", call_run},
    {"compare", "a scenario under the law as it is and under reforms, on the same random numbers", call_compare},
    {"journey", "one order on its way: its nodes, steps, documents and charges", call_journey},
    {"routes", "the flows along which an order can be sent", call_routes},
    {"rules", "packs of law, or one with its values and steps", call_rules},
    {"scenarios", "the built-in scenarios, or one as it is written", call_scenarios},
    {"lessons", "the built-in lessons, or one with its question", call_lessons},
    {"reveal", "a lesson's runs, figures and answer", call_reveal},
    {"names", "what nodes, kinds, channels and parties are called", call_names},
    {"version", "of the program and its data", call_version},
    {0},
};

const struct json_field *api_fields(const char *verb)
{
    if (strcmp(verb, "run") == 0)
        return run_fields;
    if (strcmp(verb, "compare") == 0)
        return compare_fields;
    if (strcmp(verb, "journey") == 0)
        return journey_fields;
    if (strcmp(verb, "drawback") == 0)
        return request_fields(REQUEST_DRAWBACK);
    if (strcmp(verb, "quote") == 0 || strcmp(verb, "forms") == 0 || strcmp(verb, "explain") == 0)
        return request_fields(REQUEST_ORDER);
    return strcmp(verb, "rules") == 0 ? rules_fields : strcmp(verb, "scenarios") == 0 ? scenarios_fields : NULL;
}

void api_refuse(const struct errs *errs, struct buf *out)
{
    buf_puts(out, "{\"status\":\"error\",\"error\":");
    for (size_t i = 0; i < errs->count; i++) {
        buf_puts(out, i == 0 ? "" : i == 1 ? ",\"more\":[" : ",");
        err_render_json(&errs->item[i], out);
    }
    buf_puts(out, errs->count > 1 ? "]}\n" : "}\n");
}

static int act(struct api_call *call, const char *verb)
{
    const char *names[sizeof api_verbs / sizeof *api_verbs];
    size_t count = 0;
    for (const struct api_verb *at = api_verbs; at->name; at++) {
        if (strcmp(at->name, verb) == 0)
            return at->act(call);
        names[count++] = at->name;
    }
    err_suggest(errs_add(&call->errs, ERR_USAGE, "there is no \"%.60s\"", verb), verb, names, count);
    return -1;
}

enum err_code api_call(struct api *api, const char *verb, const char *bytes, size_t length, struct buf *out)
{
    struct api_call call = {.api = api, .out = out};
    size_t before = out->length;
    int result = json_read(&call.json, "request", bytes, length, &call.errs);
    if (result == 0)
        result = act(&call, verb);
    enum err_code code = call.errs.count ? call.errs.item[0].code : ERR_NONE;
    if (result != 0) {
        out->length = before;
        api_refuse(&call.errs, out);
    }
    json_finish(&call.json);
    arena_finish(&call.arena);
    return code;
}
