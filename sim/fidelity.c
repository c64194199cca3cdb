/* fidelity: counts what the published figures are about, and draws the rest. */
#include "sim/fidelity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/err.h"
#include "core/fx.h"
#include "core/rule.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/out_folder.h"
#include "sim/out_json.h"
#include "sim/page.h"
#include "sim/scenario.h"

/* X(id, name, en, zh): what is measured of orders. Shares and factors are millionths, means minor units. */
#define MEASURES(X)                                                                                                    \
    X(MEAN_VALUE, mean_value, "mean value of the goods", "平均货值")                                                   \
    X(SHARE_VALUE, share_value, "share by value of the goods", "货值区间占比")                                         \
    X(SHARE_WEIGHT, share_weight, "share by gross weight", "毛重区间占比")                                             \
    X(SHARE_CATEGORY, share_category, "share of a category, by value", "品类占比（按货值）")                           \
    X(SHARE_LEAD, share_lead, "share delivered within", "时效区间内签收占比")                                          \
    X(SHARE_INSPECTED, share_inspected, "share inspected", "查验率")                                                   \
    X(FACTOR_MONTH, factor_month, "orders of a month over the mean", "月度系数")

enum measure {
#define X(id, name, en, zh) MEASURE_##id,
    MEASURES(X)
#undef X
    MEASURE_COUNT
};
static const struct named measures[MEASURE_COUNT] = {
#define X(id, name, en, zh) {#name, en, zh},
    MEASURES(X)
#undef X
};

/* A row of the table of published figures. */
struct published {
    const char *id, *category, *unit, *confidence, *source;
    const char *from_text, *to_text;
    uint8_t measure, column, channel;
    uint16_t place;
    uint8_t currency;      /* of a unit that is one */
    int64_t from, to;      /* days, grams, the currency's minor units, a month */
    int64_t low, high;     /* millionths; of a mean minor units */
};

enum { PUBLISHED_MAX = 64, BINS = 40, JOINT = 16, PRODUCTS = 256 };
enum { HOURS = 24, WEEKDAYS = 7, MONTHS = 12, DAYS_MAX = 60 };

/* Plain numbers, so that a mark can hold them. */
struct counts {
    uint64_t part[PUBLISHED_MAX], whole[PUBLISHED_MAX];
    uint64_t orders, value[BINS], weight[BINS], hour[HOURS], weekday[WEEKDAYS], month[MONTHS];
    uint64_t lead[CHANNEL_COUNT][DAYS_MAX], joint[JOINT][JOINT], product[PRODUCTS];
};
enum { COUNTS = sizeof(struct counts) / sizeof(uint64_t) };

struct fidelity {
    const struct generate_set *set;
    struct arena arena;
    struct published row[PUBLISHED_MAX];
    unsigned rows;
    struct counts counts;
};

/* ---- the published figures ---- */

static int64_t read_decimal(struct text text, unsigned digits)
{
    int64_t value = 0;
    bool is_sound = text.len == 0 || decimal_parse(text.ptr, text.len, digits, &value);
    check(is_sound); /* the file is compiled in, and a test reads it */
    return value;
}

static const char *keep(struct fidelity *f, struct text text)
{
    return arena_copy(&f->arena, text.ptr, text.len);
}

static enum measure find_measure(const char *name)
{
    for (unsigned i = 0; i < MEASURE_COUNT; i++)
        if (strcmp(measures[i].id, name) == 0)
            return (enum measure)i;
    return MEASURE_COUNT;
}

static void read_row(struct fidelity *f, const struct csv *csv)
{
    enum { ID, KIND, COLUMN, CHANNEL, PLACE, FROM, TO, UNIT, LOW, HIGH, CONFIDENCE, SOURCE };
    struct published *row = &f->row[f->rows++];
    check(f->rows <= PUBLISHED_MAX);
    *row = (struct published){
        .id = keep(f, csv->cell[ID]), .category = keep(f, csv->cell[FROM]), .unit = keep(f, csv->cell[UNIT]),
        .from_text = keep(f, csv->cell[FROM]), .to_text = keep(f, csv->cell[TO]),
        .confidence = keep(f, csv->cell[CONFIDENCE]), .source = keep(f, csv->cell[SOURCE]),
        .measure = (uint8_t)find_measure(keep(f, csv->cell[KIND])),
        .column = (uint8_t)column_find(keep(f, csv->cell[COLUMN])),
        .channel = (uint8_t)channel_find(keep(f, csv->cell[CHANNEL])),
        .place = text_country(csv->cell[PLACE].ptr, csv->cell[PLACE].len)};
    check(row->measure < MEASURE_COUNT);
    row->currency = (uint8_t)currency_index(row->unit);
    unsigned digits = row->currency ? currency_digits(row->currency) : 0;
    if (row->measure != MEASURE_SHARE_CATEGORY) {
        row->from = read_decimal(csv->cell[FROM], digits);
        row->to = read_decimal(csv->cell[TO], digits);
    }
    row->low = read_decimal(csv->cell[LOW], row->measure == MEASURE_MEAN_VALUE ? digits : 6);
    row->high = read_decimal(csv->cell[HIGH], row->measure == MEASURE_MEAN_VALUE ? digits : 6);
}

static void read_published(struct fidelity *f)
{
    const struct data_span *span = data_find("catalog/published.csv");
    struct errs errs = {0};
    struct csv csv;
    check(span);
    bool is_open = csv_open(&csv, span->path, span->start, (size_t)(span->end - span->start), &f->arena, &errs) == 0;
    check(is_open);
    while (csv_next(&csv, &errs) == 1)
        read_row(f, &csv);
    check(errs.count == 0);
}

/* ---- counting ---- */

static unsigned bin_of(int64_t value)
{
    unsigned bin = 0;
    for (; value > 1 && bin < BINS - 1; value /= 2)
        bin++;
    return bin;
}

static int64_t in_currency(const struct fidelity *f, const struct order_record *r, unsigned currency)
{
    int32_t day = time_local_day(r->time[TIME_PLACED], 0);
    return fx_convert(f->set->scenario->fx, r->goods_price, r->currency, currency, day);
}

static bool is_meant(const struct fidelity *f, const struct published *row, const struct order_record *r)
{
    return (!row->column || row->column == r->column) && (!row->channel || row->channel == r->channel) &&
           (!row->place || row->place == r->to || row->place == rule_union(f->set->book->rules, r->to));
}

static void add(struct fidelity *f, unsigned at, uint64_t part, uint64_t whole)
{
    f->counts.part[at] += part;
    f->counts.whole[at] += whole;
}

static void add_category(struct fidelity *f, unsigned at, const struct order_record *r)
{
    const struct catalog *catalog = &f->set->book->catalog;
    int64_t value = in_currency(f, r, f->set->scenario->base_currency);
    bool is_of = r->product && strcmp(catalog->product[r->product].category, f->row[at].category) == 0;
    add(f, at, is_of ? (uint64_t)value : 0, (uint64_t)value);
}

static void measure(struct fidelity *f, unsigned at, const struct order_record *r)
{
    const struct published *row = &f->row[at];
    int64_t value, days;
    switch (row->measure) {
    case MEASURE_MEAN_VALUE: add(f, at, (uint64_t)in_currency(f, r, row->currency), 1); break;
    case MEASURE_SHARE_VALUE:
        value = in_currency(f, r, row->currency);
        add(f, at, value >= row->from && value < row->to, 1);
        break;
    case MEASURE_SHARE_WEIGHT: add(f, at, r->gross_g >= row->from && r->gross_g < row->to, 1); break;
    case MEASURE_SHARE_CATEGORY: add_category(f, at, r); break;
    case MEASURE_SHARE_LEAD:
        if (r->time[TIME_DELIVERED] == INT64_MIN)
            return;
        days = (r->time[TIME_DELIVERED] - r->time[TIME_PLACED]) / DAY_SECONDS;
        add(f, at, days >= row->from && days <= row->to, 1);
        break;
    case MEASURE_SHARE_INSPECTED: add(f, at, r->is_inspected, 1); break;
    default:
        check(row->measure == MEASURE_FACTOR_MONTH);
        add(f, at, MONTHS * (date_civil(time_local_day(r->time[TIME_PLACED], 0)).month == row->from), 1);
    }
}

static void order(void *self, const struct dossier *d)
{
    struct fidelity *f = self;
    const struct order_record *r = &d->record;
    struct counts *c = &f->counts;
    int64_t local = r->time[TIME_PLACED] + date_offset_s(r->to);
    int32_t day = time_local_day(local, 0);
    unsigned value = bin_of(in_currency(f, r, f->set->scenario->base_currency) / 100), weight = bin_of(r->gross_g);
    c->orders++;
    c->value[value]++;
    c->weight[weight]++;
    c->joint[value < JOINT ? value : JOINT - 1][weight < JOINT ? weight : JOINT - 1]++;
    c->hour[(local - (int64_t)day * DAY_SECONDS) / 3600]++;
    c->weekday[date_weekday(day)]++;
    c->month[date_civil(day).month - 1]++;
    c->product[r->product < PRODUCTS ? r->product : 0]++;
    if (r->time[TIME_DELIVERED] != INT64_MIN) {
        int64_t days = (r->time[TIME_DELIVERED] - r->time[TIME_PLACED]) / DAY_SECONDS;
        c->lead[r->channel][days < DAYS_MAX ? days : DAYS_MAX - 1]++;
    }
    for (unsigned i = 0; i < f->rows; i++)
        if (is_meant(f, &f->row[i], r))
            measure(f, i, r);
}

/* ---- what came out ---- */

/* Millionths; of a mean minor units. */
static int64_t measured(const struct fidelity *f, unsigned at)
{
    uint64_t whole = f->counts.whole[at];
    bool is_mean = f->row[at].measure == MEASURE_MEAN_VALUE;
    return whole ? money_scale((int64_t)f->counts.part[at], is_mean ? 1 : 1000000, (int64_t)whole, ROUND_HALF_UP) : 0;
}

/* How far from the published range: of means and factors in millionths of the nearer end, of shares in millionths. */
static int64_t distance(const struct fidelity *f, unsigned at)
{
    const struct published *row = &f->row[at];
    int64_t value = measured(f, at), end = value < row->low ? row->low : row->high;
    if (value >= row->low && value <= row->high)
        return 0;
    int64_t off = value - end;
    bool is_relative = row->measure == MEASURE_MEAN_VALUE || row->measure == MEASURE_FACTOR_MONTH;
    return is_relative && end ? money_scale(off, 1000000, end, ROUND_HALF_UP) : off;
}

static void add_value(const struct published *row, int64_t value, struct buf *out)
{
    if (row->measure == MEASURE_MEAN_VALUE) {
        buf_decimal(out, value, currency_digits(row->currency));
        buf_printf(out, " %s", row->unit);
    } else if (row->measure == MEASURE_FACTOR_MONTH) {
        buf_decimal(out, (value + 5000) / 10000, 2);
    } else {
        buf_decimal(out, (value + (value < 0 ? -500 : 500)) / 1000, 1);
        buf_puts(out, " %");
    }
}

/* What a row is about: "Retail import · bonded · CN · 0–7 day". */
static void add_about(const struct published *row, enum lang lang, struct buf *out)
{
    buf_puts(out, named_in(&measures[row->measure], lang));
    if (row->column)
        buf_printf(out, " · %s", column_name((enum column)row->column, lang));
    if (row->channel)
        buf_printf(out, " · %s", channel_name((enum channel)row->channel, lang));
    if (row->place)
        buf_printf(out, " · %c%c", row->place >> 8, row->place & 255);
    if (*row->from_text)
        buf_printf(out, " · %s%s%s", row->from_text, *row->to_text ? "–" : "", row->to_text);
    if (*row->to_text)
        buf_printf(out, " %s", row->unit);
}

/* ---- fidelity.json ---- */

static void list_counts(struct out_json *json, const char *name, const uint64_t *count, unsigned length)
{
    struct buf text = {0};
    for (unsigned i = 0; i < length; i++)
        buf_printf(&text, "%s%" PRIu64, i ? "," : "[", count[i]);
    buf_putc(&text, ']');
    out_json_raw(json, name, text.data, text.length);
    buf_finish(&text);
}

static void write_json(const struct fidelity *f, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_count(&json, "orders", f->counts.orders);
    out_json_begin(&json, "published", '[');
    for (unsigned i = 0; i < f->rows; i++) {
        const struct published *row = &f->row[i];
        unsigned digits = row->measure == MEASURE_MEAN_VALUE ? currency_digits(row->currency) : 6;
        if (f->counts.whole[i] == 0)
            continue;
        out_json_begin_flat(&json, NULL, '{');
        out_json_text(&json, "id", row->id);
        out_json_text(&json, "measure", measures[row->measure].id);
        out_json_decimal(&json, "low", row->low, digits);
        out_json_decimal(&json, "high", row->high, digits);
        out_json_decimal(&json, "measured", measured(f, i), digits);
        out_json_decimal(&json, "distance", distance(f, i), 6);
        out_json_text(&json, "confidence", row->confidence);
        out_json_text(&json, "source", row->source);
        out_json_end(&json, '}');
    }
    out_json_end(&json, ']');
    list_counts(&json, "value_bins", f->counts.value, BINS);
    list_counts(&json, "weight_bins", f->counts.weight, BINS);
    list_counts(&json, "hours", f->counts.hour, HOURS);
    list_counts(&json, "weekdays", f->counts.weekday, WEEKDAYS);
    list_counts(&json, "months", f->counts.month, MONTHS);
    out_json_end(&json, '}');
    buf_putc(out, '\n');
}

/* ---- fidelity.html ---- */

enum { WIDE = 640, HIGH = 160, FOOT = 18 };

/* Bars from the first to the last that is not empty; `label` writes the name of one below it. */
static void draw_bars(struct page *page, const uint64_t *count, unsigned length, void (*label)(unsigned, char[16]))
{
    struct buf svg = {0};
    unsigned first = 0, end = length;
    uint64_t most = 1;
    while (first < end && count[first] == 0)
        first++;
    while (end > first && count[end - 1] == 0)
        end--;
    for (unsigned i = first; i < end; i++)
        most = count[i] > most ? count[i] : most;
    unsigned bars = end > first ? end - first : 1, step = (bars + 15) / 16;
    buf_printf(&svg, "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
        "style=\"max-width:%dpx;width:100%%\">", WIDE, HIGH + FOOT, WIDE);
    for (unsigned i = first; i < end; i++) {
        unsigned x = (i - first) * WIDE / bars, next = (i - first + 1) * WIDE / bars;
        unsigned high = (unsigned)(count[i] * HIGH / most);
        char name[16] = "";
        label(i, name);
        buf_printf(&svg, "<rect x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" fill=\"currentColor\" "
            "opacity=\"0.7\"><title>%s: "
                         "%" PRIu64 "</title></rect>",
                   x, HIGH - high, next > x + 1 ? next - x - 1 : 1, high, name, count[i]);
        if ((i - first) % step == 0)
            buf_printf(&svg, "<text x=\"%u\" y=\"%d\" font-size=\"11\" "
                "fill=\"currentColor\">%s</text>", x, HIGH + 13, name);
    }
    buf_puts(&svg, "</svg>");
    page_markup(page, buf_text(&svg));
    buf_finish(&svg);
}

static void power_label(unsigned bin, char out[16])
{
    snprintf(out, 16, "%llu", 1ULL << (bin < 40 ? bin : 40));
}
static void plain_label(unsigned bin, char out[16])
{
    snprintf(out, 16, "%u", bin);
}
static void month_label(unsigned bin, char out[16])
{
    snprintf(out, 16, "%u", bin + 1);
}
static void weekday_label(unsigned bin, char out[16])
{
    static const char *const names[WEEKDAYS] = {"Mon 一", "Tue 二", "Wed 三", "Thu 四", "Fri 五", "Sat 六", "Sun 日"};
    snprintf(out, 16, "%s", names[bin]);
}

/* Value (to the right) by weight (upwards): the darker, the more. */
static void draw_joint(const struct fidelity *f, struct page *page)
{
    enum { SIDE = 24 };
    struct buf svg = {0};
    uint64_t most = 1;
    for (unsigned v = 0; v < JOINT; v++)
        for (unsigned w = 0; w < JOINT; w++)
            most = f->counts.joint[v][w] > most ? f->counts.joint[v][w] : most;
    buf_printf(&svg, "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
        "style=\"max-width:%dpx;width:100%%\">", JOINT * SIDE, JOINT * SIDE,
               JOINT * SIDE);
    for (unsigned v = 0; v < JOINT; v++)
        for (unsigned w = 0; w < JOINT; w++) {
            uint64_t count = f->counts.joint[v][w];
            unsigned shade = (unsigned)(count * 90 / most);
            if (count)
                buf_printf(&svg, "<rect x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" fill=\"currentColor\" "
                                 "opacity=\"0.%02u\"><title>%u, %u g: %" PRIu64 "</title></rect>", v * SIDE,
                           (JOINT - 1 - w) * SIDE, SIDE - 1, SIDE - 1, shade + 8, 1u << v, 1u << w, count);
        }
    buf_puts(&svg, "</svg>");
    page_markup(page, buf_text(&svg));
    buf_finish(&svg);
}

static void write_table(const struct fidelity *f, struct page *page)
{
    static const char *const head[] = {"figure", "指标", "published", "公布值", "here", "本数据", "distance", "距离",
                                       "how sure", "可信度", "source", "来源", NULL};
    struct buf text = {0};
    page_table(page, head, PAGE_WIDE);
    for (unsigned i = 0; i < f->rows; i++) {
        const struct published *row = &f->row[i];
        struct buf zh = {0};
        if (f->counts.whole[i] == 0)
            continue;
        buf_clear(&text);
        add_about(row, LANG_EN, &text);
        add_about(row, LANG_ZH, &zh);
        page_row(page, buf_text(&text), buf_text(&zh));
        buf_finish(&zh);
        buf_clear(&text);
        add_value(row, row->low, &text);
        if (row->high != row->low) {
            buf_puts(&text, " … ");
            add_value(row, row->high, &text);
        }
        page_cell_text(page, buf_text(&text));
        buf_clear(&text);
        add_value(row, measured(f, i), &text);
        page_cell_text(page, buf_text(&text));
        buf_clear(&text);
        buf_decimal(&text, (distance(f, i) + (distance(f, i) < 0 ? -500 : 500)) / 1000, 1);
        buf_puts(&text, " %");
        page_cell_text(page, buf_text(&text));
        page_cell(page, "text");
        page_text(page, row->confidence);
        page_cell_end(page);
        page_cell(page, "text");
        page_text(page, row->source);
        page_cell_end(page);
        page_row_end(page);
    }
    page_table_end(page);
    buf_finish(&text);
}

static void write_leads(const struct fidelity *f, struct page *page)
{
    page_section(page, "lead", "Days from order to delivery, by channel", "各渠道下单到签收天数");
    for (unsigned channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++) {
        uint64_t all = 0;
        for (unsigned day = 0; day < DAYS_MAX; day++)
            all += f->counts.lead[channel][day];
        if (!all)
            continue;
        page_part(page, channel_name((enum channel)channel, LANG_EN), channel_name((enum channel)channel, LANG_ZH));
        draw_bars(page, f->counts.lead[channel], DAYS_MAX, plain_label);
    }
}

static void write_page(const struct fidelity *f, struct buf *out)
{
    struct page page = {.out = out, .form = PAGE_HTML, .lang = f->set->lang,
                        .currency = f->set->scenario->base_currency};
    page_begin(&page, "How this data set compares with published figures", "本数据与公布数据的比较");
    page_section(&page, "published", "Figures", "指标");
    page_sentence(&page,
                  "Distance: of shares in points, of means and factors relative to the nearer end of what is "
                  "published; 0 within it. A scenario of a few goods is not the market: read it as what differs, "
                  "not as a mark.",
                  "距离：占比为百分点差，均值与系数为相对差；落在公布区间内为 0。少数商品的场景并非整个市场。");
    write_table(f, &page);
    page_section(&page, "value", "Value of the goods, base currency, doubling", "货值分布（本位币，按 2 的幂）");
    draw_bars(&page, f->counts.value, BINS, power_label);
    page_section(&page, "weight", "Gross weight, g, doubling", "毛重分布（克，按 2 的幂）");
    draw_bars(&page, f->counts.weight, BINS, power_label);
    page_section(&page, "joint", "Value (to the right) and weight (upwards), doubling", "货值（横）与毛重（纵）");
    draw_joint(f, &page);
    write_leads(f, &page);
    page_section(&page, "month", "Orders by month", "按月订单");
    draw_bars(&page, f->counts.month, MONTHS, month_label);
    page_section(&page, "weekday", "Orders by weekday, at the buyer's place", "按星期订单（买家当地）");
    draw_bars(&page, f->counts.weekday, WEEKDAYS, weekday_label);
    page_section(&page, "hour", "Orders by hour, at the buyer's place", "按小时订单（买家当地）");
    draw_bars(&page, f->counts.hour, HOURS, plain_label);
    page_end(&page, NULL);
}

/* ---- like a format ---- */

static void *open_fidelity(const struct generate_set *set, struct errs *errs)
{
    struct fidelity *f = memory_take(sizeof *f);
    uint64_t value[COUNTS];
    const char *at = set->mark;
    (void)errs;
    f->set = set;
    read_published(f);
    for (unsigned i = 0; *set->mark && i < COUNTS; i++) {
        char *end;
        value[i] = strtoull(at, &end, 10);
        at = end;
    }
    if (*set->mark)
        memcpy(&f->counts, value, sizeof value);
    return f;
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    const struct fidelity *f = self;
    uint64_t value[COUNTS];
    (void)errs;
    memcpy(value, &f->counts, sizeof value);
    for (unsigned i = 0; i < COUNTS; i++)
        buf_printf(mark, "%s%" PRIu64, i ? " " : "", value[i]);
    return 0;
}

static int close_fidelity(void *self, bool is_whole, struct errs *errs)
{
    struct fidelity *f = self;
    struct buf out = {0};
    int result = 0;
    if (is_whole) {
        write_json(f, &out);
        result = out_folder_write(f->set->folder, "fidelity.json", out.data, out.length, errs);
        buf_clear(&out);
        write_page(f, &out);
        result |= out_folder_write(f->set->folder, "fidelity.html", out.data, out.length, errs);
    }
    buf_finish(&out);
    arena_finish(&f->arena);
    memory_release(f);
    return result;
}

const struct generate_format fidelity_format = {
    "fidelity", "", open_fidelity, NULL, {.order = order}, seal, close_fidelity};
