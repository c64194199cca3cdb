/* breach: what irregular orders declare, and how being found ends. */
#include "sim/breach.h"

#include <string.h>

#include "core/check.h"
#include "customs/irregular.h"
#include "sim/account.h"
#include "sim/book.h"
#include "sim/levy.h"
#include "sim/port.h"
#include "sim/sale.h"

/* ---- hiding ---- */

enum irregular_kind breach_kind(const struct world *w, const struct mover *m)
{
    const struct scenario_irregular *irregular = flow_of(w, m)->irregular;
    return irregular ? irregular_pick(irregular->rule, world_draw(w, m, DRAW_IRREGULAR, 0)) : IRREGULAR_NONE;
}

uint32_t breach_part(const struct world *w, const struct mover *m, uint32_t units)
{
    const struct scenario_flow *flow = flow_of(w, m);
    int64_t price_minor = flow->goods[m->item].price_minor, most = flow->irregular->above_minor / price_minor;
    return units <= most ? units : most < 1 ? 1 : (uint32_t)most;
}

/* Another person of the market; the buyer when there is nobody else. */
static uint32_t lender_of(const struct world *w, const struct order *o)
{
    uint32_t buyers = market_of(w, &o->m)->buyers;
    if (buyers < 2)
        return o->buyer;
    return (o->buyer + 1 + (uint32_t)rng_below(world_draw(w, &o->m, DRAW_LENDER, 0), buyers - 1)) % buyers;
}

void breach_begin(struct world *w, struct order *o, enum irregular_kind kind)
{
    const struct scenario_irregular *irregular = flow_of(w, &o->m)->irregular;
    check(kind != IRREGULAR_NONE);
    o->irregular = (uint8_t)kind;
    if (kind == IRREGULAR_UNDERVALUED || kind == IRREGULAR_WRONG_WEIGHT)
        o->declared_ppm = irregular_share_ppm(&irregular->rule[kind], world_draw(w, &o->m, DRAW_DECLARED, 0));
    if (kind == IRREGULAR_BORROWED)
        o->lender = lender_of(w, o);
    w->tally->irregular[kind].orders++;
    world_tell(w, &(struct world_note){.order = o->m.number, .kind = NOTE_IRREGULAR, .what = (uint8_t)kind});
}

uint32_t breach_buyer(const struct order *o)
{
    return o->irregular == IRREGULAR_BORROWED && !o->is_found ? o->lender : o->buyer;
}

static int64_t declared(const struct order *o, int64_t truth)
{
    return truth > 0 ? money_scale(truth, o->declared_ppm, 1000000, ROUND_HALF_UP) : truth;
}

void breach_declare(const struct world *w, const struct order *o, struct assess_line *line)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    if (o->is_found)
        return;
    if (o->irregular == IRREGULAR_UNDERVALUED)
        line->price = declared(o, line->price);
    if (o->irregular == IRREGULAR_WRONG_WEIGHT)
        line->weight = declared(o, line->weight);
    if (o->irregular == IRREGULAR_WRONG_CODE)
        memcpy(line->hs, flow->irregular->code, sizeof line->hs);
}

/* ---- being found ---- */

/* At the treasury of the country whose customs looks. */
static void fine(struct world *w, struct order *o, int64_t evaded)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    const struct scenario_irregular *irregular = flow->irregular;
    int64_t amount = money_scale(evaded > 0 ? evaded : 0, irregular->fine_ppm, 1000000, ROUND_HALF_UP);
    amount = amount < irregular->fine_least ? irregular->fine_least : amount;
    uint16_t place = flow->column == COLUMN_EXPORT_RETAIL ? flow->from : flow->to;
    w->tally->irregular[o->irregular].evaded += evaded;
    w->tally->irregular[o->irregular].fines += amount;
    if (amount)
        account_post(w, &o->m, KIND_FINE, flow->seller, world_treasury(w, place), w->scenario->base_currency, amount,
                     o->regime ? ACCOUNT_RULE | o->regime : 0);
}

static enum flow_verdict refuse(struct world *w, struct order *o, bool is_seized)
{
    port_tally(w, &o->m)->refused += !is_seized;
    return sale_refuse(w, o, is_seized ? CLEAR_SEIZED : CLEAR_SENT_BACK);
}

enum flow_verdict breach_look(struct world *w, struct order *o)
{
    const struct scenario_flow *flow = flow_of(w, &o->m);
    if (!o->irregular || o->is_found ||
        !rng_chance_ppm(world_draw(w, &o->m, DRAW_FOUND, 0), flow->irregular->rule[o->irregular].found_ppm))
        return FLOW_ON;
    bool is_seized = rng_chance_ppm(world_draw(w, &o->m, DRAW_SEIZE, 0), flow->seize_ppm);
    world_tell(w, &(struct world_note){.order = o->m.number, .kind = NOTE_FOUND, .what = o->irregular});
    int64_t evaded = levy_correct(w, o);
    if (w->is_failed)
        return FLOW_END;
    w->tally->irregular[o->irregular].found++;
    fine(w, o, evaded);
    port_caught(w, &o->m);
    bool comes_in = irregular_is_payable((enum irregular_kind)o->irregular) && !o->refusal && !is_seized;
    return comes_in ? FLOW_ON : refuse(w, o, is_seized);
}
