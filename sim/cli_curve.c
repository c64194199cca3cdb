/* cli_curve: `tradeloom curve`: landed cost of a unit by every way as quantity, price, weight or the way grows, where
 * the ways cross, and which costs drive them. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/date.h"
#include "sim/cli.h"
#include "sim/curve.h"
#include "sim/job.h"
#include "sim/out_folder.h"
#include "sim/out_json.h"
#include "sim/reads.h"
#include "sim/report_curve.h"
#include "sim/run.h"
#include "sim/world.h"

static const struct cli_option options[] = {
    {"goods", "SKU", "which good; the first of the scenario"},
    {"market", "ID", "which market of the scenario; the first"},
    {"per", "volume|order", "units bought ahead and sold order by order, or all in one order; volume"},
    {"over", "AXIS", "quantity, value (a unit's price), weight (its grams), distance (% of the line haul); quantity"},
    {"most", "N|Nt", "up to so many of the axis; 50000 units, or as many as weigh N tonnes"},
    {"csv", NULL, "the points as a table"},
    {"on", "DATE", "prices and law of this day; the first of the scenario"},
    JOB_OPTIONS,
    CLI_FORMAT,
    {"out", "DIR", "also writes curve.json and report.html there"},
    {0},
};

enum { RANGES_MAX = 64 };

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
    struct reads reads;
    struct curve_crossing crossing[RANGES_MAX]; /* [0] is none: into the range of its number */
};

static const char *way_id(const struct chart *chart, unsigned way)
{
    return way < chart->curve.ways ? chart->job.scenario->flow[chart->curve.flow[way]].id : "";
}

/* ---- where the ways cross: every whole number of the axis is asked ---- */

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
    for (unsigned i = 1; i < chart->ranges; i++) {
        chart->crossing[i] = (struct curve_crossing){
            .at = chart->range[i].from, .from = chart->range[i - 1].best, .to = chart->range[i].best};
        if (curve_explain(&chart->curve, chart->most, &chart->crossing[i], errs) != 0)
            return -1;
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

enum { FIRST_WIDTH = 16, COLUMN_WIDTH = 18 };

static const char *about_orders(const struct chart *chart, enum lang lang)
{
    bool is_zh = lang == LANG_ZH;
    if (chart->curve.axis != CURVE_OVER_QUANTITY)
        return is_zh ? "一单常见数量" : "an order of the usual size";
    if (chart->curve.mode == CURVE_ORDER)
        return is_zh ? "一单全部数量" : "all in one order";
    return is_zh ? "一批采购，逐单销售" : "bought at once and sold order by order";
}

static void tell_head(const struct chart *chart, struct buf *out)
{
    bool is_zh = chart->cli->lang == LANG_ZH;
    const struct product *product = &chart->cli->book.catalog.product[chart->curve.product];
    char day[11];
    date_write(chart->day, day);
    buf_printf(out, "%s · %s · %s\n", is_zh ? product->name_zh : product->name_en, chart->job.scenario->id, day);
    buf_printf(out, "%s%s\n\n", is_zh ? "每件到岸总成本：" : "Landed cost of a unit, ",
               about_orders(chart, chart->cli->lang));
    size_t at = out->length;
    buf_puts(out, curve_axis_name(chart->curve.axis, chart->cli->lang));
    err_pad(out, at, FIRST_WIDTH);
    for (unsigned way = 0; way < chart->curve.ways; way++) {
        at = out->length;
        buf_puts(out, way_id(chart, way));
        err_pad(out, at, COLUMN_WIDTH);
    }
    buf_putc(out, '\n');
}

static void tell_point(const struct chart *chart, const struct curve_point *point, struct buf *out)
{
    size_t at = out->length;
    run_count(out, (uint64_t)point->quantity);
    err_pad(out, at, FIRST_WIDTH);
    for (unsigned way = 0; way < chart->curve.ways; way++) {
        at = out->length;
        if (point->is_open[way])
            run_money(out, point->cost[way], chart->job.scenario->base_currency);
        else
            buf_puts(out, chart->cli->lang == LANG_ZH ? "不可用" : "closed");
        if (way == point->best)
            buf_puts(out, " *");
        err_pad(out, at, COLUMN_WIDTH);
    }
    buf_putc(out, '\n');
}

/* Why it is the cheapest from there on. */
static void tell_drivers(const struct chart *chart, const struct curve_crossing *crossing, struct buf *out)
{
    bool is_zh = chart->cli->lang == LANG_ZH;
    if (crossing->closes)
        buf_printf(out, is_zh ? "  （法律不再准予 %s）" : "  (the law closes %s)", way_id(chart, crossing->from));
    else if (crossing->opens)
        buf_printf(out, is_zh ? "  （法律自此准予）" : "  (the law opens it)");
    for (unsigned k = 0; k < crossing->drivers; k++) {
        buf_puts(out, k == 0 ? (is_zh ? "  （" : "  (") : (is_zh ? "、" : ", "));
        buf_printf(out, "%s ", kind_name((enum posting_kind)crossing->kind[k], chart->cli->lang));
        run_money(out, -money_scale(crossing->change[k], 1, 100, ROUND_HALF_UP), chart->job.scenario->base_currency);
    }
    if (crossing->drivers) {
        buf_puts(out, is_zh ? "，" : ", ");
        run_count(out, (uint64_t)crossing->low);
        buf_puts(out, is_zh ? " 至 " : " to ");
        run_count(out, (uint64_t)crossing->high);
        buf_puts(out, is_zh ? "）" : ")");
    }
}

static void tell_ranges(const struct chart *chart, struct buf *out)
{
    bool is_zh = chart->cli->lang == LANG_ZH;
    buf_puts(out, is_zh ? "\n最便宜的渠道（及其原因：与前一渠道相比每件的变化）\n"
                        : "\nCheapest, and what makes it so: the change of a unit beside the way before\n");
    for (unsigned i = 0; i < chart->ranges; i++) {
        const struct range *range = &chart->range[i];
        buf_puts(out, is_zh ? "  自 " : "  from ");
        run_count(out, (uint64_t)range->from);
        buf_puts(out, is_zh ? " 至 " : " to ");
        run_count(out, (uint64_t)range->to);
        buf_printf(out, "  %s", range->best < chart->curve.ways ? way_id(chart, range->best)
                                                                : (is_zh ? "均不可用" : "none is open"));
        if (i > 0)
            tell_drivers(chart, &chart->crossing[i], out);
        buf_putc(out, '\n');
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

static const char *way_or_null(const struct chart *chart, unsigned way)
{
    return way < chart->curve.ways ? way_id(chart, way) : NULL;
}

static void json_crossing(const struct chart *chart, const struct curve_crossing *crossing, struct out_json *json)
{
    unsigned digits = currency_digits(chart->job.scenario->base_currency) + 2;
    out_json_begin_flat(json, NULL, '{');
    out_json_count(json, "at", (uint64_t)crossing->at);
    out_json_text(json, "from", way_or_null(chart, crossing->from));
    out_json_text(json, "to", way_or_null(chart, crossing->to));
    out_json_bool(json, "closes", crossing->closes);
    out_json_bool(json, "opens", crossing->opens);
    out_json_begin_flat(json, "drivers", '[');
    for (unsigned k = 0; k < crossing->drivers; k++) {
        enum posting_kind kind = (enum posting_kind)crossing->kind[k];
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "kind", kind_id(kind));
        out_json_text(json, "en", kind_name(kind, LANG_EN));
        out_json_text(json, "zh", kind_name(kind, LANG_ZH));
        out_json_decimal(json, "gain", crossing->change[k], digits);
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
    out_json_count(json, "low", (uint64_t)crossing->low);
    out_json_count(json, "high", (uint64_t)crossing->high);
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
    out_json_text(&json, "over", curve_axis_id(chart->curve.axis));
    out_json_begin_flat(&json, "axis", '{');
    out_json_text(&json, "en", curve_axis_name(chart->curve.axis, LANG_EN));
    out_json_text(&json, "zh", curve_axis_name(chart->curve.axis, LANG_ZH));
    out_json_end(&json, '}');
    out_json_text(&json, "date", day);
    reads_json(&chart->reads, chart->job.book, chart->job.scenario, &json);
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
    out_json_begin(&json, "crosses", '[');
    for (unsigned i = 1; i < chart->ranges; i++)
        json_crossing(chart, &chart->crossing[i], &json);
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    return 0;
}

/* ---- as a table ---- */

static int write_csv(struct chart *chart, struct buf *out, struct errs *errs)
{
    unsigned digits = currency_digits(chart->job.scenario->base_currency);
    buf_printf(out, "%s,best", curve_axis_id(chart->curve.axis));
    for (unsigned way = 0; way < chart->curve.ways; way++)
        buf_printf(out, ",%s", way_id(chart, way));
    buf_putc(out, '\n');
    for (int64_t quantity = 1; quantity; quantity = next_quantity(quantity, chart->most)) {
        struct curve_point point;
        if (!curve_at(&chart->curve, quantity, &point, errs))
            return -1;
        buf_printf(out, "%lld,%s", (long long)quantity, way_id(chart, point.best));
        for (unsigned way = 0; way < chart->curve.ways; way++) {
            buf_putc(out, ',');
            if (point.is_open[way])
                buf_decimal(out, point.cost[way], digits);
        }
        buf_putc(out, '\n');
    }
    return 0;
}

/* ---- the verb ---- */

/* "50t": as many units as weigh no more. */
static int read_most(struct chart *chart, struct errs *errs)
{
    const char *text = cli_value(chart->cli, "most", NULL);
    size_t length = text ? strlen(text) : 0;
    uint64_t most;
    int64_t tonnes_q3, gross_g = chart->curve.was->gross_weight_g;
    chart->most = curve_axis_most(chart->curve.axis);
    if (length < 2 || text[length - 1] != 't') {
        if (job_number(chart->cli, "most", (uint64_t)chart->most, 1, CURVE_MOST, &most, errs) != 0)
            return -1;
        chart->most = (int64_t)most;
        return 0;
    }
    bool is_weight = decimal_parse(text, length - 1, 3, &tonnes_q3) && tonnes_q3 > 0 && tonnes_q3 <= 1000000000;
    if (chart->curve.axis != CURVE_OVER_QUANTITY || !is_weight) {
        err_help(errs_add(errs, ERR_USAGE, "--most is no number of units or tonnes: \"%.40s\"", text),
                 "50000, or 50t with --over quantity");
        return -1;
    }
    chart->most = tonnes_q3 * 1000 / (gross_g < 1 ? 1 : gross_g);
    chart->most = chart->most < 1 ? 1 : chart->most > CURVE_MOST ? CURVE_MOST : chart->most;
    return 0;
}

static int read_axis(struct chart *chart, struct errs *errs)
{
    const char *over = cli_value(chart->cli, "over", curve_axis_id(CURVE_OVER_QUANTITY)), *names[CURVE_AXIS_COUNT];
    enum curve_axis axis = curve_axis_find(over);
    for (unsigned i = CURVE_AXIS_UNSET + 1; i < CURVE_AXIS_COUNT; i++)
        names[i - 1] = curve_axis_id((enum curve_axis)i);
    if (axis == CURVE_AXIS_UNSET) {
        struct err *err = errs_add(errs, ERR_USAGE, "--over is no axis: \"%.40s\"", over);
        if (!err_suggest(err, over, names, CURVE_AXIS_COUNT - 1))
            err_help(err, "quantity, value, weight or distance");
        return -1;
    }
    if (axis != CURVE_OVER_QUANTITY && cli_has(chart->cli, "per")) {
        errs_add(errs, ERR_USAGE, "--per is about quantities; over %s orders have the usual size", over);
        return -1;
    }
    curve_over(&chart->curve, axis);
    return read_most(chart, errs);
}

static int read_options(struct chart *chart, enum curve_mode *mode, struct errs *errs)
{
    struct cli *cli = chart->cli;
    const char *per = cli_value(cli, "per", "volume");
    int32_t on;
    *mode = strcmp(per, "order") == 0 ? CURVE_ORDER : strcmp(per, "volume") == 0 ? CURVE_VOLUME : CURVE_UNSET;
    if (*mode == CURVE_UNSET)
        errs_add(errs, ERR_USAGE, "--per is volume or order, not \"%.40s\"", per);
    if (job_day(cli, "on", &on, errs) == 0 && on != DAY_UNSET) {
        chart->day = on;
        if (on < chart->job.scenario->from_day) /* rates and prices were checked from there on */
            err_help(errs_add(errs, ERR_USAGE, "--on %.40s is before the scenario begins", cli_value(cli, "on", "")),
                     "--set period.from=%.40s begins it earlier", cli_value(cli, "on", ""));
    }
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
        read_axis(chart, errs) != 0 ||
        find_ranges(chart, errs) != 0)
        return -1;
    world_reads(chart->curve.world, &chart->reads);
    const struct cli *cli = chart->cli;
    const char *folder = cli_value(cli, "out", NULL);
    struct buf json = {0};
    if (folder || cli->json || cli->is_markdown)
        result = write_json(chart, &json, errs);
    if (result == 0 && folder)
        result = write_folder(cli, folder, &json, errs);
    if (result == 0 && cli_has(cli, "csv"))
        result = write_csv(chart, out, errs);
    else if (result == 0 && cli->json)
        buf_add(out, json.data, json.length);
    else if (result == 0 && cli->is_markdown)
        report_curve(&cli->book, json.data, json.length, PAGE_MARKDOWN, cli->lang, out);
    else if (result == 0)
        result = tell(chart, out, errs);
    if (result == 0)
        job_warn_unread(cli, NULL, &chart->reads, chart->job.book, chart->job.scenario);
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
    "curve", "SCENARIO", "landed cost of a unit over quantity, value, weight or distance; where the ways cross",
    1, 1, options, run_curve};
