/* flow: moves orders and shipments down their column's table. */
#include "sim/flow.h"

#include "core/check.h"
#include "core/date.h"
#include "logistics/carrier.h"
#include "sim/account.h"
#include "sim/port.h"

const struct flow_step *flow_table(enum column column)
{
    switch (column) {
    case COLUMN_EXPORT_RETAIL: return export_retail_steps;
    case COLUMN_GENERAL_TRADE: return general_trade_steps;
    case COLUMN_IMPORT_RETAIL: return import_retail_steps;
    default: break;
    }
    check(column == COLUMN_UNSET);
    return NULL;
}

const struct flow_step *flow_table_of(const struct mover *m)
{
    return flow_table(channel_column((enum channel)m->channel));
}

bool flow_is_own(const struct flow_step *step, const struct mover *m)
{
    unsigned is = 1u << m->channel | (m->awaits_refund ? FLOW_AWAITS_REFUND : 0);
    return step->subject == m->kind && (step->channels & is) != 0;
}

static void to_own(const struct flow_step *table, struct mover *m)
{
    while (table[m->step].id && !flow_is_own(&table[m->step], m))
        m->step++;
}

static void to_next(const struct flow_step *table, struct mover *m)
{
    m->step++;
    to_own(table, m);
}

void flow_enter(const struct world *w, struct mover *m)
{
    check(m->flow < w->scenario->flows);
    m->step = 0;
    to_own(flow_table_of(m), m);
}

/* ---- rows of price lists ---- */

uint32_t flow_row(struct world *w, unsigned flow, enum flow_role role)
{
    struct role_row *row = &w->flow[flow].row[role];
    if (w->day >= row->from_day && w->day <= row->until_day)
        return row->row;
    const char *id = w->flow[flow].flow->role[role];
    uint32_t found = id ? sheet_find(&w->scenario->sheet, id, w->day) : 0;
    if (id && !found) {
        char day[11];
        date_write(w->day, day);
        world_fail(w, ERR_NO_RATE, "flow \"%s\": no price \"%s\" on %s", w->flow[flow].flow->id, id, day);
        return 0;
    }
    *row = (struct role_row){found, INT32_MIN, INT32_MAX};
    w->tally->reads.roles[flow] |= (uint32_t)(found != 0) << role;
    if (found)
        *row = (struct role_row){found, w->scenario->sheet.row[found].from_day,
                                 w->scenario->sheet.row[found].until_day};
    return found;
}

int64_t flow_time(struct world *w, const struct mover *m, enum flow_role role, uint32_t index)
{
    uint32_t row = flow_row(w, m->flow, role);
    if (!row || w->scenario->sheet.row[row].t90_s == 0)
        return 0;
    return carrier_duration_s(&w->scenario->sheet, row, world_draw(w, m, DRAW_TIME + role, index));
}

bool flow_loses(struct world *w, const struct mover *m, enum flow_role role)
{
    uint32_t row = flow_row(w, m->flow, role);
    return row && w->scenario->sheet.row[row].loss_ppm &&
           carrier_loses(&w->scenario->sheet, row, world_draw(w, m, DRAW_LOSS + role, 0));
}

/* ---- events ---- */

/* Whose table a mover follows. */
static uint8_t column_of(const struct mover *m)
{
    return (uint8_t)channel_column((enum channel)m->channel);
}

static void schedule(struct world *w, const struct mover *m, int64_t after_s, unsigned kind, uint8_t priority)
{
    kernel_push(w->kernel, (struct event){.time = w->now + after_s, .subject = m->slot, .kind = (uint16_t)kind,
                                          .priority = priority, .column = column_of(m),
                                          .generation = m->generation});
}

enum { PRIORITY_DONE = 1, PRIORITY_STEP }; /* hands are free before anyone asks for them */

static void note(struct world *w, const struct mover *m)
{
    w->steps++;
    digest_word(&w->digest, (uint64_t)w->now);
    digest_word(&w->digest, m->number << 20 | (uint64_t)m->kind << 18 | (uint64_t)m->column << 16 | m->step);
    if (!w->sink.event)
        return;
    struct event event = {.time = w->now, .subject = m->slot, .kind = m->step, .column = column_of(m),
                          .generation = m->generation};
    w->sink.event(w->sink.self, world_number(w, w->steps), &event, m->number);
}

static void stamp(const struct world *w, struct mover *m, const struct flow_step *step)
{
    if (step->stamp && m->kind == SUBJECT_ORDER)
        order_of(m)->stamp_s[step->stamp - 1] = (int32_t)(w->now - order_of(m)->placed_at);
}

/* ---- work that needs somebody ---- */

static struct resource *queue_of(struct world *w, const struct mover *m, unsigned queue)
{
    struct flow_state *flow = &w->flow[m->flow];
    check(queue == FLOW_OFFICERS || queue == FLOW_PICKERS);
    return queue == FLOW_OFFICERS ? port_officers(w, m) : &flow->pickers;
}

static void wait_ends(struct mover *m, unsigned layer, int64_t waited_s)
{
    m->waited_s[layer] += (uint32_t)waited_s;
    m->spent_s[layer] += (uint32_t)waited_s;
}

/* Begins what it waited for since then; a shift's end interrupts an officer's work, and that is waiting, too. */
static void work(struct world *w, struct mover *m, const struct flow_step *step, int64_t since)
{
    int64_t duration_s = flow_time(w, m, (enum flow_role)step->time, 0), waited_s = w->now - since, pause_s = 0;
    if (step->queue == FLOW_OFFICERS) {
        pause_s = port_pause_s(w, m, duration_s);
        port_tally(w, m)->waiting_s += waited_s + pause_s;
    }
    wait_ends(m, step->layer, waited_s + pause_s);
    m->spent_s[step->layer] += (uint32_t)duration_s;
    schedule(w, m, duration_s + pause_s, m->step | FLOW_DONE, PRIORITY_DONE);
}

static void take_queue(struct world *w, struct mover *m, const struct flow_step *step)
{
    struct resource_waiter waiter = {.subject = m->slot, .generation = m->generation, .kind = m->step,
                                     .column = column_of(m)};
    if (resource_take(queue_of(w, m, step->queue), w->now, waiter))
        work(w, m, step, w->now);
    else if (step->queue == FLOW_OFFICERS)
        port_call(w, m);
}

static struct mover *mover_at(const struct world *w, enum column column, unsigned step, uint32_t slot)
{
    return flow_table(column)[step].subject == SUBJECT_ORDER ? &order_at(w, slot)->m : &shipment_at(w, slot)->m;
}

static void begin(struct world *w, const struct resource_waiter *next)
{
    struct mover *m = mover_at(w, (enum column)next->column, next->kind, next->subject);
    check(m->generation == next->generation);
    work(w, m, &flow_table((enum column)next->column)[next->kind], next->since);
}

/* Whoever waits first begins. */
static void give_queue(struct world *w, const struct mover *m, const struct flow_step *step)
{
    struct resource_waiter next;
    if (resource_give(queue_of(w, m, step->queue), w->now, &next))
        begin(w, &next);
    else if (step->queue == FLOW_OFFICERS)
        port_call(w, m);
}

void flow_shift(struct world *w, unsigned port)
{
    struct resource_waiter next;
    struct resource *officers = port_opens(w, port);
    while (resource_admit(officers, w->now, &next))
        begin(w, &next);
}

/* ---- rows ---- */

/* Pays and lets the time pass; false when none passes. */
static bool passes(struct world *w, struct mover *m, const struct flow_step *table)
{
    const struct flow_step *step = &table[m->step];
    for (unsigned i = 0; i < FLOW_PRICES && step->price[i]; i++)
        account_price(w, m, (enum flow_role)step->price[i], flow_of(w, m)->seller);
    if (step->queue) {
        take_queue(w, m, step);
        return true;
    }
    int64_t duration_s = step->time ? flow_time(w, m, (enum flow_role)step->time, 0) : 0;
    if (duration_s == 0)
        return false;
    m->spent_s[step->layer] += (uint32_t)duration_s;
    to_next(table, m);
    schedule(w, m, duration_s, m->step, PRIORITY_STEP);
    return true;
}

void flow_run(struct world *w, struct mover *m)
{
    const struct flow_step *table = flow_table_of(m);
    while (table[m->step].id) {
        const struct flow_step *step = &table[m->step];
        note(w, m);
        enum flow_verdict verdict = step->act ? step->act(w, m) : FLOW_ON;
        if (w->is_failed || verdict == FLOW_END)
            return;
        if (verdict == FLOW_LATER || verdict == FLOW_AT) {
            if (verdict == FLOW_LATER)
                wait_ends(m, step->layer, w->later_s);
            schedule(w, m, w->later_s, m->step, PRIORITY_STEP);
            return;
        }
        if (verdict == FLOW_WAIT)
            return;
        if (verdict == FLOW_SKIP && w->sink.skip)
            w->sink.skip(w->sink.self, (enum subject_kind)m->kind, m->number);
        stamp(w, m, step);
        if (verdict == FLOW_ON && passes(w, m, table))
            return;
        to_next(table, m);
    }
}

void flow_event(struct world *w, const struct event *event)
{
    unsigned step = event->kind & ~FLOW_DONE;
    const struct flow_step *table = flow_table((enum column)event->column);
    struct mover *m = mover_at(w, (enum column)event->column, step, event->subject);
    if (m->generation != event->generation)
        return;
    if (event->kind & FLOW_DONE) {
        give_queue(w, m, &table[step]);
        to_next(table, m);
    }
    flow_run(w, m);
}

void flow_wake(struct world *w, struct mover *m, int64_t since)
{
    const struct flow_step *table = flow_table_of(m);
    wait_ends(m, table[m->step].layer, w->now - since);
    stamp(w, m, &table[m->step]);
    to_next(table, m);
    schedule(w, m, 0, m->step, PRIORITY_STEP);
}

void flow_again(struct world *w, struct mover *m, int64_t since)
{
    wait_ends(m, flow_table_of(m)[m->step].layer, w->now - since);
    flow_run(w, m);
}

void flow_add_hours(struct world *w, const struct mover *m)
{
    for (unsigned layer = LAYER_LAW; layer < LAYER_COUNT; layer++)
        if (m->spent_s[layer])
            hours_add(&w->tally->node[node_index((enum layer)layer, (enum column)m->column)].hours,
                      m->spent_s[layer], m->waited_s[layer]);
}
