/* reform: finds a reform by name or file and reads what it says of itself. */
#include "sim/reform.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/rule.h"
#include "core/tariff.h"
#include "sim/data.h"
#include "sim/file.h"
#include "sim/out_json.h"

static const char folder[] = "scenarios/reforms/";

const struct json_field reform_fields[] = {
    {"schema_version", JSON_INTEGER, false, false, NULL, NULL, "1"},
    {"id", JSON_STRING, false, false, NULL, NULL, "name of the reform"},
    {"title", JSON_TEXTS, false, false, NULL, NULL, "one line, in two languages"},
    {"about", JSON_TEXTS, false, false, NULL, NULL, "a few sentences, in two languages"},
    {"law", JSON_TEXTS, false, false, NULL, NULL, "the law or proposal behind it, in two languages"},
    {"source", JSON_STRING, false, false, NULL, NULL, "where that was read"},
    {"confidence", JSON_STRING, false, false, tariff_confidences, NULL, "how sure that is"},
    {"date", JSON_DATE, false, false, NULL, NULL, "its first day"},
    {"covers", JSON_ARRAY, false, false, NULL, NULL,
     "a law: ids of packs and kinds of tariff rows that it changed; everything of its day when missing"},
    {"example", JSON_STRING, false, false, NULL, NULL,
     "a built-in scenario that it fits, with options if need be, as on the command line"},
    {"rules", JSON_OBJECT, false, false, NULL, NULL, "changes of rule packs, by id"},
    {0}};

/* ---- names ---- */

const struct data_span *reform_find(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s%.90s.json", folder, name);
    return data_find(path);
}

const char **reform_names(struct arena *arena, size_t *count)
{
    const char **names = arena_array(arena, const char *, data_count + 1);
    *count = 0;
    for (size_t i = 0; i < data_count; i++) {
        const char *path = data_spans[i].path, *end = strrchr(path, '.');
        if (strncmp(path, folder, sizeof folder - 1) == 0)
            names[(*count)++] = arena_copy(arena, path + sizeof folder - 1, (size_t)(end - path) - sizeof folder + 1);
    }
    return names;
}

static int fail_name(const char *name, struct arena *arena, struct errs *errs)
{
    size_t count;
    const char **names = reform_names(arena, &count);
    struct err *err = errs_add(errs, ERR_NO_INPUT, "no reform \"%.80s\": neither a file nor a built-in one", name);
    if (!err_suggest(err, name, names, count))
        err_help(err, "tradeloom rules reforms lists the built-in ones");
    return -1;
}

/* ---- reading ---- */

static int find_bytes(struct reform *reform, const char *name, struct arena *arena, struct errs *errs)
{
    struct stat about;
    const struct data_span *span = reform_find(name);
    span = span ? span : data_find(name);
    bool is_file = strcmp(name, "-") == 0 || (stat(name, &about) == 0 && !S_ISDIR(about.st_mode));
    if (is_file || (!span && strpbrk(name, "/."))) {
        reform->source = name;
        reform->bytes = file_keep(name, arena, &reform->length, errs);
        return reform->bytes ? 0 : -1;
    }
    if (!span)
        return fail_name(name, arena, errs);
    reform->source = span->path;
    reform->bytes = span->start;
    reform->length = (size_t)(span->end - span->start);
    return 0;
}

static const char *keep(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text));
}

static void keep_texts(struct arena *arena, const cJSON *root, const char *name, const char *out[3])
{
    const cJSON *texts = json_get(root, name);
    out[LANG_EN] = keep(arena, json_text(texts, "en", ""));
    out[LANG_ZH] = keep(arena, json_text(texts, "zh", out[LANG_EN]));
}

static bool is_own(const char *name)
{
    for (const struct json_field *field = reform_fields; field->name; field++)
        if (strcmp(field->name, name) == 0)
            return strcmp(name, "rules") != 0;
    return strcmp(name, "law_of") == 0;
}

/* What is law already says only since when. */
static void check_law(const struct json *json, struct errs *errs)
{
    if (!json_get(json->root, "law_of"))
        return;
    for (const cJSON *node = json->root->child; node; node = node->next)
        if (!is_own(node->string))
            err_help(json_fail_name(json, node, errs, ERR_UNKNOWN_NAME, "\"%s\" beside \"law_of\"", node->string),
                     "what is law already changes nothing else: make it a reform of its own");
}

/* Only what the reform says of itself: the rest is checked where it is laid over. */
static int check_own(const struct json *json, struct errs *errs)
{
    const cJSON *node;
    size_t before = errs->count + errs->dropped;
    if (!cJSON_IsObject(json->root)) {
        json_fail(json, json->root, errs, ERR_WRONG_TYPE, "a reform must be an object {…}");
        return -1;
    }
    for (const struct json_field *field = reform_fields; field->name; field++)
        if ((node = json_get(json->root, field->name)) != NULL)
            json_check_value(json, node, field, errs);
    if (json_integer(json->root, "schema_version", 1) != 1)
        err_help(json_fail(json, json_get(json->root, "schema_version"), errs, ERR_RANGE,
                           "\"schema_version\" must be 1"),
                 "this program reads reforms of version 1 only");
    if (json_get(json->root, "covers") && !json_get(json->root, "law_of"))
        err_help(json_fail_name(json, json_get(json->root, "covers"), errs, ERR_MISSING_NAME,
                                "\"covers\" without \"law_of\""),
                 "only what is law already covers: \"law_of\": {\"CN\": \"2019-01-01\"}");
    check_law(json, errs);
    return errs->count + errs->dropped == before ? 0 : -1;
}

int reform_read(struct reform *reform, const struct json *json, const char *name, struct arena *arena,
                struct errs *errs)
{
    const cJSON *root = json->root;
    const char *date = json_text(root, "date", "");
    *reform = (struct reform){.source = json->source, .bytes = json->bytes, .length = json->length};
    if (check_own(json, errs) != 0)
        return -1;
    reform->id = keep(arena, json_text(root, "id", name));
    keep_texts(arena, root, "title", reform->title);
    keep_texts(arena, root, "about", reform->about);
    keep_texts(arena, root, "law", reform->law);
    reform->origin = keep(arena, json_text(root, "source", ""));
    reform->confidence = keep(arena, json_text(root, "confidence", ""));
    reform->example = keep(arena, json_text(root, "example", ""));
    reform->is_law = json_get(root, "law_of") != NULL;
    if (!date_parse(date, strlen(date), &reform->day))
        reform->day = DAY_UNSET;
    return 0;
}

int reform_load(struct reform *reform, const char *name, struct arena *arena, struct errs *errs)
{
    struct json json = {0};
    if (find_bytes(reform, name, arena, errs) != 0)
        return -1;
    int result = json_read_only(&json, reform->source, reform->bytes, reform->length, errs);
    if (result == 0)
        result = reform_read(reform, &json, name, arena, errs);
    json_finish(&json);
    return result;
}

const char *reform_title(const struct reform *reform, enum lang lang)
{
    return *reform->title[lang] ? reform->title[lang] : reform->id;
}

/* ---- telling ---- */

void reform_tell(const struct reform *reform, enum lang lang, struct buf *out)
{
    char day[11] = "";
    bool is_zh = lang == LANG_ZH;
    if (reform->day != DAY_UNSET)
        date_write(reform->day, day);
    buf_printf(out, "%s · %s\n", reform->id, reform_title(reform, lang));
    if (*reform->about[lang])
        buf_printf(out, "  %s\n", reform->about[lang]);
    if (*reform->law[lang])
        buf_printf(out, "  § %s%s%s\n", reform->law[lang], *day ? (is_zh ? "，自 " : ", since ") : "", day);
    if (*reform->origin && strcmp(reform->origin, reform->law[LANG_EN]) != 0)
        buf_printf(out, is_zh ? "  来源：%s（%s）\n" : "  source: %s (%s)\n", reform->origin,
                   rule_word(is_zh, reform->confidence));
    buf_putc(out, '\n');
}

/* The leaves below a node, each with the path that --set gives it. */
static void tell_leaves(const cJSON *node, const char *path, enum lang lang, struct buf *out)
{
    const cJSON *child;
    if (cJSON_IsObject(node)) {
        cJSON_ArrayForEach(child, node) {
            struct buf longer = {0};
            buf_printf(&longer, "%s.%s", path, child->string);
            tell_leaves(child, buf_text(&longer), lang, out);
            buf_finish(&longer);
        }
        return;
    }
    char *text = cJSON_IsString(node) ? NULL : cJSON_PrintUnformatted(node);
    buf_printf(out, "%s  %s: %s\n", lang == LANG_ZH ? "情景" : "scenario", path, text ? text : node->valuestring);
    cJSON_free(text);
}

void reform_tell_rest(const struct reform *reform, enum lang lang, struct buf *out)
{
    struct json json = {0};
    struct errs errs = {0};
    const cJSON *node;
    if (!reform->is_law && json_read_only(&json, reform->source, reform->bytes, reform->length, &errs) == 0)
        cJSON_ArrayForEach(node, json.root)
            if (!is_own(node->string) && strcmp(node->string, "rules") != 0)
                tell_leaves(node, node->string, lang, out);
    json_finish(&json);
}

static void add_texts(struct out_json *json, const char *name, const char *const text[3])
{
    out_json_begin_flat(json, name, '{');
    out_json_text(json, "en", text[LANG_EN]);
    out_json_text(json, "zh", text[LANG_ZH]);
    out_json_end(json, '}');
}

void reform_json(const struct reform *reform, struct out_json *json)
{
    char day[11];
    if (reform->day != DAY_UNSET)
        date_write(reform->day, day);
    out_json_begin(json, NULL, '{');
    out_json_text(json, "id", reform->id);
    add_texts(json, "title", reform->title);
    add_texts(json, "about", reform->about);
    add_texts(json, "law", reform->law);
    out_json_text(json, "source", reform->origin);
    out_json_text(json, "confidence", reform->confidence);
    out_json_text(json, "date", reform->day == DAY_UNSET ? NULL : day);
    out_json_bool(json, "is_law", reform->is_law);
    out_json_text(json, "example", reform->example);
    out_json_end(json, '}');
}
