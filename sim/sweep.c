/* sweep: reads a plan, checks it, and says which value each point has on each axis. */
#include "sim/sweep.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/check.h"
#include "core/date.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/scenario.h"

enum { VALUES_MAX = 1000, DIGITS_MAX = 9 };
#define SEED_MAX (INT64_C(1) << 53) /* what every JSON reader can hold */
#define REPLICATIONS_MAX 1000000

/* ---- what a plan may hold ---- */

static const struct json_field axis_fields[] = {
    {"path", JSON_STRING, true, false, NULL, NULL,
     "what changes, as in --set: flows.bonded.freight, rules.PACK.PARAMETER@DATE; or reform, undo"},
    {"values", JSON_ARRAY, false, false, NULL, NULL, "the values; of reform and undo names or files, or \"none\""},
    {"from", JSON_DECIMAL, false, false, NULL, NULL, "instead of values: the least of a range, with its digits"},
    {"to", JSON_DECIMAL, false, false, NULL, NULL, "the greatest of the range"},
    {"steps", JSON_INTEGER, false, false, NULL, NULL, "of the range, how many values a grid takes; 2"},
    {"title", JSON_TEXTS, false, false, NULL, NULL, "what a person calls it"},
    {0}};

const struct json_field sweep_fields[] = {
    {"$schema", JSON_STRING, false, false, NULL, NULL, "for editors"},
    {"schema_version", JSON_INTEGER, true, false, NULL, NULL, "1"},
    {"id", JSON_STRING, true, false, NULL, NULL, "names the plan's folder: letters, digits, - and _"},
    {"title", JSON_TEXTS, false, false, NULL, NULL, "one line for a person"},
    {"about", JSON_TEXTS, false, false, NULL, NULL, "what it asks"},
    {"scenario", JSON_STRING, true, false, NULL, NULL, "a built-in one, or a file beside the plan"},
    {"seed", JSON_INTEGER, false, false, NULL, NULL, "of all draws; 1"},
    {"replications", JSON_INTEGER, false, false, NULL, NULL, "of each point; 1"},
    {"limit", JSON_INTEGER, false, false, NULL, NULL, "orders of each replication, as --limit"},
    {"until", JSON_DATE, false, false, NULL, NULL, "stop after this day, as --until"},
    {"design", JSON_STRING, true, false, design_kind_ids, NULL, "how the points lie"},
    {"points", JSON_INTEGER, false, false, NULL, NULL, "of lhs and sobol; rows of saltelli"},
    {"axes", JSON_ARRAY, true, false, NULL, axis_fields, "what changes from point to point"},
    {"outputs", JSON_MAP, false, false, NULL, NULL, "figures of summary.json by a name of your own"},
    {0}};

/* ---- files ---- */

static bool is_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISDIR(about.st_mode);
}

/* The path of a file that a plan names, where it stands beside the plan; else the name itself. */
static const char *find_path(struct sweep *sweep, const char *name)
{
    const char *slash = strrchr(sweep->source, '/'), *found = name;
    struct buf path = {0};
    buf_printf(&path, "%.*s%s", slash ? (int)(slash - sweep->source + 1) : 0, sweep->source, name);
    if (is_file(buf_text(&path)))
        found = arena_copy(&sweep->arena, path.data, path.length);
    buf_finish(&path);
    return found;
}

/* The bytes of a plan or a scenario: of a file, or built in. NULL with an error. */
static const char *find_bytes(struct sweep *sweep, const char *name, const char *what, const char **source,
                              size_t *length, struct errs *errs)
{
    const struct data_span *span = data_find(name);
    const char *folder = strcmp(what, "plan") == 0 ? "scenarios/plans" : "scenarios";
    *source = arena_copy(&sweep->arena, name, strlen(name));
    if (is_file(name))
        return file_keep(name, &sweep->arena, length, errs);
    span = span ? span : data_named(folder, name);
    if (span) {
        *source = span->path;
        *length = (size_t)(span->end - span->start);
        return span->start;
    }
    struct err *err = errs_add(errs, ERR_NO_INPUT, "no %s \"%.120s\": neither a file nor a built-in one", what, name);
    data_help(err, folder, name);
    return NULL;
}

/* ---- axes ---- */

struct reader {
    struct sweep *sweep;
    struct errs *errs;
};

static struct err *fail(const struct reader *r, const cJSON *node, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static struct err *fail(const struct reader *r, const cJSON *node, enum err_code code, const char *format, ...)
{
    char message[200];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    return json_fail(&r->sweep->json, node, r->errs, (int)code, "%s", message);
}

/* The text of a value as --set takes it. */
static const char *text_of_value(const struct reader *r, const cJSON *node)
{
    struct text raw = json_written(&r->sweep->json, node);
    return cJSON_IsString(node) ? node->valuestring : arena_copy(&r->sweep->arena, raw.ptr, raw.len);
}

static void read_list(const struct reader *r, const cJSON *values, struct sweep_axis *axis, struct design_axis *at)
{
    int count = cJSON_GetArraySize(values);
    if (count < 1 || count > VALUES_MAX) {
        fail(r, values, ERR_RANGE, "%d values, 1 to %d expected", count, VALUES_MAX);
        return;
    }
    axis->value = arena_array(&r->sweep->arena, const char *, count);
    for (const cJSON *node = values->child; node; node = node->next) {
        const char *text = text_of_value(r, node);
        for (uint64_t i = 0; i < at->levels; i++)
            if (strcmp(axis->value[i], text) == 0)
                fail(r, node, ERR_DUPLICATE, "the value \"%.60s\" stands here twice", text);
        axis->value[at->levels++] = text;
    }
    at->steps = (uint32_t)at->levels;
}

static unsigned digits_of(const char *text)
{
    const char *point = strchr(text, '.');
    return point ? (unsigned)strlen(point + 1) : 0;
}

static void read_range(const struct reader *r, const cJSON *node, struct sweep_axis *axis, struct design_axis *at)
{
    const char *from = json_text(node, "from", ""), *to = json_text(node, "to", "");
    int64_t last, steps = json_integer(node, "steps", 2);
    axis->digits = digits_of(from) > digits_of(to) ? digits_of(from) : digits_of(to);
    if (axis->digits > DIGITS_MAX || !decimal_parse(from, strlen(from), axis->digits, &axis->from) ||
        !decimal_parse(to, strlen(to), axis->digits, &last)) {
        fail(r, node, ERR_RANGE, "a range needs \"from\" and \"to\", decimals of at most %d digits", DIGITS_MAX);
        return;
    }
    int64_t span;
    if (last <= axis->from)
        fail(r, json_get(node, "to"), ERR_RANGE, "\"to\" must be more than \"from\"");
    else if (__builtin_sub_overflow(last, axis->from, &span) || span >= (int64_t)DESIGN_LEVELS_MAX)
        err_help(fail(r, node, ERR_RANGE, "the range has too many values"), "write it with fewer digits");
    else if (steps < 2 || steps > span + 1)
        err_help(fail(r, json_get(node, "steps"), ERR_RANGE, "\"steps\" must be 2 to %lld", (long long)span + 1),
                 "the digits of \"from\" and \"to\" say how fine the range is");
    else
        *at = (struct design_axis){(uint64_t)span + 1, (uint32_t)steps};
}

static void read_reforms(const struct reader *r, const cJSON *values, struct sweep_axis *axis, uint64_t count)
{
    struct sweep *sweep = r->sweep;
    struct reform *reform = arena_array(&sweep->arena, struct reform, count + 1);
    const cJSON *node = values->child;
    axis->reform = reform;
    for (uint64_t i = 0; i < count; i++, node = node->next) {
        struct errs own = {0};
        if (strcmp(axis->value[i], "none") == 0)
            continue;
        if (reform_load(&reform[i], find_path(sweep, axis->value[i]), &sweep->arena, &own) != 0)
            err_help(fail(r, node, own.item[0].code, "%s", own.item[0].message), "%s", own.item[0].help);
        else if (axis->side == REFORM_UNDONE && !reform[i].is_law)
            fail(r, node, ERR_BAD_REQUEST, "\"%s\" is no law: there is nothing to undo", axis->value[i]);
    }
}

static enum reform_side side_of(const char *path)
{
    return strcmp(path, "reform") == 0 ? REFORM_AFTER : strcmp(path, "undo") == 0 ? REFORM_UNDONE : REFORM_UNSET;
}

static void read_axis(const struct reader *r, const cJSON *node, unsigned number)
{
    struct sweep_axis *axis = &r->sweep->axis[number];
    struct design_axis *at = &r->sweep->design.axis[number];
    const cJSON *values = json_get(node, "values"), *title = json_get(node, "title");
    axis->path = json_text(node, "path", "");
    axis->side = side_of(axis->path);
    axis->title_en = json_text(title, "en", axis->path);
    axis->title_zh = json_text(title, "zh", axis->path);
    for (unsigned i = 0; i < number; i++)
        if (strcmp(r->sweep->axis[i].path, axis->path) == 0)
            fail(r, json_get(node, "path"), ERR_DUPLICATE, "two axes change \"%.80s\"", axis->path);
    bool has_range = json_get(node, "from") || json_get(node, "to") || json_get(node, "steps");
    if (!values == !has_range || (axis->side && !values))
        err_help(fail(r, node, ERR_MISSING_NAME, "an axis has \"values\", or \"from\" and \"to\""),
                 axis->side ? "reforms are listed: \"values\": [\"none\", \"NAME\"]"
                                 : "\"values\": [\"0.00\", \"5.00\"], or \"from\": \"0.00\", \"to\": \"5.00\"");
    else if (values)
        read_list(r, values, axis, at);
    else
        read_range(r, node, axis, at);
    if (axis->side && values)
        read_reforms(r, values, axis, at->levels);
}

static void read_axes(const struct reader *r, const cJSON *root)
{
    const cJSON *axes = json_get(root, "axes");
    int count = cJSON_GetArraySize(axes);
    unsigned number = 0;
    if (count < 1 || count > DESIGN_AXES_MAX) {
        fail(r, axes, ERR_RANGE, "%d axes, 1 to %d expected", count, DESIGN_AXES_MAX);
        return;
    }
    for (const cJSON *axis = axes->child; axis; axis = axis->next)
        read_axis(r, axis, number++);
    r->sweep->design.axes = number;
}

/* ---- design ---- */

static void read_design(const struct reader *r, const cJSON *root)
{
    struct design *design = &r->sweep->design;
    const char *name = json_text(root, "design", "");
    const cJSON *points = json_get(root, "points");
    for (unsigned i = 0; design_kind_ids[i]; i++)
        if (strcmp(design_kind_ids[i], name) == 0)
            design->kind = (enum design_kind)(i + 1);
    bool counts = design->kind != DESIGN_GRID && design->kind != DESIGN_ONE_AT_A_TIME;
    if (counts && !points)
        err_help(fail(r, json_get(root, "design"), ERR_MISSING_NAME, "the design %s needs \"points\"", name),
                 "a power of two is best for sobol and saltelli");
    else if (!counts && points)
        fail(r, points, ERR_UNKNOWN_NAME, "the points of the design %s are counted from its axes", name);
    int64_t samples = json_integer(root, "points", 1);
    if (samples < 1 || samples > DESIGN_POINTS_MAX)
        fail(r, points, ERR_RANGE, "\"points\" must be 1 to %d", DESIGN_POINTS_MAX);
    if (r->errs->count)
        return;
    design->seed = r->sweep->seed;
    design->samples = (uint32_t)samples;
    if (!design_open(design, &r->sweep->arena))
        fail(r, json_get(root, "design"), ERR_RANGE, "%llu points, at most %d",
             (unsigned long long)design->points, DESIGN_POINTS_MAX);
}

/* ---- outputs ---- */

/* Letters, digits and `more`. */
static bool is_plain(const char *text, const char *more, size_t most)
{
    size_t length = 0;
    for (; text[length]; length++) {
        char c = text[length];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && !strchr(more, c))
            return false;
    }
    return length > 0 && length <= most;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    return length >= strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

/* It names columns of tables, beside those of the axes. */
static bool is_output_name(const char *name)
{
    static const char *const taken[] = {"point", "replication", "replications", "reform", "undo"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(name, taken[i]) == 0)
            return false;
    return is_plain(name, "_", 48) && !ends_with(name, "_low") && !ends_with(name, "_high");
}

static void read_outputs(const struct reader *r, const cJSON *outputs)
{
    struct sweep *sweep = r->sweep;
    if (cJSON_GetArraySize(outputs) > SWEEP_OUTPUTS_MAX) {
        fail(r, outputs, ERR_RANGE, "%d outputs, at most %d", cJSON_GetArraySize(outputs), SWEEP_OUTPUTS_MAX);
        return;
    }
    for (const cJSON *node = outputs->child; node; node = node->next) {
        if (!cJSON_IsString(node))
            fail(r, node, ERR_WRONG_TYPE, "an output is a path into summary.json, like \"identity/margin\"");
        else if (!is_output_name(node->string))
            err_help(json_fail_name(&sweep->json, node, r->errs, ERR_UNKNOWN_NAME, "\"%.60s\" cannot name an output",
                                    node->string),
                     "letters, digits and _; not point, reform, undo or replication, no _low or _high at its end");
        else
            sweep->output[sweep->outputs++] = (struct sweep_output){node->string, node->valuestring, 0};
    }
}

/* Every output must be a number of the summary. */
static void settle_outputs(const struct reader *r, const cJSON *outputs)
{
    struct sweep *sweep = r->sweep;
    struct buf bytes = {0};
    struct json skeleton;
    if (!outputs)
        sweep->outputs = sweep_output_defaults(sweep->scenario, &sweep->arena, sweep->output);
    sweep_output_skeleton(sweep->scenario, sweep->book, &bytes);
    check(json_read(&skeleton, "summary.json", bytes.data, bytes.length, r->errs) == 0);
    for (unsigned i = 0; i < sweep->outputs; i++) {
        struct err found = {0};
        if (sweep_output_settle(&sweep->output[i], skeleton.root, &found))
            continue;
        const cJSON *node = json_get(outputs, sweep->output[i].name);
        check(node);
        err_help(fail(r, node, ERR_UNKNOWN_NAME, "%s", found.message), "%s", found.help);
    }
    json_finish(&skeleton);
    buf_finish(&bytes);
}

/* ---- which sweep it is ---- */

static void hash_plan(struct sweep *sweep)
{
    static const char *const words[] = {"$schema", "id", "title", "about", "outputs"};
    cJSON *copy = cJSON_Duplicate(sweep->json.root, true);
    struct buf all = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(copy, words[i]);
    cJSON *axes = cJSON_GetObjectItemCaseSensitive(copy, "axes");
    for (cJSON *axis = axes->child; axis; axis = axis->next)
        cJSON_DeleteItemFromObjectCaseSensitive(axis, "title");
    char *text = cJSON_PrintUnformatted(copy);
    check(text);
    buf_puts(&all, text);
    for (unsigned i = 0; i < sweep->outputs; i++)
        buf_printf(&all, "\n%s=%s", sweep->output[i].name, sweep->output[i].path);
    for (unsigned i = 0; i < sweep->design.axes; i++)
        for (uint64_t v = 0; sweep->axis[i].side && v < sweep->design.axis[i].levels; v++)
            buf_add(&all, sweep->axis[i].reform[v].bytes, sweep->axis[i].reform[v].length); /* none: nothing */
    sha256(all.data, all.length, sweep->key.plan);
    buf_finish(&all);
    cJSON_free(text);
    cJSON_Delete(copy);
}

static void hash_all(struct sweep *sweep)
{
    struct sweep_key *key = &sweep->key;
    struct buf all = {0};
    hash_plan(sweep);
    memcpy(key->scenario, sweep->scenario->hash, sizeof key->scenario);
    memcpy(key->book, sweep->book->hash, sizeof key->book);
    buf_printf(&all, "sweep 1 %s %s %s %s", TRADELOOM_VERSION, key->plan, key->scenario, key->book);
    sha256(all.data, all.length, key->all);
    buf_finish(&all);
}

/* ---- the whole ---- */

static int64_t whole(const struct reader *r, const cJSON *root, const char *name, int64_t fallback, int64_t least,
                     int64_t most)
{
    int64_t value = json_integer(root, name, fallback);
    if (json_get(root, name) && (value < least || value > most))
        fail(r, json_get(root, name), ERR_RANGE, "\"%s\" must be %lld to %lld", name, (long long)least,
             (long long)most);
    return value;
}

static void read_head(const struct reader *r, const cJSON *root)
{
    struct sweep *sweep = r->sweep;
    const char *until = json_text(root, "until", "");
    int32_t last;
    whole(r, root, "schema_version", 1, 1, 1);
    sweep->id = json_text(root, "id", "");
    if (!is_plain(sweep->id, "-_", 64))
        fail(r, json_get(root, "id"), ERR_RANGE, "\"id\" must be 1 to 64 letters, digits, - and _");
    sweep->title_en = json_text(json_get(root, "title"), "en", sweep->id);
    sweep->title_zh = json_text(json_get(root, "title"), "zh", sweep->id);
    sweep->seed = (uint64_t)whole(r, root, "seed", 1, 0, SEED_MAX);
    sweep->replications = (uint32_t)whole(r, root, "replications", 1, 1, REPLICATIONS_MAX);
    sweep->limit = (uint64_t)whole(r, root, "limit", 0, 1, INT64_MAX / 1000000);
    sweep->until = date_parse(until, strlen(until), &last) ? ((int64_t)last + 1) * DAY_SECONDS - 1 : INT64_MAX;
}

static void read_scenario(const struct reader *r, const cJSON *root)
{
    struct sweep *sweep = r->sweep;
    const cJSON *node = json_get(root, "scenario");
    struct errs own = {0};
    sweep->scenario_bytes = find_bytes(sweep, find_path(sweep, node->valuestring), "scenario", &sweep->scenario_source,
                                       &sweep->scenario_length, &own);
    if (!sweep->scenario_bytes) {
        err_help(fail(r, node, ERR_NO_INPUT, "%s", own.item[0].message), "%s", own.item[0].help);
        return;
    }
    sweep->scenario = scenario_load(sweep->book, sweep->scenario_source, sweep->scenario_bytes,
                                    sweep->scenario_length, NULL, 0, r->errs);
    if (sweep->scenario && scenario_replays(sweep->scenario))
        fail(r, node, ERR_BAD_REQUEST, "a scenario that replays a user's orders cannot be swept");
}

static void count_tasks(const struct reader *r, const cJSON *root)
{
    struct sweep *sweep = r->sweep;
    sweep->points = sweep->design.points;
    sweep->tasks = sweep->points * sweep->replications;
    if (sweep->tasks > SWEEP_TASKS_MAX)
        fail(r, json_get(root, "replications"), ERR_RANGE, "%llu points × %u replications are more than %d tasks",
             (unsigned long long)sweep->points, sweep->replications, SWEEP_TASKS_MAX);
}

static int read_plan(const struct reader *r)
{
    const cJSON *root = r->sweep->json.root, *outputs = json_get(root, "outputs");
    if (!cJSON_IsObject(root))
        fail(r, root, ERR_WRONG_TYPE, "a plan must be an object {…}");
    else
        json_check(&r->sweep->json, root, sweep_fields, "the plan", r->errs);
    if (r->errs->count)
        return -1;
    read_head(r, root);
    read_axes(r, root);
    read_design(r, root);
    read_scenario(r, root);
    if (outputs)
        read_outputs(r, outputs);
    if (r->errs->count)
        return -1;
    count_tasks(r, root);
    settle_outputs(r, outputs);
    if (r->errs->count)
        return -1;
    hash_all(r->sweep);
    return 0;
}

int sweep_open(struct sweep *sweep, const char *name, const struct book *book, struct errs *errs)
{
    struct reader reader = {sweep, errs};
    size_t length;
    *sweep = (struct sweep){.book = book};
    const char *bytes = find_bytes(sweep, name, "plan", &sweep->source, &length, errs);
    if (!bytes || json_read(&sweep->json, sweep->source, bytes, length, errs) != 0)
        return -1;
    return read_plan(&reader);
}

void sweep_close(struct sweep *sweep)
{
    scenario_free(sweep->scenario);
    json_finish(&sweep->json);
    arena_finish(&sweep->arena);
    *sweep = (struct sweep){0};
}

/* ---- values ---- */

bool sweep_value(const struct sweep *sweep, uint64_t point, unsigned axis, struct buf *out)
{
    const struct sweep_axis *at = &sweep->axis[axis];
    uint64_t level;
    if (!design_level(&sweep->design, point, axis, &level))
        return false;
    sweep_level_value(at, level, out);
    return true;
}

void sweep_level_value(const struct sweep_axis *axis, uint64_t level, struct buf *out)
{
    if (axis->value)
        buf_puts(out, axis->value[level]);
    else
        buf_decimal(out, axis->from + (int64_t)level, axis->digits);
}
