/* world: sets a replication up, hands its events to the flows, closes its books. */
#include "sim/world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "sim/account.h"
#include "sim/audit.h"
#include "sim/book.h"
#include "sim/flow.h"
#include "sim/lane.h"
#include "sim/levy.h"
#include "sim/market.h"
#include "sim/outside.h"
#include "sim/replay.h"
#include "sim/sale.h"
#include "sim/stock.h"

static const char *const times[ORDER_TIME_COUNT] = {
#define X(id, name) #name,
    ORDER_TIMES(X)
#undef X
};

const char *order_time_id(enum order_time time)
{
    check(time < ORDER_TIME_COUNT);
    return times[time];
}

void world_fail(struct world *w, enum err_code code, const char *format, ...)
{
    va_list arguments;
    if (w->is_failed)
        return;
    w->is_failed = true;
    w->error.code = code;
    va_start(arguments, format);
    vsnprintf(w->error.message, sizeof w->error.message, format, arguments);
    va_end(arguments);
}

const struct err *world_error(const struct world *w)
{
    return w->is_failed ? &w->error : NULL;
}

struct civil world_civil(struct world *w, int32_t day)
{
    unsigned at = (unsigned)day & 1;
    if (w->memo[at].day != day || w->memo[at].civil.month == 0) {
        w->memo[at].day = day;
        w->memo[at].civil = date_civil(day);
    }
    return w->memo[at].civil;
}

const struct replay_order *world_replayed(const struct world *w, const struct order *o)
{
    return o->replay ? &w->scenario->replay->order[o->replay - 1] : NULL;
}

/* Index of a packed country; 0 ("AA") is nobody's. */
static unsigned place_index(uint16_t place)
{
    unsigned high = (place >> 8) - 'A', low = (place & 255u) - 'A';
    return high < 26 && low < 26 ? high * 26 + low : 0;
}

uint16_t world_treasury(struct world *w, uint16_t place)
{
    uint16_t treasury = w->treasury[place_index(place)];
    if (!treasury)
        world_fail(w, ERR_UNKNOWN_VALUE, "no treasury of \"%c%c\" among the parties", place >> 8, place & 255);
    return treasury;
}

/* ---- setting up ---- */

static void add_parties(struct world *w)
{
    const struct parties *parties = &w->book->parties;
    ledger_init(&w->ledger);
    for (uint16_t p = 1; p <= parties->count; p++) {
        const struct party *party = &parties->party[p];
        uint16_t added = ledger_party(&w->ledger, (enum side)party->side);
        check(added == p);
        if (party->treasury && place_index(party->place))
            w->treasury[place_index(party->place)] = p;
    }
    w->written_off = parties_find(parties, "written_off", strlen("written_off"));
    const struct sheet *sheet = &w->scenario->sheet;
    w->row_party = memory_take((sheet->count + 1) * sizeof *w->row_party);
    for (uint32_t row = 1; row <= sheet->count; row++)
        w->row_party[row] = parties_find(parties, sheet->row[row].party, strlen(sheet->row[row].party));
}

static uint32_t staff(int64_t per_day_q16, uint32_t per_1000)
{
    int64_t need = money_scale(per_day_q16, per_1000, 1000 * INT64_C(65536), ROUND_CEIL);
    return need < 1 ? 1 : need > UINT32_MAX ? UINT32_MAX : (uint32_t)need;
}

/* More demand has more people in it, up to a number that keeps the memory of a run bounded. */
enum { BUYERS_MAX = 1 << 18 };

static uint32_t count_buyers(const struct world *w, const struct scenario_demand *demand)
{
    int64_t buyers = money_scale(demand->buyers ? demand->buyers : 1, w->scenario->demand_q16, 65536, ROUND_CEIL);
    return buyers < 1 ? 1 : buyers > BUYERS_MAX ? BUYERS_MAX : (uint32_t)buyers;
}

static size_t estimate_bytes(const struct flow_state *state)
{
    return (state->flow->goods_count + 1) * (ESTIMATES_KEPT + 1) * sizeof *state->estimate;
}

static void add_goods(struct world *w, struct flow_state *state)
{
    const struct scenario_flow *flow = state->flow;
    state->line_from = memory_take((flow->goods_count + 1) * sizeof *state->line_from);
    state->line_to = memory_take((flow->goods_count + 1) * sizeof *state->line_to);
    state->estimate = memory_take(estimate_bytes(state));
    for (uint32_t i = 0; i < flow->goods_count; i++) {
        const struct product *product = &w->book->catalog.product[flow->goods[i].product];
        state->line_from[i] = levy_goods(w, &flow->goods[i], flow->from);
        state->line_to[i] = levy_goods(w, &flow->goods[i], flow->to);
        state->stock[i].share = 65536;
        state->stock[i].batch = stock_batch(flow, product, UINT32_MAX);
    }
}

static void add_flow(struct world *w, unsigned number, unsigned market)
{
    struct flow_state *state = &w->flow[number];
    const struct scenario_flow *flow = state->flow = &w->scenario->flow[number];
    int64_t per_day_q16 = w->market[market].per_day_q16;
    state->market = (uint16_t)market;
    int64_t officers_q16 = money_scale(per_day_q16, w->scenario->officers_ppm, 1000000, ROUND_HALF_UP);
    resource_init(&state->officers, staff(officers_q16, flow->officers_per_1000));
    resource_init(&state->pickers, staff(per_day_q16, flow->pickers_per_1000));
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        state->row[role] = (struct role_row){0, INT32_MAX, INT32_MIN};
    state->offset_from_s = date_offset_s(flow->from);
    state->offset_to_s = date_offset_s(flow->to);
    add_goods(w, state);
}

static void add_market(struct world *w, unsigned number)
{
    struct market_state *state = &w->market[number];
    const struct scenario_market *market = state->market = &w->scenario->market[number];
    int32_t from = market->demand.from_day == DAY_UNSET ? w->scenario->from_day : market->demand.from_day;
    bool is_counted = false;
    state->per_day_q16 = money_scale(market->demand.per_day_q16, w->scenario->demand_q16, 65536, ROUND_HALF_UP);
    state->next_q10 = (int64_t)from * DAY_SECONDS << 10;
    state->buyers = count_buyers(w, &market->demand);
    for (uint32_t k = 0; k < market->flows; k++) {
        add_flow(w, market->flow[k], number);
        is_counted = is_counted || rule_has_allowance(w->book->rules, w->flow[market->flow[k]].flow->to);
    }
    if (is_counted && !w->scenario->replay)
        state->use = memory_take(state->buyers * sizeof *state->use);
}

static void share_limit(struct world *w)
{
    uint32_t markets = w->scenario->markets;
    int64_t *weight = memory_take(markets * sizeof *weight), *share = memory_take(markets * sizeof *share);
    for (uint32_t i = 0; i < markets; i++)
        weight[i] = w->market[i].per_day_q16;
    money_spread((int64_t)w->scenario->limit, weight, markets, share);
    for (uint32_t i = 0; i < markets; i++)
        w->market[i].quota = (uint64_t)share[i];
    memory_release(weight);
    memory_release(share);
}

static uint32_t most_lines(const struct scenario *scenario)
{
    uint32_t most = 1;
    for (uint32_t i = 0; scenario->replay && i < scenario->replay->orders; i++)
        if (scenario->replay->order[i].lines > most)
            most = scenario->replay->order[i].lines;
    return most;
}

/* Goods are bought so many days before the first order that may want them. */
static void start_stock(struct world *w, uint32_t flow)
{
    const struct scenario_flow *f = w->flow[flow].flow;
    int64_t first = w->market[w->flow[flow].market].next_q10 >> 10;
    if (channel_has_stock((enum channel)f->channel))
        kernel_push(w->kernel, (struct event){.time = first - (int64_t)f->lead_days * DAY_SECONDS, .subject = flow,
                                              .kind = FLOW_RESTOCK, .column = COLUMN_UNSET});
}

static void start_shock(struct world *w, uint32_t number)
{
    const struct scenario_shock *shock = &w->scenario->shock[number];
    int64_t days[2] = {shock->from_day, (int64_t)shock->to_day + 1};
    for (int i = 0; i < 2; i++)
        kernel_push(w->kernel, (struct event){.time = days[i] * DAY_SECONDS, .subject = number, .kind = FLOW_SHOCK,
                                              .column = COLUMN_UNSET});
}

static void start(struct world *w)
{
    for (uint32_t i = 0; i < w->scenario->shocks; i++)
        start_shock(w, i);
    for (uint32_t i = 0; i < w->scenario->flows; i++)
        if (w->market[w->flow[i].market].market->cell == w->cell)
            start_stock(w, i);
    for (uint32_t i = 0; i < w->scenario->markets; i++)
        if (w->market[i].market->cell == w->cell)
            market_schedule(w, i);
}

struct world *world_create(const struct scenario *scenario, const struct book *book, uint64_t seed,
                           uint32_t replication, uint32_t cell, const struct world_sink *sink)
{
    struct world *w = memory_take(sizeof *w);
    check(scenario->flows > 0 && scenario->flows <= FLOW_MAX);
    w->scenario = scenario;
    w->book = book;
    w->key = rng_key(seed, replication);
    w->seed = seed;
    w->replication = replication;
    w->cell = cell;
    check(cell < scenario->cells);
    if (sink)
        w->sink = *sink;
    w->kernel = kernel_create();
    w->tally = tally_create();
    w->tally->base_currency = scenario->base_currency;
    digest_init(&w->digest);
    assess_init(&w->assess, book->rules, scenario->fx);
    pool_init(&w->orders, sizeof(struct order));
    pool_init(&w->shipments, sizeof(struct shipment));
    w->line = memory_take(most_lines(scenario) * sizeof *w->line);
    w->flow = memory_take(scenario->flows * sizeof *w->flow);
    w->market = memory_take(scenario->markets * sizeof *w->market);
    w->lane = memory_take((scenario->lanes + 1) * sizeof *w->lane);
    add_parties(w);
    if (!w->written_off)
        world_fail(w, ERR_UNKNOWN_VALUE, "the list of parties has no \"written_off\"");
    for (unsigned party = 0; party < PARTY_MAX; party++)
        w->firm[party].grade = scenario->grade[party];
    for (uint32_t i = 1; i <= scenario->ports; i++)
        resource_init(&w->port[i].officers, scenario->staff[i].officers);
    for (uint32_t i = 0; i < scenario->markets; i++)
        add_market(w, i);
    if (scenario->limit && !scenario->replay)
        share_limit(w);
    start(w);
    return w;
}

void world_destroy(struct world *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->scenario->flows; i++) {
        memory_release(w->flow[i].estimate);
        memory_release(w->flow[i].line_from);
        memory_release(w->flow[i].line_to);
        resource_finish(&w->flow[i].officers);
        resource_finish(&w->flow[i].pickers);
    }
    for (uint32_t i = 1; i <= w->scenario->ports; i++)
        resource_finish(&w->port[i].officers);
    for (uint32_t i = 0; i < w->scenario->markets; i++)
        memory_release(w->market[i].use);
    memory_release(w->lane);
    memory_release(w->market);
    memory_release(w->flow);
    memory_release(w->line);
    memory_release(w->row_party);
    pool_finish(&w->orders);
    pool_finish(&w->shipments);
    assess_finish(&w->assess);
    tally_free(w->tally);
    kernel_destroy(w->kernel);
    memory_release(w);
}

/* ---- going on ---- */

/* Stocks that wait for their first goods, of a market as a whole, or lack some that were lost. */
static void restock(struct world *w, uint32_t flow)
{
    unsigned market = w->flow[flow].market;
    if (w->scenario->market[market].flows > 1 && w->market[market].reviewed == 0)
        market_review(w, market);
    w->flow[flow].is_restocked = false;
    for (uint32_t item = 0; item < w->flow[flow].flow->goods_count; item++)
        stock_review(w, flow, item);
}

/* A shock begins or has ended: plans are made anew, and the event stream says so. */
static void shock(struct world *w, const struct event *event)
{
    w->steps++;
    digest_word(&w->digest, (uint64_t)event->time);
    digest_word(&w->digest, event->subject);
    for (uint32_t i = 0; i < w->scenario->markets; i++)
        w->market[i].reviewed = 0;
    if (w->sink.event)
        w->sink.event(w->sink.self, world_number(w, w->steps), event, event->subject);
}

enum { YEARS_MOST = 60 }; /* after its period; an order's times are seconds in 32 bits, 68 years */

static void close_month(struct world *w)
{
    revenue_close(&w->tally->revenue, &w->book->parties, w->tally->receipt, date_month(w->day));
}

static void new_day(struct world *w)
{
    int32_t day = (int32_t)(w->now / DAY_SECONDS);
    if (date_month(day) != date_month(w->day))
        close_month(w);
    w->day = day;
    if (w->day > w->scenario->to_day + YEARS_MOST * 366 && w->placed > w->ended)
        world_fail(w, ERR_RANGE, "%d years after its period the run has not come to its end: %" PRIu64
                   " orders are on their way", YEARS_MOST, w->placed - w->ended);
}

static void handle(struct world *w, const struct event *event)
{
    w->now = event->time;
    if (w->now >= ((int64_t)w->day + 1) * DAY_SECONDS || w->now < (int64_t)w->day * DAY_SECONDS)
        new_day(w);
    if (w->is_failed)
        return;
    if (event->column != COLUMN_UNSET) {
        flow_event(w, event);
        return;
    }
    switch (event->kind) {
    case FLOW_ARRIVAL: market_arrive(w, event->subject); break;
    case FLOW_RESTOCK: restock(w, event->subject); break;
    case FLOW_SHIFT: flow_shift(w, event->subject); break;
    case FLOW_DEPARTURE: lane_depart(w, event->subject); break;
    case FLOW_ACCEPTED: outside_event(w, event, true); break;
    case FLOW_DECLINED: outside_event(w, event, false); break;
    default: check(event->kind == FLOW_SHOCK); shock(w, event); break;
    }
}

/* Orders lie far apart in memory: one that is handled soon is asked for while this one is. */
static void fetch_ahead(const struct world *w)
{
    const struct kernel_words *soon = kernel_soon(w->kernel);
    uint32_t slot = soon ? (uint32_t)soon->who : UINT32_MAX;
    if (slot >= w->orders.used || soon->what >> 16 == COLUMN_UNSET)
        return;
    const char *order = (const char *)order_at(w, slot);
    for (size_t at = 0; at < offsetof(struct order, due); at += 64) /* what every step looks at */
        __builtin_prefetch(order + at, 1);
}

enum world_status world_advance(struct world *w, int64_t until, uint64_t max_events)
{
    struct event event;
    check(!w->is_closed);
    w->until = until;
    for (uint64_t n = 0; !w->is_failed; n++) {
        if (max_events && n == max_events)
            return WORLD_MORE;
        if (!kernel_pop(w->kernel, until, &event))
            return kernel_pending(w->kernel) || world_awaits(w) ? WORLD_REACHED : WORLD_DONE;
        fetch_ahead(w);
        handle(w, &event);
    }
    return WORLD_FAILED;
}

void world_ask(struct world *w, world_asked *asked, void *self)
{
    w->asked = asked;
    w->asked_self = self;
}

void world_answer(struct world *w, const struct world_question *question, bool accepts, int64_t time)
{
    check(time > w->now && w->answers < w->questions);
    w->answers++;
    outside_answer(w, question, accepts, time);
}

uint64_t world_awaits(const struct world *w)
{
    return w->questions - w->answers;
}

int64_t world_now(const struct world *w)
{
    return w->now;
}

uint64_t world_placed(const struct world *w)
{
    return w->placed;
}

int64_t world_next_time(struct world *w)
{
    return kernel_next_time(w->kernel);
}

/* ---- the end ---- */

static void close_open_orders(struct world *w)
{
    uint32_t open = 0, room = w->orders.used;
    struct order **list = memory_take((room + 1) * sizeof *list);
    for (uint32_t slot = 0; slot < room; slot++)
        if (order_at(w, slot)->m.number)
            list[open++] = order_at(w, slot);
    /* in the order of their numbers: slots are recycled and say nothing */
    for (uint32_t gap = open / 2; gap > 0; gap /= 2)
        for (uint32_t i = gap; i < open; i++) {
            struct order *moved = list[i];
            uint32_t at = i;
            for (; at >= gap && list[at - gap]->m.number > moved->m.number; at -= gap)
                list[at] = list[at - gap];
            list[at] = moved;
        }
    for (uint32_t i = 0; i < open; i++)
        sale_close(w, list[i], ORDER_OPEN);
    memory_release(list);
}

static void add_ledger(struct world *w)
{
    struct tally *t = w->tally;
    for (unsigned column = 1; column < COLUMN_COUNT; column++)
        for (unsigned kind = 1; kind < KIND_COUNT; kind++) {
            enum posting_class class_ = kind_class((enum posting_kind)kind);
            if (class_ >= CLASS_GOODS)
                continue;
            struct node_tally *node =
                &t->node[node_index(kind_layer((enum posting_kind)kind), (enum column)column)];
            node->kind[kind] = w->ledger.node_kind[column][kind];
            node->cost += w->ledger.node_kind[column][kind];
        }
    for (unsigned party = 1; party <= w->ledger.parties; party++)
        t->balance[party] = w->ledger.base_balance[party];
    for (unsigned currency = 1; currency < currency_count(); currency++)
        t->currency_sum[currency] = ledger_sum(&w->ledger, currency);
    t->paid = w->ledger.total.paid;
    t->goods = w->ledger.total.goods - t->stock;
    t->margin = w->ledger.total.margin + t->stock;
    t->unallocated = w->unallocated;
    t->postings = w->ledger.postings;
}

void world_reads(const struct world *w, struct reads *reads)
{
    struct reads own = w->tally->reads;
    rule_cache_seen(w->assess.cache, own.law);
    for (uint32_t i = 1; i <= w->scenario->ports; i++) {
        own.ports |= (uint32_t)(w->tally->port[i].declarations > 0) << i;
        own.is_inspected = own.is_inspected || w->tally->port[i].inspections > 0;
    }
    reads_add(reads, &own);
}

int world_result(struct world *w, struct tally *tally, struct errs *errs)
{
    check(!w->is_closed);
    close_open_orders(w);
    stock_close(w);
    close_month(w);
    add_ledger(w);
    w->tally->events = w->steps;
    w->tally->digest = w->digest;
    w->tally->replications = w->tally->worlds = 1;
    w->tally->goes_on = w->cell > 0;
    w->tally->replication = memory_take(sizeof *w->tally->replication);
    for (unsigned node = 0; node < NODE_COUNT; node++)
        w->tally->replication->cost[node] = w->tally->node[node].cost;
    memcpy(w->tally->replication->orders, w->tally->placed_of, sizeof w->tally->placed_of);
    w->tally->replication->margin = w->tally->margin;
    world_reads(w, &w->tally->reads);
    int verdict = audit_world(w, errs);
    tally_merge(tally, w->tally);
    return verdict;
}

/* ---- names ---- */

void world_reason(const struct world *w, uint32_t reason, char *out, size_t room)
{
    if (reason & ACCOUNT_RULE)
        rule_ref_write(w->book->rules, reason & ~ACCOUNT_RULE, out, room);
    else
        snprintf(out, room, "%s", reason ? w->scenario->sheet.row[reason].id : "contract");
}

const char *world_step_id(enum column column, unsigned kind)
{
    return column == COLUMN_UNSET ? "" : flow_table(column)[kind & ~FLOW_DONE].id;
}

const char *world_step_name(enum column column, unsigned kind, enum lang lang)
{
    if (column == COLUMN_UNSET)
        return "";
    const struct flow_step *step = &flow_table(column)[kind & ~FLOW_DONE];
    return lang == LANG_ZH ? step->zh : step->en;
}

enum subject_kind world_step_subject(enum column column, unsigned kind)
{
    return column == COLUMN_UNSET ? SUBJECT_UNSET
                                  : (enum subject_kind)flow_table(column)[kind & ~FLOW_DONE].subject;
}

/* ---- checkpoints ---- */

/* What a checkpoint holds beside the pools, the kernel and the queues: plain data of fixed size. */
struct saved {
    uint64_t magic;
    char scenario[65], book[65];
    uint32_t replication, cell, flows;
    struct rng_key key;
    struct ledger ledger;
    struct digest digest;
    int64_t now, unallocated;
    int32_t day;
    uint64_t placed, ended, shipped, steps, replayed, questions, answers;
};

static const uint64_t magic = UINT64_C(0x31646c726f777401);

static void fill_saved(const struct world *w, struct saved *s)
{
    memset(s, 0, sizeof *s);
    s->magic = magic;
    memcpy(s->scenario, w->scenario->hash, sizeof s->scenario);
    memcpy(s->book, w->book->hash, sizeof s->book);
    s->replication = w->replication;
    s->cell = w->cell;
    s->flows = w->scenario->flows;
    s->key = w->key;
    s->ledger = w->ledger;
    s->digest = w->digest;
    s->now = w->now;
    s->unallocated = w->unallocated;
    s->day = w->day;
    s->placed = w->placed;
    s->ended = w->ended;
    s->shipped = w->shipped;
    s->steps = w->steps;
    s->replayed = w->replayed;
    s->questions = w->questions;
    s->answers = w->answers;
}

static void save_resource(const struct resource *r, struct buf *out)
{
    buf_add(out, (const char *)r, sizeof *r);
    if (r->slots)
        buf_add(out, (const char *)r->queue, r->slots * sizeof *r->queue);
}

void world_save(const struct world *w, struct buf *out)
{
    struct saved *s = memory_take(sizeof *s);
    fill_saved(w, s);
    buf_add(out, (const char *)s, sizeof *s);
    memory_release(s);
    world_reads(w, &w->tally->reads); /* programs are bound anew */
    buf_add(out, (const char *)w->tally, sizeof *w->tally);
    revenue_save(&w->tally->revenue, out);
    pool_save(&w->orders, out);
    pool_save(&w->shipments, out);
    for (uint32_t i = 0; i < w->scenario->flows; i++) {
        const struct flow_state *state = &w->flow[i];
        buf_add(out, (const char *)state, sizeof *state);
        save_resource(&state->officers, out);
        save_resource(&state->pickers, out);
        buf_add(out, (const char *)state->estimate, estimate_bytes(state));
    }
    buf_add(out, (const char *)w->firm, sizeof w->firm);
    for (uint32_t i = 1; i <= w->scenario->ports; i++) {
        buf_add(out, (const char *)&w->port[i].is_called, sizeof w->port[i].is_called);
        save_resource(&w->port[i].officers, out);
    }
    buf_add(out, (const char *)w->lane, (w->scenario->lanes + 1) * sizeof *w->lane);
    for (uint32_t i = 0; i < w->scenario->markets; i++) {
        const struct market_state *state = &w->market[i];
        buf_add(out, (const char *)state, sizeof *state);
        if (state->use)
            buf_add(out, (const char *)state->use, state->buyers * sizeof *state->use);
    }
    size_t bytes = kernel_snapshot_bytes(w->kernel);
    kernel_snapshot(w->kernel, buf_room(out, bytes));
    out->length += bytes;
}

struct source {
    const unsigned char *bytes;
    size_t length, at;
};

static bool take_bytes(struct source *source, void *out, size_t bytes)
{
    if (source->length - source->at < bytes)
        return false;
    memcpy(out, source->bytes + source->at, bytes);
    source->at += bytes;
    return true;
}

static bool restore_resource(struct resource *r, struct source *source)
{
    resource_finish(r);
    if (!take_bytes(source, r, sizeof *r))
        return false;
    uint32_t slots = r->slots;
    r->queue = NULL;
    if (slots > (source->length - source->at) / sizeof *r->queue)
        return false;
    if (slots)
        r->queue = memory_take(slots * sizeof *r->queue);
    return slots == 0 || take_bytes(source, r->queue, slots * sizeof *r->queue);
}

static bool restore_flow(struct flow_state *state, struct source *source)
{
    struct flow_state kept = *state;
    bool is_sound = take_bytes(source, state, sizeof *state);
    state->flow = kept.flow;
    state->line_from = kept.line_from;
    state->line_to = kept.line_to;
    state->estimate = kept.estimate;
    state->officers = kept.officers;
    state->pickers = kept.pickers;
    return is_sound && restore_resource(&state->officers, source) && restore_resource(&state->pickers, source) &&
           take_bytes(source, state->estimate, estimate_bytes(state));
}

static bool restore_market(struct market_state *state, struct source *source)
{
    struct market_state kept = *state;
    bool is_sound = take_bytes(source, state, sizeof *state) && state->buyers == kept.buyers;
    state->market = kept.market;
    state->use = kept.use;
    state->buyers = kept.buyers;
    return is_sound && (!state->use || take_bytes(source, state->use, state->buyers * sizeof *state->use));
}

static bool restore_saved(struct world *w, struct source *source)
{
    struct saved *s = memory_take(sizeof *s), *expected = memory_take(sizeof *expected);
    fill_saved(w, expected);
    bool is_own = take_bytes(source, s, sizeof *s) && s->magic == magic &&
                  s->replication == expected->replication && s->cell == expected->cell &&
                  s->flows == expected->flows && memcmp(s->scenario, expected->scenario, sizeof s->scenario) == 0 &&
                  memcmp(s->book, expected->book, sizeof s->book) == 0 &&
                  memcmp(&s->key, &expected->key, sizeof s->key) == 0;
    if (is_own) {
        w->ledger = s->ledger;
        w->digest = s->digest;
        w->now = s->now;
        w->unallocated = s->unallocated;
        w->day = s->day;
        w->placed = s->placed;
        w->ended = s->ended;
        w->shipped = s->shipped;
        w->steps = s->steps;
        w->replayed = s->replayed;
        w->questions = s->questions;
        w->answers = s->answers;
    }
    memory_release(s);
    memory_release(expected);
    return is_own;
}

bool world_restore(struct world *w, const void *bytes, size_t length)
{
    struct source source = {bytes, length, 0};
    bool is_sound = restore_saved(w, &source) && take_bytes(&source, w->tally, sizeof *w->tally);
    w->tally->replication = NULL;
    w->tally->replications = 0;
    size_t used = is_sound ? revenue_restore(&w->tally->revenue, source.bytes + source.at, length - source.at) : 0;
    source.at += used;
    is_sound = is_sound && used > 0;
    is_sound = is_sound && pool_restore(&w->orders, source.bytes, length, &source.at) &&
               pool_restore(&w->shipments, source.bytes, length, &source.at);
    for (uint32_t i = 0; is_sound && i < w->scenario->flows; i++)
        is_sound = restore_flow(&w->flow[i], &source);
    is_sound = is_sound && take_bytes(&source, w->firm, sizeof w->firm);
    for (uint32_t i = 1; is_sound && i <= w->scenario->ports; i++)
        is_sound = take_bytes(&source, &w->port[i].is_called, sizeof w->port[i].is_called) &&
                   restore_resource(&w->port[i].officers, &source);
    is_sound = is_sound && take_bytes(&source, w->lane, (w->scenario->lanes + 1) * sizeof *w->lane);
    for (uint32_t i = 0; is_sound && i < w->scenario->markets; i++)
        is_sound = restore_market(&w->market[i], &source);
    return is_sound && kernel_restore(w->kernel, source.bytes + source.at, length - source.at);
}
