/* port: when documents are sent, what they say, whether they agree; inspection and its outcome. */
#include "sim/port.h"

#include "core/check.h"
#include "customs/clear.h"
#include "sim/sale.h"

struct port_tally *port_tally(struct world *w, const struct mover *m)
{
    return &w->tally->port[flow_of(w, m)->port];
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
    port_tally(w, m)->declarations++;
    return FLOW_ON;
}

static uint32_t firm_of(struct world *w, const struct mover *m, enum flow_role role)
{
    return w->row_party[flow_row(w, m->flow, role)];
}

/* What the four parties write: each knows the order, and here nobody errs. */
static struct declaration declaration_of(struct world *w, const struct order *o)
{
    uint32_t payment_firm = firm_of(w, &o->m, ROLE_PAYMENT), firm = flow_of(w, &o->m)->seller;
    int64_t paid = o->goods_minor + o->freight_minor + o->tax_minor;
    return (struct declaration){
        .order = {o->placed_at, o->goods_minor, o->freight_minor, o->tax_minor, paid, o->buyer, o->buyer, firm,
                  payment_firm, o->lines, o->m.units},
        .payment = {o->placed_at + o->stamp_s[TIME_PAID], paid, o->buyer, payment_firm},
        .waybill = {o->placed_at + o->stamp_s[TIME_WAYBILL], o->m.gross_g, o->buyer},
        .list = {o->goods_minor, o->m.gross_g, o->buyer, firm, o->lines, o->m.units}};
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

/* ---- inspection ---- */

enum flow_verdict port_select(struct world *w, struct mover *m)
{
    struct order *o = order_of(m);
    o->is_inspected = clear_selects(flow_of(w, m)->inspect_ppm, world_draw(w, m, DRAW_SELECT, 0));
    if (!o->is_inspected)
        return FLOW_SKIP;
    port_tally(w, m)->inspections++;
    return FLOW_ON;
}

enum flow_verdict port_release(struct world *w, struct mover *m)
{
    const struct scenario_flow *flow = flow_of(w, m);
    if (!order_of(m)->is_inspected)
        return FLOW_ON;
    enum clear_finding finding = clear_finding(flow->catch_ppm, flow->seize_ppm, world_draw(w, m, DRAW_CATCH, 0),
                                               world_draw(w, m, DRAW_SEIZE, 0));
    if (finding == CLEAR_SOUND)
        return FLOW_ON;
    port_tally(w, m)->catches++;
    return sale_refuse(w, order_of(m), finding);
}
