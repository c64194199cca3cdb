/* report_curve: where which way is the cheapest, and costs point by point. */
#include "sim/report_curve.h"

#include <string.h>

#include "core/check.h"
#include "core/err.h"
#include "core/json.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/out_json.h"
#include "sim/out_names.h"
#include "sim/run.h"

enum { WAYS_MAX = 64 };

struct report {
    struct page *page;
    const struct book *book;
    const cJSON *root;
};

/* A way: a channel's name where its id is one, else its id. */
static const char *way_name(const char *id, enum lang lang)
{
    enum channel channel = channel_find(id);
    return channel == CHANNEL_UNSET ? id : channel_name(channel, lang);
}

static void cell_amount(struct report *r, const cJSON *amount, bool is_best)
{
    int64_t minor;
    unsigned digits = currency_digits(r->page->currency);
    page_cell(r->page, is_best ? "number best" : "number");
    if (cJSON_IsString(amount)) {
        bool is_amount = decimal_parse(amount->valuestring, strlen(amount->valuestring), digits, &minor);
        check(is_amount);
        page_money(r->page, minor);
    } else {
        page_say(r->page, "closed", "不可用");
    }
    if (is_best)
        page_text(r->page, " *");
    page_cell_end(r->page);
}

/* Which costs make a way the cheapest from there on; NULL: the first is. */
static void cell_drivers(struct report *r, const cJSON *crossing)
{
    const cJSON *driver;
    const char *join = "";
    unsigned digits = currency_digits(r->page->currency) + 2;
    page_cell(r->page, "text");
    if (json_bool(crossing, "closes", false))
        page_say(r->page, "the law closes the other", "法律不再准予前者");
    else if (json_bool(crossing, "opens", false))
        page_say(r->page, "the law opens it", "法律自此准予");
    cJSON_ArrayForEach(driver, json_get(crossing, "drivers"))
    {
        int64_t gain;
        const char *text = json_text(driver, "gain", "");
        bool is_amount = decimal_parse(text, strlen(text), digits, &gain);
        check(is_amount);
        page_text(r->page, join);
        page_say(r->page, json_text(driver, "en", ""), json_text(driver, "zh", ""));
        page_text(r->page, " ");
        page_money(r->page, -money_scale(gain, 1, 100, ROUND_HALF_UP));
        join = " · ";
    }
    page_cell_end(r->page);
}

static void add_cheapest(struct report *r)
{
    static const char *const head[] = {"Cheapest", "最便宜的渠道", "From", "自", "To", "至",
                                       "Because, beside the way before, a unit", "原因（与前一渠道相比，每件）", NULL};
    const cJSON *range;
    int number = 0;
    page_section(r->page, "cheapest", "Which way is the cheapest", "哪个渠道最便宜");
    page_table(r->page, head, PAGE_NARROW);
    cJSON_ArrayForEach(range, json_get(r->root, "cheapest"))
    {
        const char *flow = json_text(range, "flow", NULL);
        page_row(r->page, flow ? way_name(flow, LANG_EN) : "none is open", flow ? way_name(flow, LANG_ZH) : "均不可用");
        page_cell_count(r->page, (uint64_t)json_integer(range, "from", 0));
        page_cell_count(r->page, (uint64_t)json_integer(range, "to", 0));
        cell_drivers(r, number ? cJSON_GetArrayItem(json_get(r->root, "crosses"), number - 1) : NULL);
        page_row_end(r->page);
        number++;
    }
    page_table_end(r->page);
}

static void add_point(struct report *r, const cJSON *point)
{
    const cJSON *amount;
    const char *best = json_text(point, "best", "");
    struct buf quantity = {0};
    run_count(&quantity, (uint64_t)json_integer(point, "quantity", 0));
    page_row(r->page, buf_text(&quantity), buf_text(&quantity));
    cJSON_ArrayForEach(amount, json_get(point, "cost"))
        cell_amount(r, amount, strcmp(amount->string, best) == 0);
    page_row_end(r->page);
    buf_finish(&quantity);
}

static void add_points(struct report *r)
{
    const cJSON *points = json_get(r->root, "points"), *point, *way;
    const cJSON *axis = json_get(r->root, "axis");
    struct buf en = {0}, zh = {0};
    buf_printf(&en, "%s (* the cheapest)", json_text(axis, "en", ""));
    buf_printf(&zh, "%s（* 最便宜）", json_text(axis, "zh", ""));
    const char *head[2 * (WAYS_MAX + 1) + 1] = {buf_text(&en), buf_text(&zh)};
    size_t count = 2;
    cJSON_ArrayForEach(way, json_get(cJSON_GetArrayItem(points, 0), "cost"))
    {
        check(count < 2 * (WAYS_MAX + 1));
        head[count++] = way_name(way->string, LANG_EN);
        head[count++] = way_name(way->string, LANG_ZH);
    }
    head[count] = NULL;
    page_section(r->page, "points", "Landed cost of a unit", "每件到岸总成本");
    page_table(r->page, head, PAGE_WIDE);
    cJSON_ArrayForEach(point, points)
        add_point(r, point);
    page_table_end(r->page);
    buf_finish(&en);
    buf_finish(&zh);
}

static void add_head(struct report *r)
{
    const char *sku = json_text(r->root, "goods", "");
    const struct product *product = &r->book->catalog.product[catalog_find(&r->book->catalog, sku, strlen(sku))];
    bool is_order = strcmp(json_text(r->root, "per", ""), "order") == 0;
    bool is_quantity = strcmp(json_text(r->root, "over", ""), "quantity") == 0;
    page_begin(r->page, product->name_en, product->name_zh);
    page_line(r->page, "dim");
    if (!is_quantity)
        page_say(r->page, "Landed cost of a unit, an order of the usual size", "每件到岸总成本：一单常见数量");
    else
        page_say(r->page,
                 is_order ? "Landed cost of a unit, all in one order"
                          : "Landed cost of a unit, bought at once and sold order by order",
                 is_order ? "每件到岸总成本：一单全部数量" : "每件到岸总成本：一批采购，逐单销售");
    page_text(r->page, " · ");
    page_text(r->page, json_text(r->root, "scenario", ""));
    page_say(r->page, " · law and prices of ", " · 法律与价格日期 ");
    page_text(r->page, json_text(r->root, "date", ""));
    page_line_end(r->page);
}

void report_curve(const struct book *book, const char *bytes, size_t length, enum page_form form, enum lang lang,
                  struct buf *out)
{
    struct page page = {.out = out, .form = form, .lang = lang};
    struct report report = {&page, book, NULL}, *r = &report;
    struct json document;
    struct errs errs = {0};
    struct buf data = {0};
    struct out_json json = {.out = &data};
    bool is_json = json_read_only(&document, "curve", bytes, length, &errs) == 0;
    check(is_json);
    r->root = document.root;
    page.currency = currency_index(json_text(r->root, "currency", ""));
    add_head(r);
    add_cheapest(r);
    add_points(r);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "verb", "curve");
    out_names(&json, "names", NULL);
    out_json_raw(&json, "result", bytes, length);
    out_json_end(&json, '}');
    page_end(&page, buf_text(&data));
    json_finish(&document);
    buf_finish(&data);
}
