/* matrix: the table of nine nodes and the key figures, for a terminal. */
#include "sim/matrix.h"

#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/replay.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"

enum { LABEL_CELLS = 10, NODE_CELLS = 22, NODE_LINES = 5, HEAT_LEVELS = 4 };

struct table {
    const struct run *run;
    const struct tally *tally;
    enum lang lang;
    bool color;
    struct buf *out, text; /* text: of the cell at hand */
};

static const char *say(const struct table *t, const char *en, const char *zh)
{
    return t->lang == LANG_ZH ? zh : en;
}

/* ---- colours: of the 256, each readable on its ground ---- */

static const char *const label_color[LAYER_COUNT] = {"", "\033[1;38;5;98m", "\033[1;38;5;68m",
                                                     "\033[1;38;5;172m"};
/* Black on a tint of the layer's hue; the darkest is still more than 4.5 : 1. */
static const char *const heat_color[LAYER_COUNT][HEAT_LEVELS] = {
    {"", "", "", ""},
    {"", "\033[38;5;16;48;5;189m", "\033[38;5;16;48;5;183m", "\033[38;5;16;48;5;141m"},
    {"", "\033[38;5;16;48;5;195m", "\033[38;5;16;48;5;153m", "\033[38;5;16;48;5;75m"},
    {"", "\033[38;5;16;48;5;230m", "\033[38;5;16;48;5;222m", "\033[38;5;16;48;5;214m"},
};

/* ---- cells ---- */

/* The text at hand, in `style`, cut or filled to the width. */
static void put_cell(struct table *t, const char *style, size_t width)
{
    size_t length = t->text.length;
    while (length && err_cells(t->text.data, length) > width)
        do
            length--;
        while (length && ((unsigned char)t->text.data[length] & 0xC0) == 0x80);
    bool styled = t->color && *style;
    buf_puts(t->out, styled ? style : "");
    size_t from = t->out->length;
    buf_add(t->out, t->text.data, length);
    err_pad(t->out, from, width);
    buf_puts(t->out, styled ? "\033[0m" : "");
    buf_clear(&t->text);
}

/* Line 0 or 1 of a name, broken between words. */
static void add_wrapped(struct buf *text, const char *name, unsigned line)
{
    size_t length = strlen(name), cut = length;
    while (cut && err_cells(name, cut) > NODE_CELLS)
        for (cut--; cut && name[cut] != ' ';)
            cut--;
    if (cut == 0)
        cut = length;
    if (line == 0)
        buf_add(text, name, cut);
    else if (cut < length)
        buf_puts(text, name + cut + 1);
}

static void add_interval(struct table *t, unsigned node)
{
    int64_t low, high;
    if (!tally_interval(t->tally, node, &low, &high))
        return;
    run_money(&t->text, low, t->tally->base_currency);
    buf_puts(&t->text, " … ");
    run_money(&t->text, high, t->tally->base_currency);
}

static void add_share_and_time(struct table *t, unsigned node)
{
    const struct node_tally *tally = &t->tally->node[node];
    run_share(&t->text, tally->cost, tally_nodes(t->tally));
    if (tally->hours.count == 0)
        return;
    buf_puts(&t->text, " · ");
    run_span(&t->text, hours_quantile(&tally->hours, 500), t->lang);
}

/* One of the lines of a node's cell: name, name, cost per order, interval, share and time. */
static void put_node_line(struct table *t, enum layer layer, enum column column, unsigned line)
{
    unsigned node = node_index(layer, column);
    bool is_used = t->tally->placed_of[column] || t->tally->node[node].cost;
    const char *heat = heat_color[layer][run_heat(t->run, node, HEAT_LEVELS - 1)];
    const char *style = line < 2 || !is_used ? "\033[2m" : heat;
    if (line < 2)
        add_wrapped(&t->text, node_name(layer, column, t->lang), line);
    else if (!is_used)
        buf_puts(&t->text, line == 2 ? "–" : "");
    else if (line == 2)
        run_money(&t->text, tally_per_order(t->tally, node), t->tally->base_currency);
    else if (line == 3)
        add_interval(t, node);
    else
        add_share_and_time(t, node);
    put_cell(t, style, NODE_CELLS);
    buf_puts(t->out, column + 1 < COLUMN_COUNT ? " " : "\n");
}

static void put_layer(struct table *t, enum layer layer)
{
    bool has_intervals = t->tally->replications > 1;
    for (unsigned line = 0; line < NODE_LINES; line++) {
        if ((line == 1 && t->lang == LANG_ZH) || (line == 3 && !has_intervals))
            continue; /* Chinese names fit on one line */
        if (line == 0)
            buf_puts(&t->text, layer_name(layer, t->lang));
        put_cell(t, label_color[layer], LABEL_CELLS);
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            put_node_line(t, layer, column, line);
    }
    buf_putc(t->out, '\n');
}

static void put_columns(struct table *t)
{
    put_cell(t, "", LABEL_CELLS);
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        buf_puts(&t->text, column_name(column, t->lang));
        put_cell(t, "\033[1m", NODE_CELLS);
        buf_puts(t->out, column + 1 < COLUMN_COUNT ? " " : "\n");
    }
    put_cell(t, "", LABEL_CELLS);
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        run_count(&t->text, t->tally->placed_of[column]);
        buf_puts(&t->text, say(t, " orders", " 单"));
        put_cell(t, "\033[2m", NODE_CELLS);
        buf_puts(t->out, column + 1 < COLUMN_COUNT ? " " : "\n");
    }
    buf_putc(t->out, '\n');
}

static void put_heading(struct table *t)
{
    const struct run *run = t->run;
    char from[11], to[11];
    int32_t first, last;
    run_period(run, &first, &last);
    date_write(first, from);
    date_write(last, to);
    buf_printf(t->out, "%s%s%s\n", t->color ? "\033[1m" : "", run_title(run, t->lang),
               t->color ? "\033[0m" : "");
    buf_printf(t->out, "%s · %s … %s · %s %llu", run->scenario->id, from, to, say(t, "seed", "种子"),
               (unsigned long long)run->seed);
    if (run->replications > 1)
        buf_printf(t->out, " · %u %s", run->replications, say(t, "replications", "次重复"));
    buf_puts(t->out, run->complete ? "\n" : say(t, " · NOT COMPLETE\n", " · 未完成\n"));
    buf_puts(t->out, t->tally->replications > 1
                         ? say(t, "Cost per order with its 95 % interval, share of all nine, median time\n\n",
                               "每单成本及 95 % 置信区间、占九节点总成本的比例、中位用时\n\n")
                         : say(t, "Cost per order, share of all nine nodes, median time\n\n",
                               "每单成本、占九节点总成本的比例、中位用时\n\n"));
}

void matrix_render(const struct run *run, enum lang lang, bool color, struct buf *out)
{
    struct table table = {run, run->tally, lang, color, out, {0}};
    check(lang == LANG_EN || lang == LANG_ZH);
    put_heading(&table);
    put_columns(&table);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        put_layer(&table, layer);
    buf_finish(&table.text);
}

/* ---- key figures ---- */

static void put_label(struct table *t, const char *en, const char *zh)
{
    buf_puts(&t->text, say(t, en, zh));
    put_cell(t, "\033[1m", LABEL_CELLS);
}

static void put_orders(struct table *t)
{
    put_label(t, "Orders", "订单");
    run_count(t->out, tally_placed(t->tally));
    buf_puts(t->out, say(t, " placed =", " 单 ="));
    for (size_t i = 0; i < ORDER_STATES_TOLD; i++) {
        char name[32];
        const char *from = order_state_name(order_state_told[i], t->lang);
        size_t length = strlen(from);
        check(length < sizeof name);
        memcpy(name, from, length + 1);
        if (name[0] >= 'A' && name[0] <= 'Z')
            name[0] = (char)(name[0] + 'a' - 'A');
        buf_puts(t->out, i ? " + " : " ");
        run_count(t->out, t->tally->orders[order_state_told[i]]);
        buf_printf(t->out, " %s", name);
    }
    buf_putc(t->out, '\n');
}

static void put_channel(struct table *t, enum channel channel)
{
    const struct channel_tally *tally = &t->tally->channel[channel];
    put_label(t, "", "");
    buf_puts(&t->text, channel_name(channel, t->lang));
    put_cell(t, "", NODE_CELLS);
    run_count(t->out, tally_placed_by(t->tally, channel));
    buf_puts(t->out, say(t, " orders", " 单"));
    if (tally->units) {
        buf_puts(t->out, say(t, ", landed ", "，到岸总成本每件 "));
        run_money(t->out, run_landed_unit(t->run, channel), t->tally->base_currency);
        buf_puts(t->out, say(t, " a unit", ""));
    }
    if (tally->lead.count) {
        buf_puts(t->out, say(t, ", delivered in ", "，签收用时中位数 "));
        run_span(t->out, hours_quantile(&tally->lead, 500), t->lang);
        buf_puts(t->out, say(t, " (median)", ""));
    }
    buf_putc(t->out, '\n');
}

static void put_sum(struct table *t, const char *en, const char *zh, int64_t minor)
{
    buf_puts(t->out, say(t, en, zh));
    run_money(t->out, minor, t->tally->base_currency);
}

static void put_identity(struct table *t)
{
    const struct tally *tally = t->tally;
    put_label(t, "Money", "金额");
    put_sum(t, "buyers paid ", "买家支付 ", tally->paid);
    put_sum(t, " = goods ", " = 货款 ", tally->goods);
    put_sum(t, " + nine nodes ", " + 九节点 ", tally_nodes(tally));
    put_sum(t, " + margin ", " + 毛利 ", tally->margin);
    buf_putc(t->out, '\n');
    if (tally->unallocated || tally->stock) {
        put_label(t, "", "");
        put_sum(t, "of the nodes not taken by a unit ", "其中未分摊到货物 ", tally->unallocated);
        put_sum(t, "; goods in stock ", "；库存货物 ", tally->stock);
        buf_putc(t->out, '\n');
    }
}

static void put_books(struct table *t)
{
    char digest[33];
    digest_write(&t->tally->digest, digest);
    put_label(t, "Books", "账目");
    run_count(t->out, t->tally->postings);
    buf_puts(t->out, say(t, " postings, each currency sums to zero · digest ",
                         " 笔分录，各币种合计为零 · 摘要 "));
    buf_printf(t->out, "%s\n", digest);
}

static void put_aside(struct table *t, const struct replay *replay)
{
    const char *separator = "";
    put_label(t, "", "");
    buf_puts(t->out, say(t, "set aside: ", "搁置："));
    for (unsigned reason = REPLAY_UNSET + 1; reason < REPLAY_REASON_COUNT; reason++)
        if (replay->set_aside[reason]) {
            buf_puts(t->out, separator);
            run_count(t->out, replay->set_aside[reason]);
            buf_printf(t->out, " %s", run_reason(reason, t->lang));
            separator = say(t, ", ", "，");
        }
    buf_putc(t->out, '\n');
}

static void put_input(struct table *t, const struct replay *replay)
{
    uint64_t aside = replay->lines - replay->sold - replay->returned;
    put_label(t, "Input", "输入");
    run_count(t->out, replay->lines);
    buf_puts(t->out, say(t, " lines = ", " 行 = "));
    run_count(t->out, replay->sold);
    buf_puts(t->out, say(t, " sold + ", " 售出 + "));
    run_count(t->out, replay->returned);
    buf_puts(t->out, say(t, " returned + ", " 退回 + "));
    run_count(t->out, aside);
    buf_puts(t->out, say(t, " set aside\n", " 搁置\n"));
    if (aside)
        put_aside(t, replay);
    put_label(t, "", "");
    buf_puts(t->out, say(t, "assessed by the law: ", "已按法律计税："));
    run_share(t->out, (int64_t)run_assessed_lines(t->run), (int64_t)replay->lines);
    buf_puts(t->out, say(t, " of the lines, ", " 的行，"));
    run_share(t->out, replay->value_assessed, replay->value_goods);
    buf_puts(t->out, say(t, " of the value of goods\n", " 的货值\n"));
}

void matrix_figures(const struct run *run, enum lang lang, bool color, struct buf *out)
{
    struct table table = {run, run->tally, lang, color, out, {0}}, *t = &table;
    put_orders(t);
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++)
        if (run_has_channel(run, channel))
            put_channel(t, channel);
    put_identity(t);
    put_books(t);
    if (run->scenario->replay)
        put_input(t, run->scenario->replay);
    buf_finish(&table.text);
}
