/* report: a run as one static page in two languages. */
#include "sim/report.h"

#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/json.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/data.h"
#include "sim/out_json.h"
#include "sim/out_names.h"
#include "sim/out_summary.h"
#include "sim/replay.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"

struct page {
    const struct run *run;
    const struct tally *tally;
    struct buf *out;
    bool is_in_section;
};

/* ---- pieces ---- */

static void add_escaped(struct page *page, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&': buf_puts(page->out, "&amp;"); break;
        case '<': buf_puts(page->out, "&lt;"); break;
        case '>': buf_puts(page->out, "&gt;"); break;
        case '"': buf_puts(page->out, "&quot;"); break;
        default: buf_putc(page->out, *text);
        }
}

static void add(struct page *page, const char *html)
{
    buf_puts(page->out, html);
}

/* Chinese: a blank beside a Chinese character or a sign is a thin one, as it is set. */
static void add_chinese(struct page *page, const char *text)
{
    for (const char *at = text; *at; at++) {
        char piece[2] = {*at, '\0'};
        bool is_beside = at > text && ((at[-1] & 0x80) || (at[1] & 0x80));
        if (*at == ' ' && is_beside)
            add(page, "\u2009");
        else
            add_escaped(page, piece);
    }
}

/* A text in both languages, of which the reader sees one. */
static void say(struct page *page, const char *en, const char *zh)
{
    add(page, "<span lang=\"en\">");
    add_escaped(page, en);
    add(page, "</span><span lang=\"zh\">");
    add_chinese(page, zh);
    add(page, "</span>");
}

static void add_base(struct page *page, int64_t minor)
{
    run_money(page->out, minor, page->tally->base_currency);
}

static void add_span(struct page *page, int64_t seconds)
{
    struct buf en = {0}, zh = {0};
    run_span(&en, seconds, LANG_EN);
    run_span(&zh, seconds, LANG_ZH);
    say(page, buf_text(&en), buf_text(&zh));
    buf_finish(&en);
    buf_finish(&zh);
}

/* A part of the page; `id` also names the view that the page's script draws in it. */
static void begin_section(struct page *page, const char *id, const char *en, const char *zh)
{
    if (page->is_in_section)
        add(page, "</section>\n");
    page->is_in_section = true;
    buf_printf(page->out, "<section id=\"%s\" data-view=\"%s\">\n<h2>", id, id);
    say(page, en, zh);
    add(page, "</h2>\n");
}


static void add_sentence(struct page *page, const char *en, const char *zh)
{
    add(page, "<p class=\"dim\">");
    say(page, en, zh);
    add(page, "</p>\n");
}

/* Column heads: pairs of English and Chinese, ended by NULL. A table of plain numbers is narrow, so that the eye
 * finds the row. */
static void begin_table(struct page *page, const char *const *head, const char *width)
{
    buf_printf(page->out, "<div class=\"%s\"%s><table><thead><tr>", width,
               strcmp(width, "wide") == 0 ? " tabindex=\"0\"" : "");
    for (; *head; head += 2) {
        add(page, "<th scope=\"col\">");
        say(page, head[0], head[1]);
        add(page, "</th>");
    }
    add(page, "</tr></thead><tbody>\n");
}

static void end_table(struct page *page)
{
    add(page, "</tbody></table></div>\n");
}

static void begin_row(struct page *page, const char *en, const char *zh)
{
    add(page, "<tr><th scope=\"row\">");
    say(page, en, zh);
    add(page, "</th>");
}

static void cell_money(struct page *page, int64_t minor)
{
    add(page, "<td class=\"number\">");
    add_base(page, minor);
    add(page, "</td>");
}

static void cell_count(struct page *page, uint64_t count)
{
    add(page, "<td class=\"number\">");
    run_count(page->out, count);
    add(page, "</td>");
}

static void cell_span(struct page *page, int64_t seconds)
{
    add(page, "<td class=\"number\">");
    add_span(page, seconds);
    add(page, "</td>");
}

/* What makes up an amount, kind by kind, on one line that may wrap. */
static void cell_kinds(struct page *page, const int64_t *kind)
{
    bool has_some = false;
    add(page, "<td class=\"kinds\">");
    for (enum posting_kind i = KIND_UNSET + 1; i < KIND_COUNT; i++) {
        if (!kind[i])
            continue;
        if (has_some)
            say(page, ", ", "，");
        has_some = true;
        say(page, kind_name(i, LANG_EN), kind_name(i, LANG_ZH));
        add(page, " <span class=\"number\">");
        add_base(page, kind[i]);
        add(page, "</span>");
    }
    add(page, "</td>");
}

/* ---- the matrix ---- */

/* Quarters of the costliest node; even the smallest has its hue. */
static unsigned heat_of(const struct page *page, unsigned node)
{
    unsigned heat = run_heat(page->run, node, 4);
    return heat ? heat : 1;
}

static void add_interval(struct page *page, unsigned node)
{
    int64_t low, high;
    if (!tally_interval(page->tally, node, &low, &high))
        return;
    add(page, "<span class=\"more\">95 %: <span>");
    add_base(page, low);
    add(page, " …</span> <span>");
    add_base(page, high);
    add(page, "</span></span>");
}

/* What a node's cost consists of and how long it takes, for who asks. */
static void add_node_details(struct page *page, const struct node_tally *node)
{
    add(page, "<table><tbody>\n");
    for (enum posting_kind kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++) {
        if (!node->kind[kind])
            continue;
        begin_row(page, kind_name(kind, LANG_EN), kind_name(kind, LANG_ZH));
        cell_money(page, node->kind[kind]);
        add(page, "</tr>\n");
    }
    add(page, "<tr class=\"total\"><th scope=\"row\">");
    say(page, "All orders", "全部订单合计");
    add(page, "</th>");
    cell_money(page, node->cost);
    add(page, "</tr>\n");
    if (node->hours.count) {
        int64_t count = (int64_t)node->hours.count;
        begin_row(page, "Mean time of a passage", "平均用时");
        cell_span(page, money_scale(node->hours.sum_s, 1, count, ROUND_HALF_UP));
        add(page, "</tr>\n");
        begin_row(page, "of it waiting", "其中等待");
        cell_span(page, money_scale(node->hours.waiting_s, 1, count, ROUND_HALF_UP));
        add(page, "</tr>\n");
        begin_row(page, "95 % are through in", "95 % 不超过");
        cell_span(page, hours_quantile(&node->hours, 950));
        add(page, "</tr>\n");
    }
    add(page, "</tbody></table>");
}

static void add_node(struct page *page, enum layer layer, enum column column)
{
    unsigned index = node_index(layer, column);
    const struct node_tally *node = &page->tally->node[index];
    bool is_used = page->tally->placed_of[column] || node->cost;
    if (is_used)
        buf_printf(page->out, "<details class=\"node %s%u\"><summary>", layer_id(layer),
                   heat_of(page, index));
    else
        add(page, "<div class=\"node none\">");
    add(page, "<span class=\"name\">");
    say(page, node_name(layer, column, LANG_EN), node_name(layer, column, LANG_ZH));
    add(page, "</span><span class=\"sum\">");
    if (is_used)
        add_base(page, tally_per_order(page->tally, index));
    add(page, is_used ? "</span>" : "–</span></div>\n");
    if (!is_used)
        return;
    add_interval(page, index);
    add(page, "<span class=\"more\"><span>");
    run_share(page->out, node->cost, tally_nodes(page->tally));
    add(page, "</span>");
    if (node->hours.count) {
        add(page, " · ");
        add_span(page, hours_quantile(&node->hours, 500));
    }
    add(page, "</span></summary>\n");
    add_node_details(page, node);
    add(page, "</details>\n");
}

static void add_matrix(struct page *page)
{
    add(page, "<div class=\"matrix\">\n<div class=\"corner\"></div>\n");
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        add(page, "<div class=\"column\"><b>");
        say(page, column_name(column, LANG_EN), column_name(column, LANG_ZH));
        add(page, "</b><span>");
        run_count(page->out, page->tally->placed_of[column]);
        say(page, " orders", " 单");
        add(page, "</span></div>\n");
    }
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++) {
        buf_printf(page->out, "<div class=\"layer %s\">", layer_id(layer));
        say(page, layer_name(layer, LANG_EN), layer_name(layer, LANG_ZH));
        add(page, "</div>\n");
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            add_node(page, layer, column);
    }
    add(page, "</div>\n");
}

static void add_law_day(struct page *page)
{
    char day[11];
    add(page, "<p class=\"source\">");
    if (page->run->scenario->law_day == DAY_UNSET) {
        say(page, "Law of each order's own day.", "适用每笔订单当日的法律。");
    } else {
        date_write(page->run->scenario->law_day, day);
        say(page, "Law of ", "全部订单适用 ");
        add(page, day);
        say(page, " for all orders.", " 的法律。");
    }
    say(page, " Rates and prices with their sources: tradeloom rules show, tradeloom explain.",
        "税率与价格的出处见 tradeloom rules show 与 tradeloom explain。");
    add(page, "</p>\n");
}

/* ---- the tables below ---- */

static void add_orders(struct page *page)
{
    static const char *const head[] = {"State", "状态", "Orders", "订单数", "Share", "占比", NULL};
    uint64_t placed = tally_placed(page->tally);
    begin_section(page, "orders", "What became of the orders", "订单的结果");
    add_sentence(page, "Every order that reached payment is in exactly one state.",
                 "每笔进入支付环节的订单只有一种状态。");
    begin_table(page, head, "narrow");
    for (size_t i = 0; i < ORDER_STATES_TOLD; i++) {
        uint64_t count = page->tally->orders[order_state_told[i]];
        begin_row(page, order_state_name(order_state_told[i], LANG_EN), order_state_name(order_state_told[i], LANG_ZH));
        cell_count(page, count);
        add(page, "<td class=\"number\">");
        run_share(page->out, (int64_t)count, (int64_t)placed);
        add(page, "</td></tr>\n");
    }
    add(page, "<tr class=\"total\"><th scope=\"row\">");
    say(page, "Placed", "已下单");
    add(page, "</th>");
    cell_count(page, placed);
    add(page, "<td></td></tr>\n");
    end_table(page);
}

static void money_row(struct page *page, const char *en, const char *zh, int64_t minor)
{
    begin_row(page, en, zh);
    cell_money(page, minor);
    add(page, "</tr>\n");
}

static void add_money(struct page *page)
{
    static const char *const head[] = {"", "", "Amount", "金额", NULL};
    const struct tally *tally = page->tally;
    begin_section(page, "money", "Where the buyers' money went", "买家的钱去了哪里");
    add_sentence(page, "What the buyers paid is the goods, the nine nodes and the margin, to the cent.",
                 "买家支付 = 货款 + 九个节点 + 毛利，分毫不差。");
    begin_table(page, head, "narrow");
    money_row(page, "Buyers paid", "买家支付", tally->paid);
    money_row(page, "Goods", "货款", tally->goods);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++) {
        int64_t sum = 0;
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            sum += tally->node[node_index(layer, column)].cost;
        money_row(page, layer_name(layer, LANG_EN), layer_name(layer, LANG_ZH), sum);
    }
    money_row(page, "Margin of who held title", "货权持有人毛利", tally->margin);
    money_row(page, "Difference", "差额", tally_difference(tally));
    if (tally->unallocated)
        money_row(page, "Of the nodes: taken by no unit yet", "节点成本中尚未分摊到货物的部分",
                  tally->unallocated);
    if (tally->stock)
        money_row(page, "Beside: goods bought and not sold", "另有：已购未售的库存货物", tally->stock);
    end_table(page);
}

/* One figure of all channels: a row. */
struct figure {
    const char *en, *zh;
    void (*cell)(struct page *page, enum channel channel);
};

static const struct channel_tally *tally_of(const struct page *page, enum channel channel)
{
    return &page->tally->channel[channel];
}

static void cell_placed(struct page *page, enum channel channel)
{
    cell_count(page, tally_placed_by(page->tally, channel));
}

static void cell_delivered(struct page *page, enum channel channel)
{
    cell_count(page, tally_of(page, channel)->orders[ORDER_DELIVERED]);
}

static void cell_shipments(struct page *page, enum channel channel)
{
    cell_count(page, tally_of(page, channel)->contracts);
}

static void cell_units(struct page *page, enum channel channel)
{
    cell_count(page, tally_of(page, channel)->units);
}

static void cell_goods(struct page *page, enum channel channel)
{
    cell_money(page, tally_of(page, channel)->ended.goods);
}

static void cell_law(struct page *page, enum channel channel)
{
    cell_money(page, tally_of(page, channel)->ended.layer[LAYER_LAW]);
}

static void cell_trade(struct page *page, enum channel channel)
{
    cell_money(page, tally_of(page, channel)->ended.layer[LAYER_TRADE]);
}

static void cell_logistics(struct page *page, enum channel channel)
{
    cell_money(page, tally_of(page, channel)->ended.layer[LAYER_LOGISTICS]);
}

static void cell_margin(struct page *page, enum channel channel)
{
    cell_money(page, tally_of(page, channel)->ended.margin);
}

static void cell_landed(struct page *page, enum channel channel)
{
    cell_money(page, run_landed_unit(page->run, channel));
}

static void cell_lead(struct page *page, enum channel channel)
{
    cell_span(page, hours_quantile(&tally_of(page, channel)->lead, 500));
}

static void add_channels(struct page *page)
{
    static const struct figure figures[] = {
        {"Orders", "订单", cell_placed}, {"Delivered", "已签收", cell_delivered},
        {"Median time to delivery", "签收用时中位数", cell_lead}, {"Shipments", "货运批次", cell_shipments},
        {"Units of ended orders", "已结束订单的件数", cell_units}, {"Goods", "货款", cell_goods},
        {"Law", "法律", cell_law}, {"Trade", "贸易", cell_trade}, {"Logistics", "物流", cell_logistics},
        {"Margin", "毛利", cell_margin}, {"Landed cost of a unit", "每件到岸总成本", cell_landed}};
    const char *head[2 * CHANNEL_COUNT + 2] = {"", ""};
    enum channel list[CHANNEL_COUNT];
    size_t count = 0;
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++) {
        if (!run_has_channel(page->run, channel))
            continue;
        list[count++] = channel;
        head[2 * count] = channel_name(channel, LANG_EN);
        head[2 * count + 1] = channel_name(channel, LANG_ZH);
    }
    head[2 * count + 2] = NULL;
    begin_section(page, "channels", "Channels", "渠道");
    add_sentence(page, "Amounts are of orders that ended, with their share of shipments.",
                 "金额为已结束的订单，含分摊的批次成本。");
    begin_table(page, head, count > 3 ? "wide" : "narrow");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        begin_row(page, figures[i].en, figures[i].zh);
        for (size_t c = 0; c < count; c++)
            figures[i].cell(page, list[c]);
        add(page, "</tr>\n");
    }
    end_table(page);
}

/* Does the party belong to this part of the page? Treasuries stand apart. */
static bool is_of_group(const struct party *party, enum side side)
{
    return side == SIDE_UNSET ? party->treasury : party->side == side && !party->treasury;
}

static void add_group(struct page *page, enum side side, const char *en, const char *zh)
{
    const char *const head[] = {en, zh, "Net", "净额", NULL};
    uint16_t list[PARTY_MAX];
    size_t count = run_parties(page->run, list);
    begin_table(page, head, "by-kind");
    for (size_t i = 0; i < count; i++) {
        const struct party *party = &page->run->book->parties.party[list[i]];
        if (!is_of_group(party, side))
            continue;
        begin_row(page, party->name_en, party->name_zh);
        cell_money(page, page->tally->balance[list[i]]);
        cell_kinds(page, page->tally->receipt[list[i]]);
        add(page, "</tr>\n");
    }
    end_table(page);
}

static void add_parties(struct page *page)
{
    begin_section(page, "treasuries", "Treasuries", "国库");
    add_sentence(page, "What each treasury received, less what it gave back.", "各国库收入，已减去退税。");
    add_group(page, SIDE_UNSET, "Treasury", "国库");
    begin_section(page, "parties", "Parties", "各方主体");
    add_sentence(page, "What each party received less what it paid; the wages and fuel of those outside the chain are "
                       "not in the model.",
                 "各方所收减所付；链外主体自身的人工与燃料不在模型之内。");
    add_group(page, SIDE_HOLDER, "Held title", "货权持有人");
    add_group(page, SIDE_BUYER, "Buyers", "买家");
    add_group(page, SIDE_OUTSIDE, "Outside the chain", "链外主体");
}

static void add_ports(struct page *page)
{
    static const char *const head[] = {"Port", "口岸", "Declarations", "申报", "Match failures", "比对不符",
                                       "Inspections", "查验", "Catches", "查获", "Refused", "退运",
                                       "Waiting, in all", "等待合计", NULL};
    unsigned list[PORTS_MAX];
    size_t count = run_ports(page->run, list);
    if (count == 0)
        return;
    begin_section(page, "ports", "Ports", "口岸");
    add_sentence(page, "What customs saw at each port.", "各口岸海关经手的申报。");
    begin_table(page, head, "wide");
    for (size_t i = 0; i < count; i++) {
        const struct port_tally *port = &page->tally->port[list[i]];
        add(page, "<tr><th scope=\"row\">");
        add_escaped(page, page->run->scenario->port[list[i]]);
        add(page, "</th>");
        cell_count(page, port->declarations);
        cell_count(page, port->match_failures);
        cell_count(page, port->inspections);
        cell_count(page, port->catches);
        cell_count(page, port->refused);
        cell_span(page, port->waiting_s);
        add(page, "</tr>\n");
    }
    end_table(page);
}

/* What orders hid and customs found; nothing where the scenario hides nothing. */
static void add_irregular(struct page *page)
{
    static const char *const head[] = {"What orders hid", "违规情形", "Orders", "订单数", "Found", "查获",
                                       "Charges evaded, of those found", "查获订单的逃税额", "Fines", "罚款", NULL};
    const struct irregular_tally *tally = page->tally->irregular;
    bool has_some = false;
    for (enum irregular_kind kind = IRREGULAR_NONE + 1; kind < IRREGULAR_COUNT; kind++) {
        if (!tally[kind].orders)
            continue;
        if (!has_some) {
            begin_section(page, "irregular", "Irregularities", "违规与查获");
            add_sentence(page, "Orders that hid something from customs, and what an inspection found.",
                         "向海关隐瞒情况的订单，以及查验的结果。");
            begin_table(page, head, "wide");
        }
        has_some = true;
        begin_row(page, irregular_name(kind, LANG_EN), irregular_name(kind, LANG_ZH));
        cell_count(page, tally[kind].orders);
        cell_count(page, tally[kind].found);
        cell_money(page, tally[kind].evaded);
        cell_money(page, tally[kind].fines);
        add(page, "</tr>\n");
    }
    if (has_some)
        end_table(page);
}

static void count_row(struct page *page, const char *en, const char *zh, uint64_t count)
{
    begin_row(page, en, zh);
    cell_count(page, count);
    add(page, "</tr>\n");
}

static void add_input(struct page *page)
{
    static const char *const head[] = {"Lines of the file", "文件行", "Count", "数量", NULL};
    const struct replay *replay = page->run->scenario->replay;
    if (!replay)
        return;
    begin_section(page, "input", "The input", "输入文件");
    add(page, "<p class=\"dim\">");
    run_share(page->out, (int64_t)run_assessed_lines(page->run), (int64_t)replay->lines);
    say(page, " of the lines and ", " 的行、");
    run_share(page->out, replay->value_assessed, replay->value_goods);
    say(page, " of the value of goods were assessed by the law; every line is accounted for.",
        " 的货值已按法律计税；每一行都有去向。");
    add(page, "</p>\n");
    begin_table(page, head, "narrow");
    count_row(page, "Sold", "售出", replay->sold);
    count_row(page, "Returned", "退回", replay->returned);
    for (unsigned reason = REPLAY_UNSET + 1; reason < REPLAY_REASON_COUNT; reason++) {
        if (!replay->set_aside[reason])
            continue;
        add(page, "<tr><th scope=\"row\">");
        say(page, "Set aside: ", "搁置：");
        say(page, run_reason(reason, LANG_EN), run_reason(reason, LANG_ZH));
        add(page, "</th>");
        cell_count(page, replay->set_aside[reason]);
        add(page, "</tr>\n");
    }
    add(page, "<tr class=\"total\"><th scope=\"row\">");
    say(page, "Read", "读入");
    add(page, "</th>");
    cell_count(page, replay->lines);
    add(page, "</tr>\n");
    end_table(page);
}

static void text_row(struct page *page, const char *en, const char *zh, const char *text)
{
    add(page, "<tr><th scope=\"row\">");
    say(page, en, zh);
    add(page, "</th><td class=\"text\"><code>");
    add_escaped(page, text);
    add(page, "</code></td></tr>\n");
}

static void add_making(struct page *page)
{
    static const char *const head[] = {"", "", "", "", NULL};
    const struct run *run = page->run;
    char digest[33];
    struct buf command = {0};
    digest_write(&page->tally->digest, digest);
    buf_puts(&command, "tradeloom run");
    for (const char *const *word = run->arguments; word && *word; word++)
        buf_printf(&command, " %s", *word);
    begin_section(page, "making", "How to make it again", "如何重现");
    add_sentence(page, "The same command with the same data gives the same bytes.",
                 "同样的命令与数据得到逐字节相同的结果。");
    begin_table(page, head, "wide");
    text_row(page, "Command", "命令", buf_text(&command));
    text_row(page, "Version", "版本", TRADELOOM_VERSION);
    text_row(page, "Data (SHA-256)", "数据（SHA-256）", run->book->hash);
    text_row(page, "Scenario (SHA-256)", "情景（SHA-256）", run->scenario->hash);
    text_row(page, "Events (digest)", "事件流摘要", digest);
    end_table(page);
    buf_finish(&command);
}

/* ---- the page ---- */

/* A file that is compiled in; nothing when it is not. */
static void add_file(struct page *page, const char *path)
{
    const struct data_span *span = data_find(path);
    if (span)
        buf_add(page->out, span->start, (size_t)(span->end - span->start));
}

/* What the page's script draws from: JSON in which no tag can end. The script itself was bundled when the program
 * was built (web/); without it the page is what it is. */
static void add_script(struct page *page)
{
    const struct data_span *span = data_find("web/report.js");
    struct buf bytes = {0};
    struct out_json json = {.out = &bytes};
    if (!span || span->start == span->end)
        return;
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "verb", "run");
    out_names(&json, "names", page->run->book);
    out_summary_member(page->run, &json, "result");
    out_json_end(&json, '}');
    add(page, "<script type=\"application/json\" id=\"data\">");
    for (const char *at = buf_text(&bytes); *at; at++)
        if (*at == '<')
            add(page, "\\u003c");
        else
            buf_putc(page->out, *at);
    add(page, "</script>\n<script>");
    add_file(page, "web/report.js");
    add(page, "</script>\n");
    buf_finish(&bytes);
}

static void add_top(struct page *page, enum lang lang)
{
    bool is_zh = lang == LANG_ZH;
    buf_printf(page->out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
               is_zh ? "zh" : "en");
    add(page, "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    add_escaped(page, run_title(page->run, lang));
    add(page, " · tradeloom</title>\n<style>\n");
    add_file(page, "web/style.css");
    buf_printf(page->out,
               "</style>\n</head>\n<body>\n"
               "<input class=\"pick\" type=\"radio\" name=\"pick\" id=\"pick-en\"%s aria-label=\"English\">\n"
               "<input class=\"pick\" type=\"radio\" name=\"pick\" id=\"pick-zh\"%s aria-label=\"中文\">\n"
               "<main>\n<div class=\"picks\"><label class=\"to-en\" for=\"pick-en\">English</label>"
               "<label class=\"to-zh\" for=\"pick-zh\">中文</label></div>\n",
               is_zh ? "" : " checked", is_zh ? " checked" : "");
}

static void add_about(struct page *page)
{
    const cJSON *about = json_get(page->run->scenario->json.root, "about");
    const char *en = json_text(about, "en", ""), *zh = json_text(about, "zh", "");
    if (!*en && !*zh)
        return;
    add(page, "<p>");
    say(page, en, zh);
    add(page, "</p>\n");
}

static void add_title(struct page *page)
{
    const struct run *run = page->run;
    char from[11], to[11];
    int32_t first, last;
    run_period(run, &first, &last);
    date_write(first, from);
    date_write(last, to);
    add(page, "<h1>");
    say(page, run_title(run, LANG_EN), run_title(run, LANG_ZH));
    add(page, "</h1>\n<p class=\"dim\">");
    add_escaped(page, run->scenario->id);
    buf_printf(page->out, " · %s … %s · ", from, to);
    run_count(page->out, tally_placed(page->tally));
    say(page, " orders", " 单");
    say(page, " · seed ", " · 种子 ");
    buf_printf(page->out, "%llu", (unsigned long long)run->seed);
    if (run->replications > 1) {
        buf_printf(page->out, " · %u ", run->replications);
        say(page, "replications", "次重复");
    }
    if (!run->complete) {
        add(page, " · <span class=\"badge\">");
        say(page, "stopped before its end", "未运行到结束");
        add(page, "</span>");
    }
    add(page, "</p>\n");
}

void report_render(const struct run *run, enum lang lang, struct buf *out)
{
    struct page page = {run, run->tally, out};
    check(lang == LANG_EN || lang == LANG_ZH);
    add_top(&page, lang);
    add_title(&page);
    add_about(&page);
    begin_section(&page, "matrix", "Cost of an order at the nine nodes", "九个节点上的每单成本");
    add_sentence(&page,
                 run->tally->replications > 1
                     ? "What one order costs at each of the nine nodes, with its 95 % interval, its share and "
                       "the median time. Open a node to see what the cost consists of."
                     : "What one order costs at each of the nine nodes, its share of all and the median time. "
                       "Open a node to see what the cost consists of.",
                 run->tally->replications > 1
                     ? "每单在九个节点上的成本、95 % 置信区间、占比与中位用时。点开节点可见其构成。"
                     : "每单在九个节点上的成本、占比与中位用时。点开节点可见其构成。");
    add_matrix(&page);
    add_law_day(&page);
    add_orders(&page);
    add_money(&page);
    add_channels(&page);
    add_parties(&page);
    add_ports(&page);
    add_irregular(&page);
    add_input(&page);
    add_making(&page);
    add(&page, "</section>\n</main>\n");
    add_script(&page);
    add(&page, "</body>\n</html>\n");
}
