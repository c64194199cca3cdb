/* live_view: listens to worlds, and looks into them. */
#include "sim/live_view.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/book.h"
#include "sim/flow.h"
#include "sim/out_json.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/world.h"
#include "sim/world_int.h"

/* Subjects are found by their number; two that share a place lose a movement in the picture, no more. */
enum { SEEN = 1 << 15 };
struct live_seen {
    uint64_t number;
    uint8_t layer;
};

static void see_step(void *self, uint64_t number, const struct event *event, uint64_t subject)
{
    struct live_view *view = self;
    (void)number;
    if (event->column == COLUMN_UNSET)
        return;
    const struct flow_step *step = &flow_table((enum column)event->column)[event->kind & ~FLOW_DONE];
    uint64_t key = subject * 2 + (step->subject == SUBJECT_SHIPMENT);
    struct live_seen *seen = &view->seen[key % SEEN];
    if (seen->number == key && seen->layer != step->layer)
        view->moved[event->column][seen->layer][step->layer]++;
    *seen = (struct live_seen){key, step->layer};
}

void live_view_open(struct live_view *view, const struct scenario *scenario, const struct book *book, uint64_t seed)
{
    const struct world_sink sink = {.self = view, .event = see_step};
    *view = (struct live_view){.scenario = scenario, .book = book, .seed = seed, .worlds = scenario->cells};
    view->world = memory_take(view->worlds * sizeof *view->world);
    view->seen = memory_take(SEEN * sizeof *view->seen);
    for (uint32_t i = 0; i < view->worlds; i++)
        view->world[i] = world_create(scenario, book, seed, 1, i, &sink);
}

void live_view_clear(struct live_view *view)
{
    for (uint32_t i = 0; i < view->worlds; i++)
        world_destroy(view->world[i]);
    memory_release(view->world);
    memory_release(view->seen);
    *view = (struct live_view){0};
}

/* ---- telling ---- */

struct figures {
    uint64_t placed, orders[ORDER_STATE_COUNT], here[COLUMN_COUNT][LAYER_COUNT];
    int64_t cost[COLUMN_COUNT][LAYER_COUNT], receipt[PARTY_MAX];
};

static void count_here(const struct world *w, struct figures *f)
{
    for (uint32_t slot = 0; slot < w->orders.used; slot++) {
        const struct mover *m = &order_at(w, slot)->m;
        if (m->number)
            f->here[m->column][flow_table_of(m)[m->step].layer]++;
    }
    for (uint32_t slot = 0; slot < w->shipments.used; slot++) {
        const struct shipment *s = shipment_at(w, slot);
        if (s->m.number && s->state == SHIPMENT_MOVING)
            f->here[s->m.column][flow_table_of(&s->m)[s->m.step].layer]++;
    }
}

static void add_figures(const struct world *w, struct figures *f)
{
    const struct parties *parties = &w->book->parties;
    f->placed += w->placed;
    for (unsigned state = ORDER_UNSET + 1; state < ORDER_STATE_COUNT; state++)
        f->orders[state] += w->tally->orders[state];
    for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++)
        for (enum posting_kind kind = KIND_UNSET + 1; kind < KIND_COUNT; kind++)
            if (kind_class(kind) < CLASS_GOODS)
                f->cost[column][kind_layer(kind)] += w->ledger.node_kind[column][kind];
    for (uint16_t party = 1; party <= parties->count; party++)
        if (parties->party[party].treasury)
            f->receipt[party] += w->ledger.base_balance[party];
    count_here(w, f);
}

static void tell_nodes(const struct live_view *view, const struct figures *f, struct out_json *json)
{
    unsigned digits = currency_digits(view->scenario->base_currency);
    out_json_begin(json, "nodes", '[');
    for (enum layer layer = LAYER_UNSET + 1; layer < LAYER_COUNT; layer++)
        for (enum column column = COLUMN_UNSET + 1; column < COLUMN_COUNT; column++) {
            out_json_begin_flat(json, NULL, '{');
            out_json_text(json, "layer", layer_id(layer));
            out_json_text(json, "column", column_id(column));
            out_json_count(json, "here", f->here[column][layer]);
            out_json_decimal(json, "cost", f->cost[column][layer], digits);
            out_json_begin_flat(json, "to", '{');
            for (enum layer next = LAYER_UNSET + 1; next < LAYER_COUNT; next++)
                if (view->moved[column][layer][next])
                    out_json_count(json, layer_id(next), view->moved[column][layer][next]);
            out_json_end(json, '}');
            out_json_end(json, '}');
        }
    out_json_end(json, ']');
}

static void tell_flow(const struct flow_state *state, const struct book *book, struct out_json *json)
{
    const struct scenario_flow *flow = state->flow;
    out_json_begin_flat(json, NULL, '{');
    out_json_text(json, "flow", flow->id);
    out_json_text(json, "channel", channel_id((enum channel)flow->channel));
    out_json_count(json, "officers", state->officers.capacity);
    out_json_count(json, "officers_queue", state->officers.length);
    out_json_count(json, "pickers", state->pickers.capacity);
    out_json_count(json, "pickers_queue", state->pickers.length);
    out_json_begin_flat(json, "stock", '[');
    for (uint32_t i = 0; channel_has_stock((enum channel)flow->channel) && i < flow->goods_count; i++) {
        const struct stock *stock = &state->stock[i];
        out_json_begin_flat(json, NULL, '{');
        out_json_text(json, "sku", book->catalog.product[flow->goods[i].product].sku);
        out_json_count(json, "have", (uint64_t)(stock->have > 0 ? stock->have : 0));
        out_json_count(json, "on_order", (uint64_t)(stock->on_order > 0 ? stock->on_order : 0));
        out_json_count(json, "backlog", (uint64_t)(stock->backlog > 0 ? stock->backlog : 0));
        out_json_end(json, '}');
    }
    out_json_end(json, ']');
    out_json_end(json, '}');
}

/* A flow is at work in the cell of its market. */
static void tell_flows(const struct live_view *view, struct out_json *json)
{
    out_json_begin(json, "flows", '[');
    for (uint32_t i = 0; i < view->worlds; i++) {
        const struct world *w = view->world[i];
        for (uint32_t flow = 0; flow < w->scenario->flows; flow++)
            if (w->scenario->market[w->flow[flow].market].cell == i)
                tell_flow(&w->flow[flow], view->book, json);
    }
    out_json_end(json, ']');
}

static void tell_treasuries(const struct live_view *view, const struct figures *f, struct out_json *json)
{
    const struct parties *parties = &view->book->parties;
    out_json_begin_flat(json, "treasuries", '{');
    for (uint16_t party = 1; party <= parties->count; party++)
        if (f->receipt[party])
            out_json_decimal(json, parties->party[party].id, f->receipt[party],
                             currency_digits(view->scenario->base_currency));
    out_json_end(json, '}');
}

void live_view_tell(const struct live_view *view, struct buf *out)
{
    struct figures *f = memory_take(sizeof *f);
    struct out_json json = {.out = out};
    for (uint32_t i = 0; i < view->worlds; i++)
        add_figures(view->world[i], f);
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "currency", currency_code(view->scenario->base_currency));
    out_json_count(&json, "placed", f->placed);
    out_json_begin_flat(&json, "orders", '{');
    for (unsigned state = ORDER_UNSET + 1; state < ORDER_STATE_COUNT; state++)
        if (state != ORDER_OPEN)
            out_json_count(&json, order_state_id((enum order_state)state), f->orders[state]);
    out_json_end(&json, '}');
    tell_nodes(view, f, &json);
    tell_flows(view, &json);
    tell_treasuries(view, f, &json);
    out_json_end(&json, '}');
    memory_release(f);
}

void live_view_forget(struct live_view *view)
{
    memset(view->moved, 0, sizeof view->moved);
}

void live_view_look(const struct live_view *view, struct live_point *point)
{
    struct figures *f = memory_take(sizeof *f);
    for (uint32_t i = 0; i < view->worlds; i++) {
        const struct world *w = view->world[i];
        add_figures(w, f);
        for (uint32_t flow = 0; flow < w->scenario->flows; flow++)
            point->waiting += w->flow[flow].officers.length + w->flow[flow].pickers.length;
    }
    uint64_t ended = 0;
    for (unsigned state = ORDER_UNSET + 1; state < ORDER_STATE_COUNT; state++)
        ended += state != ORDER_OPEN ? f->orders[state] : 0;
    point->open = f->placed > ended ? f->placed - ended : 0;
    for (uint16_t party = 1; party <= view->book->parties.count; party++)
        point->treasuries += f->receipt[party];
    memory_release(f);
}

void live_view_digest(const struct live_view *view, int64_t until, char out[33])
{
    struct tally *sum = tally_create();
    for (uint32_t i = 0; i < view->worlds; i++) {
        struct buf bytes = {0};
        struct errs errs = {0};
        struct tally *tally = tally_create();
        struct world *copy = world_create(view->scenario, view->book, view->seed, 1, i, NULL);
        world_save(view->world[i], &bytes);
        check(world_restore(copy, bytes.data, bytes.length));
        world_advance(copy, until, 0); /* nothing is left to happen; but it ends there */
        world_result(copy, tally, &errs);
        tally_merge(sum, tally);
        world_destroy(copy);
        tally_free(tally);
        buf_finish(&bytes);
    }
    digest_write(&sum->digest, out);
    tally_free(sum);
}
