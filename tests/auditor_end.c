/* auditor_end: counts what is there when a run has ended, and sets the auditor's books against it. */
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "tests/auditor_int.h"

/* ---- money ---- */

static void close_currencies(struct auditor *a, const struct tally *tally)
{
    uint16_t parties = a->book->parties.count;
    for (unsigned currency = 1; currency < currency_count(); currency++) {
        int64_t sum = 0;
        for (uint16_t p = 1; p <= parties; p++) {
            sum += a->balance[p][currency];
            auditor_same(a, "a party's balance", a->balance[p][currency], a->world->ledger.balance[p][currency]);
        }
        auditor_same(a, "a currency's sum", sum, 0);
    }
    for (uint16_t p = 1; p <= parties; p++)
        auditor_same(a, "a party's balance in all", a->base[p], tally->balance[p]);
    auditor_same(a, "postings", (int64_t)a->postings, (int64_t)tally->postings);
}

/* Buyers paid = goods + nodes + margin; the margin is that of the title holders' accounts. */
static void close_identity(struct auditor *a, const struct tally *tally)
{
    int64_t nodes = 0, holders = 0;
    for (unsigned column = 1; column < COLUMN_COUNT; column++)
        for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++) {
            nodes += a->node[column][layer];
            auditor_same(a, "a node", a->node[column][layer],
                         tally->node[node_index((enum layer)layer, (enum column)column)].cost);
        }
    for (uint16_t p = 1; p <= a->book->parties.count; p++)
        if (a->book->parties.party[p].side == SIDE_HOLDER)
            holders += a->base[p];
    auditor_same(a, "title holders' accounts", a->margin, holders);
    auditor_same(a, "buyers paid = goods + nodes + margin", a->paid, a->goods + nodes + a->margin);
    auditor_same(a, "buyers paid", a->paid, tally->paid);
    auditor_same(a, "goods bought", a->goods, tally->goods + tally->stock);
    auditor_same(a, "margin", a->margin, tally->margin - tally->stock);
}

/* What shipments cost went to orders, or nobody took it; goods went to orders, or are there still. */
static void close_allocations(struct auditor *a, const struct tally *tally)
{
    int64_t shipped = 0, goods = 0, given = 0, given_goods = 0;
    for (uint64_t i = 0; i < a->shipments.count; i++) {
        const struct subject *s = &a->shipments.at[i];
        shipped += s->layer[LAYER_LAW] + s->layer[LAYER_TRADE] + s->layer[LAYER_LOGISTICS];
        goods += s->goods;
    }
    for (uint64_t i = 0; i < a->orders.count; i++) {
        given += a->orders.at[i].given;
        given_goods += a->orders.at[i].given_goods;
    }
    auditor_same(a, "unallocated", shipped - given, tally->unallocated);
    auditor_same(a, "goods in stock", goods - given_goods, tally->stock);
}

/* ---- units ---- */

struct shelf {
    int64_t bought, moving, lost, taken, back, waiting;
    int64_t moving_shipments, stored_shipments;
};

static void fill_shelves(const struct auditor *a, struct shelf (*shelf)[FLOW_GOODS_MAX])
{
    for (uint64_t i = 0; i < a->shipments.count; i++) {
        const struct subject *s = &a->shipments.at[i];
        struct shelf *at = &shelf[s->flow][s->item];
        at->bought += s->units;
        at->lost += s->is_written_off ? s->units : 0;
        at->moving += s->is_written_off || s->is_put_away ? 0 : s->units;
        at->moving_shipments += !s->is_written_off && !s->is_put_away;
        at->stored_shipments += s->is_put_away;
    }
    for (uint64_t i = 0; i < a->orders.count; i++) {
        const struct subject *s = &a->orders.at[i];
        struct shelf *at = &shelf[s->flow][s->item];
        const char *row = flow_table(channel_column((enum channel)s->channel))[s->step].id;
        bool comes_back = s->state == ORDER_REFUSED || s->state == ORDER_RETURNED;
        if (!channel_has_stock((enum channel)s->channel))
            continue;
        if (s->is_taken) {
            at->taken += s->units;
            at->back += comes_back && !s->is_written_off ? s->units : 0;
        } else if (s->state == ORDER_OPEN && strcmp(row, "reserve") == 0) {
            at->waiting += s->units;
        }
    }
}

static int64_t units_in_lots(const struct auditor *a, unsigned flow, unsigned item)
{
    int64_t units = 0;
    for (uint32_t slot = 0; slot < a->world->shipments.used; slot++) {
        const struct shipment *s = shipment_at(a->world, slot);
        if (s->m.number && s->m.flow == flow && s->m.item == item && s->state == SHIPMENT_STOCKED)
            units += s->left;
    }
    return units;
}

static void close_shelves(struct auditor *a, const struct tally *tally)
{
    struct shelf(*shelf)[FLOW_GOODS_MAX] = memory_take(a->scenario->flows * sizeof *shelf);
    int64_t moving = 0, stored = 0;
    fill_shelves(a, shelf);
    for (uint32_t flow = 0; flow < a->scenario->flows; flow++)
        for (uint32_t item = 0; item < a->scenario->flow[flow].goods_count; item++) {
            const struct stock *stock = &a->world->flow[flow].stock[item];
            const struct shelf *s = &shelf[flow][item];
            int64_t left = s->bought - s->lost - s->moving - s->taken + s->back;
            auditor_same(a, "units in stock", left, stock->have);
            auditor_same(a, "units in lots", left, units_in_lots(a, flow, item));
            auditor_same(a, "units on order", s->moving, stock->on_order);
            auditor_same(a, "units that orders wait for", s->waiting, stock->backlog);
            moving += s->moving_shipments;
            stored += s->stored_shipments;
        }
    auditor_same(a, "shipments that move", moving, (int64_t)tally->shipments[SHIPMENT_MOVING]);
    auditor_same(a, "shipments put away", stored,
                 (int64_t)(tally->shipments[SHIPMENT_STOCKED] + tally->shipments[SHIPMENT_EMPTIED]));
    memory_release(shelf);
}

/* ---- orders and parcels ---- */

static void close_states(struct auditor *a, const struct tally *tally)
{
    uint64_t sum = 0;
    for (unsigned channel = 1; channel < CHANNEL_COUNT; channel++)
        for (unsigned state = ORDER_OPEN; state < ORDER_STATE_COUNT; state++) {
            sum += a->state[channel][state];
            auditor_same(a, "orders of a channel in a state", (int64_t)a->state[channel][state],
                         (int64_t)tally->channel[channel].orders[state]);
        }
    auditor_same(a, "orders", (int64_t)sum, (int64_t)a->orders.count);
    auditor_same(a, "orders placed", (int64_t)a->orders.count, (int64_t)world_placed(a->world));
    auditor_same(a, "events", (int64_t)a->events, (int64_t)tally->events);
}

/* Subjects by the row of their last event, of those that the world still holds. */
struct there {
    uint64_t at[FLOW_MAX][AUDITOR_STEPS_MAX];
    uint64_t boarding[FLOW_MAX];
    int64_t boarding_g[FLOW_MAX];
    uint64_t queued[FLOW_MAX][FLOW_PICKERS + 1];
};

static void look_at(struct auditor *a, const struct mover *m, struct there *there)
{
    const struct subjects *list = m->kind == SUBJECT_ORDER ? &a->orders : &a->shipments;
    uint64_t n = auditor_count_of(a, m->number);
    if (n == 0 || n > list->count) {
        auditor_complain(a, "somebody is there who never began");
        return;
    }
    const struct subject *s = &list->at[n - 1];
    const struct flow_step *row = &flow_table(channel_column((enum channel)s->channel))[s->step];
    there->at[s->flow][s->step]++;
    if (m->step != s->step && m->step != auditor_next(s, s->step + 1u))
        auditor_complain(a, "%llu stands at row %u, its last event was at row %u", (unsigned long long)m->number,
                         m->step, s->step);
    if (m->step != s->step)
        return;
    there->queued[s->flow][row->queue]++;
    if (strncmp(row->id, "board", 5) == 0) {
        there->boarding[s->flow]++;
        there->boarding_g[s->flow] += m->gross_g - m->loaded_g;
    }
}

static void look_around(struct auditor *a, struct there *there)
{
    for (uint32_t slot = 0; slot < a->world->orders.used; slot++)
        if (order_at(a->world, slot)->m.number)
            look_at(a, &order_at(a->world, slot)->m, there);
    for (uint32_t slot = 0; slot < a->world->shipments.used; slot++)
        if (shipment_at(a->world, slot)->m.number)
            look_at(a, &shipment_at(a->world, slot)->m, there);
}

/* Subjects that are gone, by the row where they ended. */
static void count_gone(const struct auditor *a, uint64_t (*gone)[AUDITOR_STEPS_MAX])
{
    for (uint64_t i = 0; i < a->orders.count; i++)
        if (a->orders.at[i].state != ORDER_OPEN)
            gone[a->orders.at[i].flow][a->orders.at[i].step]++;
    for (uint64_t i = 0; i < a->shipments.count; i++) {
        const struct subject *s = &a->shipments.at[i];
        const struct shipment *there = shipment_at(a->world, s->slot);
        if (there->m.number == 0 || auditor_count_of(a, there->m.number) != i + 1)
            gone[s->flow][s->step]++;
    }
}

static uint64_t length_of_list(const struct auditor *a, const struct flow_state *state)
{
    uint64_t length = 0;
    bool is_stock = channel_has_stock((enum channel)state->flow->channel);
    for (uint32_t at = state->boarding.first; at; length++)
        at = is_stock ? shipment_at(a->world, at - 1)->m.next : order_at(a->world, at - 1)->m.next;
    return length;
}

/* What came to a row went on, ended there, or is there still; so do queues and departures say. */
static void close_legs(struct auditor *a)
{
    struct there *there = memory_take(sizeof *there);
    uint64_t(*gone)[AUDITOR_STEPS_MAX] = memory_take(FLOW_MAX * sizeof *gone);
    int64_t officers = 0;
    look_around(a, there);
    count_gone(a, gone);
    for (uint32_t port = 0; port < PORTS_MAX; port++)
        officers += (int64_t)a->world->port[port].officers.busy + a->world->port[port].officers.length;
    for (uint32_t flow = 0; flow < a->scenario->flows; flow++) {
        const struct flow_state *state = &a->world->flow[flow];
        for (unsigned step = 0; step < AUDITOR_STEPS_MAX; step++)
            auditor_same(a, "parcels of a leg", (int64_t)a->leg[flow][step].entered,
                         (int64_t)(a->leg[flow][step].passed + gone[flow][step] + there->at[flow][step]));
        officers += (int64_t)state->officers.busy + state->officers.length;
        officers -= (int64_t)there->queued[flow][FLOW_OFFICERS];
        auditor_same(a, "with pickers", (int64_t)there->queued[flow][FLOW_PICKERS],
                     (int64_t)state->pickers.busy + state->pickers.length);
        auditor_same(a, "waiting for a departure", (int64_t)there->boarding[flow],
                     (int64_t)length_of_list(a, state));
        auditor_same(a, "grams waiting for a departure", there->boarding_g[flow], state->board_g);
    }
    auditor_same(a, "too many with officers", officers, 0);
    memory_release(gone);
    memory_release(there);
}

/* ---- allowances ---- */

static void close_allowances(struct auditor *a)
{
    for (uint32_t market = 0; market < a->scenario->markets; market++) {
        const struct market_state *state = &a->world->market[market];
        for (uint32_t buyer = 0; a->allowance[market] && buyer < state->buyers; buyer++) {
            const struct allowance *mine = &a->allowance[market][buyer];
            if (mine->year && (!state->use || state->use[buyer].year == mine->year))
                auditor_same(a, "allowance of a buyer", mine->used, state->use ? state->use[buyer].used_minor : 0);
        }
    }
}

void auditor_close(struct auditor *a, const struct tally *tally)
{
    close_currencies(a, tally);
    close_identity(a, tally);
    close_allocations(a, tally);
    close_shelves(a, tally);
    close_states(a, tally);
    close_legs(a);
    if (!a->scenario->replay)
        close_allowances(a);
}
