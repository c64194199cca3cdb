/* report_sweep: output by output the tornado, then Sobol indices where there are some, then the points. */
#include "sim/report_sweep.h"

#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "sim/book.h"
#include "sim/out_json.h"
#include "sim/out_names.h"
#include "sim/run.h"

enum { POINTS_SHOWN = 100, COLUMNS_MAX = 128, NAME = 160 };

struct report {
    struct page *page;
    const struct book *book;
    const struct json *json;
};

static const cJSON *member(const struct report *r, const char *name)
{
    return json_get(r->json->root, name);
}

/* ---- names ---- */

static const cJSON *axis_of(const struct report *r, const char *path)
{
    const cJSON *axis;
    cJSON_ArrayForEach(axis, member(r, "axes"))
        if (strcmp(json_text(axis, "path", ""), path) == 0)
            return axis;
    return NULL;
}

static const char *axis_title(const cJSON *axis, const char *lang)
{
    return json_text(json_get(axis, "title"), lang, json_text(axis, "path", ""));
}

/* An output in words, where its path says which figure it is: "Bonded stock: landed per unit"; else its own name. */
static void output_title(const struct report *r, const cJSON *output, enum lang lang, char *out, size_t room)
{
    char part[6][64] = {{0}};
    size_t parts = 0;
    const char *name = json_text(output, "name", ""), *of = NULL;
    for (const char *at = json_text(output, "path", ""); *at && parts < 6; parts++) {
        size_t length = strcspn(at, "/");
        snprintf(part[parts], sizeof part[parts], "%.*s", (int)length, at);
        at += length + (at[length] == '/');
    }
    enum channel channel = channel_find(part[1]);
    uint16_t party = parties_find(&r->book->parties, part[1], strlen(part[1]));
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        if (strcmp(part[0], "matrix") == 0 && strcmp(part[1], layer_id(layer)) == 0 && column_find(part[2]))
            of = node_name(layer, column_find(part[2]), lang);
    if (strcmp(part[0], "channels") == 0 && channel != CHANNEL_UNSET)
        of = channel_name(channel, lang);
    if ((strcmp(part[0], "treasuries") == 0 || strcmp(part[0], "parties") == 0) && party)
        of = lang == LANG_ZH ? r->book->parties.party[party].name_zh : r->book->parties.party[party].name_en;
    if (of)
        snprintf(out, room, lang == LANG_ZH ? "%s：%s" : "%s: %s", of, name);
    else
        snprintf(out, room, "%s", name);
}

/* A decimal text with thousands marked. */
static void add_decimal(struct report *r, const char *text)
{
    const char *digits = text + (*text == '-');
    size_t whole = strcspn(digits, ".");
    buf_puts(r->page->out, *text == '-' ? "−" : "");
    for (size_t i = 0; digits[i]; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            buf_putc(r->page->out, ',');
        buf_putc(r->page->out, digits[i]);
    }
}

static void cell_decimal(struct report *r, const char *text)
{
    page_cell(r->page, "number");
    add_decimal(r, text);
    page_cell_end(r->page);
}

/* ---- tornado ---- */

static void cell_end(struct report *r, const cJSON *bar, const char *end, const char *at)
{
    const char *value = json_text(bar, at, NULL);
    page_cell(r->page, "number");
    add_decimal(r, json_text(bar, end, ""));
    page_text(r->page, " (");
    if (value)
        page_text(r->page, value);
    else
        page_say(r->page, "as it is", "原值");
    page_text(r->page, ")");
    page_cell_end(r->page);
}

static void add_effect(struct report *r, const cJSON *effect, size_t number)
{
    static const char *const head[] = {"Axis", "因素", "Least (at)", "最低（取值）", "Greatest (at)", "最高（取值）",
                                       "Swing", "幅度", NULL};
    const cJSON *output = cJSON_GetArrayItem(member(r, "outputs"), (int)number), *bar;
    char id[32], en[NAME], zh[NAME];
    snprintf(id, sizeof id, "output-%zu", number + 1);
    output_title(r, output, LANG_EN, en, sizeof en);
    output_title(r, output, LANG_ZH, zh, sizeof zh);
    page_section(r->page, id, en, zh);
    page_line(r->page, "source");
    page_text(r->page, json_text(output, "path", ""));
    page_say(r->page, " · mean ", " · 均值 ");
    add_decimal(r, json_text(effect, "base", ""));
    page_line_end(r->page);
    page_table(r->page, head, PAGE_WIDE);
    cJSON_ArrayForEach(bar, json_get(effect, "tornado"))
    {
        const cJSON *axis = axis_of(r, json_text(bar, "path", ""));
        page_row(r->page, axis_title(axis, "en"), axis_title(axis, "zh"));
        cell_end(r, bar, "low", "low_at");
        cell_end(r, bar, "high", "high_at");
        cell_decimal(r, json_text(bar, "swing", ""));
        page_row_end(r->page);
    }
    page_table_end(r->page);
    if (!cJSON_IsArray(json_get(effect, "indices")))
        return;
    static const char *const indices[] = {"Sobol indices", "Sobol 指数", "First order", "一阶", "Total", "总效应", NULL};
    page_table(r->page, indices, PAGE_NARROW);
    cJSON_ArrayForEach(bar, json_get(effect, "indices"))
    {
        const cJSON *axis = axis_of(r, json_text(bar, "path", ""));
        page_row(r->page, axis_title(axis, "en"), axis_title(axis, "zh"));
        cell_decimal(r, json_text(bar, "first", ""));
        cell_decimal(r, json_text(bar, "total", ""));
        page_row_end(r->page);
    }
    page_table_end(r->page);
}

/* An output that no axis moves is named, not drawn. */
static bool is_moved(const cJSON *effect)
{
    const char *swing = json_text(cJSON_GetArrayItem(json_get(effect, "tornado"), 0), "swing", "0");
    return swing[strspn(swing, "0.")] != '\0';
}

static void add_effects(struct report *r)
{
    const cJSON *effect;
    size_t number = 0;
    bool has_still = false;
    const char *separator = " ";
    cJSON_ArrayForEach(effect, member(r, "effects"))
        has_still = has_still || !is_moved(effect);
    if (has_still) {
        page_line(r->page, "");
        page_say(r->page, "Moved by no axis:", "不受任何因素影响：");
        cJSON_ArrayForEach(effect, member(r, "effects"))
            if (!is_moved(effect)) {
                page_say(r->page, separator, *separator == ' ' ? "" : "，");
                separator = ", ";
                page_text(r->page, json_text(effect, "output", ""));
                page_text(r->page, " = ");
                add_decimal(r, json_text(effect, "base", ""));
            }
        page_line_end(r->page);
    }
    cJSON_ArrayForEach(effect, member(r, "effects"))
    {
        if (is_moved(effect))
            add_effect(r, effect, number);
        number++;
    }
}

/* ---- points ---- */

static void add_point(struct report *r, const cJSON *point)
{
    const cJSON *value, *output;
    char name[32];
    snprintf(name, sizeof name, "%lld", (long long)json_integer(point, "point", 0));
    page_row(r->page, name, name);
    cJSON_ArrayForEach(value, json_get(point, "values"))
        page_cell_text(r->page, cJSON_IsString(value) ? value->valuestring : "–");
    cJSON_ArrayForEach(output, json_get(point, "outputs"))
    {
        const cJSON *low = cJSON_GetArrayItem(json_get(output, "ci95"), 0);
        page_cell(r->page, "number");
        add_decimal(r, json_text(output, "mean", "–"));
        if (low) {
            page_text(r->page, " (");
            add_decimal(r, low->valuestring);
            page_text(r->page, " … ");
            add_decimal(r, low->next->valuestring);
            page_text(r->page, ")");
        }
        page_cell_end(r->page);
    }
    page_row_end(r->page);
}

static void add_points(struct report *r)
{
    const char *head[2 * COLUMNS_MAX + 1] = {"Point", "点"};
    const cJSON *item, *points = member(r, "points");
    size_t count = 2;
    int shown = 0;
    cJSON_ArrayForEach(item, member(r, "axes"))
    {
        head[count++] = axis_title(item, "en");
        head[count++] = axis_title(item, "zh");
    }
    cJSON_ArrayForEach(item, member(r, "outputs"))
    {
        check(count < 2 * COLUMNS_MAX);
        head[count] = head[count + 1] = json_text(item, "name", "");
        count += 2;
    }
    head[count] = NULL;
    page_section(r->page, "points", "Points", "试验点");
    if (cJSON_GetArraySize(points) > POINTS_SHOWN)
        page_sentence(r->page, "The first 100; all of them stand in points.csv.", "仅列出前 100 个；全部见 points.csv。");
    page_table(r->page, head, PAGE_WIDE);
    cJSON_ArrayForEach(item, points)
    {
        if (shown++ == POINTS_SHOWN)
            break;
        add_point(r, item);
    }
    page_table_end(r->page);
}

/* ---- the document ---- */

static void count_fact(struct report *r, const char *en, const char *zh, uint64_t count)
{
    page_fact(r->page, en, zh);
    run_count(r->page->out, count);
    page_fact_end(r->page);
}

static void add_head(struct report *r)
{
    const cJSON *root = r->json->root, *title = json_get(root, "title");
    const char *id = json_text(root, "id", "");
    page_begin(r->page, json_text(title, "en", id), json_text(title, "zh", id));
    page_line(r->page, "dim");
    page_text(r->page, json_text(root, "scenario", ""));
    page_say(r->page, " · seed ", " · 种子 ");
    buf_printf(r->page->out, "%lld · %s", (long long)json_integer(root, "seed", 0),
               json_text(root, "base_currency", ""));
    page_line_end(r->page);
    page_facts(r->page);
    page_fact(r->page, "Design", "设计");
    page_text(r->page, json_text(root, "design", ""));
    page_fact_end(r->page);
    count_fact(r, "Points", "试验点", (uint64_t)cJSON_GetArraySize(member(r, "points")));
    count_fact(r, "Replications of each", "每点重复", (uint64_t)json_integer(root, "replications", 0));
    count_fact(r, "Axes", "因素", (uint64_t)cJSON_GetArraySize(member(r, "axes")));
    page_facts_end(r->page);
    page_sentence(r->page,
                  "What each axis does: the mean of an output over all points that have a value, from the least to the "
                  "greatest; the longest bar first.",
                  "各因素的影响：取同一值的各点上某项结果的均值，由最低到最高，影响大者在前。");
}

/* Without the points, of which there may be very many: what is drawn are effects. */
static void write_data(const struct report *r, struct buf *out)
{
    static const char *const parts[] = {"axes", "outputs", "effects"};
    struct out_json json = {.out = out};
    const cJSON *output;
    char name[NAME];
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "verb", "sweep");
    out_json_begin(&json, "names", '{');
    out_json_begin(&json, "output", '{');
    cJSON_ArrayForEach(output, member(r, "outputs"))
    {
        out_json_begin_flat(&json, json_text(output, "name", ""), '[');
        for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
            output_title(r, output, lang, name, sizeof name);
            out_json_text(&json, NULL, name);
        }
        out_json_end(&json, ']');
    }
    out_json_end(&json, '}');
    out_json_end(&json, '}');
    out_json_begin(&json, "result", '{');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct text written = json_written(r->json, member(r, parts[i]));
        out_json_raw(&json, parts[i], written.ptr, written.len);
    }
    out_json_end(&json, '}');
    out_json_end(&json, '}');
}

void report_sweep(const struct book *book, const char *bytes, size_t length, enum page_form form, enum lang lang,
                  struct buf *out)
{
    struct page page = {.out = out, .form = form, .lang = lang};
    struct json json;
    struct report report = {&page, book, &json}, *r = &report;
    struct errs errs = {0};
    struct buf data = {0};
    bool is_json = json_read_only(&json, "sweep.json", bytes, length, &errs) == 0;
    check(is_json);
    add_head(r);
    add_effects(r);
    add_points(r);
    write_data(r, &data);
    page_end(&page, buf_text(&data));
    json_finish(&json);
    buf_finish(&data);
}
