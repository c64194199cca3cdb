/* out_summary: a tally as JSON. Sums are over all replications. */
#include "sim/out_summary.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/money.h"
#include "sim/book.h"
#include "sim/out_json.h"
#include "sim/replay.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sim/stats.h"

struct writer {
    const struct run *run;
    const struct tally *tally;
    struct out_json *json;
    unsigned digits; /* of the base currency */
};

static void add_money(struct writer *w, const char *name, int64_t minor)
{
    out_json_decimal(w->json, name, minor, w->digits);
}

static void add_day(struct writer *w, const char *name, int32_t day)
{
    char text[11];
    date_write(day, text);
    out_json_text(w->json, name, text);
}

static void add_head(struct writer *w)
{
    const struct run *run = w->run;
    int32_t from, to;
    run_period(run, &from, &to);
    out_json_count(w->json, "schema_version", 1);
    out_json_bool(w->json, "complete", run->complete);
    out_json_text(w->json, "scenario", run->scenario->id);
    out_json_count(w->json, "seed", run->seed);
    out_json_count(w->json, "replications", run->replications);
    out_json_begin_flat(w->json, "period", '{');
    add_day(w, "from", from);
    add_day(w, "to", to);
    out_json_end(w->json, '}');
    out_json_text(w->json, "base_currency", currency_code(w->tally->base_currency));
}

static void add_order_counts(struct writer *w, uint64_t placed, const uint64_t *orders)
{
    out_json_begin_flat(w->json, "orders", '{');
    out_json_count(w->json, "placed", placed);
    for (size_t i = 0; i < ORDER_STATES_TOLD; i++)
        out_json_count(w->json, order_state_id(order_state_told[i]), orders[order_state_told[i]]);
    out_json_end(w->json, '}');
}

static void add_columns(struct writer *w)
{
    out_json_begin_flat(w->json, "placed_by_column", '{');
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        out_json_count(w->json, column_id(column), w->tally->placed_of[column]);
    out_json_end(w->json, '}');
}

static void add_shipments(struct writer *w)
{
    out_json_begin_flat(w->json, "shipments", '{');
    for (unsigned state = SHIPMENT_UNSET + 1; state < SHIPMENT_STATE_COUNT; state++)
        out_json_count(w->json, shipment_state_id((enum shipment_state)state), w->tally->shipments[state]);
    out_json_end(w->json, '}');
}

static void add_input(struct writer *w)
{
    const struct replay *replay = w->run->scenario->replay;
    if (!replay)
        return;
    out_json_begin(w->json, "input", '{');
    out_json_count(w->json, "lines", replay->lines);
    out_json_count(w->json, "sold", replay->sold);
    out_json_count(w->json, "returned", replay->returned);
    out_json_count(w->json, "returned_without_sale", replay->returned_without_sale);
    out_json_begin_flat(w->json, "set_aside", '{');
    for (unsigned reason = REPLAY_UNSET + 1; reason < REPLAY_REASON_COUNT; reason++)
        out_json_count(w->json, replay_reason_id((enum replay_reason)reason), replay->set_aside[reason]);
    out_json_end(w->json, '}');
    out_json_begin_flat(w->json, "assessed", '{');
    out_json_share(w->json, "lines", (int64_t)run_assessed_lines(w->run), (int64_t)replay->lines);
    out_json_share(w->json, "value", replay->value_assessed, replay->value_goods);
    out_json_end(w->json, '}');
    out_json_end(w->json, '}');
}

static void add_hours(struct writer *w, const char *name, const struct hours *hours)
{
    int64_t count = hours->count ? (int64_t)hours->count : 1;
    out_json_begin_flat(w->json, name, '{');
    out_json_hours(w->json, "mean", money_scale(hours->sum_s, 1, count, ROUND_HALF_UP));
    out_json_hours(w->json, "p50", hours_quantile(hours, 500));
    out_json_hours(w->json, "p95", hours_quantile(hours, 950));
    out_json_hours(w->json, "waiting", money_scale(hours->waiting_s, 1, count, ROUND_HALF_UP));
    out_json_end(w->json, '}');
}

static void add_interval(struct writer *w, unsigned node)
{
    int64_t low, high;
    if (!tally_interval(w->tally, node, &low, &high)) {
        out_json_text(w->json, "ci95", NULL);
        return;
    }
    out_json_begin_flat(w->json, "ci95", '[');
    add_money(w, NULL, low);
    add_money(w, NULL, high);
    out_json_end(w->json, ']');
}

static void add_kinds(struct writer *w, const char *name, const int64_t *kind)
{
    out_json_begin_flat(w->json, name, '{');
    for (unsigned i = KIND_UNSET + 1; i < KIND_COUNT; i++)
        if (kind[i])
            add_money(w, kind_id((enum posting_kind)i), kind[i]);
    out_json_end(w->json, '}');
}

static void add_node(struct writer *w, enum layer layer, enum column column)
{
    unsigned node = node_index(layer, column);
    const struct node_tally *tally = &w->tally->node[node];
    out_json_begin(w->json, NULL, '{');
    out_json_text(w->json, "layer", layer_id(layer));
    out_json_text(w->json, "column", column_id(column));
    out_json_begin_flat(w->json, "cost", '{');
    add_money(w, "total", tally->cost);
    add_money(w, "per_order", tally_per_order(w->tally, node));
    out_json_share(w->json, "share", tally->cost, tally_nodes(w->tally));
    add_interval(w, node);
    out_json_end(w->json, '}');
    add_hours(w, "hours", &tally->hours);
    add_kinds(w, "kinds", tally->kind);
    out_json_end(w->json, '}');
}

static void add_matrix(struct writer *w)
{
    out_json_begin(w->json, "matrix", '[');
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
            add_node(w, layer, column);
    out_json_end(w->json, ']');
}

static void add_identity(struct writer *w)
{
    const struct tally *tally = w->tally;
    add_money(w, "goods", tally->goods);
    add_money(w, "margin", tally->margin);
    add_money(w, "unallocated", tally->unallocated);
    add_money(w, "stock", tally->stock);
    out_json_begin_flat(w->json, "identity", '{');
    add_money(w, "buyers_paid", tally->paid);
    add_money(w, "goods", tally->goods);
    add_money(w, "nodes", tally_nodes(tally));
    add_money(w, "margin", tally->margin);
    add_money(w, "difference", tally_difference(tally));
    out_json_end(w->json, '}');
}

static int64_t layer_cost(const struct writer *w, enum layer layer)
{
    int64_t sum = 0;
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        sum += w->tally->node[node_index(layer, column)].cost;
    return sum;
}

static void add_layers(struct writer *w)
{
    out_json_begin_flat(w->json, "layers", '{');
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        add_money(w, layer_id(layer), layer_cost(w, layer));
    out_json_end(w->json, '}');
}

/* An amount for each of so many, rounded half up; 0 where there are none. */
static int64_t each(int64_t minor, uint64_t count)
{
    return count ? money_scale(minor, 1, (int64_t)count, ROUND_HALF_UP) : 0;
}

/* A layer's cost of the average order, over all columns. */
static void add_average_layer(struct writer *w, enum layer layer, uint64_t placed)
{
    int64_t kinds[KIND_COUNT] = {0};
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        for (unsigned kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++)
            kinds[kind] += w->tally->node[node_index(layer, column)].kind[kind];
    for (unsigned kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++)
        kinds[kind] = each(kinds[kind], placed);
    out_json_begin_flat(w->json, layer_id(layer), '{');
    add_money(w, "net", each(layer_cost(w, layer), placed));
    add_kinds(w, "kinds", kinds);
    out_json_end(w->json, '}');
}

/* The identity by the orders placed. */
static void add_average(struct writer *w)
{
    uint64_t placed = tally_placed(w->tally);
    out_json_begin(w->json, "average_order", '{');
    add_money(w, "buyers_paid", each(w->tally->paid, placed));
    add_money(w, "goods", each(w->tally->goods, placed));
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        add_average_layer(w, layer, placed);
    add_money(w, "margin", each(w->tally->margin, placed));
    out_json_end(w->json, '}');
}

/* The build-up of one unit of the orders that ended. */
static void add_unit(struct writer *w, enum channel channel)
{
    const struct channel_tally *tally = &w->tally->channel[channel];
    out_json_begin_flat(w->json, "per_unit", '{');
    add_money(w, "goods", each(tally->ended.goods, tally->units));
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        add_money(w, layer_id(layer), each(tally->ended.layer[layer], tally->units));
    add_money(w, "landed", run_landed_unit(w->run, channel));
    add_money(w, "margin", each(tally->ended.margin, tally->units));
    add_money(w, "buyers_paid", each(tally->ended.paid, tally->units));
    out_json_end(w->json, '}');
}

/* [from, to) in hours and how many, where there are any. */
static void add_histogram(struct writer *w, const struct hours *hours)
{
    struct hours_class list[HOURS_CLASSES];
    size_t count = hours_classes(hours, list);
    out_json_begin_flat(w->json, "lead_histogram", '[');
    for (size_t i = 0; i < count; i++) {
        out_json_begin_flat(w->json, NULL, '{');
        out_json_hours(w->json, "from", list[i].from_s);
        out_json_hours(w->json, "to", list[i].to_s);
        out_json_count(w->json, "count", list[i].count);
        out_json_end(w->json, '}');
    }
    out_json_end(w->json, ']');
}

static void add_channel(struct writer *w, enum channel channel)
{
    const struct channel_tally *tally = &w->tally->channel[channel];
    out_json_begin(w->json, NULL, '{');
    out_json_text(w->json, "id", channel_id(channel));
    out_json_text(w->json, "column", column_id(channel_column(channel)));
    add_order_counts(w, tally_placed_by(w->tally, channel), tally->orders);
    out_json_count(w->json, "contracts", tally->contracts);
    out_json_count(w->json, "units", tally->units);
    out_json_begin_flat(w->json, "ended", '{');
    add_money(w, "buyers_paid", tally->ended.paid);
    add_money(w, "goods", tally->ended.goods);
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        add_money(w, layer_id(layer), tally->ended.layer[layer]);
    add_money(w, "margin", tally->ended.margin);
    add_money(w, "landed_per_unit", run_landed_unit(w->run, channel));
    out_json_end(w->json, '}');
    add_unit(w, channel);
    add_hours(w, "lead_hours", &tally->lead);
    add_histogram(w, &tally->lead);
    out_json_end(w->json, '}');
}

static int by_id(const void *a, const void *b)
{
    return strcmp(channel_id(*(const enum channel *)a), channel_id(*(const enum channel *)b));
}

static void add_channels(struct writer *w)
{
    enum channel list[CHANNEL_COUNT];
    size_t count = 0;
    for (enum channel channel = CHANNEL_UNSET + 1; channel < CHANNEL_COUNT; channel++)
        if (run_has_channel(w->run, channel))
            list[count++] = channel;
    qsort(list, count, sizeof *list, by_id);
    out_json_begin(w->json, "channels", '[');
    for (size_t i = 0; i < count; i++)
        add_channel(w, list[i]);
    out_json_end(w->json, ']');
}

/* A treasury's months in which something was paid; they sum to its taxes. */
static void add_months(struct writer *w, unsigned party)
{
    const struct revenue *revenue = &w->tally->revenue;
    int32_t month = INT32_MIN;
    out_json_begin(w->json, "months", '[');
    for (size_t i = 0; i < revenue->count; i++) {
        const struct revenue_row *row = &revenue->row[i];
        if (row->party != party || row->month == month)
            continue;
        int64_t kind[KIND_COUNT] = {0}, net = 0;
        char text[11];
        month = row->month;
        for (; row < revenue->row + revenue->count && row->party == party && row->month == month; row++) {
            kind[row->kind] = row->base;
            net += row->base;
        }
        date_write(date_day(1970 + month / 12, 1 + month % 12, 1), text);
        text[7] = '\0';
        out_json_begin_flat(w->json, NULL, '{');
        out_json_text(w->json, "month", text);
        add_money(w, "net", net);
        add_kinds(w, "taxes", kind);
        out_json_end(w->json, '}');
    }
    out_json_end(w->json, ']');
}

static void add_party(struct writer *w, const struct party *party, unsigned number)
{
    static const char *const sides[] = {
        [SIDE_BUYER] = "buyer", [SIDE_HOLDER] = "holder", [SIDE_OUTSIDE] = "outside"};
    out_json_begin(w->json, NULL, '{');
    out_json_text(w->json, "id", party->id);
    out_json_text(w->json, "side", sides[party->side]);
    add_money(w, "net", w->tally->balance[number]);
    if (party->side == SIDE_HOLDER)
        add_money(w, "stock", w->tally->stock_of[number]);
    add_kinds(w, party->treasury ? "taxes" : "kinds", w->tally->receipt[number]);
    if (party->treasury)
        add_months(w, number);
    out_json_end(w->json, '}');
}

static void add_parties(struct writer *w, const char *name, bool treasuries)
{
    uint16_t list[PARTY_MAX];
    size_t count = run_parties(w->run, list);
    out_json_begin(w->json, name, '[');
    for (size_t i = 0; i < count; i++) {
        const struct party *party = &w->run->book->parties.party[list[i]];
        if (party->treasury == treasuries)
            add_party(w, party, list[i]);
    }
    out_json_end(w->json, ']');
}

static void add_port(struct writer *w, unsigned number)
{
    const struct port_tally *port = &w->tally->port[number];
    out_json_begin_flat(w->json, NULL, '{');
    out_json_text(w->json, "id", w->run->scenario->port[number]);
    out_json_count(w->json, "declarations", port->declarations);
    out_json_count(w->json, "match_failures", port->match_failures);
    out_json_count(w->json, "inspections", port->inspections);
    out_json_count(w->json, "catches", port->catches);
    out_json_count(w->json, "refused", port->refused);
    out_json_hours(w->json, "waiting_hours", port->waiting_s);
    out_json_begin_flat(w->json, "faults", '{');
    for (enum declare_fault fault = DECLARE_AGREES + 1; fault < DECLARE_FAULT_COUNT; fault++)
        if (port->fault[fault])
            out_json_count(w->json, declare_fault_id(fault), port->fault[fault]);
    out_json_end(w->json, '}');
    out_json_end(w->json, '}');
}

static void add_irregular(struct writer *w)
{
    out_json_begin(w->json, "irregular", '{');
    for (enum irregular_kind kind = IRREGULAR_NONE + 1; kind < IRREGULAR_COUNT; kind++) {
        const struct irregular_tally *tally = &w->tally->irregular[kind];
        if (!tally->orders)
            continue;
        out_json_begin_flat(w->json, irregular_id(kind), '{');
        out_json_count(w->json, "orders", tally->orders);
        out_json_count(w->json, "found", tally->found);
        add_money(w, "evaded", tally->evaded);
        add_money(w, "fines", tally->fines);
        out_json_end(w->json, '}');
    }
    out_json_end(w->json, '}');
}

static void add_ports(struct writer *w)
{
    unsigned list[PORTS_MAX];
    size_t count = run_ports(w->run, list);
    out_json_begin(w->json, "ports", '[');
    for (size_t i = 0; i < count; i++)
        add_port(w, list[i]);
    out_json_end(w->json, ']');
}

static void add_ledger(struct writer *w)
{
    out_json_begin_flat(w->json, "ledger", '{');
    out_json_count(w->json, "postings", w->tally->postings);
    out_json_begin_flat(w->json, "sum", '{');
    for (unsigned i = 1; i < currency_count(); i++)
        if (w->tally->currencies >> i & 1 || w->tally->currency_sum[i])
            out_json_decimal(w->json, currency_code(i), w->tally->currency_sum[i], currency_digits(i));
    out_json_end(w->json, '}');
    out_json_end(w->json, '}');
}

static void add_timing(struct writer *w)
{
    int64_t ms = w->run->wall_ms > 0 ? w->run->wall_ms : 1;
    out_json_begin_flat(w->json, "timing", '{');
    out_json_decimal(w->json, "wall_seconds", w->run->wall_ms, 3);
    out_json_count(w->json, "events", w->tally->events);
    out_json_count(w->json, "orders", tally_placed(w->tally));
    out_json_count(w->json, "events_per_second", w->tally->events * 1000 / (uint64_t)ms);
    out_json_count(w->json, "orders_per_second", tally_placed(w->tally) * 1000 / (uint64_t)ms);
    out_json_end(w->json, '}');
}

static void add_all(struct writer *w)
{
    char digest[33];
    digest_write(&w->tally->digest, digest);
    add_head(w);
    add_order_counts(w, tally_placed(w->tally), w->tally->orders);
    add_columns(w);
    add_shipments(w);
    add_input(w);
    add_matrix(w);
    add_identity(w);
    add_layers(w);
    add_average(w);
    add_channels(w);
    add_parties(w, "treasuries", true);
    add_parties(w, "parties", false);
    add_ports(w);
    add_irregular(w);
    add_ledger(w);
    reads_json(&w->tally->reads, w->run->book, w->run->scenario, w->json);
    out_json_text(w->json, "digest", digest);
}

static struct writer writer_of(const struct run *run, struct out_json *json)
{
    check(run->tally->base_currency != 0);
    return (struct writer){run, run->tally, json, currency_digits(run->tally->base_currency)};
}

void out_summary(const struct run *run, struct buf *out)
{
    struct out_json json = {.out = out};
    struct writer writer = writer_of(run, &json);
    out_json_begin(&json, NULL, '{');
    add_all(&writer);
    add_timing(&writer);
    out_json_end(&json, '}');
}

void out_summary_member(const struct run *run, struct out_json *json, const char *name)
{
    struct writer writer = writer_of(run, json);
    out_json_begin(json, name, '{');
    add_all(&writer);
    out_json_end(json, '}');
}
