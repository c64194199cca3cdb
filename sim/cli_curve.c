/* cli_curve: `tradeloom curve`: landed cost of a unit by quantity for every way, and where the ways cross. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "sim/cli.h"
#include "sim/curve.h"
#include "sim/job.h"
#include "sim/out_folder.h"
#include "sim/out_json.h"
#include "sim/report_curve.h"
#include "sim/run.h"

static const struct cli_option options[] = {
    {"goods", "SKU", "which good; the first of the scenario"},
    {"market", "ID", "which market of the scenario; the first"},
    {"per", "volume|order", "units bought ahead and sold order by order, or all in one order; volume"},
    {"most", "N", "up to so many units; 50000"},
    {"on", "DATE", "prices and law of this day; the first of the scenario"},
    JOB_OPTIONS,
    CLI_FORMAT,
    {"out", "DIR", "also writes curve.json and report.html there"},
    {0},
};

enum { MOST = 1000000, RANGES_MAX = 64 };

/* From one quantity to another the same way is the cheapest. */
struct range {
    int64_t from, to;
    unsigned best;
};

struct chart {
    struct cli *cli;
    struct job job;
    struct curve curve;
    int64_t most;
    int32_t day;
    struct range range[RANGES_MAX];
    unsigned ranges; /* further ones are counted only */
    uint64_t crossings;
};

static const char *way_id(const struct chart *chart, unsigned way)
{
    return way < chart->curve.ways ? chart->job.scenario->flow[chart->curve.flow[way]].id : "";
}

/* ---- where the ways cross: every quantity is asked ---- */

static int find_ranges(struct chart *chart, struct errs *errs)
{
    unsigned best = UINT32_MAX;
    for (int64_t quantity = 1; quantity <= chart->most; quantity++) {
        struct curve_point point;
        if (!curve_at(&chart->curve, quantity, &point, errs))
            return -1;
        if (point.best != best) {
            chart->crossings++;
            if (chart->ranges < RANGES_MAX)
                chart->range[chart->ranges++] = (struct range){quantity, quantity, point.best};
        }
        best = point.best;
        if (chart->crossings == chart->ranges)
            chart->range[chart->ranges - 1].to = quantity;
    }
    return 0;
}

/* 1, 2, 5, 10, … and the last. */
static int64_t next_quantity(int64_t quantity, int64_t most)
{
    int64_t ten = 1;
    if (quantity >= most)
        return 0;
    while (ten * 10 <= quantity)
        ten *= 10;
    int64_t next = quantity < 2 * ten ? 2 * ten : quantity < 5 * ten ? 5 * ten : 10 * ten;
    return next < most ? next : most;
}

/* ---- for a person ---- */

static void pad(struct buf *out, size_t from, size_t width)
{
    for (size_t used = err_cells(out->data + from, out->length - from); used < width; used++)
        buf_putc(out, ' ');
}

enum { COLUMN_WIDTH = 18 };

static void tell_head(const struct chart *chart, struct buf *out)
{
    bool is_zh = chart->cli->lang == LANG_ZH;
    const struct product *product = &chart->cli->book.catalog.product[chart->curve.product];
    char day[11];
    date_write(chart->day, day);
    buf_printf(out, "%s · %s · %s\n", is_zh ? product->name_zh : product->name_en, chart->job.scenario->id, day);
    buf_puts(out, chart->curve.mode == CURVE_ORDER
                      ? (is_zh ? "每件到岸总成本：一单全部数量\n\n" : "Landed cost of a unit, all in one order\n\n")
                      : (is_zh ? "每件到岸总成本：一批采购，逐单销售\n\n"
                               : "Landed cost of a unit, bought at once and sold order by order\n\n"));
    size_t at = out->length;
    buf_puts(out, is_zh ? "数量" : "units");
    pad(out, at, 10);
    for (unsigned way = 0; way < chart->curve.ways; way++) {
        at = out->length;
        buf_puts(out, way_id(chart, way));
        pad(out, at, COLUMN_WIDTH);
    }
    buf_putc(out, '\n');
}

static void tell_point(const struct chart *chart, const struct curve_point *point, struct buf *out)
{
    size_t at = out->length;
    run_count(out, (uint64_t)point->quantity);
    pad(out, at, 10);
    for (unsigned way = 0; way < chart->curve.ways; way++) {
        at = out->length;
        if (point->is_open[way])
            run_money(out, point->cost[way], chart->job.scenario->base_currency);
        else
            buf_puts(out, chart->cli->lang == LANG_ZH ? "不可用" : "closed");
        if (way == point->best)
            buf_puts(out, " *");
        pad(out, at, COLUMN_WIDTH);
    }
    buf_putc(out, '\n');
}

static void tell_ranges(const struct chart *chart, struct buf *out)
{
    bool is_zh = chart->cli->lang == LANG_ZH;
    buf_puts(out, is_zh ? "\n最便宜的渠道\n" : "\nCheapest\n");
    for (unsigned i = 0; i < chart->ranges; i++) {
        const struct range *range = &chart->range[i];
        buf_puts(out, is_zh ? "  自 " : "  from ");
        run_count(out, (uint64_t)range->from);
        buf_puts(out, is_zh ? " 至 " : " to ");
        run_count(out, (uint64_t)range->to);
        buf_printf(out, "  %s\n", range->best < chart->curve.ways ? way_id(chart, range->best)
                                                                  : (is_zh ? "均不可用" : "none is open"));
    }
    if (chart->crossings > chart->ranges)
        buf_printf(out, is_zh ? "  另有 %llu 处交叉\n" : "  and %llu more crossings\n",
                   (unsigned long long)(chart->crossings - chart->ranges));
}

static int tell(struct chart *chart, struct buf *out, struct errs *errs)
{
    tell_head(chart, out);
    for (int64_t quantity = 1; quantity; quantity = next_quantity(quantity, chart->most)) {
        struct curve_point point;
        if (!curve_at(&chart->curve, quantity, &point, errs))
            return -1;
        tell_point(chart, &point, out);
    }
    tell_ranges(chart, out);
    return 0;
}

/* ---- for a program ---- */

static void json_point(const struct chart *chart, const struct curve_point *point, struct out_json *json)
{
    unsigned digits = currency_digits(chart->job.scenario->base_currency);
    out_json_begin_flat(json, NULL, '{');
    out_json_count(json, "quantity", (uint64_t)point->quantity);
    out_json_begin_flat(json, "cost", '{');
    for (unsigned way = 0; way < chart->curve.ways; way++)
        if (point->is_open[way])
            out_json_decimal(json, way_id(chart, way), point->cost[way], digits);
        else
            out_json_text(json, way_id(chart, way), NULL);
    out_json_end(json, '}');
    out_json_text(json, "best", point->best < chart->curve.ways ? way_id(chart, point->best) : NULL);
    out_json_end(json, '}');
}

static int write_json(struct chart *chart, struct buf *out, struct errs *errs)
{
    struct out_json json = {.out = out};
    char day[11];
    date_write(chart->day, day);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "scenario", chart->job.scenario->id);
    out_json_text(&json, "goods", chart->cli->book.catalog.product[chart->curve.product].sku);
    out_json_text(&json, "per", chart->curve.mode == CURVE_ORDER ? "order" : "volume");
    out_json_text(&json, "date", day);
    out_json_text(&json, "currency", currency_code(chart->job.scenario->base_currency));
    out_json_begin(&json, "points", '[');
    for (int64_t quantity = 1; quantity; quantity = next_quantity(quantity, chart->most)) {
        struct curve_point point;
        if (!curve_at(&chart->curve, quantity, &point, errs))
            return -1;
        json_point(chart, &point, &json);
    }
    out_json_end(&json, ']');
    out_json_begin(&json, "cheapest", '[');
    for (unsigned i = 0; i < chart->ranges; i++) {
        out_json_begin_flat(&json, NULL, '{');
        out_json_count(&json, "from", (uint64_t)chart->range[i].from);
        out_json_count(&json, "to", (uint64_t)chart->range[i].to);
        bool is_open = chart->range[i].best < chart->curve.ways;
        out_json_text(&json, "flow", is_open ? way_id(chart, chart->range[i].best) : NULL);
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    out_json_count(&json, "crossings", chart->crossings - 1);
    out_json_end(&json, '}');
    return 0;
}

static int read_options(struct chart *chart, enum curve_mode *mode, struct errs *errs)
{
    struct cli *cli = chart->cli;
    const char *per = cli_value(cli, "per", "volume");
    int32_t on;
    uint64_t most;
    *mode = strcmp(per, "order") == 0 ? CURVE_ORDER : strcmp(per, "volume") == 0 ? CURVE_VOLUME : CURVE_UNSET;
    if (*mode == CURVE_UNSET)
        errs_add(errs, ERR_USAGE, "--per is volume or order, not \"%.40s\"", per);
    if (job_day(cli, "on", &on, errs) == 0 && on != DAY_UNSET) {
        chart->day = on;
        if (on < chart->job.scenario->from_day) /* rates and prices were checked from there on */
            err_help(errs_add(errs, ERR_USAGE, "--on %.40s is before the scenario begins", cli_value(cli, "on", "")),
                     "--set period.from=%.40s begins it earlier", cli_value(cli, "on", ""));
    }
    if (job_number(cli, "most", 50000, 1, MOST, &most, errs) == 0)
        chart->most = (int64_t)most;
    return errs->count ? -1 : 0;
}

static int write_folder(const struct cli *cli, const char *path, const struct buf *json, struct errs *errs)
{
    struct buf report = {0};
    report_curve(&cli->book, json->data, json->length, PAGE_HTML, cli->lang, &report);
    const struct out_document documents[] = {{"report.html", &report}, {"curve.json", json}};
    int result = out_folder_documents(path, documents, 2, errs);
    buf_finish(&report);
    return result;
}

static int draw(struct chart *chart, struct buf *out, struct errs *errs)
{
    enum curve_mode mode;
    int result = 0;
    if (job_load(&chart->job, chart->cli, true, errs) != 0)
        return -1;
    chart->day = chart->job.scenario->from_day;
    if (read_options(chart, &mode, errs) != 0 ||
        curve_open(&chart->curve, chart->job.scenario, &chart->cli->book, mode, cli_value(chart->cli, "market", NULL),
                   cli_value(chart->cli, "goods", NULL), chart->day, errs) != 0 ||
        find_ranges(chart, errs) != 0)
        return -1;
    const struct cli *cli = chart->cli;
    const char *folder = cli_value(cli, "out", NULL);
    struct buf json = {0};
    if (folder || cli->json || cli->is_markdown)
        result = write_json(chart, &json, errs);
    if (result == 0 && folder)
        result = write_folder(cli, folder, &json, errs);
    if (result == 0 && cli->json)
        buf_add(out, json.data, json.length);
    else if (result == 0 && cli->is_markdown)
        report_curve(&cli->book, json.data, json.length, PAGE_MARKDOWN, cli->lang, out);
    else if (result == 0)
        result = tell(chart, out, errs);
    buf_finish(&json);
    return result;
}

static int run_curve(struct cli *cli)
{
    struct chart *chart = memory_take(sizeof *chart);
    struct errs errs = {0};
    struct buf out = {0};
    chart->cli = cli;
    int status = draw(chart, &out, &errs) == 0 ? cli_write(cli, &out) : cli_fail(cli, &errs);
    curve_close(&chart->curve);
    job_finish(&chart->job);
    buf_finish(&out);
    memory_release(chart);
    return status;
}

const struct cli_verb cli_curve = {
    "curve", "SCENARIO", "landed cost of a unit by quantity, and where the ways cross", 1, 1, options, run_curve};
