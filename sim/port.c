/* port: people and their shifts; documents, when sent and whether they agree; trust, inspection and its outcome. */
#include "sim/port.h"

#include "core/check.h"
#include "customs/clear.h"
#include "sim/breach.h"
#include "sim/outside.h"
#include "sim/sale.h"

struct port_tally *port_tally(struct world *w, const struct mover *m)
{
    return &w->tally->port[flow_of(w, m)->port];
}

/* ---- people ---- */

static const struct scenario_port *staff_of(const struct world *w, const struct mover *m)
{
    return &w->scenario->staff[flow_of(w, m)->port];
}

/* As many as are at work now. */
static struct resource *follow(struct world *w, unsigned port)
{
    const struct scenario_port *staff = &w->scenario->staff[port];
    struct resource *officers = &w->port[port].officers;
    if (staff->has_shift) {
        uint32_t capacity = shift_is_on(&staff->shift, w->now) ? staff->officers : 0;
        if (officers->capacity != capacity)
            resource_resize(officers, w->now, capacity);
    }
    return officers;
}

struct resource *port_officers(struct world *w, const struct mover *m)
{
    return staff_of(w, m)->officers ? follow(w, flow_of(w, m)->port) : &w->flow[m->flow].officers;
}

int64_t port_pause_s(const struct world *w, const struct mover *m, int64_t work_s)
{
    const struct scenario_port *staff = staff_of(w, m);
    return staff->has_shift ? shift_ends(&staff->shift, w->now, work_s) - w->now - work_s : 0;
}

void port_call(struct world *w, const struct mover *m)
{
    unsigned port = flow_of(w, m)->port;
    const struct scenario_port *staff = staff_of(w, m);
    struct port_state *state = &w->port[port];
    if (!staff->has_shift || state->is_called || state->officers.capacity || state->officers.length == 0)
        return;
    state->is_called = true;
    kernel_push(w->kernel, (struct event){.time = shift_begins(&staff->shift, w->now), .subject = port,
                                          .kind = FLOW_SHIFT, .priority = 2, .column = COLUMN_UNSET});
}

struct resource *port_opens(struct world *w, unsigned port)
{
    w->port[port].is_called = false;
    return follow(w, port);
}

/* ---- documents ---- */

static const uint8_t cause_of[DECLARE_DOCUMENTS] = {
    [DECLARE_ORDER] = TIME_PAID, [DECLARE_PAYMENT] = TIME_PAID, [DECLARE_WAYBILL] = TIME_WAYBILL};

static int64_t delay_of(const struct world *w, const struct order *o, enum declare_document document)
{
    const struct quantile *delay = flow_of(w, &o->m)->document[document];
    return delay ? quantile_draw(delay, world_draw(w, &o->m, DRAW_DOCUMENT, document)) : 0;
}

int64_t port_sent_at(const struct world *w, const struct order *o, enum declare_document document)
{
    int64_t last = INT64_MIN;
    if (document != DECLARE_LIST) {
        int32_t cause_s = o->stamp_s[cause_of[document]];
        return cause_s < 0 ? INT64_MIN : o->placed_at + cause_s + delay_of(w, o, document);
    }
    for (enum declare_document other = DECLARE_ORDER; other < DECLARE_LIST; other++) {
        int64_t sent_at = port_sent_at(w, o, other);
        if (sent_at == INT64_MIN)
            return INT64_MIN;
        last = sent_at > last ? sent_at : last;
    }
    return last + delay_of(w, o, DECLARE_LIST);
}

enum flow_verdict port_declare(struct world *w, struct mover *m)
{
    if (flow_of(w, m)->has_documents) {
        int64_t sent_at = port_sent_at(w, order_of(m), DECLARE_LIST);
        check(sent_at != INT64_MIN);
        w->later_s = sent_at - w->now;
        if (w->later_s > 0)
            return FLOW_LATER;
    }
    enum outside_word word = outside_ask(w, order_of(m), OUTSIDE_DECLARATION);
    if (word == OUTSIDE_WAITS)
        return FLOW_WAIT;
    port_tally(w, m)->declarations++;
    if (word != OUTSIDE_DECLINES)
        return FLOW_ON;
    port_tally(w, m)->refused++;
    return sale_refuse(w, order_of(m), CLEAR_SENT_BACK);
}

static uint32_t firm_of(struct world *w, const struct mover *m, enum flow_role role)
{
    return w->row_party[flow_row(w, m->flow, role)];
}

/* What the four parties write: each knows the order, and here nobody errs. */
static struct declaration declaration_of(struct world *w, const struct order *o)
{
    uint32_t payment_firm = firm_of(w, &o->m, ROLE_PAYMENT), firm = flow_of(w, &o->m)->seller;
    uint32_t buyer = breach_buyer(o);
    int64_t paid = o->goods_minor + o->freight_minor + o->tax_minor;
    return (struct declaration){
        .order = {o->placed_at, o->goods_minor, o->freight_minor, o->tax_minor, paid, buyer, o->buyer, firm,
                  payment_firm, o->lines, o->m.units},
        .payment = {o->placed_at + o->stamp_s[TIME_PAID], paid, buyer, payment_firm},
        .waybill = {o->placed_at + o->stamp_s[TIME_WAYBILL], o->m.gross_g, o->buyer},
        .list = {o->goods_minor, o->m.gross_g, buyer, firm, o->lines, o->m.units}};
}

enum flow_verdict port_match(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    const struct scenario_flow *flow = flow_of(w, m);
    struct declaration declaration = declaration_of(w, o);
    bool is_first = !o->fault;
    if (is_first && rng_chance_ppm(world_draw(w, m, DRAW_MISMATCH, 0), flow->mismatch_ppm))
        declare_spoil(&declaration, world_draw(w, m, DRAW_MISMATCH, 1));
    enum declare_fault fault = declare_match(&declaration, flow->tolerance_minor);
    if (fault == DECLARE_AGREES)
        return FLOW_ON;
    check(is_first); /* what is sent again is right */
    o->fault = (uint8_t)fault;
    port_tally(w, m)->match_failures++;
    port_tally(w, m)->fault[fault]++;
    world_tell(w, &(struct world_note){.order = m->number, .kind = NOTE_FAULT, .what = (uint8_t)fault});
    w->later_s = flow_time(w, m, ROLE_LIST, 1);
    return FLOW_LATER;
}

/* ---- trust ---- */

bool port_asks_guarantee(const struct world *w, const struct mover *m)
{
    return w->scenario->has_credit && w->scenario->credit.grade[w->firm[flow_of(w, m)->seller].grade].asks_guarantee;
}

bool port_bars(const struct world *w, const struct scenario_flow *flow)
{
    return w->scenario->has_credit && flow->column != COLUMN_GENERAL_TRADE &&
           w->firm[flow->seller].grade == CREDIT_BLACKLISTED;
}

static void judge(struct world *w, const struct mover *m, bool is_caught)
{
    uint16_t seller = flow_of(w, m)->seller;
    struct credit *firm = &w->firm[seller];
    if (!w->scenario->has_credit)
        return;
    if (is_caught ? credit_caught(firm, &w->scenario->credit) : credit_clean(firm, &w->scenario->credit))
        world_tell(w, &(struct world_note){
                          .order = m->number, .kind = NOTE_GRADE, .what = firm->grade, .party = seller});
}

void port_caught(struct world *w, const struct mover *m)
{
    port_tally(w, m)->catches++;
    judge(w, m, true);
}

uint32_t port_inspect_ppm(const struct world *w, const struct scenario_flow *flow, int64_t declared_ppm)
{
    int64_t chance = flow->inspect_ppm;
    if (flow->risk_ppm != 1000000)
        chance = money_scale(chance, flow->risk_ppm, 1000000, ROUND_HALF_UP);
    chance = chance < 1000000 ? chance : 1000000;
    if (!w->scenario->has_credit)
        return (uint32_t)chance;
    return credit_inspect_ppm(&w->firm[flow->seller], &w->scenario->credit, (uint32_t)chance, declared_ppm);
}

/* ---- inspection ---- */

enum flow_verdict port_select(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    int64_t declared_ppm = o->irregular == IRREGULAR_UNDERVALUED ? o->declared_ppm : 1000000;
    o->is_inspected = clear_selects(port_inspect_ppm(w, flow_of(w, m), declared_ppm), world_draw(w, m, DRAW_SELECT, 0));
    if (!o->is_inspected)
        return FLOW_SKIP;
    port_tally(w, m)->inspections++;
    return FLOW_ON;
}

enum flow_verdict port_release(struct world *w, struct mover *m)
{
    const struct scenario_flow *flow = flow_of(w, m);
    struct order *o = order_of(m);
    if (!o->is_inspected)
        return FLOW_ON;
    enum flow_verdict verdict = m->channel == CHANNEL_PERSONAL_PARCEL ? FLOW_ON : breach_look(w, o);
    if (verdict != FLOW_ON || o->is_found) /* a parcel was looked at when it was taxed */
        return verdict;
    enum clear_finding finding = clear_finding(flow->catch_ppm, flow->seize_ppm, world_draw(w, m, DRAW_CATCH, 0),
                                               world_draw(w, m, DRAW_SEIZE, 0));
    if (finding == CLEAR_SOUND) {
        judge(w, m, false);
        return FLOW_ON;
    }
    port_caught(w, m);
    return sale_refuse(w, o, finding);
}
