/* report: what a run came to, section by section. */
#include "sim/report.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/json.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/out_json.h"
#include "sim/out_names.h"
#include "sim/out_summary.h"
#include "sim/replay.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"

struct report {
    struct page *page;
    const struct run *run;
    const struct tally *tally;
};

/* ---- pieces ---- */

/* What makes up an amount, kind by kind, on one line that may wrap. */
static void cell_kinds(struct report *r, const int64_t *kind)
{
    bool has_some = false;
    page_cell(r->page, "kinds");
    for (enum posting_kind i = KIND_UNSET + 1; i < KIND_COUNT; i++) {
        if (!kind[i])
            continue;
        if (has_some)
            page_say(r->page, ", ", "，");
        has_some = true;
        page_say(r->page, kind_name(i, LANG_EN), kind_name(i, LANG_ZH));
        page_markup(r->page, " <span class=\"number\">");
        page_text(r->page, r->page->form == PAGE_HTML ? "" : " ");
        page_money(r->page, kind[i]);
        page_markup(r->page, "</span>");
    }
    page_cell_end(r->page);
}

/* ---- the matrix ---- */

/* Quarters of the costliest node; even the smallest has its hue. */
static unsigned heat_of(const struct report *r, unsigned node)
{
    unsigned heat = run_heat(r->run, node, 4);
    return heat ? heat : 1;
}

static void add_interval(struct report *r, unsigned node)
{
    int64_t low, high;
    if (!tally_interval(r->tally, node, &low, &high))
        return;
    page_markup(r->page, "<span class=\"more\">95 %: <span>");
    page_money(r->page, low);
    page_markup(r->page, " …</span> <span>");
    page_money(r->page, high);
    page_markup(r->page, "</span></span>");
}

/* What a node's cost consists of and how long it takes, for who asks. */
static void add_node_details(struct report *r, const struct node_tally *node)
{
    page_markup(r->page, "<table><tbody>\n");
    for (enum posting_kind kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++) {
        if (!node->kind[kind])
            continue;
        page_row(r->page, kind_name(kind, LANG_EN), kind_name(kind, LANG_ZH));
        page_cell_money(r->page, node->kind[kind]);
        page_row_end(r->page);
    }
    page_row_total(r->page, "All orders", "全部订单合计");
    page_cell_money(r->page, node->cost);
    page_row_end(r->page);
    if (node->hours.count) {
        int64_t count = (int64_t)node->hours.count;
        page_row(r->page, "Mean time of a passage", "平均用时");
        page_cell_span(r->page, money_scale(node->hours.sum_s, 1, count, ROUND_HALF_UP));
        page_row_end(r->page);
        page_row(r->page, "of it waiting", "其中等待");
        page_cell_span(r->page, money_scale(node->hours.waiting_s, 1, count, ROUND_HALF_UP));
        page_row_end(r->page);
        page_row(r->page, "95 % are through in", "95 % 不超过");
        page_cell_span(r->page, hours_quantile(&node->hours, 950));
        page_row_end(r->page);
    }
    page_markup(r->page, "</tbody></table>");
}

static bool is_used(const struct report *r, enum layer layer, enum column column)
{
    return r->tally->placed_of[column] || r->tally->node[node_index(layer, column)].cost;
}

static void cell_node(struct report *r, enum layer layer, enum column column)
{
    unsigned index = node_index(layer, column);
    const struct node_tally *node = &r->tally->node[index];
    int64_t low, high;
    page_cell(r->page, "number");
    if (!is_used(r, layer, column)) {
        page_text(r->page, "–");
        page_cell_end(r->page);
        return;
    }
    page_money(r->page, tally_per_order(r->tally, index));
    if (tally_interval(r->tally, index, &low, &high)) {
        page_text(r->page, " (");
        page_money(r->page, low);
        page_text(r->page, " … ");
        page_money(r->page, high);
        page_text(r->page, ")");
    }
    page_text(r->page, " · ");
    run_share(r->page->out, node->cost, tally_nodes(r->tally));
    if (node->hours.count) {
        page_text(r->page, " · ");
        page_span(r->page, hours_quantile(&node->hours, 500));
    }
    page_cell_end(r->page);
}

static void add_node(struct report *r, enum layer layer, enum column column)
{
    unsigned index = node_index(layer, column);
    const struct node_tally *node = &r->tally->node[index];
    bool is_open = is_used(r, layer, column);
    if (is_open)
        buf_printf(r->page->out, "<details class=\"node %s%u\"><summary>", layer_id(layer),
                   heat_of(r, index));
    else
        page_markup(r->page, "<div class=\"node none\">");
    page_markup(r->page, "<span class=\"name\">");
    page_say(r->page, node_name(layer, column, LANG_EN), node_name(layer, column, LANG_ZH));
    page_markup(r->page, "</span><span class=\"sum\">");
    if (is_open)
        page_money(r->page, tally_per_order(r->tally, index));
    page_markup(r->page, is_open ? "</span>" : "–</span></div>\n");
    if (!is_open)
        return;
    add_interval(r, index);
    page_markup(r->page, "<span class=\"more\"><span>");
    run_share(r->page->out, node->cost, tally_nodes(r->tally));
    page_markup(r->page, "</span>");
    if (node->hours.count) {
        page_markup(r->page, " · ");
        page_span(r->page, hours_quantile(&node->hours, 500));
    }
    page_markup(r->page, "</span></summary>\n");
    add_node_details(r, node);
    page_markup(r->page, "</details>\n");
}

static void add_matrix_grid(struct report *r)
{
    page_markup(r->page, "<div class=\"matrix\">\n<div class=\"corner\"></div>\n");
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        page_markup(r->page, "<div class=\"column\"><b>");
        page_say(r->page, column_name(column, LANG_EN), column_name(column, LANG_ZH));
        page_markup(r->page, "</b><span>");
        run_count(r->page->out, r->tally->placed_of[column]);
        page_say(r->page, " orders", " 单");
        page_markup(r->page, "</span></div>\n");
    }
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++) {
        buf_printf(r->page->out, "<div class=\"layer %s\">", layer_id(layer));
        page_say(r->page, layer_name(layer, LANG_EN), layer_name(layer, LANG_ZH));
        page_markup(r->page, "</div>\n");
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            add_node(r, layer, column);
    }
    page_markup(r->page, "</div>\n");
}

/* For Markdown: the same as a table, and below it what each node's cost consists of. */
static void add_matrix_table(struct report *r)
{
    const char *head[2 * COLUMN_COUNT + 1] = {"", ""};
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
        head[2 * column] = column_name(column, LANG_EN);
        head[2 * column + 1] = column_name(column, LANG_ZH);
    }
    head[2 * COLUMN_COUNT] = NULL;
    page_table(r->page, head, PAGE_WIDE);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++) {
        page_row_total(r->page, layer_name(layer, LANG_EN), layer_name(layer, LANG_ZH));
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            cell_node(r, layer, column);
        page_row_end(r->page);
    }
    page_table_end(r->page);
    static const char *const kinds[] = {"Node", "节点", "All orders", "全部订单合计", "Of it", "其中", NULL};
    page_table(r->page, kinds, PAGE_BY_KIND);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
            const struct node_tally *node = &r->tally->node[node_index(layer, column)];
            if (!is_used(r, layer, column))
                continue;
            page_row(r->page, node_name(layer, column, LANG_EN), node_name(layer, column, LANG_ZH));
            page_cell_money(r->page, node->cost);
            cell_kinds(r, node->kind);
            page_row_end(r->page);
        }
    page_table_end(r->page);
}

static void add_law_day(struct report *r)
{
    const struct scenario *scenario = r->run->scenario;
    char day[11], place[3] = "";
    page_line(r->page, "source");
    if (scenario->law_day == DAY_UNSET) {
        page_say(r->page, "Law of each order's own day.", "适用每笔订单当日的法律。");
    } else {
        date_write(scenario->law_day, day);
        page_say(r->page, "Law of ", "全部订单适用 ");
        page_text(r->page, day);
        page_say(r->page, " for all orders.", " 的法律。");
    }
    for (uint32_t i = 0; i < scenario->laws; i++) {
        uint16_t code = scenario->law_of[i].place;
        date_write(scenario->law_of[i].day, day);
        place[0] = (char)(code >> 8);
        place[1] = (char)(code & 255);
        page_text(r->page, " ");
        page_text(r->page, place);
        page_say(r->page, ": law of ", "：适用 ");
        page_text(r->page, day);
        page_say(r->page, ".", " 的法律。");
    }
    page_say(r->page, " Rates and prices with their sources: tradeloom rules show, tradeloom explain.",
             "税率与价格的出处见 tradeloom rules show 与 tradeloom explain。");
    page_line_end(r->page);
}

/* ---- the tables below ---- */

static void add_orders(struct report *r)
{
    static const char *const head[] = {"State", "状态", "Orders", "订单数", "Share", "占比", NULL};
    uint64_t placed = tally_placed(r->tally);
    page_section(r->page, "orders", "What became of the orders", "订单的结果");
    page_sentence(r->page, "Every order that reached payment is in exactly one state.",
                 "每笔进入支付环节的订单只有一种状态。");
    page_table(r->page, head, PAGE_NARROW);
    for (size_t i = 0; i < ORDER_STATES_TOLD; i++) {
        enum order_state state = order_state_told[i];
        uint64_t count = r->tally->orders[state];
        page_row(r->page, order_state_name(state, LANG_EN), order_state_name(state, LANG_ZH));
        page_cell_count(r->page, count);
        page_cell_share(r->page, (int64_t)count, (int64_t)placed);
        page_row_end(r->page);
    }
    page_row_total(r->page, "Placed", "已下单");
    page_cell_count(r->page, placed);
    page_cell_text(r->page, "");
    page_row_end(r->page);
    page_table_end(r->page);
}

static void money_row(struct report *r, const char *en, const char *zh, int64_t minor)
{
    page_row(r->page, en, zh);
    page_cell_money(r->page, minor);
    page_row_end(r->page);
}

static void add_money(struct report *r)
{
    static const char *const head[] = {"", "", "All orders", "全部订单", NULL};
    const struct tally *tally = r->tally;
    page_section(r->page, "money", "Where the buyers' money went", "买家的钱去了哪里");
    page_sentence(r->page, "What the buyers paid is the goods, the nine nodes and the margin, to the cent.",
                 "买家支付 = 货款 + 九个节点 + 毛利，分毫不差。");
    page_table(r->page, head, PAGE_NARROW);
    money_row(r, "Buyers paid", "买家支付", tally->paid);
    money_row(r, "Goods", "货款", tally->goods);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++) {
        int64_t sum = 0;
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            sum += tally->node[node_index(layer, column)].cost;
        money_row(r, layer_name(layer, LANG_EN), layer_name(layer, LANG_ZH), sum);
    }
    money_row(r, "Margin of who held title", "货权持有人毛利", tally->margin);
    money_row(r, "Difference", "差额", tally_difference(tally));
    if (tally->unallocated)
        money_row(r, "Of the nodes: taken by no unit yet", "节点成本中尚未分摊到货物的部分",
                  tally->unallocated);
    if (tally->stock)
        money_row(r, "Beside: goods bought and not sold", "另有：已购未售的库存货物", tally->stock);
    page_table_end(r->page);
}

/* One figure of all channels: a row. */
struct figure {
    const char *en, *zh;
    void (*cell)(struct report *r, enum channel channel);
};

static const struct channel_tally *tally_of(const struct report *r, enum channel channel)
{
    return &r->tally->channel[channel];
}

static void cell_placed(struct report *r, enum channel channel)
{
    page_cell_count(r->page, tally_placed_by(r->tally, channel));
}

static void cell_delivered(struct report *r, enum channel channel)
{
    page_cell_count(r->page, tally_of(r, channel)->orders[ORDER_DELIVERED]);
}

static void cell_shipments(struct report *r, enum channel channel)
{
    page_cell_count(r->page, tally_of(r, channel)->contracts);
}

static void cell_units(struct report *r, enum channel channel)
{
    page_cell_count(r->page, tally_of(r, channel)->units);
}

static void cell_goods(struct report *r, enum channel channel)
{
    page_cell_money(r->page, tally_of(r, channel)->ended.goods);
}

static void cell_law(struct report *r, enum channel channel)
{
    page_cell_money(r->page, tally_of(r, channel)->ended.layer[LAYER_LAW]);
}

static void cell_trade(struct report *r, enum channel channel)
{
    page_cell_money(r->page, tally_of(r, channel)->ended.layer[LAYER_TRADE]);
}

static void cell_logistics(struct report *r, enum channel channel)
{
    page_cell_money(r->page, tally_of(r, channel)->ended.layer[LAYER_LOGISTICS]);
}

static void cell_margin(struct report *r, enum channel channel)
{
    page_cell_money(r->page, tally_of(r, channel)->ended.margin);
}

static void cell_landed(struct report *r, enum channel channel)
{
    page_cell_money(r->page, run_landed_unit(r->run, channel));
}

static void cell_lead(struct report *r, enum channel channel)
{
    page_cell_span(r->page, hours_quantile(&tally_of(r, channel)->lead, 500));
}

static void add_channels(struct report *r)
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
        if (!run_has_channel(r->run, channel))
            continue;
        list[count++] = channel;
        head[2 * count] = channel_name(channel, LANG_EN);
        head[2 * count + 1] = channel_name(channel, LANG_ZH);
    }
    head[2 * count + 2] = NULL;
    page_section(r->page, "channels", "Channels", "渠道");
    page_sentence(r->page, "Amounts are of orders that ended, with their share of shipments.",
                 "金额为已结束的订单，含分摊的批次成本。");
    page_table(r->page, head, count > 3 ? PAGE_WIDE : PAGE_NARROW);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        page_row(r->page, figures[i].en, figures[i].zh);
        for (size_t c = 0; c < count; c++)
            figures[i].cell(r, list[c]);
        page_row_end(r->page);
    }
    page_table_end(r->page);
}

static void add_lead(struct report *r)
{
    static const char *const head[] = {"Channel", "渠道", "Delivered", "已签收", "Mean", "均值", "Median", "中位数",
                                       "95 % within", "95 % 不超过", NULL};
    page_section(r->page, "lead", "From placed to delivered", "从下单到签收");
    page_table(r->page, head, PAGE_NARROW);
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++) {
        const struct hours *lead = &tally_of(r, channel)->lead;
        if (lead->count == 0)
            continue;
        page_row(r->page, channel_name(channel, LANG_EN), channel_name(channel, LANG_ZH));
        page_cell_count(r->page, lead->count);
        page_cell_span(r->page, money_scale(lead->sum_s, 1, (int64_t)lead->count, ROUND_HALF_UP));
        page_cell_span(r->page, hours_quantile(lead, 500));
        page_cell_span(r->page, hours_quantile(lead, 950));
        page_row_end(r->page);
    }
    page_table_end(r->page);
}

/* Does the party belong to this part of the page? Treasuries stand apart. */
static bool is_of_group(const struct party *party, enum side side)
{
    return side == SIDE_UNSET ? party->treasury : party->side == side && !party->treasury;
}

static void add_group(struct report *r, enum side side, const char *en, const char *zh)
{
    const char *const head[] = {en, zh, "Net", "净额", "Of it", "其中", NULL};
    uint16_t list[PARTY_MAX];
    size_t count = run_parties(r->run, list);
    page_table(r->page, head, PAGE_BY_KIND);
    for (size_t i = 0; i < count; i++) {
        const struct party *party = &r->run->book->parties.party[list[i]];
        if (!is_of_group(party, side))
            continue;
        page_row(r->page, party->name_en, party->name_zh);
        page_cell_money(r->page, r->tally->balance[list[i]]);
        cell_kinds(r, r->tally->receipt[list[i]]);
        page_row_end(r->page);
    }
    page_table_end(r->page);
}

static void add_parties(struct report *r)
{
    page_section(r->page, "treasuries", "Treasuries", "国库");
    page_sentence(r->page, "What each treasury received, less what it gave back.", "各国库收入，已减去退税。");
    add_group(r, SIDE_UNSET, "Treasury", "国库");
    page_section(r->page, "parties", "Parties", "各方主体");
    page_sentence(r->page, "What each party received less what it paid; the wages and fuel of those outside the chain "
                           "are not in the model.",
                  "各方所收减所付；链外主体自身的人工与燃料不在模型之内。");
    add_group(r, SIDE_HOLDER, "Held title", "货权持有人");
    add_group(r, SIDE_BUYER, "Buyers", "买家");
    add_group(r, SIDE_OUTSIDE, "Outside the chain", "链外主体");
}

static void add_ports(struct report *r)
{
    static const char *const head[] = {"Port", "口岸", "Declarations", "申报", "Match failures", "比对不符",
                                       "Inspections", "查验", "Catches", "查获", "Refused", "退运",
                                       "Waiting, in all", "等待合计", NULL};
    unsigned list[PORTS_MAX];
    size_t count = run_ports(r->run, list);
    if (count == 0)
        return;
    page_section(r->page, "ports", "Ports", "口岸");
    page_sentence(r->page, "What customs saw at each port.", "各口岸海关经手的申报。");
    page_table(r->page, head, PAGE_WIDE);
    for (size_t i = 0; i < count; i++) {
        const struct port_tally *port = &r->tally->port[list[i]];
        page_row(r->page, r->run->scenario->port[list[i]], r->run->scenario->port[list[i]]);
        page_cell_count(r->page, port->declarations);
        page_cell_count(r->page, port->match_failures);
        page_cell_count(r->page, port->inspections);
        page_cell_count(r->page, port->catches);
        page_cell_count(r->page, port->refused);
        page_cell_span(r->page, port->waiting_s);
        page_row_end(r->page);
    }
    page_table_end(r->page);
}

/* What orders hid and customs found; nothing where the scenario hides nothing. */
static void add_irregular(struct report *r)
{
    static const char *const head[] = {"What orders hid", "违规情形", "Orders", "订单数", "Found", "查获",
                                       "Charges evaded, of those found", "查获订单的逃税额", "Fines", "罚款", NULL};
    const struct irregular_tally *tally = r->tally->irregular;
    bool has_some = false;
    for (enum irregular_kind kind = IRREGULAR_NONE + 1; kind < IRREGULAR_COUNT; kind++) {
        if (!tally[kind].orders)
            continue;
        if (!has_some) {
            page_section(r->page, "irregular", "Irregularities", "违规与查获");
            page_sentence(r->page, "Orders that hid something from customs, and what an inspection found.",
                         "向海关隐瞒情况的订单，以及查验的结果。");
            page_table(r->page, head, PAGE_WIDE);
        }
        has_some = true;
        page_row(r->page, irregular_name(kind, LANG_EN), irregular_name(kind, LANG_ZH));
        page_cell_count(r->page, tally[kind].orders);
        page_cell_count(r->page, tally[kind].found);
        page_cell_money(r->page, tally[kind].evaded);
        page_cell_money(r->page, tally[kind].fines);
        page_row_end(r->page);
    }
    if (has_some)
        page_table_end(r->page);
}

static void count_row(struct report *r, const char *en, const char *zh, uint64_t count)
{
    page_row(r->page, en, zh);
    page_cell_count(r->page, count);
    page_row_end(r->page);
}

static void add_input(struct report *r)
{
    static const char *const head[] = {"Lines of the file", "文件行", "Count", "数量", NULL};
    const struct replay *replay = r->run->scenario->replay;
    if (!replay)
        return;
    page_section(r->page, "input", "The input", "输入文件");
    page_line(r->page, "dim");
    run_share(r->page->out, (int64_t)run_assessed_lines(r->run), (int64_t)replay->lines);
    page_say(r->page, " of the lines and ", " 的行、");
    run_share(r->page->out, replay->value_assessed, replay->value_goods);
    page_say(r->page, " of the value of goods were assessed by the law; every line is accounted for.",
             " 的货值已按法律计税；每一行都有去向。");
    page_line_end(r->page);
    page_table(r->page, head, PAGE_NARROW);
    count_row(r, "Sold", "售出", replay->sold);
    count_row(r, "Returned", "退回", replay->returned);
    for (unsigned reason = REPLAY_UNSET + 1; reason < REPLAY_REASON_COUNT; reason++) {
        if (!replay->set_aside[reason])
            continue;
        char en[128], zh[128];
        snprintf(en, sizeof en, "Set aside: %s", run_reason(reason, LANG_EN));
        snprintf(zh, sizeof zh, "搁置：%s", run_reason(reason, LANG_ZH));
        count_row(r, en, zh, replay->set_aside[reason]);
    }
    page_row_total(r->page, "Read", "读入");
    page_cell_count(r->page, replay->lines);
    page_row_end(r->page);
    page_table_end(r->page);
}

static void text_row(struct report *r, const char *en, const char *zh, const char *text)
{
    page_row(r->page, en, zh);
    page_cell(r->page, "text");
    page_markup(r->page, "<code>");
    page_text(r->page, text);
    page_markup(r->page, "</code>");
    page_cell_end(r->page);
    page_row_end(r->page);
}

static void add_making(struct report *r)
{
    static const char *const head[] = {"", "", "", "", NULL};
    const struct run *run = r->run;
    char digest[33];
    struct buf command = {0};
    digest_write(&r->tally->digest, digest);
    buf_puts(&command, "tradeloom run");
    for (const char *const *word = run->arguments; word && *word; word++)
        buf_printf(&command, " %s", *word);
    page_section(r->page, "making", "How to make it again", "如何重现");
    page_sentence(r->page, "The same command with the same data gives the same bytes.",
                 "同样的命令与数据得到逐字节相同的结果。");
    page_table(r->page, head, PAGE_WIDE);
    text_row(r, "Command", "命令", buf_text(&command));
    text_row(r, "Version", "版本", TRADELOOM_VERSION);
    text_row(r, "Data (SHA-256)", "数据（SHA-256）", run->book->hash);
    text_row(r, "Scenario (SHA-256)", "情景（SHA-256）", run->scenario->hash);
    text_row(r, "Events (digest)", "事件流摘要", digest);
    page_table_end(r->page);
    buf_finish(&command);
}

/* ---- the page ---- */

static void add_about(struct report *r)
{
    const cJSON *about = json_get(r->run->scenario->json.root, "about");
    const char *en = json_text(about, "en", ""), *zh = json_text(about, "zh", "");
    if (!*en && !*zh)
        return;
    page_line(r->page, "");
    page_say(r->page, en, zh);
    page_line_end(r->page);
}

static void add_title(struct report *r)
{
    const struct run *run = r->run;
    char from[11], to[11];
    int32_t first, last;
    run_period(run, &first, &last);
    date_write(first, from);
    date_write(last, to);
    page_begin(r->page, run_title(run, LANG_EN), run_title(run, LANG_ZH));
    page_line(r->page, "dim");
    page_text(r->page, run->scenario->id);
    buf_printf(r->page->out, " · %s … %s · ", from, to);
    run_count(r->page->out, tally_placed(r->tally));
    page_say(r->page, " orders", " 单");
    page_say(r->page, " · seed ", " · 种子 ");
    buf_printf(r->page->out, "%llu", (unsigned long long)run->seed);
    if (run->replications > 1) {
        buf_printf(r->page->out, " · %u ", run->replications);
        page_say(r->page, "replications", "次重复");
    }
    if (!run->complete) {
        page_text(r->page, " · ");
        page_markup(r->page, "<span class=\"badge\">");
        page_say(r->page, "stopped before its end", "未运行到结束");
        page_markup(r->page, "</span>");
    }
    page_line_end(r->page);
}

static void money_fact(struct report *r, const char *en, const char *zh, int64_t minor)
{
    page_fact(r->page, en, zh);
    page_money(r->page, minor);
    page_fact_end(r->page);
}

/* What is asked first. */
static void add_key(struct report *r)
{
    const struct tally *tally = r->tally;
    int64_t placed = (int64_t)tally_placed(tally), taxes = 0;
    for (unsigned i = 1; i <= r->run->book->parties.count; i++)
        taxes += r->run->book->parties.party[i].treasury ? tally->balance[i] : 0;
    page_facts(r->page);
    page_fact(r->page, "Orders placed", "已下单");
    run_count(r->page->out, (uint64_t)placed);
    page_fact_end(r->page);
    if (placed) {
        page_fact(r->page, "Delivered", "已签收");
        run_share(r->page->out, (int64_t)tally->orders[ORDER_DELIVERED], placed);
        page_fact_end(r->page);
        money_fact(r, "The average order pays", "平均每单支付", money_scale(tally->paid, 1, placed, ROUND_HALF_UP));
        money_fact(r, "of it the nine nodes", "其中九个节点", money_scale(tally_nodes(tally), 1, placed, ROUND_HALF_UP));
    }
    money_fact(r, "Treasuries received", "国库收入", taxes);
    page_facts_end(r->page);
}

/* What the page's script draws from. */
static void write_data(const struct run *run, struct buf *out)
{
    struct out_json json = {.out = out};
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "verb", "run");
    out_names(&json, "names", run->book);
    out_summary_member(run, &json, "result");
    out_json_end(&json, '}');
}

static void add_matrix(struct report *r)
{
    bool has_interval = r->tally->replications > 1, is_html = r->page->form == PAGE_HTML;
    page_section(r->page, "matrix", "Cost of an order at the nine nodes", "九个节点上的每单成本");
    page_sentence(r->page,
                  has_interval ? "What one order costs at each of the nine nodes, with its 95 % interval, its share "
                                 "and the median time."
                               : "What one order costs at each of the nine nodes, its share of all and the median "
                                 "time.",
                  has_interval ? "每单在九个节点上的成本、95 % 置信区间、占比与中位用时。"
                               : "每单在九个节点上的成本、占比与中位用时。");
    if (is_html)
        add_matrix_grid(r);
    else
        add_matrix_table(r);
    add_law_day(r);
}

void report_render(const struct run *run, enum page_form form, enum lang lang, struct buf *out)
{
    struct page page = {.out = out, .form = form, .lang = lang, .currency = run->tally->base_currency};
    struct report report = {&page, run, run->tally}, *r = &report;
    struct buf data = {0};
    add_title(r);
    add_about(r);
    add_key(r);
    add_matrix(r);
    add_money(r);
    add_channels(r);
    add_lead(r);
    add_orders(r);
    add_parties(r);
    add_ports(r);
    add_irregular(r);
    add_input(r);
    add_making(r);
    write_data(run, &data);
    page_end(&page, buf_text(&data));
    buf_finish(&data);
}
